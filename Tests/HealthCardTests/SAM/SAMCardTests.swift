import CardProfiles
import Foundation
import HealthCard
import ISO7816
import ShangMi
import Testing

@Suite("A SAM: who it is, its PIN, its signature")
struct SAMCardTests {
    private let profile: CardProfile
    private let right = SecretBytes(copying: Array("123456".utf8))
    private let wrong = SecretBytes(copying: Array("654321".utf8))

    init() throws { profile = try TestProfile.shared }

    private func sam(_ scripted: ScriptedSAM) throws -> SAMCard {
        let sam = try SAMCard(channel: scripted, profile: profile)
        scripted.clearLog()
        return sam
    }

    @Test("its five files, three commands to open it, each file read once and no needless SELECT")
    func files() throws {
        let scripted = ScriptedSAM(type: 3)
        let sam = try SAMCard(channel: scripted, profile: profile)
        #expect(scripted.log.map { Hex.encode($0.header.bytes) } == ["00A40000", "00B09500", "00B09600"])
        #expect(sam.commands == 3)
        #expect(hex(sam.identity.serial) == "00010203040506070809")
        #expect(sam.identity.version == 0x11)
        #expect(sam.identity.keyCardType == 3)
        #expect(sam.identity.commandSetVersion == 0x22)
        #expect(sam.identity.issuerFCI == 0x33)
        #expect(sam.identity.terminal.description == "990102000007")
        #expect(sam.identity.terminal.city == "01")
        #expect(sam.keyVersion == 0xF1)
        scripted.clearLog()
        let application = try sam.application()
        #expect(application.keyIndex == 1)
        #expect(hex(application.receiver) == "b001020304050607")
        #expect(application.startDate == CalendarDate("2026-01-01"))
        #expect(application.expiryDate == CalendarDate("2036-12-31"))
        #expect(try sam.signingCertificate() == ScriptedSAM.certificate)
        #expect(try sam.file("issuerCertificate").count == 180)
        #expect(scripted.instructions == "A4 B0 B0 B0")
        _ = try sam.signingCertificate()
        _ = try sam.application()
        #expect(scripted.log.count == 4)
        #expect(throws: SAMError.noSuchFile("nothing")) { _ = try sam.file("nothing") }
    }

    @Test("a SAM that knows no short identifiers, and one that gives its files in small blocks")
    func otherReading() throws {
        let scripted = ScriptedSAM()
        scripted.knowsShortIdentifiers = false
        scripted.readBlock = 128
        let sam = try SAMCard(channel: scripted, profile: profile)
        // Found out once.
        #expect(scripted.instructions == "A4 B0 A4 B0 A4 B0")
        #expect(sam.identity.terminal.description == "990102000007")
        #expect(try sam.signingCertificate() == ScriptedSAM.certificate)
        #expect(try sam.file("issuerCertificate").count == 180)
        #expect(scripted.instructions == "A4 B0 A4 B0 A4 B0 A4 A4 B0 B0 A4 B0 B0")
    }

    @Test("another card in the reader is no SAM")
    func notASAM() throws {
        let card = try SampleCard.card(profile)
        do {
            _ = try SAMCard(channel: card, profile: profile)
            Issue.record("a health card passed for a SAM")
        } catch {
            guard case .notASAM = error else { throw error }
            #expect("\(error)".contains("insert a SAM"))
        }
        for answer in [[0x6A, 0x82], [0x6D, 0x00], [0x69, 0x82]] as [[UInt8]] {
            let scripted = ScriptedSAM()
            scripted.misbehave = { number, _, own in number >= 3 ? answer : own }
            #expect(throws: SAMError.self) { _ = try SAMCard(channel: scripted, profile: profile) }
        }
    }

