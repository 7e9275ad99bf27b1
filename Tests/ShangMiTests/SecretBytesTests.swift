import Synchronization
import Testing

@testable import ShangMi

@Suite("SecretBytes")
struct SecretBytesTests {
    private final class Witness: Sendable {
        let seen = Mutex<[UInt8]?>(nil)
    }

    @Test("the memory is zero when it is given back, and not before")
    func zeroed() {
        let witness = Witness()
        var secret: SecretBytes? = SecretBytes(
            count: 32, afterCleansing: { memory in witness.seen.withLock { $0 = Array(memory) } },
            initializingWith: { for index in $0.indices { $0[index] = 0xA5 } })
        #expect(secret?.withUnsafeBytes { $0.allSatisfy { $0 == 0xA5 } } == true)
        #expect(witness.seen.withLock { $0 } == nil)
        secret = nil
        #expect(witness.seen.withLock { $0 } == [UInt8](repeating: 0, count: 32))
    }

    @Test("a failed initialization wipes what was written too")
    func failedInitialization() {
        let witness = Witness()
        #expect(throws: ShangMiError.malformedHex) {
            try SecretBytes(
                count: 4, afterCleansing: { memory in witness.seen.withLock { $0 = Array(memory) } },
                initializingWith: { memory throws(ShangMiError) in
                    memory[0] = 0xA5
                    throw .malformedHex
                })
        }
        #expect(witness.seen.withLock { $0 } == [0, 0, 0, 0])
    }

    @Test("equal by content and length")
    func equality() throws {
        #expect(try SecretBytes(hex: "00aBCd") == SecretBytes(copying: [0x00, 0xAB, 0xCD]))
        #expect(SecretBytes(copying: [1, 2]) != SecretBytes(copying: [1, 3]))
        #expect(SecretBytes(copying: [1]) != SecretBytes(copying: [1, 0]))
        #expect(SecretBytes(copying: []) == SecretBytes(count: 0) { _ in })
        #expect(
            SecretBytes(
                concatenating: SecretBytes(copying: [1]), SecretBytes(copying: []), SecretBytes(copying: [2, 3]))
                == SecretBytes(copying: [1, 2, 3]))
        #expect(SecretBytes(count: -1) { _ in }.count == 0)
    }

    @Test("hexadecimal text that is none is refused", arguments: ["0", "0g", "é0", "00 1", "0x00"])
    func malformed(text: String) {
        #expect(throws: ShangMiError.malformedHex) { try SecretBytes(hex: text) }
    }

    @Test("printing and dumping show no content")
    func silent() throws {
        let secret = SecretBytes(copying: Array("topsecret".utf8))
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(!text.contains("topsecret"))
            #expect(!text.contains("116"), "no byte of it in decimal either")
            #expect(!text.lowercased().contains("746f"))
        }
        let key = try SM2.PrivateKey.generate()
        dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.lowercased().contains(hex(key.bytes)))
    }

    @Test("random bytes come in any number and do not repeat")
    func random() throws {
        #expect(try SystemRandom.bytes(0) == [])
        #expect(try SystemRandom.bytes(-1) == [])
        #expect(try SystemRandom.bytes(8).count == 8)
        #expect(try SystemRandom.bytes(16) != SystemRandom.bytes(16))
        #expect(try SystemRandom.secret(0).count == 0)
        #expect(try SystemRandom.secret(32) != SystemRandom.secret(32))
    }
}
