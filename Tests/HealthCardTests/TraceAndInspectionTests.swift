import CardProfiles
import HealthCard
import ISO7816
import Testing

@Suite("Trace and inspection")
struct TraceAndInspectionTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    private func trace(_ redaction: TracingChannel.Redaction) throws -> [TraceEvent] {
        var events: [TraceEvent] = []
        let channel = TracingChannel(try SampleCard.card(profile), redaction: redaction) { events.append($0) }
        _ = try SampleCard.session(channel, profile).read()
        return events
    }

    @Test("a trace shows headers, lengths and status words, and nothing of the holder")
    func redacted() throws {
        let events = try trace(.personalDataAndSecrets)
        #expect(events.count == 56)
        let text = events.map(\.text).joined(separator: "\n")
        #expect(events[0].text == "00 A4 04 00 0C 57 53 2E 53 59 53 2E 44 44 46 30 31")
        #expect(events[1].text == "9000")
        #expect(text.contains("00 82 00 84 11 [17 bytes]"))
        #expect(text.contains("[64 bytes] 9000"))
        // 18-digit number and name, in ASCII and GBK.
        #expect(!text.contains("39 39 36 34 36 39"))
        #expect(!text.contains("B0 A2 B2 B7"))
        #expect(
            events.filter { $0.kind == .answer }.allSatisfy { $0.elapsed != nil && $0.description.hasSuffix(" ms)") })
    }

    @Test("a test card may be shown whole, but never a PIN")
    func whole() throws {
        let text = try trace(.pinsOnly).map(\.text).joined(separator: "\n")
        #expect(text.contains("B0 A2 B2 B7"))
        var events: [TraceEvent] = []
        let channel = TracingChannel(try SampleCard.card(profile), redaction: .pinsOnly) { events.append($0) }
        _ = try channel.transmit([0x00, 0x20, 0x00, 0x00, 0x03, 0x12, 0x34, 0x56])
        _ = try channel.transmit([0x00, 0x20, 0x00])
        #expect(events.map(\.text)[0] == "00 20 00 00 03 [3 bytes]")
        #expect(!events.map(\.text).joined().contains("12 34 56"))
    }

    @Test("an activated test card")
    func inspection() throws {
        let card = try SampleCard.card(profile)
        let inspection = try CardInspection.inspect(card, profile: profile)
        #expect(inspection.chipSerial == Array(1...8))
        #expect(inspection.lifeCycle == .activated)
        #expect(inspection.authenticity == .testCard)
        #expect(inspection.cityCode == "990100")
        #expect(inspection.productionData.first { $0.name == "serial" }?.value == Array(1...8))
        #expect(inspection.directories.map(\.name) == ["MF", "DDF1", "DF01", "DF02", "DF03"])
        #expect(inspection.directories.flatMap(\.files).allSatisfy { $0.presence == .present })
        #expect(!card.log.contains { $0.ins == 0x82 || $0.ins == 0x84 })
        #expect(inspection.text(in: .english).contains("activated"))
        #expect(inspection.json.text().contains("\"testCard\":true"))
    }

    @Test("cards that do not show their life cycle are probed without a challenge, so no try is spent")
    func lifeCycleWithoutFCI() throws {
        let card = try SampleCard.card(profile)
        card.abilities.lifeCycle = nil
        #expect(try CardInspection.inspect(card, profile: profile).lifeCycle == .activated)
        #expect(!card.log.contains { $0.ins == 0x84 })
        let making = try SampleCard.card(profile)
        making.abilities.lifeCycle = nil
        making.misbehave = { _, command, answer in command.ins == 0x82 ? [0x69, 0x84] : answer }
        #expect(try CardInspection.inspect(making, profile: profile).lifeCycle == .beingMade)
        let blank = try SampleCard.card(profile)
        blank.abilities.lifeCycle = nil
        blank.misbehave = { _, command, answer in
            command.ins == 0xA4 && command.data != [0x3F, 0x00] ? [0x6A, 0x82] : answer
        }
        let inspection = try CardInspection.inspect(blank, profile: profile)
        #expect(inspection.lifeCycle == .blank)
        #expect(inspection.authenticity == nil)
        #expect(!blank.log.contains { $0.ins == 0x82 })
    }

    @Test("blocked card, blocked directory, removed card")
    func blocked() throws {
        let card = try SampleCard.card(profile)
        card.blocks = ["DF02": .fileDeactivated, "DF03": .permanentlyBlocked]
        let inspection = try CardInspection.inspect(card, profile: profile)
        #expect(inspection.directories[3].presence == .temporarilyBlocked)
        #expect(inspection.directories[4].presence == .permanentlyBlocked)
        let dead = try SampleCard.card(profile)
        dead.misbehave = { _, _, _ in [0x6A, 0x81] }
        #expect(try CardInspection.inspect(dead, profile: profile).isCardBlocked)
        let gone = try SampleCard.card(profile)
        gone.misbehave = { _, _, _ throws(ChannelError) in throw ChannelError(.cardRemoved, "gone") }
        #expect(throws: HealthCardError.self) { try CardInspection.inspect(gone, profile: profile) }
    }
}
