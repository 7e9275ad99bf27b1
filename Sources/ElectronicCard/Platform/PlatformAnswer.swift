import Messages

/// What a platform answered, as typed values. A value that the platform gave and that is not known here is ``Known/other(_:)``,
/// never left out.
public struct PlatformAnswer: Sendable, Hashable {
    public var cardID: CardID?
    public var mainIndex: MainIndex?
    /// The text of a code that the platform made.
    public var codeText: String?
    public var attribute: Known<CardAttribute>?
    public var status: Known<CardStatus>?
    public var link: Known<CardLink>?
    /// Physical cards of the same person.
    public var cards: [BoundCard] = []
    /// Whose card it is to whoever shows it, and others under it.
    public var relations: [Known<HolderRelation>] = []

    public init() {}
}

/// A value of a list that platforms may lengthen.
public enum Known<Value: Message & Hashable>: Message, Hashable {
    case value(Value)
    /// As the platform wrote it, at most 32 characters.
    case other(String)

    public var english: English {
        switch self {
        case .value(let value): value.english
        case .other(let text): "unknown value \(text)"
        }
    }

    public var chinese: Chinese {
        switch self {
        case .value(let value): value.chinese
        case .other(let text): "未知值 \(text)"
        }
    }
}

/// Whether a card is a full one.
public enum CardAttribute: String, Message, Hashable, CaseIterable, Codable {
    case temporary, formal
}

public enum CardStatus: String, Message, Hashable, CaseIterable, Codable {
    case normal, paused
    /// The card is no more; unbinding alone leaves it.
    case closed
}

/// Whether the card is on a phone. Unbinding ends that and does not close the card.
public enum CardLink: String, Message, Hashable, CaseIterable, Codable {
    case bound, unbound
}

/// Whose card it is to whoever shows it.
public enum HolderRelation: String, Message, Hashable, CaseIterable, Codable {
    case own
    /// A child under an adult's card.
    case childOfAdult
    /// A newborn, by a parent's document.
    case newbornOfParent
    case family
    /// Somebody whose guardian shows the card.
    case ward

    /// Whether an adult must be there who answers for the holder.
    public var needsGuardian: Bool { self == .childOfAdult || self == .newbornOfParent || self == .ward }
}

/// A physical card of the person, as the platform knows it.
public struct BoundCard: Sendable, Hashable {
    /// As the platform writes it.
    public let type: String
    public let number: String

    public init(type: String, number: String) {
        self.type = type
        self.number = number
    }
}
