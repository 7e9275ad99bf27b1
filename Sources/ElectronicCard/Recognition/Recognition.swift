import CardProfiles
import Messages

/// What a scanned or typed text is, by its form alone (`Docs/electronic-card.md §3`). Nothing is guessed: a text that is
/// not exactly of one of the known forms is ``Content/unknown(_:)``, with the reason.
public struct Recognition: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        case code(CardCode)
        /// A code behind a leading field whose meaning nobody has published. It is not taken for a code.
        case unknownPrefix(PrefixedCode)
        /// A resident identity number whose date exists and whose check character is right.
        ///
        /// - Parameter mayBePayment: a payment code can have the same 18 digits.
        case identityNumber(IDNumber, mayBePayment: Bool)
        /// A payment code. Its digits are worth money for a minute and are not kept.
        case payment(PaymentService)
        case unknown(UnknownReason)
    }

    public let content: Content
    /// What was changed to recognize it.
    public let normalizations: Normalizations

    /// Bytes of the longest text that is looked at.
    public static let longestText = 65_536

    init(_ content: Content, _ normalizations: Normalizations) {
        self.content = content
        self.normalizations = normalizations
    }

    /// Recognizes the UTF-8 of a text, whatever its bytes are. Takes time in proportion to them, and at most as much
    /// memory as they have.
    public init(of bytes: UnsafeBufferPointer<UInt8>) {
        var recognizer = Recognizer(bytes)
        let content = recognizer.recognize()
        self.init(content, recognizer.normalizations)
    }

    public init(of bytes: [UInt8]) { self = bytes.withUnsafeBufferPointer { Recognition(of: $0) } }

    public init(of text: some StringProtocol) {
        var text = String(text)
        self = text.withUTF8 { Recognition(of: $0) }
    }

    /// The code, where the text is one.
    public var code: CardCode? {
        guard case .code(let code) = content else { return nil }
        return code
    }
}

extension Recognition: CustomStringConvertible {
    /// The kind alone.
    public var description: String {
        switch content {
        case .code(let code): code.description
        case .unknownPrefix: "code with an unknown prefix"
        case .identityNumber: "identity number"
        case .payment: "payment code"
        case .unknown(let reason): "unknown text (\(reason.rawValue))"
        }
    }
}

/// What scanners, input methods and people add to a text, and is taken away or written as it is meant.
public struct Normalizations: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// CR or LF before or behind it.
    public static let lineEnd = Normalizations(rawValue: 1)
    /// Tabs or blanks of any width before or behind it.
    public static let blank = Normalizations(rawValue: 2)
    /// `：` for `:`.
    public static let fullWidthColon = Normalizations(rawValue: 4)
    /// Lower-case hexadecimal digits, or `x` at the end of an identity number.
    public static let lowercase = Normalizations(rawValue: 8)

    /// Their names, in JSON too.
    public var names: [String] {
        [(Self.lineEnd, "lineEnd"), (.blank, "blank"), (.fullWidthColon, "fullWidthColon"), (.lowercase, "lowercase")]
            .filter { contains($0.0) }.map(\.1)
    }
}

/// A code behind a field of unknown meaning, `85:ID:1`.
public struct PrefixedCode: Sendable, Hashable {
    /// 1 to 8 ASCII letters and digits.
    public let prefix: String
    /// What would be recognized without the prefix; it is not known to be that.
    public let rest: CardCode
}

/// Whose payment code.
public enum PaymentService: String, Message, Hashable, CaseIterable, Codable {
    case weChat, alipay, unionPay
}

/// Why a text is none of the known forms.
public enum UnknownReason: String, Message, Hashable, CaseIterable, Codable {
    case empty
    /// More than ``Recognition/longestText`` bytes.
    case tooLong
    case notUTF8
    /// A control character in it, a NUL, a line end in the middle.
    case controlCharacter
    /// Full-width letters or digits: an input method was on.
    case fullWidth
    /// Other characters than ASCII.
    case otherCharacters
    /// A blank in the middle.
    case blankInside
    /// Looks like a code, and what should be hexadecimal digits is not.
    case notHexadecimal
    /// The id has another number of digits than 48 and 64.
    case idLength
    /// An id without a kind, or a main index: they look alike.
    case noKind
    /// Another kind than 0, 1 and 9.
    case unknownKind
    /// A dynamic code without validity.
    case noValidity
    /// Validity of another length than 32 hexadecimal digits, or where none belongs.
    case validity
    /// A payment or issuer field that is too long or has other characters.
    case field
    case tooManyFields
    /// An 18-digit number that is no identity number and no payment code.
    case identityNumber
    /// Digits of no known length and beginning.
    case digits
    /// A text of another sort.
    case text
}
