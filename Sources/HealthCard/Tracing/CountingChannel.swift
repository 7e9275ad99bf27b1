import ISO7816

/// Counts the commands that pass: on real cards they are what time is made of.
public final class CountingChannel: CardChannel {
    private let channel: any CardChannel
    /// Commands sent since this decorator was made.
    public private(set) var commands = 0
    /// Bytes sent and received, status words included.
    public private(set) var bytes = 0

    public init(_ channel: any CardChannel) { self.channel = channel }

    public var answerToReset: [UInt8] { channel.answerToReset }
    public var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }

    public func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        commands += 1
        let answer = try channel.transmit(command)
        bytes += command.count + answer.count
        return answer
    }

    public func reset() throws(ChannelError) -> [UInt8] { try channel.reset() }
}
