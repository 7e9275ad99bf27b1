import ISO7816

/// Counts the commands that pass: on real cards they are what time is made of.
public final class CountingChannel: CardChannel {
    private let channel: any CardChannel
    /// Commands sent since this decorator was made.
    public private(set) var commands = 0
    /// Bytes of command APDUs that were answered.
    public private(set) var bytesSent = 0
    /// Bytes of answers, SW1-SW2 included.
    public private(set) var bytesReceived = 0

    public init(_ channel: any CardChannel) { self.channel = channel }

    public var answerToReset: [UInt8] { channel.answerToReset }
    public var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }

    public func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        commands += 1
        let answer = try channel.transmit(command)
        bytesSent += command.count
        bytesReceived += answer.count
        return answer
    }

    public func reset() throws(ChannelError) -> [UInt8] { try channel.reset() }
}
