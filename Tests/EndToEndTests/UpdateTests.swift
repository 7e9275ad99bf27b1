import Foundation
import Testing

/// Changing cards on the command line: with SAMs of each kind, and with cards that are pulled out meanwhile.
@Suite("Updates") struct UpdateTests {
    private func personalize(_ card: CardInSlot) async throws {
        try await Programs.output(
            Programs.healthcard(), ["personalize"] + SampleBatch.options() + ["--reader", card.reader, "--json"])
    }

    private func run(
        _ arguments: [String], card: CardInSlot, sam: CardInSlot? = nil, input: String = ""
    ) async throws -> Programs.Outcome {
        var environment = ["HEALTHCARD_READER": card.reader]
        if let sam { environment["HEALTHCARD_SAM_READER"] = sam.reader }
        return try await Programs.healthcard(arguments, input: input, environment: environment)
    }

    private static let photo = Programs.sampleBatch + "/photos/990418197802220731.jpg"

    /// Everything a card lets a clinic or its issuer change, by section.
    private static func everything() throws -> [String: String] {
        let picture = try Data(contentsOf: URL(fileURLWithPath: photo)).base64EncodedString()
        return [
            "photo": "\"\(picture)\"",
            "validity":
                #"{"validUntil":"2039-12-31","phone1":"13912345678","phone2":"+86 010","payment1":"1","payment2":"7","payment3":"8"}"#,
            "address": #"{"addressType1":"2","address1":"新街1号·甲","addressType2":"1","address2":"旧街2号"}"#,
            "contacts": """
            {"contactName1":"李一","contactRelation1":"2","contactPhone1":"1","contactName2":"李二","contactRelation2":"98",\
            "contactPhone2":"2","contactName3":"李三","contactRelation3":"0","contactPhone3":"3"}
            """,
            "occupation": #"{"education":"1","maritalStatus":"23","occupation":"Y"}"#,
            "documents":
                #"{"documentType":"03","documentNumber":"E00000000","healthRecordNumber":"99010000000000001","ncmsNumber":"12"}"#,
            "clinical": """
            {"bloodABO":"4","bloodRh":"3","asthma":true,"heartDisease":true,"cardiocerebrovascular":true,"epilepsy":true,\
            "coagulationDisorder":true,"diabetes":true,"glaucoma":true,"dialysis":true,"organTransplant":true,\
            "organLoss":true,"prosthesis":true,"pacemaker":true,"otherAlert":"其他 alert"}
            """,
            "special": #"{"psychiatric":true}"#,
            "allergies":
                #"[{"allergen":"c"},{"allergen":"b","allergyReaction":"r"},{"allergen":"a","allergyReaction":"皮疹"}]"#,
            "immunizations":
                #"[{"vaccine":"v2","vaccinationDate":"2026-02-03"},{"vaccine":"v1","vaccinationDate":"2026-01-02"}]"#,
        ]
    }

