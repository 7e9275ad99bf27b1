import ISO7816

/// What a run has seen of all its cards so far: some mistakes show only between two cards, or over many commands.
final class RunMemory {
    private(set) var cards: [SeenCard] = []

    func add() -> SeenCard {
        let card = SeenCard()
        cards.append(card)
        return card
    }
}

/// What a run has seen of one card.
final class SeenCard {
    struct Challenge {
        let bytes: [UInt8]
        /// Resets before it.
        let reset: Int
    }

    private(set) var challenges: [Challenge] = []
    var resets = 0
    /// The first answer over T=1 that had to be fetched, or announced more.
    private(set) var remaining: CheckExchange?
    /// The first answer with more data than Le allows.
    private(set) var excess: CheckExchange?
    /// The first refusal that brought data.
    private(set) var dataWithError: CheckExchange?
    /// The answer to the same internal authentication that every card gets.
    var internalAnswer: [UInt8]?
    var factor: [UInt8]?
    var productionSerial: [UInt8]?
    /// More are not remembered: a run takes some ten thousand.
    private static let mostChallenges = 100_000

    func note(
        _ command: [UInt8], _ answer: [UInt8], _ exchange: CheckExchange, on link: TransmissionProtocol,
        _ challengeLength: Int
    ) {
        guard command.count >= 5, answer.count >= 2 else { return }
        let status = StatusWord(answer[answer.count - 2], answer[answer.count - 1])
        let count = answer.count - 2
        if command[1] == 0x84, status == .ok, count == challengeLength, challenges.count < Self.mostChallenges {
            challenges.append(Challenge(bytes: Array(answer.prefix(count)), reset: resets))
        }
        if link != .t0, remaining == nil, status.sw1 == 0x61 { remaining = exchange }
        if excess == nil, count > Self.expected(command) { excess = exchange }
        if dataWithError == nil, count > 0, ![0x90, 0x61, 0x62, 0x63].contains(status.sw1) { dataWithError = exchange }
    }

    /// The most bytes a command may be answered by; none are limited where its lengths do not fit.
    private static func expected(_ command: [UInt8]) -> Int {
        let body = command.dropFirst(4)
        guard let first = body.first else { return 0 }
        if body.count == 1 { return first == 0 ? 256 : Int(first) }
        if first != 0 {
            // Over T=0 a command with data has no Le.
            guard body.count == Int(first) + 2, let le = body.last else { return .max }
            return le == 0 ? 256 : Int(le)
        }
        guard body.count == 3, let high = body.dropFirst().first, let low = body.last else { return .max }
        let ne = Int(high) << 8 | Int(low)
        return ne == 0 ? 65_536 : ne
    }
}
