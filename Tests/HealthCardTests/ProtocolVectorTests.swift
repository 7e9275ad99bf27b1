import CardProfiles
import Foundation
import HealthCard
import ISO7816
import ShangMi
import Testing

/// `TestVectors/protocol.json`: numbers for every formula of `Docs/protocol.md`.
private struct Vectors: Decodable {
    struct Session: Decodable { let key, cryptogram, externalAuthenticate: String }
    struct Update: Decodable { let key, plain, ciphertext, mac, command: String }
    struct Encryption: Decodable { let plain, ciphertext: String }
    struct WriteKey: Decodable { let plain, command: String }
    struct WriteRecord: Decodable { let command: String }
    struct KeyPair: Decodable { let `private`, `public`: String }
    struct SecurityCode: Decodable { let cardNumber, issueDate, code: String }

    let serial, provinceFactor, cityCode, seed, original, answerToReset: String
    let testKeys, cardKeys: [String: String]
    let session: Session
    let update: Update
    let encryption: [Encryption]
    let writeKey: WriteKey
    let writeRecord: WriteRecord
    let sm2TestKeys: [String: KeyPair]
    let securityCode: SecurityCode
}

@Suite("The protocol's numbers through the security module")
struct ProtocolVectorTests {
    private let vectors: Vectors
    private let profile: CardProfile
    private let module: SoftwareSecurityModule
    private let card: CardFactors
    private let seed: [UInt8]

    init() throws {
        let url = repository.appending(path: "TestVectors/protocol.json")
        vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
        profile = try TestProfile.shared
        module = try SoftwareSecurityModule.testKeys(profile)
        card = CardFactors(card: try bytes(vectors.serial), province: try bytes(vectors.provinceFactor))
        seed = try bytes(vectors.seed)
    }

    private func key(_ name: String) throws -> KeyDefinition { try #require(profile.key(name)) }

    @Test("external authentication")
    func externalAuthentication() throws {
        let key = try key(vectors.session.key)
        let original = try bytes(vectors.original)
        let cryptogram = try module.cryptogram(key: key, card: card, seed: seed, original: original)
        #expect(hex(cryptogram) == vectors.session.cryptogram)
        let command = [0x00, 0x82, 0x00, key.reference, 0x11] + cryptogram + original + [module.keyVersion]
        #expect(hex(command) == vectors.session.externalAuthenticate)
    }

    @Test("a secured update")
    func update() throws {
        let header: [UInt8] = [0x04, 0xDC, 0x01, 0x04]
        let body = try module.protect(
            header: header, data: bytes(vectors.update.plain), protection: .encryptedMAC, key: key(vectors.update.key),
            card: card, seed: seed)
        #expect(hex(body) == vectors.update.ciphertext + vectors.update.mac)
        #expect(hex(header + [UInt8(body.count)] + body) == vectors.update.command)
        #expect(body.count == profile.cryptography.bodyLength(of: 3, under: .encryptedMAC))
    }

    @Test("encryption of every alignment")
    func encryption() throws {
        for vector in vectors.encryption {
            let body = try module.protect(
                header: [0x04, 0xDC, 0x01, 0x04], data: bytes(vector.plain), protection: .encryptedMAC,
                key: key(vectors.update.key), card: card, seed: seed)
            #expect(hex(body.dropLast(4)) == vector.ciphertext)
        }
    }

    @Test("WRITE KEY")
    func writeKey() throws {
        let header: [UInt8] = [0x84, 0xD4, 0x01, 0x84]
        let prefix = try bytes(vectors.writeKey.plain).dropLast(16)
        let body = try module.wrapKey(
            key("RK1_DF01"), prefix: Array(prefix), header: header, under: key("TK"), card: card, seed: seed)
        #expect(hex(header + [UInt8(body.count)] + body) == vectors.writeKey.command)
    }

    @Test("WRITE RECORD under a MAC alone")
    func writeRecord() throws {
        let header: [UInt8] = [0x84, 0xD2, 0x01, 0x04]
        let names = profile.keys.filter { $0.role == .maintenance }.map(\.name)
        let commands = try names.map { name in
            let body = try module.protect(
                header: header, data: [], protection: .mac, key: key(name), card: card, seed: seed)
            return hex(header + [UInt8(body.count)] + body)
        }
        #expect(commands[try #require(names.firstIndex(of: "STK_DF03"))] == vectors.writeRecord.command)
    }

    /// Card keys never leave the module; each is proved by a cryptogram made here from the published value.
    @Test("every card key")
    func cardKeys() throws {
        #expect(vectors.cardKeys.count == profile.keys.filter { $0.usage != .host }.count)
        let original = try bytes(vectors.original)
        for (name, value) in vectors.cardKeys {
            let cipher = try SM4(key: SecretBytes(hex: value))
            let sessionKey = try cipher.deriveECB(seed + seed.map { ~$0 })
            let block = try SM4(key: sessionKey).encryptECB(original + [UInt8](repeating: 0, count: 8))
            let expected = zip(block.prefix(8), block.suffix(8)).map { $0 ^ $1 }
            let cryptogram = try module.cryptogram(key: key(name), card: card, seed: seed, original: original)
            #expect(cryptogram == expected, "\(name)")
        }
    }

    @Test("the security code, its date in either spelling")
    func securityCode() throws {
        let rule = profile.securityCode
        #expect(rule.input.count == 2)
        for date in [vectors.securityCode.issueDate, "2026-10-12"] {
            let values = [rule.input[0].item: vectors.securityCode.cardNumber, rule.input[1].item: date]
            #expect(try module.securityCode(rule, values: values) == vectors.securityCode.code)
        }
        #expect(throws: SecurityModuleError.missingValue("\(rule.input[1].item)")) {
            try module.securityCode(rule, values: [rule.input[0].item: vectors.securityCode.cardNumber])
        }
    }

