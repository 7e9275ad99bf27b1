import Foundation
import Testing

/// Visits on the command line, with a card and a SAM in two readers; both also as independent programs.
@Suite("Visits") struct VisitTests {
    private static let id = "99646919970325667X"

    private func visit(
        _ arguments: [String], card: CardInSlot, sam: CardInSlot? = nil, pin: String? = "123456", input: String = ""
    ) async throws -> Programs.Outcome {
        var environment = ["HEALTHCARD_READER": card.reader]
        if let sam {
            environment["HEALTHCARD_SAM_READER"] = sam.reader
            if let pin { environment["CREDENTIALS_DIRECTORY"] = try Programs.credentials(pin: pin) }
        }
        return try await Programs.healthcard(["visit"] + arguments, input: input, environment: environment)
    }

    private func personalize(_ card: CardInSlot) async throws {
        try await Programs.output(
            Programs.healthcard(),
            ["personalize", "--batch", Programs.sampleBatch, "--id", Self.id, "--reader", card.reader, "--json"])
    }

    private func template(_ kind: String) async throws -> String {
        String(
            decoding: try await Programs.output(Programs.healthcard(), ["visit", "template", "--\(kind)"]),
            as: UTF8.self)
    }

    @Test("Every step, signed by an independent SAM, on an independent card")
    func independent() async throws {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot(
            "5248430000000401", slots.card, Programs.python, [Programs.independent("card.py")])
        try await personalize(card)
        let sam = try await CardInSlot.independentSAM(slot: slots.sam, ["--type", "5"])
        for kind in ["inpatient", "outpatient"] {
            let json = try await template(kind)
            let added = try await visit(["add", "--\(kind)", "-", "--json"], card: card, sam: sam, input: json)
            #expect(added.status == 0, "\(added.errors)")
            #expect(try JSONValue(added.output)["record"] == .number(1))
            let shown = try await visit(["show", "1", "--\(kind)", "--json"], card: card, sam: sam)
            let expected = try JSONValue(Data(json.utf8))
            for name in ["hospitalName", "facilityName", "drugs", "diagnoses", "fees", "payment", "feeTotal"] {
                #expect(try JSONValue(shown.output)[name] == expected[name])
            }
            let text = try await visit(["show", "1", "--\(kind)", "--concatenated"], card: card, sam: sam)
            let again = try await visit(
                ["add", "--\(kind)", "--text", "-"], card: card, sam: sam,
                input: String(decoding: text.output, as: UTF8.self))
            #expect(again.status == 0, "\(again.errors)")
        }
        let list = try await visit(["list", "--json"], card: card, sam: sam)
        #expect(try JSONValue(list.output)["inpatient"]?.elements.count == 2)
        #expect(try JSONValue(list.output)["outpatient"]?.elements.count == 2)
        let verified = try await visit(["verify", "--json"], card: card, sam: sam)
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(
            try JSONValue(verified.output).elements.map { $0["trusted"] } == Array(repeating: .flag(true), count: 4))
        let expired = try await visit(["verify", "--at", "2099-01-01"], card: card, sam: sam)
        #expect(expired.status == 5)
        #expect(String(decoding: expired.output, as: UTF8.self).contains("NOT TRUSTED"))
        let stranger = try await visit(
            ["reimburse", "1", "--inpatient", "--yes", "--at", "2099-01-01"], card: card, sam: sam)
        #expect(stranger.status == 5)
        let asked = try await visit(["reimburse", "1", "--inpatient"], card: card, sam: sam)
        #expect(asked.status == 2)
        let erased = try await visit(["reimburse", "1", "--inpatient", "--yes"], card: card, sam: sam)
        #expect(erased.status == 0, "\(erased.errors)")
        let twice = try await visit(["reimburse", "1", "--inpatient", "--yes"], card: card, sam: sam)
        #expect(twice.status == 5)
        let reused = try await visit(
            ["add", "--inpatient", "-", "--json"], card: card, sam: sam, input: template("inpatient"))
        #expect(try JSONValue(reused.output)["record"] == .number(1))
        #expect(try await JSONValue(sam.remove())["violations"] == .list([]))
        try await card.stop()
    }

