import ISO7816

/// Counts what goes through another channel and changes nothing.
final class MeteredChannel: CardChannel {
    private let channel: any CardChannel
    private(set) var cost = PlanCost()

    init(_ channel: any CardChannel) {
        self.channel = channel
    }

    var answerToReset: [UInt8] { channel.answerToReset }
    var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        let answer = try channel.transmit(command)
        cost = cost + PlanCost(commands: 1, bytesOut: command.count, bytesIn: answer.count)
        return answer
    }

    func reset() throws(ChannelError) -> [UInt8] {
        try channel.reset()
    }
}
