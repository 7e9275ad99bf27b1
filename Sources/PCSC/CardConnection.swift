import CPCSC
import ISO7816
import Messages
import Threads

/// How a card is shared with other programs (SCardConnect).
public enum ShareMode: Sendable, Hashable {
    case shared, exclusive
    /// Talks to the reader, card or not.
    case direct

    var native: DWORD {
        switch self {
        case .shared: DWORD(SCARD_SHARE_SHARED)
        case .exclusive: DWORD(SCARD_SHARE_EXCLUSIVE)
        case .direct: DWORD(SCARD_SHARE_DIRECT)
        }
    }
}

/// What becomes of the card afterwards (SCardDisconnect, SCardEndTransaction, SCardReconnect).
public enum Disposition: Sendable, Hashable {
    case leave, reset, unpower, eject

    var native: DWORD {
        switch self {
        case .leave: DWORD(SCARD_LEAVE_CARD)
        case .reset: DWORD(SCARD_RESET_CARD)
        case .unpower: DWORD(SCARD_UNPOWER_CARD)
        case .eject: DWORD(SCARD_EJECT_CARD)
        }
    }
}

/// A card in a reader. Blocks; belongs to the thread that made it. Disconnects with its last reference.
public final class CardConnection: ReaderConnection {
    public let reader: ReaderName
    /// Whether a call took longer than ``CommandLimit`` allows; nothing works on the connection any more.
    public var isGivenUp: Bool { context.isGivenUp }
    public private(set) var answerToReset: [UInt8]
    public private(set) var transmissionProtocol: TransmissionProtocol
    /// What becomes of the card when this connection ends by itself.
    public var finalDisposition = Disposition.reset

    private let context: PCSCContext
    private var handle: SCARDHANDLE
    private var isConnected = true
    private let mode: ShareMode
    private let accepted: DWORD
    /// Of the protocol in force, which a reset or another card may change.
    private var sendRequest: UnsafePointer<SCARD_IO_REQUEST>?
    /// Lc, 64 KB, Le and SW1-SW2: MAX_BUFFER_SIZE_EXTENDED of pcsclite.h.
    private static let longestAnswer = 4 + 3 + 65_536 + 3 + 2
    /// One buffer for all answers: an APDU then costs one allocation, the answer's.
    private let answer: UnsafeMutableBufferPointer<UInt8>

    /// How long programs for people wait for another program that has the card.
    public static let usualPatience = SharingPatience.usual

    /// - Parameters:
    ///   - protocols: those to offer; T=0 and T=1 unless told otherwise.
    ///   - patience: how long another program that has the card is waited for; not at all unless told otherwise.
    /// - Throws: `SCARD_E_NO_SMARTCARD`, `SCARD_E_UNKNOWN_READER`, `SCARD_E_SHARING_VIOLATION` when `patience` is over …
    public init(
        _ reader: ReaderName, context: PCSCContext, mode: ShareMode = .exclusive,
        protocols: Set<TransmissionProtocol> = [.t0, .t1], patience: Duration = .zero
    ) throws(PCSCError) {
        let offered = mode == .direct ? [] : protocols
        accepted = offered.reduce(0) { sum, one in sum | one.native }
        var handle: SCARDHANDLE = 0
        var active: DWORD = 0
        let accepted = accepted
        let end = ContinuousClock.now + patience
        while true {
            let result = reader.withCString { name in
                context.watched { SCardConnect(context.handle, name, mode.native, accepted, &handle, &active) }
            }
            let isShared = UInt32(truncatingIfNeeded: result) == PCSCError.sharingViolation
            guard isShared, ContinuousClock.now < end else {
                try check("SCardConnect", result)
                break
            }
            sleepFor(SharingPatience.pause)
        }
        self.reader = reader
        self.context = context
        self.mode = mode
        self.handle = handle
        transmissionProtocol = TransmissionProtocol(native: active)
        sendRequest = healthcard_pci(active)
        answerToReset = []
        answer = .allocate(capacity: Self.longestAnswer)
        if mode != .direct { answerToReset = try status().answerToReset }
    }

    deinit {
        if isConnected { context.watched { SCardDisconnect(handle, finalDisposition.native) } }
        answer.deallocate()
    }

