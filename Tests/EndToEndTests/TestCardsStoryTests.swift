import Foundation
import Testing

/// Scripts/testcards-story: what the README tells, over PC/SC.
@Suite("The way to a formal card") struct TestCardsStoryTests {
    @Test(
        "Campaign, test cards, suite, a card that fails and is cured, report, release, formal batch; another profile and maker are refused",
        .timeLimit(.minutes(15)))
    func story() async throws {
        let folder = NSTemporaryDirectory() + "story-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let outcome = try await Programs.Running(
            Programs.root.appendingPathComponent("Scripts/testcards-story").path, [folder],
            environment: [
                "HEALTHCARD_BINARY": try Programs.healthcard(), "HEALTHCARD_VPCD_PORTS": "",
                "HEALTHCARD_STORY_PORT": "36520",
            ]
        ).wait(seconds: 840)
        let text = String(decoding: outcome.output, as: UTF8.self)
        #expect(outcome.status == 0, "\(text.suffix(3000))\n\(outcome.errors.suffix(3000))")
        #expect(text.contains("The story is whole"))
        // One card fails, is cured, and what failed is run again.
        #expect(text.contains("READ BINARY: 9000 where 6282 is due"))
        #expect(text.contains(" 0 failed, "))
        #expect(text.contains("failed in an earlier run and passed now"))
        for name in ["report.json", "report.zh.pdf", "report.en.pdf", "report.zh.html", "junit.xml"] {
            #expect(FileManager.default.fileExists(atPath: folder + "/campaign/report/" + name), "\(name)")
        }
    }
}

