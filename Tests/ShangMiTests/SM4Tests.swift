import ShangMi
import Testing

@Suite("SM4")
struct SM4Tests {
    private let key = "0123456789abcdeffedcba9876543210"

    @Test("published examples: once, back, and a million times")
    func published() throws {
        let vector = try Vectors.shared.sm4
        let cipher = try SM4(key: SecretBytes(hex: vector.key))
        var block = try cipher.encryptECB(bytes(vector.plain))
        #expect(hex(block) == vector.once)
        #expect(hex(try cipher.decryptECB(block)) == vector.plain)
        for _ in 1..<1_000_000 { block = try cipher.encryptECB(block) }
        #expect(hex(block) == vector.millionTimes)
    }

    @Test("CBC chains, undoes itself, and CBC-MAC is its last block")
    func cbc() throws {
        let cipher = try SM4(key: SecretBytes(hex: key))
        let iv = [UInt8](0..<16)
        let plain = (0..<64).map { UInt8($0) }
        var expected: [UInt8] = []
        var previous = iv
        for start in stride(from: 0, to: plain.count, by: 16) {
            previous = try cipher.encryptECB(zip(plain[start..<start + 16], previous).map { $0 ^ $1 })
            expected += previous
        }
        #expect(try cipher.encryptCBC(plain, iv: iv) == expected)
        #expect(try cipher.encryptCBC(plain, iv: iv) == expected, "a second message starts at its own initial value")
        #expect(try cipher.decryptCBC(expected, iv: iv) == plain)
        #expect(try cipher.decryptCBC(expected, iv: iv) == plain)
        #expect(try cipher.cbcMAC(plain, iv: iv) == previous)
        #expect(
            try cipher.cbcMAC(plain) == Array(cipher.encryptCBC(plain, iv: Array(repeating: 0, count: 16)).suffix(16)))
    }

    @Test("after rekey every mode and direction uses the new key")
    func rekey() throws {
        let first = try SecretBytes(hex: key)
        let second = try SecretBytes(hex: "000102030405060708090a0b0c0d0e0f")
        let data = [UInt8](repeating: 0x5A, count: 32)
        let iv = [UInt8](repeating: 1, count: 16)
        let used = try SM4(key: first)
        for key in [first, second, first] {
            try used.rekey(key)
            let fresh = try SM4(key: key)
            #expect(try used.encryptECB(data) == fresh.encryptECB(data))
            #expect(try used.decryptECB(data) == fresh.decryptECB(data))
            #expect(try used.encryptCBC(data, iv: iv) == fresh.encryptCBC(data, iv: iv))
            #expect(try used.decryptCBC(data, iv: iv) == fresh.decryptCBC(data, iv: iv))
        }
    }

    @Test("secret input and output are the same bytes")
    func secrets() throws {
        let cipher = try SM4(key: SecretBytes(hex: key))
        let data = [UInt8](0..<32)
        let encrypted = try cipher.encryptECB(data)
        #expect(try cipher.encryptECB(SecretBytes(copying: data)) == encrypted)
        #expect(try cipher.deriveECB(data) == SecretBytes(copying: encrypted))
        #expect(try cipher.unwrapECB(encrypted) == SecretBytes(copying: data))
    }

    @Test("no input, no output")
    func empty() throws {
        let cipher = try SM4(key: SecretBytes(hex: key))
        #expect(try cipher.encryptECB([UInt8]()) == [])
        #expect(try cipher.decryptCBC([], iv: [UInt8](repeating: 0, count: 16)) == [])
        #expect(throws: ShangMiError.notWholeBlocks(count: 0)) { try cipher.cbcMAC([]) }
    }

    @Test("wrong lengths are refused and change nothing")
    func lengths() throws {
        let cipher = try SM4(key: SecretBytes(hex: key))
        #expect(throws: ShangMiError.wrongLength(.sm4Key, expected: 16, actual: 15)) {
            try cipher.rekey(SecretBytes(copying: [UInt8](repeating: 0, count: 15)))
        }
        #expect(throws: ShangMiError.wrongLength(.sm4Key, expected: 16, actual: 32)) {
            try SM4(key: SecretBytes(copying: [UInt8](repeating: 0, count: 32)))
        }
        #expect(throws: ShangMiError.notWholeBlocks(count: 17)) {
            try cipher.encryptECB([UInt8](repeating: 0, count: 17))
        }
        #expect(throws: ShangMiError.notWholeBlocks(count: 1)) { try cipher.decryptECB([0]) }
        #expect(throws: ShangMiError.wrongLength(.initialValue, expected: 16, actual: 8)) {
            try cipher.encryptCBC([UInt8](repeating: 0, count: 16), iv: [UInt8](repeating: 0, count: 8))
        }
        #expect(hex(try cipher.encryptECB(bytes(key))) == "681edf34d206965e86b3e94f536e4246")
    }

    @Test("padding method 2 and back, for every length around a block")
    func padding() throws {
        for count in 0...33 {
            let data = [UInt8](repeating: 0, count: count)
            let padded = SM4.padded(data)
            #expect(padded.count == (count / 16 + 1) * 16)
            #expect(padded[count] == 0x80)
            #expect(try SM4.unpadded(padded) == data)
        }
        for wrong in [[], [0x80], [UInt8](repeating: 0, count: 16), [UInt8](repeating: 0x80, count: 15) + [1]] {
            #expect(throws: ShangMiError.invalidPadding) { try SM4.unpadded(wrong) }
        }
        let markTooEarly = [0x80] + [UInt8](repeating: 0, count: 31)
        #expect(throws: ShangMiError.invalidPadding) { try SM4.unpadded(markTooEarly) }
    }
}
