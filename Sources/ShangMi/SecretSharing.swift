/// Shamir's secret sharing over GF(2⁸): of n shares any m give the secret back, and fewer tell nothing about it but its
/// length (`Docs/keys.md §4`).
///
/// Each byte of the secret is the constant term of a polynomial of degree m − 1 with random coefficients; share x is its
/// value at x. The field is that of AES, of x⁸+x⁴+x³+x+1. No table is read and no branch taken by a secret.
public enum SecretSharing {
    /// One share.
    public struct Share: Sendable, Equatable {
        /// Where the polynomials were evaluated, 1 to 255; no secret.
        public let index: UInt8
        /// As many bytes as the secret.
        public let value: SecretBytes

        public init(index: UInt8, value: SecretBytes) {
            self.index = index
            self.value = value
        }
    }

    /// Shares with the indices 1 to `count`.
    ///
    /// - Throws: ``ShangMiError/sharing(threshold:shares:)`` unless 1 ≤ threshold ≤ count ≤ 255,
    ///   ``ShangMiError/library(call:reason:)`` when there is no randomness.
    public static func split(
        _ secret: SecretBytes, threshold: Int, count: Int
    ) throws(ShangMiError) -> [Share] {
        guard (1...255).contains(count), (1...count).contains(threshold) else {
            throw .sharing(threshold: threshold, shares: count)
        }
        let length = secret.count
        // Coefficients of x¹ to x^(m−1), for each byte of the secret.
        let coefficients = try SystemRandom.secret((threshold - 1) * length)
        return (1...count).map { index in
            let x = UInt8(truncatingIfNeeded: index)
            let value = SecretBytes(count: length) { value in
                secret.withUnsafeBytes { secret in
                    coefficients.withUnsafeBytes { coefficients in
                        for place in 0..<length {
                            var sum: UInt8 = 0
                            for power in stride(from: threshold - 2, through: 0, by: -1) {
                                sum = product(sum ^ coefficients[power * length + place], x)
                            }
                            value[place] = sum ^ secret[place]
                        }
                    }
                }
            }
            return Share(index: x, value: value)
        }
    }

    /// The secret behind shares: of as many as the threshold it was split with, or more. Whether it is the right one does
    /// not show.
    ///
    /// - Throws: ``ShangMiError/sharing(threshold:shares:)`` for none, an index 0 or twice the same, and values of
    ///   different lengths.
    public static func combine(_ shares: [Share]) throws(ShangMiError) -> SecretBytes {
        let length = shares.first?.value.count ?? 0
        guard !shares.isEmpty, shares.allSatisfy({ $0.index != 0 && $0.value.count == length }),
            Set(shares.map(\.index)).count == shares.count
        else { throw .sharing(threshold: shares.count, shares: shares.count) }
        // Lagrange at 0: subtraction is addition here.
        let weights = shares.map { share in
            shares.reduce(UInt8(1)) { weight, other in
                guard other.index != share.index else { return weight }
                return product(weight, product(other.index, inverse(other.index ^ share.index)))
            }
        }
        return SecretBytes(count: length) { secret in
            for (share, weight) in zip(shares, weights) {
                share.value.withUnsafeBytes { value in
                    for place in 0..<length { secret[place] ^= product(value[place], weight) }
                }
            }
        }
    }

    /// The product in the field, in the same time for all.
    static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var (a, b, sum): (UInt8, UInt8, UInt8) = (a, b, 0)
        for _ in 0..<8 {
            sum ^= a & (0 &- (b & 1))
            let carry = 0 &- (a >> 7)
            a = (a << 1) ^ (0x1B & carry)
            b >>= 1
        }
        return sum
    }

    /// a²⁵⁴, which is 1/a; 0 for 0.
    static func inverse(_ a: UInt8) -> UInt8 {
        var (square, result): (UInt8, UInt8) = (a, 1)
        for _ in 0..<7 {
            square = product(square, square)
            result = product(result, square)
        }
        return result
    }
}
