/// What crossed the link to one card in a run: what an estimate for another link is made of.
public struct CardTraffic: Codable, Sendable, Hashable {
    /// Chip serial, capital hexadecimal.
    public let card: String
    /// Commands as they went over the link, GET RESPONSE among them.
    public let commands: Int
    public let resets: Int
    /// How often the power was taken away and given back.
    public let powerUps: Int
    public let bytesSent: Int
    public let bytesReceived: Int

    public init(card: String, commands: Int, resets: Int, powerUps: Int, bytesSent: Int, bytesReceived: Int) {
        self.card = card
        self.commands = commands
        self.resets = resets
        self.powerUps = powerUps
        self.bytesSent = bytesSent
        self.bytesReceived = bytesReceived
    }

    init(card: String, _ bench: CheckBench) {
        let link = bench.link
        self.init(
            card: card, commands: link.commandCount, resets: link.resetCount, powerUps: bench.powerUps,
            bytesSent: link.sentBytes, bytesReceived: link.receivedBytes)
    }
}
