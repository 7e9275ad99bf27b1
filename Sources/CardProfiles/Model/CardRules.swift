import ISO7816

/// The kinds of card terminals' SAMs and what each holds (Docs/card.md §2.4).
public struct SAMType: Sendable, Hashable {
    /// 1-5.
    public let number: Int
    public let title: String
    /// Names of keys.
    public let keys: [String]
}

/// A file of the SAM.
public struct SAMFile: Sendable, Hashable {
    public let name: String
    public let title: String
    /// nil: the MF.
    public let directory: FileIdentifier?
    public let fileIdentifier: FileIdentifier
    public let sfi: ShortFileIdentifier
    public let fields: [LayoutField]
    /// Bytes.
    public let size: Int
}

/// The security access module (Docs/protocol.md §6).
public struct SAMRules: Sendable, Hashable {
    public let types: [SAMType]
    public let files: [SAMFile]
    /// What a SAM of this profile answers to reset, where one is made.
    public let answerToReset: AnswerToResetLayout
    /// Wrong PINs until it is blocked.
    public let pinTries: Int
    /// The file and field whose value is the SAM's province.
    public let provinceFile: String
    public let provinceField: String
    /// The factor a SAM diversifies by first that keeps a key at three levels.
    public let thirdFactor: ItemFactorRule

    public func type(_ number: Int) -> SAMType? { types.first { $0.number == number } }
    public func file(_ name: String) -> SAMFile? { files.first { $0.name == name } }
}

/// What stands in a field of a certificate.
public enum CertificateContent: Sendable, Hashable {
    case constant([UInt8])
    case zeros
    /// A field of the batch or an identity given by the caller, as cn digits padded with F.
    case digits(String)
    /// The same, as bytes.
    case bytes(String)
    /// The subject's public key, x ‖ y.
    case publicKey
    /// r ‖ s over all that precedes.
    case signature

    /// The name of the value that whoever makes the certificate gives; nil where nothing is to be given.
    public var valueName: String? {
        switch self {
        case .digits(let name), .bytes(let name): name
        case .constant, .zeros, .publicKey, .signature: nil
        }
    }
}

/// A field of a certificate, in order.
public struct CertificateField: Sendable, Hashable {
    public let name: String
    public let offset: Int
    public let length: Int
    public let content: CertificateContent
}

/// A certificate without tags (Docs/protocol.md §7).
public struct CertificateLayout: Sendable, Hashable {
    /// `issuer`, `sam`.
    public let name: String
    public let size: Int
    /// Whose key signs it, by the names of `TestKeyPublication.signatureKeys`.
    public let signer: String
    public let subject: String
    public let fields: [CertificateField]
    /// The user identity of SM2.
    public let userID: String

    public func field(_ name: String) -> CertificateField? { fields.first { $0.name == name } }
    /// The bytes that are signed: all before the signature.
    public var signedLength: Int { fields.first { $0.content == .signature }?.offset ?? size }
}

/// A part of the security code's input.
public struct SecurityCodePart: Sendable, Hashable {
    public let item: ItemReference
    /// Characters, ASCII.
    public let length: Int
}

/// How a block of hexadecimal digits becomes decimal ones.
public enum Decimalization: String, Sendable, Hashable, CaseIterable {
    /// All decimal digits from left to right, then all letters minus 10.
    case digitsThenLetters
}

/// The security code (Docs/protocol.md §8): CBC-MAC of the parts, `80 00…`, under `key` as it is.
public struct SecurityCodeRule: Sendable, Hashable {
    public let key: String
    public let digits: Int
    public let input: [SecurityCodePart]
    public let decimalization: Decimalization
}

/// What tells test cards from formal ones (Docs/protocol.md §9).
public struct ModeRules: Sendable, Hashable {
    /// The region of an identity number that test cards alone may have, and formal ones never: its first digits.
    public let testRegion: String
    /// Who must have approved a batch before formal cards are made.
    public let formalApprovals: [String]
    /// Printed across the face of a test card.
    public let testFaceText: [String]
}

/// Which items of the applicant depend on each other, and what a row may hold besides items (Docs/items.md).
public struct ApplicationRules: Sendable, Hashable {
    public let idNumber: ItemReference
    public let name: ItemReference
    /// Must equal the birth date in the identity number.
    public let birthDate: ItemReference
    /// Must fit the parity of the 17th digit of the identity number: code for odd, code for even.
    public let sex: ItemReference
    public let sexOfOddSequence: String
    public let sexOfEvenSequence: String
    public let issueDate: ItemReference
    public let validUntil: ItemReference
    public let photo: ItemReference
    /// Below this age on the issue date a guardian is needed.
    public let guardianBelowYears: Int
    /// From this age on the issue date somebody can be a guardian.
    public let guardianFromYears: Int
    /// Columns for the guardian: name, identity number, relation.
    public let guardianColumns: [String]
    /// Columns that are neither items nor the guardian's, with the values they may have (empty: any).
    public let extraColumns: [String: [String]]
    /// The police reply that lets a card be made without a photo.
    public let noPhotoReply: String
    /// The document that is the identity card itself.
    public let identityDocument: IdentityDocumentRule
    /// Days of lists that cannot be before the day of birth.
    public let notBeforeBirth: [ItemReference]
    /// What the photo has to look like.
    public let portrait: PortraitRules
}

/// A document of one type has the holder's own identity number.
public struct IdentityDocumentRule: Sendable, Hashable {
    public let type: ItemReference
    /// The type's code.
    public let code: String
    public let number: ItemReference
}

/// What a photo is fitted to, and what cannot be fitted (Docs/photos.md).
public struct PortraitRules: Sendable, Hashable {
    /// Pixels of a fitted photo.
    public let width: Int
    public let height: Int
    /// By how many percent the ratio of a photo may differ that is otherwise fit to be taken as it is.
    public let keptRatioTolerance: Int
    /// Percent of `width` and `height` the picture must have after it was cropped: less shows no face.
    public let smallestScale: Int
    /// Percent of the picture that may be cropped away.
    public let mostCropped: Int
    /// Percent of what is cropped from the height that is taken from above the head.
    public let headroom: Int
    /// How far the colours of a picture must spread, in steps of 255: a grey picture has 0.
    public let leastColour: Int
    /// How far its brightness must spread, in steps of 255: a blank picture has 0.
    public let leastContrast: Int
}

/// Character sets a card may use.
public enum CardCharset: String, Sendable, Hashable, CaseIterable {
    case gbk
}

/// Text on the card (Docs/protocol.md §10).
public struct TextRule: Sendable, Hashable {
    public let charset: CardCharset
    public let maximumBytesPerCharacter: Int
    /// Reading a one-digit cn item, `01` means the same as `1F`.
    public let toleratesLeadingZero: Bool
}

/// Names and derivation of published keys: nothing here is a secret (Docs/protocol.md §2, §7).
public struct TestKeyPublication: Sendable, Hashable {
    /// A key's value is the first bytes of SM3 over `prefix` and its name, in ASCII.
    public let prefix: String
    /// Names of keys, all of them national values.
    public let keys: [String]
    /// Names of SM2 keys: SM3 of `prefix` and the name, as a number modulo n−1, plus 1.
    public let signatureKeys: [String]
    /// The PIN of test SAMs, digits.
    public let samPIN: String
    /// What test certificates say of themselves: by certificate layout, then by the name of a field's content.
    public let certificateValues: [String: [String: String]]

    /// The text whose SM3 gives the key.
    public func text(of name: String) -> String { prefix + name }
}
