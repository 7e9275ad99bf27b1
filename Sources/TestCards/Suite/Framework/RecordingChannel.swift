import ISO7816

/// Keeps what crosses the link as evidence, and notes what a card may have changed.
final class RecordingChannel: CardChannel {
    /// Of one check; the oldest go first where there are too many.
    private(set) var exchanges: [CheckExchange] = []
    private var leftOut = 0
    /// Something else than looking has been sent since this was last cleared.
    var mayHaveChanged = false
    /// Answers of the last reset.
    private(set) var answerToReset: [UInt8]
    /// What the link did to the last command, where it let it down.
    private(set) var failure: ChannelError?
    private(set) var commandCount = 0
    private(set) var resetCount = 0
    private(set) var sentBytes = 0
    private(set) var receivedBytes = 0
    private let channel: any CardChannel
    private let seen: SeenCard
    private let challengeLength: Int
    /// Commands that may have changed the card, since the run began.
    private(set) var changeCount = 0
    /// More than this is no longer read by anybody.
    private static let mostExchanges = 64
    /// Bytes of an answer that are kept: more than any file of a card has. A card that says 64 KiB to everything must not
    /// fill the memory, and evidence that nobody can read back.
    private static let mostBytes = 4_096

    init(_ channel: any CardChannel, seen: SeenCard = SeenCard(), challengeLength: Int = 8) {
        self.channel = channel
        self.seen = seen
        self.challengeLength = challengeLength
        answerToReset = channel.answerToReset
    }

    var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }

    /// Evidence of the check so far; what was left out at the front is counted.
    var evidence: [CheckExchange] {
        leftOut == 0 ? exchanges : [CheckExchange(command: "...", response: String(leftOut))] + exchanges
    }

    func begin() {
        exchanges = []
        leftOut = 0
        failure = nil
    }

    func add(_ exchange: CheckExchange) {
        exchanges.append(exchange)
        guard exchanges.count > Self.mostExchanges else { return }
        exchanges.removeFirst()
        leftOut += 1
    }

    /// Instructions that leave a card's files as they are: SELECT, READ, GET CHALLENGE, the authentications, GET DATA.
    private static let looking: Set<UInt8> = [0xA4, 0xB0, 0xB2, 0x84, 0x82, 0x88, 0xCA, 0xC0]

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        commandCount += 1
        sentBytes += command.count
        if command.count < 4 || !Self.looking.contains(command[1]) {
            mayHaveChanged = true
            changeCount += 1
        }
        do {
            let answer = try channel.transmit(command)
            receivedBytes += answer.count
            let exchange = CheckExchange(command: Hex.encode(command), response: Self.kept(answer))
            add(exchange)
            seen.note(command, answer, exchange, on: transmissionProtocol, challengeLength)
            return answer
        } catch {
            failure = error
            add(CheckExchange(command: Hex.encode(command), response: error.message))
            throw error
        }
    }

    private static func kept(_ answer: [UInt8]) -> String {
        guard answer.count > mostBytes else { return Hex.encode(answer) }
        return Hex.encode(answer.prefix(mostBytes)) + "... (\(answer.count) bytes)"
    }

    var readerName: String? { channel.readerName }

    func reset() throws(ChannelError) -> [UInt8] {
        seen.resets += 1
        return try recorded("RESET") { () throws(ChannelError) in try channel.reset() }
    }

    func warmReset() throws(ChannelError) -> [UInt8] {
        seen.resets += 1
        return try recorded("WARM RESET") { () throws(ChannelError) in try channel.warmReset() }
    }

    private func recorded(
        _ name: String, _ reset: () throws(ChannelError) -> [UInt8]
    ) throws(ChannelError) -> [UInt8] {
        resetCount += 1
        do throws(ChannelError) {
            answerToReset = try reset()
            add(CheckExchange(command: name, response: Hex.encode(answerToReset)))
            return answerToReset
        } catch {
            failure = error
            add(CheckExchange(command: name, response: error.message))
            throw error
        }
    }
}