    public func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        var received = DWORD(answer.count)
        let result = command.withUnsafeBufferPointer { bytes in
            context.watched {
                SCardTransmit(
                    handle, sendRequest, bytes.baseAddress, DWORD(bytes.count), nil, answer.baseAddress, &received)
            }
        }
        guard result == 0 else {
            let error = PCSCError(result, "SCardTransmit")
            if error.number == PCSCError.givenUp { throw error.channelError }
            throw error.number == PCSCError.notTransacted && isCardLeaving() ? Self.removed : error.channelError
        }
        guard received >= 2 else { throw missingAnswer(byteCount: Int(received)) }
        return Array(UnsafeBufferPointer(rebasing: answer[..<min(Int(received), answer.count)]))
    }

    private static let removed = PCSCError(number: PCSCError.removedCard, function: "SCardTransmit").channelError

    /// Whether the service sees the card go. Drivers say that the exchange failed, or that all is well, when it is taken
    /// out; the service looks for it a few times a second.
    private func isCardLeaving() -> Bool {
        var state = ReaderState(reader: reader)
        while let next = try? context.statusChange([state], milliseconds: 2_000)[0] {
            guard next.isCardPresent else { return true }
            state = next
        }
        return false
    }

    /// Why there was no status word.
    private func missingAnswer(byteCount: Int) -> ChannelError {
        if byteCount == 0, isCardLeaving() { return Self.removed }
        return ChannelError(
            .malformedResponse, MissingAnswer(byteCount: byteCount))
    }

    public func reset() throws(ChannelError) -> [UInt8] { try reset(by: .unpower) }

    public func warmReset() throws(ChannelError) -> [UInt8] { try reset(by: .reset) }

    private func reset(by disposition: Disposition) throws(ChannelError) -> [UInt8] {
        do { try reconnect(disposition) } catch { throw error.channelError }
        return answerToReset
    }

    /// Connects anew on the same handle, resetting the card or not.
    public func reconnect(_ disposition: Disposition) throws(PCSCError) {
        var active: DWORD = 0
        try check(
            "SCardReconnect",
            context.watched { SCardReconnect(handle, mode.native, accepted, disposition.native, &active) })
        transmissionProtocol = TransmissionProtocol(native: active)
        sendRequest = healthcard_pci(active)
        answerToReset = try status().answerToReset
    }

    /// Ends the connection now, and says when that went wrong.
    public func disconnect(_ disposition: Disposition = .reset) throws(PCSCError) {
        guard isConnected else { return }
        isConnected = false
        try check("SCardDisconnect", context.watched { SCardDisconnect(handle, disposition.native) })
    }

    /// The reader's name, the state bits (SCARD_PRESENT …) and the answer to reset, as the service has them.
    public func status() throws(PCSCError) -> (reader: ReaderName, state: UInt, answerToReset: [UInt8]) {
        var nameLength = DWORD(MAX_READERNAME)
        var name = [CChar](repeating: 0, count: Int(MAX_READERNAME))
        var state: DWORD = 0
        var active: DWORD = 0
        var atrLength = DWORD(MAX_ATR_SIZE)
        var atr = [UInt8](repeating: 0, count: Int(MAX_ATR_SIZE))
        try check(
            "SCardStatus",
            context.watched { SCardStatus(handle, &name, &nameLength, &state, &active, &atr, &atrLength) })
        let text = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return (ReaderName(bytes: text), UInt(state), Array(atr.prefix(Int(min(atrLength, 33)))))
    }

    /// An attribute of the reader, raw (SCardGetAttrib).
    public func attribute(_ attribute: ReaderAttribute) throws(PCSCError) -> [UInt8] {
        // pcscd refuses a longer buffer, whatever the attribute needs of it.
        var length = DWORD(MAX_BUFFER_SIZE)
        try check(
            "SCardGetAttrib",
            context.watched { SCardGetAttrib(handle, DWORD(attribute.rawValue), answer.baseAddress, &length) })
        return Array(UnsafeBufferPointer(rebasing: answer[..<min(Int(length), answer.count)]))
    }

    public func setAttribute(_ attribute: ReaderAttribute, to value: [UInt8]) throws(PCSCError) {
        try check(
            "SCardSetAttrib",
            context.watched { SCardSetAttrib(handle, DWORD(attribute.rawValue), value, DWORD(value.count)) })
    }

    /// A command to the reader itself (SCardControl), 0-65,548 bytes each way.
    public func control(_ code: UInt32, _ data: [UInt8] = []) throws(PCSCError) -> [UInt8] {
        var length: DWORD = 0
        try check(
            "SCardControl",
            context.watched {
                SCardControl(
                    handle, DWORD(code), data, DWORD(data.count), answer.baseAddress, DWORD(answer.count), &length)
            })
        return Array(UnsafeBufferPointer(rebasing: answer[..<min(Int(length), answer.count)]))
    }

    /// Begins a transaction, waiting until no other program is in one, or ``CommandLimit`` is over.
    public func beginTransaction() throws(PCSCError) -> Transaction {
        let result = context.watched { SCardBeginTransaction(handle) }
        // No command was sent: whoever does not let go of the card is another program.
        if result != 0, context.isGivenUp {
            throw PCSCError(number: PCSCError.sharingViolation, function: "SCardBeginTransaction")
        }
        try check("SCardBeginTransaction", result)
        return Transaction(of: self)
    }

    public func endTransaction(_ disposition: Disposition) throws(PCSCError) {
        try check("SCardEndTransaction", context.watched { SCardEndTransaction(handle, disposition.native) })
    }
}

extension TransmissionProtocol {
    var native: DWORD {
        switch self {
        case .t0: DWORD(SCARD_PROTOCOL_T0)
        case .t1: DWORD(SCARD_PROTOCOL_T1)
        case .raw: DWORD(SCARD_PROTOCOL_RAW)
        }
    }

    init(native: DWORD) {
        switch Int32(truncatingIfNeeded: native) {
        case SCARD_PROTOCOL_T0: self = .t0
        case SCARD_PROTOCOL_T1: self = .t1
        default: self = .raw
        }
    }
}

/// The card answered less than a status word.
struct MissingAnswer: Message {
    let byteCount: Int
}
