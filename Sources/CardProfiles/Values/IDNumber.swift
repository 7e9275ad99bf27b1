import Messages

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
        guard text.utf8.count == 18 else { throw .length }
        var (sum, date, seventeenth, last) = (0, 0, 0, UInt8(0))
        for (index, character) in text.utf8.enumerated() {
            guard index < 17 else {
                last = character
                break
            }
            guard let digit = character.decimalDigit.map(Int.init) else { throw .characters }
            sum += digit * Self.weights[index]
            if (6..<14).contains(index) { date = date * 10 + digit }
            seventeenth = digit
        }
        guard last.decimalDigit != nil || last == 0x58 else { throw .characters }
        guard let birthDate = CalendarDate(number: date) else { throw .birthDate }
        guard Self.checkCharacters[sum % 11] == last else { throw .checkDigit }
        self.text = text
        self.birthDate = birthDate
        isMale = seventeenth % 2 == 1
    }

    /// The two-digit province of the region: 99 is the reserved one of test cards (`Docs/protocol.md §9`).
    public var province: String { String(text.prefix(2)) }

    /// The weights of GB 11643 and, by their sum modulo 11, the check character.
    private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    private static let checkCharacters = Array("10X98765432".utf8)

    /// The check character of seventeen digits (GB 11643).
    static func checkCharacter(of digits: some Collection<UInt8>) -> UInt8 {
        checkCharacters[zip(digits, weights).reduce(0) { $0 + Int($1.0 & 0x0F) * $1.1 } % 11]
    }

    /// What is wrong with a number.
    public enum Problem: String, AdvisedError, CaseIterable {
        case length, characters, birthDate, checkDigit

        public static let domain = "idNumber"
        public var code: Self { self }
        public var kind: ErrorKind { .badInput }
    }
}