    @Test(
        "Every item, on an independent card, through independent SAMs of each type: written and read back, or refused")
    func everyItem() async throws {
        let slots = try await VirtualSlot.pair()
        let clinic: Set = ["clinical", "allergies", "immunizations"]
        let wanted = try Self.everything()
        // What a SAM of the type may change (Docs/card.md §2.4).
        let allowed: [Int: Set<String>] = [
            1: [], 2: clinic.union(["special"]), 3: clinic, 4: [], 5: Set(wanted.keys),
        ]
        for (type, sections) in allowed.sorted(by: { $0.key < $1.key }) {
            let card = try await CardInSlot(
                "524843000000060\(type)", slots.card, Programs.python, [Programs.independent("card.py")])
            try await personalize(card)
            let sam = try await CardInSlot.independentSAM(slot: slots.sam, ["--type", "\(type)"])
            for (section, value) in wanted.sorted(by: { $0.key < $1.key }) {
                let outcome = try await run(
                    ["update", "--from", "-", "--json"], card: card, sam: sam, input: "{\"\(section)\":\(value)}")
                let outcomes = try JSONValue(outcome.output)["records"]?.elements.compactMap { $0["outcome"]?.text }
                if sections.contains(section) {
                    #expect(outcome.status == 0, "type \(type) \(section): \(outcome.errors)")
                    #expect(outcomes?.allSatisfy { $0 == "written" || $0 == "alreadySo" } == true)
                } else {
                    #expect(outcome.status == 8, "type \(type) \(section): \(outcome.errors)")
                    #expect(outcome.errors.contains("this SAM (type \(type)) may not"), "\(outcome.errors)")
                    #expect(outcomes?.contains("written") == false)
                }
            }
            try await sam.stop()
            let read = try JSONValue(
                try await Programs.output(Programs.healthcard(), ["read", "--json", "--reader", card.reader]))
            for section in sections {
                let value = try JSONValue(Data(try #require(wanted[section]).utf8))
                if case .list(let entries) = value {
                    let found = read[section]?.elements.prefix(entries.count)
                    #expect(found.map(Array.init) == entries, "type \(type) \(section)")
                } else {
                    #expect(value.differences(from: read[section]) == [], "type \(type) \(section)")
                }
            }
            try await card.stop()
        }
    }

    @Test("Options, near names, and what is refused before the card is touched")
    func options() async throws {
        let card = try await CardInSlot.insert("5248430000000610")
        try await personalize(card)
        let changed = try await run(
            [
                "update", "--set", "address2=123=4", "--set", "validity.phone2=5", "--clear", "otherAlert",
                "--add-allergy", "青霉素=皮疹=2", "--add-allergy", "花粉", "--add-immunization", "x=2026-01-02", "--photo",
                Self.photo, "--stats",
            ], card: card)
        #expect(changed.status == 0, "\(changed.errors)")
        #expect(changed.errors.contains("commands"))
        let read = try JSONValue(await run(["read", "--json"], card: card).output)
        #expect(read["address"]?["address2"] == .text("123=4"))
        #expect(read["allergies"]?.elements.first?["allergen"] == .text("花粉"))
        #expect(read["allergies"]?.elements[1]["allergyReaction"] == .text("皮疹=2"))
        #expect(read["immunizations"]?.elements.first?["vaccinationDate"] == .text("2026-01-02"))
        let dry = try await run(["update", "--set", "phone1=9", "--no-photo", "--dry-run"], card: card)
        #expect(dry.status == 0)
        #expect(String(decoding: dry.output, as: UTF8.self).contains("would write  DDF1/EF07  photo.photo"))
        #expect(try JSONValue(await run(["read", "--json"], card: card).output) == read)
        let original = Programs.root.appendingPathComponent("Samples/original-photos/990059199606299731.jpg").path
        let fitted = try await run(["update", "--photo", original], card: card)
        #expect(fitted.status == 0, "\(fitted.errors)")
        let large = try Data(contentsOf: URL(fileURLWithPath: original)).base64EncodedString()
        let again = try await Programs.run(
            Programs.healthcard(), ["update", "--from", "-", "--reader", card.reader],
            input: "{\"photo\": \"\(large)\"}")
        #expect(
            again.status == 0 && String(decoding: again.output, as: UTF8.self).contains("already"), "\(again.errors)")
        for words in [["--set", "photo="], ["--from", "-"]] {
            let empty = try await Programs.run(
                Programs.healthcard(), ["update", "--reader", card.reader] + words, input: "{\"photo\": \"\"}")
            #expect(empty.status == 6 && empty.errors.contains("not a JPEG"), "\(words): \(empty.errors)")
        }
        #expect(try JSONValue(await run(["read", "--json"], card: card).output)["photo"]?.text?.isEmpty == false)
        for (arguments, status, says) in [
            (["--set", "fone1=1", "--set", "name=x", "--clear", "validUntil"], Int32(6), "phone1"),
            (["--set", "fone1=1", "--set", "name=x", "--clear", "validUntil"], 6, "never again"),
            (["--set", "fone1=1", "--set", "name=x", "--clear", "validUntil"], 6, "no card is without it"),
            (["--set", "phone1"], 2, "no '='"), (["--set=fone1="], 6, "fone1"), ([], 2, "nothing to change"),
            (["--photo", "/nothing"], 6, "/nothing"),
            (["--photo", "x", "--no-photo"], 2, "exclude"), (["--set", "payment1=77"], 6, "is not a code of"),
        ] {
            let outcome = try await run(["update"] + arguments, card: card)
            #expect(outcome.status == status, "\(arguments) \(outcome.errors)")
            #expect(outcome.errors.contains(says), "\(arguments) \(outcome.errors)")
        }
        try await card.stop()
    }

    @Test("Pulled out at the writing command and put back: the program says whether it is old or new")
    func pulled() async throws {
        let folder = try TestFolder()
        let slot = try await VirtualSlot()
        let serial = "5248430000000620"
        let state = ["--state", folder.file("card.json")]
        let first = try await CardInSlot.insert(serial, slot: slot, state)
        try await personalize(first)
        let arguments = ["update", "--json", "--reader", first.reader, "--set"]
        let counted = try await Programs.output(Programs.healthcard(), arguments + ["phone2=0"])
        // The last command reads back, the one before it writes.
        guard case .number(let commands)? = try JSONValue(counted)["commands"] else { return }
        try await first.stop()
        for (isLost, phone, says, status) in [
            (false, "111", "holds the old content", Int32(4)), (true, "222", "holds the new content", 0),
        ] {
            let flaw = ["--remove-after", "\(Int(commands) - 2)"] + (isLost ? ["--lose-answer"] : [])
            let flawed = try await CardInSlot.insert(serial, slot: slot, state + flaw)
            let update = try Programs.Running(Programs.healthcard(), arguments + ["phone2=\(phone)"])
            try await eventually("the program asking for the card") {
                guard update.isRunning else {
                    throw ProgramError(description: String(decoding: update.errors, as: UTF8.self))
                }
                return String(decoding: update.errors, as: UTF8.self).contains("put it back")
            }
            try await flawed.stop()
            let back = try await CardInSlot.insert(serial, slot: slot, state)
            let outcome = try await update.wait()
            #expect(outcome.status == status, "\(outcome.errors)")
            #expect(outcome.errors.contains(says), "\(outcome.errors)")
            #expect(!outcome.errors.contains(phone))
            let read = try JSONValue(
                try await Programs.output(Programs.healthcard(), ["read", "--json", "--reader", back.reader]))
            #expect(read["validity"]?["phone2"] == .text(isLost ? phone : "0"))
            try await back.stop()
        }
        // Nobody puts it back.
        let gone = try await CardInSlot.insert(serial, slot: slot, state + ["--remove-after", "\(Int(commands) - 2)"])
        let outcome = try await Programs.healthcard(arguments + ["phone2=3"])
        #expect(outcome.status == 4)
        #expect(
            outcome.errors.contains("in doubt, old or new: DDF1/EF08 record 3 (validity.phone2)"), "\(outcome.errors)")
        try await gone.stop()
    }

