import ISO7816

/// The way to the card of one lane: it counts what passes, and lets nothing pass once the line is to stop at once.
final class LinkMeter: CardChannel {
    private let channel: any CardChannel
    private let isStopped: () -> Bool
    private(set) var commands = 0
    /// Bytes of commands and answers.
    private(set) var bytesOut = 0
    private(set) var bytesIn = 0
    /// Whether a command was kept from the card.
    private(set) var wasStopped = false

    init(_ channel: any CardChannel, isStopped: @escaping () -> Bool) {
        self.channel = channel
        self.isStopped = isStopped
    }

    var answerToReset: [UInt8] { channel.answerToReset }
    var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        try refuseWhenStopped()
        commands += 1
        let answer = try channel.transmit(command)
        bytesOut += command.count
        bytesIn += answer.count
        return answer
    }

    func reset() throws(ChannelError) -> [UInt8] {
        try refuseWhenStopped()
        return try channel.reset()
    }

    private func refuseWhenStopped() throws(ChannelError) {
        guard isStopped() else { return }
        wasStopped = true
        throw ChannelError(.cancelled, "the line was stopped at once: run again to go on with the card")
    }
}
