import ISO7816

/// Which historical bytes of the answer to reset are the card factor, on each interface, and what they say of the chip
/// (Docs/protocol.md §2, Docs/card.md §2.5).
public struct CardFactorRule: Sendable, Hashable {
    /// Bytes of the factor.
    public let length: Int
    /// Where they are; nothing for an interface whose answer holds no factor.
    public let places: [CardInterface: HistoricalBytesPlace]
    /// A chip has one factor, whichever interface it is asked through.
    public let isSameOnInterfaces: Bool
    /// What the factor is made of, one field after the other, over all its bytes.
    public let fields: [CardFactorField]

    /// The bytes of the factor among so many historical bytes.
    ///
    /// - Returns: nil where the interface has none, or the bytes are too few.
    public func range(in count: Int, on interface: CardInterface) -> Range<Int>? {
        guard let place = places[interface], count >= length + place.offset else { return nil }
        let start =
            switch place.end {
            case .first: place.offset
            case .last: count - place.offset - length
            }
        return start..<start + length
    }

    /// Historical bytes that an answer on this interface needs; nil where it has no factor.
    public func needed(on interface: CardInterface) -> Int? { places[interface].map { $0.offset + length } }
}

/// A place in the historical bytes.
public struct HistoricalBytesPlace: Sendable, Hashable {
    /// Which end of the historical bytes is counted from.
    public enum End: String, Sendable, Hashable, CaseIterable {
        case first, last
    }

    public let end: End
    /// Bytes between that end and the place.
    public let offset: Int
}

/// A part of the card factor.
public struct CardFactorField: Sendable, Hashable {
    /// `chipMaker`, `cardMaker`, `serial`.
    public let name: String
    /// Chinese.
    public let title: String
    public let english: String
    public let offset: Int
    public let length: Int
    /// The code table whose codes are the field's bytes in capital hexadecimal digits; nil: a number.
    public let codeTable: String?
}
