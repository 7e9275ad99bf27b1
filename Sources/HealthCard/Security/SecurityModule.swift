import CardProfiles

/// What makes one card's keys differ from another's (`Docs/protocol.md §2`).
public struct CardFactors: Sendable, Hashable {
    /// 8 bytes: the first historical bytes of the answer to reset.
    public let card: [UInt8]
    /// 8 bytes: `3939303030303030` for city code 99….; nil until the issuer file has been read.
    public let province: [UInt8]?
    /// 8 bytes: what a SAM diversifies by first that keeps a key at three levels; nil until the issuer file has been
    /// read.
    public let third: [UInt8]?

    public init(card: [UInt8], province: [UInt8]? = nil, third: [UInt8]? = nil) {
        self.card = card
        self.province = province
        self.third = third
    }
}

/// Whoever holds the keys: software with test keys, a SAM card, an HSM. No key value crosses this boundary, in either
/// direction, so a card whose cipher exists in hardware only works like any other.
///
/// A module belongs to one session on one thread.
public protocol SecurityModule: AnyObject {
    /// What it is, as the subject of a sentence: `this SAM`.
    var title: ModuleTitle { get }

    /// The version byte of its keys: 01 formal keys, F1 test keys.
    var keyVersion: UInt8 { get }

    /// The cryptogram of an authentication (`Docs/protocol.md §3`): proof of the key over `original`.
    ///
    /// - Parameters:
    ///   - seed: the 8 bytes of the challenge the session key comes from.
    ///   - original: the 8 bytes that are authenticated.
    /// - Returns: 8 bytes.
    func cryptogram(
        key: KeyDefinition, card: CardFactors, seed: [UInt8], original: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8]

    /// The body of a command (`Docs/protocol.md §3`): ciphertext ‖ MAC, data ‖ MAC, or the data as it is.
    ///
    /// - Parameters:
    ///   - header: CLA INS P1 P2 as sent, except that the chaining bit does not count.
    ///   - data: the plain data, without length byte and padding.
    ///   - seed: the 8 bytes of the challenge.
    func protect(
        header: [UInt8], data: [UInt8], protection: Protection, key: KeyDefinition, card: CardFactors, seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8]
}

/// A security module that also makes cards: it hands keys to cards, wrapped, and vouches for what is on them.
public protocol KeyWrappingModule: SecurityModule {
    /// The enrolment of the authority whose releases its keys are for, from the first to the one in force, as their store
    /// has it; nil where there is none, and no formal card is made then.
    var releaseAuthority: String? { get }

    /// The body of WRITE KEY (`Docs/protocol.md §5`): ciphertext ‖ MAC of `prefix ‖ card key`.
    ///
    /// - Parameters:
    ///   - newKey: the key to write; its card value never leaves the module in clear.
    ///   - prefix: what stands before the key value: usage, reference, version, algorithm, tries, rights, zeros.
    ///   - header: CLA INS P1 P2.
    ///   - under: the key that protects the transport.
    func wrapKey(
        _ newKey: KeyDefinition, prefix: [UInt8], header: [UInt8], under: KeyDefinition, card: CardFactors,
        seed: [UInt8]
    ) throws(SecurityModuleError) -> [UInt8]

    /// A certificate by its layout (`Docs/protocol.md §7`), with a deterministic signature: the same values give the
    /// same bytes for ever.
    ///
    /// - Parameter values: by field content name: decimal digits for digits, hexadecimal for bytes.
    func certificate(
        _ layout: CertificateLayout, values: [String: String]
    ) throws(SecurityModuleError) -> [UInt8]

    /// The security code (`Docs/protocol.md §8`).
    ///
    /// - Parameter values: the texts of the rule's parts: digits of dates, characters of numbers.
    func securityCode(
        _ rule: SecurityCodeRule, values: [ItemReference: String]
    ) throws(SecurityModuleError) -> String
}

extension SecurityModule {
    public var title: ModuleTitle { .unnamed }
}

extension KeyWrappingModule {
    public var releaseAuthority: String? { nil }
}

/// A security module that also signs what a clinic writes about a visit (`Docs/protocol.md §6`).
public protocol SigningModule: SecurityModule {
    /// The certificate of the key it signs with, as the card keeps it beside the signature (`Docs/protocol.md §7`):
    /// 190 bytes.
    func signingCertificate() throws(SecurityModuleError) -> [UInt8]

    /// SM2 over the SM3 digest of the data as it is, without user identity.
    ///
    /// - Returns: 64 bytes, r ‖ s.
    func sign(_ data: [UInt8]) throws(SecurityModuleError) -> [UInt8]
}
