import ShangMi

@testable import Releases

/// What comes from an authority.
extension FuzzTarget {
    static let releaseTargets: [String: Target] = [
        "release": { bytes in
            guard let release = try? Release(bytes) else { return }
            check(release.bytes == bytes, "a release is spelled in one way")
            var writer = SignedTextWriter(format: ReleaseTerms.format)
            guard let key = anyKey?.publicKey else { return }
            release.terms.write(to: &writer, key: key, certificates: release.certificates)
            // The key's digest is the signer's; all else is written as it was read.
            let own = SignedValue.hex(SM3.hash(key.bytes))
            let text = writer.text.replacing(
                "authority-key: \(own)\n", with: "authority-key: \(release.authorityKey)\n")
            check(Array(text.utf8) == release.signedBytes, "what was read is written and read again")
            let verdict = ReleaseVerdict.of(release, trusting: [.pinned(key)], engine: engine)
            check(!verdict.holds, "nobody but the holder of the key signed it")
        },
        "revocation-list": { bytes in
            guard let list = try? RevocationList(bytes) else { return }
            check(list.bytes == bytes, "a list is spelled in one way")
            guard let key = anyKey?.publicKey else { return }
            let refusal = Result { () throws(ReleaseRefusal) in try list.signer(among: [.pinned(key)], at: .now) }
            check((try? refusal.get()) == nil, "nobody but the holder of the key signed it")
        },
        "authority-certificate": { bytes in
            guard let certificate = try? SM2Certificate(bytes) else { return }
            check((try? SM2Certificate(certificate.bytes)) == certificate, "what was read is read again")
            try? SM2Certificate.check(chain: [certificate], root: certificate, at: 1_795_595_400)
        },
        "authority-pem": { bytes in
            _ = try? TrustedAuthority(pem: bytes)
            _ = try? SM2.PrivateKey(encryptedPEM: bytes, passphrase: SecretBytes(copying: [0x61]))
        },
    ]

    /// Not this program's own, which takes longer to digest than the fuzzer waits.
    private static let engine = EngineIdentity(version: EngineIdentity.currentVersion, softwareDigest: "")
    private static let anyKey = try? SM2.PrivateKey(seed: [0x5A])
}
