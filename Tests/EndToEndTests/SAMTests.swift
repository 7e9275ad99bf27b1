import Foundation
import Testing

/// A card and a SAM in two readers, the SAM an independent program written from `Docs/protocol.md` alone.
@Suite("SAM") struct SAMTests {
    private static let id = "99646919970325667X"

    private func healthcard(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> Programs.Outcome {
        try await Programs.healthcard(arguments, environment: environment)
    }

    @Test("Every type that may read gives the same document as the test keys, and has nothing to object to")
    func reads() async throws {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("5248430000000301", slot: slots.card)
        try await Programs.output(
            Programs.healthcard(),
            ["personalize", "--batch", Programs.sampleBatch, "--id", Self.id, "--reader", card.reader, "--json"])
        let expected = try await healthcard(["read", "--reader", card.reader, "--json"])
        #expect(expected.status == 0)
        for options in [["--type", "1"], ["--type", "2"], ["--type", "3", "--levels", "RK1_DF01=1", "IRK=3"], []] {
            // One key at three levels: nothing on the card has it, so the card does not prove it.
            let isForeign = options.contains("IRK=3")
            let sam = try await CardInSlot.independentSAM(slot: slots.sam, options)
            let outcome = try await healthcard(["read", "--reader", card.reader, "--sam", sam.reader, "--json"])
            #expect(outcome.status == (isForeign ? 7 : 0), "\(outcome.errors)")
            if isForeign {
                #expect(try JSONValue(outcome.output)["holder"]?["name"] == nil)
                #expect(outcome.output != expected.output)
            } else {
                #expect(outcome.output == expected.output)
            }
            let report = try await JSONValue(sam.remove())
            #expect(report["violations"] == .list([]))
            // SELECT, two files, then three commands for each of five keys.
            let wanted = isForeign ? 3 + 5 : 3 + 5 * 3
            #expect(report["commands"]?.elements.count == wanted)
        }
        let sam = try await CardInSlot.independentSAM(slot: slots.sam, ["--type", "4"])
        let refused = try await healthcard(
            ["read"], ["HEALTHCARD_SAM_READER": sam.reader, "HEALTHCARD_READER": card.reader])
        #expect(refused.status == 7, "a part is missing")
        #expect(refused.errors.contains("not read: DF01/EF05: this SAM (type 4) may not read DF01"))
        try await sam.stop()
        try await card.stop()
    }

    @Test("Our own SAM of each type reads and signs, or says which type may")
    func ours() async throws {
        let folder = try TestFolder()
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("5248430000000303", slot: slots.card)
        try await Programs.output(
            Programs.healthcard(),
            ["personalize", "--batch", Programs.sampleBatch, "--id", Self.id, "--reader", card.reader, "--json"])
        let expected = try await JSONValue(healthcard(["read", "--reader", card.reader, "--json"]).output)
        let visit = try await healthcard(["visit", "template", "--inpatient"])
        try visit.output.write(to: URL(fileURLWithPath: folder.file("visit.json")))
        let pin = ["CREDENTIALS_DIRECTORY": try Programs.credentials(pin: "123456")]
        for type in 1...5 {
            let sam = try await CardInSlot.insert(
                "524843530000000\(type)", slot: slots.sam, ["--sam", "--type", "\(type)"])
            let readers = ["--reader", card.reader, "--sam", sam.reader]
            let reading = try await healthcard(["read", "--json"] + readers)
            let isWhole = try JSONValue(reading.output)["unreadable"] == nil
            #expect(reading.status == (isWhole ? 0 : 7))
            let holder = try JSONValue(reading.output)["holder"]
            #expect((holder == expected["holder"]) == (type != 4))
            let written = try await healthcard(
                ["visit", "add", "--inpatient", folder.file("visit.json")] + readers, pin)
            let mayWrite = [2, 3, 5].contains(type)
            #expect(written.status == (mayWrite ? 0 : 8), "\(written.errors)")
            if !mayWrite { #expect(written.errors.contains("this SAM (type \(type)) may not")) }
            if mayWrite {
                #expect(try await healthcard(["visit", "verify", "1", "--inpatient"] + readers).status == 0)
            }
            let erased = try await healthcard(["visit", "reimburse", "1", "--inpatient", "--yes"] + readers)
            // Nothing to erase, or nobody to erase it.
            #expect(erased.status == (type == 5 ? 0 : type == 1 ? 5 : 8), "type \(type): \(erased.errors)")
            try await sam.stop()
        }
        try await card.stop()
    }

    @Test("Wrong readers, each with its exit code and the reader's name")
    func readers() async throws {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("5248430000000302", slot: slots.card)
        let (reader, other) = (card.reader, slots.sam.reader.rawValue)
        let same = try await healthcard(["read", "--reader", reader, "--sam", reader])
        #expect(same.status == 2)
        #expect(same.errors.contains(reader))
        #expect(try await healthcard(["read", "--reader", reader, "--sam", "no such reader"]).status == 3)
        #expect(try await healthcard(["read", "--reader", reader, "--sam", other, "--keys", "test"]).status == 2)
        let empty = try await healthcard(["read", "--reader", reader, "--sam", other])
        #expect(empty.status == 4)
        #expect(empty.errors.contains("the SAM's reader \(other)"))
        let open = try await healthcard(["sam", "info"])
        #expect(open.status == 2)
        #expect(open.errors.contains("HEALTHCARD_SAM_READER"))
        let wrong = try await healthcard(["sam", "info", "--sam", reader])
        #expect(wrong.status == 5)
        #expect(wrong.errors.contains("not a SAM"))
        try await card.stop()
    }

    @Test("What a SAM tells of itself, for people and for programs, without its PIN")
    func information() async throws {
        let sam = try await CardInSlot.independentSAM(slot: VirtualSlot(), ["--type", "2"])
        let text = try await healthcard(["sam", "info", "--sam", sam.reader])
        #expect(text.status == 0)
        let lines = String(decoding: text.output, as: UTF8.self)
        #expect(lines.contains("type              2 (精神病诊疗机构)"))
        #expect(lines.contains("UK2_DF02") && !lines.contains("UK2_DF03"))
        #expect(lines.contains("PIN               3 tries left"))
        let chinese = try await healthcard(["sam", "info", "--sam", sam.reader], ["LANG": "zh_CN.UTF-8"])
        #expect(String(decoding: chinese.output, as: UTF8.self).contains("省份：99"))
        let json = try await JSONValue(healthcard(["sam", "info", "--sam", sam.reader, "--json"]).output)
        #expect(json["type"] == .number(2))
        #expect(json["province"] == .text("99"))
        #expect(json["samCertificate"]?.text?.count == 380)
        #expect(json["application"]?["expiryDate"] == .text("2045-12-31"))
        #expect(json["unreadable"] == nil)
        let report = try await JSONValue(sam.remove())
        #expect(report["violations"] == .list([]))
    }

    @Test("A wrong PIN costs one try and is told; the last try is not spent by a stored one; no PIN is shown")
    func pin() async throws {
        let folder = try TestFolder()
        try "654321\n".write(toFile: folder.file("wrong"), atomically: true, encoding: .utf8)
        try "123456\n".write(toFile: folder.file("right"), atomically: true, encoding: .utf8)
        for name in ["wrong", "right"] { chmod(folder.file(name), 0o600) }
        let slot = try await VirtualSlot()
        let sam = try await CardInSlot.independentSAM(slot: slot)
        func pin(_ more: [String], _ environment: [String: String] = [:]) async throws -> Programs.Outcome {
            let outcome = try await healthcard(["sam", "pin", "--trace", "--sam", sam.reader] + more, environment)
            let shown = outcome.errors + String(decoding: outcome.output, as: UTF8.self)
            for secret in ["654321", "123456", "65 43 21", "12 34 56"] { #expect(!shown.contains(secret)) }
            return outcome
        }
        let wrong = ["--sam-pin-file", folder.file("wrong")]
        let right = ["--sam-pin-file", folder.file("right")]
        for (tries, status) in [(2, Int32(5)), (1, 5)] {
            let outcome = try await pin(["--check"] + wrong)
            #expect(outcome.status == status)
            #expect(outcome.errors.contains("\(tries) \(tries == 1 ? "attempt" : "attempts") left"))
            #expect(outcome.errors.components(separatedBy: "00 20 00 00 03").count == 2)
        }
        for guarded in [
            ["--check"] + wrong, ["--check"] + right, ["--change"] + right + ["--new-pin-file", folder.file("wrong")],
        ] {
            let outcome = try await pin(guarded)
            #expect(outcome.status == 5)
            #expect(outcome.errors.contains("one PIN attempt left"))
        }
        let left = try await pin(["--json"])
        #expect(left.status == 0)
        #expect(try JSONValue(left.output) == .object(["triesLeft": .number(1)]))
        // A person may.
        let typed = try await Self.typed(["sam", "pin", "--check", "--sam", sam.reader], ["123456"])
        #expect(typed.hasSuffix("exit 0\n"), "\(typed)")
        #expect(typed.contains("(1 try left)"))
        #expect(!typed.contains("123456"))
        let credential = ["CREDENTIALS_DIRECTORY": try Programs.credentials(pin: "123456")]
        #expect(try await pin(["--check"], credential).status == 0)
        // What is in the environment every program inherits.
        let inherited = try await pin(["--check"], ["HEALTHCARD_SAM_PIN": "123456"])
        #expect(inherited.status == 2)
        #expect(inherited.errors.contains("--sam-pin-file"))
        // What others may read is no secret.
        for mode in [0o644, 0o640, 0o606, 0o620] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file("right"))
            let exposed = try await pin(["--check"] + right)
            #expect(exposed.status == 6)
            #expect(exposed.errors.contains("chmod 600"))
            #expect(try await pin(["--change"] + wrong + ["--new-pin-file", folder.file("right")]).status == 6)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("right"))
        #expect(try await pin(["--change"] + right + ["--new-pin-file", folder.file("wrong")]).status == 0)
        #expect(try await pin(["--check"] + wrong).status == 0)
        let again = try await Self.typed(
            ["sam", "pin", "--change", "--sam", sam.reader], ["654321", "123456", "123457"])
        #expect(again.hasSuffix("exit 6\n"), "\(again)")
        let changed = try await Self.typed(
            ["sam", "pin", "--change", "--sam", sam.reader], ["654321", "123456", "123456"])
        #expect(changed.hasSuffix("exit 0\n"), "\(changed)")
        for secret in ["654321", "123456", "123457"] { #expect(!(again + changed).contains(secret)) }
        // Ctrl-C at the prompt ends the program, and sends nothing, though Enter follows at once.
        let cancelled = try await Self.typed(["sam", "pin", "--check", "--sam", sam.reader], ["12\u{3}"])
        #expect(cancelled.hasSuffix("exit -2\n"), "\(cancelled)")
        #expect(try await pin(["--check"]).status == 2)
        #expect(try await pin(["--check", "--sam-pin-file", folder.file("none")]).status == 6)
        #expect(try await pin(["--check"], ["CREDENTIALS_DIRECTORY": Programs.credentials(pin: "12")]).status == 6)
        #expect(try await pin(["--check"] + right).status == 0)
        let report = try await JSONValue(sam.remove())
        #expect(report["violations"] == .list([]))
        #expect(report["triesLeft"] == .number(3))
    }

    @Test("A blocked PIN is exit code 5 and says who can help")
    func blocked() async throws {
        let sam = try await CardInSlot.independentSAM(slot: VirtualSlot(), ["--tries", "0"])
        let left = try await healthcard(["sam", "pin", "--sam", sam.reader])
        #expect(left.status == 5)
        #expect(left.errors.contains("issuer"))
        let check = try await healthcard(
            ["sam", "pin", "--check", "--sam", sam.reader],
            ["CREDENTIALS_DIRECTORY": Programs.credentials(pin: "123456")])
        #expect(check.status == 5)
        #expect(check.errors.contains("blocked"))
        try await sam.stop()
    }

    /// Runs `healthcard` at a terminal of its own, answering each prompt; what the terminal showed, then `exit N`.
    private static func typed(_ arguments: [String], _ answers: [String]) async throws -> String {
        let script = """
            import os, pty, sys
            answers = sys.argv[1].split("|")
            pid, terminal = pty.fork()
            if pid == 0:
                os.execv(sys.argv[2], sys.argv[2:])
            shown = b""
            asked = 0
            while True:
                try:
                    piece = os.read(terminal, 4096)
                except OSError:
                    break
                if not piece:
                    break
                shown += piece
                while shown.count(b": ") > asked and asked < len(answers) and shown.endswith(b": "):
                    os.write(terminal, answers[asked].encode() + b"\\n")
                    asked += 1
            status = os.waitpid(pid, 0)[1]
            print(shown.decode())
            print("exit %d" % os.waitstatus_to_exitcode(status))
            """
        let output = try await Programs.output(
            Programs.python, ["-c", script, answers.joined(separator: "|"), Programs.healthcard()] + arguments)
        return String(decoding: output, as: UTF8.self)
    }
}
