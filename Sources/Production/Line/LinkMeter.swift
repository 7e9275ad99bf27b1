import ISO7816

/// The way to the card of one lane: it counts what passes, says since when the card is thinking, and lets nothing pass
/// once the lane is to stop at once.
final class LinkMeter: CardChannel {
    private let channel: any CardChannel
    private let control: LineControl
    private let lane: Int
    private(set) var commands = 0
    /// Bytes of commands and answers.
    private(set) var bytesOut = 0
    private(set) var bytesIn = 0
    /// Whether a command was kept from the card.
    private(set) var wasStopped = false
    /// As it was when the card was taken, or when this link reset it last: whoever asks twice is told the same.
    private(set) var answerToReset: [UInt8]

    init(_ channel: any CardChannel, lane: Int, control: LineControl) {
        self.channel = channel
        answerToReset = channel.answerToReset
        self.lane = lane
        self.control = control
    }

    var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }
    var readerName: String? { channel.readerName }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        try refuseWhenStopped()
        commands += 1
        control.links.begin(lane)
        defer { control.links.end(lane) }
        let answer = try channel.transmit(command)
        bytesOut += command.count
        bytesIn += answer.count
        return answer
    }

    func reset() throws(ChannelError) -> [UInt8] {
        try metered { () throws(ChannelError) in try channel.reset() }
    }

    func warmReset() throws(ChannelError) -> [UInt8] {
        try metered { () throws(ChannelError) in try channel.warmReset() }
    }

    private func metered(_ reset: () throws(ChannelError) -> [UInt8]) throws(ChannelError) -> [UInt8] {
        try refuseWhenStopped()
        control.links.begin(lane)
        defer { control.links.end(lane) }
        answerToReset = try reset()
        return answerToReset
    }

    private func refuseWhenStopped() throws(ChannelError) {
        guard control.isStoppedNow || control.links.isAbandoned(lane) else { return }
        wasStopped = true
        throw ChannelError(.cancelled, "the line was stopped at once: run again to go on with the card")
    }
}
