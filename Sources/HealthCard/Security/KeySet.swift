import CardProfiles
import ShangMi

/// National key values in memory that wipes itself: what a software security module works with. May be shared by
/// the modules of several sessions.
public struct KeySet: Sendable {
    /// The version byte cards keep with these keys.
    public let version: UInt8
    package let values: [String: SecretBytes]
    let signatureKeys: [String: SM2.PrivateKey]
    /// Made elsewhere, by whoever holds the signer's key; by the layout's name.
    let certificates: [String: [UInt8]]
    /// The enrolment of the authority whose releases these keys are for, as their store has it; nil for test keys and
    /// for a store without one.
    public let authority: String?

    /// - Parameters:
    ///   - values: national values by key name, 16 bytes each.
    ///   - signatureKeys: by the names certificates call their signer and subject.
    ///   - certificates: by the name of their layout, for holders without the key that signs them.
    ///   - authority: the enrolment that the keys are bound to.
    public init(
        version: UInt8, values: [String: SecretBytes], signatureKeys: [String: SM2.PrivateKey] = [:],
        certificates: [String: [UInt8]] = [:], authority: String? = nil
    ) {
        self.version = version
        self.values = values
        self.signatureKeys = signatureKeys
        self.certificates = certificates
        self.authority = authority
    }

    /// What a value is called here; nil for one that is not here.
    package func name(of value: SecretBytes) -> String? { values.filter { $0.value == value }.keys.min() }

    /// The published test keys (`Docs/protocol.md §2`, §7): nothing in them is a secret.
    ///
    /// - Throws: ``SecurityModuleError/noTestKeys(profile:)`` for a profile that is not the test-key edition.
    public static func test(_ profile: CardProfile) throws(SecurityModuleError) -> KeySet {
        let values = try test(profile) { _ in true }.values
        guard let publication = profile.testKeys else { throw .noTestKeys(profile: profile.name) }
        var signatureKeys: [String: SM2.PrivateKey] = [:]
        for name in publication.signatureKeys {
            let digest = SM3.hash(Array(publication.text(of: name).utf8))
            do {
                signatureKeys[name] = try SM2.PrivateKey(seed: digest)
            } catch {
                throw .cryptography(error)
            }
        }
        return KeySet(version: profile.cryptography.testKeyVersion, values: values, signatureKeys: signatureKeys)
    }

    /// Some of the published test keys and none that signs: making a signature key costs as much as signing.
    ///
    /// - Throws: ``SecurityModuleError/noTestKeys(profile:)`` for a profile that is not the test-key edition.
    static func test(
        _ profile: CardProfile, where isWanted: (String) -> Bool
    ) throws(SecurityModuleError) -> KeySet {
        guard let publication = profile.testKeys else { throw .noTestKeys(profile: profile.name) }
        var values: [String: SecretBytes] = [:]
        for name in publication.keys where isWanted(name) {
            let digest = SM3.hash(Array(publication.text(of: name).utf8))
            values[name] = SecretBytes(copying: digest.prefix(profile.cryptography.keyLength))
        }
        return KeySet(version: profile.cryptography.testKeyVersion, values: values)
    }
}