    @Test("files that are too short or too long", arguments: ["9000", "01 6282", "0102030405060708 9000", "90", ""])
    func brokenFiles(answer: String) throws {
        let broken = try bytes(answer)
        let scripted = ScriptedSAM()
        scripted.misbehave = { number, _, own in number == 3 ? broken : own }
        do {
            _ = try SAMCard(channel: scripted, profile: profile)
            Issue.record("taken for a SAM")
        } catch {
            guard case .malformed = error else { throw error }
        }
    }

    @Test("over T=0, where no command is without a length and no answer comes beside data")
    func overT0() throws {
        let scripted = ScriptedSAM()
        scripted.transmissionProtocol = .t0
        let sam = try sam(scripted)
        #expect(try sam.pinTriesLeft() == 3)
        try sam.verifyPIN(right)
        let card = CardFactors(card: try bytes("0102030405060708"), province: Array("99000000".utf8))
        let key = try #require(profile.key("RK1_DF01"))
        let made = try sam.cryptogram(
            key: key, card: card, seed: try bytes("a1a2a3a4a5a6a7a8"), original: try bytes("1122334455667788"))
        #expect(hex(made) == "f8dd6e24741d879f")
        #expect(try sam.sign([1, 2, 3]).count == 64)
        #expect(try sam.file("issuerCertificate").count == 180)
    }

    // MARK: PIN

    @Test("the right PIN, packed two digits a byte; tries left where they are told")
    func pin() throws {
        let scripted = ScriptedSAM()
        let sam = try sam(scripted)
        #expect(try sam.pinTriesLeft() == 3)
        #expect(scripted.log.last.flatMap { try? $0.encoded() } == [0x00, 0x20, 0x00, 0x00])
        try sam.verifyPIN(right)
        #expect(scripted.log.last.flatMap { try? $0.encoded() } == [0x00, 0x20, 0x00, 0x00, 0x03, 0x12, 0x34, 0x56])
        for answer in [[0x90, 0x00], [0x67, 0x00], [0x6D, 0x00], [0x63, 0x00]] as [[UInt8]] {
            scripted.answerWithoutPIN = answer
            #expect(try sam.pinTriesLeft() == nil)
        }
        scripted.tries = 0
        #expect(try sam.pinTriesLeft() == 0)
        #expect(throws: SAMError.pinBlocked) { try sam.verifyPIN(right) }
        #expect("\(SAMError.pinBlocked)".contains("issuer"))
    }

    @Test("a SAM that counts being asked is noticed by the first lower answer, and never asked again")
    func countsBeingAsked() throws {
        let memory = TransientPINTries()
        let scripted = ScriptedSAM()
        scripted.countsBeingAsked = true
        func anew() throws -> SAMCard {
            let sam = try SAMCard(channel: scripted, profile: profile, memory: memory)
            scripted.clearLog()
            return sam
        }
        func asked() -> Int { scripted.log.count { $0.ins == 0x20 && $0.data.isEmpty } }
        #expect(try anew().pinTriesLeft() == 2)
        let second = try anew()
        #expect(try second.pinTriesLeft() == 1 && asked() == 1)
        for _ in 0..<3 { #expect(try second.pinTriesLeft() == 1 && asked() == 1) }
        #expect(try anew().pinTriesLeft() == 1 && asked() == 0)
        #expect(scripted.tries == 1)
        // The right PIN sets the SAM's count back; it is not asked all the same.
        try anew().verifyPIN(right)
        #expect(scripted.tries == 3)
        #expect(try anew().pinTriesLeft() == nil && asked() == 0)
        #expect(throws: SAMError.wrongPIN(triesLeft: 2)) { try anew().verifyPIN(wrong) }
        #expect(try anew().pinTriesLeft() == 2 && asked() == 0)
        #expect(scripted.tries == 2)
    }

    @Test("a SAM with one attempt left is not asked, and asked again after its PIN")
    func lastAttempt() throws {
        let memory = TransientPINTries()
        let scripted = ScriptedSAM()
        let other = SecretBytes(copying: Array("111111".utf8))
        let sam = try SAMCard(channel: scripted, profile: profile, memory: memory)
        #expect(throws: SAMError.wrongPIN(triesLeft: 2)) { try sam.verifyPIN(wrong) }
        #expect(throws: SAMError.wrongPIN(triesLeft: 1)) { try sam.verifyPIN(other) }
        let next = try SAMCard(channel: scripted, profile: profile, memory: memory)
        scripted.clearLog()
        #expect(try next.pinTriesLeft() == 1 && scripted.log.isEmpty)
        try next.verifyPIN(right)
        _ = try next.pinTriesLeft()
        #expect(scripted.log.contains { $0.ins == 0x20 && $0.data.isEmpty })
    }

    @Test("what is known of SAMs outlives the process and --forget-habits, without naming a SAM")
    func remembered() throws {
        let folder = NSTemporaryDirectory() + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/habits.json"
        let scripted = ScriptedSAM()
        scripted.countsBeingAsked = true
        for left in [2, 1, 1] {
            let sam = try SAMCard(channel: scripted, profile: profile, memory: CardHabitFile(path: path))
            #expect(try sam.pinTriesLeft() == left)
            CardHabitFile(path: path).forget()
        }
        #expect(scripted.tries == 1)
        let serial = try SAMCard(channel: scripted, profile: profile).identity.serial
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!text.uppercased().contains(Hex.encode(serial)))
    }

