import Foundation
import Testing

/// A whole batch from outside: refused, made without the rows set aside, gone on with, and what its books say then.
@Suite("Batch books") struct BatchBooksTests {
    private let own: TestFolder
    private let batch: TestFolder

    init() throws {
        own = try TestFolder()
        batch = try TestFolder(copying: Programs.sampleBatch)
    }

    private var ledger: [String] { ["--ledger", own.file("ledger.sqlite"), "--station", own.file("station")] }

    private func personalize(_ options: [String] = []) async throws -> Programs.Outcome {
        let line = ["--lanes", "virtual:2", "--virtual-chips", own.file("chips"), "--out", own.file("out")]
        return try await Programs.healthcard(["personalize", "--batch", batch.path] + line + ledger + options)
    }

    private func asked(_ command: String, _ options: [String] = []) async throws -> Programs.Outcome {
        try await Programs.healthcard(["batch", command, batch.path] + ledger + ["--json"] + options)
    }

    private func counts(_ outcome: Programs.Outcome) throws -> [String: Double] {
        try (JSONValue(outcome.output)["counts"]?.members ?? [:]).compactMapValues {
            if case .number(let number) = $0 { number } else { nil }
        }
    }

    @Test(
        "A batch with a problem is refused with 6 and nothing is begun; without the row it is made and the books add up"
    )
    func setAside() async throws {
        try batch.set("sex", to: "2", of: SampleBatch.man)
        let refused = try await personalize()
        #expect(refused.status == 6)
        #expect(refused.errors.contains("[sexDiffers]") && refused.errors.contains("row 2"))
        #expect(refused.errors.contains("nothing was begun"))
        #expect(!refused.errors.contains(SampleBatch.man))
        for name in ["ledger.sqlite", "chips", "out"] {
            #expect(!FileManager.default.fileExists(atPath: own.file(name)), "\(name)")
        }
        #expect(try await asked("status").status == 6)

        let made = try await personalize(["--set-aside", "2"])
        #expect(made.status == 0, "\(made.errors)")
        let status = try await asked("status")
        #expect(status.status == 0)
        let books = try counts(status)
        #expect(books["made"] == 23 && books["setAside"] == 1)
        #expect(books["waiting"] == 0 && books["inWork"] == 0 && books["rejected"] == 0)
        #expect(try JSONValue(status.output)["total"] == .number(24))

        let report = try await asked("report", ["--out", own.file("lists")])
        #expect(report.status == 0)
        let summary = try JSONValue(report.output)
        #expect(summary["made"] == .number(23) && summary["setAside"] == .number(1))
        #expect(summary["open"] == .number(0) && summary["rejected"] == .number(0))
        // The lists are the user's, and name the row and why.
        let rejects = try own.text("lists/rejects.csv").split(whereSeparator: \.isNewline)
        #expect(rejects.contains { $0.contains(SampleBatch.man) && $0.contains("17th digit") })
        #expect(!String(decoding: status.output, as: UTF8.self).contains(SampleBatch.man))
        // A batch that is in the ledger goes on by name only.
        #expect(try await personalize(["--set-aside", "2"]).status == 2)
    }

    @Test("Out of chips: 7, and status says 7 until the rest is made with --resume")
    func outOfChips() async throws {
        let first = try await personalize(["--virtual-supply", "5"])
        #expect(first.status == 7, "\(first.errors)")
        let status = try await asked("status")
        #expect(status.status == 7)
        #expect(try counts(status)["made"] == 5 && counts(status)["waiting"] == 19)
        let report = try await asked("report", ["--out", own.file("lists")])
        #expect(report.status == 0)
        #expect(try JSONValue(report.output)["open"] == .number(19))
        let rest = try await personalize(["--resume"])
        #expect(rest.status == 0, "\(rest.errors)")
        #expect(try await asked("status").status == 0)
        #expect(try counts(await asked("status"))["made"] == 24)
    }

