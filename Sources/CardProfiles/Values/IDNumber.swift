/// A citizen identification number (GB 11643): region 6, birth date 8, sequence 3, check character.
public struct IDNumber: Sendable, Hashable {
    /// The 18 characters, the last a digit or `X`.
    public let text: String
    /// The day positions 7 to 14 name.
    public let birthDate: CalendarDate
    /// Whether the 17th digit is odd.
    public let isMale: Bool

    /// - Throws: ``Problem``, which tells what is wrong and never repeats the number.
    public init(_ text: String) throws(Problem) {
        let characters = Array(text.utf8)
        guard characters.count == 18 else { throw .length }
        guard characters[0..<17].allSatisfy({ (0x30...0x39).contains($0) }),
            (0x30...0x39).contains(characters[17]) || characters[17] == 0x58
        else { throw .characters }
        guard let birthDate = CalendarDate(digits: characters[6..<14]) else { throw .birthDate }
        guard Self.checkCharacter(of: characters[0..<17]) == characters[17] else { throw .checkDigit }
        self.text = text
        self.birthDate = birthDate
        isMale = characters[16] % 2 == 1
    }

    /// The two-digit province of the region: 99 is the reserved one of test cards (`Docs/protocol.md §9`).
    public var province: String { String(text.prefix(2)) }

    /// The weights of GB 11643, sum modulo 11 into `10X98765432`.
    private static func checkCharacter(of digits: some Sequence<UInt8>) -> UInt8 {
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(digits, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
        return Array("10X98765432".utf8)[sum % 11]
    }

    /// What is wrong with a number.
    public enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
        case length, characters, birthDate, checkDigit

        public var description: String {
            switch self {
            case .length: "an id number has 18 characters"
            case .characters: "an id number is 17 digits and a digit or a capital X"
            case .birthDate: "the birth date inside the id number does not exist"
            case .checkDigit: "the check digit of the id number is wrong (GB 11643)"
            }
        }
    }
}
