import COpenSSL

extension SM2.PrivateKey {
    /// Signs e, a digest of 32 bytes used as it is, with a nonce made from the key and the digest: always the same r ‖ s.
    ///
    /// The nonce is that of RFC 6979 §3.2 with HMAC-SM3 in place of HMAC with the message's hash, x the private key,
    /// h1 the digest e (which already holds Z and the message) and q = n; a candidate that GB/T 32918.2 §6.1 rejects
    /// (r = 0, r + k = n, s = 0) is followed by the next one. Verifiers cannot tell such a signature from another.
    ///
    /// - Throws: ``ShangMiError/wrongLength(_:expected:actual:)``, ``ShangMiError/library(call:reason:)``.
    public func deterministicSign(digest: [UInt8]) throws(ShangMiError) -> [UInt8] {
        guard digest.count == SM3.byteCount else {
            throw .wrongLength(.digest, expected: SM3.byteCount, actual: digest.count)
        }
        var nonces = try SM2.NonceGenerator(privateKey: bytes, reducedDigest: SM2.reduced(digest))
        while true {
            let nonce = try nonces.next()
            if let signature = try SM2.signature(digest: digest, privateKey: bytes, nonces: [nonce]) {
                return signature
            }
        }
    }
}

extension SM2 {
    /// r ‖ s with the first of the given nonces that the standard accepts; nil when it accepts none of them.
    ///
    /// For nonces that are known: those of ``PrivateKey/deterministicSign(digest:)`` and of published examples.
    static func signature(
        digest: [UInt8], privateKey: SecretBytes, nonces: [SecretBytes]
    ) throws(ShangMiError) -> [UInt8]? {
        let numbers = try Numbers()
        let order = try numbers.number(Curve.order)
        let scalar = try privateKey.withUnsafeBytes { bytes throws(ShangMiError) in try numbers.number(bytes) }
        let e = try numbers.number(digest)
        try numbers.check(BN_nnmod(e, e, order, numbers.context), "BN_nnmod")
        for candidate in nonces {
            let nonce = try candidate.withUnsafeBytes { bytes throws(ShangMiError) in try numbers.number(bytes) }
            guard BN_is_zero(nonce) == 0, BN_cmp(nonce, order) < 0 else { continue }
            if let signature = try signature(e, scalar, nonce, order, numbers) { return signature }
        }
        return nil
    }

    /// A digest modulo n, 32 bytes: bits2octets of RFC 6979 §2.3.4.
    fileprivate static func reduced(_ digest: [UInt8]) throws(ShangMiError) -> [UInt8] {
        let numbers = try Numbers()
        let e = try numbers.number(digest)
        try numbers.check(BN_nnmod(e, e, numbers.number(Curve.order), numbers.context), "BN_nnmod")
        return try numbers.bytes(e)
    }

    /// The equations of GB/T 32918.2 §6.1, steps A4 to A7; nil asks for another nonce.
    ///
    /// The point multiplication takes libcrypto's ladder, and the inverse is a power with a fixed exponent (n is
    /// prime), so neither the nonce nor the key decides how long they take.
    private static func signature(
        _ e: OpaquePointer, _ scalar: OpaquePointer, _ nonce: OpaquePointer, _ order: OpaquePointer, _ numbers: Numbers
    ) throws(ShangMiError) -> [UInt8]? {
        let context = numbers.context
        let x = try numbers.new()
        let y = try numbers.new()
        try basePoint(times: nonce, x, y, numbers)

        let r = try numbers.new()
        try numbers.check(BN_mod_add(r, e, x, order, context), "BN_mod_add")
        let sum = try numbers.new()
        try numbers.check(BN_mod_add(sum, r, nonce, order, context), "BN_mod_add")
        if BN_is_zero(r) == 1 || BN_is_zero(sum) == 1 { return nil }

        // s = (1 + d)⁻¹ · (k − r·d) mod n
        let inverse = try numbers.new()
        try numbers.check(BN_mod_add(inverse, scalar, BN_value_one(), order, context), "BN_mod_add")
        let exponent = try numbers.new()
        try numbers.check(BN_copy(exponent, order) == nil ? 0 : 1, "BN_copy")
        try numbers.check(BN_sub_word(exponent, 2), "BN_sub_word")
        try numbers.check(
            BN_mod_exp_mont_consttime(inverse, inverse, exponent, order, context, nil), "BN_mod_exp_mont_consttime")
        let s = try numbers.new()
        try numbers.check(BN_mod_mul(s, r, scalar, order, context), "BN_mod_mul")
        try numbers.check(BN_mod_sub(s, nonce, s, order, context), "BN_mod_sub")
        try numbers.check(BN_mod_mul(s, s, inverse, order, context), "BN_mod_mul")
        if BN_is_zero(s) == 1 { return nil }
        return try numbers.bytes(r) + numbers.bytes(s)
    }

