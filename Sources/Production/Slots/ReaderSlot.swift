import Foundation
import ISO7816
import Messages
import PCSC

/// A reader of a provider. It has a line to the provider of its own, so that no lane waits for another's command,
/// and makes a new one when the service went away and came back.
public final class ReaderSlot: CardSlot, @unchecked Sendable {
    public let reader: ReaderName
    private let provider: any ReaderProvider
    // Everything below is touched by the lane's thread alone.
    private var line: (any ReaderService)?
    private var connection: (any ReaderConnection)?
    private var channel: GuardedConnection?

    /// How long the service may be waited for in one piece: a lane cannot be stopped sooner.
    private static let piece = Duration.milliseconds(250)
    /// How often a card without an answer to reset is asked once more.
    private static let looks = 5
    /// Seconds until the service has seen that a card is gone.
    private static let looking = 0.5

    /// - Parameter provider: whose reader it is.
    public init(_ reader: ReaderName, of provider: any ReaderProvider = PCSCReaders()) {
        self.reader = reader
        self.provider = provider
    }

    public var name: String { reader.rawValue }

    public func isOccupied() -> Bool {
        guard let state = try? state(known: nil, wait: .zero) else { return false }
        return state.isCardPresent
    }

    public func waitForCard(_ wait: SlotWait) throws(SlotError) -> any CardChannel {
        release(.reset)
        var known: ReaderState?
        var trouble = SlotError.noCard
        while true {
            do {
                let state = try state(known: known, wait: known == nil ? .zero : wait.piece(Self.piece))
                known = state
                if state.isUnknown {
                    trouble = .gone(line?.fault(of: reader)?.name ?? "SCARD_E_UNKNOWN_READER")
                    known = nil
                    pause(wait)
                } else if state.isMute {
                    trouble = .mute
                } else if state.isCardPresent {
                    if let channel = try connect() { return channel }
                    trouble = .mute
                    pause(wait)
                } else {
                    trouble = .noCard
                }
            } catch {
                trouble = Self.trouble(error)
                known = nil
                if case .gone = trouble { line = nil }
                pause(wait)
            }
            if wait.isCancelled { throw .cancelled }
            if wait.isOver { throw trouble }
        }
    }

    public func waitForRemoval(_ wait: SlotWait) throws(SlotError) {
        release(.unpower)
        var known: ReaderState?
        while true {
            do {
                let state = try state(known: known, wait: known == nil ? .zero : wait.piece(Self.piece))
                if state.isUnknown || !state.isCardPresent { return }
                known = state
            } catch {
                // A reader that cannot be asked is the trouble of the next card, not of this one.
                line = nil
                return
            }
            if wait.isCancelled { throw .cancelled }
            if wait.isOver { throw .stillThere }
        }
    }

    public func release(_ disposition: Disposition) {
        guard let connection else { return }
        let isLost = channel?.hasFailed ?? false
        (self.connection, channel) = (nil, nil)
        // Told to reset a card that has just gone, pcscd 1.9 is deaf to the next one.
        try? connection.disconnect(isLost ? .leave : disposition)
        // It looks at its readers every 400 ms; until then it takes the card that has gone for there.
        if isLost { Thread.sleep(forTimeInterval: Self.looking) }
    }

    /// Nobody else can even connect meanwhile, so no transaction is needed.
    ///
    /// - Returns: nil for a card that says nothing of itself.
    private func connect() throws -> (any CardChannel)? {
        let open = try service().connect(reader, mode: .exclusive)
        // A card that was put in this moment may be there without its answer to reset: without it no chip is known.
        for _ in 0..<Self.looks where open.answerToReset.isEmpty {
            Thread.sleep(forTimeInterval: 0.1)
            _ = try? open.reset()
        }
        guard !open.answerToReset.isEmpty else {
            try? open.disconnect(.leave)
            return nil
        }
        connection = open
        let guarded = GuardedConnection(open)
        channel = guarded
        return guarded
    }

    private func service() throws -> any ReaderService {
        if let line { return line }
        // The line of production watches over its lanes itself (`LinkWatch`).
        let new = try provider.service(commandLimit: nil)
        line = new
        return new
    }

    private func state(known: ReaderState?, wait: Duration) throws -> ReaderState {
        let asked = known ?? ReaderState(reader: reader)
        let milliseconds = UInt32(max(0, min(wait / .milliseconds(1), 1_000)))
        do {
            return try service().statusChange([asked], milliseconds: milliseconds).first ?? asked
        } catch {
            guard (error as? any ReaderFault)?.number == PCSCError.timeout, let known else { throw error }
            return known
        }
    }

    /// Nothing was waited for in the service, so it is not asked again at once.
    private func pause(_ wait: SlotWait) { Thread.sleep(forTimeInterval: wait.piece(.milliseconds(100)) / .seconds(1)) }

    private static func trouble(_ error: any Error) -> SlotError {
        guard let fault = error as? any ReaderFault else {
            return .gone((error as? any AdvisedError)?.identifier ?? "")
        }
        return switch fault.number {
        case PCSCError.noSmartcard, PCSCError.removedCard, PCSCError.timeout: .noCard
        case PCSCError.unresponsiveCard, PCSCError.unpoweredCard, PCSCError.protocolMismatch: .mute
        case PCSCError.sharingViolation: .inUse(fault.name)
        default: .gone(fault.name)
        }
    }
}

/// A connection that remembers whether its card answered to the last.
private final class GuardedConnection: CardChannel {
    private let connection: any ReaderConnection
    private(set) var hasFailed = false

    init(_ connection: any ReaderConnection) { self.connection = connection }

    var answerToReset: [UInt8] { connection.answerToReset }
    var transmissionProtocol: TransmissionProtocol { connection.transmissionProtocol }
    var readerName: String? { connection.readerName }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        try noting { () throws(ChannelError) in try connection.transmit(command) }
    }

    func reset() throws(ChannelError) -> [UInt8] {
        try noting { () throws(ChannelError) in try connection.reset() }
    }

    func warmReset() throws(ChannelError) -> [UInt8] {
        try noting { () throws(ChannelError) in try connection.warmReset() }
    }

    /// A reader may refuse one command, for its length, and the card be well.
    private func noting(_ work: () throws(ChannelError) -> [UInt8]) throws(ChannelError) -> [UInt8] {
        do throws(ChannelError) {
            let answer = try work()
            hasFailed = false
            return answer
        } catch {
            hasFailed = true
            throw error
        }
    }
}
