/// A citizen's identity number, GB 11643: six digits of region, eight of birth date, three of sequence, a check
/// character (`Docs/card.md §6`, check digits).
public struct IdentityNumber: Sendable, Hashable {
    /// What is wrong with a text that is no identity number.
    public enum Flaw: Error, Sendable, Hashable {
        /// Not 17 digits and a digit or capital X.
        case form
        /// The check character is not the one its 17 digits ask for.
        case checkDigit
        /// Digits 7 to 14 name no day.
        case birthDate
    }

    /// The 18 characters.
    public let text: String
    public let birthDate: CalendarDate

    public init(_ text: String) throws(Flaw) {
        let bytes = Array(text.utf8)
        guard bytes.count == 18, bytes.dropLast().allSatisfy({ (0x30...0x39).contains($0) }) else { throw .form }
        guard (0x30...0x39).contains(bytes[17]) || bytes[17] == UInt8(ascii: "X") else { throw .form }
        guard bytes[17] == Self.checkCharacter(of: bytes.dropLast()) else { throw .checkDigit }
        guard let birthDate = CalendarDate(digits: bytes[6..<14]) else { throw .birthDate }
        self.text = text
        self.birthDate = birthDate
    }

    /// Region 99 belongs to people who do not exist: the holders of test cards (`Docs/protocol.md §9`).
    public var isOfTestRegion: Bool { text.hasPrefix("99") }

    /// An odd 17th digit means a man (`Docs/card.md §6`).
    public var isMale: Bool { (text.utf8.dropLast().last ?? 0) % 2 == 1 }

    /// One integer for each number, so that a set of a million of them stays small.
    var packed: UInt64 {
        text.utf8.reduce(0) { $0 * 11 + UInt64($1 == UInt8(ascii: "X") ? 10 : $1 - 0x30) }
    }

    /// ISO 7064 MOD 11-2 over the 17 digits.
    private static func checkCharacter(of digits: some Collection<UInt8>) -> UInt8 {
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(digits, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
        return Array("10X98765432".utf8)[sum % 11]
    }
}
