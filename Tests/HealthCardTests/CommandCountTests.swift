import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Testing

/// Commands are what reading a card costs: readers in the field send about 222 for a whole card without visits.
@Suite("Fewest commands")
struct CommandCountTests {
    private let profile: CardProfile
    private let withoutVisits = ReadScope(visits: .none)
    private let counter = ReadScope(sections: ["holder", "photo"], visits: .none)

    init() throws { profile = try TestProfile.shared }

    /// A card with the longest picture there may be.
    private func card(_ change: (inout MakersCard.Quirks) -> Void = { _ in }) throws -> MakersCard {
        let card = try SampleCard.card(profile)
        card.files["DDF1/EF07"] = .bytes(SampleCard.longestPhoto)
        return MakersCard(card, profile, change)
    }

    /// Commands of the first card of a product and of a second one.
    private func check(
        _ card: MakersCard, _ scope: ReadScope, _ expected: [Int], _ place: SourceLocation = #_sourceLocation
    ) throws {
        let memory = TransientHabits()
        let counts = try [0, 1].map { _ in
            _ = try card.reset()
            let reading = try SampleCard.session(card, profile, habits: memory).read(scope)
            #expect(reading.unreadable.isEmpty)
            #expect(reading.commands == card.log.count)
            return reading.commands
        }
        #expect(counts == expected, sourceLocation: place)
    }

    @Test("the best card: extended length, many records at a time")
    func extended() throws {
        try check(card(), withoutVisits, [23, 23])
        try check(card(), counter, [8, 8])
        try check(card(), .everything, [28, 28])
    }

    @Test("many records at a time, blocks of 256 bytes: at most 45, and 20 for holder and picture")
    func multiRecord() throws {
        try check(card { $0.extended = false }, withoutVisits, [37, 36])
        try check(card { $0.extended = false }, counter, [20, 19])
    }

    @Test("one record at a time: at most 110, and 25 for holder and picture")
    func singleRecord() throws {
        let plain: (inout MakersCard.Quirks) -> Void = {
            $0.extended = false
            $0.multiRecord = false
        }
        try check(card(plain), withoutVisits, [95, 93])
        try check(card(plain), counter, [25, 23])
    }

    @Test("one record at a time, blocks of 128 bytes, files selected: the card of the field's readers")
    func fieldCard() throws {
        let field: (inout MakersCard.Quirks) -> Void = {
            $0.extended = false
            $0.multiRecord = false
            $0.block = 128
            $0.shortIdentifiers = false
            $0.onlyThroughMaster = true
        }
        try check(card(field), withoutVisits, [127, 120])
    }

    @Test("what was sent is told by command")
    func statistics() throws {
        let session = try SampleCard.session(card(), profile)
        _ = try session.read(withoutVisits)
        let statistics = session.statistics
        #expect(statistics.commands == 23)
        #expect(
            statistics.byName.map { "\($0.name) \($0.count)" } == [
                "READ RECORD 11", "EXTERNAL AUTHENTICATE 3", "GET CHALLENGE 3", "SELECT 3", "READ BINARY 2",
                "INTERNAL AUTHENTICATE 1",
            ])
        #expect(statistics.bytesSent > 100)
        #expect(statistics.bytesReceived > 4000)
        let json = statistics.json(seconds: 0.25).text()
        #expect(json.hasPrefix("{\"commands\":23,\"bytesSent\":\(statistics.bytesSent),"))
        #expect(json.contains("\"microseconds\":250000,\"byCommand\":{\"READ RECORD\":11,"))
    }
}
