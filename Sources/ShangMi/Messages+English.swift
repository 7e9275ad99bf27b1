import Messages

extension ShangMiError {
    public var english: English {
        switch self {
        case .wrongLength(let what, let expected, let actual): "\(what) has \(actual, "byte"), not \(expected)"
        case .notWholeBlocks(let count):
            .init("\(count, "byte") are not whole 16-byte blocks", hint: "pad the data first")
        case .malformedHex:
            .init("not an even number of hexadecimal digits", hint: "check the text for blanks and missing digits")
        case .invalidPadding: "the padding is not 80 00…; the key, the data or its length is wrong"
        case .invalidPrivateKey: "not an SM2 private key, which is a number from 1 to n−2"
        case .invalidPublicKey: "not an SM2 public key, which is a point of the recommended curve"
        case .userIDTooLong(let count): "the SM2 user id has \(count) bytes, the maximum is 8191"
        case .scryptCost(let n, let r, let p):
            .init(
                "the scrypt parameters N=\(n), r=\(r), p=\(p) are not supported",
                hint: """
                    N must be a power of two from 2, r from 1 to 32, p from 1 to 16, and 128·r·N at most \
                    \(Scrypt.Cost.largestMemory) bytes
                    """)
        case .sharing(let threshold, let shares):
            .init(
                "a secret cannot be shared as \(threshold) of \(shares)",
                hint: "take 1 to 255 shares of one secret, each once")
        case .notAuthentic:
            .init(
                "the key is not the right one, or the sealed bytes were changed",
                hint: "use the right key, or the original bytes")
        case .notPEM(let expected): .init("this is not \(expected) in PEM", hint: "check the file")
        case .wrongPassphrase:
            .init("the passphrase does not open the key", hint: "give the passphrase the key was protected with")
        case .certificate(let flaw): .init("the certificate cannot be used: \(flaw)", hintOf: flaw)
        case .library(let call, let reason):
            .init(
                "\(call) failed (\(reason))",
                hint: "check the installed libcrypto (OpenSSL 3.0 or later with SM2, SM3 and SM4)")
        }
    }
}

extension Measured {
    public var english: English {
        switch self {
        case .sm2PrivateKey: "the SM2 private key"
        case .sm2PublicKey: "the SM2 public key"
        case .digest: "the digest"
        case .sm4Key: "the SM4 key"
        case .initialValue: "the initial value"
        case .chaChaKey: "the ChaCha20-Poly1305 key"
        case .chaChaNonce: "the ChaCha20-Poly1305 nonce"
        case .associatedData: "the associated data"
        case .message: "the message"
        }
    }
}

extension PEMContent {
    public var english: English {
        switch self {
        case .certificate: "a certificate"
        case .publicKey: "an SM2 public key"
        case .privateKey: "an SM2 private key under a passphrase"
        }
    }
}

extension CertificateFlaw {
    public var english: English {
        switch self {
        case .notX509(let limit): "it is not an X.509 certificate of at most \(limit) bytes"
        case .otherCurve: .init("its key is not on the SM2 curve", hint: "have one issued with an SM2 key")
        case .otherSignature: .init("it is not signed with SM2 and SM3", hint: "have one issued that is")
        case .noName: "its subject has no common name, or more than one"
        case .unusableName: "its common name is empty, too long or not text"
        case .chainLength(let count, let maximum): "the chain has \(count, "certificate"), not 1 to \(maximum)"
        case .notForSigning: "it is not for signing: it belongs to an authority, or its key usage lacks signatures"
        case .rootIsNoAuthority: "the root is not a certificate authority"
        case .chainBroken(let reason):
            "the chain does not lead to the root\(reason.map { " (\($0))" } ?? "")"
        case .rootAlone:
            .init(
                "it belongs to a root, and many may have certificates below it",
                hint: "name the signer, and the object identifier its certificate has for releases")
        case .notForUse(let name, let use):
            "\(name) has no certificate for this: neither its policies nor its uses name \(use)"
        }
    }
}

extension ProcessObjection {
    public var english: English {
        switch self {
        case .dumpable:
            .init(
                "other processes of this user could look into this one since it was started",
                hint: "use the program that Scripts/install has installed (Docs/keys.md)")
        case .traced(let process): .init("process \(process) traces this one", hint: "end it, and start again")
        case .loaderVariable(let name):
            .init(
                "\(name) was set when this program was started, which can put other code before it",
                hint: "unset it, and start again")
        case .codeWithoutFile(let place):
            .init(
                "code runs in this process that is in no file (\(place))",
                hint: "start again, and find out where it comes from")
        case .changeableCode(let path):
            .init(
                "\(path) runs in this process, and you may change it", hint: "make sure that only root may change it")
        }
    }
}
