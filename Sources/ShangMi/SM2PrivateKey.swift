import COpenSSL

extension SM2 {
    /// A number from 1 to n−2 that signs.
    public struct PrivateKey: Sendable {
        /// The point it stands behind.
        public let publicKey: PublicKey
        /// The number, 32 bytes, most significant first.
        public let bytes: SecretBytes
        private let handle: KeyHandle

        /// - Parameter bytes: 32 bytes, most significant first.
        /// - Throws: ``ShangMiError/wrongLength(_:expected:actual:)``; ``ShangMiError/invalidPrivateKey`` outside
        ///   1...n−2.
        public init(_ bytes: SecretBytes) throws(ShangMiError) {
            guard bytes.count == SM2.privateKeyByteCount else {
                throw .wrongLength(.sm2PrivateKey, expected: SM2.privateKeyByteCount, actual: bytes.count)
            }
            let publicKey = try PublicKey(SM2.publicPoint(of: bytes))
            guard let handle = KeyHandle(publicKey: publicKey.bytes, privateKey: bytes) else {
                throw LibCrypto.failure("EVP_PKEY_fromdata")
            }
            self.publicKey = publicKey
            self.bytes = bytes
            self.handle = handle
        }

        /// The key a public seed stands for: the seed as a number modulo n−1, plus 1. For published test keys, whose
        /// seed is the hash of their name (`Docs/protocol.md §7`); whoever knows the seed has the key.
        ///
        /// - Parameter seed: any number of bytes, most significant first; test keys use 32.
        /// - Throws: ``ShangMiError/invalidPrivateKey`` for the one remainder, n−2, that gives n−1.
        public init(seed: [UInt8]) throws(ShangMiError) {
            let numbers = try Numbers()
            let modulus = try numbers.number(Curve.order)
            try numbers.check(BN_sub_word(modulus, 1), "BN_sub_word")
            let scalar = try numbers.number(seed)
            try numbers.check(BN_nnmod(scalar, scalar, modulus, numbers.context), "BN_nnmod")
            try numbers.check(BN_add_word(scalar, 1), "BN_add_word")
            try self.init(numbers.secret(scalar))
        }

        /// A new key, every one of them equally likely.
        ///
        /// - Throws: ``ShangMiError/library(call:reason:)`` when the system has no entropy to give.
        public static func generate() throws(ShangMiError) -> PrivateKey {
            while true {
                // Drawn again when out of range, once in four thousand million times: no bias, and no end in practice.
                let candidate = try SystemRandom.secret(SM2.privateKeyByteCount)
                do { return try PrivateKey(candidate) } catch .invalidPrivateKey { continue }
            }
        }

        func withLibraryKey<Result>(
            _ body: (OpaquePointer) throws(ShangMiError) -> Result
        ) throws(ShangMiError) -> Result { try handle.withKey(body) }

        /// Signs a message under a user id with a fresh random nonce: r ‖ s, different each time.
        ///
        /// - Throws: ``ShangMiError/userIDTooLong(count:)``, ``ShangMiError/library(call:reason:)``.
        public func sign(message: [UInt8], userID: [UInt8] = SM2.defaultUserID) throws(ShangMiError) -> [UInt8] {
            try sign(digest: SM2.messageDigest(message, userID: userID, publicKey: publicKey))
        }

        /// Signs e, a digest of 32 bytes used as it is, with a fresh random nonce: r ‖ s.
        ///
        /// - Throws: ``ShangMiError/wrongLength(_:expected:actual:)``, ``ShangMiError/library(call:reason:)``.
        public func sign(digest: [UInt8]) throws(ShangMiError) -> [UInt8] {
            guard digest.count == SM3.byteCount else {
                throw .wrongLength(.digest, expected: SM3.byteCount, actual: digest.count)
            }
            return try handle.signature(digest: digest)
        }

        /// Signs a message under a user id with a nonce made from the key and the message: always the same r ‖ s.
        ///
        /// A card image is a pure function of its inputs, certificates in it included, so that it can be compared,
        /// tested and signed; a random nonce would make two images of one applicant differ. See
        /// ``deterministicSign(digest:)`` for the construction.
        ///
        /// - Throws: ``ShangMiError/userIDTooLong(count:)``, ``ShangMiError/library(call:reason:)``.
        public func deterministicSign(
            message: [UInt8], userID: [UInt8] = SM2.defaultUserID
        ) throws(ShangMiError) -> [UInt8] {
            try deterministicSign(digest: SM2.messageDigest(message, userID: userID, publicKey: publicKey))
        }
    }
}
