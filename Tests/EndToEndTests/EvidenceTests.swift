import Foundation
import Testing

/// From a run to a release: whose evidence it is, and that nothing is put in its place.
@Suite("Evidence on the command line") struct EvidenceTests {
    private let folder: TestFolder
    private let campaign: String
    private let key: [String]

    init() throws {
        folder = try TestFolder()
        campaign = folder.file("campaign")
        try Data("a passphrase of the authority\n".utf8).write(to: URL(fileURLWithPath: folder.file("pass")))
        chmod(folder.file("pass"), 0o600)
        key = ["--key", folder.file("authority.pem"), "--credential", folder.file("pass")]
    }

    private func healthcard(_ arguments: [String], station: String = "station") async throws -> Programs.Outcome {
        try await Programs.healthcard(arguments, environment: ["HEALTHCARD_STATION": folder.file(station)])
    }

    private func grant(_ report: String, _ options: [String]) async throws -> Programs.Outcome {
        try await healthcard(
            ["release", "grant", "--report", report, "--authority-name", "A", "--valid-until", "2027-06-30", "--out"]
                + [folder.file(UUID().uuidString + ".release")] + key + options)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test(
        "Only evidence of an enrolled station, to the byte and of the whole suite, leads to a release",
        .timeLimit(.minutes(15)))
    func wholeWay() async throws {
        let new = try await healthcard([
            "testcards", "new", campaign, "--maker", "M", "--chip", "CHIP-1", "--product", "P", "--product-version",
            "1",
            "--cards", "2",
        ])
        #expect(new.status == 0, "\(new.errors)")
        let make = try await healthcard(["testcards", "make", campaign, "--lanes", "virtual:2", "--quiet"])
        #expect(make.status == 0, "\(make.errors)")
        let run = try await healthcard(["testcards", "run", campaign, "--lanes", "virtual", "--quiet"])
        #expect(run.status == 0, "\(run.errors)")
        let evidence = campaign + "/evidence.json"
        let whole = try text(evidence)
        let signature = try text(evidence + ".signature")
        let station = String(
            decoding: try await healthcard(["testcards", "station"]).output, as: UTF8.self
        ).trimmingCharacters(in: .newlines)
        #expect(String(decoding: run.output, as: UTF8.self).contains(station))

        // A part, and cards with a fault: written elsewhere, reported for what they are.
        for options in [["--only", "access"], ["--only", "access", "--fault", "block-early"]] {
            let part = try await healthcard(["testcards", "run", campaign, "--lanes", "virtual", "--quiet"] + options)
            #expect(part.status == 7, "\(part.errors)")
            #expect(try text(evidence) == whole && text(evidence + ".signature") == signature)
        }
        let parts = try FileManager.default.contentsOfDirectory(atPath: campaign + "/parts").sorted()
        #expect(parts.count == 2)
        let part = "\(campaign)/parts/\(parts[0])"
        let report = try await healthcard(["testcards", "report", part, "--json"])
        #expect(report.status == 0, "\(report.errors)")
        let json = try JSONValue(report.output)
        #expect(json["verdict"]?.text == "incomplete" && json["isWhole"] == .flag(false))
        #expect(try await healthcard(["testcards", "report", campaign]).status == 0)
        let out = try await healthcard(
            ["testcards", "run", campaign, "--lanes", "virtual", "--only", "access", "--quiet", "--out", evidence])
        #expect(out.status == 6 && out.errors.contains("never replaced"), "\(out.errors)")

        let authority = try await healthcard(
            ["release", "authority", "new", "--public-key", folder.file("authority.pub")] + key)
        #expect(authority.status == 0, "\(authority.errors)")
        try await stations(station)
        try await edits(whole: whole, signature: signature, part: part, station)
        try await another(station)
    }

    @Test(
        "A run that is stopped leaves a signed part behind, and the campaign as it was", .timeLimit(.minutes(5)),
        arguments: [SIGINT, SIGTERM, SIGHUP])
    func stopped(_ signal: Int32) async throws {
        _ = try await healthcard([
            "testcards", "new", campaign, "--maker", "M", "--chip", "C", "--product", "P", "--product-version", "1",
            "--cards", "1",
        ])
        let make = try await healthcard(["testcards", "make", campaign, "--lanes", "virtual:1", "--quiet"])
        #expect(make.status == 0, "\(make.errors)")
        let pipe = try OutputPipe(folder.file("output"))
        let run = try Programs.Running(
            Programs.healthcard(), ["testcards", "run", campaign, "--lanes", "virtual", "--quiet", "--json"],
            output: pipe.path, environment: ["HEALTHCARD_STATION": folder.file("station")])
        try await eventually("some checks are done") { pipe.read(512).contains(0x0A) }
        run.send(signal)
        let outcome = try await pipe.drain(until: run)
        #expect(outcome.status == 7 && outcome.errors.contains("stopped"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: campaign + "/evidence.json"))
        let part = try #require(FileManager.default.contentsOfDirectory(atPath: campaign + "/parts").first)
        let none = try await healthcard(["testcards", "report", campaign])
        #expect(none.status == 6 && none.errors.contains(part), "\(none.errors)")
        let report = try await healthcard(["testcards", "report", "\(campaign)/parts/\(part)", "--json"])
        #expect(report.status == 0, "\(report.errors)")
        #expect(try JSONValue(report.output)["verdict"]?.text == "incomplete")
    }

    /// Whose evidence is accepted.
    private func stations(_ station: String) async throws {
        let report = campaign + "/report/report.json"
        let name = String(station.prefix { $0 != "@" })
        let digits = station.drop { $0 != "@" }.dropFirst()
        let file = folder.file("stations")
        try write("# the testing stations\n\(station)\n", file)
        let other = folder.file("other-stations")
        try write("\(name)@0123456789abcdef\n", other)
        let broken = folder.file("broken-stations")
        try write("\(name)\n", broken)
        for (options, status) in [
            ([], Int32(8)), (["--evidence-station", "\(name)@0123456789abcdef"], 8),
            (["--evidence-station", "other@\(digits)"], 8), (["--evidence-stations", other], 8),
            (["--evidence-station", name], 2), (["--evidence-station", "@\(digits)"], 2),
            (["--evidence-stations", broken], 6), (["--evidence-stations", folder.file("no-such")], 6),
            (["--evidence-station", station], 0), (["--evidence-station", "\(name)@\(digits.prefix(16))"], 0),
            (["--evidence-stations", file], 0), (["--evidence-stations", other, "--evidence-station", station], 0),
        ] {
            let outcome = try await grant(report, options)
            #expect(outcome.status == status, "\(options): \(outcome.errors)")
            if status == 8 { #expect(outcome.errors.contains("--evidence-station"), "\(outcome.errors)") }
        }
    }

    /// What somebody may do to the files of a campaign.
    private func edits(whole: String, signature: String, part: String, _ station: String) async throws {
        let evidence = campaign + "/evidence.json"
        let options = ["--evidence-station", station]
        let profile = try #require(whole.firstMatch(of: #/"profileDigest":"([0-9a-f]{64})","readers/#)).1
        let digit = (profile.first == "0" ? "1" : "0") + profile.dropFirst()
        let partText = try text(part + "/evidence.json")
        let edits: [(String, String, String?)] = [
            (
                "a check that failed",
                whole.replacing("\"verdict\":\"passed\"", with: "\"verdict\":\"failed\"", maxReplacements: 1), signature
            ),
            ("another manufacturer", whole.replacing("\"maker\":\"M\"", with: "\"maker\":\"N\""), signature),
            ("another chip", whole.replacing("CHIP-1", with: "CHIP-2"), signature),
            (
                "a check renamed", whole.replacing("answerToReset.", with: "answerToReset.x-", maxReplacements: 2),
                signature
            ),
            ("a digit of the profile", whole.replacing(profile, with: digit), signature),
            ("a part in its place, with its own signature", partText, try text(part + "/evidence.json.signature")),
            ("a part in its place, with the whole's signature", partText, signature),
            ("no signature", whole, nil), ("an empty signature", whole, ""),
            ("older software", whole.replacing("evidence/2", with: "evidence/1"), nil),
            ("spaces", whole.replacing("{", with: "{ ", maxReplacements: 1), signature),
            ("cut", String(whole.dropLast(9)), signature),
            ("another station's name", whole, signature.replacing("station: ", with: "station: x")),
            ("another time", whole, signature.replacing("signed-at: 2", with: "signed-at: 3")),
        ]
        let report = campaign + "/report"
        let right = folder.file("right-report")
        try FileManager.default.copyItem(atPath: report, toPath: right)
        for (what, text, signature) in edits {
            // A part is reported, as what it is; anything else gives no report.
            try put(text, signature, at: evidence)
            try FileManager.default.removeItem(atPath: report)
            let made = try await healthcard(["testcards", "report", campaign])
            #expect(made.status == (what.hasSuffix("its own signature") ? 0 : 6), "\(what): \(made.errors)")
            let granted = try await grant(report + "/report.json", options)
            #expect(granted.status == 8 || granted.status == 6, "\(what): \(granted.errors)")
            // The right report, with the edited evidence beside it.
            try? FileManager.default.removeItem(atPath: report)
            try FileManager.default.copyItem(atPath: right, toPath: report)
            try put(text, signature, at: report + "/evidence.json")
            let again = try await grant(report + "/report.json", options)
            #expect(again.status == 8 || again.status == 6, "\(what): \(again.errors)")
        }
        try write(whole, evidence)
        try write(signature, evidence + ".signature")
        #expect(try await healthcard(["testcards", "report", campaign]).status == 0)
        #expect(try await grant(campaign + "/report/report.json", options).status == 0)
    }

    private func put(_ text: String, _ signature: String?, at path: String) throws {
        try write(text, path)
        try? FileManager.default.removeItem(atPath: path + ".signature")
        if let signature { try write(signature, path + ".signature") }
    }

    /// Evidence of a station of somebody's own, and a campaign that was rewritten after its cards were made.
    private func another(_ station: String) async throws {
        let run = try await healthcard(
            ["testcards", "run", campaign, "--lanes", "virtual", "--quiet"], station: "own-station")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: campaign + "/earlier").count == 1)
        #expect(try await healthcard(["testcards", "report", campaign]).status == 0)
        let refused = try await grant(campaign + "/report/report.json", ["--evidence-station", station])
        #expect(refused.status == 8 && refused.errors.contains("which is not enrolled"), "\(refused.errors)")

        let file = campaign + "/campaign.json"
        try write(try text(file).replacing("\"M\"", with: "\"N\""), file)
        let other = try await healthcard(["testcards", "run", campaign, "--lanes", "virtual", "--quiet"])
        #expect(other.status == 8 && other.errors.contains("the cards were made as M"), "\(other.errors)")
    }
}
