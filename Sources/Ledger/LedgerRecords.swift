import Messages

/// A batch as the ledger knows it: what every order of it is made with.
public struct LedgerBatch: Sendable, Hashable, Codable {
    /// `batch.json` `id`; unique in a ledger.
    public let id: String
    /// `formal` or `test`.
    public let mode: String
    /// The name of the card profile, overlays included.
    public let profile: String
    /// SM3 of the profile's canonical form, 64 lowercase hexadecimal digits.
    public let profileDigest: String
    /// SM3 over the batch's files as they were when it was enrolled, 64 lowercase hexadecimal digits. A batch that was
    /// changed on disk is not the one whose orders are here.
    public let contentDigest: String

    public init(id: String, mode: String, profile: String, profileDigest: String, contentDigest: String) {
        self.id = id
        self.mode = mode
        self.profile = profile
        self.profileDigest = profileDigest
        self.contentDigest = contentDigest
    }
}

/// One applicant of a batch: a card to be made.
public struct Order: Sendable, Hashable, Codable {
    public let batch: String
    /// Its place in production, from 1: the bank reply's order.
    public let sequence: Int
    /// 18 characters.
    public let idNumber: String
    /// The row of `applications.csv`, counted as an editor counts lines.
    public let row: Int
    /// Where the row begins in the file, in bytes: so that it is found without reading the file again.
    public let offset: Int
    /// Where the card is to go; empty when the application does not say.
    public let collectionPoint: String
    /// Why this applicant, who has a card, gets another one; nil for a first card.
    public let replacementReason: String?
    /// SM3 over what the card is made of, the row and the photo as they were checked, 64 lowercase hexadecimal digits;
    /// nil in batches that were enrolled by earlier software.
    public let contentDigest: String?

    public init(
        batch: String, sequence: Int, idNumber: String, row: Int, offset: Int, collectionPoint: String,
        replacementReason: String? = nil, contentDigest: String? = nil
    ) {
        self.batch = batch
        self.sequence = sequence
        self.idNumber = idNumber
        self.row = row
        self.offset = offset
        self.collectionPoint = collectionPoint
        self.replacementReason = replacementReason
        self.contentDigest = contentDigest
    }
}

public enum OrderState: String, Sendable, Hashable, Codable, CaseIterable {
    case waiting
    /// A chip was begun for it and no outcome is known.
    case inWork
    case made
    /// No card can be made of it; the reason is in its last entry.
    case rejected
    /// Left out by the operator, by name and with a reason.
    case setAside
}

/// A row no order is made of: it counts when the books are balanced.
public struct SetAsideRow: Sendable, Hashable, Codable {
    public let row: Int
    /// 18 characters; nil when the row has no right number.
    public let idNumber: String?
    public let reason: LedgerReason

    public init(row: Int, idNumber: String?, reason: LedgerReason) {
        self.row = row
        self.idNumber = idNumber
        self.reason = reason
    }
}

/// Why something was not made: a code for programs and a text for people, without personal data and keys.
public struct LedgerReason: Message, Hashable, Codable {
    /// `cardRemoved`, `writeFailed`, `transportKeyRefused` …
    public let code: String
    /// English, or the words of whoever gave the reason.
    public let text: String
    /// The same in Chinese; nil where nobody said it in Chinese, and in entries of earlier software.
    public let chineseText: String?

    public init(code: String, text: String) { self.init(code: code, text: text, chinese: nil) }

    /// What a message says, with its advice.
    public init(code: String, _ message: some Message) {
        let (english, chinese) = (message.text(in: .english), message.text(in: .chinese))
        self.init(code: code, text: english, chinese: chinese == english ? nil : chinese)
    }

    public init(code: String, text: String, chinese: String?) {
        self.code = code
        self.text = text
        chineseText = chinese
    }

    private enum CodingKeys: String, CodingKey {
        case code, text
        case chineseText = "chinese"
    }

    public var english: English { English(verbatim: text) }
    public var chinese: Chinese { Chinese(verbatim: chineseText ?? text) }
}

