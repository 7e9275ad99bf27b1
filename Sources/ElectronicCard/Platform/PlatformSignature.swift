import COpenSSL
import Foundation
import ISO7816
import ShangMi

/// A digest over fields and the application's secret: the fields that are not empty, in order of their names' bytes,
/// `name=value` joined by `&`, and the secret behind the last (`Docs/electronic-card.md §8`).
enum PlatformSignature {
    static func sm3(_ fields: [String: String], _ secret: SecretBytes) -> [UInt8] {
        var hasher = SM3.Hasher()
        hasher.update(signed(fields))
        hasher.update(secret)
        return hasher.finalize()
    }

    static func sha256(_ fields: [String: String], _ secret: SecretBytes) throws(PlatformError) -> [UInt8] {
        let text = signed(fields)
        var digest = [UInt8](repeating: 0, count: 32)
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        let done = secret.withUnsafeBytes { secret in
            EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
                && EVP_DigestUpdate(context, text, text.count) == 1
                && EVP_DigestUpdate(context, secret.baseAddress, secret.count) == 1
                && EVP_DigestFinal_ex(context, &digest, nil) == 1
        }
        guard done else { throw .cryptography(.library(call: "EVP_DigestFinal_ex", reason: "SHA-256")) }
        return digest
    }

    private static func signed(_ fields: [String: String]) -> [UInt8] {
        let names = fields.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let pairs = names.compactMap { name in fields[name].flatMap { $0.isEmpty ? nil : "\(name)=\($0)" } }
        return Array(pairs.joined(separator: "&").utf8)
    }

    /// As the dialect writes it: hexadecimal digits in a sealed envelope, base64 in a signed one.
    static func text(
        of fields: [String: String], _ secret: SecretBytes, _ envelope: PlatformDialect.Envelope
    ) throws(PlatformError) -> String {
        let digest =
            switch envelope.digest {
            case .sm3: sm3(fields, secret)
            case .sha256: try sha256(fields, secret)
            }
        return envelope.style == .sealed ? Hex.encode(digest) : Data(digest).base64EncodedString()
    }

    /// Whether two texts are the same, in a time that does not tell where they differ.
    static func isSame(_ one: String, _ other: String) -> Bool {
        SecretBytes(copying: one.utf8) == SecretBytes(copying: other.utf8)
    }
}

/// The content of a sealed envelope: SM4 in ECB mode, PKCS #7 padding.
enum SealedContent {
    static func seal(
        _ content: [UInt8], _ key: SecretBytes, _ encoding: PlatformDialect.Envelope.Encoding
    ) throws(PlatformError) -> String {
        let count = SM4.blockSize - content.count % SM4.blockSize
        let padded = content + [UInt8](repeating: UInt8(count), count: count)
        let sealed: [UInt8]
        do throws(ShangMiError) { sealed = try SM4(key: key).encryptECB(padded) } catch { throw .cryptography(error) }
        return encoding == .hex ? Hex.encode(sealed) : Data(sealed).base64EncodedString()
    }

    static func open(
        _ text: String, _ key: SecretBytes, _ encoding: PlatformDialect.Envelope.Encoding
    ) throws(PlatformError) -> [UInt8] {
        let sealed = encoding == .hex ? Hex.decode(text) : Data(base64Encoded: text).map(Array.init)
        guard let sealed, !sealed.isEmpty, sealed.count.isMultiple(of: SM4.blockSize) else { throw .malformed }
        let padded: [UInt8]
        do throws(ShangMiError) { padded = try SM4(key: key).decryptECB(sealed) } catch { throw .cryptography(error) }
        guard let last = padded.last, (1...16).contains(last),
            padded.suffix(Int(last)).allSatisfy({ $0 == last })
        else { throw .malformed }
        return padded.dropLast(Int(last))
    }
}
