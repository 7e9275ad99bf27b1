import Foundation
import Personalization
import Testing

/// `healthcard batch check` as an operator, a script and a spreadsheet meet it.
@Suite("Batch check") struct BatchCheckTests {
    /// What a report says of one problem.
    struct Entry: Hashable, CustomStringConvertible {
        let file: String
        let row: Int?
        let column: String?
        let code: String
        var description: String { "\(file) \(row ?? 0) \(column ?? "-") \(code)" }
    }

    private func check(
        _ folder: String, _ options: [String] = [], environment: [String: String] = [:]
    ) async throws -> Programs.Outcome {
        try await Programs.healthcard(["batch", "check", folder] + options, environment: environment)
    }

    private func text(_ outcome: Programs.Outcome) -> String { String(decoding: outcome.output, as: UTF8.self) }

    private func entries(json: JSONValue) -> [Entry] {
        (json["problems"]?.elements ?? []).map { problem in
            Entry(
                file: problem["file"]?.text ?? "", row: problem["row"].flatMap(number), column: problem["column"]?.text,
                code: problem["code"]?.text ?? "")
        }
    }

    private func number(_ value: JSONValue) -> Int? {
        if case .number(let number) = value { Int(number) } else { nil }
    }

    /// By Python's own reader of CSV, whole: header, then six fields a line.
    private func entries(csv: Data) async throws -> [Entry] {
        let script = "import csv, io, json, sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.read())))))"
        let output = try await Programs.output(
            Programs.python, ["-c", script], input: String(decoding: csv, as: UTF8.self))
        let lines = try JSONValue(output).elements.map { $0.elements.compactMap(\.text) }
        try #require(lines.first == ["file", "row", "column", "code", "what", "remedy"])
        return try lines.dropFirst().map { fields in
            try #require(fields.count == 6)
            #expect(!fields[4].isEmpty && !fields[5].isEmpty, "\(fields)")
            return Entry(
                file: fields[0], row: Int(fields[1]), column: fields[2].isEmpty ? nil : fields[2], code: fields[3])
        }
    }

    @Test("A sound batch: exit code 0, its counts and its digest, nothing written")
    func sound() async throws {
        let folder = try TestFolder(copying: Programs.sampleBatch)
        let outcome = try await check(folder.path)
        #expect(outcome.status == 0)
        #expect(text(outcome).contains("24 rows, 24 sound, 0 faulty, 0 set aside; 0 problem(s)"))
        let digest = try #require(text(outcome).firstMatch(of: /content digest ([0-9a-f]{64})/)?.output.1)
        let json = try JSONValue(await check(folder.path, ["--format", "json"]).output)
        #expect(json["problems"] == .list([]) && json["setAside"] == .list([]))
        #expect(json["summary"]?["contentDigest"] == .text(String(digest)))
        #expect(json["summary"]?["sound"] == .number(24))
        #expect(text(try await check(folder.path, ["--format", "csv"])) == "file,row,column,code,what,remedy\r\n")
        let difference = try await Programs.output("/usr/bin/diff", ["-r", Programs.sampleBatch, folder.path])
        #expect(difference.isEmpty)
        let formal = try await check(Programs.root.appendingPathComponent("Samples/formal-batch").path)
        #expect(formal.status == 0 && text(formal).contains("12 rows, 12 sound"))
    }

