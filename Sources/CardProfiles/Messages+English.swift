import Messages

extension EnteredText.Problem {
    public var english: English {
        switch self {
        case .control(let scalar): .init("has the control character U+\(scalar.code)", hint: "remove it")
        case .lost: .init("has the mark U+FFFD in place of a lost character", hint: "write the text again")
        case .garbled:
            .init(
                "was read in another character set than it was written in",
                hint: "make the file again from its source, in UTF-8")
        }
    }
}

extension GBKError {
    public var english: English {
        switch self {
        case .notEncodable(let scalar):
            .init("GBK has no code for '\(scalar)' (U+\(scalar.code))", hint: "write another character in its place")
        case .invalid(let offset): "the byte at offset \(offset) does not begin a GBK character"
        case .unavailable:
            .init(
                "the C library has no GBK converter", hint: "install the package that contains its gconv modules")
        }
    }
}

extension IDNumber.Problem {
    public var english: English {
        switch self {
        case .length: "an id number has 18 characters"
        case .characters: "an id number is 17 digits and a digit or a capital X"
        case .birthDate: "the birth date inside the id number does not exist"
        case .checkDigit: "the check digit of the id number is wrong (GB 11643)"
        }
    }
}

extension ItemError {
    public var english: English { .init("item \(number) \(item): \(problem)", hintOf: problem) }
}

extension ItemError.Problem: Message {
    public var english: English {
        switch self {
        case .tooLong(let bytes, let limit):
            .init("takes \(bytes, "byte") where the card has \(limit)", hint: "shorten it; nothing is cut")
        case .notEncodable(let scalar):
            scalar.value < 0x20 || scalar.value == 0x7F
                ? .init("has the control character U+\(scalar.code)", hint: "remove it")
                : .init(
                    "has the character '\(scalar)' (U+\(scalar.code)), which GBK lacks",
                    hint: "write another in its place")
        case .notInTable(let title, let codes): "is not a code of \(title), which has \(list: codes)"
        case .unknownTable(let name): "the profile has no code table '\(name)'"
        case .form(_, let problem): problem.english
        case .notDigits: "may hold decimal digits only"
        case .wrongDigitCount(let count, let allowed): "has \(count, "digit"), not \(English(range: allowed))"
        case .notANumber: "is not a natural number"
        case .notAnAmount(let decimals):
            .init("is not an amount", hint: "write digits, a point and at most \(decimals, "decimal")")
        case .notADate: .init("is not a date of the calendar, or can be read in two ways", hint: "write YYYY-MM-DD")
        case .notADateTime: .init("is not a date and time", hint: "write YYYY-MM-DDThh:mm:ss")
        case .notAFlag: .init("is neither true nor false", hint: "write true or false")
        case .idNumber(let problem): problem.english
        case .notHexadecimal: "may hold hexadecimal digits only, two for each byte"
        case .notBase64: "is not Base64"
        case .wrongLength(let bytes, let expected): "has \(bytes, "byte"), not \(expected)"
        case .wrongKind: "is given a value of another kind"
        case .invalidText(let offset): "the byte at offset \(offset) does not begin a GBK character"
        case .contentAfterPadding(let offset): "goes on after its padding began at offset \(offset)"
        case .invalidDigit(let offset): "the byte at offset \(offset) holds neither digits nor padding"
        case .photoLength(let bytes, let limit): "claims to be \(bytes) bytes long where at most \(limit) fit"
        case .noConverter: GBKError.unavailable.english
        }
    }
}

extension ItemForm.Problem {
    public var english: English {
        switch self {
        case .spreadsheet(let damage): damage.english
        case .fullWidth: .init("has full-width characters", hint: "write digits and letters in half width")
        case .character(let scalar): "has a character that is not allowed there (U+\(scalar.code))"
        case .separator(let scalar, let right):
            .init(
                "has U+\(scalar.code) between the parts of a name", hint: "write '\(right)' (U+\(right.code))")
        case .digitCount(let count, let allowed): "has \(count, "digit"), not \(English(range: allowed))"
        case .garbled: EnteredText.Problem.garbled.english
        case .noLetter: .init("is not a name: it has no letter", hint: "write the name")
        }
    }
}

extension SpreadsheetDamage {
    public var english: English {
        let how: English =
            switch self {
            case .exponent: "was turned into a number with an exponent"
            case .decimals: "was turned into a number with decimals"
            case .rounded: "was turned into a number, and its last digits became zeros"
            case .errorWord: "is an error message of a spreadsheet"
            case .emptyWord: "is a program's word for an empty cell"
            case .formula: "is a spreadsheet formula"
            case .zeroLost: "was turned into a number, and the zero at its beginning is gone"
            }
        return self == .emptyWord
            ? .init(how, hint: "leave the field empty") : .init(how, hint: "write it again from its source")
    }
}

extension ValueRelationProblem {
    public var english: English {
        let correction: English = "correct the one that is wrong"
        return switch self {
        case .birthDateOfNumber(let column): .init("is not the birth date in \(column)", hint: correction)
        case .sexOfNumber(let column): .init("is not the sex in \(column) (17th digit)", hint: correction)
        case .numberOfHolder(let code):
            .init(
                "is not the holder's own identity number, which a document of type \(code) has",
                hint: "correct the type or the number")
        case .birthAfterIssue, .afterIssue: .init("is after the day of issue", hint: correction)
        case .beforeBirth: .init("is before the day of birth", hint: correction)
        case .inFuture: .init("is in the future", hint: "correct it, and check the clock of this machine")
        case .endsBeforeIssue: .init("is before the day of issue", hint: correction)
        }
    }
}

extension English {
    /// `6`, `2 to 4`.
    init(range: ClosedRange<Int>) {
        self =
            range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }
}

extension CardFactorDescription {
    public var english: English { "\(list: parts)" }
}

extension CardFactorDescription.Part {
    public var english: English {
        guard isCode else { return "\(englishTitle) \(value)" }
        guard let entry else { return "\(englishTitle) \(value) (unknown code)" }
        return "\(englishTitle) \(value) (\(entry.english ?? entry.label))"
    }
}
