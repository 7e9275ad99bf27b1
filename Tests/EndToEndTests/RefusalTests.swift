import Foundation
import Testing

/// Cards and readers that must be left alone, by exit code, message and what is on the chip afterwards.
@Suite("Refusals") struct RefusalTests {
    private func personalize(_ reader: String, _ more: [String] = []) async throws -> Programs.Outcome {
        try await Programs.healthcard(["personalize"] + SampleBatch.options() + ["--reader", reader] + more)
    }

    @Test("A card that is somebody's, or half made, is refused with exit code 5 and not written to")
    func notBlank() async throws {
        let folder = try TestFolder()
        let slot = try await VirtualSlot()
        for (index, removal) in [nil, 100, 237].enumerated() {
            let state = StateFile(path: folder.file("card\(index).json"))
            let serial = "524843000000020\(index)"
            let flaw = removal.map { ["--remove-after", "\($0)"] } ?? []
            let first = try await CardInSlot.insert(serial, slot: slot, ["--state", state.path] + flaw)
            #expect(try await personalize(first.reader).status == (removal == nil ? 0 : 4))
            try await first.stop()
            let before = try state.json()
            let card = try await CardInSlot.insert(serial, slot: slot, ["--state", state.path])
            let outcome = try await personalize(card.reader, ["--json"])
            #expect(outcome.status == 5)
            #expect(outcome.errors.contains(removal == nil ? "finished card" : "half made"), "\(outcome.errors)")
            #expect(outcome.errors.contains("nothing was written"))
            #expect(outcome.output.isEmpty)
            try await card.stop()
            #expect(try state.json() == before)
        }
    }

    @Test("An empty reader is exit code 4, at once or after the time given")
    func noCard() async throws {
        let card = try await CardInSlot.insert("5248430000000210")
        try await card.stop()
        for more in [[], ["--wait", "0.2"]] {
            let outcome = try await personalize(card.reader, more)
            #expect(outcome.status == 4)
            #expect(outcome.errors.contains("SCARD_E_NO_SMARTCARD"))
        }
        for command in ["read", "inspect"] {
            #expect(try await Programs.healthcard([command, "--reader", card.reader]).status == 4)
        }
    }

    @Test("A reader nobody has is exit code 3; one that several could be is 2; both list what there is")
    func whichReader() async throws {
        let names = try Readers.names()
        try #require(names.count > 1)
        for command in [["personalize"] + SampleBatch.options(), ["read"], ["inspect"], ["apdu", "0084000008"]] {
            let unknown = try await Programs.healthcard(command + ["--reader", "no such reader"])
            #expect(unknown.status == 3)
            let ambiguous = try await Programs.healthcard(command + ["--reader", "Virtual PCD"])
            #expect(ambiguous.status == 2)
            let open = try await Programs.healthcard(command)
            #expect(open.status == 2)
            #expect(open.errors.contains("HEALTHCARD_READER"))
            for outcome in [unknown, ambiguous, open] {
                for name in names { #expect(outcome.errors.contains(name)) }
                #expect(outcome.output.isEmpty)
            }
        }
    }

    @Test("A wrong transport key is said with the tries left, costs one and is not tried again")
    func transportKey() async throws {
        let folder = try TestFolder()
        let state = StateFile(path: folder.file("card.json"))
        let slot = try await VirtualSlot()
        let serial = "5248430000000220"
        let options = ["--state", state.path]
        try await CardInSlot.insert(serial, slot: slot, options).stop()
        let key = try #require(try state.json()["transportKey"]?["value"]?.text)
        try folder.edit("card.json", key, String(key.reversed()))
        for left in [5, 4] {
            let card = try await CardInSlot.insert(serial, slot: slot, options)
            let outcome = try await personalize(card.reader, ["--trace"])
            #expect(outcome.status == 5)
            #expect(outcome.errors.contains("\(left) tries left"), "\(outcome.errors)")
            #expect(outcome.errors.contains("nothing was written"))
            #expect(outcome.errors.components(separatedBy: "> 00 82 00 01").count == 2, "one authentication")
            try await card.stop()
            let after = try state.json()
            #expect(after["transportKey"]?["triesLeft"] == .number(Double(left)))
            #expect(after["directories"]?.elements.count == 1)
            #expect(after["directories"]?.elements.first?["keys"]?.elements.isEmpty == true)
        }
    }

    @Test("A card that another program holds is exit code 4 and stays blank")
    func cardInUse() async throws {
        let folder = try TestFolder()
        let state = StateFile(path: folder.file("card.json"))
        // Long enough for the second program on any machine; nobody waits for the end.
        let slowly = ["--state", state.path, "--delay-ms", "500"]
        let card = try await CardInSlot.insert("5248430000000230", slowly)
        let arguments = ["personalize"] + SampleBatch.options() + ["--reader", card.reader]
        let first = try Programs.Running(Programs.healthcard(), arguments)
        try await eventually("the first program at work") { state.journalLines > 0 }
        let second = try await personalize(card.reader)
        #expect(second.status == 4)
        #expect(second.errors.contains("SCARD_E_SHARING_VIOLATION"))
        let written = state.journalLines
        try await eventually("the first program still at work") { state.journalLines > written }
        try await first.stop(SIGKILL)
        try await card.stop()
    }

    @Test(
        "Wrong options are exit code 2, and nothing else happens",
        arguments: [
            ["nonsense"], ["read", "--nonsense"], ["personalize"], ["personalize"],
            ["personalize", "--batch", "x", "--id", "y", "--lanes", "all"],
            ["plan", "--id", "1"],
            ["virtual", "--port", "70000"], ["virtual", "--serial", "0102"], ["virtual", "--exit-when-idle", "0"],
            ["virtual", "--exit-when-idle", "-1"], ["virtual", "--wait", "soon"], ["read", "--keys", "formal"],
            ["read", "--wait", "-1"], ["apdu", "--expect", "90"], ["apdu", "--reader", "0"], ["demo", "--cards", "0"],
            ["plan", "--batch", Programs.sampleBatch, "--id", SampleBatch.man, "--serial", "01020"],
            ["plan", "--batch", Programs.sampleBatch, "--id", SampleBatch.man, "--serial", "0102"],
        ])
    func wrongOptions(_ arguments: [String]) async throws {
        let outcome = try await Programs.healthcard(arguments)
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(!outcome.errors.isEmpty)
        #expect(outcome.output.isEmpty)
    }
}
