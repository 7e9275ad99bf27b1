import Foundation
import Testing

/// `healthcard ecard` as other programs count on it (`Docs/electronic-card.md §6`).
@Suite("Electronic cards at the command line") struct ElectronicCardTests {
    private static let id = "98FF9F2C05145CB9305E9D8A57E072BB51180CA49E5BE5E9D41BCE3A9A571928"
    private static let validity = "92FD69141DFE1553A42251E2B0196148"
    private static let person = ["--type", "01", "--number", "11010020171225006X", "--name", "电子健康卡"]
    private static let before = ["--at", "2018-01-17T11:49:00"]
    private static let dynamic = id + ":0:" + validity

    private func ecard(_ arguments: [String], input: String = "") async throws -> Programs.Outcome {
        try await Programs.healthcard(["ecard"] + arguments, input: input)
    }

    private func json(_ arguments: [String], status: Int32, input: String = "") async throws -> JSONValue {
        let outcome = try await ecard(arguments + ["--json"], input: input)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        return try JSONValue(outcome.output)
    }

    @Test("index gives the published vector, and the same for a card's JSON and a batch's row")
    func index() async throws {
        let vector = try await json(["index"] + Self.person, status: 0)
        #expect(
            vector
                == .object([
                    "mainIndex": .text("ABD17E7ED399EF68AB5660155D6E226D2C92EAC3254A4A66BED83AED0ADA1E9E"),
                    "factor": .text("92CDCE45A16799FD"),
                ]))
        let folder = try TestFolder()
        let card = Programs.root.appendingPathComponent("TestVectors/traces/read.out").path
        let read = try JSONValue(Data(contentsOf: URL(fileURLWithPath: card)))
        let batch = ["--batch", Programs.sampleBatch, "--id", SampleBatch.man]
        let both = try await json(["index", "--card", card] + batch, status: 0)
        #expect(both["samePerson"] == .flag(true) && both["mainIndex"] == read["mainIndex"])
        let index = try #require(both["mainIndex"]?.text)
        #expect(
            try await json(["index", "--compare", index.lowercased()] + batch, status: 0)["samePerson"] == .flag(true))
        let other = try await json(["index", "--compare", index] + Self.person, status: 5)
        #expect(other["differences"]?.elements.first?["what"] == .text("mainIndex"))
        // Another dot, and a card whose name is damaged.
        let dotted = ["index", "--number", SampleBatch.man, "--name", "阿卜杜拉•买买提", "--card", card]
        let difference = try await json(dotted, status: 5)
        #expect(difference["differences"]?.elements.first?["what"] == .text("nameSeparator"))
        let damage =
            "{\"holder\":{\"name\":\"甲\",\"idNumber\":\"\(SampleBatch.man)\"},\"unreadable\":"
            + "[{\"file\":\"DDF1/EF06\",\"section\":\"holder\",\"item\":\"name\",\"code\":\"damaged\",\"reason\":\"x\"}]}"
        try folder.write(damage, to: "damaged.json")
        #expect(try await ecard(["index", "--card", folder.file("damaged.json")]).status == 6)
        #expect(try await ecard(["index", "--card", "-"], input: "[]").status == 6)
        #expect(try await ecard(["index"]).status == 2)
        #expect(try await ecard(["index", "--number", "1", "--name", "甲"]).status == 6)
        #expect(try await ecard(["index", "--type", "1"] + Self.person.dropFirst(2)).status == 2)
        for outcome in [try await ecard(["index", "--number", "110100201712250061", "--name", "电子健康卡"])] {
            #expect(outcome.status == 6 && !outcome.errors.contains("20171225") && !outcome.errors.contains("电子"))
        }
    }

    @Test("recognize gives kind, id, fields, what was changed and standing; exit code 0 for a code, 6 for none")
    func recognize() async throws {
        let code = try await json(
            ["recognize", " \(Self.id.lowercased())：0：\(Self.validity)：：35020001001\r\n"], status: 0)
        #expect(
            code
                == .object([
                    "kind": .text("dynamic"), "id": .text(Self.id), "validity": .text(Self.validity),
                    "issuer": .text("35020001001"), "standing": .text("recognized"),
                    "text": .text(Self.dynamic + "::35020001001"),
                    "normalized": .list(["lineEnd", "blank", "fullWidthColon", "lowercase"].map { .text($0) }),
                ]))
        for (text, kind, status) in [
            (Self.id + ":1", "static", Int32(0)), (Self.id.prefix(48) + ":9", "temporary", 0),
            ("85:\(Self.id):1", "unknownPrefix", 6), (SampleBatch.man, "identityNumber", 6),
            ("134567890123456789", "paymentCode", 6), (Self.id, "unknown", 6), ("x", "unknown", 6),
        ] { #expect(try await json(["recognize", String(text)], status: status)["kind"] == .text(kind)) }
        // Money is not repeated.
        let payment = try await ecard(["recognize", "134567890123456789", "--json"])
        #expect(!String(decoding: payment.output, as: UTF8.self).contains("34567890"))
        #expect(try await json(["recognize", "-"], status: 6, input: "")["reason"] == .text("empty"))
        let long = try await json(["recognize", "-"], status: 6, input: String(repeating: "1", count: 70_000))
        #expect(long["reason"] == .text("tooLong"))
        let chinese = try await Programs.healthcard(["--lang", "zh", "ecard", "recognize", Self.id + "：1"])
        let text = String(decoding: chinese.output, as: UTF8.self)
        #expect(text.contains("电子健康卡静态码") && text.contains("未作任何验证") && text.contains("全角冒号"))
        #expect(try await ecard(["recognize"]).status == 2)
        #expect(try await ecard(["recognize", "x", "--watch"]).status == 2)
    }

    @Test("--watch answers each line at once, whatever is in it, and ends with its input")
    func watch() async throws {
        let lines =
            "\(Self.id):1\r\n\r\n\n\(Self.dynamic)\rhello\n" + String(repeating: "A", count: 200_000) + "\n\0\n"
            + "\u{1B}[2J\n" + Self.id + ":9"
        let outcome = try await ecard(["recognize", "--watch", "--json"], input: lines)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let answers = try outcome.output.split(separator: 0x0A).map { try JSONValue(Data($0)) }
        let kinds = answers.map { $0["kind"]?.text ?? "" }
        let unknown = "unknown"
        #expect(kinds == ["static", "dynamic", unknown, unknown, unknown, unknown, "temporary"])
        #expect(answers[3]["reason"] == .text("tooLong") && answers[4]["reason"] == .text("controlCharacter"))
        // The answer is there before the next line comes.
        let folder = try TestFolder()
        let pipe = try OutputPipe(folder.file("lines"))
        let script = "exec \(try Programs.healthcard()) ecard recognize --watch --json < \(pipe.path)"
        let running = try Programs.Running("/bin/bash", ["-c", script])
        let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: pipe.path))
        for count in 1...3 {
            try writer.write(contentsOf: Data((Self.id + ":1\n").utf8))
            try await eventually("answer \(count)") {
                running.output.split(separator: 0x0A).count == count
            }
        }
        try await running.stop()
        // Nobody reads any more.
        let closed =
            "yes '\(Self.id):1' | head -n 100000 | \(try Programs.healthcard()) ecard recognize --watch | head -n 1"
        let ended = try await Programs.run("/bin/bash", ["-c", closed])
        #expect(ended.status == 0 && ended.errors.isEmpty)
    }

    @Test("verify ends with 0 only for what was asked for and is proved")
    func verify() async throws {
        let test = ["--keys", "test"]
        func standing(_ arguments: [String], _ status: Int32) async throws -> String? {
            let answer = try await json(["verify"] + arguments, status: status)
            #expect((answer["verified"] == .flag(true)) == (status == 0))
            return answer["standing"]?.text
        }
        #expect(try await standing([Self.dynamic] + test + Self.before, 0) == "validityVerified")
        #expect(try await standing([Self.dynamic] + test + Self.before + Self.person, 0) == "personVerified")
        #expect(try await standing([Self.id + ":1"] + test + Self.person, 0) == "personVerified")
        #expect(try await standing([Self.dynamic] + test, 5) == "expired")
        #expect(try await standing([Self.dynamic] + test + ["--at", "2018-01-17T03:50:04Z"], 5) == "expired")
        #expect(try await standing([Self.dynamic] + test + ["--at", "20180117115003"], 0) == "validityVerified")
        #expect(try await standing([Self.dynamic] + test + ["--at", "2008-01-17T11:49:00"], 5) == "notYetPossible")
        let window = ["--at", "2018-01-16T12:00:00", "--window", "86400"]
        #expect(try await standing([Self.dynamic] + test + window, 0) == "validityVerified")
        let late = ["--at", "2018-01-17T11:50:10", "--tolerance", "10"]
        #expect(try await standing([Self.dynamic] + test + late, 0) == "validityVerified")
        let other = ["--number", SampleBatch.man, "--name", "阿卜杜拉·买买提"]
        #expect(try await standing([Self.dynamic] + test + Self.before + other, 5) == "otherPerson")
        #expect(try await standing([Self.id.prefix(48) + ":1"] + test + Self.person, 5) == "recognized")
        #expect(try await standing([Self.id + ":1"] + test, 5) == "recognized")
        #expect(try await standing([Self.dynamic], 2) == "recognized")
        let forged = String(Self.dynamic.dropLast()) + "9"
        #expect(try await standing([forged] + test + Self.before, 5) == "validityUnreadable")
        #expect(try await standing(["hello"] + test, 6) == nil)
        let refused = try await ecard(["verify", Self.dynamic] + test)
        #expect(refused.errors.contains("error: not verified: no longer valid\nhint: "))
        #expect(try await ecard(["verify", Self.dynamic] + Self.person).status == 2)
    }

    @Test("Key files are their owner's alone, with 32 hexadecimal digits; a wrong key proves nothing")
    func keyFiles() async throws {
        let folder = try TestFolder()
        func key(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
            try folder.write(text, to: name)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file(name))
            return folder.file(name)
        }
        let root = try key("root", "0123456789abcdeffedcba9876543210\n")
        let protection = try key("protection", "11223344556677888877665544332211")
        let both = ["verify", Self.dynamic, "--root-key", root, "--protection-key", protection] + Self.before
        let answer = try await json(both + Self.person, status: 0)
        #expect(answer["standing"] == .text("personVerified") && answer["publishedKeys"] == .flag(true))
        let card = Programs.root.appendingPathComponent("TestVectors/traces/read.out").path
        #expect(try await json(both + ["--card", card], status: 5)["standing"] == .text("otherPerson"))
        let wrong = try key("wrong", "00112233445566778899AABBCCDDEEFF")
        let verify = ["verify", Self.dynamic] + Self.before
        let unreadable = try await json(verify + ["--protection-key", wrong], status: 5)
        #expect(unreadable["standing"] == .text("validityUnreadable") && unreadable["publishedKeys"] == .flag(false))
        #expect(
            try await json(verify + ["--root-key", wrong] + Self.person, status: 5)["standing"] == .text("otherPerson"))
        // The root proves somebody, so somebody must be named.
        #expect(try await ecard(verify + ["--root-key", root]).status == 2)
        for path in [
            try key("open", "11223344556677888877665544332211", mode: 0o644), try key("short", "1122"),
            try key("long", String(repeating: "1", count: 33)), try key("letters", String(repeating: "G", count: 32)),
            folder.file("none"), folder.path, "/dev/null",
        ] {
            let outcome = try await ecard(verify + ["--protection-key", path])
            #expect(outcome.status == 6 && outcome.output.isEmpty, "\(path)")
            #expect(!outcome.errors.contains("11223344556677"))
        }
        #expect(try await ecard(verify + ["--protection-key", protection, "--keys", "test"]).status == 2)
    }

    @Test("A clock that is set back is noticed from one run to the next, and within one")
    func clock() async throws {
        let folder = try TestFolder()
        let verify = ["verify", Self.dynamic, "--keys", "test", "--clock-memory", folder.file("clock")]
        #expect(try await json(verify + ["--at", "2018-01-17T11:50:04"], status: 5)["standing"] == .text("expired"))
        let back = try await json(verify + Self.before, status: 5)
        #expect(back["standing"] == .text("clockSetBack"))
        try folder.write("something else", to: "foreign")
        let foreign = ["verify", Self.dynamic, "--keys", "test", "--clock-memory", folder.file("foreign")]
        #expect(try await ecard(foreign).status == 6)
        #expect(try folder.text("foreign") == "something else")
        let lines = "\(Self.dynamic)\n\(Self.id):1\nx\n"
        let watched = try await ecard(["verify", "--watch", "--json", "--keys", "test"] + Self.before, input: lines)
        let standings = try watched.output.split(separator: 0x0A).map { try JSONValue(Data($0))["standing"]?.text }
        #expect(watched.status == 0 && standings == ["validityVerified", "recognized", nil])
    }

    @Test("issue makes codes of a test batch that verify, and none of a production batch or a real person")
    func issue() async throws {
        let folder = try TestFolder()
        let out = folder.file("codes")
        let issue = ["issue", "--batch", Programs.sampleBatch, "--out", out, "--at", "2018-01-17T11:45:03"]
        let rows = try await json(issue, status: 0).elements
        #expect(rows.count == 48)
        let man = rows.filter { $0["idNumber"] == .text(SampleBatch.man) }
        let test = ["--keys", "test", "--batch", Programs.sampleBatch, "--id", SampleBatch.man]
        for row in man {
            let text = try #require(row["text"]?.text)
            let answer = try await json(["verify", text] + test + Self.before, status: 0)
            #expect(answer["standing"] == .text("personVerified"))
            #expect(row["mainIndex"]?.text?.count == 64)
        }
        #expect(Set(man.compactMap { $0["kind"]?.text }) == ["static", "dynamic"])
        let png = man.compactMap { $0["png"]?.text }.map { out + "/" + $0 }
        let read = try await Programs.output(Programs.python, [Programs.independent("electronic_pictures.py")] + png)
        for (line, row) in zip(read.split(separator: 0x0A), man) {
            #expect(try JSONValue(Data(line))["plain"] == .list([.text(#require(row["text"]?.text))]))
        }
        let list = try String(contentsOfFile: out + "/codes.csv", encoding: .utf8)
        #expect(list.hasPrefix("idNumber,name,mainIndex,kind,text,validUntil,png,svg\r\n"))
        for name in ["", "/codes.csv", "/" + (man.first?["svg"]?.text ?? "")] {
            let mode = try FileManager.default.attributesOfItem(atPath: out + name)[.posixPermissions] as? Int
            #expect(mode == (name.isEmpty ? 0o700 : 0o600))
        }
        // Again into the same folder; not into another one with something in it.
        #expect(try await ecard(issue).status == 0)
        try folder.write("mine", to: "notes")
        #expect(try await ecard(["issue", "--batch", Programs.sampleBatch, "--out", folder.path]).status == 2)
        let formal = Programs.root.appendingPathComponent("Samples/formal-batch").path
        let refused = try await ecard(["issue", "--batch", formal, "--out", folder.file("formal")])
        #expect(refused.status == 8 && refused.errors.contains("production batch"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("formal")))
        // A real person in a batch that calls itself a test.
        let forged = try TestFolder(copying: formal)
        try forged.edit("batch.json", "\"formal\"", "\"test\"")
        let person = try await ecard(["issue", "--batch", forged.path, "--out", folder.file("forged")])
        #expect(person.status != 0 && !FileManager.default.fileExists(atPath: folder.file("forged")))
    }
}