    @Test("issuer certificate: the same bytes each time, signed by the published root")
    func certificate() throws {
        let layout = try #require(profile.certificate("issuer"))
        var values: [String: String] = [:]
        for field in layout.fields {
            if case .digits(let name) = field.content { values[name] = field.length == 4 ? "2026-10-12" : "990100000" }
            if case .bytes(let name) = field.content { values[name] = String(repeating: "00", count: field.length) }
        }
        let certificate = try module.certificate(layout, values: values)
        #expect(certificate.count == 180)
        #expect(try module.certificate(layout, values: values) == certificate)
        #expect(certificate.prefix(2) == [0xA0, 0x01])
        let issuer = try #require(vectors.sm2TestKeys["ISSUER"])
        #expect(hex(certificate[52..<116]) == issuer.public)
        let root = try SM2.PublicKey(bytes(try #require(vectors.sm2TestKeys["ROOT"]).public))
        #expect(root.isValid(signature: Array(certificate.suffix(64)), message: Array(certificate.prefix(116))))
    }

    @Test("SM1 is an error that says who can")
    func sm1() throws {
        let profile = try TestProfile.edition(
            with: "overlay: sm1\nbase: resident-health-card\ncryptography:\n  cipher: sm1\n")
        #expect(throws: SecurityModuleError.cipherNeedsHardware(.sm1)) { try SoftwareSecurityModule.testKeys(profile) }
        #expect("\(SecurityModuleError.cipherNeedsHardware(.sm1))".contains("SAM or an HSM"))
    }

    @Test("what a module refuses")
    func refusals() throws {
        let rk = try key("RK1_DF01")
        #expect(throws: SecurityModuleError.noTestKeys(profile: "resident-health-card")) {
            try SoftwareSecurityModule.testKeys(TestProfile.formal)
        }
        #expect(throws: SecurityModuleError.provinceUnknown(key: "RK1_DF01")) {
            try module.cryptogram(key: rk, card: CardFactors(card: card.card), seed: seed, original: seed)
        }
        #expect(throws: SecurityModuleError.self) {
            try module.cryptogram(key: rk, card: card, seed: [1, 2, 3], original: seed)
        }
        #expect(throws: SecurityModuleError.dataTooLong(bytes: 256, limit: 255)) {
            try module.protect(
                header: [4, 0xDC, 1, 4], data: [UInt8](repeating: 0, count: 256), protection: .encryptedMAC, key: rk,
                card: card, seed: seed)
        }
        let empty = try SoftwareSecurityModule(profile: profile, keys: KeySet(version: 1, values: [:]))
        #expect(throws: SecurityModuleError.keyNotHeld("RK1_DF01")) {
            try empty.cryptogram(key: rk, card: card, seed: seed, original: seed)
        }
    }

    @Test("the chaining bit is no part of a MAC")
    func chainingBit() throws {
        let key = try key("STK_DF01")
        let plain = try module.protect(
            header: [0x04, 0xDC, 1, 4], data: [1], protection: .mac, key: key, card: card, seed: seed)
        let chained = try module.protect(
            header: [0x14, 0xDC, 1, 4], data: [1], protection: .mac, key: key, card: card, seed: seed)
        #expect(plain == chained)
    }
}
