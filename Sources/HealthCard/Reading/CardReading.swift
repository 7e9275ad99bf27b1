import CardProfiles
import ISO7816

/// Which card it is.
public struct CardIdentity: Sendable, Hashable {
    public let answerToReset: [UInt8]
    /// The factors its keys come from; the card factor is the start of the chip serial.
    public let factors: CardFactors
    /// What item 57 says, six digits.
    public let cityCode: String

    /// What is wrong with the answer to reset of a card that is used all the same: its check byte is missing or wrong.
    public var answerToResetFlaw: AnswerToResetError? { (try? AnswerToReset(tolerant: answerToReset))?.flaw }
}

/// One reading of one card.
public struct CardReading: Sendable, Hashable {
    public let identity: CardIdentity
    /// The card proved the published test key (`Docs/protocol.md §9`); nothing else is trusted for that.
    public let isTestCard: Bool
    /// What was read, byte for byte, by path.
    public let files: [String: FileContent]
    public let document: CardDocument
    /// Commands sent, continuations included.
    public let commands: Int

    public var unreadable: [UnreadableFile] { document.unreadable }

    /// The JSON of `Docs/items.md`.
    ///
    /// - Parameter members: more of them, behind those of the card.
    public func json(pretty: Bool = false, adding members: [JSONValue.Member] = []) -> String {
        guard !members.isEmpty, case .object(let own) = document.json else { return document.json.text(pretty: pretty) }
        return JSONValue.object(own + members).text(pretty: pretty)
    }
}
