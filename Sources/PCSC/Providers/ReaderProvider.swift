import ISO7816
import Messages

/// Where readers come from: the PC/SC service, a maker's own library, a script.
///
/// A provider is asked from any thread, and holds nothing open; what is open is the ``ReaderService`` it gives.
public protocol ReaderProvider: Sendable {
    /// A line to the readers, for one thread.
    ///
    /// - Parameter commandLimit: how long a call to a card or a reader may take before it is given up; nil: however long it
    ///   takes, where somebody else watches over it.
    /// - Throws: a ``ReaderFault`` where there is no way to the readers.
    func service(commandLimit: Duration?) throws -> any ReaderService

    /// The providers it is made of, each of which is watched by itself.
    var parts: [any ReaderProvider] { get }

    /// Whether it depends on a service that starts and stops, of which ``ReaderEvents`` tells.
    var hasService: Bool { get }
}

extension ReaderProvider {
    public var parts: [any ReaderProvider] { [self] }
    public var hasService: Bool { false }

    /// A line whose calls are given up after ``CommandLimit``.
    public func service() throws -> any ReaderService { try service(commandLimit: CommandLimit.inForce) }

    /// The names of all readers; none is no error.
    public func readers() throws -> [ReaderName] { try service().readers() }
}

/// A line to readers. `cancel` may come from any thread; everything else from one thread at a time.
public protocol ReaderService: AnyObject, Sendable {
    /// Whether a call took longer than it may. Nothing works on the line any more.
    var isGivenUp: Bool { get }

    /// The names of all readers, those among them that cannot be reached; none is no error.
    func readers() throws -> [ReaderName]

    /// Waits until a reader's state differs from the one given, at most `milliseconds` (nil: for ever).
    /// - Returns: the states, with what is now so.
    /// - Throws: a ``ReaderFault``, of the numbers `SCARD_E_TIMEOUT`, `SCARD_E_CANCELLED`, `SCARD_E_UNKNOWN_READER` …
    func statusChange(_ states: [ReaderState], milliseconds: UInt32?) throws -> [ReaderState]

    /// Wakes a `statusChange` that waits on another thread.
    func cancel()

    /// Connects to the card in a reader.
    /// - Throws: a ``ReaderFault``, of the numbers `SCARD_E_NO_SMARTCARD`, `SCARD_E_UNKNOWN_READER`,
    ///   `SCARD_E_SHARING_VIOLATION` when the patience is over …
    func connect(_ reader: ReaderName, _ terms: ConnectionTerms) throws -> any ReaderConnection

    /// Why nothing is known of a reader that is listed, or of readers that are not; nil where nothing is wrong.
    func fault(of reader: ReaderName?) -> (any ReaderFault)?
}

extension ReaderService {
    public func fault(of reader: ReaderName?) -> (any ReaderFault)? { nil }

    /// - Parameters:
    ///   - protocols: those to offer; T=0 and T=1 unless told otherwise.
    ///   - patience: how long another program that has the card is waited for; not at all unless told otherwise.
    public func connect(
        _ reader: ReaderName, mode: ShareMode = .exclusive, protocols: Set<TransmissionProtocol> = [.t0, .t1],
        patience: Duration = .zero
    ) throws -> any ReaderConnection {
        try connect(reader, ConnectionTerms(mode: mode, protocols: protocols, patience: patience))
    }

    /// What is in one reader now.
    public func state(of reader: ReaderName) throws -> ReaderState {
        guard let state = try statusChange([ReaderState(reader: reader)], milliseconds: 0).first else {
            throw PCSCError(number: PCSCError.unknownReader, function: "SCardGetStatusChange")
        }
        return state
    }

    /// Waits until a card that answers is in the reader, at most `milliseconds` (nil: for ever; 0: only looks).
    /// - Returns: its answer to reset.
    /// - Throws: a ``ReaderFault``: `SCARD_E_NO_SMARTCARD` when none came in time, `SCARD_W_UNRESPONSIVE_CARD` for one that
    ///   is mute, `SCARD_E_UNKNOWN_READER` or the reader's own fault where it is not there.
    @discardableResult
    public func waitForCard(in reader: ReaderName, milliseconds: UInt32?) throws -> [UInt8] {
        let clock = ContinuousClock()
        let end = milliseconds.map { clock.now + .milliseconds(Int($0)) }
        var state = ReaderState(reader: reader)
        var hasLooked = false
        while true {
            let left = end.map { clock.now.duration(to: $0) / .milliseconds(1) }
            if hasLooked, let left, left < 0 {
                throw PCSCError(number: PCSCError.noSmartcard, function: "SCardGetStatusChange")
            }
            hasLooked = true
            do {
                let seen = try statusChange([state], milliseconds: left.map { UInt32(max(0, min($0, 3.6e6))) })
                state = seen.first ?? state
            } catch {
                guard (error as? any ReaderFault)?.number == PCSCError.timeout else { throw error }
                // A wait longer than an hour goes on, one that is over ends above.
                continue
            }
            if state.isUnknown {
                throw fault(of: reader)
                    ?? PCSCError(number: PCSCError.unknownReader, function: "SCardGetStatusChange")
            }
            if state.isMute { throw PCSCError(number: PCSCError.unresponsiveCard, function: "SCardGetStatusChange") }
            if state.isCardPresent { return state.answerToReset }
        }
    }
}

/// How a card is connected.
public struct ConnectionTerms: Sendable, Hashable {
    public var mode: ShareMode
    /// Those to offer.
    public var protocols: Set<TransmissionProtocol>
    /// How long another program that has the card is waited for.
    public var patience: Duration

    public init(
        mode: ShareMode = .exclusive, protocols: Set<TransmissionProtocol> = [.t0, .t1], patience: Duration = .zero
    ) {
        self.mode = mode
        self.protocols = protocols
        self.patience = patience
    }
}

/// What went wrong at a reader, whoever's it is.
public protocol ReaderFault: AdvisedError {
    /// The code of PC/SC that says it best: callers tell faults apart by it.
    var number: UInt32 { get }
    /// In ledgers and logs: `SCARD_E_NO_SERVICE`.
    var name: String { get }
}

extension ReaderFault {
    /// The same fault as those above a channel know it.
    public var channelError: ChannelError { ChannelError(PCSCError.channelCode(of: number), self) }
}

extension ChannelError {
    /// What a provider threw, as those above a channel know it.
    public init(of error: any Error) {
        self =
            switch error {
            case let error as ChannelError: error
            case let fault as any ReaderFault: fault.channelError
            default: ChannelError(.other, AnyMessage(of: error))
            }
    }
}
