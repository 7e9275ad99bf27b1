/// How long a run like this one takes on a real card, by a model (Docs/testcards.md §3): nothing of it is measured here.
///
/// A command takes its time in the card, its bytes theirs on the link; a reset or power-up counts as a command. Whole
/// numbers, so that every machine has the same.
public struct TimeEstimate: Codable, Sendable, Hashable {
    public struct Link: Codable, Sendable, Hashable {
        public let name: String
        public let bytesPerSecond: Int
        /// Of one card, with commands as a whole card's reading on a real reader has them on average.
        public let usualSeconds: Int
        /// The same with every command as slow as the slowest a real card has.
        public let mostSeconds: Int
    }

    /// Microseconds a command.
    static let usualCommand = 8_600
    static let slowestCommand = 130_000
    private static let links = [
        ("T=0, 9,600 bit/s", 800), ("115,200 bit/s", 9_600), ("TA1 = 96", 20_833), ("ISO 14443, 424 kbit/s", 47_000),
    ]

    /// Of the card that had most commands.
    public let commands: Int
    public let bytes: Int
    public let resets: Int
    public let links: [Link]

    /// Nil where nothing was counted.
    public init?(_ traffic: [CardTraffic]) {
        guard let card = traffic.max(by: { ($0.commands, $1.card) < ($1.commands, $0.card) }), card.commands > 0 else {
            return nil
        }
        let (commands, bytes) = (card.commands, card.bytesSent + card.bytesReceived)
        let resets = card.resets + card.powerUps
        (self.commands, self.bytes, self.resets) = (commands, bytes, resets)
        links = Self.links.map { name, rate in
            func seconds(_ command: Int) -> Int {
                ((commands + resets) * command + bytes * 1_000_000 / rate + 500_000) / 1_000_000
            }
            return Link(
                name: name, bytesPerSecond: rate, usualSeconds: seconds(Self.usualCommand),
                mostSeconds: seconds(Self.slowestCommand))
        }
    }

    /// What evidence may say of traffic without overflowing the model.
    static func isPlausible(_ traffic: CardTraffic) -> Bool {
        let numbers = [
            traffic.commands, traffic.resets, traffic.powerUps, traffic.bytesSent, traffic.bytesReceived,
        ]
        return numbers.allSatisfy { (0...1_000_000_000).contains($0) }
    }
}
