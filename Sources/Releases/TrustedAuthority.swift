import ShangMi

/// Whom this factory believes: a key known to it, or a root whose word it takes for the key.
public enum TrustedAuthority: Sendable, Hashable {
    case pinned(SM2.PublicKey)
    /// The root of certificates: of one signer's, by name, and of those alone that are made for releases, by an object
    /// identifier of the authority's own among the policies or the key's uses. Whoever has another certificate below the
    /// root releases nothing.
    case root(SM2Certificate, signer: String, policy: String)

    static let shortDigits = 16

    /// From PEM: a public key, which is pinned, or the certificate of a root.
    ///
    /// - Parameters:
    ///   - signer: for a root: whose certificates below it count.
    ///   - policy: for a root: what those have to be made for, an object identifier.
    /// - Throws: ``ShangMiError/notPEM(expected:)``, ``ShangMiError/certificate(_:)``.
    public init(pem: [UInt8], signer: String? = nil, policy: String? = nil) throws(ShangMiError) {
        guard pem.starts(with: Array("-----BEGIN CERTIFICATE".utf8)) else {
            self = .pinned(try SM2.PublicKey(pem: pem))
            return
        }
        let root = try SM2Certificate(pem: pem)
        guard let signer, SignedValue.isText(signer), let policy, SM2Certificate.isOwnUse(policy) else {
            throw .certificate(.rootAlone)
        }
        self = .root(root, signer: signer, policy: policy)
    }

    /// SM3 over the key, 64 lowercase hexadecimal digits: the pinned one, or the root's.
    public var fingerprint: String {
        switch self {
        case .pinned(let key): key.fingerprint
        case .root(let certificate, _, _): certificate.publicKey.fingerprint
        }
    }

    /// The few digits people compare by telephone.
    public var shortFingerprint: String { String(fingerprint.prefix(Self.shortDigits)) }
}

/// A file with an authority's signature under it.
protocol SignedFile {
    /// The authority's name where it is held against the signer's certificate.
    var authorityName: String? { get }
    var authorityKey: String { get }
    var certificates: [SM2Certificate] { get }
    var signature: [UInt8] { get }
    var signedBytes: [UInt8] { get }
}

extension Release: SignedFile {
    var authorityName: String? { terms.authority }
}

extension RevocationList: SignedFile {
    /// What a key takes back is taken back, whatever the list calls it.
    var authorityName: String? { nil }
}

extension SignedFile {
    /// Who of the trusted has signed it, at a time at which certificates have to be valid.
    ///
    /// - Throws: `.authorityUnknown`, `.certificate`, `.signature`.
    func signer(among trusted: [TrustedAuthority], at time: ReleaseTime) throws(ReleaseRefusal) -> TrustedAuthority {
        try SignerCheck(
            name: authorityName, key: authorityKey, certificates: certificates, signature: signature,
            message: signedBytes
        ).signer(among: trusted, at: time)
    }
}

/// A signature, and who says to have made it.
struct SignerCheck {
    /// What the file calls the signer; nil: nothing that is to be compared.
    let name: String?
    /// SM3 over its key, by the file's word.
    let key: String
    let certificates: [SM2Certificate]
    let signature: [UInt8]
    let message: [UInt8]

    /// - Throws: `.authorityUnknown`, `.certificate`, `.signature`.
    func signer(among trusted: [TrustedAuthority], at time: ReleaseTime) throws(ReleaseRefusal) -> TrustedAuthority {
        for case .pinned(let pinned) in trusted where pinned.fingerprint == key {
            guard certificates.isEmpty else { break }
            guard pinned.isValid(signature: signature, message: message) else { throw .signature }
            return .pinned(pinned)
        }
        guard let leaf = certificates.first else { throw .authorityUnknown(name ?? key) }
        // The signature first: a chain that is right says nothing of a file its key has not signed.
        guard leaf.publicKey.fingerprint == key, leaf.publicKey.isValid(signature: signature, message: message) else {
            throw .signature
        }
        if let name, !SignedValue.areSame(leaf.name, name) {
            throw .certificate(.otherName(certificate: leaf.name, file: name))
        }
        var reason: SignerProblem?
        for case .root(let root, let signer, let policy) in trusted where SignedValue.areSame(signer, leaf.name) {
            do throws(ShangMiError) {
                try SM2Certificate.check(chain: certificates, root: root, at: time.seconds, use: policy)
                return .root(root, signer: signer, policy: policy)
            } catch {
                if case .certificate(let flaw) = error { reason = .flaw(flaw) } else { reason = .chain(error) }
            }
        }
        guard let reason else { throw .authorityUnknown(leaf.name) }
        throw .certificate(reason)
    }
}
