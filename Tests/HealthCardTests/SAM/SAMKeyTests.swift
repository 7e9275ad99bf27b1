import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import Testing

@Suite("Keys in a SAM")
struct SAMKeyTests {
    private let profile: CardProfile
    private let seed: [UInt8]
    private let original: [UInt8]
    private let card: CardFactors

    init() throws {
        profile = try TestProfile.shared
        seed = try bytes("a1a2a3a4a5a6a7a8")
        original = try bytes("1122334455667788")
        card = CardFactors(
            card: try bytes("0102030405060708"), province: Array("99000000".utf8), third: Array("99010000".utf8))
    }

    private func key(_ name: String) throws -> KeyDefinition { try #require(profile.key(name)) }

    private func sam(_ scripted: ScriptedSAM) throws -> SAMCard {
        let sam = try SAMCard(channel: scripted, profile: profile)
        scripted.clearLog()
        return sam
    }

    private func cryptogram(_ sam: SAMCard, _ name: String) throws(SecurityModuleError) -> [UInt8] {
        guard let key = profile.key(name) else { throw .keyNotHeld("the profile lacks \(name)") }
        return try sam.cryptogram(key: key, card: card, seed: seed, original: original)
    }

    @Test("the numbers of TestVectors/protocol.json, and three commands for a cryptogram, six for ciphertext and MAC")
    func vectors() throws {
        let scripted = ScriptedSAM()
        let sam = try sam(scripted)
        #expect(hex(try cryptogram(sam, "RK1_DF01")) == "f8dd6e24741d879f")
        #expect(scripted.instructions == "DE FA C0")
        #expect(hex(scripted.log[0].data) == "0102030405060708" + "3939303030303030" + "a1a2a3a4a5a6a7a8")
        scripted.clearLog()
        let body = try sam.protect(
            header: [0x04, 0xDC, 0x01, 0x04], data: [0x15, 0x01, 0x1F], protection: .encryptedMAC,
            key: key("STK_DF01"), card: card, seed: seed)
        #expect(hex(body) == "af0891789844936741c76fb24ce4a2c4" + "66506ccf")
        #expect(scripted.instructions == "DE FA C0 DE FA C0")
        #expect(scripted.log.map(\.p1) == [0x28, 0x00, 0x00, 0x28, 0x05, 0x00])
        scripted.clearLog()
        let mac = try sam.protect(
            header: [0x84, 0xD2, 0x01, 0x04], data: [], protection: .mac, key: key("STK_DF03"), card: card, seed: seed)
        #expect(hex(mac) == "3a221a9b")
        #expect(scripted.instructions == "DE FA C0")
        scripted.clearLog()
        let plain = try sam.protect(
            header: [0x00, 0xD6, 0x00, 0x00], data: [1, 2], protection: .plain, key: key("STK_DF03"), card: card,
            seed: seed)
        #expect(plain == [1, 2])
        #expect(scripted.log.isEmpty)
    }

    @Test(
        "every type with every key: the same as software where it is held, and named where it is not", arguments: 1...5)
    func types(type: Int) throws {
        let scripted = ScriptedSAM(type: type)
        let sam = try sam(scripted)
        let software = try SoftwareSecurityModule.testKeys(profile)
        #expect(profile.sam.type(type).map { Set($0.keys) } == ScriptedSAM.keys(ofType: type))
        #expect(sam.type?.number == type)
        for key in profile.keys {
            guard ScriptedSAM.keys(ofType: type).contains(key.name) else {
                #expect(throws: SecurityModuleError.keyNotHeld(key.name)) { _ = try cryptogram(sam, key.name) }
                continue
            }
            #expect(
                try cryptogram(sam, key.name)
                    == software.cryptogram(key: key, card: card, seed: seed, original: original))
        }
    }

