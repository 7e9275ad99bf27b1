import COpenSSL

extension SM2 {
    /// A libcrypto key, shared by the copies of the value that owns it.
    ///
    /// libcrypto counts references atomically and locks what it caches inside a key; this wrapper never changes one.
    final class KeyHandle: @unchecked Sendable {
        private let key: OpaquePointer

        /// Nil when the point is not on the curve.
        init?(publicKey: [UInt8], privateKey: SecretBytes?) {
            guard let context = EVP_PKEY_CTX_new_from_name(LibCrypto.context, "SM2", nil) else { return nil }
            defer { EVP_PKEY_CTX_free(context) }
            let key: OpaquePointer?
            if let privateKey {
                // The number in the machine's byte order, which is how OSSL_PARAM carries it.
                let native = SecretBytes(count: privateKey.count) { target in
                    privateKey.withUnsafeBytes { source in
                        #if _endian(little)
                            for (index, byte) in source.reversed().enumerated() { target[index] = byte }
                        #else
                            target.copyMemory(from: source)
                        #endif
                    }
                }
                key = native.withUnsafeBytes { Self.key(context, [0x04] + publicKey, $0) }
            } else {
                key = Self.key(context, [0x04] + publicKey, nil)
            }
            guard let key else { return nil }
            self.key = key
        }

        deinit { EVP_PKEY_free(key) }

        private static func key(
            _ context: OpaquePointer, _ point: [UInt8], _ scalar: UnsafeRawBufferPointer?
        ) -> OpaquePointer? {
            var point = point
            var group = Array("SM2".utf8CString)
            return point.withUnsafeMutableBytes { point in
                group.withUnsafeMutableBufferPointer { group in
                    var parameters = [
                        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.baseAddress, 0),
                        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.baseAddress, point.count),
                    ]
                    if let scalar {
                        // libcrypto reads the number and does not write it; the C type merely does not say so.
                        let start = UnsafeMutableRawPointer(mutating: scalar.baseAddress)?
                            .assumingMemoryBound(to: UInt8.self)
                        parameters.append(OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, start, scalar.count))
                    }
                    parameters.append(OSSL_PARAM_construct_end())
                    var key: OpaquePointer?
                    let selection = scalar == nil ? healthcard_EVP_PKEY_PUBLIC_KEY : healthcard_EVP_PKEY_KEYPAIR
                    guard EVP_PKEY_fromdata_init(context) == 1,
                        EVP_PKEY_fromdata(context, &key, selection, &parameters) == 1
                    else { return nil }
                    return key
                }
            }
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
