import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Testing
import VirtualCard

/// The makers' editions of the profile, played by the virtual card and met by a reader that knows none of them.
@Suite("Makers' cards, read with the plain profile")
struct MakerEditionTests {
    struct Edition: Sendable, CustomTestStringConvertible {
        let name: String
        /// Commands for all but the visits, and for holder and longest picture: the first card of a product, then others.
        let whole: [Int]
        let counter: [Int]
        /// What is found out.
        let habits: Set<String>
        var testDescription: String { name }
    }

    static let editions = [
        Edition(
            name: "plain-cos", whole: [95, 93], counter: [25, 23],
            habits: ["taggedRecords", "plainRecords", "extendedLength"]),
        Edition(
            name: "huahong", whole: [95, 93], counter: [25, 23],
            habits: ["taggedRecords", "plainRecords", "extendedLength"]),
        Edition(
            name: "tongfang", whole: [97, 93], counter: [25, 23],
            habits: [
                "taggedRecords", "plainRecords", "extendedLength", "directoryReach", "keepsRightsOnReselect",
            ]),
        Edition(
            name: "fudan", whole: [108, 105], counter: [38, 35],
            habits: ["taggedRecords", "plainRecords", "extendedLength", "readBlock", "keepsRightsOnReselect"]),
        Edition(
            name: "huada", whole: [113, 106], counter: [33, 27],
            habits: [
                "taggedRecords", "plainRecords", "extendedLength", "shortIdentifiers", "expectedLength",
                "directoryNames",
            ]),
    ]

    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    /// A card made as any other, in a chip of this maker's ways.
    private func card(_ edition: Edition, isT0: Bool = false) throws -> VirtualCardChannel {
        let content = try SampleCard.card(profile)
        content.files["DDF1/EF07"] = .bytes(SampleCard.longestPhoto)
        let maker = try CardProfile.bundled(overlays: ["test-keys", edition.name])
        var options = VirtualCardOptions(profile: maker)
        options.behavesAsT0 = isT0
        return try CardMaker.card(content, options: options)
    }

    private func session(_ channel: VirtualCardChannel, _ memory: TransientHabits) throws -> HealthCardSession {
        _ = try channel.reset()
        return try SampleCard.session(channel, profile, habits: memory)
    }

    @Test("read in few commands, the second card of a product without finding out", arguments: editions)
    func reading(_ edition: Edition) throws {
        let channel = try card(edition)
        let expected = try SampleCard.session(CardMaker.card(SampleCard.card(profile)), profile).read().document
        for (scope, counts) in [
            (ReadScope(visits: .none), edition.whole),
            (ReadScope(sections: ["holder", "photo"], visits: .none), edition.counter),
        ] {
            let memory = TransientHabits()
            let readings = try [0, 1].map { _ in try session(channel, memory).read(scope) }
            #expect(readings.map(\.commands) == counts)
            for reading in readings {
                #expect(reading.unreadable.isEmpty)
                for section in reading.document.sections where section.name != "photo" {
                    #expect(section == expected[section.name])
                }
                #expect(reading.files["DDF1/EF07"]?.bytes.count == 3074)
            }
            #expect(try #require(counts.last) <= 110)
        }
    }

    // Over T=0 a card that wants Le 00 alone cannot say how long its answer is (ISO/IEC 7816-3:2006 §10.3).
    @Test("over T=0 as well", arguments: editions.filter { !$0.habits.contains("expectedLength") })
    func readingOverT0(_ edition: Edition) throws {
        let channel = try card(edition, isT0: true)
        let memory = TransientHabits()
        for _ in 0..<2 {
            let reading = try session(channel, memory).read()
            #expect(reading.unreadable.isEmpty)
            #expect(reading.files["DDF1/EF07"]?.bytes.count == 3074)
        }
    }

    @Test("inspect names what is not as in the profile", arguments: editions)
    func inspecting(_ edition: Edition) throws {
        let channel = try card(edition)
        let inspection = try CardInspection.inspect(channel, profile: profile, memory: nil, provesKeys: true)
        #expect(Set(inspection.habits.filter(\.differs).map(\.name)) == edition.habits)
    }

    @Test("updated: a record, a cyclic record, the picture", arguments: editions)
    func updating(_ edition: Edition) throws {
        let channel = try card(edition)
        let memory = TransientHabits()
        let picture: [UInt8] = [0xFF, 0xD8] + (0..<1_500).map { UInt8(truncatingIfNeeded: $0 &* 11) } + [0xFF, 0xD9]
        var changes = CardChanges(profile: profile)
        try changes.set("phone1", to: "13900000000")
        try changes.add(to: "allergies", ["allergen": "青霉素"])
        try changes.setPhoto(picture)
        _ = try session(channel, memory).update(changes)
        let reading = try session(channel, memory).read()
        #expect(reading.json().contains("\"phone1\":\"13900000000\""))
        #expect(reading.json().contains("\"allergies\":[{\"allergen\":\"青霉素\"},{\"allergen\":\"花生\""))
        #expect(reading.json().contains(Data(picture).base64EncodedString()))
    }

    @Test("visits: written, verified, reimbursed", arguments: editions)
    func visits(_ edition: Edition) throws {
        let channel = try card(edition)
        let memory = TransientHabits()
        for kind in [VisitKind.inpatient, .outpatient] {
            let content = try VisitContent(
                bytes: VisitSamples.random(kind, seed: 9).bytes, layout: VisitLayout(kind, of: profile))
            _ = try session(channel, memory).writeVisit(content)
            let visits = try session(channel, memory).visits(kind)
            #expect(visits.count == 1)
            for visit in visits {
                #expect(try session(channel, memory).verify(visit, by: VisitCard.trust(profile)).problems == [])
            }
            _ = try session(channel, memory).reimburseVisit(kind, record: 1, ifTrustedBy: VisitCard.trust(profile))
            #expect(try session(channel, memory).visits(kind).isEmpty)
        }
    }
}
