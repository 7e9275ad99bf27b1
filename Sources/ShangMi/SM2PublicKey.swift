import COpenSSL

extension SM2 {
    /// A point of the curve: whose signature it is.
    public struct PublicKey: Sendable, Hashable {
        /// x ‖ y, 64 bytes, each coordinate most significant byte first.
        public let bytes: [UInt8]
        private let handle: KeyHandle

        /// - Parameter bytes: x ‖ y, 64 bytes.
        /// - Throws: ``ShangMiError/wrongLength(_:expected:actual:)``; ``ShangMiError/invalidPublicKey`` unless both
        ///   coordinates are below p and satisfy the equation of the curve (GB/T 32918.1 §6.2; the cofactor is 1).
        public init(_ bytes: some Collection<UInt8>) throws(ShangMiError) {
            let bytes = Array(bytes)
            guard bytes.count == SM2.publicKeyByteCount else {
                throw .wrongLength(.sm2PublicKey, expected: SM2.publicKeyByteCount, actual: bytes.count)
            }
            guard let handle = KeyHandle(publicKey: bytes, privateKey: nil) else {
                ERR_clear_error()
                throw .invalidPublicKey
            }
            self.bytes = bytes
            self.handle = handle
        }

        /// Whether r ‖ s is this key's signature of the message under the user id.
        ///
        /// Anything that is not a valid signature is false: another length, r or s zero or not below n, a user id that
        /// cannot be signed.
        public func isValid(signature: [UInt8], message: [UInt8], userID: [UInt8] = SM2.defaultUserID) -> Bool {
            guard let digest = try? SM2.messageDigest(message, userID: userID, publicKey: self) else { return false }
            return isValid(signature: signature, digest: digest)
        }

        /// Whether r ‖ s is this key's signature of e, a digest of 32 bytes used as it is.
        public func isValid(signature: [UInt8], digest: [UInt8]) -> Bool {
            guard signature.count == SM2.signatureByteCount, digest.count == SM3.byteCount else { return false }
            let valid = handle.verifies(signature: signature, digest: digest)
            if !valid { ERR_clear_error() }
            return valid
        }

        func withLibraryKey<Result>(
            _ body: (OpaquePointer) throws(ShangMiError) -> Result
        ) throws(ShangMiError) -> Result { try handle.withKey(body) }

        public static func == (left: PublicKey, right: PublicKey) -> Bool { left.bytes == right.bytes }
        public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
    }
}