    @Test("a wrong PIN is sent once, ever")
    func wrongPIN() throws {
        let scripted = ScriptedSAM()
        let sam = try sam(scripted)
        #expect(throws: SAMError.wrongPIN(triesLeft: 2)) { try sam.verifyPIN(wrong) }
        #expect(throws: SAMError.refusedBefore) { try sam.verifyPIN(wrong) }
        #expect(throws: SAMError.refusedBefore) { try sam.changePIN(old: wrong, new: right) }
        #expect(scripted.verifications == 1)
        #expect(scripted.tries == 2)
        try sam.verifyPIN(right)
        #expect(scripted.tries == 3)
    }

    @Test("none of several wrong PINs is sent again")
    func wrongPINs() throws {
        let scripted = ScriptedSAM()
        let sam = try sam(scripted)
        let other = SecretBytes(copying: Array("111111".utf8))
        #expect(throws: SAMError.wrongPIN(triesLeft: 2)) { try sam.verifyPIN(wrong) }
        #expect(throws: SAMError.wrongPIN(triesLeft: 1)) { try sam.verifyPIN(other) }
        #expect(throws: SAMError.refusedBefore) { try sam.verifyPIN(wrong) }
        #expect(scripted.tries == 1)
    }

    @Test("6Cxx and 61xx do not send a PIN again")
    func neverTwice() throws {
        for answer in [[0x6C, 0x10], [0x6C, 0x00], [0x67, 0x00], [0x6F, 0x00], [0x63, 0x00]] as [[UInt8]] {
            let scripted = ScriptedSAM()
            let sam = try sam(scripted)
            scripted.misbehave = { _, command, own in command.ins == 0x20 || command.ins == 0x5E ? answer : own }
            #expect(throws: SAMError.self) { try sam.verifyPIN(right) }
            #expect(scripted.log.count == 1)
            scripted.clearLog()
            #expect(throws: SAMError.self) {
                try sam.changePIN(old: SecretBytes(copying: [0x30, 0x30, 0x30, 0x30]), new: right)
            }
            #expect(scripted.log.count == 1)
        }
    }

    @Test("what is no PIN is not sent", arguments: ["", "123", "12345678901234567", "12345a", "１２３４５６", "12 456"])
    func notAPIN(text: String) throws {
        let scripted = ScriptedSAM()
        let sam = try sam(scripted)
        let pin = SecretBytes(copying: Array(text.utf8))
        #expect(throws: SAMError.notAPIN) { try sam.verifyPIN(pin) }
        #expect(throws: SAMError.notAPIN) { try sam.changePIN(old: right, new: pin) }
        #expect(scripted.log.isEmpty)
    }

    @Test("change PIN")
    func change() throws {
        let scripted = ScriptedSAM()
        let sam = try sam(scripted)
        let odd = SecretBytes(copying: Array("98765".utf8))
        try sam.changePIN(old: right, new: odd)
        #expect(
            scripted.log.last.flatMap { try? $0.encoded() }
                == [0x80, 0x5E, 0x01, 0x00, 0x07, 0x12, 0x34, 0x56, 0xFF, 0x98, 0x76, 0x5F])
        #expect(scripted.pin == [0x98, 0x76, 0x5F])
        try sam.verifyPIN(odd)
        #expect(throws: SAMError.wrongPIN(triesLeft: 2)) { try sam.changePIN(old: right, new: odd) }
    }

    // MARK: PIN when it is needed

    @Test("the PIN is asked for once, when the SAM wants it")
    func asked() throws {
        let scripted = ScriptedSAM()
        let sam = try sam(scripted)
        var told: [Int?] = []
        let right = right
        sam.pinSource = { tries in
            told.append(tries)
            return right
        }
        let signature = try sam.sign([1, 2, 3])
        #expect(told == [3])
        #expect(signature.count == 64)
        // SELECT DF01, DATA COMPRESS refused, SELECT MF, tries, VERIFY, then SELECT DF01 and all again.
        #expect(scripted.instructions == "A4 CC A4 20 20 A4 CC C0 CE C0")
        scripted.clearLog()
        _ = try sam.sign([1, 2, 3])
        #expect(scripted.instructions == "CC C0 CE C0")
    }

    @Test("a SAM whose SELECT takes the right back gets the PIN where it is wanted")
    func droppedRight() throws {
        let scripted = ScriptedSAM()
        scripted.dropsPINOnSelect = true
        let sam = try sam(scripted)
        let right = right
        sam.pinSource = { _ in right }
        #expect(try sam.sign([1, 2, 3]).count == 64)
        #expect(scripted.instructions == "A4 CC A4 20 20 A4 CC 20 CC C0 CE C0")
        // A PIN that was wrong is not given a second time.
        let refusing = ScriptedSAM()
        refusing.dropsPINOnSelect = true
        let other = try self.sam(refusing)
        let wrong = wrong
        other.pinSource = { _ in wrong }
        #expect(throws: SecurityModuleError.sam(.wrongPIN(triesLeft: 2))) { _ = try other.sign([1]) }
        #expect(refusing.verifications == 1)
    }

    @Test("a wrong PIN, a blocked one and none at all end what wanted it")
    func askedInVain() throws {
        let scripted = ScriptedSAM()
        scripted.keysNeedPIN = true
        let sam = try sam(scripted)
        let card = CardFactors(card: Array(1...8), province: Array("99000000".utf8))
        let key = try #require(profile.key("RK1_DF01"))
        func use() throws(SecurityModuleError) {
            _ = try sam.cryptogram(key: key, card: card, seed: Array(1...8), original: Array(1...8))
        }
        do {
            try use()
            Issue.record("no PIN was needed")
        } catch {
            guard case .sam(.pinNeeded) = error else { throw error }
        }
        let wrong = wrong
        sam.pinSource = { _ in wrong }
        #expect(throws: SecurityModuleError.sam(.wrongPIN(triesLeft: 2))) { try use() }
        #expect(throws: SecurityModuleError.self) { try use() }
        #expect(scripted.verifications == 1)
        sam.pinSource = { _ in nil }
        #expect(throws: SecurityModuleError.self) { try use() }
        sam.pinSource = { _ throws(SAMError) in throw .lastTry }
        #expect(throws: SecurityModuleError.sam(.lastTry)) { try use() }
        scripted.tries = 0
        sam.pinSource = { _ in wrong }
        #expect(throws: SecurityModuleError.sam(.pinBlocked)) { try use() }
        #expect(scripted.verifications == 1)
        scripted.tries = 1
        let right = right
        sam.pinSource = { _ in right }
        try use()
    }

    // MARK: Signature

    @Test("SM3 in the SAM, in pieces", arguments: [0, 1, 255, 256, 510, 511, 1639, 3013])
    func digest(count: Int) throws {
        let scripted = ScriptedSAM()
        let sam = try sam(scripted)
        try sam.verifyPIN(right)
        let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        scripted.clearLog()
        #expect(try sam.digest(data) == SM3.hash(data))
        let pieces = scripted.log.filter { $0.ins == 0xCC }
        #expect(pieces.count == max(1, (count + 254) / 255))
        #expect(pieces.last?.p1 == 1)
        #expect(pieces.dropLast().allSatisfy { $0.p1 == 0 && $0.data.count == 255 })
    }

    @Test("a signature that the SAM's public key verifies")
    func signature() throws {
        let sam = try sam(ScriptedSAM())
        try sam.verifyPIN(right)
        let data = Array("a visit".utf8)
        let seed = SM3.hash(Array("resident-health-card test key:SAM".utf8))
        let key = try SM2.PrivateKey(seed: seed).publicKey
        #expect(key.isValid(signature: try sam.sign(data), digest: SM3.hash(data)))
        #expect(key.isValid(signature: try sam.sign(digest: SM3.hash(data)), digest: SM3.hash(data)))
        #expect(throws: SecurityModuleError.wrongLength(.digest, bytes: 31, expected: 32)) {
            _ = try sam.sign(digest: [UInt8](repeating: 0, count: 31))
        }
    }

    @Test("digests and signatures of another length are errors", arguments: ["9000", "01 9000", "6a80", "6985"])
    func brokenSignature(answer: String) throws {
        let broken = try bytes(answer)
        for ins in [0xCC, 0xCE] as [UInt8] {
            let scripted = ScriptedSAM()
            let sam = try sam(scripted)
            try sam.verifyPIN(right)
            scripted.misbehave = { _, command, own in command.ins == ins ? broken : own }
            #expect(throws: SecurityModuleError.self) { _ = try sam.sign([1]) }
        }
    }

    // MARK: What is shown

    @Test("no PIN, factor, ciphertext or digest in a trace, even of a test card's data for PINs")
    func traces() throws {
        for redaction in [TracingChannel.Redaction.personalDataAndSecrets, .pinsOnly] {
            let scripted = ScriptedSAM()
            var lines: [String] = []
            let channel = TracingChannel(scripted, redaction: redaction) { lines.append($0.description) }
            let sam = try SAMCard(channel: channel, profile: profile)
            try sam.verifyPIN(right)
            try sam.changePIN(old: right, new: wrong)
            let key = try #require(profile.key("STK_DF02"))
            let card = CardFactors(card: Array(0xA1...0xA8), province: Array("99000000".utf8))
            _ = try sam.protect(
                header: [4, 0xDC, 1, 4], data: [0xDE, 0xAD], protection: .encryptedMAC, key: key, card: card,
                seed: Array(0xB1...0xB8))
            let text = lines.joined(separator: "\n")
            #expect(!text.contains("12 34 56") && !text.contains("65 43 21"))
            #expect(text.contains("80 5E 01 00 07 [7 bytes]"))
            guard redaction == .personalDataAndSecrets else { continue }
            #expect(text.contains("80 DE 48 04 18 [24 bytes]"))
            #expect(!text.contains("A1 A2") && !text.contains("B1 B2") && !text.contains("DE AD"))
            // Of the answers to CIPHER DATA, fetched by GET RESPONSE, the length alone.
            #expect(lines.contains { $0.contains("< [16 bytes] 9000") })
            #expect(lines.contains { $0.contains("< [4 bytes] 9000") })
        }
    }
}
