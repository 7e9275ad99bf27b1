import Foundation
import Testing

@testable import ShangMi

@Suite("Shared secrets")
struct SecretSharingTests {
    @Test("the field's product is that of FIPS 197, and every number but 0 has its inverse")
    func field() {
        for (a, b, product) in [(0x57, 0x83, 0xC1), (0x57, 0x13, 0xFE), (0x57, 0x02, 0xAE), (0x53, 0xCA, 0x01)] {
            #expect(SecretSharing.product(UInt8(a), UInt8(b)) == UInt8(product))
        }
        for a in UInt8.min...UInt8.max {
            #expect(SecretSharing.product(a, 1) == a && SecretSharing.product(a, 0) == 0)
            #expect(SecretSharing.product(a, SecretSharing.inverse(a)) == (a == 0 ? 0 : 1))
            for b in [UInt8(2), 3, 0x1B, 0x80, 0xFF] {
                #expect(SecretSharing.product(a, b) == SecretSharing.product(b, a))
            }
        }
    }

    @Test("shares of a polynomial that was worked out by hand give its constant term")
    func knownShares() throws {
        // f(x) = 42 + 11·x + A7·x² at 1, 2, 3, 4 over GF(2⁸) of x⁸+x⁴+x³+x+1.
        let values: [UInt8: UInt8] = [1: 0xF4, 2: 0xCA, 3: 0x7C, 4: 0x98]
        for (index, value) in values {
            let x = index
            let square = SecretSharing.product(x, x)
            let sum = 0x42 ^ SecretSharing.product(0x11, x) ^ SecretSharing.product(0xA7, square)
            #expect(sum == value, "f(\(x)) is \(String(sum, radix: 16))")
        }
        for three in [[1, 2, 3], [4, 2, 1], [3, 1, 4], [2, 3, 4]] as [[UInt8]] {
            let shares = three.map { SecretSharing.Share(index: $0, value: SecretBytes(copying: [values[$0] ?? 0])) }
            #expect(try SecretSharing.combine(shares) == SecretBytes(copying: [0x42]))
        }
    }

    @Test(
        "any m of n give the secret, fewer another value, more the same",
        arguments: [(1, 1), (1, 3), (2, 2), (2, 3), (3, 5), (5, 5), (16, 16), (255, 255)])
    func thereAndBack(threshold: Int, count: Int) throws {
        let secret = try SystemRandom.secret(32)
        let shares = try SecretSharing.split(secret, threshold: threshold, count: count)
        #expect(shares.map(\.index) == (1...count).map { UInt8($0) })
        #expect(shares.allSatisfy { $0.value.count == 32 })
        for _ in 0..<8 {
            let some = shares.shuffled()
            #expect(try SecretSharing.combine(Array(some.prefix(threshold))) == secret)
            #expect(try SecretSharing.combine(some) == secret)
            if threshold > 1 {
                #expect(try SecretSharing.combine(Array(some.prefix(threshold - 1))) != secret)
            }
        }
    }

    @Test("a share tells nothing: with one too few every value of the secret is as likely")
    func secrecy() throws {
        // Of one share of a polynomial of degree 1 every secret has one second share that leads to it.
        let share = try SecretSharing.split(SecretBytes(copying: [0x5A]), threshold: 2, count: 2)[0]
        let secrets = try (UInt8.min...UInt8.max).map { other in
            try SecretSharing.combine([share, .init(index: 2, value: SecretBytes(copying: [other]))])
                .withUnsafeBytes { $0[0] }
        }
        #expect(Set(secrets).count == 256)
        // And over many splits of one secret the shares' bytes come equally often.
        var seen = [Int](repeating: 0, count: 256)
        for _ in 0..<4096 {
            let shares = try SecretSharing.split(SecretBytes(copying: [0x5A]), threshold: 2, count: 2)
            shares[0].value.withUnsafeBytes { seen[Int($0[0])] += 1 }
        }
        #expect(seen.allSatisfy { (1...48).contains($0) })
    }

    @Test("no shares, index 0, an index twice, other lengths, and thresholds that cannot be")
    func refusals() throws {
        func share(_ index: UInt8, _ bytes: [UInt8] = [1, 2]) -> SecretSharing.Share {
            .init(index: index, value: SecretBytes(copying: bytes))
        }
        for shares in [[], [share(0)], [share(1), share(1)], [share(1), share(2, [1])]] {
            #expect(throws: ShangMiError.self) { try SecretSharing.combine(shares) }
        }
        let secret = SecretBytes(copying: [1])
        for (threshold, count) in [(0, 1), (2, 1), (1, 0), (1, 256), (-1, 3)] {
            #expect(throws: ShangMiError.sharing(threshold: threshold, shares: count)) {
                try SecretSharing.split(secret, threshold: threshold, count: count)
            }
        }
    }
}