    @Test("A SAM of the wrong type, a wrong PIN and a full card, each with its exit code and nothing written")
    func refusals() async throws {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("5248430000000402", slot: slots.card)
        try await personalize(card)
        let json = try await template("inpatient")
        // Signed with the published keys, without a SAM.
        for _ in 1...3 {
            let added = try await visit(["add", "--inpatient", "-"], card: card, input: json)
            #expect(added.status == 0, "\(added.errors)")
        }
        let full = try await visit(["add", "--inpatient", "-"], card: card, input: json)
        #expect(full.status == 5 && full.errors.contains("reimbursed first"))
        let outpatient = try await template("outpatient")
        var sam = try await CardInSlot.independentSAM(slot: slots.sam, ["--type", "1"])
        let reader = try await visit(["add", "--outpatient", "-"], card: card, sam: sam, input: outpatient)
        #expect(reader.status == 8 && reader.errors.contains("this SAM (type 1) may not update"))
        #expect(try await visit(["list"], card: card, sam: sam).status == 0)
        try await sam.stop()
        sam = try await CardInSlot.independentSAM(slot: slots.sam, ["--type", "3"])
        let erasing = try await visit(["reimburse", "2", "--yes"], card: card, sam: sam)
        #expect(erasing.status == 8 && erasing.errors.contains("may not erase"))
        let wrong = try await visit(
            ["add", "--outpatient", "-"], card: card, sam: sam, pin: "654321", input: outpatient)
        #expect(wrong.status == 5 && wrong.errors.contains("2 attempts left"), "\(wrong.errors)")
        let nobody = try await visit(["add", "--outpatient", "-"], card: card, sam: sam, pin: nil, input: outpatient)
        #expect(nobody.status == 5 && nobody.errors.contains("PIN"), "\(nobody.errors)")
        let right = try await visit(["add", "--outpatient", "-"], card: card, sam: sam, input: outpatient)
        #expect(right.status == 0, "\(right.errors)")
        try await sam.stop()
        let list = try await visit(["list", "--json"], card: card)
        #expect(try JSONValue(list.output)["inpatient"]?.elements.count == 3)
        #expect(try JSONValue(list.output)["outpatient"]?.elements.count == 1)
        for (arguments, status) in [
            (["show", "9", "--outpatient"], Int32(2)), (["show", "2", "--outpatient"], 5), (["show", "1"], 2),
            (["show", "5"], 5), (["verify", "5"], 5), (["verify", "--root-key", "00"], 6),
            (["verify", "--at", "2026"], 2), (["add", "--outpatient", "no such file"], 6), (["add", "-"], 2),
            (["list", "--inpatient", "--outpatient"], 2),
        ] {
            #expect(try await visit(arguments, card: card).status == status, "\(arguments)")
        }
        for (input, flags) in [
            ("{", []), (#"{"facilityName":"A"}"#, []), (#"{"colour":"A"}"#, []), ("213", ["--text"]),
            ("213002aa", ["--text"]), ("213001院", ["--text"]),
        ] {
            let bad = try await visit(["add", "--outpatient", "-"] + flags, card: card, input: input)
            #expect(bad.status == 6, "\(input): \(bad.errors)")
        }
        try await card.stop()
    }

    @Test("Pulled out at a command: exit code 4, the message says what the card lists, and the card bears it out")
    func interruptions() async throws {
        let folder = try TestFolder()
        let state = folder.file("card.json")
        let slot = try await VirtualSlot()
        let made = try await CardInSlot.insert("5248430000000403", slot: slot, ["--state", state])
        try await personalize(made)
        try await made.stop()
        let json = try await template("outpatient")
        try json.write(toFile: folder.file("visit.json"), atomically: true, encoding: .utf8)
        var listed = 0
        // 12 is the command that sets the index: before it nothing is listed, after it all of it.
        for (after, isAnswerLost) in [(0, false), (7, false), (9, true), (11, true), (12, false), (12, true)] {
            let flaw = ["--remove-after", "\(after)"] + (isAnswerLost ? ["--lose-answer"] : [])
            let flawed = try await CardInSlot.insert("5248430000000403", slot: slot, ["--state", state] + flaw)
            let outcome = try await visit(["add", "--outpatient", folder.file("visit.json")], card: flawed)
            #expect(outcome.status == 4, "\(after): \(outcome.errors)")
            let isDoubtful = after == 12
            #expect(outcome.errors.contains(isDoubtful ? "is not known" : "listed before"), "\(outcome.errors)")
            try await flawed.stop()
            listed += isDoubtful && isAnswerLost ? 1 : 0
            let whole = try await CardInSlot.insert("5248430000000403", slot: slot, ["--state", state])
            let list = try await visit(["list", "--outpatient", "--json"], card: whole)
            #expect(try JSONValue(list.output)["outpatient"]?.elements.count == listed, "\(after)")
            let verified = try await visit(["verify"], card: whole)
            #expect(verified.status == 0, "\(verified.errors)")
            try await whole.stop()
        }
        #expect(listed == 1)
    }

    @Test("A card that comes back says itself what became of the visit", arguments: [false, true])
    func settled(_ isAnswerLost: Bool) async throws {
        let folder = try TestFolder()
        let state = folder.file("card.json")
        let slot = try await VirtualSlot()
        let made = try await CardInSlot.insert("5248430000000404", slot: slot, ["--state", state])
        try await personalize(made)
        try await made.stop()
        try await template("outpatient").write(toFile: folder.file("visit.json"), atomically: true, encoding: .utf8)
        let flaw = ["--remove-after", "12"] + (isAnswerLost ? ["--lose-answer"] : [])
        let flawed = try await CardInSlot.insert("5248430000000404", slot: slot, ["--state", state] + flaw)
        let adding = try Programs.Running(
            Programs.healthcard(),
            ["visit", "add", "--outpatient", folder.file("visit.json"), "--reader", flawed.reader, "--wait", "30"])
        try await eventually("the visit cut short") {
            String(decoding: adding.errors, as: UTF8.self).contains("put it back within 30 s")
        }
        try await flawed.stop()
        let whole = try await CardInSlot.insert("5248430000000404", slot: slot, ["--state", state])
        let outcome = try await adding.wait(seconds: 60)
        #expect(outcome.status == (isAnswerLost ? 0 : 4), "\(outcome.errors)")
        #expect(outcome.errors.contains(isAnswerLost ? "lists the change" : "nothing changed"), "\(outcome.errors)")
        try await whole.stop()
    }
}
