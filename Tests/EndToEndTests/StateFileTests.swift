import Foundation
import Testing

/// The file of a virtual card whose process dies while a card is being made, or has to end.
@Suite("State files") struct StateFileTests {
    private let serial = "5248430000000400"

    private func personalize(_ card: CardInSlot, _ more: [String] = []) throws -> Programs.Running {
        let arguments = ["personalize"] + SampleBatch.options() + ["--reader", card.reader] + more
        return try Programs.Running(Programs.healthcard(), arguments)
    }

    /// What a card holds that carried out so many commands of the plan and no more.
    private func reference(_ commands: Int, _ slot: VirtualSlot) async throws -> JSONValue {
        let folder = try TestFolder()
        let state = StateFile(path: folder.file("card.json"))
        let options = ["--state", state.path, "--remove-after", "\(commands)"]
        let card = try await CardInSlot.insert(serial, slot: slot, options)
        #expect(try await personalize(card).wait().status == 4)
        try await card.stop()
        return try state.content()
    }

    @Test("Killed at any moment, the file holds every command that was answered", arguments: [1, 25, 60, 85])
    func killed(_ moment: Int) async throws {
        let folder = try TestFolder()
        let state = StateFile(path: folder.file("card.json"))
        let slot = try await VirtualSlot()
        let card = try await CardInSlot.insert(serial, slot: slot, ["--state", state.path, "--delay-ms", "30"])
        let maker = try personalize(card, ["--trace"])
        try await Programs.send(
            SIGKILL, to: card.program.identifier, when: "test $(wc -l < '\(state.path).journal') -gt \(moment)")
        #expect(try await card.stop(SIGKILL).status == 128 + SIGKILL)
        let outcome = try await maker.wait(seconds: 20)
        #expect(outcome.status == 4, "\(outcome.errors)")
        #expect(outcome.errors.contains("do not issue it"))
        let answered = outcome.errors.split(separator: "\n").count { $0.hasPrefix("< ") }

        // Another process takes the file and writes it anew.
        let next = try await CardInSlot.insert(serial, slot: slot, ["--state", state.path])
        let inspection = try await Programs.healthcard(["inspect", "--reader", next.reader, "--json"])
        #expect(try JSONValue(inspection.output)["lifeCycle"] == .text("beingMade"))
        try await next.stop()
        #expect(state.journalLines == 0)
        // The last command may have been carried out without its answer getting through.
        let content = try state.content()
        var matches = try await content == reference(answered, slot)
        if !matches { matches = try await content == reference(answered + 1, slot) }
        #expect(matches, "after \(answered) answers the card holds something else")
    }

    @Test("A file in use is refused clearly to a second process, and free again when the first was killed")
    func oneProcessAtATime() async throws {
        let folder = try TestFolder()
        let path = folder.file("card.json")
        let card = try await CardInSlot.insert(serial, ["--state", path])
        let second = try await Programs.healthcard(["virtual", "--port", "1", "--wait", "0", "--state", path])
        #expect(second.status == 6)
        #expect(second.errors.contains("another process has this card in use"))
        try await card.stop(SIGKILL)
        // No slot listens there: that is the next thing to go wrong.
        let third = try await Programs.healthcard(["virtual", "--port", "1", "--wait", "0", "--state", path])
        #expect(third.status == 3)
    }

    @Test("A file that is no card, or another one's, is refused and left as it is")
    func wrongFiles() async throws {
        let folder = try TestFolder()
        let virtual = ["virtual", "--port", "1", "--wait", "0", "--state", folder.file("card.json")]
        #expect(try await Programs.healthcard(virtual + ["--serial", serial]).status == 3)
        let other = try await Programs.healthcard(virtual + ["--serial", "0102030405060708"])
        #expect(other.status == 6)
        #expect(other.errors.contains(serial))
        let whole = try folder.text("card.json")
        for spoiled in ["", "{}", String(whole.prefix(200)), whole.replacingOccurrences(of: "F1", with: "XY")] {
            try folder.write(spoiled, to: "card.json")
            let outcome = try await Programs.healthcard(virtual)
            #expect(outcome.status == 6, "\(outcome.errors)")
            #expect(outcome.errors.contains("card.json"))
            #expect(try folder.text("card.json") == spoiled)
        }
        let nowhere = ["virtual", "--port", "1", "--wait", "0", "--state", folder.file("no/such/folder/card.json")]
        #expect(try await Programs.healthcard(nowhere).status == 6)
    }

    @Test(
        "SIGTERM and SIGINT end it with 0 and a whole file; the card goes on where it was",
        arguments: [SIGTERM, SIGINT])
    func ended(_ signal: Int32) async throws {
        let folder = try TestFolder()
        let state = StateFile(path: folder.file("card.json"))
        let slot = try await VirtualSlot()
        let card = try await CardInSlot.insert(serial, slot: slot, ["--state", state.path])
        #expect(try await personalize(card).wait().status == 0)
        #expect(try await card.stop(signal).status == 0)
        #expect(state.journalLines == 0)
        #expect(try state.json()["isActivated"] == .flag(true))
        let again = try await CardInSlot.insert(serial, slot: slot, ["--state", state.path])
        let reading = try await Programs.healthcard(["read", "--reader", again.reader, "--json", "--keys", "test"])
        #expect(reading.status == 0)
        #expect(try JSONValue(reading.output)["holder"]?["idNumber"] == .text(SampleBatch.man))
        try await again.stop()
    }

    @Test("--exit-when-idle ends with 0 when nobody asks the card for anything")
    func idle() async throws {
        let folder = try TestFolder()
        let state = StateFile(path: folder.file("card.json"))
        let card = try await CardInSlot.insert(serial, ["--state", state.path, "--exit-when-idle", "20"])
        let outcome = try await card.program.wait(seconds: 120)
        #expect(outcome.status == 0)
        #expect(try state.json()["serial"] == .text(serial))
    }

    @Test("Without a slot it waits as long as told, and ends with 3")
    func noSlot() async throws {
        let outcome = try await Programs.healthcard(["virtual", "--port", "1", "--wait", "0.3"])
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("no virtual reader listens at 127.0.0.1:1"))
    }
}
