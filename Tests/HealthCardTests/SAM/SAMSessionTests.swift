import CardProfiles
import HealthCard
import ISO7816
import Testing

@Suite("A card read through a SAM")
struct SAMSessionTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    @Test("the same document as with the test keys, three SAM commands for each key", arguments: [1, 2, 3, 5])
    func reads(type: Int) throws {
        let scripted = ScriptedSAM(type: type)
        let sam = try SAMCard(channel: scripted, profile: profile)
        scripted.clearLog()
        let session = HealthCardSession(
            channel: try SampleCard.card(profile, visits: true), profile: profile, securityModule: sam)
        let reading = try session.read()
        let expected = try SampleCard.session(try SampleCard.card(profile, visits: true), profile).read()
        #expect(reading.json(pretty: false) == expected.json(pretty: false))
        #expect(reading.isTestCard)
        #expect(reading.unreadable.isEmpty)
        // IRK and four read keys.
        #expect(scripted.instructions == Array(repeating: "DE FA C0", count: 5).joined(separator: " "))
    }

    @Test("an unlocking SAM may not read, and the files say who may")
    func wrongType() throws {
        let sam = try SAMCard(channel: ScriptedSAM(type: 4), profile: profile)
        let session = HealthCardSession(
            channel: try SampleCard.card(profile), profile: profile, securityModule: sam)
        let reading = try session.read()
        let refused = reading.unreadable.filter { $0.reason.description.contains("this SAM (type 4) may not read") }
        #expect(refused.contains { $0.file == "DDF1/EF06" })
        // The rest are visits, whose index could not be read.
        let others = reading.unreadable.filter { !refused.contains($0) }
        #expect(others.allSatisfy { $0.file.hasPrefix("DF03/EE0") || $0.file.hasPrefix("DF03/ED0") })
    }

    @Test("a SAM that is pulled out ends the reading at any command")
    func removedSAM() throws {
        for index in 1...15 {
            let scripted = ScriptedSAM()
            let sam = try SAMCard(channel: scripted, profile: profile)
            scripted.clearLog()
            scripted.misbehave = { number, _, answer throws(ChannelError) in
                guard number < index else { throw ChannelError(.cardRemoved, "the SAM is gone") }
                return answer
            }
            let session = HealthCardSession(
                channel: try SampleCard.card(profile), profile: profile, securityModule: sam)
            do {
                _ = try session.read()
                Issue.record("read without a SAM from command \(index) on")
            } catch {
                #expect(error.code == .securityModule)
                #expect(error.channel == .cardRemoved)
            }
        }
    }

    @Test("a SAM that wants a PIN nobody has ends the reading with that, and costs no try of the card")
    func pinNeeded() throws {
        let scripted = ScriptedSAM()
        scripted.keysNeedPIN = true
        let sam = try SAMCard(channel: scripted, profile: profile)
        let card = try SampleCard.card(profile)
        let session = HealthCardSession(channel: card, profile: profile, securityModule: sam)
        do {
            _ = try session.read()
            Issue.record("read without a PIN")
        } catch {
            #expect(error.code == .securityModule)
            #expect("\(error)".contains("PIN"))
        }
        #expect(!card.log.contains { $0.ins == 0x82 })
        #expect(scripted.verifications == 0)
    }

    @Test("what a SAM tells of itself, and what it does not")
    func information() throws {
        let scripted = ScriptedSAM(type: 2)
        let sam = try SAMCard(channel: scripted, profile: profile)
        let information = try sam.information()
        #expect(information.isTest)
        #expect(information.pinTriesLeft == 3)
        #expect(information.samCertificate == ScriptedSAM.certificate)
        let json = information.json.text()
        #expect(json.contains("\"terminalNumber\":\"990102000007\",\"province\":\"99\""))
        #expect(json.contains("\"type\":2") && json.contains("UK2_DF02"))
        #expect(json.contains("\"startDate\":\"2026-01-01\",\"expiryDate\":\"2036-12-31\""))
        // SELECT, two files, tries, SELECT, three files.
        #expect(scripted.log.count == 8)

        let bare = ScriptedSAM()
        bare.misbehave = { _, command, answer in command.data == [0xDF, 0x01] ? [0x6A, 0x82] : answer }
        let rest = try SAMCard(channel: bare, profile: profile).information()
        #expect(rest.unreadable.count == 3)
        #expect(rest.application == nil && rest.issuerCertificate == nil)
        #expect(rest.json.text().contains("\"unreadable\":[{\"file\":\"application\""))
    }
}
