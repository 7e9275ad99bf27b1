import Foundation
import ShangMi
import Testing

/// The private key a published test name stands for: SM3 of the text as a number modulo n−1, plus 1
/// (`Docs/protocol.md §7`), as `TestVectors/protocol.json` lists it.
func testKey(_ name: String) throws -> SM2.PrivateKey {
    let listed = try ProtocolVectors.shared.sm2TestKeys[name]
    return try SM2.PrivateKey(SecretBytes(hex: #require(listed).private))
}

/// `TestVectors/protocol.json`: numbers for every formula of `Docs/protocol.md`.
struct ProtocolVectors: Decodable {
    struct Session: Decodable { let key, sessionKey, cryptogram, externalAuthenticate: String }
    struct Update: Decodable { let key, plain, ciphertext, mac, command: String }
    struct Encryption: Decodable { let plain, ciphertext: String }
    struct WriteKey: Decodable { let plain, command: String }
    struct WriteRecord: Decodable { let command: String }
    struct KeyPair: Decodable { let `private`, `public`: String }
    struct SecurityCode: Decodable { let cardNumber, issueDate, block, code: String }

    let serial, cityCode, provinceFactor, seed, original: String
    let testKeys, cardKeys: [String: String]
    let session: Session
    let update: Update
    let encryption: [Encryption]
    let writeKey: WriteKey
    let writeRecord: WriteRecord
    let answerToReset: String
    let sm2TestKeys: [String: KeyPair]
    let securityCode: SecurityCode

    static var shared: ProtocolVectors {
        get throws {
            try JSONDecoder().decode(
                ProtocolVectors.self, from: Data(contentsOf: testVectors.appending(path: "protocol.json")))
        }
    }
}

/// Every number of the protocol page that these primitives can make, made from nothing but them: proof that the
/// primitives are whole, and a second reading of the page beside the modules that use it.
@Suite("Protocol numbers from the primitives")
struct ProtocolVectorTests {
    private let vectors: ProtocolVectors

    init() throws { vectors = try ProtocolVectors.shared }

    /// D(K, f) = E(K, f ‖ ~f), §2.
    private func diversified(_ key: SecretBytes, _ factor: [UInt8]) throws -> SecretBytes {
        try SM4(key: key).deriveECB(factor + factor.map { ~$0 })
    }

    /// L ‖ data ‖ 80 00…, padded only when not aligned, §3.
    private func framed(_ data: [UInt8]) throws -> [UInt8] {
        let plain = try [#require(UInt8(exactly: data.count))] + data
        return plain.count.isMultiple(of: 16) ? plain : SM4.padded(plain)
    }

    private func sessionKey(_ name: String) throws -> SecretBytes {
        try diversified(SecretBytes(hex: #require(vectors.cardKeys[name])), bytes(vectors.seed))
    }

    @Test("test keys, §2")
    func testKeys() throws {
        #expect(vectors.testKeys.count == 23)
        for (name, value) in vectors.testKeys {
            #expect(hex(SM3.hash("resident-health-card test key:\(name)".utf8).prefix(16)) == value, "\(name)")
        }
    }

    @Test("card keys, §2")
    func cardKeys() throws {
        let serial = try bytes(vectors.serial)
        let province = Array("\(vectors.cityCode.prefix(2))000000".utf8)
        #expect(hex(province) == vectors.provinceFactor)
        #expect(vectors.cardKeys.count == 22)
        for (name, value) in vectors.cardKeys {
            let national = try SecretBytes(hex: #require(vectors.testKeys[name]))
            let above = name == "TK" ? national : try diversified(national, province)
            #expect(hex(try diversified(above, serial)) == value, "\(name)")
        }
    }

    @Test("session key, cryptogram and EXTERNAL AUTHENTICATE, §3")
    func session() throws {
        let key = try sessionKey(vectors.session.key)
        #expect(hex(key) == vectors.session.sessionKey)
        let original = try bytes(vectors.original)
        let block = try SM4(key: key).encryptECB(original + [UInt8](repeating: 0, count: 8))
        let cryptogram = zip(block.prefix(8), block.suffix(8)).map { $0 ^ $1 }
        #expect(hex(cryptogram) == vectors.session.cryptogram)
        let command = [0x00, 0x82, 0x00, 0x84, 0x11] + cryptogram + original + [0xF1]
        #expect(hex(command) == vectors.session.externalAuthenticate)
    }

    @Test("a secured update: ciphertext, MAC and command, §3")
    func update() throws {
        let cipher = try SM4(key: sessionKey(vectors.update.key))
        let ciphertext = try cipher.encryptECB(framed(bytes(vectors.update.plain)))
        #expect(hex(ciphertext) == vectors.update.ciphertext)
        let header: [UInt8] = [0x04, 0xDC, 0x01, 0x04, UInt8(ciphertext.count + 4)]
        let mac = try cipher.cbcMAC(SM4.padded(header + ciphertext)).prefix(4)
        #expect(hex(mac) == vectors.update.mac)
        #expect(hex(header + ciphertext + mac) == vectors.update.command)
    }

    @Test("encryption of every alignment, §3")
    func encryption() throws {
        let cipher = try SM4(key: sessionKey(vectors.update.key))
        for vector in vectors.encryption {
            let plain = try bytes(vector.plain)
            let ciphertext = try cipher.encryptECB(framed(plain))
            #expect(hex(ciphertext) == vector.ciphertext, "\(plain.count) bytes")
            let decrypted = try cipher.decryptECB(ciphertext)
            #expect(decrypted.first == UInt8(plain.count))
            #expect(Array(decrypted.dropFirst().prefix(plain.count)) == plain)
        }
    }

    @Test("WRITE KEY, §5")
    func writeKey() throws {
        let key = try SecretBytes(hex: #require(vectors.cardKeys["RK1_DF01"]))
        let head: [UInt8] = [0x01, 0x84, 0xF1, 0x04, 0x06, 0x00, 0x00, 0x00, 0x00]
        let plain = SecretBytes(concatenating: SecretBytes(copying: head), key)
        #expect(hex(plain) == vectors.writeKey.plain)
        let tail = [0x80] + [UInt8](repeating: 0, count: 32 - 1 - plain.count - 1)
        let blocks = SecretBytes(
            concatenating: SecretBytes(copying: [UInt8(plain.count)]), plain, SecretBytes(copying: tail))
        let cipher = try SM4(key: sessionKey("TK"))
        let ciphertext = try cipher.encryptECB(blocks)
        let header: [UInt8] = [0x84, 0xD4, 0x01, 0x84, 0x24]
        let mac = try cipher.cbcMAC(SM4.padded(header + ciphertext)).prefix(4)
        #expect(hex(header + ciphertext + mac) == vectors.writeKey.command)
    }

    @Test("security code, §8")
    func securityCode() throws {
        let vector = vectors.securityCode
        let cipher = try SM4(key: SecretBytes(hex: #require(vectors.testKeys["CVK"])))
        let block = try cipher.cbcMAC(SM4.padded((vector.cardNumber + vector.issueDate).utf8))
        #expect(hex(block) == vector.block)
        let digits = hex(block)
        let letters = digits.filter { $0.isLetter }.compactMap { $0.hexDigitValue.map { String($0 - 10) } }
        let code = (digits.filter(\.isNumber).map(String.init) + letters).prefix(3).joined()
        #expect(code == vector.code)
    }

    @Test("SM2 test keys: a digest below n−1 is the number itself, plus 1, §7")
    func sm2TestKeys() throws {
        #expect(vectors.sm2TestKeys.count == 3)
        for (name, pair) in vectors.sm2TestKeys {
            #expect(hex(try testKey(name).publicKey.bytes) == pair.public, "\(name)")
            let key = try SM2.PrivateKey(seed: SM3.hash("resident-health-card test key:\(name)".utf8))
            #expect(hex(key.bytes) == pair.private, "\(name)")
        }
    }
}
