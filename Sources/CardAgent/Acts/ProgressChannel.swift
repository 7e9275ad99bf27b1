import ISO7816

/// Counts commands and tells of them now and then, so that a long act can be watched.
final class ProgressChannel: CardChannel {
    private static let pause = Duration.milliseconds(250)

    private let channel: any CardChannel
    private let report: (_ commands: Int) -> Void
    private var commands = 0
    private var next: ContinuousClock.Instant

    init(_ channel: any CardChannel, _ report: @escaping (_ commands: Int) -> Void) {
        self.channel = channel
        self.report = report
        next = .now + Self.pause
    }

    var answerToReset: [UInt8] { channel.answerToReset }
    var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }
    var readerName: String? { channel.readerName }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        let answer = try channel.transmit(command)
        commands += 1
        let now = ContinuousClock.now
        if now >= next {
            next = now + Self.pause
            report(commands)
        }
        return answer
    }

    func reset() throws(ChannelError) -> [UInt8] { try channel.reset() }
    func warmReset() throws(ChannelError) -> [UInt8] { try channel.warmReset() }
}
