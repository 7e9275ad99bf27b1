import ISO7816
import ShangMi
import Synchronization

/// Plays a trace: its channels answer as they did, its random numbers come again, and everything must be asked for in
/// the order it was, byte for byte. What leaves that order fails, and so does all that comes after.
public final class TraceReplay: Sendable {
    private struct State: Sendable {
        var position = 0
        var commands = 0
        var mismatch: TraceMismatch?
    }

    public let file: TraceFile
    /// What is played, with its line in the file.
    private let events: [(line: Int, event: TraceFile.Event)]
    private let state = Mutex(State())

    /// - Parameter channel: this one alone, for a host that is no program of ours and draws its own random numbers.
    /// - Throws: `TraceError.redacted` for a trace without its data.
    public init(_ file: TraceFile, only channel: TraceFile.Channel? = nil) throws(TraceError) {
        guard !file.header.isRedacted else { throw .redacted }
        self.file = file
        events = file.entries.enumerated().map { ($0.offset + 2, $0.element.event) }.filter { _, event in
            // Who opens connections need not do it in any order.
            if case .connect = event { return false }
            return channel == nil || event.channel == channel
        }
    }

    public func has(_ channel: TraceFile.Channel) -> Bool {
        file.entries.contains { if case .connect(channel, _, _) = $0.event { true } else { false } }
    }

    /// Whether a reset comes next.
    public var isBeforeReset: Bool {
        state.withLock { state in
            if case .reset? = next(state) { true } else { false }
        }
    }

    /// Whether nothing was asked for yet.
    public var isAtStart: Bool { state.withLock { $0.position == 0 && $0.mismatch == nil } }

    /// A card, or a SAM, with nothing behind it.
    ///
    /// - Throws: `TraceError.noChannel`.
    public func channel(_ name: TraceFile.Channel) throws(TraceError) -> ReplayChannel {
        for case .connect(name, let answerToReset, let link) in file.entries.lazy.map(\.event) {
            // Only a redacted trace hides it, and that is none to play.
            return ReplayChannel(self, name, answerToReset.bytes ?? [], link)
        }
        throw .noChannel(name)
    }

    /// The random bytes that were drawn at this place.
    public func random(_ count: Int) throws(ShangMiError) -> [UInt8] {
        let drawn = state.withLock { state -> [UInt8]? in
            guard state.mismatch == nil, case .random(let bytes)? = next(state), let drawn = bytes.bytes,
                drawn.count == count
            else {
                fail(&state, got: .random(bytes: count))
                return nil
            }
            state.position += 1
            return drawn
        }
        guard let drawn else { throw .library(call: "replay of a trace", reason: mismatch?.description ?? "") }
        return drawn
    }

    /// Begins again: whoever plays the trace as a card powers it on as often as it likes.
    public func rewind() { state.withLock { $0 = State() } }

    /// - Throws: `TraceError.mismatch` when the trace was left, or not played to its end.
    public func finish() throws(TraceError) {
        let mismatch = state.withLock { state -> TraceMismatch? in
            if let mismatch = state.mismatch { return mismatch }
            switch next(state) {
            case nil, .end?: return nil
            default:
                fail(&state, got: .end)
                return state.mismatch
            }
        }
        if let mismatch { throw .mismatch(mismatch) }
    }

    /// Where the trace was left; nil while it was not.
    public var mismatch: TraceMismatch? { state.withLock { $0.mismatch } }

    // MARK: Playing

    fileprivate func transmit(_ command: [UInt8], to channel: TraceFile.Channel) throws(ChannelError) -> [UInt8] {
        let outcome = state.withLock { state -> Outcome in
            guard state.mismatch == nil, case .command(channel, let recorded)? = next(state),
                Self.matches(command, recorded)
            else { return fail(&state, got: Self.step(TraceBytes(command), to: channel)) }
            state.position += 1
            state.commands += 1
            let answer = next(state)
            state.position += 1
            switch answer {
            case .answer(_, let bytes)?: return bytes.bytes.map { .answer($0) } ?? fail(&state, got: .answer(channel))
            case .failure(_, let code, let message)?: return .failure(ChannelError(code, message))
            default:
                return .failure(
                    ChannelError(.cancelled, ReplayEnd()))
            }
        }
        return try bytes(of: outcome)
    }

