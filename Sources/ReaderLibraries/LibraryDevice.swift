import ISO7816
import Messages
import PCSC
import Synchronization

/// One reader of metal: a port that a library has opened, whichever of its slots are used. It is opened when it is first
/// needed, and again after it was gone.
final class LibraryDevice: @unchecked Sendable {
    let thread: LibraryQueue
    private let reader: ConfiguredReader
    // Touched by the library's thread alone.
    private var functions: (any ReaderFunctions)?
    private var handle: Int?
    private var failure: (fault: ReaderLibraryError, until: ContinuousClock.Instant)?

    /// How soon a reader that could not be opened is tried again.
    private static let rest = Duration.seconds(1)

    init(_ reader: ConfiguredReader, on thread: LibraryQueue) {
        self.reader = reader
        self.thread = thread
    }

    deinit {
        guard let functions, let handle else { return }
        nonisolated(unsafe) let library = functions
        thread.later { library.close(handle) }
    }

    /// Runs `body` with the open reader, on the library's thread.
    ///
    /// - Throws: ``ReaderLibraryError``, ``PCSCError``.
    func use<Result>(
        _ name: String, limit: Duration?, _ body: @escaping (any ReaderFunctions, Int) throws(FunctionFault) -> Result
    ) throws -> Result {
        try thread.call(reader.family.neededFunctions[0], limit: limit) { [self] in
            let (functions, handle) = try open(name)
            do throws(FunctionFault) {
                return try body(functions, handle)
            } catch {
                throw fault(error, name)
            }
        }
    }

    private func open(_ name: String) throws -> (any ReaderFunctions, Int) {
        if let functions, let handle { return (functions, handle) }
        if let failure, ContinuousClock.now < failure.until { throw failure.fault }
        do throws(ReaderLibraryError) {
            let functions = try loaded()
            do throws(FunctionFault) {
                let handle = try functions.open(reader)
                (self.handle, failure) = (handle, nil)
                return (functions, handle)
            } catch {
                throw .notOpened(reader: name, function: error.function, code: error.code)
            }
        } catch {
            failure = (error, .now + Self.rest)
            throw error
        }
    }

    private func loaded() throws(ReaderLibraryError) -> any ReaderFunctions {
        if let functions { return functions }
        let new = try LoadedLibrary(reader.library, needing: reader.family.neededFunctions).functions(of: reader.family)
        functions = new
        return new
    }

    /// What a function's code means to those above; a reader that is gone is closed, to be opened again.
    private func fault(_ fault: FunctionFault, _ name: String) -> any Error {
        switch fault.meaning {
        case .noCard: return PCSCError(number: PCSCError.removedCard, function: fault.function)
        case .mute: return PCSCError(number: PCSCError.unresponsiveCard, function: fault.function)
        case .other: return ReaderLibraryError.failed(function: fault.function, code: fault.code)
        case .readerGone:
            if let functions, let handle { functions.close(handle) }
            handle = nil
            return ReaderLibraryError.gone(reader: name, function: fault.function, code: fault.code)
        }
    }
}

/// A card in a slot of such a reader.
final class LibraryCard: CardChannel {
    private let device: LibraryDevice
    private let reader: ConfiguredReader
    private let limit: Duration?
    private let lost: () -> Void
    private(set) var answerToReset: [UInt8]

    /// - Parameter lost: called when the card or the reader is found to be gone.
    init(
        _ reader: ConfiguredReader, on device: LibraryDevice, answerToReset: [UInt8], limit: Duration?,
        lost: @escaping () -> Void
    ) {
        self.reader = reader
        self.device = device
        self.answerToReset = answerToReset
        self.limit = limit
        self.lost = lost
    }

    var readerName: String? { reader.name }

    var transmissionProtocol: TransmissionProtocol {
        (try? AnswerToReset(tolerant: answerToReset))?.defaultProtocol == 1 ? .t1 : .t0
    }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        let slot = reader.slot
        let answer = try on { functions, handle throws(FunctionFault) in
            try functions.exchange(handle, slot, command)
        }
        guard answer.count >= 2 else {
            throw ChannelError(
                .malformedResponse, ShortAnswer(library: reader.library, byteCount: answer.count))
        }
        return answer
    }

    func reset() throws(ChannelError) -> [UInt8] {
        let slot = reader.slot
        answerToReset = try on { functions, handle throws(FunctionFault) in try functions.powerOn(handle, slot) }
        return answerToReset
    }

    func warmReset() throws(ChannelError) -> [UInt8] {
        let slot = reader.slot
        let answer = try on { functions, handle throws(FunctionFault) in try functions.warmReset(handle, slot) }
        guard let answer else { return try reset() }
        answerToReset = answer
        return answer
    }

    private func on<Result>(
        _ body: @escaping (any ReaderFunctions, Int) throws(FunctionFault) -> Result
    ) throws(ChannelError) -> Result {
        do {
            return try device.use(reader.name, limit: limit, body)
        } catch {
            let channelError = ChannelError(of: error)
            if [.cardRemoved, .readerUnavailable].contains(channelError.code) { lost() }
            throw channelError
        }
    }
}

/// A library gave less than a status word.
struct ShortAnswer: Message {
    let library: String
    let byteCount: Int
}