    @Test("Each kind of problem: place, row, column and code, in every form; exit code 6", arguments: BatchFault.all)
    func fault(_ fault: BatchFault) async throws {
        let folder = try TestFolder(copying: Programs.sampleBatch)
        try fault.spoil(folder)
        let json = try await check(folder.path, ["--format", "json"])
        #expect(json.status == 6, "\(json.errors)")
        let document = try JSONValue(json.output)
        let found = entries(json: document)
        let expected = Entry(
            file: try fault.file(folder), row: fault.row, column: fault.column, code: fault.code.rawValue)
        #expect(found.contains(expected), "\(found)")
        #expect(Set(found.map(\.code)) == Set([fault.code] + fault.besides).mapToNames(), "\(found)")
        #expect(document["summary"]?["problems"] == .number(Double(found.count)))
        #expect(document["summary"]?["contentDigest"] == nil)

        let csv = try await check(folder.path, ["--format", "csv"])
        #expect(csv.status == 6)
        #expect(try await entries(csv: csv.output) == found)

        let plain = try await check(folder.path)
        #expect(plain.status == 6)
        #expect(text(plain).contains("[\(fault.code.rawValue)]"))
        #expect(text(plain).contains(expected.file))
        if let column = fault.column { #expect(text(plain).contains(column)) }
        for outcome in [json, csv, plain] {
            let said = text(outcome) + outcome.errors
            for value in BatchFault.personal { #expect(!said.contains(value), "\(fault) shows \(value)") }
        }
    }

    @Test("No kind of problem is left untried but those that no folder brings about")
    func kinds() {
        let tried = Set(BatchFault.all.map(\.code))
        let others: Set<BatchProblem.Code> = [
            // The machine's, the operator's and `plan`'s; the last two want a real picture: PhotoFittingTests.
            .scratchSpace, .setAsideUnknown, .notInBatch, .photoBlank, .photoDoesNotFit,
        ]
        #expect(tried.union(others) == Set(BatchProblem.Code.allCases))
        #expect(tried.isDisjoint(with: others))
    }

    @Test("Rows set aside by row, by number, by a file with remarks; their reasons stand in the report")
    func setAside() async throws {
        let folder = try TestFolder(copying: Programs.sampleBatch)
        try folder.set("sex", to: "2", of: SampleBatch.man)
        #expect(try await check(folder.path).status == 6)
        let list = try TestFolder()
        try list.write("# left out today\n\(SampleBatch.man)  # sex\n\n3\n", to: "list")
        for (options, rows, sound) in [
            (["--set-aside", "2"], [2], 23), (["--set-aside", "2,3", "--set-aside", "5"], [2, 3, 5], 21),
            (["--set-aside-file", list.file("list")], [2, 3], 22),
        ] {
            let outcome = try await check(folder.path, options + ["--format", "json"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let json = try JSONValue(outcome.output)
            let aside = json["setAside"]?.elements ?? []
            #expect(aside.compactMap { $0["row"].flatMap(number) } == rows)
            #expect(aside.first?["code"] == .text("sexDiffers"))
            #expect(aside.dropFirst().allSatisfy { $0["code"] == .text("setAside") })
            #expect(json["summary"]?["sound"] == .number(Double(sound)))
            #expect(!text(outcome).contains(SampleBatch.man))
        }
    }

    @Test("Rows and people that are not there, and what is no row, are refused and not repeated")
    func unknown() async throws {
        let row = try await check(Programs.sampleBatch, ["--set-aside", "1000", "--format", "json"])
        #expect(row.status == 6)
        #expect(entries(json: try JSONValue(row.output)).map(\.code) == ["setAsideUnknown"])
        let list = try TestFolder()
        try list.write("# nobody\n990004198501045815\n", to: "list")
        let person = try await check(Programs.sampleBatch, ["--set-aside-file", list.file("list")])
        #expect(person.status == 6)
        #expect(text(person).contains("line 2 of the list") && !text(person).contains("990004"))
        for wrong in [SampleBatch.man, "1", "two"] {
            let outcome = try await check(Programs.sampleBatch, ["--set-aside", wrong])
            #expect(outcome.status == 2)
            #expect(!outcome.errors.contains(SampleBatch.man))
        }
        try list.write("99646919970325667\n", to: "list")
        let damaged = try await check(Programs.sampleBatch, ["--set-aside-file", list.file("list")])
        #expect(damaged.status == 6 && !damaged.errors.contains("996469"))
        #expect(try await check(Programs.sampleBatch, ["--set-aside-file", "/nowhere"]).status == 6)
    }

    @Test("The whole report goes to a file; the summary shows ten of a kind and says where the rest is")
    func reportFile() async throws {
        let folder = try TestFolder(copying: Programs.sampleBatch)
        for applicant in SampleBatch.applicants.prefix(15) {
            try folder.set("sex", to: applicant.columns["sex"] == "1" ? "2" : "1", of: applicant.id)
        }
        let short = try await check(folder.path)
        #expect(text(short).contains("[sexDiffers]") && text(short).contains("and 5 more"))
        #expect(text(short).contains("--report FILE"))
        for format in ["text", "csv", "json"] {
            let report = folder.file("report.\(format)")
            let outcome = try await check(folder.path, ["--report", report, "--format", format])
            #expect(outcome.status == 6)
            #expect(text(outcome).contains(report))
            let whole = try Data(contentsOf: URL(fileURLWithPath: report))
            let rows = (2...16).map { Optional($0) }
            switch format {
            case "csv": #expect(try await entries(csv: whole).map(\.row) == rows)
            case "json": #expect(entries(json: try JSONValue(whole)).map(\.row) == rows)
            // A line each, then the counts and whose replies were heard.
            default: #expect(String(decoding: whole, as: UTF8.self).split(separator: "\n").count == 15 + 2)
            }
        }
        let nowhere = try await check(folder.path, ["--report", "/nowhere/report"])
        #expect(nowhere.status == 6 && nowhere.errors.contains("/nowhere/report"))
    }

    @Test("Chinese where the reader speaks it")
    func chinese() async throws {
        let folder = try TestFolder(copying: Programs.sampleBatch)
        try folder.set("sex", to: "2", of: SampleBatch.man)
        let outcome = try await check(folder.path, environment: ["LANG": "zh_CN.UTF-8"])
        #expect(outcome.status == 6)
        #expect(text(outcome).contains("性别与身份证号不符 (1) [sexDiffers]"))
        #expect(text(outcome).contains("共 24 行，合格 23 行，有误 1 行"))
        #expect(outcome.errors.contains("该批次不能制卡"))
        let sound = try await check(Programs.sampleBatch, environment: ["LANG": "zh_CN.UTF-8"])
        #expect(text(sound).contains("可以制卡"))
    }

    @Test("A folder that is no batch")
    func noBatch() async throws {
        let empty = try TestFolder()
        for path in ["/nowhere", "/dev/null", empty.path] {
            let outcome = try await check(path, ["--format", "json"])
            #expect(outcome.status == 6)
            let json = try JSONValue(outcome.output)
            // Of what is no folder, the folder itself as well.
            let files = path == empty.path ? ["batch.json"] : ["batch.json", "."]
            #expect(entries(json: json).map(\.code) == files.map { _ in "fileUnreadable" })
            #expect(entries(json: json).map(\.file) == files)
            #expect(json["summary"]?["isCutShort"] == .flag(true))
        }
    }

    @Test("A report is not written under a reply's name, nor under one whose bytes are lost")
    func misleadingNames() async throws {
        let folder = try TestFolder(copying: Programs.sampleBatch)
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let reply = try await Programs.healthcard(
            ["batch", "check", folder.path, "--report", folder.file("YCH_YCXX_new.XML")])
        #expect(reply.status == 2 && reply.errors.contains("name of a reply"), "\(reply.errors)")
        let script = "cd \"$2\" && \"$1\" batch check . --report $'r\\xC5\\xFA.txt'"
        let lost = try await Programs.run("/bin/bash", ["-c", script, "-", Programs.healthcard(), folder.path])
        #expect(lost.status == 2 && lost.errors.contains("UTF-8"), "\(lost.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
    }
}

extension Set<BatchProblem.Code> {
    fileprivate func mapToNames() -> Set<String> { Set<String>(map(\.rawValue)) }
}
