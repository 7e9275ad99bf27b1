import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import Testing
import VirtualCard

@Suite("The virtual SAM beside software")
struct VirtualSAMTests {
    private let profile: CardProfile
    private let rightPIN = SecretBytes(copying: Array("123456".utf8))

    init() throws { profile = try TestProfile.shared }

    private func sam(
        _ type: Int, _ options: VirtualSAMOptions = VirtualSAMOptions()
    ) throws -> (card: SAMCard, chip: VirtualSAM, channel: VirtualSAMChannel) {
        let chip = try VirtualSAM(type: type, profile: profile, options: options)
        let channel = VirtualSAMChannel(sam: chip)
        return (try SAMCard(channel: channel, profile: profile), chip, channel)
    }

    @Test("every type with every key: the same bytes where it is held, and named where it is not", arguments: 1...5)
    func types(type: Int) throws {
        let software = try SoftwareSecurityModule.testKeys(profile)
        let held = try #require(profile.sam.type(type)).keys
        let sam = try sam(type).card
        #expect(sam.type?.number == type)
        #expect(sam.keyVersion == software.keyVersion)
        for key in profile.keys {
            let card = try CardFactors(card: SystemRandom.bytes(8), province: Array("99000000".utf8))
            let (seed, original) = (try SystemRandom.bytes(8), try SystemRandom.bytes(8))
            guard held.contains(key.name) else {
                #expect(throws: SecurityModuleError.keyNotHeld(key.name)) {
                    _ = try sam.cryptogram(key: key, card: card, seed: seed, original: original)
                }
                continue
            }
            #expect(
                try sam.cryptogram(key: key, card: card, seed: seed, original: original)
                    == software.cryptogram(key: key, card: card, seed: seed, original: original))
        }
    }

    @Test("random commands under every maintenance key, whole or in pieces, wherever the SAM keeps it")
    func protection() throws {
        let software = try SoftwareSecurityModule.testKeys(profile)
        let maintenance = profile.keys.filter { $0.role == .maintenance }
        for (answersEachPiece, level) in [(true, nil), (false, 1), (true, 2)] as [(Bool, Int?)] {
            var options = VirtualSAMOptions()
            options.answersEachPiece = answersEachPiece
            if let level { for key in maintenance { options.levels[key.name] = level } }
            let sam = try sam(5, options).card
            for count in 0..<60 {
                let card = try CardFactors(card: SystemRandom.bytes(8), province: Array("99000000".utf8))
                let (seed, header) = (try SystemRandom.bytes(8), try SystemRandom.bytes(4))
                let data = try SystemRandom.bytes(Int.random(in: 0...255))
                let key = maintenance[count % maintenance.count]
                for protection in [Protection.mac, .encryptedMAC] {
                    #expect(
                        try sam.protect(
                            header: header, data: data, protection: protection, key: key, card: card, seed: seed)
                            == software.protect(
                                header: header, data: data, protection: protection, key: key, card: card, seed: seed),
                        "\(data.count) bytes under \(key.name)")
                }
            }
        }
    }

    @Test("a key that may only encrypt makes no MAC")
    func usage() throws {
        let sam = try sam(5).card
        let key = try #require(profile.key("RK1_DF01"))
        let card = CardFactors(card: Array(1...8), province: Array("99000000".utf8))
        do {
            _ = try sam.protect(
                header: [4, 0xDC, 1, 4], data: [1], protection: .mac, key: key, card: card, seed: Array(1...8))
            Issue.record("a read key made a MAC")
        } catch {
            guard case .sam(.refused(.conditionsNotSatisfied, let header)) = error else { throw error }
            #expect(header.ins == 0xFA)
        }
    }

    @Test("its PIN: wrong, then right, changed, blocked, and what is left is told")
    func pin() throws {
        let (sam, chip, channel) = try sam(3)
        let wrong = SecretBytes(copying: Array("000000".utf8))
        #expect(throws: SAMError.wrongPIN(triesLeft: 2)) { try sam.verifyPIN(wrong) }
        #expect(throws: SAMError.refusedBefore) { try sam.verifyPIN(wrong) }
        #expect(chip.triesLeft == 2)
        #expect(try sam.pinTriesLeft() == 2)
        try sam.verifyPIN(rightPIN)
        #expect(try sam.pinTriesLeft() == nil)
        let odd = SecretBytes(copying: Array("1234567".utf8))
        try sam.changePIN(old: rightPIN, new: odd)
        _ = try channel.reset()
        let again = try SAMCard(channel: channel, profile: profile)
        try again.verifyPIN(odd)
        for left in [2, 1, 0] {
            let guess = SecretBytes(copying: Array("99999\(left)".utf8))
            #expect(throws: SAMError.wrongPIN(triesLeft: left)) { try again.verifyPIN(guess) }
        }
        #expect(throws: SAMError.pinBlocked) { try again.verifyPIN(odd) }
        #expect(try again.pinTriesLeft() == 0)
    }

    @Test("a signature by the key of its certificate, after the PIN is asked for, and keys that want it too")
    func signature() throws {
        var options = VirtualSAMOptions()
        options.keysNeedPIN = true
        let (sam, _, channel) = try sam(2, options)
        var asked = 0
        let pin = rightPIN
        sam.pinSource = { _ in
            asked += 1
            return pin
        }
        let data = try SystemRandom.bytes(3013)
        let signature = try sam.sign(data)
        let certificate = try sam.signingCertificate()
        let field = try #require(profile.certificate("sam")?.field("publicKey"))
        let key = try SM2.PublicKey(certificate[field.offset..<field.offset + field.length])
        #expect(key.isValid(signature: signature, digest: SM3.hash(data)))
        #expect(try sam.digest(data) == SM3.hash(data))
        #expect(
            try sam.cryptogram(
                key: #require(profile.key("IRK")),
                card: CardFactors(card: Array(1...8), province: Array("99000000".utf8)),
                seed: Array(1...8), original: Array(1...8)
            ).count == 8)
        #expect(asked == 1)
        channel.remove()
        #expect(throws: SecurityModuleError.self) { _ = try sam.sign(data) }
    }

    @Test("a whole card is read through each type that may")
    func reading() throws {
        let expected = try SampleCard.session(try SampleCard.card(profile, visits: true), profile).read()
        for type in [1, 2, 3, 5] {
            let session = HealthCardSession(
                channel: try SampleCard.card(profile, visits: true), profile: profile,
                securityModule: try sam(type).card)
            #expect(try session.read().json() == expected.json())
        }
    }
}
