import ShangMi

/// Whom this factory believes: a key known to it, or a root whose word it takes for the key.
public enum TrustedAuthority: Sendable, Hashable {
    case pinned(SM2.PublicKey)
    /// The root of certificates; of signers with this name, where one is given.
    case root(SM2Certificate, signer: String? = nil)

    /// From PEM: a public key, which is pinned, or the certificate of a root.
    ///
    /// - Throws: ``ShangMiError/notPEM(expected:)``, ``ShangMiError/certificate(_:)``.
    public init(pem: [UInt8]) throws(ShangMiError) {
        if pem.starts(with: Array("-----BEGIN CERTIFICATE".utf8)) {
            self = .root(try SM2Certificate(pem: pem))
        } else {
            self = .pinned(try SM2.PublicKey(pem: pem))
        }
    }

    /// SM3 over the key, 64 lowercase hexadecimal digits: the pinned one, or the root's.
    public var fingerprint: String {
        switch self {
        case .pinned(let key): SignedValue.hex(SM3.hash(key.bytes))
        case .root(let certificate, _): SignedValue.hex(SM3.hash(certificate.publicKey.bytes))
        }
    }
}

/// A file with an authority's signature under it.
protocol SignedFile {
    var authorityName: String { get }
    var authorityKey: String { get }
    var certificates: [SM2Certificate] { get }
    var signature: [UInt8] { get }
    var signedBytes: [UInt8] { get }
}

extension Release: SignedFile {
    var authorityName: String { terms.authority }
}

extension RevocationList: SignedFile {
    var authorityName: String { authority }
}

extension SignedFile {
    /// Who of the trusted has signed it, at a time at which certificates have to be valid.
    ///
    /// - Throws: `.authorityUnknown`, `.certificate`, `.signature`.
    func signer(among trusted: [TrustedAuthority], at time: ReleaseTime) throws(ReleaseRefusal) -> TrustedAuthority {
        guard let leaf = certificates.first else {
            for case .pinned(let key) in trusted where SignedValue.hex(SM3.hash(key.bytes)) == authorityKey {
                guard key.isValid(signature: signature, message: signedBytes) else { throw .signature }
                return .pinned(key)
            }
            throw .authorityUnknown(authorityName)
        }
        // The signature first: a chain that is right says nothing of a file its key has not signed.
        guard SignedValue.hex(SM3.hash(leaf.publicKey.bytes)) == authorityKey,
            leaf.publicKey.isValid(signature: signature, message: signedBytes)
        else { throw .signature }
        guard SignedValue.areSame(leaf.name, authorityName) else {
            throw .certificate("it is \(leaf.name)'s, and the file says \(authorityName)")
        }
        var reason: String?
        for case .root(let root, let name) in trusted where name.map({ SignedValue.areSame($0, leaf.name) }) ?? true {
            do throws(ShangMiError) {
                try SM2Certificate.check(chain: certificates, root: root, at: time.seconds)
                return .root(root, signer: name)
            } catch {
                if case .certificate(let what) = error { reason = what } else { reason = "\(error)" }
            }
        }
        guard let reason else { throw .authorityUnknown(authorityName) }
        throw .certificate(reason)
    }
}
