import COpenSSL

/// scrypt, RFC 7914: makes a key of a passphrase, at a cost in memory that whoever guesses pays for every guess.
public enum Scrypt {
    /// What one key costs: 128·r·N bytes of memory, gone through twice, p times.
    public struct Cost: Sendable, Hashable {
        /// Bytes that one calculation may take: a file must not make its reader run out of memory.
        public static let largestMemory = 256 << 20

        /// N=2¹⁷, r=8, p=1: 128 MiB and a fraction of a second.
        public static let standard = Cost(validN: 1 << 17, r: 8, p: 1)

        public let n: Int
        public let r: Int
        public let p: Int

        /// - Parameters:
        ///   - n: a power of two from 2.
        ///   - r: 1 to 32.
        ///   - p: 1 to 16.
        /// - Throws: ``ShangMiError/scryptCost(n:r:p:)``, also for more memory than ``largestMemory``; takes none itself.
        public init(n: Int, r: Int, p: Int) throws(ShangMiError) {
            guard n >= 2, n & (n - 1) == 0, (1...32).contains(r), (1...16).contains(p),
                n <= Self.largestMemory / (128 * r)
            else { throw .scryptCost(n: n, r: r, p: p) }
            self.init(validN: n, r: r, p: p)
        }

        private init(validN n: Int, r: Int, p: Int) {
            self.n = n
            self.r = r
            self.p = p
        }

        /// What libcrypto may take: the large table, a block for each of p, and its working space.
        fileprivate var limit: Int { 128 * r * (n + p + 2) + (1 << 20) }
    }

    /// A key made of a passphrase.
    ///
    /// - Parameters:
    ///   - salt: random, and kept beside what the key guards.
    ///   - count: bytes of the key; a negative count gives none.
    /// - Throws: ``ShangMiError/library(call:reason:)``, when there is not as much memory too.
    public static func key(
        passphrase: SecretBytes, salt: [UInt8], cost: Cost = .standard, count: Int = 32
    ) throws(ShangMiError) -> SecretBytes {
        guard let algorithm = LibCrypto.scrypt else { throw LibCrypto.failure("EVP_KDF_fetch(SCRYPT)") }
        return try SecretBytes(count: count) { key throws(ShangMiError) in
            let done = passphrase.withUnsafeBytes { passphrase in
                healthcard_scrypt(
                    algorithm, passphrase.baseAddress?.assumingMemoryBound(to: UInt8.self), passphrase.count, salt,
                    salt.count, UInt64(cost.n), UInt32(cost.r), UInt32(cost.p), UInt64(cost.limit),
                    key.baseAddress?.assumingMemoryBound(to: UInt8.self), key.count)
            }
            guard done == 1 else { throw LibCrypto.failure("EVP_KDF_derive(SCRYPT)") }
        }
    }
}
