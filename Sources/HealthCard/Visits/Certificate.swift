import CardProfiles
import ISO7816
import Messages
import ShangMi

/// A certificate without tags, as its layout in the profile says (`Docs/protocol.md §7`): issuer, SAM.
public struct Certificate: Sendable, Hashable {
    public let layout: CertificateLayout
    public let bytes: [UInt8]
    public let publicKey: SM2.PublicKey

    /// What bytes are that are no certificate.
    public enum Problem: Error, Message, Hashable {
        /// Nothing but padding.
        case empty
        case length(bytes: Int, expected: Int)
        /// A field that always holds the same holds something else: format, kind, algorithm.
        case constant(field: String)
        /// Not a point of the curve.
        case publicKey
        /// No date where the layout has one.
        case date(field: String)
        /// The layout has no public key or no signature.
        case layout(String)
    }

    /// Reads a certificate; whether it is to be trusted, ``isSigned(by:)`` and the dates say.
    public init(_ bytes: [UInt8], layout: CertificateLayout) throws(Problem) {
        guard bytes.count == layout.size else { throw .length(bytes: bytes.count, expected: layout.size) }
        guard let first = bytes.first, !bytes.allSatisfy({ $0 == first }) else { throw .empty }
        self.layout = layout
        self.bytes = bytes
        for field in layout.fields {
            if case .constant(let constant) = field.content, Self.slice(bytes, field) != constant {
                throw .constant(field: field.name)
            }
        }
        guard let field = layout.fields.first(where: { $0.content == .publicKey }),
            layout.fields.contains(where: { $0.content == .signature })
        else { throw .layout(layout.name) }
        guard let key = try? SM2.PublicKey(Self.slice(bytes, field)) else { throw .publicKey }
        publicKey = key
        for name in [Field.notBefore, .notAfter] where layout.field(name.rawValue) != nil {
            if date(name) == nil { throw .date(field: name.rawValue) }
        }
    }

    /// Fields with a meaning to the verifier, by their names in the profile.
    public enum Field: String, Sendable, Hashable, CaseIterable {
        case issuer, subject, serial, notBefore, notAfter, terminal
    }

    /// First and last day of validity; nil where the layout has none.
    public var notBefore: CalendarDate? { date(.notBefore) }
    public var notAfter: CalendarDate? { date(.notAfter) }

    /// A field as text: digits of digit fields up to their padding, hexadecimal for the others.
    public func text(_ field: Field) -> String? {
        guard let field = layout.field(field.rawValue) else { return nil }
        let value = Self.slice(bytes, field)
        if case .digits = field.content {
            return String(decoding: FieldStyle.digits.text(of: value), as: UTF8.self)
        }
        return Hex.encode(value).lowercased()
    }

    /// Whether the key's owner signed it, with the layout's user identity.
    public func isSigned(by key: SM2.PublicKey) -> Bool {
        guard let field = layout.fields.first(where: { $0.content == .signature }) else { return false }
        return key.isValid(
            signature: Self.slice(bytes, field), message: Array(bytes.prefix(layout.signedLength)),
            userID: Array(layout.userID.utf8))
    }

    /// A field that is a day; nil for the others.
    public func date(_ field: Field) -> CalendarDate? {
        guard field == .notBefore || field == .notAfter else { return nil }
        return layout.field(field.rawValue).flatMap {
            CalendarDate(digits: FieldStyle.digits.text(of: Self.slice(bytes, $0)))
        }
    }

    private static func slice(_ bytes: [UInt8], _ field: CertificateField) -> [UInt8] {
        Array(bytes.dropFirst(field.offset).prefix(field.length))
    }
}
