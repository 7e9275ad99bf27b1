import COpenSSL

/// Authenticated encryption with associated data, RFC 8439 §2.8: ChaCha20 and Poly1305.
///
/// Not AES-GCM: without AES instructions, which the processors of domestic machines may lack, libcrypto's AES is slow or
/// reads tables by the key; ChaCha20 takes the same time for every key everywhere.
public enum ChaCha20Poly1305 {
    /// Bytes of a key.
    public static let keyByteCount = 32
    /// Bytes of a nonce, which must never come twice with one key.
    public static let nonceByteCount = 12
    /// Bytes of the tag after the ciphertext.
    public static let tagByteCount = 16

    /// Ciphertext ‖ tag: as many bytes as the plaintext and 16.
    ///
    /// - Parameter associatedData: stays readable and is authenticated with the rest.
    /// - Throws: ``ShangMiError/wrongLength(_:expected:actual:)``, ``ShangMiError/library(call:reason:)``.
    public static func seal(
        _ plaintext: SecretBytes, associatedData: [UInt8], nonce: [UInt8], key: SecretBytes
    ) throws(ShangMiError) -> [UInt8] {
        let context = try Context(encrypts: true, key, nonce, associatedData)
        var sealed = [UInt8](repeating: 0, count: plaintext.count)
        try plaintext.withUnsafeBytes { input throws(ShangMiError) in
            try context.update(input.baseAddress?.assumingMemoryBound(to: UInt8.self), input.count, into: &sealed)
        }
        var tag = [UInt8](repeating: 0, count: tagByteCount)
        try context.check(EVP_CipherFinal_ex(context.pointer, &tag, &context.written))
        try context.check(EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_GET_TAG, CInt(tagByteCount), &tag))
        return sealed + tag
    }

    /// The plaintext of what ``seal(_:associatedData:nonce:key:)`` gave.
    ///
    /// - Throws: ``ShangMiError/notAuthentic`` for another key and for anything that was changed;
    ///   ``ShangMiError/wrongLength(_:expected:actual:)``, ``ShangMiError/library(call:reason:)``.
    public static func open(
        _ sealed: [UInt8], associatedData: [UInt8], nonce: [UInt8], key: SecretBytes
    ) throws(ShangMiError) -> SecretBytes {
        guard sealed.count >= tagByteCount else { throw .notAuthentic }
        let context = try Context(encrypts: false, key, nonce, associatedData)
        var tag = Array(sealed.suffix(tagByteCount))
        try context.check(EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_SET_TAG, CInt(tagByteCount), &tag))
        return try SecretBytes(count: sealed.count - tagByteCount) { output throws(ShangMiError) in
            let start = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            try context.update(sealed, output.count, into: start)
            guard EVP_CipherFinal_ex(context.pointer, start, &context.written) == 1 else {
                ERR_clear_error()
                throw .notAuthentic
            }
        }
    }

    /// One message on its way, its associated data already in.
    private final class Context {
        let pointer: OpaquePointer
        var written: CInt = 0

        init(
            encrypts: Bool, _ key: SecretBytes, _ nonce: [UInt8], _ associatedData: [UInt8]
        ) throws(ShangMiError) {
            guard key.count == keyByteCount else {
                throw .wrongLength(.chaChaKey, expected: keyByteCount, actual: key.count)
            }
            guard nonce.count == nonceByteCount else {
                throw .wrongLength(.chaChaNonce, expected: nonceByteCount, actual: nonce.count)
            }
            guard let algorithm = LibCrypto.chaCha20Poly1305 else {
                throw LibCrypto.failure("EVP_CIPHER_fetch(ChaCha20-Poly1305)")
            }
            guard let new = EVP_CIPHER_CTX_new() else { throw LibCrypto.failure("EVP_CIPHER_CTX_new") }
            pointer = new
            let keyed = key.withUnsafeBytes { key in
                EVP_CipherInit_ex2(
                    new, algorithm, key.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce, encrypts ? 1 : 0, nil)
            }
            try check(keyed)
            guard let count = CInt(exactly: associatedData.count) else {
                throw .wrongLength(.associatedData, expected: Int(CInt.max), actual: associatedData.count)
            }
            if count > 0 { try check(EVP_CipherUpdate(new, nil, &written, associatedData, count)) }
        }

        deinit { EVP_CIPHER_CTX_free(pointer) }

        func check(_ done: CInt) throws(ShangMiError) {
            guard done == 1 else { throw LibCrypto.failure("EVP_Cipher(ChaCha20-Poly1305)") }
        }

        func update(
            _ input: UnsafePointer<UInt8>?, _ byteCount: Int, into output: UnsafeMutablePointer<UInt8>?
        ) throws(ShangMiError) {
            guard let count = CInt(exactly: byteCount) else {
                throw .wrongLength(.message, expected: Int(CInt.max), actual: byteCount)
            }
            if count > 0 { try check(EVP_CipherUpdate(pointer, output, &written, input, count)) }
        }
    }
}
