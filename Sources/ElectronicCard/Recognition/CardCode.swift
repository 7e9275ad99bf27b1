/// The text of an electronic card's code as a scanner has it, recognized by its form and **not verified**: anybody can
/// write such a text. ``CodeVerifier`` tells what of it can be proved.
public struct CardCode: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// Kind 1: the same text every time.
        case fixed = "static"
        /// Kind 0: with a validity.
        case dynamic
        /// Kind 9: of a temporary card.
        case temporary
    }

    public let kind: Kind
    /// The code in its one spelling: ASCII, hexadecimal digits in upper case, no blanks around it.
    private let spelling: [UInt8]
    /// Digits of the id: 48 or 64.
    private let idLength: Int
    private let validityPlace: Range<Int>?
    private let paymentPlace: Range<Int>?
    private let issuerPlace: Range<Int>?

    init(
        kind: Kind, spelling: [UInt8], idLength: Int, validity: Range<Int>?, payment: Range<Int>?, issuer: Range<Int>?
    ) {
        self.kind = kind
        self.spelling = spelling
        self.idLength = idLength
        validityPlace = validity
        paymentPlace = payment
        issuerPlace = issuer
    }

    /// What a picture of this code holds.
    public var text: String { String(decoding: spelling, as: UTF8.self) }

    /// The electronic card id, as hexadecimal digits in upper case: 64, or 48 on some platforms.
    public var idDigits: String { String(decoding: spelling[..<idLength], as: UTF8.self) }

    /// 32 bytes, or 24 on some platforms.
    public var id: CardID { CardID(encrypted: bytes(0..<idLength)) }

    /// Until when it is valid, encrypted. Every dynamic code has it; a temporary one may.
    public var validity: SealedValidity? { validityPlace.map { SealedValidity(encrypted: bytes($0)) } }

    /// The payment field, as it is written; nil where it is empty or absent.
    public var payment: String? { paymentPlace.map(string) }

    /// The issuer or application field, as it is written; nil where it is empty or absent.
    public var issuer: String? { issuerPlace.map(string) }

    private func string(_ place: Range<Int>) -> String { String(decoding: spelling[place], as: UTF8.self) }

    /// What was recognized as hexadecimal digits in upper case, as bytes.
    private func bytes(_ place: Range<Int>) -> [UInt8] {
        func value(_ digit: UInt8) -> UInt8 { digit < 0x41 ? digit & 0x0F : digit - 0x37 }
        return stride(from: place.lowerBound, to: place.upperBound, by: 2).map {
            value(spelling[$0]) << 4 | value(spelling[$0 + 1])
        }
    }
}

extension CardCode: CustomStringConvertible, CustomReflectable {
    /// Its kind alone: a code identifies a person, and whoever has a static one can show it.
    public var description: String { "\(kind.rawValue) code of an electronic card" }
    public var customMirror: Mirror { Mirror(self, children: ["kind": kind]) }
}

extension CardCode {
    /// A static code.
    public init(id: CardID, issuer: String? = nil) throws(CodeFormError) {
        try self.init(made: "\(id.hex):1" + (issuer.map { "::\($0)" } ?? ""), .fixed)
    }

    /// A dynamic code.
    public init(id: CardID, validity: SealedValidity, issuer: String? = nil) throws(CodeFormError) {
        try self.init(made: "\(id.hex):0:\(validity.hex)" + (issuer.map { "::\($0)" } ?? ""), .dynamic)
    }

    /// A code is made as it is recognized, or not at all.
    private init(made text: String, _ kind: Kind) throws(CodeFormError) {
        guard case .code(let code) = Recognition(of: text).content, code.kind == kind else { throw CodeFormError() }
        self = code
    }
}

/// A field that no code can have.
public struct CodeFormError: Error, Hashable {}
