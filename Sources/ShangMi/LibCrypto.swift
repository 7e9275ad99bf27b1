import COpenSSL

/// The one door to libcrypto: a library context of our own and the algorithms fetched from it once.
///
/// The context of our own loads no `openssl.cnf`, so a machine's configuration (a FIPS default, another provider)
/// cannot take SM2, SM3 or SM4 away. Everything here is immutable after its first use, and libcrypto reference-counts
/// fetched algorithms atomically: any thread may use them.
enum LibCrypto {
    nonisolated(unsafe) static let context: OpaquePointer? = OSSL_LIB_CTX_new()
    nonisolated(unsafe) static let sm3: OpaquePointer? = EVP_MD_fetch(context, "SM3", nil)
    nonisolated(unsafe) static let sm4ECB: OpaquePointer? = EVP_CIPHER_fetch(context, "SM4-ECB", nil)
    nonisolated(unsafe) static let sm4CBC: OpaquePointer? = EVP_CIPHER_fetch(context, "SM4-CBC", nil)
    nonisolated(unsafe) static let chaCha20Poly1305: OpaquePointer? =
        EVP_CIPHER_fetch(context, "ChaCha20-Poly1305", nil)
    nonisolated(unsafe) static let scrypt: OpaquePointer? = EVP_KDF_fetch(context, "SCRYPT", nil)

    /// The error of a failed call, with libcrypto's own reason; empties this thread's error queue.
    static func failure(_ call: String) -> ShangMiError {
        var reason = "no reason given"
        while true {
            let code = ERR_get_error()
            if code == 0 { break }
            if let text = ERR_reason_error_string(code) { reason = String(cString: text) }
        }
        return .library(call: call, reason: reason)
    }
}
