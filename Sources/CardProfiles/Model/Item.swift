/// How a value lies in its bytes (Docs/card.md §1.4).
public enum ItemCoding: String, Sendable, Hashable, CaseIterable {
    /// Text or characters, left-justified, padded with 00.
    case ans
    /// Decimal digits, two a byte, left-justified, padded with F.
    case cn
    /// Raw bytes or a binary number.
    case b
}

/// What a value means, beyond its bytes (Docs/protocol.md §5 "Values").
public enum ItemFormat: Sendable, Hashable {
    /// Free text, in the profile's character set.
    case text
    /// A string of decimal digits whose leading zeros count; how many, `Item.digits` says.
    case digits
    /// A natural number of at most `Item.digits.upperBound` digits.
    case number
    /// A decimal number with `Item.decimals` implied decimals and at most `Item.digits.upperBound` digits in all.
    case amount
    /// A code of the named table. A `b` coded item holds it as a binary number.
    case code(String)
    /// `YYYYMMDD`.
    case date
    /// `YYYYMMDDhhmmss`.
    case dateTime
    /// One byte: `Item.flag` says which mean yes and no.
    case flag
    /// A citizen's identity number of 18 characters with its check character (GB 11643).
    case idNumber
    /// Bytes without further structure.
    case binary
    /// A JPEG picture after a big-endian length of `Item.prefixLength` bytes; 00 to the end of the field.
    case photo
}

/// Where an item lies in its file.
public enum ItemPlace: Sendable, Hashable {
    /// The value of the record with this number (1-254), whose tag is the item's number.
    case record(Int)
    /// The first byte, in a transparent file or inside one record of a fixed or cyclic file.
    case offset(Int)
}

/// The repeated group an item belongs to, `diagnoses` for instance.
public struct ItemGroup: Sendable, Hashable {
    public let name: String
    /// Which repetition, from 0.
    public let index: Int
    /// How many repetitions the file has.
    public let count: Int
    /// The place of the item in its repetition, from 0.
    public let member: Int
}

/// Where the personalization takes the value from.
public enum ItemSource: Sendable, Hashable {
    /// The applicant's row: the column named like the item (numbered 1… in lists).
    case application
    /// Always this text.
    case constant(String)
    /// A field of the batch.
    case batch(String)
    /// The value of another item, `section.item`.
    case item(ItemReference)
    /// The last digits of the chip serial in capital hexadecimal.
    case chipSerial(hexDigits: Int)
    /// The rule `CardProfile.securityCode`.
    case securityCode
    /// The issuer certificate, built by `CardProfile.certificates`.
    case certificate(String)
    /// The signature over all that lies before it in the file.
    case signature
    /// Written later, in a clinic; empty on a new card.
    case later
}

/// The bytes of a flag.
public struct FlagBytes: Sendable, Hashable {
    public let yes: UInt8
    public let no: UInt8
}

/// `section.item`: names an item whatever file holds it.
public struct ItemReference: Sendable, Hashable, CustomStringConvertible {
    public let section: String
    public let item: String
    public init(section: String, item: String) {
        self.section = section
        self.item = item
    }
    public var description: String { section + "." + item }
}

/// One data item of the card (Docs/items.md).
public struct Item: Sendable, Hashable {
    /// Unique in the profile; 1-385 in the standard.
    public let number: Int
    /// The tag byte where the file has records with tags: the number, unless the profile says otherwise; else 0.
    public let tag: UInt8
    /// The name in JSON, CSV and Swift, unique in its section together with the group.
    public let name: String
    /// The name in the standard, Chinese.
    public let label: String
    /// Bytes on the card, padding included.
    public let length: Int
    public let coding: ItemCoding
    public let format: ItemFormat
    /// The form of a text, by its name in ``CardProfile/forms``; nil for items that hold no free text.
    public let form: String?
    public let place: ItemPlace
    public let group: ItemGroup?
    public let isRequired: Bool
    public let source: ItemSource
    /// How many decimal digits a `digits`, `number` or `amount` may have; `0...0` for other formats.
    public let digits: ClosedRange<Int>
    /// Implied decimals of an `amount`, else 0.
    public let decimals: Int
    /// The length field before a photo, else 0.
    public let prefixLength: Int
    /// The byte an empty value is filled with, and a short one padded: 00 or FF.
    public let emptyByte: UInt8
    /// The bytes of a `flag`.
    public let flag: FlagBytes
    /// What stands for a character the card's character set lacks; nil: such a character is an error
    /// (Docs/protocol.md §10).
    public let substitute: String?

    /// The most value bytes the item takes, without a photo's length field.
    public var capacity: Int { length - prefixLength }

    /// The record number, for items that are records of their own.
    public var record: Int? {
        guard case .record(let number) = place else { return nil }
        return number
    }

    /// The first byte, for items inside a transparent file or a record without tags.
    public var offset: Int? {
        guard case .offset(let offset) = place else { return nil }
        return offset
    }
}
