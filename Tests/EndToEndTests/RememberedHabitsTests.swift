import Foundation
import Testing

/// What one process found out about a maker's cards, the next one knows.
@Suite("Remembered habits") struct RememberedHabitsTests {
    @Test("found out once, forgotten when asked; sections and statistics as asked")
    func remembered() async throws {
        let folder = try TestFolder()
        let slot = try await VirtualSlot()
        let serial = "5248430000000A01"
        let state = folder.file("card.json")
        var card = try await CardInSlot.insert(serial, slot: slot, ["--state", state])
        try await Programs.output(
            Programs.healthcard(), ["personalize"] + SampleBatch.options() + ["--reader", card.reader, "--json"])
        try await card.stop()
        card = try await CardInSlot.insert(serial, slot: slot, ["--state", state, "--overlay", "tongfang"])
        let environment = ["XDG_CACHE_HOME": folder.file("cache")]
        let reading = [
            "read", "--reader", card.reader, "--format", "json", "--sections", "holder,photo", "--no-visits", "--stats",
        ]
        var counts: [Double] = []
        for more in [[], [], ["--forget-habits"]] {
            let outcome = try await Programs.healthcard(reading + more, environment: environment)
            #expect(outcome.status == 0)
            #expect(try JSONValue(outcome.output)["holder"]?["idNumber"]?.text == SampleBatch.man)
            #expect(try JSONValue(outcome.output)["address"] == nil)
            let statistics = try JSONValue(Data(outcome.errors.utf8))
            if case .number(let count)? = statistics["commands"] { counts.append(count) }
            #expect(statistics["byCommand"]?["READ RECORD"] != nil)
        }
        #expect(counts.count == 3)
        #expect(counts.first == counts.last)
        #expect(counts[1] < counts[0] && counts[1] <= 23)
        let kept = try String(contentsOfFile: folder.file("cache/healthcard/habits.json"), encoding: .utf8)
        #expect(kept.contains("3B8D8001----------------5248430001--"))
        #expect(!kept.contains(serial))
        let inspection = try await Programs.healthcard(
            ["inspect", "--reader", card.reader, "--probe"], environment: environment)
        let text = String(decoding: inspection.output, as: UTF8.self)
        #expect(text.contains("* records with a tag  one at a time, by tag"))
        #expect(text.contains("* selecting again     keeps rights"))
        #expect(try await Programs.healthcard(reading.dropLast(4) + ["--sections", "nobody"]).status == 2)
        try await card.stop()
    }
}
