import Messages

/// What can go wrong in SM2, SM3, SM4 and in what guards keys at rest. No case carries a key, a plaintext or any other secret.
public enum ShangMiError: AdvisedError, Hashable {
    /// A key or initial value has the wrong number of bytes.
    case wrongLength(Measured, expected: Int, actual: Int)
    /// Block cipher input is not a whole number of 16-byte blocks.
    case notWholeBlocks(count: Int)
    /// The text is not an even number of hexadecimal digits.
    case malformedHex
    /// The data does not end in `80 00…` within its last block (ISO/IEC 9797-1 padding method 2).
    case invalidPadding
    /// The number is not a private key: it must lie in 1...n−2 (GB/T 32918.1 §6.1).
    case invalidPrivateKey
    /// The two coordinates are no point of the recommended curve.
    case invalidPublicKey
    /// The user id is longer than the 8191 bytes that its two-byte bit count can say (GB/T 32918.2 §5.5).
    case userIDTooLong(count: Int)
    /// Parameters of scrypt that are none, or that would take more memory or time than is given to them.
    case scryptCost(n: Int, r: Int, p: Int)
    /// A secret cannot be shared so, or shares do not belong together.
    case sharing(threshold: Int, shares: Int)
    /// Sealed bytes that this key did not seal, or that are not as they were.
    case notAuthentic
    /// A text that should be a key or a certificate in PEM, and is not; what it should be.
    case notPEM(expected: PEMContent)
    /// The passphrase does not open the key.
    case wrongPassphrase
    /// A certificate that cannot be used, and why.
    case certificate(CertificateFlaw)
    /// libcrypto failed at something that cannot fail on sound memory; the name of the call that did.
    case library(call: String, reason: String)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case wrongLength, notWholeBlocks, malformedHex, invalidPadding, invalidPrivateKey, invalidPublicKey
        case userIDTooLong, scryptCost, sharing, notAuthentic, notPEM, wrongPassphrase, certificate, library
    }

    public static let domain = "crypto"
    public var kind: ErrorKind { .badInput }

    public var code: Code {
        switch self {
        case .wrongLength: .wrongLength
        case .notWholeBlocks: .notWholeBlocks
        case .malformedHex: .malformedHex
        case .invalidPadding: .invalidPadding
        case .invalidPrivateKey: .invalidPrivateKey
        case .invalidPublicKey: .invalidPublicKey
        case .userIDTooLong: .userIDTooLong
        case .scryptCost: .scryptCost
        case .sharing: .sharing
        case .notAuthentic: .notAuthentic
        case .notPEM: .notPEM
        case .wrongPassphrase: .wrongPassphrase
        case .certificate: .certificate
        case .library: .library
        }
    }
}

/// What has a length of its own.
public enum Measured: Message, Hashable, CaseIterable {
    case sm2PrivateKey, sm2PublicKey, digest, sm4Key, initialValue, chaChaKey, chaChaNonce, associatedData, message
}

/// What a text in PEM should hold.
public enum PEMContent: Message, Hashable, CaseIterable {
    case certificate, publicKey, privateKey
}

/// Why a certificate cannot be used.
public enum CertificateFlaw: Message, Hashable {
    /// Not X.509, or longer than this.
    case notX509(limit: Int)
    case otherCurve
    case otherSignature
    /// No common name in the subject, or several.
    case noName
    /// The common name is empty, too long or not text.
    case unusableName
    case chainLength(count: Int, maximum: Int)
    /// It belongs to an authority, or its key usage lacks signatures.
    case notForSigning
    case rootIsNoAuthority
    /// With the library's own reason; nil where it did not check.
    case chainBroken(reason: String?)
    /// A root without the name of the signer below it and the use its certificate is for.
    case rootAlone
    /// Neither policies nor uses name it.
    case notForUse(name: String, use: String)
}
