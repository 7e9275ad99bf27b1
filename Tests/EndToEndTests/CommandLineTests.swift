import Foundation
import Testing

/// What people and scripts count on: options, output forms, language, and that nothing personal leaks into a trace.
@Suite("Command line") struct CommandLineTests {
    private static let options: [String: [String]] = [
        "readers": ["--watch", "-w", "--json"],
        "read": [
            "--reader", "-r", "--wait", "--profile", "--overlay", "--trace", "--trace-data", "--json", "--keys",
            "--stats", "--format", "--sections", "--no-visits", "--forget-habits",
        ],
        "update": [
            "--reader", "-r", "--wait", "--profile", "--overlay", "--sam", "--sam-pin-file", "--trace", "--trace-data",
            "--set", "--clear", "--add-allergy", "--add-immunization", "--photo", "--no-photo", "--from", "--dry-run",
            "--json", "--stats", "--forget-habits",
        ],
        "block": [
            "--reader", "-r", "--wait", "--profile", "--overlay", "--sam", "--sam-pin-file", "--trace", "--trace-data",
            "--permanent", "--card", "--yes", "--confirm", "--json",
        ],
        "unblock": [
            "--reader", "-r", "--wait", "--profile", "--overlay", "--sam", "--sam-pin-file", "--trace", "--trace-data",
            "--json",
        ],
        "inspect": [
            "--reader", "-r", "--wait", "--profile", "--overlay", "--trace", "--trace-data", "--json", "--probe",
            "--forget-habits",
        ],
        "personalize": [
            "--batch", "--id", "--overlay", "--dialect", "--extended", "--reader", "-r", "--wait", "--trace",
            "--trace-data", "--json", "--quiet", "-q", "--lanes", "--ledger", "--station", "--resume", "--feeder",
            "--set-aside", "--set-aside-file", "--replacements", "--out", "--operator", "--keys", "--credential",
            "--chip-batch", "--failures-in-row", "--lanes-with-same-error", "--chips-per-card", "--return-wait",
            "--reader-wait", "--command-limit", "--virtual-chips", "--virtual-supply",
        ],
        "batch check": ["--set-aside", "--set-aside-file", "--report", "--format", "--profile", "--overlay"],
        "batch status": ["--ledger", "--station", "--json"],
        "batch report": ["--out", "--ledger", "--station", "--json"],
        "ledger verify": [
            "--ledger", "--station", "--json", "--head", "--countersigned-by", "--countersign-key",
            "--require-countersign",
        ],
        "ledger head": ["--ledger", "--station", "--seal", "--json"],
        "ledger countersign": ["--ledger", "--station", "--name", "--key", "--credential"],
        "ledger destroy": ["--ledger", "--station", "--reason", "--out"],
        "ledger adopt": ["--ledger", "--station", "--reason", "--out", "--yes"],
        "ledger enter": ["--ledger", "--station"],
        "ledger create": ["--ledger", "--station-role"],
        "ledger sql": ["--station-role"],
        "ledger show": ["--ledger", "--station", "--entries", "--from", "--show-data", "--json"],
        "ledger why": ["--ledger", "--station", "--json"],
        "ledger export": ["--ledger", "--station", "--format", "--mask"],
        "ledger void": ["--ledger", "--station", "--reason", "--remake", "--yes"],
        "keys create": ["--profile", "--components", "--generate", "--custodians", "--into", "--credential"],
        "keys import": ["--chip-batch", "--certificate", "--credential"],
        "keys check": ["--credential", "--json"],
        "keys list": ["--json"],
        "virtual-feeder": [
            "--box", "--ports", "--chips", "--changeover", "--faults", "--seed", "--dead-lane", "--log", "--profile",
            "--overlay",
        ],
        "plan": ["--batch", "--id", "--overlay", "--dialect", "--extended", "--serial", "--json"],
        "apdu": ["--reader", "-r", "--wait", "--follow", "--expect", "--json"],
        "virtual": [
            "--port", "--host", "--serial", "--state", "--exit-when-idle", "--wait", "--profile", "--overlay",
            "--quiet",
            "-q",
        ],
        "ecard recognize": ["--watch", "--json"],
        "ecard verify": [
            "--type", "--number", "--name", "--card", "--batch", "--id", "--root-key", "--protection-key", "--keys",
            "--hsm", "--at", "--window", "--tolerance", "--clock-memory", "--watch", "--json",
        ],
        "ecard index": ["--type", "--number", "--name", "--card", "--batch", "--id", "--compare", "--json"],
        "ecard issue": ["--batch", "--out", "--valid-for", "--at", "--json"],
        "ecard query": [
            "--platform", "--dialect", "--credentials", "--ca", "--type", "--number", "--name", "--card", "--batch",
            "--id", "--code", "--operation", "--step", "--guardian-number", "--guardian-name", "--patient", "--timeout",
            "--queue", "--send", "--json",
        ],
        "demo": ["--batch", "--cards"],
    ]
    /// For tests, and nobody's business else.
    private static let hidden = ["--challenge", "--delay-ms", "--remove-after", "--lose-answer", "--kill-at"]

