import COpenSSL
import Foundation
import ISO7816

/// The public half of a key that a browser made for itself and cannot copy out (Web Cryptography API, ECDSA on P-256, not
/// extractable). The agent keeps this half; nothing that lasts ever goes over the line or lies in the browser as text.
struct CounterKey: Sendable, Hashable {
    /// SubjectPublicKeyInfo (RFC 5480 §2), as `crypto.subtle.exportKey("spki")` gives it.
    let encoded: [UInt8]

    /// That of an uncompressed point of P-256, with its algorithm.
    static let length = 91
    /// r ‖ s.
    static let signatureLength = 64

    /// Nil for anything but an uncompressed point on P-256.
    init?(_ encoded: [UInt8]) {
        guard encoded.count == Self.length else { return nil }
        self.encoded = encoded
        guard withKey({ _ in true }) == true else { return nil }
    }

    init?(hexadecimal text: String) {
        guard let bytes = Hex.decode(text) else { return nil }
        self.init(bytes)
    }

    var hexadecimal: String { Hex.encode(encoded).lowercased() }

    /// Whether `signature` (r ‖ s, IEEE P1363, as browsers write it) is this key's over `text`, with SHA-256.
    func signed(_ text: String, _ signature: [UInt8]) -> Bool {
        guard signature.count == Self.signatureLength else { return false }
        let encoded = Self.sequence(signature)
        let message = Array(text.utf8)
        return withKey { key in
            guard let context = EVP_MD_CTX_new() else { return false }
            defer { EVP_MD_CTX_free(context) }
            guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return false }
            return EVP_DigestVerify(context, encoded, encoded.count, message, message.count) == 1
        } ?? false
    }

    private func withKey<Result>(_ body: (OpaquePointer) -> Result) -> Result? {
        encoded.withUnsafeBufferPointer { bytes in
            var cursor = bytes.baseAddress
            guard let key = d2i_PUBKEY(nil, &cursor, bytes.count) else {
                ERR_clear_error()
                return nil
            }
            defer {
                EVP_PKEY_free(key)
                ERR_clear_error()
            }
            var name = [CChar](repeating: 0, count: 32)
            guard EVP_PKEY_is_a(key, "EC") == 1, cursor == bytes.baseAddress?.advanced(by: bytes.count),
                EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1,
                name.prefix(while: { $0 != 0 }).elementsEqual("prime256v1".utf8.map { CChar($0) })
            else { return nil }
            return body(key)
        }
    }

    /// `Ecdsa-Sig-Value` (RFC 3279 §2.2.3), which libcrypto takes.
    private static func sequence(_ signature: [UInt8]) -> [UInt8] {
        let numbers = [signature.prefix(32), signature.suffix(32)].flatMap { half -> [UInt8] in
            var number = Array(half.drop { $0 == 0 })
            // A number is never negative, and never nothing.
            if number.first.map({ $0 >= 0x80 }) ?? true { number.insert(0, at: 0) }
            return [0x02, UInt8(number.count)] + number
        }
        return [0x30, UInt8(numbers.count)] + numbers
    }
}