    @Test("whatever is asked, a SAM and software give the same bytes, in one piece or many")
    func equivalence() throws {
        var generator = SystemRandomNumberGenerator()
        func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) } }
        let software = try SoftwareSecurityModule.testKeys(profile)
        let scripted = ScriptedSAM()
        let sam = try sam(scripted)
        let maintenance = profile.keys.filter { $0.role == .maintenance }
        for count in [0, 1, 14, 15, 16, 30, 31, 220, 222, 223, 224, 225, 239, 240, 254, 255] + (0..<60).map({ $0 * 4 })
        {
            scripted.answersEachPiece.toggle()
            let card = CardFactors(card: random(8), province: Array("99000000".utf8))
            let (seed, data, header) = (random(8), random(count), random(4))
            let key = try #require(maintenance.randomElement())
            for protection in [Protection.mac, .encryptedMAC] {
                let expected = try software.protect(
                    header: header, data: data, protection: protection, key: key, card: card, seed: seed)
                let made = try sam.protect(
                    header: header, data: data, protection: protection, key: key, card: card, seed: seed)
                #expect(made == expected, "\(count) bytes, \(protection)")
            }
        }
        let long = random(1000)
        #expect(
            try sam.protect(
                header: [4, 0xD6, 0, 0], data: long, protection: .mac, key: key("STK_DF03"), card: card, seed: seed)
                == software.protect(
                    header: [4, 0xD6, 0, 0], data: long, protection: .mac, key: key("STK_DF03"), card: card,
                    seed: seed))
        #expect(
            scripted.log.suffix(6).map { "\($0.ins) \($0.p1) \($0.data.count)" } == [
                "250 7 240", "250 3 240", "250 3 240", "250 3 240", "250 1 64", "192 0 0",
            ])
    }

    @Test("pieces of no more than a command holds, in whole blocks", arguments: [196, 207, 208, 223, 255])
    func pieces(maximum: Int) throws {
        let profile = try TestProfile.edition(
            with: "overlay: small\nbase: resident-health-card\ncapabilities:\n  maximumCommandData: \(maximum)\n")
        let scripted = ScriptedSAM()
        let sam = try SAMCard(channel: scripted, profile: profile)
        let software = try SoftwareSecurityModule.testKeys(profile)
        for count in [0, 15, 16, 100, 255] {
            let data = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            let expected = try software.protect(
                header: [4, 0xDC, 1, 4], data: data, protection: .encryptedMAC, key: key("STK_DF02"), card: card,
                seed: seed)
            #expect(
                try sam.protect(
                    header: [4, 0xDC, 1, 4], data: data, protection: .encryptedMAC, key: key("STK_DF02"), card: card,
                    seed: seed) == expected)
        }
        #expect(scripted.log.filter { $0.ins == 0xFA }.allSatisfy { $0.data.count <= maximum })
    }

    @Test("a key at another level is found once and remembered")
    func levels() throws {
        let scripted = ScriptedSAM()
        scripted.levels = ["RK1_DF01": 1, "UK1_DDF1": 2]
        let sam = try sam(scripted)
        let software = try SoftwareSecurityModule.testKeys(profile)
        for name in ["RK1_DF01", "UK1_DDF1"] {
            scripted.clearLog()
            let expected = try software.cryptogram(key: key(name), card: card, seed: seed, original: original)
            #expect(try cryptogram(sam, name) == expected)
            #expect(scripted.instructions == "DE DE FA C0")
            // Bits 5-1 of P1 stay what they were.
            #expect(Set(scripted.log.prefix(2).map { $0.p1 & 0x1F }) == [7])
            #expect(try cryptogram(sam, name) == expected)
            #expect(scripted.instructions == "DE DE FA C0 DE FA C0")
        }
    }

    @Test(
        "a level may be refused in other words once the key is known to be there", arguments: ["6A86", "6700", "6A88"])
    func levelRefusals(answer: String) throws {
        let scripted = ScriptedSAM()
        scripted.levels = ["RK1_DF01": 3]
        scripted.levelRefusals = [[0x6A, 0x80], try bytes(answer)]
        let sam = try sam(scripted)
        #expect(try cryptogram(sam, "RK1_DF01").count == 8)
        #expect(scripted.instructions == "DE DE DE FA C0")
        let stubborn = ScriptedSAM()
        stubborn.levels = ["RK1_DF01": 3]
        stubborn.levelRefusals = [try bytes(answer)]
        let other = try self.sam(stubborn)
        #expect(throws: SecurityModuleError.self) { _ = try cryptogram(other, "RK1_DF01") }
        #expect(stubborn.instructions == "DE")
    }

    @Test("a SAM that gives the whole block of a MAC")
    func wholeMAC() throws {
        let scripted = ScriptedSAM()
        scripted.macLength = 16
        let sam = try sam(scripted)
        let mac = try sam.protect(
            header: [0x84, 0xD2, 0x01, 0x04], data: [], protection: .mac, key: key("STK_DF03"), card: card, seed: seed)
        #expect(hex(mac) == "3a221a9b")
    }

    @Test("three levels: the third factor is the city's, and is applied first")
    func threeLevels() throws {
        let scripted = ScriptedSAM()
        scripted.levels = ["RK1_DF01": 3]
        let sam = try sam(scripted)
        let made = try cryptogram(sam, "RK1_DF01")
        var value = ScriptedSAM.testKey("RK1_DF01")
        for factor in ["3939303130303030", "3939303030303030", "0102030405060708", "a1a2a3a4a5a6a7a8"] {
            value = ScriptedSAM.derive(value, try bytes(factor))
        }
        let block = ScriptedSAM.encrypt(original + [UInt8](repeating: 0, count: 8), under: value)
        #expect(made == zip(block.prefix(8), block.suffix(8)).map { $0 ^ $1 })
        #expect(scripted.instructions == "DE DE DE FA C0")
        let known = CardFactors(card: card.card, province: card.province)
        #expect(throws: SecurityModuleError.provinceUnknown(key: "RK1_DF01")) {
            _ = try sam.cryptogram(key: key("RK1_DF01"), card: known, seed: seed, original: original)
        }
    }

    @Test("a key kept at no level that can be asked for")
    func noLevel() throws {
        let scripted = ScriptedSAM()
        scripted.levels = ["RK1_DF01": 4]
        let sam = try sam(scripted)
        #expect(throws: SecurityModuleError.sam(.levelMismatch(key: "RK1_DF01"))) {
            _ = try cryptogram(sam, "RK1_DF01")
        }
        #expect(scripted.instructions == "DE DE DE")
    }

    @Test("a provincial key is not used for a card of another province")
    func otherProvince() throws {
        let scripted = ScriptedSAM()
        scripted.province = 0x43
        let sam = try sam(scripted)
        #expect(sam.keyVersion == 0x01)
        let error = SecurityModuleError.sam(.anotherProvince(key: "UK1_DF01", sam: "43", card: "99"))
        #expect(throws: error) { _ = try cryptogram(sam, "UK1_DF01") }
        #expect(!scripted.log.contains { $0.ins == 0xFA })
        // National keys are of every province.
        #expect(try cryptogram(sam, "RK1_DF01").count == 8)
        let home = CardFactors(card: card.card, province: Array("43000000".utf8))
        let software = try SoftwareSecurityModule.testKeys(profile)
        #expect(
            try sam.cryptogram(key: key("UK1_DF01"), card: home, seed: seed, original: original)
                == software.cryptogram(key: key("UK1_DF01"), card: home, seed: seed, original: original))
        // Now that the level is known nothing needs to be asked.
        scripted.clearLog()
        #expect(throws: error) { _ = try cryptogram(sam, "UK1_DF01") }
        #expect(scripted.log.isEmpty)
    }

    @Test("a card whose cipher software does not know works through a SAM")
    func hardwareCipher() throws {
        let profile = try TestProfile.edition(
            with: "overlay: sm1\nbase: resident-health-card\ncryptography:\n  cipher: sm1\n")
        #expect(throws: SecurityModuleError.cipherNeedsHardware(.sm1)) {
            _ = try SoftwareSecurityModule.testKeys(profile)
        }
        let scripted = ScriptedSAM()
        let sam = try SAMCard(channel: scripted, profile: profile)
        #expect(hex(try cryptogram(sam, "RK1_DF01")) == "f8dd6e24741d879f")
    }

    @Test("the length of every input and answer is looked at")
    func lengths() throws {
        let sam = try sam(ScriptedSAM())
        let key = try key("STK_DF02")
        #expect(throws: SecurityModuleError.wrongLength(.challenge, bytes: 7, expected: 8)) {
            _ = try sam.cryptogram(key: key, card: card, seed: Array(seed.dropLast()), original: original)
        }
        #expect(throws: SecurityModuleError.wrongLength(.original, bytes: 0, expected: 8)) {
            _ = try sam.cryptogram(key: key, card: card, seed: seed, original: [])
        }
        #expect(throws: SecurityModuleError.wrongLength(.factor, bytes: 3, expected: 8)) {
            let short = CardFactors(card: [1, 2, 3], province: card.province)
            _ = try sam.cryptogram(key: key, card: short, seed: seed, original: original)
        }
        #expect(throws: SecurityModuleError.dataTooLong(bytes: 256, limit: 255)) {
            _ = try sam.protect(
                header: [4, 0xD6, 0, 0], data: [UInt8](repeating: 0, count: 256), protection: .encryptedMAC, key: key,
                card: card, seed: seed)
        }
        #expect(throws: SecurityModuleError.provinceUnknown(key: "STK_DF02")) {
            _ = try sam.cryptogram(key: key, card: CardFactors(card: card.card), seed: seed, original: original)
        }
    }

    @Test(
        "broken answers to the result of CIPHER DATA are errors",
        arguments: ["9000", "01 9000", "0102030405060708090a0b0c0d0e0f1011 9000", "6985", "6a86", "61", "", "6100"])
    func brokenAnswers(answer: String) throws {
        let broken = try bytes(answer)
        let scripted = ScriptedSAM()
        let sam = try sam(scripted)
        scripted.misbehave = { _, command, answer in command.ins == 0xC0 || command.ins == 0xFA ? broken : answer }
        var sent: SecurityModuleError?
        do { _ = try cryptogram(sam, "RK1_DF01") } catch { sent = error }
        guard case .sam? = sent else {
            Issue.record("\(answer): \(String(describing: sent))")
            return
        }
        #expect(throws: SecurityModuleError.self) {
            _ = try sam.protect(
                header: [4, 0xDC, 1, 4], data: [1], protection: .mac, key: key("STK_DF02"), card: card, seed: seed)
        }
        scripted.misbehave = nil
        #expect(hex(try cryptogram(sam, "RK1_DF01")) == "f8dd6e24741d879f")
    }

    @Test("a SAM that is pulled out at any command is said to be gone")
    func removed() throws {
        for index in 1...4 {
            let scripted = ScriptedSAM()
            let sam = try SAMCard(channel: scripted, profile: profile)
            scripted.clearLog()
            scripted.misbehave = { number, _, answer throws(ChannelError) in
                guard number >= index else { return answer }
                throw ChannelError(.cardRemoved, "the card is gone")
            }
            do {
                _ = try cryptogram(sam, "RK1_DF01")
                #expect(index == 4)
            } catch {
                guard case .sam(.channel(let reason, _)) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(reason.code == .cardRemoved)
            }
        }
    }
}
