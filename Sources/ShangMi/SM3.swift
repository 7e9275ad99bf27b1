import COpenSSL

/// The SM3 hash, GB/T 32905-2016: 32 bytes.
public enum SM3 {
    /// Bytes of a hash value.
    public static let byteCount = 32

    /// The hash of bytes at hand.
    @inlinable
    public static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var hasher = Hasher()
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// The hash of bytes that come piece by piece. A value: a copy goes on by itself from where it was taken.
    public struct Hasher: @unchecked Sendable {
        // Shared by copies until one of them writes; see `update`.
        private var state: State

        public init() { state = State(copying: nil) }

        /// Appends bytes to what is hashed.
        @inlinable
        public mutating func update(_ bytes: some Collection<UInt8>) {
            if bytes.withContiguousStorageIfAvailable({ update(bufferPointer: UnsafeRawBufferPointer($0)) }) == nil {
                Array(bytes).withUnsafeBytes { update(bufferPointer: $0) }
            }
        }

        /// Appends secret bytes without copying them.
        public mutating func update(_ bytes: SecretBytes) {
            bytes.withUnsafeBytes { update(bufferPointer: $0) }
        }

        /// Appends bytes in memory.
        public mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
            if !isKnownUniquelyReferenced(&state) { state = State(copying: state) }
            state.update(bytes)
        }

        /// The hash of everything up to here. The hasher stays as it is and may be given more.
        public func finalize() -> [UInt8] { State(copying: state).finish() }
    }

    private final class State {
        private let context: OpaquePointer

        init(copying other: State?) {
            guard let algorithm = LibCrypto.sm3, let context = EVP_MD_CTX_new() else { SM3.unavailable() }
            self.context = context
            let done =
                other.map { EVP_MD_CTX_copy_ex(context, $0.context) } ?? EVP_DigestInit_ex2(context, algorithm, nil)
            guard done == 1 else { SM3.unavailable() }
        }

        deinit { EVP_MD_CTX_free(context) }

        func update(_ bytes: UnsafeRawBufferPointer) {
            guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else { SM3.unavailable() }
        }

        func finish() -> [UInt8] {
            var digest = [UInt8](repeating: 0, count: SM3.byteCount)
            guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else { SM3.unavailable() }
            return digest
        }
    }

    /// No input leads here: only memory that has run out, or a libcrypto built without SM3. A hash that everything is
    /// compared with must not be a made-up value, so the process ends, as libcrypto itself does when it cannot go on.
    private static func unavailable() -> Never {
        OPENSSL_die("\(LibCrypto.failure("SM3"))", #file, #line)
    }
}
