import Messages

/// What may be written into a text item, whoever writes it (Docs/profile-format.md, forms). Reading a card needs none of
/// it: what is there is shown.
public struct ItemForm: Sendable, Hashable {
    public enum Characters: String, Sendable, Hashable, CaseIterable {
        /// Whatever the card's character set has.
        case any
        /// ASCII digits and letters.
        case alphanumeric
        /// ASCII digits.
        case digits
    }

    public let name: String
    /// Chinese.
    public let title: String
    public let characters: Characters
    /// Characters that are taken in addition to ``characters``.
    public let marks: String
    /// Characters that are not taken.
    public let refused: String
    /// Characters between the parts of a name: the first is the right one, the others are mistaken for it. Empty: none.
    public let separators: String
    /// How many digits there must be among the characters; nil: any number of them.
    public let digits: ClosedRange<Int>?
    /// The text names something by its digits, so that spreadsheets take it for a number and spoil it.
    public let isNumber: Bool

    /// The form of an item that names none.
    public static let standardName = "text"
}

/// What spreadsheets and programs for tables make of a text when they take it for something else.
public enum SpreadsheetDamage: String, Message, Hashable, CaseIterable {
    /// `1.38E+10`
    case exponent
    /// `123.0`
    case decimals
    /// `996469199703256000`: fifteen digits are kept, the rest became zeros.
    case rounded
    /// `#REF!`, `#NAME?`, `Err:502`
    case errorWord
    /// `NULL`, `nan`, `None`
    case emptyWord
    /// `="0731"`
    case formula
    /// `73148646352` of `073148646352`
    case zeroLost

    /// The damage a text shows; nil for none.
    ///
    /// - Parameter isNumber: whether the text names something by its digits.
    public static func found(in text: String, isNumber: Bool) -> SpreadsheetDamage? {
        let bytes = Array(text.utf8)
        guard let first = bytes.first else { return nil }
        if first == UInt8(ascii: "="), bytes.count > 1 { return .formula }
        if first == UInt8(ascii: "#") || first == UInt8(ascii: "E"), isErrorWord(text) { return .errorWord }
        if bytes.count <= 9, emptyWords.contains(text) { return .emptyWord }
        guard let number = Decimal(bytes) else { return nil }
        if number.hasExponent { return .exponent }
        guard isNumber else { return nil }
        if number.fraction != nil { return .decimals }
        // Doubles keep fifteen digits; three zeros by chance are one number in a thousand, and of those all are longer.
        let tail = bytes.dropFirst(keptDigits)
        guard bytes.count >= keptDigits + 3, tail.allSatisfy({ $0 == 0x30 }) else { return nil }
        // An identity number may end so, and says by its check character that nothing was lost.
        return (try? IDNumber(text)) == nil ? .rounded : nil
    }

    /// Whether a telephone number of a file has lost the zero of its area code: ten or eleven digits that are no mobile
    /// number (eleven from 1 on) and none of 400 or 800. A number of another country begins with `+` or `00`.
    public static func lostZero(inPhone text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard 10...11 ~= bytes.count, bytes.allSatisfy({ $0.decimalDigit != nil }) else { return false }
        switch bytes.first {
        case UInt8(ascii: "0"): return false
        case UInt8(ascii: "1"): return bytes.count == 10
        default: return bytes.count == 11 || !(text.hasPrefix("400") || text.hasPrefix("800"))
        }
    }

    /// Digits that a spreadsheet keeps of a number.
    public static let keptDigits = 15

    private static let emptyWords: Set<String> = [
        "NULL", "Null", "null", "NaN", "nan", "NAN", "None", "NONE", "<NA>", "NaT", "N/A", "n/a", "undefined",
    ]
    private static let errorWords: Set<String> = [
        "#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!",
        "#GETTING_DATA", "#CONNECT!", "#UNKNOWN!", "#BUSY!",
    ]

