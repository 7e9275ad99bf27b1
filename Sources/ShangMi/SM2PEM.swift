import COpenSSL

/// Keys as other programs keep them: SubjectPublicKeyInfo, and PKCS#8 under a passphrase (RFC 7468, RFC 5958).
extension SM2.PublicKey {
    /// The largest text that is looked at, in bytes.
    static let longestPEM = 16384

    /// From `-----BEGIN PUBLIC KEY-----`, which must be all there is.
    ///
    /// - Throws: ``ShangMiError/notPEM(expected:)`` for anything but one key on the SM2 curve.
    public init(pem: [UInt8]) throws(ShangMiError) {
        let error = ShangMiError.notPEM(expected: .publicKey)
        guard PEMText.isOne(pem, label: "PUBLIC KEY") else { throw error }
        let key = pem.withUnsafeBufferPointer { text in
            text.withMemoryRebound(to: CChar.self) {
                healthcard_public_key_of_PEM(LibCrypto.context, $0.baseAddress, $0.count)
            }
        }
        defer {
            EVP_PKEY_free(key)
            ERR_clear_error()
        }
        var point = [UInt8](repeating: 0, count: 1 + SM2.publicKeyByteCount)
        guard let key, healthcard_SM2_point(key, &point) == 1 else { throw error }
        try self.init(point.dropFirst())
    }

    /// - Throws: ``ShangMiError/library(call:reason:)``.
    public func pem() throws(ShangMiError) -> String {
        try withLibraryKey { key throws(ShangMiError) in
            var count = 0
            guard let text = healthcard_PEM_of_public_key(key, &count) else {
                throw LibCrypto.failure("PEM_write_bio_PUBKEY")
            }
            defer { healthcard_OPENSSL_free(text) }
            return PEMText.string(text, count)
        }
    }
}

extension SM2.PrivateKey {
    /// From `-----BEGIN ENCRYPTED PRIVATE KEY-----`, which must be all there is.
    ///
    /// - Throws: ``ShangMiError/notPEM(expected:)``, also for a key without a passphrase;
    ///   ``ShangMiError/wrongPassphrase``.
    public init(encryptedPEM pem: [UInt8], passphrase: SecretBytes) throws(ShangMiError) {
        let error = ShangMiError.notPEM(expected: .privateKey)
        guard PEMText.isOne(pem, label: "ENCRYPTED PRIVATE KEY") else { throw error }
        let number = try SecretBytes(count: SM2.privateKeyByteCount) { number throws(ShangMiError) in
            let start = number.baseAddress?.assumingMemoryBound(to: UInt8.self)
            let result = pem.withUnsafeBufferPointer { text in
                text.withMemoryRebound(to: CChar.self) { text in
                    passphrase.withUnsafeBytes { secret in
                        healthcard_private_key_of_PEM(
                            LibCrypto.context, text.baseAddress, text.count,
                            secret.baseAddress?.assumingMemoryBound(to: CChar.self), secret.count, start)
                    }
                }
            }
            ERR_clear_error()
            guard result >= 0 else { throw .wrongPassphrase }
            guard result == 1 else { throw error }
        }
        try self.init(number)
    }

    /// PKCS#8 with PBES2: scrypt (N 16384, r 8, p 1) and AES-256-CBC, which `openssl pkey` reads.
    ///
    /// - Throws: ``ShangMiError/library(call:reason:)``.
    public func encryptedPEM(passphrase: SecretBytes) throws(ShangMiError) -> String {
        try withLibraryKey { key throws(ShangMiError) in
            var count = 0
            let text = passphrase.withUnsafeBytes { secret in
                healthcard_PEM_of_private_key(
                    LibCrypto.context, key, secret.baseAddress?.assumingMemoryBound(to: CChar.self), secret.count,
                    &count)
            }
            guard let text else { throw LibCrypto.failure("PKCS8_set0_pbe") }
            defer { healthcard_OPENSSL_free(text) }
            return PEMText.string(text, count)
        }
    }
}

enum PEMText {
    /// Whether a text is one block of this label: a second one behind it would be read by some programs and not by
    /// others.
    static func isOne(_ pem: [UInt8], label: String) -> Bool {
        guard pem.count <= SM2.PublicKey.longestPEM, !pem.contains(0) else { return false }
        let lines = pem.split(separator: 0x0A, omittingEmptySubsequences: true).map { line in
            Array(line.last == 0x0D ? line.dropLast() : line)
        }
        let marks = lines.indices.filter { lines[$0].starts(with: Array("-----".utf8)) }
        return marks == [0, lines.count - 1] && lines[0] == Array("-----BEGIN \(label)-----".utf8)
            && lines[lines.count - 1] == Array("-----END \(label)-----".utf8)
    }

    static func string(_ text: UnsafePointer<CChar>, _ count: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
    }
}
