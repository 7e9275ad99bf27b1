import COpenSSL

extension SM2 {
    /// A libcrypto key, shared by the copies of the value that owns it.
    ///
    /// libcrypto counts references atomically and locks what it caches inside a key; this wrapper never changes one.
    final class KeyHandle: @unchecked Sendable {
        private let key: OpaquePointer

        /// Nil when the point is not on the curve.
        init?(publicKey: [UInt8], privateKey: SecretBytes?) {
            let point = [0x04] + publicKey
            // The private number in the machine's byte order, which is how OSSL_PARAM carries it.
            let native = privateKey.map { privateKey in
                SecretBytes(count: privateKey.count) { target in
                    privateKey.withUnsafeBytes { source in
                        #if _endian(little)
                            for (index, byte) in source.reversed().enumerated() { target[index] = byte }
                        #else
                            target.copyMemory(from: source)
                        #endif
                    }
                }
            }
            let key: OpaquePointer?
            if let native {
                key = native.withUnsafeBytes { scalar in
                    let start = scalar.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    return healthcard_SM2_key(LibCrypto.context, point, point.count, start, scalar.count)
                }
            } else {
                key = healthcard_SM2_key(LibCrypto.context, point, point.count, nil, 0)
            }
            guard let key else { return nil }
            self.key = key
        }

        deinit { EVP_PKEY_free(key) }

        /// For calls of libcrypto that only read it.
        func withKey<Result>(_ body: (OpaquePointer) throws(ShangMiError) -> Result) throws(ShangMiError) -> Result {
            try body(key)
        }

        /// r ‖ s of a digest of 32 bytes.
        func signature(digest: [UInt8]) throws(ShangMiError) -> [UInt8] {
            guard let context = EVP_PKEY_CTX_new_from_pkey(LibCrypto.context, key, nil) else {
                throw LibCrypto.failure("EVP_PKEY_CTX_new_from_pkey")
            }
            defer { EVP_PKEY_CTX_free(context) }
            var der = [UInt8](repeating: 0, count: 128)
            var count = der.count
            guard EVP_PKEY_sign_init(context) == 1,
                EVP_PKEY_sign(context, &der, &count, digest, digest.count) == 1
            else { throw LibCrypto.failure("EVP_PKEY_sign") }
            var cursor: UnsafePointer<UInt8>?
            let decoded = der.withUnsafeBufferPointer { buffer in
                cursor = buffer.baseAddress
                return d2i_ECDSA_SIG(nil, &cursor, count)
            }
            guard let decoded else { throw LibCrypto.failure("d2i_ECDSA_SIG") }
            defer { ECDSA_SIG_free(decoded) }
            var signature = [UInt8](repeating: 0, count: SM2.signatureByteCount)
            let written = signature.withUnsafeMutableBufferPointer { buffer in
                let half = CInt(SM2.scalarByteCount)
                return BN_bn2binpad(ECDSA_SIG_get0_r(decoded), buffer.baseAddress, half) == half
                    && BN_bn2binpad(ECDSA_SIG_get0_s(decoded), buffer.baseAddress?.advanced(by: Int(half)), half)
                        == half
            }
            guard written else { throw LibCrypto.failure("BN_bn2binpad") }
            return signature
        }

        /// Whether 64 bytes r ‖ s sign a digest of 32 bytes.
        func verifies(signature: [UInt8], digest: [UInt8]) -> Bool {
            guard let pair = ECDSA_SIG_new() else { return false }
            defer { ECDSA_SIG_free(pair) }
            let numbers = signature.withUnsafeBufferPointer { buffer in
                let half = SM2.scalarByteCount
                return (
                    BN_bin2bn(buffer.baseAddress, CInt(half), nil),
                    BN_bin2bn(buffer.baseAddress?.advanced(by: half), CInt(half), nil)
                )
            }
            guard ECDSA_SIG_set0(pair, numbers.0, numbers.1) == 1 else {
                BN_free(numbers.0)
                BN_free(numbers.1)
                return false
            }
            var der: UnsafeMutablePointer<UInt8>?
            let count = i2d_ECDSA_SIG(pair, &der)
            defer { healthcard_OPENSSL_free(der) }
            guard count > 0, let context = EVP_PKEY_CTX_new_from_pkey(LibCrypto.context, key, nil) else { return false }
            defer { EVP_PKEY_CTX_free(context) }
            return EVP_PKEY_verify_init(context) == 1
                && EVP_PKEY_verify(context, der, Int(count), digest, digest.count) == 1
        }
    }
}