    /// x ‖ y of [d]G.
    ///
    /// - Throws: ``ShangMiError/invalidPrivateKey`` unless d is in 1...n−2.
    static func publicPoint(of bytes: SecretBytes) throws(ShangMiError) -> [UInt8] {
        let numbers = try Numbers()
        let scalar = try bytes.withUnsafeBytes { bytes throws(ShangMiError) in try numbers.number(bytes) }
        let largest = try numbers.number(Curve.order)
        try numbers.check(BN_sub_word(largest, 2), "BN_sub_word")
        guard BN_is_zero(scalar) == 0, BN_cmp(scalar, largest) <= 0 else { throw .invalidPrivateKey }
        let x = try numbers.new()
        let y = try numbers.new()
        try basePoint(times: scalar, x, y, numbers)
        return try numbers.bytes(x) + numbers.bytes(y)
    }

    private static func basePoint(
        times scalar: OpaquePointer, _ x: OpaquePointer, _ y: OpaquePointer, _ numbers: Numbers
    ) throws(ShangMiError) {
        guard let group = Curve.group, let point = EC_POINT_new(group) else {
            throw LibCrypto.failure("EC_GROUP_new_by_curve_name_ex(SM2)")
        }
        defer { EC_POINT_clear_free(point) }
        try numbers.check(EC_POINT_mul(group, point, scalar, nil, nil, numbers.context), "EC_POINT_mul")
        try numbers.check(
            EC_POINT_get_affine_coordinates(group, point, x, y, numbers.context), "EC_POINT_get_affine_coordinates")
    }

    /// The nonces of RFC 6979 §3.2 with HMAC-SM3, one after the other. hlen and qlen are both 256 bits, so every
    /// candidate is one block of the generator.
    fileprivate struct NonceGenerator {
        private var key: SecretBytes
        private var value: SecretBytes
        private var started = false

        init(privateKey: SecretBytes, reducedDigest: [UInt8]) throws(ShangMiError) {
            key = SecretBytes(copying: [UInt8](repeating: 0, count: SM3.byteCount))
            value = SecretBytes(copying: [UInt8](repeating: 1, count: SM3.byteCount))
            let digest = SecretBytes(copying: reducedDigest)
            for marker: UInt8 in [0, 1] {
                let marker = SecretBytes(copying: [marker])
                key = try HMACSM3.code(
                    SecretBytes(concatenating: value, marker, privateKey, digest), key: key)
                value = try HMACSM3.code(value, key: key)
            }
        }

        mutating func next() throws(ShangMiError) -> SecretBytes {
            if started {
                key = try HMACSM3.code(SecretBytes(concatenating: value, SecretBytes(copying: [0])), key: key)
                value = try HMACSM3.code(value, key: key)
            }
            started = true
            value = try HMACSM3.code(value, key: key)
            return value
        }
    }
}

/// HMAC (RFC 2104) with SM3, secret in and secret out.
enum HMACSM3 {
    static func code(_ message: SecretBytes, key: SecretBytes) throws(ShangMiError) -> SecretBytes {
        try SecretBytes(count: SM3.byteCount) { output throws(ShangMiError) in
            var count = 0
            let done = key.withUnsafeBytes { key in
                message.withUnsafeBytes { message in
                    EVP_Q_mac(
                        LibCrypto.context, "HMAC", nil, "SM3", nil, key.baseAddress, key.count,
                        message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count,
                        output.baseAddress?.assumingMemoryBound(to: UInt8.self), output.count, &count)
                }
            }
            guard done != nil, count == SM3.byteCount else { throw LibCrypto.failure("EVP_Q_mac(HMAC-SM3)") }
        }
    }
}