    @Test(
        "A card is replaced within its batch: one valid card, its chip on the packing list, the old one on the scrap list"
    )
    func replaced() async throws {
        let early = try await personalize(["--replace", SampleBatch.man, "--reason", "lost"])
        #expect(early.status == 6 && early.errors.contains("no card to replace"), "\(early.errors)")
        try #require(try await personalize(["--operator", "WANG"]).status == 0)
        func now() async throws -> JSONValue? {
            try JSONValue(
                await Programs.healthcard(["ledger", "why", SampleBatch.man, "--json"] + ledger).output)["now"]
        }
        let old = try await now()
        let again = try await personalize([
            "--replace", " " + SampleBatch.man, "--reason", "lost in the post", "--operator", "LI",
        ])
        #expect(again.status == 0, "\(again.errors)")
        let new = try await now()
        #expect(old?["state"] == .text("made") && new?["state"] == .text("made"))
        #expect(old?["chip"] != new?["chip"])

        let status = try await asked("status")
        #expect(status.status == 0)
        #expect(try counts(status)["made"] == 24 && counts(status)["void"] == 0 && counts(status)["voidChips"] == 1)
        guard case .text(let oldChip) = old?["chip"], case .text(let newChip) = new?["chip"] else {
            Issue.record("no chips: \(String(describing: old))")
            return
        }
        let packing = try FileManager.default.contentsOfDirectory(atPath: own.file("out"))
            .filter { $0.hasPrefix("packing-") && $0.hasSuffix(".csv") }.map { try own.text("out/" + $0) }.joined()
        #expect(packing.contains(newChip) && !packing.contains(oldChip))
        #expect(try own.text("out/scrap.csv").contains("\(oldChip),void,"))

        let told = try await Programs.healthcard(["ledger", "why", SampleBatch.man] + ledger)
        let text = String(decoding: told.output, as: UTF8.self)
        #expect(text.contains("operator WANG") && text.contains("operator LI") && text.contains("lost in the post"))
        #expect(text.split(separator: "\n").count { $0.hasPrefix("now:") } == 1)
        #expect(!text.contains(SampleBatch.man))
    }

    @Test(
        "Of a finished batch a card is made again with void --remake and --resume; one that is void and closed is refused, with where to make the next"
    )
    func afterTheEnd() async throws {
        try #require(try await personalize().status == 0)
        func now() async throws -> JSONValue? {
            try JSONValue(
                await Programs.healthcard(["ledger", "why", SampleBatch.man, "--json"] + ledger).output)["now"]
        }
        func void(_ chip: String, _ options: [String] = []) async throws -> Programs.Outcome {
            try await Programs.healthcard(
                ["ledger", "void", chip, "--reason", "lost in the post", "--yes"] + options + ledger)
        }
        let first = try #require(try await now()?["chip"]?.text)
        let waits = try await void(first, ["--remake"])
        #expect(waits.status == 0 && String(decoding: waits.output, as: UTF8.self).contains("--resume"))
        #expect(try await asked("status").status == 7)
        // The same once more is done already; without --resume nothing goes on.
        #expect(try await void(first, ["--remake"]).status == 0)
        #expect(try await personalize().status == 2)
        try #require(try await personalize(["--resume"]).status == 0)
        let second = try #require(try await now()?["chip"]?.text)
        #expect(second != first)
        #expect(try own.text("out/scrap.csv").contains("\(first),void,"))
        let replaced = try await void(first, ["--remake"])
        #expect(replaced.status == 6 && replaced.errors.contains(second), "\(replaced.errors)")

        #expect(try await void(second).status == 0)
        let short = try await asked("status")
        #expect(try counts(short)["void"] == 1)
        #expect(short.status == 7 && short.errors.contains("1 void"), "\(short.errors)")
        for refused in [
            try await void(second, ["--remake"]),
            try await personalize(["--replace", SampleBatch.man, "--reason", "lost"]),
        ] {
            #expect(refused.status == 6 && refused.errors.contains("in a new batch"), "\(refused.errors)")
        }
        #expect(try await now()?["state"] == .text("void"))
        // The number in another spelling is the same person.
        let told = try await Programs.healthcard(["ledger", "why", "９９６４６９-19970325-667x"] + ledger)
        #expect(told.status == 0, "\(told.errors)")
    }

