import Foundation
import ShangMi
import Testing

@testable import Releases

private let passphrase = SecretBytes(copying: Array("correct horse battery".utf8))

@discardableResult
private func openssl(_ arguments: String, in folder: Folder) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = arguments.split(separator: " ").map(String.init)
    process.currentDirectoryURL = URL(filePath: folder.path)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl \(arguments)")
    return String(decoding: text, as: UTF8.self)
}

private func contents(_ name: String, _ folder: Folder) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: folder.path + "/" + name)))
}

/// Keys in PEM, and certificates made by another program.
@Suite struct AuthorityTests {
    @Test func aKeyUnderAPassphraseIsReadByOpenSSLAndByUs() throws {
        let folder = try Folder()
        let key = try SM2.PrivateKey.generate()
        let pem = try key.encryptedPEM(passphrase: passphrase)
        try pem.write(toFile: folder.path + "/key.pem", atomically: true, encoding: .utf8)
        #expect(try SM2.PrivateKey(encryptedPEM: Array(pem.utf8), passphrase: passphrase).publicKey == key.publicKey)
        try "correct horse battery".write(toFile: folder.path + "/pass", atomically: true, encoding: .utf8)
        #expect(try openssl("pkey -in key.pem -passin file:pass -pubout", in: folder) == key.publicKey.pem())
        #expect(throws: ShangMiError.wrongPassphrase) {
            try SM2.PrivateKey(encryptedPEM: Array(pem.utf8), passphrase: SecretBytes(copying: Array("wrong".utf8)))
        }
        #expect(throws: ShangMiError.self) {
            try SM2.PrivateKey(encryptedPEM: Array((pem + pem).utf8), passphrase: passphrase)
        }
    }

    @Test func aKeyWithoutPassphraseOrOfAnotherCurveIsRefused() throws {
        let folder = try Folder()
        try openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out plain.pem", in: folder)
        #expect(throws: ShangMiError.notPEM(expected: .privateKey)) {
            try SM2.PrivateKey(encryptedPEM: contents("plain.pem", folder), passphrase: passphrase)
        }
        try openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem", in: folder)
        try openssl("pkey -in p256.pem -pubout -out p256.pub", in: folder)
        #expect(throws: ShangMiError.notPEM(expected: .publicKey)) {
            try TrustedAuthority(pem: contents("p256.pub", folder))
        }
    }

    @Test func publicKeysGoBothWays() throws {
        let key = try SM2.PrivateKey.generate().publicKey
        #expect(try SM2.PublicKey(pem: Array(key.pem().utf8)) == key)
        #expect(try TrustedAuthority(pem: Array(key.pem().utf8)) == .pinned(key))
    }

    // MARK: Certificates

    /// A root, an authority below it, and a signer below that, by openssl.
    private struct Chain {
        /// What the authority's certificates for releases bear.
        static let policy = "1.2.156.10260.99.1"
        static let identity = "-sm3 -sigopt distid:1234567812345678"
        let folder: Folder
        let signer: SM2.PrivateKey

        init(
            curve: String = "SM2", leafUsage: String = "critical,digitalSignature", leafCA: String = "FALSE",
            middleCA: String = "TRUE", days: Int = 365, name: String = "卫生部",
            leafUse: String? = "certificatePolicies=\(Chain.policy)",
            middleUse: String? = "certificatePolicies=2.5.29.32.0"
        ) throws {
            folder = try Folder()
            signer = try SM2.PrivateKey.generate()
            try write("leaf.key", signer.encryptedPEM(passphrase: passphrase))
            try write("pass", "correct horse battery")
            for key in ["root", "middle"] {
                try openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out \(key).key", in: folder)
            }
            if curve != "SM2" {
                try openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:\(curve) -out other.key", in: folder)
            }
            try write(
                "ca.ext",
                "basicConstraints=critical,CA:\(middleCA)\nkeyUsage=critical,keyCertSign\n"
                    + (middleUse.map { $0 + "\n" } ?? ""))
            try write(
                "leaf.ext",
                "basicConstraints=critical,CA:\(leafCA)\nkeyUsage=\(leafUsage)\n" + (leafUse.map { $0 + "\n" } ?? ""))
            try write(
                "subject.cnf",
                "[req]\ndistinguished_name=name\nprompt=no\nutf8=yes\nstring_mask=utf8only\n[name]\nCN=\(name)\n")
            try openssl(
                "req -x509 -new -key root.key \(Self.identity) -subj /CN=Root -days 3650 -out root.pem "
                    + "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign", in: folder)
            try openssl("req -new -key middle.key \(Self.identity) -subj /CN=Middle -out middle.csr", in: folder)
            try issue("middle", by: "root", extensions: "ca.ext", days: 3650)
            if curve == "SM2" {
                try openssl(
                    "req -new -key leaf.key -passin file:pass \(Self.identity) -config subject.cnf -out leaf.csr",
                    in: folder)
                try issue("leaf", by: "middle", extensions: "leaf.ext", days: days)
            } else {
                try openssl("req -new -key other.key -sha256 -config subject.cnf -out leaf.csr", in: folder)
                try openssl(
                    "x509 -req -in leaf.csr -CA middle.pem -CAkey middle.key -CAcreateserial \(Self.identity) "
                        + "-days \(days) -extfile leaf.ext -out leaf.pem", in: folder)
            }
        }

        private func write(_ name: String, _ text: String) throws {
            try text.write(toFile: folder.path + "/" + name, atomically: true, encoding: .utf8)
        }

        private func issue(_ name: String, by issuer: String, extensions: String, days: Int) throws {
            try openssl(
                "x509 -req -in \(name).csr -CA \(issuer).pem -CAkey \(issuer).key -CAcreateserial \(Self.identity) "
                    + "-vfyopt distid:1234567812345678 -days \(days) -extfile \(extensions) -out \(name).pem",
                in: folder)
        }

        func certificate(_ name: String) throws -> SM2Certificate {
            try SM2Certificate(pem: contents(name + ".pem", folder))
        }
        func chain() throws -> [SM2Certificate] { try [certificate("leaf"), certificate("middle")] }
        func root(signer: String = "卫生部") throws -> TrustedAuthority {
            .root(try certificate("root"), signer: signer, policy: Self.policy)
        }
    }

    private func bench(_ chain: Chain) throws -> (Bench, Release) {
        var bench = try Bench()
        bench.chain = try Factory.chain(chain.root())
        return (bench, try bench.terms.signed(by: chain.signer, certificates: chain.chain()))
    }

    @Test func aChainToTheRootIsTaken() throws {
        let (bench, release) = try bench(Chain())
        #expect(try bench.refusal(release) == nil)
        // Pinned keys are no roots and the other way round.
        var other = try Bench()
        other.terms = bench.terms
        #expect(try other.refusal(release) == .authorityUnknown("卫生部"))
    }

    @Test func aChainThatIsOver() throws {
        let (bench, release) = try bench(Chain(days: 30))
        bench.clock.turn(to: bench.clock.now.advanced(bySeconds: 60 * Bench.day))
        #expect(try bench.refusal(release)?.code.rawValue == "authorityCertificate")
        #expect(try bench.refusal(release)?.description.contains("expired") == true)
    }

    @Test func aLinkThatIsNoAuthority() throws {
        let (bench, release) = try bench(Chain(middleCA: "FALSE"))
        #expect(try bench.refusal(release)?.code.rawValue == "authorityCertificate")
    }

    @Test func aSignerThatMayNotSign() throws {
        let (bench, release) = try bench(Chain(leafUsage: "critical,keyEncipherment"))
        #expect(try bench.refusal(release)?.code.rawValue == "authorityCertificate")
    }

    @Test func anAuthorityThatSignsReleasesItself() throws {
        let (bench, release) = try bench(Chain(leafUsage: "critical,digitalSignature,keyCertSign", leafCA: "TRUE"))
        #expect(try bench.refusal(release)?.code.rawValue == "authorityCertificate")
    }

    @Test func aSignerOfAnotherName() throws {
        let chain = try Chain(name: "某厂")
        var (bench, release) = try bench(chain)
        #expect(try bench.refusal(release) == .certificate(.otherName(certificate: "某厂", file: "卫生部")))
        // Under its own name it is one below the root, and none whose releases count.
        bench.terms.authority = "某厂"
        release = try bench.terms.signed(by: chain.signer, certificates: chain.chain())
        #expect(try bench.refusal(release) == .authorityUnknown("某厂"))
    }

    @Test func aSignerTheRootIsNotTrustedFor() throws {
        let chain = try Chain()
        var (bench, release) = try bench(chain)
        bench.chain = try Factory.chain(chain.root(signer: "another"))
        release = try bench.terms.signed(by: chain.signer, certificates: chain.chain())
        #expect(try bench.refusal(release) == .authorityUnknown("卫生部"))
    }

    @Test func anotherRootOfTheSameName() throws {
        var (bench, release) = try bench(Chain())
        bench.chain = try Factory.chain(Chain().root())
        #expect(try bench.refusal(release)?.code.rawValue == "authorityCertificate")
        release = try bench.release()
        #expect(try bench.refusal(release)?.code.rawValue == "authorityUnknown")
    }

    @Test func aChainWithALinkMissing() throws {
        let chain = try Chain()
        let (bench, _) = try bench(chain)
        let release = try bench.terms.signed(by: chain.signer, certificates: [chain.certificate("leaf")])
        #expect(try bench.refusal(release)?.code.rawValue == "authorityCertificate")
    }

    @Test func aCertificateOfSomebodyElsesKey() throws {
        let chain = try Chain()
        let (bench, _) = try bench(chain)
        let release = try bench.terms.signed(by: SM2.PrivateKey.generate(), certificates: chain.chain())
        #expect(try bench.refusal(release) == .signature)
    }

    // MARK: What a certificate is for

    @Test func anExtendedKeyUsageOfTheAuthoritysOwn() throws {
        let (bench, release) = try bench(
            Chain(leafUse: "extendedKeyUsage=\(Chain.policy)", middleUse: "extendedKeyUsage=\(Chain.policy)"))
        #expect(try bench.refusal(release) == nil)
    }

    @Test(arguments: [
        nil, "certificatePolicies=2.5.29.32.0", "certificatePolicies=1.2.156.10260.99.2",
        "extendedKeyUsage=clientAuth,emailProtection", "extendedKeyUsage=anyExtendedKeyUsage",
        "certificatePolicies=1.2.156.10260.99.1.1",
    ])
    func aCertificateGivenForSomethingElse(use: String?) throws {
        let (bench, release) = try bench(Chain(leafUse: use))
        guard case .certificate(let what) = try bench.refusal(release) else {
            Issue.record("it was taken")
            return
        }
        #expect(what.description.contains(Chain.policy))
    }

    @Test(arguments: [nil, "certificatePolicies=1.2.156.10260.99.2", "extendedKeyUsage=serverAuth"])
    func anAuthorityBetweenThatIsForSomethingElse(use: String?) throws {
        // Whoever makes certificates for another purpose below the root can write any policy into one.
        let (bench, release) = try bench(Chain(middleUse: use))
        #expect(try bench.refusal(release)?.code.rawValue == "authorityCertificate")
    }

    @Test func aRootWantsASignerAndAPolicy() throws {
        let root = try Chain().certificate("root")
        let pem = Array(
            ("-----BEGIN CERTIFICATE-----\n"
                + Data(root.bytes).base64EncodedString(options: .lineLength64Characters)
                .replacing("\r\n", with: "\n") + "\n-----END CERTIFICATE-----\n").utf8)
        #expect(throws: ShangMiError.self) { try TrustedAuthority(pem: pem) }
        #expect(throws: ShangMiError.self) { try TrustedAuthority(pem: pem, signer: "卫生部") }
        #expect(throws: ShangMiError.self) { try TrustedAuthority(pem: pem, policy: Chain.policy) }
        for policy in ["2.5.29.32.0", "2.5.29.37.0", "1.3.6.1.5.5.7.3.2", "1.2", "1.2.03", "x", "1.40.1", "3.1.1", ""] {
            #expect(throws: ShangMiError.self) { try TrustedAuthority(pem: pem, signer: "卫生部", policy: policy) }
        }
        #expect(
            try TrustedAuthority(pem: pem, signer: "卫生部", policy: Chain.policy)
                == .root(root, signer: "卫生部", policy: Chain.policy))
    }

    @Test func aListBelowTheRootCountsWhateverItSpells() throws {
        let chain = try Chain()
        var (bench, release) = try bench(chain)
        bench.lists = [
            try RevocationList.signed(
                after: nil, revoking: RevocationList.Entry(release: release.digest, time: bench.clock.now, reason: "x"),
                authority: "另一机构", at: bench.clock.now, by: chain.signer, certificates: chain.chain())
        ]
        #expect(try bench.refusal(release) == .revoked(reason: "x"))
        release = try bench.terms.signed(by: chain.signer, certificates: chain.chain())
    }

    @Test func aCertificateOfAnotherCurve() throws {
        let chain = try Chain(curve: "P-256")
        #expect(throws: ShangMiError.certificate(.otherCurve)) {
            try chain.certificate("leaf")
        }
    }
}
