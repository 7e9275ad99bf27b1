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
        "authority-enrolment": { bytes in
            guard let enrolment = try? AuthorityEnrolment(bytes) else { return }
            check(enrolment.bytes == bytes, "an enrolment is spelled in one way")
            check(enrolment.persons.count >= 2, "two people at least")
            try? enrolment.check(after: nil)
            try? enrolment.check(after: enrolment)
            _ = try? AuthorityChain(String(decoding: bytes + bytes, as: UTF8.self))
        },
        "two-person-act": { bytes in
            guard let act = try? TwoPersonAct(bytes) else { return }
            check(act.bytes == bytes, "an act is spelled in one way")
            guard let key = anyKey?.publicKey else { return }
            let persons = ["A", "B"].map { Signatory(name: $0, key: key) }
            let refusal = Result { () throws(ReleaseRefusal) in try act.check(persons: persons) }
            check((try? refusal.get()) == nil, "nobody but the holders of the keys signed it")
        },
        "authority-certificate": { bytes in
            guard let certificate = try? SM2Certificate(bytes) else { return }
            check((try? SM2Certificate(certificate.bytes)) == certificate, "what was read is read again")
            try? SM2Certificate.check(
                chain: [certificate], root: certificate, at: 1_795_595_400, use: "1.2.156.10197.1.301")
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