    private static func isErrorWord(_ text: String) -> Bool {
        errorWords.contains(text) || isFull(text) || text.hasPrefix("Err:") && text.dropFirst(4).allSatisfy(\.isNumber)
    }

    /// `#####`: a column that was too narrow, copied as it was shown.
    private static func isFull(_ text: String) -> Bool {
        text.utf8.count >= 3 && text.utf8.allSatisfy { $0 == UInt8(ascii: "#") }
    }

    /// A text that is a number as programs print one: digits, a point and more digits, an exponent with its sign.
    private struct Decimal {
        var fraction: Int?
        var hasExponent = false

        init?(_ bytes: [UInt8]) {
            var index = bytes.first == UInt8(ascii: "-") ? 1 : 0
            func digits() -> Int { bytes[index...].prefix { $0.decimalDigit != nil }.count }
            let whole = digits()
            guard whole > 0 else { return nil }
            index += whole
            if index < bytes.count, bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ",") {
                index += 1
                let count = digits()
                guard count > 0 else { return nil }
                fraction = count
                index += count
            }
            if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
                index += 1
                let isSigned = index < bytes.count && [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[index])
                // `2E10` may be somebody's number; what programs print has a sign or a point.
                guard isSigned || fraction != nil else { return nil }
                if isSigned { index += 1 }
                let count = digits()
                guard count > 0 else { return nil }
                hasExponent = true
                index += count
            }
            guard index == bytes.count else { return nil }
        }
    }
}

extension ItemForm {
    /// What a text has that its form does not take. Names characters and kinds, never the text.
    public enum Problem: Message, Hashable {
        case spreadsheet(SpreadsheetDamage)
        /// A character of another width: `１` for `1`.
        case fullWidth
        /// A character the form does not take.
        case character(Unicode.Scalar)
        /// A separator of names that is not the right one.
        case separator(Unicode.Scalar, right: Unicode.Scalar)
        case digitCount(Int, allowed: ClosedRange<Int>)
        /// What a program makes of a text that it read in another character set.
        case garbled
        /// A name of marks and digits only.
        case noLetter
    }

    /// The first character that the form does not take, or what a spreadsheet made of the text; nil for none.
    public func characterProblem(in text: String) -> Problem? {
        if let damage = SpreadsheetDamage.found(in: text, isNumber: isNumber) { return .spreadsheet(damage) }
        if EnteredText.isGarbled(text) { return .garbled }
        guard characters != .any || isNumber || !refused.isEmpty || !separators.isEmpty else { return nil }
        let right = separators.unicodeScalars.first
        for scalar in text.unicodeScalars {
            if marks.unicodeScalars.contains(scalar) { continue }
            if isNumber || characters != .any, (0xFF01...0xFF5E).contains(scalar.value) { return .fullWidth }
            if let right, scalar != right, separators.unicodeScalars.contains(scalar) {
                return .separator(scalar, right: right)
            }
            if refused.unicodeScalars.contains(scalar) { return .character(scalar) }
            switch characters {
            case .any: break
            case .alphanumeric: guard isDigit(scalar) || isLetter(scalar) else { return .character(scalar) }
            case .digits: guard isDigit(scalar) else { return .character(scalar) }
            }
        }
        // `·`, `-`, `1.0`: what stands where a name should be when there is none.
        return isName && !text.unicodeScalars.contains(where: \.properties.isAlphabetic) ? .noLetter : nil
    }

    /// Whether names of people have this form.
    private var isName: Bool { !separators.isEmpty }

    /// Whether telephone numbers have this form.
    public var isPhone: Bool { isNumber && marks.contains("+") }

    /// Too few or too many digits; nil where the number is right.
    public func countProblem(in text: String) -> Problem? {
        guard let digits else { return nil }
        let count = text.utf8.count { $0.decimalDigit != nil }
        return digits.contains(count) ? nil : .digitCount(count, allowed: digits)
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }
    private func isLetter(_ scalar: Unicode.Scalar) -> Bool { (0x61...0x7A).contains(scalar.value | 0x20) }
}
