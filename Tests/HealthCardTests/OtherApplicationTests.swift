import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

/// A bank's applications beside the health application: known by name, and left alone (`Docs/card.md §8`).
@Suite("Other applications") struct OtherApplicationTests {
    private let profile: CardProfile

    init() throws { profile = try CardProfile.bundled(overlays: ["test-keys", "payment"]) }

    private func card(visits: Bool = false, isT0: Bool = false) throws -> VirtualCardChannel {
        var options = VirtualCardOptions(profile: profile)
        options.behavesAsT0 = isT0
        return try CardMaker.card(SampleCard.card(profile, visits: visits), options: options)
    }

    @Test("name, label and version of each, and none of their data", arguments: [false, true])
    func found(isT0: Bool) throws {
        let channel = try card(isT0: isT0)
        let session = try SampleCard.session(channel, profile)
        let found = try session.otherApplications()
        #expect(found.map(\.name) == ["PSE", "PPSE", "debit", "electronicCash"])
        #expect(found.allSatisfy { $0.state == .present })
        #expect(found.map(\.label) == [nil, nil, "PBOC DEBIT", "PBOC ECASH"])
        #expect(found.map(\.version) == [nil, nil, "0030", nil])
        #expect(channel.card.foreignCommands.isEmpty)
        #expect(
            found[2].json.text(pretty: false)
                == #"{"name":"debit","title":"借记应用","aid":"a000000333010101","kind":"application","state":"present","label":"PBOC DEBIT","version":"0030"}"#
        )
    }

    @Test("a card without them has none, and a card that knows no names does not tell")
    func none() throws {
        let plain = try TestProfile.shared
        let channel = try CardMaker.card(SampleCard.card(plain))
        #expect(try SampleCard.session(channel, plain).otherApplications() == [])
        let nameless = try CardProfile.bundled(overlays: ["test-keys", "huada"])
        let other = try CardMaker.card(SampleCard.card(nameless))
        let found = try SampleCard.session(other, nameless).otherApplications()
        #expect(found.count == nameless.otherApplications.count)
        #expect(found.allSatisfy { $0.state == .unknown(.incorrectP1P2) && $0.label == nil })
    }

    @Test("an ordinary reading asks for none of them: not one command more")
    func ordinaryReading() throws {
        let plain = try TestProfile.shared
        let without = try SampleCard.session(CardMaker.card(SampleCard.card(plain)), plain).read()
        let with = try SampleCard.session(card(), profile).read()
        #expect(with.commands == without.commands && with.json() == without.json())
    }

    @Test("after a look at them the session reads on, and proves its keys anew")
    func readsOn() throws {
        let session = try SampleCard.session(card(visits: true), profile)
        let first = try session.read(ReadScope(sections: ["holder"]))
        _ = try session.otherApplications()
        let second = try session.read()
        #expect(second.unreadable.isEmpty)
        #expect(second.document[("holder")]?.content == first.document["holder"]?.content)
        _ = try session.otherApplications()
        #expect(try session.read(ReadScope(sections: ["contacts"])).unreadable.isEmpty)
    }

    @Test("labels and versions that are none are left out; a blocked one is there; no answer is no absence")
    func hostile() throws {
        let card = try ScriptedCard(profile)
        var template = "", status = "9000"
        card.misbehave = { _, command, answer throws(ChannelError) in
            guard command.ins == 0xA4, command.p1 == 4 else { return answer }
            return Hex.decode(template + status) ?? []
        }
        func debit() throws -> OtherApplication? {
            try SampleCard.session(card, profile).otherApplications().first { $0.name == "debit" }
        }
        for strange in [
            "6F0AA5085006" + "1B5B324A4100", "6F03A50150", "6F", "00", "6F04A5025000",
            "6F17A5155013" + String(repeating: "41", count: 19), "6F0BA509BF0C069F0803003000",
        ] {
            template = strange
            let found = try #require(try debit())
            #expect(found.state == .present && found.label == nil && found.version == nil, "\(strange)")
        }
        template = "6F06A504500241 42".replacing(" ", with: "")
        #expect(try debit()?.label == "AB")
        (template, status) = ("", "6283")
        #expect(try debit()?.state == .blocked(.fileDeactivated))
        status = "6A82"
        #expect(try debit() == nil)
        status = "6D00"
        #expect(try debit()?.state == .unknown(.instructionNotSupported))
        (template, status) = (String(repeating: "00", count: 300), "9000")
        #expect(try debit()?.state == .unknown(.noPreciseDiagnosis))
        status = ""
        template = ""
        #expect(try debit()?.state == .unknown(.noPreciseDiagnosis))
    }

    @Test("an inspection lists them in text and JSON, and sends them nothing but SELECT")
    func inspected() throws {
        let channel = try card()
        let inspection = try CardInspection.inspect(channel, profile: profile)
        #expect(inspection.otherApplications.count == 4)
        #expect(channel.card.foreignCommands.isEmpty)
        let text = inspection.text(in: .english)
        #expect(text.contains("  debit  present  PBOC DEBIT, version 0030\n"))
        #expect(inspection.text(in: .chinese).contains("  借记应用  存在  PBOC DEBIT，版本 0030\n"))
        #expect(inspection.json.text(pretty: false).contains(#""otherApplications":[{"name":"PSE""#))
        let plain = try TestProfile.shared
        let none = try CardInspection.inspect(CardMaker.card(SampleCard.card(plain)), profile: plain)
        #expect(none.json.text(pretty: false).contains(#""otherApplications":[]"#))
    }
}
