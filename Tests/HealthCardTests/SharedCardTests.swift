import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import Testing
import VirtualCard

@Suite("Card and SAM that another program uses in between")
struct SharedCardTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    private func file(_ path: String) throws -> FileDefinition { try #require(profile.file(path)) }

    @Test("no key is proven in a directory that another program has selected")
    func directory() throws {
        let card = MakersCard(try CardMaker.card(SampleCard.card(profile)), profile) { _ in }
        let other = try SampleCard.session(card, profile)
        let holder = try other.content(of: file("DDF1/EF06"))
        let occupation = try other.content(of: file("DF01/EF07"))
        _ = try card.reset()
        let ours = try SampleCard.session(card, profile)
        let elsewhere = try SampleCard.session(card, profile)
        // Neither the card's own key nor the read key has been used yet.
        _ = try ours.content(of: file("DDF1/EF05"))
        _ = try elsewhere.content(of: file("DF01/EF07"))
        ours.resume()
        #expect(try ours.content(of: file("DDF1/EF06")) == holder)
        // The directory is left and entered again without its right.
        _ = try ours.content(of: file("DF01/EF07"))
        _ = try ours.content(of: file("DDF1/EF05"))
        elsewhere.forgetDirectory()
        _ = try elsewhere.content(of: file("DF02/EF06"))
        ours.resume()
        #expect(try ours.content(of: file("DDF1/EF06")) == holder)
        #expect(card.refused.isEmpty)
        // What was won is used on as long as nobody else was there.
        let commands = ours.commands
        ours.resume()
        #expect(try ours.content(of: file("DDF1/EF06")) == holder)
        #expect(ours.commands == commands + 1)
        #expect(try ours.content(of: file("DF01/EF07")) == occupation)
    }

    @Test("a file that another program has selected is not taken for the one of before")
    func currentFile() throws {
        let card = MakersCard(try CardMaker.card(SampleCard.card(profile, visits: true)), profile) {
            $0.shortIdentifiers = false
        }
        let ours = try SampleCard.session(card, profile)
        let other = try SampleCard.session(card, profile)
        let (one, another) = (try file("DF03/EE02"), try file("DF03/ED05"))
        let before = try ours.bytes(of: one, in: 0..<200)
        #expect(try other.bytes(of: another, in: 0..<200) != before)
        ours.resume()
        #expect(try ours.bytes(of: one, in: 0..<200) == before)
    }

    @Test("a SAM is used in its own directories, wherever another program has left it, and a text begun is given up")
    func sam() throws {
        let channel = VirtualSAMChannel(sam: try VirtualSAM(type: 5, profile: profile))
        let ours = try SAMCard(channel: channel, profile: profile)
        let other = try SAMCard(channel: channel, profile: profile)
        let key = try #require(profile.key("RK1_DDF1"))
        let card = CardFactors(card: Array(1...8), province: Array("99000000".utf8))
        func cryptogram() throws -> [UInt8] {
            try ours.cryptogram(key: key, card: card, seed: Array(1...8), original: Array(9...16))
        }
        let expected = try cryptogram()
        try other.verifyPIN(SecretBytes(copying: Array("123456".utf8)))
        #expect(try other.digest([1, 2, 3]) == SM3.hash([1, 2, 3]))
        // Nobody told, so it is not noticed.
        #expect(throws: SecurityModuleError.keyNotHeld(key.name)) { _ = try cryptogram() }
        ours.forgetDirectory()
        #expect(try cryptogram() == expected)
        other.forgetDirectory()
        #expect(try other.digest([4]) == SM3.hash([4]))
        #expect(try channel.transmit([0x80, 0xCC, 0x00, 0x00, 0x01, 0xAA]) == [0x90, 0x00])
        other.forgetDirectory()
        #expect(try other.digest([4]) == SM3.hash([4]))
    }
}
