import COpenSSL

/// The operating system's randomness through libcrypto's generator, one per thread and reseeded by itself.
public enum SystemRandom {
    /// Fresh unpredictable bytes, fit for challenges (public values).
    ///
    /// - Parameter count: 0 or more; a negative count gives none.
    /// - Throws: ``ShangMiError/library(call:reason:)`` when the system has no entropy to give.
    public static func bytes(_ count: Int) throws(ShangMiError) -> [UInt8] {
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes_ex(LibCrypto.context, &bytes, count, 0) == 1 else { throw LibCrypto.failure("RAND_bytes_ex") }
        return bytes
    }

    /// Fresh unpredictable bytes, fit for keys: from the generator kept apart for private values.
    ///
    /// - Throws: ``ShangMiError/library(call:reason:)`` when the system has no entropy to give.
    public static func secret(_ count: Int) throws(ShangMiError) -> SecretBytes {
        try SecretBytes(count: count) { buffer throws(ShangMiError) in
            guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
            let start = base.assumingMemoryBound(to: UInt8.self)
            guard RAND_priv_bytes_ex(LibCrypto.context, start, buffer.count, 0) == 1 else {
                throw LibCrypto.failure("RAND_priv_bytes_ex")
            }
        }
    }
}
