import Foundation
import Testing

@testable import ShangMi

@Suite("scrypt and ChaCha20-Poly1305")
struct KeysAtRestTests {
    private struct Vectors: Decodable {
        struct Derivation: Decodable {
            let source, passphrase, salt: String
            let n, r, p: Int
            let key: String
        }
        struct Sealing: Decodable { let source, key, nonce, associatedData, plain, sealed: String }

        let scrypt: [Derivation]
        let chaCha20Poly1305: [Sealing]

        static var shared: Vectors {
            get throws {
                try JSONDecoder().decode(
                    Vectors.self, from: Data(contentsOf: testVectors.appending(path: "keys-at-rest.json")))
            }
        }
    }

    @Test("scrypt: the published examples")
    func scrypt() throws {
        let vectors = try Vectors.shared.scrypt
        #expect(vectors.count == 3)
        for vector in vectors {
            let cost = try Scrypt.Cost(n: vector.n, r: vector.r, p: vector.p)
            let key = try Scrypt.key(
                passphrase: SecretBytes(copying: Array(vector.passphrase.utf8)), salt: Array(vector.salt.utf8),
                cost: cost, count: vector.key.count / 2)
            #expect(hex(key) == vector.key, "\(vector.source)")
        }
    }

    @Test("scrypt: what would take too much is refused before it takes anything")
    func excessiveCost() {
        let bounds = [
            (0, 8, 1), (1, 8, 1), (3, 8, 1), (-2, 8, 1), (Int.min, 8, 1), (1 << 20, 8, 1), (1 << 62, 1, 1), (16, 0, 1),
            (16, 33, 1), (16, Int.max, 1), (16, 1, 0), (16, 1, 17), (1 << 17, 32, 1),
        ]
        for (n, r, p) in bounds {
            #expect(throws: ShangMiError.scryptCost(n: n, r: r, p: p)) { try Scrypt.Cost(n: n, r: r, p: p) }
        }
        #expect((try? Scrypt.Cost(n: 1 << 18, r: 8, p: 1)) != nil)
        #expect(Scrypt.Cost.standard == (try? Scrypt.Cost(n: 1 << 17, r: 8, p: 1)))
    }

    @Test("scrypt: the openssl command makes the same key, at the standard cost too")
    func command() throws {
        for (n, r, p) in [(16, 1, 3), (1024, 8, 2), (1 << 17, 8, 1)] {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                "openssl", "kdf", "-binary", "-keylen", "32", "-kdfopt", "pass:long enough", "-kdfopt",
                "hexsalt:00ff7f80",
                "-kdfopt", "n:\(n)", "-kdfopt", "r:\(r)", "-kdfopt", "p:\(p)", "-kdfopt", "maxmem_bytes:400000000",
                "SCRYPT",
            ]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            let key = try Scrypt.key(
                passphrase: SecretBytes(copying: Array("long enough".utf8)), salt: [0, 0xFF, 0x7F, 0x80],
                cost: Scrypt.Cost(n: n, r: r, p: p))
            #expect(key == SecretBytes(copying: output))
        }
    }

    @Test("ChaCha20-Poly1305: the published example, both ways")
    func sealing() throws {
        for vector in try Vectors.shared.chaCha20Poly1305 {
            let key = try SecretBytes(hex: vector.key)
            let plain = try SecretBytes(hex: vector.plain)
            let (nonce, associated) = try (bytes(vector.nonce), bytes(vector.associatedData))
            let sealed = try ChaCha20Poly1305.seal(plain, associatedData: associated, nonce: nonce, key: key)
            #expect(hex(sealed) == vector.sealed)
            let opened = try ChaCha20Poly1305.open(sealed, associatedData: associated, nonce: nonce, key: key)
            #expect(opened == plain)
        }
    }

    @Test("ChaCha20-Poly1305: any bit that changed is found, in the key, the nonce and the associated data too")
    func tampering() throws {
        let key = try SystemRandom.secret(32)
        let nonce = try SystemRandom.bytes(12)
        let plain = try SystemRandom.secret(40)
        let associated = Array("header".utf8)
        let sealed = try ChaCha20Poly1305.seal(plain, associatedData: associated, nonce: nonce, key: key)
        #expect(sealed.count == 56)
        func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
            var bytes = bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            return bytes
        }
        func isRefused(_ sealed: [UInt8], _ associated: [UInt8], _ nonce: [UInt8], _ key: SecretBytes) -> Bool {
            do {
                _ = try ChaCha20Poly1305.open(sealed, associatedData: associated, nonce: nonce, key: key)
                return false
            } catch { return error == .notAuthentic }
        }
        for bit in 0..<sealed.count * 8 { #expect(isRefused(flipped(sealed, bit), associated, nonce, key)) }
        for bit in 0..<48 { #expect(isRefused(sealed, flipped(associated, bit), nonce, key)) }
        for bit in 0..<96 { #expect(isRefused(sealed, associated, flipped(nonce, bit), key)) }
        let keyBytes = key.withUnsafeBytes { Array($0) }
        for bit in 0..<256 {
            #expect(isRefused(sealed, associated, nonce, SecretBytes(copying: flipped(keyBytes, bit))))
        }
        for count in 0..<sealed.count { #expect(isRefused(Array(sealed.prefix(count)), associated, nonce, key)) }
        #expect(isRefused(sealed + [0], associated, nonce, key))
    }

    @Test("ChaCha20-Poly1305: nothing is sealed as well as something, and lengths are checked")
    func lengths() throws {
        let key = try SystemRandom.secret(32)
        let nonce = [UInt8](repeating: 1, count: 12)
        let sealed = try ChaCha20Poly1305.seal(SecretBytes(copying: []), associatedData: [], nonce: nonce, key: key)
        #expect(sealed.count == 16)
        #expect(try ChaCha20Poly1305.open(sealed, associatedData: [], nonce: nonce, key: key).count == 0)
        #expect(throws: ShangMiError.wrongLength(.chaChaKey, expected: 32, actual: 16)) {
            try ChaCha20Poly1305.seal(key, associatedData: [], nonce: nonce, key: SystemRandom.secret(16))
        }
        #expect(throws: ShangMiError.wrongLength(.chaChaNonce, expected: 12, actual: 11)) {
            try ChaCha20Poly1305.open(sealed, associatedData: [], nonce: Array(nonce.dropLast()), key: key)
        }
    }
}
