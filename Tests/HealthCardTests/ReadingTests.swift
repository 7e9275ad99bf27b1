import CardProfiles
import HealthCard
import ISO7816
import Testing

@Suite("Reading a card")
struct ReadingTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    @Test("the whole card: its JSON, that it is a test card, and how few commands it takes")
    func wholeCard() throws {
        let card = try SampleCard.card(profile)
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.json() == SampleCard.json)
        #expect(reading.isTestCard)
        #expect(reading.unreadable.isEmpty)
        #expect(reading.identity.factors.card == Array(1...8))
        #expect(reading.commands == card.log.count)
        // 4 selections, 1 internal and 4 external authentications with their challenges, 14 files in 15 reads.
        #expect(reading.commands == 28)
    }

    @Test("without extended length, and a picture of the greatest length")
    func shortOnly() throws {
        let card = try SampleCard.card(profile)
        card.abilities.extended = false
        card.files["DDF1/EF07"] = .bytes(SampleCard.longestPhoto)
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.unreadable.isEmpty)
        // One command finds out, none is lost after it.
        #expect(reading.commands == 42)
        card.abilities.isT0 = true
        #expect(try SampleCard.session(card, profile).read().files == reading.files)
    }

    @Test(
        "a reader that cannot carry extended length, whatever it calls that",
        arguments: [ChannelError.Code.commandRejected, .cardUnresponsive])
    func readerWithoutExtendedLength(_ code: ChannelError.Code) throws {
        let whole = try SampleCard.session(SampleCard.card(profile), profile).read()
        let card = try SampleCard.card(profile)
        card.misbehave = { _, command, answer throws(ChannelError) in
            if command.ne ?? 0 > 256 { throw ChannelError(code, "the exchange failed") }
            return answer
        }
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.unreadable.isEmpty)
        #expect(reading.files == whole.files)
        #expect(card.log.filter { $0.ne ?? 0 > 256 }.count == 2)
    }

    @Test("holder and picture, as a counter wants them")
    func holderAndPhoto() throws {
        let scope = ReadScope(sections: ["holder", "photo"], visits: .none)
        let card = try SampleCard.card(profile)
        card.files["DDF1/EF07"] = .bytes(SampleCard.longestPhoto)
        let reading = try SampleCard.session(card, profile).read(scope)
        #expect(reading.document.sections.map(\.name) == ["holder", "photo"])
        #expect(reading.commands == 8)
        let plain = try TestProfile.withoutExtendedLength
        #expect(try SampleCard.session(card, plain).read(scope).commands == 19)
        #expect(try SampleCard.session(card, plain).read().commands == 41)
    }

    @Test(
        "every way a card may have to be read gives the same bytes",
        arguments: [(true, true), (false, true), (true, false), (false, false)], [true, false])
    func fallbacks(ways: (multi: Bool, short: Bool), isT0: Bool) throws {
        let whole = try SampleCard.session(SampleCard.card(profile, visits: true), profile).read()
        let card = try SampleCard.card(profile, visits: true)
        card.abilities.multiRecord = ways.multi
        card.abilities.shortIdentifiers = ways.short
        card.abilities.extended = false
        card.abilities.names = false
        card.abilities.isT0 = isT0
        let reading = try SampleCard.session(card, profile).read()
        #expect(reading.files == whole.files)
        #expect(reading.json() == whole.json())
        #expect(reading.isTestCard)
    }

    @Test("what a card lacks costs one command, once")
    func lacksAreRemembered() throws {
        let card = try SampleCard.card(profile)
        card.abilities.multiRecord = false
        _ = try SampleCard.session(card, profile).read()
        #expect(card.log.filter { $0.ins == 0xB2 && $0.p2 & 7 == 5 }.count == 1)
        let other = try SampleCard.card(profile)
        other.abilities.shortIdentifiers = false
        _ = try SampleCard.session(other, profile).read()
        #expect(other.log.filter { $0.ins == 0xB2 && $0.p2 >> 3 != 0 }.count <= 2)
        #expect(other.log.filter { $0.ins == 0xB0 && $0.p1 & 0x80 != 0 }.isEmpty)
    }

    @Test("visits: only valid ones, with their record, groups in their places, empty ends left out")
    func visits() throws {
        let reading = try SampleCard.session(SampleCard.card(profile, visits: true), profile).read()
        let json = reading.json()
        #expect(
            json.hasSuffix(
                """
                "inpatient":[{"record":2,"hospitalName":"测试省人民医院","admissionDate":"2026-09-30",\
                "admissionCount":2,"diagnoses":[{},{"name":"肺炎","code":"J18.9"}],"autopsy":false,"followUp":true,\
                "fees":[{"amount":"0.05"}],"feeTotal":"12345.60"}],\
                "outpatient":[{"record":5,"facilityName":"社区卫生服务中心","visitTime":"2026-10-08T09:30:00",\
                "drugs":[{"name":"阿莫西林","dose":"0.50"},{"name":"布洛芬"}]}]}
                """))
        #expect(reading.files["DF03/ED01"] == nil)
        let all = try SampleCard.session(SampleCard.card(profile, visits: true), profile).read(.everyByte)
        #expect(all.files.count == profile.files.count)
        #expect(all.files["DDF1/EF07"]?.bytes.count == 3074)
        #expect(all.json() == json)
    }

    @Test("a card without a picture")
    func noPhoto() throws {
        let card = try SampleCard.card(profile)
        card.files["DDF1/EF07"] = .bytes([UInt8](repeating: 0, count: 3074))
        let reading = try SampleCard.session(card, profile).read()
        #expect(!reading.json().contains("\"photo\""))
        #expect(reading.unreadable.isEmpty)
    }

    @Test("text for a person: labels, names, meanings of codes")
    func text() throws {
        let reading = try SampleCard.session(SampleCard.card(profile, visits: true), profile).read()
        let text = reading.document.text(profile: profile, in: .english)
        for part in ["姓名", "阿卜杜拉·买买提", "birth date", "1 男", "是 yes", "JPEG, 2904 bytes", "[2]", "diagnoses 2"] {
            #expect(text.contains(part), "\(part)")
        }
    }
}