    @Test("Rows are left out before a batch is begun; later it is refused, and nobody gets a card by it")
    func setAsideLater() async throws {
        let short = try await personalize(["--virtual-supply", "3"])
        #expect(short.status == 7, "\(short.errors)")
        let refused = try await personalize(["--resume", "--set-aside", "5,20"])
        #expect(refused.status == 6 && refused.errors.contains("rows 5, 20"), "\(refused.errors)")
        #expect(try await counts(asked("status"))["made"] == 3)
    }

    @Test("Nobody is looked for under what is no number of a person or a chip, and no look makes a ledger")
    func noNumber() async throws {
        let made = try await personalize([
            "--set-aside", "3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25",
        ])
        #expect(made.status == 0, "\(made.errors)")
        for words in [
            ["ledger", "why", "abc"], ["ledger", "why", "-"], ["ledger", "why", "99646919970325667"],
            ["ledger", "void", "0102", "--reason", "x", "--yes"],
            ["ledger", "void", "01020304050607g8", "--reason", "x", "--yes"],
        ] {
            let outcome = try await Programs.healthcard(words + ledger)
            #expect(outcome.status == 6, "\(words): \(outcome.errors)")
        }
        let replaced = try await personalize(["--replace", "abc", "--reason", "lost", "--resume"])
        #expect(replaced.status == 6 && replaced.errors.contains("not a valid ID number"), "\(replaced.errors)")
        let empty = own.file("empty")
        try Data().write(to: URL(fileURLWithPath: empty))
        for words in [["why", SampleBatch.man], ["show"], ["export"], ["head"]] {
            let outcome = try await Programs.healthcard(
                ["ledger"] + words + ["--ledger", empty, "--station", own.file("s")])
            #expect(outcome.status != 0 && outcome.errors.contains("is not a ledger"), "\(words): \(outcome.errors)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: empty)).isEmpty)
    }

    @Test("A replacement that cannot begin leaves the card valid")
    func replacementThatCannotBegin() async throws {
        try #require(try await personalize().status == 0)
        let line = ["personalize", "--batch", batch.path, "--lanes", "no such reader", "--resume"]
        let failed = try await Programs.healthcard(
            line + ["--replace", SampleBatch.man, "--reason", "lost"] + ledger)
        #expect(failed.status == 3, "\(failed.errors)")
        let now = try await JSONValue(
            Programs.healthcard(["ledger", "why", SampleBatch.man, "--json"] + ledger).output)["now"]
        #expect(now?["state"] == .text("made"))
    }

    @Test("A list of replacements that would do nothing is refused, and lists of another batch are left alone")
    func refusedReplacements() async throws {
        try own.write("row,reason\n400,lost\n", to: "none.csv")
        let none = try await personalize(["--replacements", own.file("none.csv")])
        #expect(none.status == 6 && none.errors.contains("400"), "\(none.errors)")
        try #require(try await personalize().status == 0)
        try own.write("row,reason\n3,lost\n", to: "late.csv")
        let late = try await personalize(["--resume", "--replacements", own.file("late.csv")])
        #expect(late.status == 6 && late.errors.contains("--replace"), "\(late.errors)")

        try own.write(
            own.text("out/summary.json").replacing("\"batch\" : \"", with: "\"batch\" : \"X"), to: "out/summary.json")
        let report = try await asked("report", ["--out", own.file("out")])
        #expect(report.status == 7 && report.errors.contains("left alone"), "\(report.errors)")
        let line = try await personalize(["--resume"])
        #expect(line.status == 7 && line.errors.contains("left alone"), "\(line.errors)")
    }
}