/// The suite and a card nobody here wrote the operating system of: Tests/Independent/card.py.
@Suite("A card the suite has never met") struct ForeignCardTests {
    @Test("made by our engine, it is judged to the end; nothing it does is called a failure", .timeLimit(.minutes(10)))
    func judged() async throws {
        try await CardInSlot.independent("10000000000000F1") { card in
            try await Programs.output(
                Programs.healthcard(),
                [
                    "personalize", "--batch", Programs.sampleBatch, "--id", InteropTests.applicants[0], "--reader",
                    card.reader, "--json",
                ])
            let evidence = NSTemporaryDirectory() + "foreign-" + UUID().uuidString + ".json"
            defer {
                for name in [evidence, evidence + ".signature", evidence + ".station"] {
                    try? FileManager.default.removeItem(atPath: name)
                }
            }
            let outcome = try await Programs.healthcard([
                "testcards", "run", "--reader", card.reader, "--set-aside", "--json", "--quiet", "--out", evidence,
                "--station", evidence + ".station",
            ])
            let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
            let summary = try JSONValue(Data(try #require(lines.last).utf8))
            let failed = lines.filter { $0.contains("\"verdict\":\"failed\"") }
            #expect(failed.isEmpty, "\(failed.joined(separator: "\n"))")
            #expect(lines.count > 300, "\(outcome.errors)")
            #expect(summary["failed"] == .number(0), "\(summary)")
            #expect(FileManager.default.fileExists(atPath: evidence))
            #expect(FileManager.default.fileExists(atPath: evidence + ".signature"))
        }
    }
}

@Suite("testcards on the command line") struct TestCardsCommandTests {
    private func testcards(_ arguments: [String]) async throws -> Programs.Outcome {
        try await Programs.healthcard(["testcards"] + arguments)
    }

    @Test("Docs/checks.md lists the suite as it is")
    func checksInStep() async throws {
        let outcome = try await testcards(["list", "--markdown"])
        #expect(outcome.status == 0)
        let page = try Data(contentsOf: Programs.root.appendingPathComponent("Docs/checks.md"))
        #expect(outcome.output == page, "healthcard testcards list --markdown > Docs/checks.md")
        let json = try await JSONValue(testcards(["list", "--json"]).output)
        #expect(json.elements.count >= 300)
    }

    @Test("A check is explained: what it does, by which clause, its commands, and what a failure means")
    func explained() async throws {
        let name = "access.DDF1/EF06.read.without-key"
        let english = try await testcards(["explain", name, "--lang", "en"])
        #expect(english.status == 0, "\(english.errors)")
        let text = String(decoding: english.output, as: UTF8.self)
        for words in [name, "Docs/card.md", "6982", "> 00A4", "READ RECORD", "without the right"] {
            #expect(text.contains(words), "\(words): \(text)")
        }
        let chinese = try await testcards(["explain", name, "--lang", "zh"])
        #expect(String(decoding: chinese.output, as: UTF8.self).contains("不通过意味着"))
        let json = try await JSONValue(testcards(["explain", name, "--json"]).output)
        #expect(json["verdict"]?.text == "passed" && json["failureMeans"]?["zh"]?.text?.isEmpty == false)
        let unknown = try await testcards(["explain", "access.DDF1/EF06.read.witout-key"])
        #expect(unknown.status == 2 && unknown.errors.contains(name), "\(unknown.errors)")
    }

    @Test(
        "In this process: made, judged whole, reported, and the report proved; a fault is found and named",
        .timeLimit(.minutes(10)))
    func inProcess() async throws {
        let folder = NSTemporaryDirectory() + "testcards-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let new = try await testcards([
            "new", folder, "--maker", "M", "--chip", "C", "--product", "P", "--product-version", "1", "--cards", "2",
        ])
        #expect(new.status == 0, "\(new.errors)")
        let again = try await testcards([
            "new", folder, "--maker", "M", "--chip", "C", "--product", "P", "--product-version", "1",
        ])
        #expect(again.status == 2 && again.errors.contains("holds a campaign already"))
        let early = try await testcards(["run", folder, "--lanes", "virtual"])
        #expect(early.status == 6, "\(early.errors)")
        let made = try await testcards(["make", folder, "--lanes", "virtual:2", "--quiet"])
        #expect(made.status == 0, "\(made.errors)")
        let station = folder + "/a-station"
        let run = try await testcards(["run", folder, "--lanes", "virtual", "--quiet", "--station", station])
        #expect(run.status == 0, "\(run.errors) \(String(decoding: run.output, as: UTF8.self))")
        let report = try await testcards(["report", folder])
        #expect(report.status == 0, "\(report.errors)")
        let checked = try await testcards(["report", folder, "--check"])
        #expect(checked.status == 0, "\(checked.errors)")
        let same = try await testcards(["report", folder])
        #expect(same.output == report.output)
        let file = folder + "/report/report.json"
        try String(contentsOfFile: file, encoding: .utf8).replacing("\"P\"", with: "\"Q\"").write(
            toFile: file, atomically: true, encoding: .utf8)
        #expect(try await testcards(["report", folder, "--check"]).status == 6)

        let nothing = try await testcards([
            "run", folder, "--lanes", "virtual", "--failed", "--quiet", "--station", station,
        ])
        #expect(nothing.status == 8 && nothing.errors.contains("nothing failed"), "\(nothing.errors)")
        let stranger = try await testcards([
            "run", folder, "--lanes", "virtual", "--failed", "--quiet", "--station", folder + "/other-station",
        ])
        #expect(stranger.status == 8 && stranger.errors.contains("signed it"), "\(stranger.errors)")
        #expect(try await testcards(["run", "--lanes", "virtual:1", "--failed"]).status == 2)

        let one = try await testcards([
            "run", folder, "--lanes", "virtual", "--case", "keys.BK_MF.right", "--quiet", "--json", "--station",
            station,
        ])
        #expect(one.status == 7 && one.errors.contains("1 of the suite's"), "\(one.errors)")
        let itself = try await testcards(["compare", folder, folder, "--json"])
        #expect(itself.status == 0, "\(itself.errors)")
        let comparison = try JSONValue(itself.output)["comparison"]
        #expect(comparison?["results"]?.elements.isEmpty == true && comparison?["subject"]?.elements.isEmpty == true)

        let faulty = try await testcards([
            "run", "--lanes", "virtual:1", "--fault", "mac-unchecked", "--quiet", "--json",
        ])
        #expect(faulty.status == 7)
        #expect(String(decoding: faulty.output, as: UTF8.self).contains("\"verdict\":\"failed\""))
        #expect(try await testcards(["run", "--lanes", "virtual:1", "--fault", "no-such"]).status == 2)
        #expect(try await testcards(["run", "--lanes", "virtual:0"]).status == 2)
        for option in ["--case", "--only"] {
            let unknown = try await testcards(["run", "--lanes", "virtual:1", option, "keys.BK_MF.rihgt"])
            #expect(unknown.status == 2 && unknown.errors.contains("keys.BK_MF.right"), "\(unknown.errors)")
        }
        #expect(try await testcards(["report", folder + "/nowhere"]).status == 6)
    }
}
