import CardProfiles
import ISO7816

extension HealthCardSession {
    /// The card factor of the card in a channel: the historical bytes that the profile names for its interface
    /// (`Docs/protocol.md §2`). Of a contactless card whose reader left them out the reader is asked for them.
    ///
    /// - Parameter tolerant: take it from an answer to reset whose check byte is missing or wrong as well: to read a card by,
    ///   never to make one.
    /// - Throws: ``HealthCardError``: `answerToReset` where there is none, `cardFactor` where it is none to derive keys
    ///   by, `channel`.
    public static func cardFactor(
        of channel: any CardChannel, _ profile: CardProfile, tolerant: Bool = false
    ) throws(HealthCardError) -> [UInt8] {
        try usable(foundFactor(of: channel, profile, tolerant: tolerant))
    }

    /// The same of an answer to reset alone: nobody is asked for what a reader hides.
    public static func cardFactor(
        of answerToReset: [UInt8], _ profile: CardProfile, tolerant: Bool = false
    ) throws(HealthCardError) -> [UInt8] {
        let parsed = try parse(answerToReset, tolerant)
        return try usable(factor(in: parsed.historicalBytes, on: parsed.cardInterface, profile))
    }

    /// The bytes where the factor belongs, whatever they are.
    package static func foundFactor(
        of channel: any CardChannel, _ profile: CardProfile, tolerant: Bool
    ) throws(HealthCardError) -> [UInt8] {
        let parsed = try parse(channel.answerToReset, tolerant)
        let (shown, interface) = (parsed.historicalBytes, parsed.cardInterface)
        let rule = profile.cryptography.cardFactor
        let isHidden = parsed.hasContactlessForm && rule.range(in: shown.count, on: interface) == nil
        guard isHidden else { return try factor(in: shown, on: interface, profile) }
        let given: ReaderHistoricalBytes
        do { given = try channel.historicalBytesOfReader(shown: shown) } catch {
            throw HealthCardError(error, at: nil)
        }
        // A reader answers this for cards of type A alone: what looked like type B was none.
        if case .given(let bytes) = given { return try factor(in: bytes, on: .contactlessA, profile) }
        guard let needed = rule.needed(on: interface) else { return try factor(in: shown, on: interface, profile) }
        var status: StatusWord?
        if case .refused(let refusal) = given { status = refusal }
        throw HealthCardError(
            .answerToReset, status: status,
            .historicalBytesHidden(count: shown.count, needed: needed, status))
    }

    private static func parse(_ bytes: [UInt8], _ tolerant: Bool) throws(HealthCardError) -> AnswerToReset {
        do {
            return try tolerant ? AnswerToReset(tolerant: bytes) : AnswerToReset(bytes)
        } catch {
            throw HealthCardError(.answerToReset, .answerToReset(error))
        }
    }

    private static func factor(
        in historicalBytes: [UInt8], on interface: CardInterface, _ profile: CardProfile
    ) throws(HealthCardError) -> [UInt8] {
        let rule = profile.cryptography.cardFactor
        guard let needed = rule.needed(on: interface) else {
            throw HealthCardError(.answerToReset, .noFactor(on: interface))
        }
        guard let range = rule.range(in: historicalBytes.count, on: interface) else {
            throw HealthCardError(.answerToReset, .historicalBytes(count: historicalBytes.count, needed: needed))
        }
        return Array(historicalBytes[range])
    }

    /// What every chip of a bad production, or a reader that knows nothing, has in the place of a serial number is no
    /// factor: every such card would have the same keys.
    private static func usable(_ factor: [UInt8]) throws(HealthCardError) -> [UInt8] {
        for empty: UInt8 in [0x00, 0xFF] where factor.allSatisfy({ $0 == empty }) {
            throw HealthCardError(.cardFactor, .emptyFactor(empty))
        }
        return factor
    }
}

extension CardProfile {
    /// Where in an answer to reset the card factor stands; nil where it has none, or too few bytes.
    package func factorRange(in answer: AnswerToReset) -> Range<Int>? {
        cryptography.cardFactor.range(in: answer.historicalBytes.count, on: answer.cardInterface).map {
            let start = answer.historicalRange.lowerBound
            return start + $0.lowerBound..<start + $0.upperBound
        }
    }
}