    @Test("Pulled out at the blocking command and put back: the program says whether it is blocked")
    func pulledWhileBlocking() async throws {
        let folder = try TestFolder()
        let slot = try await VirtualSlot()
        let serial = "5248430000000622"
        let state = ["--state", folder.file("card.json")]
        let first = try await CardInSlot.insert(serial, slot: slot, state)
        try await personalize(first)
        let reader = ["--json", "--reader", first.reader]
        let counted = try await Programs.output(Programs.healthcard(), ["block", "DF02", "--yes"] + reader)
        _ = try await Programs.output(Programs.healthcard(), ["unblock", "DF02"] + reader)
        // The last command looks at the state, the one before it blocks.
        guard case .number(let commands)? = try JSONValue(counted)["commands"] else {
            throw ProgramError(description: String(decoding: counted, as: UTF8.self))
        }
        try await first.stop()
        for isLost in [false, true] {
            let flaw = ["--remove-after", "\(Int(commands) - 2)"] + (isLost ? ["--lose-answer"] : [])
            let flawed = try await CardInSlot.insert(serial, slot: slot, state + flaw)
            let block = try Programs.Running(Programs.healthcard(), ["block", "DF02", "--yes"] + reader)
            try await eventually("the program asking for the card") {
                String(decoding: block.errors, as: UTF8.self).contains("put it back")
            }
            try await flawed.stop()
            let back = try await CardInSlot.insert(serial, slot: slot, state)
            let outcome = try await block.wait()
            #expect(outcome.status == (isLost ? 0 : 4), "\(outcome.errors)")
            if isLost {
                let report = try JSONValue(outcome.output)
                #expect(report["before"] == .text("open") && report["after"] == .text("temporary"))
            } else {
                #expect(outcome.output.isEmpty)
                #expect(outcome.errors.contains("DF02 is open"), "\(outcome.errors)")
            }
            try await back.stop()
        }
    }

    @Test("Blocking asks for what such acts deserve, and needs the SAM for it")
    func blocking() async throws {
        let slots = try await VirtualSlot.pair()
        let serial = "5248430000000630"
        let card = try await CardInSlot(serial, slots.card, Programs.python, [Programs.independent("card.py")])
        try await personalize(card)
        let clinic = try await CardInSlot.independentSAM(slot: slots.sam, ["--type", "3"])
        let refused = try await run(["block", "DF02", "--yes"], card: card, sam: clinic)
        #expect(refused.status == 8, "\(refused.errors)")
        #expect(refused.errors.contains("LK_DF02"))
        try await clinic.stop()
        let sam = try await CardInSlot.independentSAM(slot: slots.sam, ["--type", "4"])
        for (arguments, status, says) in [
            (["block", "DF02"], Int32(2), "--yes"), (["block"], 2, "--card"), (["block", "DF04", "--yes"], 6, "DF03"),
            (["block", "DF02", "--permanent"], 2, "--confirm"), (["block", "--card", "--yes"], 2, "--confirm"),
            (["block", "--card", "--confirm", "5248430000000631"], 8, "nothing was done"),
            (["unblock", "DF02"], 0, ""), (["block", "DF02", "--yes"], 0, ""), (["block", "DF02", "--yes"], 0, ""),
            (["update", "--set", "asthma=true"], 5, "blocked"), (["unblock", "DF02"], 0, ""),
            (["block", "DF01", "--permanent", "--confirm", serial], 0, ""),
            (["unblock", "DF01"], 5, "cannot be lifted"),
            (["block", "--card", "--confirm", serial.lowercased()], 0, ""),
            (["block", "--card", "--confirm", "0"], 0, ""),
            (["unblock", "DF02"], 5, "new card"),
        ] {
            let outcome = try await run(arguments, card: card, sam: sam)
            #expect(outcome.status == status, "\(arguments) \(outcome.errors)")
            #expect(says.isEmpty || outcome.errors.contains(says), "\(arguments) \(outcome.errors)")
        }
        try await sam.stop()
        try await card.stop()
    }
}