    @Test("--help names every subcommand and each of its options, and ends with 0")
    func help() async throws {
        let root = try await Programs.healthcard(["--help"])
        #expect(root.status == 0)
        for (command, options) in Self.options {
            let words = command.split(separator: " ").map(String.init)
            #expect(String(decoding: root.output, as: UTF8.self).contains("  \(words[0]) "))
            let outcome = try await Programs.healthcard(words + ["--help"])
            #expect(outcome.status == 0)
            #expect(outcome.errors.isEmpty)
            let text = String(decoding: outcome.output, as: UTF8.self)
            let usage = text.split { !$0.isLetter && $0 != "-" && !$0.isNumber }
            for option in options + ["--help"] { #expect(usage.contains { $0 == option }, "\(command) \(option)") }
            for option in Self.hidden { #expect(!text.contains(option), "\(command) \(option)") }
        }
        #expect(try await Programs.healthcard(["--version"]).status == 0)
    }

    @Test("readers lists number, name and card of each reader")
    func readers() async throws {
        let names = try Readers.names()
        let serial = "5248430000000500"
        let card = try await CardInSlot.insert(serial)
        let list = try JSONValue(await Programs.healthcard(["readers", "--json"]).output).elements
        #expect(list.map { $0["name"]?.text } == names)
        #expect(list.map { $0["number"] } == names.indices.map { .number(Double($0)) })
        let mine = try #require(list.first { $0["name"] == .text(card.reader) })
        #expect(mine["card"] == .flag(true))
        #expect(mine["mute"] == .flag(false))
        #expect(mine["answerToReset"]?.text?.contains(serial) == true)
        let text = String(decoding: try await Programs.healthcard(["readers"]).output, as: UTF8.self).split(
            separator: "\n")
        #expect(text.count == names.count)
        #expect(text.contains { $0.contains(card.reader) && $0.contains(serial) })
        try await card.stop()
    }

    @Test("A reader is chosen by name, by number, or by HEALTHCARD_READER; the option wins")
    func choice() async throws {
        let serial = "5248430000000510"
        let card = try await CardInSlot.insert(serial)
        let number = try #require(try Readers.names().firstIndex(of: card.reader))
        let unique = String(card.reader.drop { $0 != " " }.dropFirst())
        let choices: [([String], [String: String])] = [
            (["--reader", card.reader], [:]), (["-r", "\(number)"], [:]), (["--reader", unique.lowercased()], [:]),
            ([], ["HEALTHCARD_READER": card.reader]), ([], ["HEALTHCARD_READER": "\(number)"]),
            (["--reader", card.reader], ["HEALTHCARD_READER": "no such reader"]),
        ]
        for (options, environment) in choices {
            let outcome = try await Programs.healthcard(["inspect", "--json"] + options, environment: environment)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try JSONValue(outcome.output)["chipSerial"] == .text(serial))
        }
        try await card.stop()
    }

    @Test("inspect tells a blank card, a made one and a blocked application apart")
    func inspect() async throws {
        let card = try await CardInSlot.insert("5248430000000520")
        func inspect() async throws -> JSONValue {
            try JSONValue(await Programs.healthcard(["inspect", "--reader", card.reader, "--json"]).output)
        }
        let blank = try await inspect()
        #expect(blank["lifeCycle"] == .text("blank"))
        #expect(blank["testCard"] != .flag(true))
        #expect(
            blank["directories"]?.elements.map { $0["state"]?.text == "present" } == [true, false, false, false, false])
        #expect(
            try await Programs.healthcard(["personalize"] + SampleBatch.options() + ["--reader", card.reader]).status
                == 0)
        let made = try await inspect()
        #expect(made["lifeCycle"] == .text("activated"))
        #expect(made["testCard"] == .flag(true))
        #expect(made["cityCode"] == .text("990100"))
        #expect(made["directories"]?.elements.map { $0["name"]?.text } == ["MF", "DDF1", "DF01", "DF02", "DF03"])
        #expect(made["directories"]?.elements.flatMap { $0["files"]?.elements ?? [] }.count == 22)
        try await card.stop()
    }

    @Test("A card is made to its end though nobody reads the progress any more")
    func closedPipe() async throws {
        let card = try await CardInSlot.insert("5248430000000525")
        let program = try Programs.healthcard()
        let arguments = ["personalize"] + SampleBatch.options() + ["--reader", card.reader]
        let script = #"exec 3>&1; { "$@" >/dev/null; echo $? >&3; } 2>&1 | exec 0<&-"#
        let outcome = try await Programs.run("/bin/sh", ["-c", script, "sh", program] + arguments)
        #expect(String(decoding: outcome.output, as: UTF8.self) == "0\n")
        let inspection = try JSONValue(
            await Programs.healthcard(["inspect", "--reader", card.reader, "--json"]).output)
        #expect(inspection["lifeCycle"] == .text("activated"))
        try await card.stop()
    }

    @Test("plan --json is stable JSON without a person in it; commands and bytes are pinned")
    func plan() async throws {
        let arguments = ["plan"] + SampleBatch.options() + ["--serial", "0102030405060708", "--json"]
        let outcome = try await Programs.healthcard(arguments)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        let plan = try JSONValue(outcome.output)
        #expect(plan["cost"]?["commands"] == .number(239))
        #expect(try await Programs.healthcard(arguments).output == outcome.output)
        let extended = try JSONValue(await Programs.healthcard(arguments + ["--extended"]).output)
        #expect(extended["cost"]?["commands"] == .number(229))
        try await expectNobody(in: String(decoding: outcome.output, as: UTF8.self))
        let text = try await Programs.healthcard(["plan"] + SampleBatch.options())
        try await expectNobody(in: String(decoding: text.output, as: UTF8.self))
    }

    /// Looks for the man's data as text and as the bytes the card holds, whatever stands between the digits.
    private func expectNobody(in text: String) async throws {
        let columns = SampleBatch.applicants.first { $0.id == SampleBatch.man }?.columns ?? [:]
        try #require(columns.count > 10)
        let joined = text.uppercased().filter { !$0.isWhitespace }
        for (column, value) in columns where value.utf8.count > 5 {
            let script = "import sys; print(sys.stdin.buffer.read().decode().encode('gbk').hex().upper())"
            let output = try await Programs.output(Programs.python, ["-c", script], input: value)
            let onCard = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
            let inUTF8 = value.utf8.map { String(format: "%02X", $0) }.joined()
            #expect(!joined.contains(onCard), "\(column)")
            #expect(!joined.contains(inUTF8), "\(column)")
            // Flags are too common a word; codes and places are not.
            if !["true", "false"].contains(value) { #expect(!joined.contains(value.uppercased()), "\(column)") }
        }
    }

    @Test("--trace shows every command with its time, and neither personal data nor keys")
    func trace() async throws {
        let folder = try TestFolder()
        let state = StateFile(path: folder.file("card.json"))
        let card = try await CardInSlot.insert("5248430000000530", ["--state", state.path])
        var keys = [try #require(try state.json()["transportKey"]?["value"]?.text)]
        let reader = ["--reader", card.reader, "--trace"]
        let making = try await Programs.healthcard(["personalize"] + SampleBatch.options() + reader)
        #expect(making.status == 0)
        let reading = try await Programs.healthcard(["read", "--json"] + reader)
        #expect(reading.status == 0)
        try await card.stop()
        let directories = try state.json()["directories"]?.elements ?? []
        keys += directories.flatMap { $0["keys"]?.elements ?? [] }.compactMap { $0["value"]?.text }
        try #require(keys.count == 22)
        for name in ["TK", "IRK", "RK1_DDF1", "STK_DF01", "CVK"] {
            let input = "resident-health-card test key:\(name)"
            let output = try await Programs.output("/usr/bin/openssl", ["dgst", "-sm3", "-r"], input: input)
            keys.append(String(decoding: output.prefix(32), as: UTF8.self).uppercased())
        }
        for trace in [making.errors, reading.errors] {
            #expect(trace.contains("  SELECT"))
            #expect(trace.contains("  EXTERNAL AUTHENTICATE"))
            try await expectNobody(in: trace)
            let joined = trace.uppercased().filter { !$0.isWhitespace }
            for key in keys { #expect(!joined.contains(key)) }
        }
        let lines = making.errors.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("> ") } == 239)
        #expect(lines.filter { $0.hasPrefix("< ") }.count { $0.hasSuffix(" ms)") } == 239)
    }

    @Test("A Chinese locale gives Chinese messages; LC_ALL goes before LANG")
    func language() async throws {
        let arguments = ["inspect", "--reader", "no such reader"]
        for (environment, isChinese) in [
            (["LANG": "zh_CN.UTF-8"], true), (["LANG": "zh_CN"], true), (["LANG": "en_US.UTF-8"], false), ([:], false),
            (["LANG": "zh_CN.UTF-8", "LC_ALL": "C"], false), (["LANG": "C", "LC_ALL": "zh_CN.UTF-8"], true),
        ] {
            let outcome = try await Programs.healthcard(arguments, environment: environment)
            #expect(outcome.status == 3)
            #expect(outcome.errors.hasPrefix(isChinese ? "错误：" : "error: "), "\(environment)")
        }
        let readers = try await Programs.healthcard(["readers"], environment: ["LANG": "zh_CN.UTF-8"])
        let text = String(decoding: readers.output, as: UTF8.self)
        #expect(text.contains("空") || text.contains("有卡"))
    }

    @Test("Usage errors are Chinese too")
    func chineseUsage() async throws {
        let environment = ["LANG": "zh_CN.UTF-8"]
        for (arguments, text) in [
            (["update"], "没有要修改的内容"), (["block"], "请给出目录"), (["soak", "--reads", "0"], "--reads 应为"),
        ] {
            let outcome = try await Programs.healthcard(arguments, environment: environment)
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains(text), "\(outcome.errors)")
        }
    }

    @Test("What did not fit on the disk is no success, and a file without end is not read to its end")
    func endsOfTheWorld() async throws {
        let command = "exec \"$0\" visit template --outpatient > /dev/full"
        let full = try await Programs.run("/bin/sh", ["-c", command, Programs.healthcard()])
        #expect(full.status == 6)
        #expect(full.errors.contains("standard output cannot be written"))
        for arguments in [
            ["update", "--from", "/dev/zero"], ["update", "--photo", "/dev/zero"],
            ["visit", "add", "--outpatient", "/dev/zero"], ["trace", "show", "/dev/zero"], ["trace", "show", "/"],
        ] {
            let outcome = try await Programs.healthcard(arguments)
            #expect(outcome.status == 6, "\(arguments)")
            #expect(outcome.errors.contains(arguments.last == "/" ? "a folder" : "a device"), "\(outcome.errors)")
        }
    }
}