    fileprivate func reset(_ channel: TraceFile.Channel) throws(ChannelError) -> [UInt8] {
        let outcome = state.withLock { state -> Outcome in
            let event = state.mismatch == nil ? next(state) : nil
            state.position += 1
            switch event {
            case .reset(channel, let answerToReset)?: return .answer(answerToReset.bytes ?? [])
            case .failure(channel, let code, let message)?: return .failure(ChannelError(code, message))
            default:
                state.position -= 1
                return fail(&state, got: .reset(channel))
            }
        }
        return try bytes(of: outcome)
    }

    private enum Outcome {
        case answer([UInt8])
        case failure(ChannelError)
    }

    private func bytes(of outcome: Outcome) throws(ChannelError) -> [UInt8] {
        switch outcome {
        case .answer(let bytes): return bytes
        case .failure(let error): throw error
        }
    }

    private func next(_ state: State) -> TraceFile.Event? {
        state.position < events.count ? events[state.position].event : nil
    }

    /// A PIN is in no trace: its command is known by its header, and by having one.
    private static func matches(_ command: [UInt8], _ recorded: TraceBytes) -> Bool {
        if let bytes = recorded.bytes { return bytes == command }
        return recorded.start.count >= 4 && command.starts(with: recorded.start.prefix(4)) && command.count > 5
    }

    @discardableResult
    private func fail(_ state: inout State, got: TraceStep) -> Outcome {
        if state.mismatch == nil {
            let expected = Self.step(next(state))
            let line = state.position < events.count ? events[state.position].line : file.entries.count + 1
            state.mismatch = TraceMismatch(
                line: line, command: state.commands + 1, expected: expected, got: got)
        }
        return .failure(state.mismatch.map { ChannelError(.other, $0) } ?? ChannelError(.cancelled, ReplayEnd()))
    }

    private static func step(_ event: TraceFile.Event?) -> TraceStep {
        switch event {
        case nil, .end?: .end
        case .command(let channel, let bytes)?: step(bytes, to: channel)
        case .connect(let channel, _, _)?: .connection(channel)
        case .reset(let channel, _)?, .failure(let channel, _, _)?: .reset(channel)
        case .answer(let channel, _)?: .answer(channel)
        case .random(let bytes)?: .random(bytes: bytes.count)
        }
    }

    private static func step(_ command: TraceBytes, to channel: TraceFile.Channel) -> TraceStep {
        let header = Array(command.start.prefix(4))
        let name = header.count > 1 ? InstructionByte.name(of: header[1]).map { $0 + " " } ?? "" : ""
        return .command(channel, name + Hex.encode(header), bytes: command.count)
    }
}

/// One channel of a trace that is played (``TraceReplay``).
public final class ReplayChannel: CardChannel {
    private let replay: TraceReplay
    private let name: TraceFile.Channel
    public private(set) var answerToReset: [UInt8]
    public let transmissionProtocol: TransmissionProtocol

    init(_ replay: TraceReplay, _ name: TraceFile.Channel, _ answerToReset: [UInt8], _ link: TransmissionProtocol) {
        self.replay = replay
        self.name = name
        self.answerToReset = answerToReset
        transmissionProtocol = link
    }

    /// - Throws: what the card failed with then; `other` where the command is not the recorded one.
    public func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        try replay.transmit(command, to: name)
    }

    public func reset() throws(ChannelError) -> [UInt8] {
        answerToReset = try replay.reset(name)
        return answerToReset
    }
}
