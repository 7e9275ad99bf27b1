import Foundation
import Personalization
import Testing

/// A Chinese run, as a bureau meets it: whatever is wrong with a batch, a list, a ledger or a change of a card is said in
/// Chinese, and an English run has no Chinese but names and codes of the card.
@Suite("Chinese runs over batches") struct ChineseBatchTests {
    /// A run of English words, which names and commands are not.
    private static func english(in text: String) -> String? {
        text.firstMatch(of: /[a-z]{2,} [a-z]{2,} [a-z]{2,}/).map { String($0.output) }
    }

    private func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> Programs.Outcome {
        try await Programs.healthcard(["--lang", "zh"] + arguments, environment: environment)
    }

    private func text(_ outcome: Programs.Outcome) -> String {
        String(decoding: outcome.output, as: UTF8.self) + outcome.errors
    }

    @Test("Each kind of problem, in text, CSV and JSON, has no English sentence", arguments: BatchFault.all)
    func problems(_ fault: BatchFault) async throws {
        let folder = try TestFolder(copying: Programs.sampleBatch)
        try fault.spoil(folder)
        for format in ["text", "csv", "json"] {
            let outcome = try await run(["batch", "check", folder.path, "--format", format])
            #expect(outcome.status == 6, "\(outcome.errors)")
            let said = text(outcome).replacing(folder.path, with: "")
            // Why a profile cannot be used is said in English only so far.
            #expect(Self.english(in: said) == nil, "\(said)")
            #expect(said.contains(fault.code.rawValue))
        }
    }

    @Test("Rows set aside and why, in the JSON of a report")
    func setAside() async throws {
        let folder = try TestFolder(copying: Programs.sampleBatch)
        try folder.set("sex", to: "2", of: SampleBatch.man)
        let outcome = try await run(["batch", "check", folder.path, "--set-aside", "2,3", "--format", "json"])
        #expect(outcome.status == 0)
        #expect(Self.english(in: text(outcome)) == nil && text(outcome).contains("性别"), "\(text(outcome))")
        #expect(text(outcome).contains("sexDiffers"))
    }

    @Test("A batch of which every row is set aside is not said to be one that can be made")
    func nothing() async throws {
        let rows = (2...25).map(String.init).joined(separator: ",")
        for (language, words) in [("en", "can be made"), ("zh", "可以制卡")] {
            let outcome = try await Programs.healthcard(
                ["--lang", language, "batch", "check", Programs.sampleBatch, "--set-aside", rows])
            #expect(outcome.status == 0 && !text(outcome).contains(words), "\(text(outcome))")
        }
    }

    @Test("What a ledger cannot be is said in words, in both languages")
    func ledgers() async throws {
        let folder = try TestFolder()
        try folder.write("no ledger", to: "text.sqlite")
        let station = folder.file("station")
        let places = [
            (folder.path, "文件夹", "is a folder"), (folder.file("text.sqlite"), "不是台账", "is not a ledger"),
            ("/dev/null", "设备", "a device"),
        ]
        for (path, chinese, english) in places {
            let arguments = ["batch", "status", Programs.sampleBatch, "--ledger", path, "--station", station]
            let zh = try await run(arguments)
            #expect(
                zh.status == 2 && zh.errors.contains(chinese) && !zh.errors.contains("SQLite error"), "\(zh.errors)")
            #expect(Self.english(in: zh.errors) == nil, "\(zh.errors)")
            let en = try await Programs.healthcard(["--lang", "en"] + arguments)
            #expect(en.status == 2 && en.errors.contains(english), "\(en.errors)")
        }
        let missing = try await run([
            "personalize", "--batch", Programs.sampleBatch, "--lanes", "virtual:1", "--ledger",
            folder.file("no/such/ledger.sqlite"), "--station", station, "--quiet",
        ])
        #expect(missing.status == 2 && missing.errors.contains("所在的文件夹不存在"), "\(missing.errors)")
    }

    @Test("An update that sets values of a card against each other is refused, in both languages")
    func updates() async throws {
        let card = try await CardInSlot.insert("5248430000000650")
        try await Programs.output(
            Programs.healthcard(), ["personalize"] + SampleBatch.options() + ["--reader", card.reader, "--json"])
        func update(_ language: String, _ changes: [String]) async throws -> Programs.Outcome {
            try await Programs.healthcard(
                ["--lang", language, "update"] + changes, environment: ["HEALTHCARD_READER": card.reader])
        }
        func read() async throws -> JSONValue {
            try JSONValue(
                await Programs.healthcard(["read", "--json"], environment: ["HEALTHCARD_READER": card.reader]).output)
        }
        let before = try await read()
        for (changes, english, chinese) in [
            (["--set", "documentType=01", "--set", "documentNumber=993715194405212056"], "holder's own", "持卡人本人"),
            (["--add-immunization", "v=1900-01-01"], "before the day of birth", "早于出生日期"),
            (["--add-immunization", "v=2999-01-01"], "in the future", "晚于今天"),
            (["--set", "validUntil=2001-01-01"], "before the day of issue", "早于发卡日期"),
            (["--set", "contactName1=·"], "no letter", nil), (["--set", "contactName1=寮犱笁"], "character set", nil),
        ] as [([String], String, String?)] {
            let en = try await update("en", changes)
            #expect(en.status == 6 && en.errors.contains(english), "\(changes): \(en.errors)")
            guard let chinese else { continue }
            let zh = try await update("zh", changes)
            #expect(zh.status == 6 && zh.errors.contains(chinese), "\(changes): \(zh.errors)")
        }
        #expect(try await read() == before)
    }

    @Test("A visit that contradicts itself is refused before a card is looked for")
    func visits() async throws {
        let template = try await Programs.output(Programs.healthcard(), ["visit", "template", "--outpatient"])
        let text = String(decoding: template, as: UTF8.self)
        let name = try #require(text.firstMatch(of: /"drugs": *\[\s*\{[^}]*?("name": *"[^"]*",?)/))
        let unnamed = text.replacing(name.output.1, with: "")
        let outcome = try await Programs.healthcard(["visit", "add", "--outpatient", "-"], input: unnamed)
        #expect(outcome.status == 6 && outcome.errors.contains("drugs[1]."), "\(outcome.errors)")
        #expect(outcome.errors.contains("says something of nothing"), "\(outcome.errors)")
        let stay = String(
            decoding: try await Programs.output(Programs.healthcard(), ["visit", "template", "--inpatient"]),
            as: UTF8.self)
        let admission = try #require(stay.firstMatch(of: /"admissionDate": *"([^"]*)"/)?.output.1)
        let late = stay.replacing("\"\(admission)\"", with: "\"2025-12-31\"").replacing(
            /"dischargeDate": *"[^"]*"/, with: "\"dischargeDate\": \"2025-12-30\"")
        let discharged = try await Programs.healthcard(["visit", "add", "--inpatient", "-"], input: late)
        #expect(
            discharged.status == 6 && discharged.errors.contains("admissionDate is after dischargeDate"),
            "\(discharged.errors)")
    }
}
