/// What can go wrong in SM2, SM3, SM4 and in what guards keys at rest. No case carries a key, a plaintext or any other secret.
public enum ShangMiError: Error, Equatable, Sendable {
    /// A key or initial value has the wrong number of bytes.
    case wrongLength(what: String, expected: Int, actual: Int)
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
    case notPEM(expected: String)
    /// The passphrase does not open the key.
    case wrongPassphrase
    /// A certificate that cannot be used, and why.
    case certificate(String)
    /// libcrypto failed at something that cannot fail on sound memory; the name of the call that did.
    case library(call: String, reason: String)
}

extension ShangMiError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongLength(let what, let expected, let actual):
            "\(what) has \(actual) bytes; give exactly \(expected)"
        case .notWholeBlocks(let count):
            "\(count) bytes are not whole 16-byte blocks; pad the data first"
        case .malformedHex:
            "not an even number of hexadecimal digits; check the text for blanks and lost digits"
        case .invalidPadding:
            "the padding is not 80 00…; the key, the data or its length is wrong"
        case .invalidPrivateKey:
            "not an SM2 private key; it must be a number from 1 to n−2"
        case .invalidPublicKey:
            "not an SM2 public key; x and y must be a point of the recommended curve"
        case .userIDTooLong(let count):
            "the SM2 user id has \(count) bytes; at most 8191 can be signed"
        case .scryptCost(let n, let r, let p):
            "scrypt with N=\(n), r=\(r), p=\(p) is not computed; N must be a power of two from 2, r from 1 to 32, "
                + "p from 1 to 16, and 128·r·N at most \(Scrypt.Cost.largestMemory) bytes"
        case .sharing(let threshold, let shares):
            "\(threshold) of \(shares) shares cannot be; take 1 to 255 shares of one secret, each once"
        case .notAuthentic:
            "the key is another one or the sealed bytes were changed; use the right key, or the bytes as they were"
        case .notPEM(let expected):
            "not \(expected) in PEM, and nothing else; check the file"
        case .wrongPassphrase:
            "the passphrase does not open the key; give the one it was made with"
        case .certificate(let what):
            "the certificate cannot be used: \(what)"
        case .library(let call, let reason):
            "\(call) failed (\(reason)); check the installed libcrypto (OpenSSL 3.0 or later with SM2, SM3 and SM4)"
        }
    }
}
