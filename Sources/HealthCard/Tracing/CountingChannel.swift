import ISO7816

/// Counts the commands that pass: on real cards they are what time is made of.
public final class CountingChannel: CardChannel {
    private let channel: any CardChannel
    /// What has passed since this decorator was made.
    public private(set) var statistics = LinkStatistics()
    /// Commands sent since this decorator was made.
    public var commands: Int { statistics.commands }
    /// Bytes of command APDUs that were answered.
    public var bytesSent: Int { statistics.bytesSent }
    /// Bytes of answers, SW1-SW2 included.
    public var bytesReceived: Int { statistics.bytesReceived }

    public init(_ channel: any CardChannel) { self.channel = channel }

    public var answerToReset: [UInt8] { channel.answerToReset }
    public var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }
    public var readerName: String? { channel.readerName }

    public func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        statistics.commands += 1
        if command.count > 1 { statistics.counts[command[1], default: 0] += 1 }
        let answer = try channel.transmit(command)
        statistics.bytesSent += command.count
        statistics.bytesReceived += answer.count
        return answer
    }

    public func reset() throws(ChannelError) -> [UInt8] { try channel.reset() }
    public func warmReset() throws(ChannelError) -> [UInt8] { try channel.warmReset() }
}
