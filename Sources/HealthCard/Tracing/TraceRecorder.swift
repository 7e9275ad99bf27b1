import ISO7816
import ShangMi
import Synchronization

/// Writes down what passes between a program, its card and its SAM, and the random numbers it draws, so that the same
/// conversation can be had again without them. PINs are never kept.
public final class TraceRecorder: Sendable {
    private struct Record: Sendable {
        let time: Int
        let whole: TraceFile.Event
        let redacted: TraceFile.Event
    }

    private let start = ContinuousClock.now
    private let records = Mutex<[Record]>([])
    private let write: @Sendable (TraceFile.Entry) -> Void

    /// - Parameter write: gets every event as it comes, its data left out: it outlives a program that is killed. Must
    ///   not call the recorder.
    public init(writing write: @escaping @Sendable (TraceFile.Entry) -> Void = { _ in }) { self.write = write }

    /// Records what passes through a channel from now on; of the same name as before when it is opened again.
    ///
    /// - Parameter serial: which of the historical bytes tell the chip from all others; nil: all.
    public func record(
        _ channel: any CardChannel, as name: TraceFile.Channel, serial: Range<Int>? = nil
    ) -> RecordingChannel {
        let link = channel.transmissionProtocol
        let hidden = TraceRedaction.answerToReset(channel.answerToReset, hiding: serial)
        append(
            .connect(name, answerToReset: TraceBytes(channel.answerToReset), link),
            .connect(name, answerToReset: hidden, link))
        return RecordingChannel(channel, name: name, serial: serial, recorder: self)
    }

    /// The system's random bytes, written down.
    public func random(_ count: Int) throws(ShangMiError) -> [UInt8] {
        let bytes = try SystemRandom.bytes(count)
        var hidden = TraceBytes()
        hidden.hide(bytes.count)
        append(.random(TraceBytes(bytes)), .random(hidden))
        return bytes
    }

    func append(_ whole: TraceFile.Event, _ redacted: TraceFile.Event) {
        let passed = start.duration(to: .now).components
        let microseconds = Int(passed.seconds) * 1_000_000 + Int(passed.attoseconds / 1_000_000_000_000)
        records.withLock { records in
            // Two threads may take the time in one order and come here in the other.
            let time = max(records.last?.time ?? 0, microseconds)
            records.append(Record(time: time, whole: whole, redacted: redacted))
            write(TraceFile.Entry(time: time, redacted))
        }
    }

    /// What was recorded so far.
    ///
    /// - Parameters:
    ///   - header: says whether the data is left out.
    ///   - status: of the program that has ended.
    public func file(_ header: TraceFile.Header, status: Int?) -> TraceFile {
        let records = records.withLock { $0 }
        var entries = records.map { TraceFile.Entry(time: $0.time, header.isRedacted ? $0.redacted : $0.whole) }
        if let status { entries.append(TraceFile.Entry(time: entries.last?.time ?? 0, .end(status))) }
        return TraceFile(header: header, entries: entries)
    }
}

/// A channel whose traffic goes into a ``TraceRecorder``.
public final class RecordingChannel: CardChannel {
    private let channel: any CardChannel
    private let name: TraceFile.Channel
    private let serial: Range<Int>?
    private let recorder: TraceRecorder
    private var whole = TraceRedaction(.pinsOnly)
    private var redacted = TraceRedaction(.personalDataAndSecrets)

    init(_ channel: any CardChannel, name: TraceFile.Channel, serial: Range<Int>?, recorder: TraceRecorder) {
        self.channel = channel
        self.name = name
        self.serial = serial
        self.recorder = recorder
    }

    public var answerToReset: [UInt8] { channel.answerToReset }
    public var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }

    public func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        recorder.append(
            .command(name, Self.command(command, &whole)), .command(name, Self.command(command, &redacted)))
        do {
            let answer = try channel.transmit(command)
            recorder.append(.answer(name, Self.answer(answer, whole)), .answer(name, Self.answer(answer, redacted)))
            return answer
        } catch {
            let event = TraceFile.Event.failure(name, error.code, message: error.message)
            recorder.append(event, event)
            throw error
        }
    }

    public func reset() throws(ChannelError) -> [UInt8] {
        try recorded { () throws(ChannelError) in try channel.reset() }
    }

    /// A trace knows one kind of reset: what is played has no power to leave on.
    public func warmReset() throws(ChannelError) -> [UInt8] {
        try recorded { () throws(ChannelError) in try channel.warmReset() }
    }

    private func recorded(_ reset: () throws(ChannelError) -> [UInt8]) throws(ChannelError) -> [UInt8] {
        do throws(ChannelError) {
            let answer = try reset()
            recorder.append(
                .reset(name, answerToReset: TraceBytes(answer)),
                .reset(name, answerToReset: TraceRedaction.answerToReset(answer, hiding: serial)))
            return answer
        } catch {
            let event = TraceFile.Event.failure(name, error.code, message: error.message)
            recorder.append(event, event)
            throw error
        }
    }

    /// What is no APDU could hold anything: a PIN sent wrongly is a PIN.
    private static func command(_ bytes: [UInt8], _ redaction: inout TraceRedaction) -> TraceBytes {
        if let visible = redaction.command(bytes) { return visible }
        guard redaction.level == .personalDataAndSecrets || TraceRedaction.isAboutPIN(bytes.count > 1 ? bytes[1] : 0)
        else { return TraceBytes(bytes) }
        var visible = TraceBytes(Array(bytes.prefix(4)))
        visible.hide(bytes.count - 4)
        return visible
    }

    private static func answer(_ bytes: [UInt8], _ redaction: TraceRedaction) -> TraceBytes {
        if let visible = redaction.answer(bytes) { return visible }
        guard redaction.level == .personalDataAndSecrets else { return TraceBytes(bytes) }
        var visible = TraceBytes()
        visible.hide(bytes.count)
        return visible
    }
}