/// One chip begun for one order.
public struct Attempt: Sendable, Hashable, Codable {
    /// The sequence number of the ledger entry that began it: its name for ever.
    public let id: Int64
    public let order: Order
    /// 16 hexadecimal digits in capitals.
    public let chip: String
    /// How many chips have been begun for this order, this one included.
    public let number: Int

    public init(id: Int64, order: Order, chip: String, number: Int) {
        self.id = id
        self.order = order
        self.chip = chip
        self.number = number
    }
}

/// What the ledger knows of a chip.
public enum ChipStanding: Sendable, Hashable {
    /// Never seen.
    case unknown
    /// Begun, outcome not known: it may be continued for this order alone.
    case open(Attempt)
    /// A finished card, by that entry.
    case made(entry: Int64)
    /// Set apart for ever, by that entry.
    case rejected(entry: Int64, LedgerReason)
    /// A finished card that was replaced or declared void, by that entry.
    case void(entry: Int64, LedgerReason)
}

/// What becomes of a chip after an attempt that made no card.
public enum ChipFate: String, Sendable, Hashable, Codable {
    /// Nothing was written: it goes back to the blanks and may be begun again.
    case unused
    /// It is never used again; nothing was ever written to it, so it gives its place in a release's limit back.
    case rejected
    /// It is never used again, and keys or content may be on it: it counts against the release until two people have
    /// entered that it was destroyed.
    case spoiled
}

/// What becomes of an order after an attempt that made no card.
public enum OrderFate: String, Sendable, Hashable, Codable {
    /// Another chip is to be begun for it.
    case waiting
    /// No card is made of it.
    case rejected
}

/// A card that was made, read back, compared and activated.
public struct MadeCard: Sendable, Hashable, Codable {
    /// SM3 over the JSON of what the card holds, 64 lowercase hexadecimal digits.
    public let imageDigest: String
    /// What went over the link, half-made beginnings of other runs not counted.
    public let commands: Int
    public let bytesOut: Int
    public let bytesIn: Int
    public let milliseconds: Int
    /// Whether an earlier run had begun the chip.
    public let wasContinued: Bool

    public init(
        imageDigest: String, commands: Int, bytesOut: Int, bytesIn: Int, milliseconds: Int, wasContinued: Bool
    ) {
        self.imageDigest = imageDigest
        self.commands = commands
        self.bytesOut = bytesOut
        self.bytesIn = bytesIn
        self.milliseconds = milliseconds
        self.wasContinued = wasContinued
    }
}

/// One run of a production line at one station.
public struct RunRecord: Sendable, Hashable, Codable {
    public let batch: String
    /// `formal` or `test`.
    public let mode: String
    /// Which software: its version and the SM3 of the executable.
    public let software: String
    public let profileDigest: String
    /// The release a formal run rests on (`Docs/protocol.md §9`); nil in test mode.
    public let releaseDigest: String?
    public let operatorName: String
    public let lanes: [String]

    public init(
        batch: String, mode: String, software: String, profileDigest: String, releaseDigest: String?,
        operatorName: String, lanes: [String]
    ) {
        self.batch = batch
        self.mode = mode
        self.software = software
        self.profileDigest = profileDigest
        self.releaseDigest = releaseDigest
        self.operatorName = operatorName
        self.lanes = lanes
    }
}

/// The books of a batch. They balance when every row is in exactly one state.
public struct BatchCounts: Sendable, Hashable, Codable {
    public var waiting = 0
    public var inWork = 0
    /// Orders that have a card.
    public var made = 0
    public var rejected = 0
    public var setAside = 0
    /// Orders whose card was replaced or declared void since, and that wait for no other one.
    public var void = 0
    /// Chips of this batch's runs that can never be used again.
    public var rejectedChips = 0
    /// Chips of this batch whose card was replaced or declared void.
    public var voidChips = 0
    /// Chips of this batch that are nobody's card and count against a release all the same, until two people have
    /// entered that they were destroyed.
    public var countedChips = 0

    public init() {}

    /// Orders and rows set aside.
    public var total: Int { waiting + inWork + made + rejected + setAside + void }
    public var isFinished: Bool { waiting == 0 && inWork == 0 }
}
