import Foundation
import Testing

/// A clinic's day with programs of two makers: the cards, SAMs and the clinic's program of `Tests/Independent`, which
/// works as hospitals' programs do, beside ours.
@Suite("A clinic's day", .serialized) struct ClinicTests {
    private static let pin = "123456"
    private static let photo = Programs.sampleBatch + "/photos/990418197802220731.jpg"

    private func ours(_ arguments: [String], _ card: CardInSlot, _ sam: CardInSlot) async throws -> Programs.Outcome {
        let environment = [
            "HEALTHCARD_READER": card.reader, "HEALTHCARD_SAM_READER": sam.reader,
            "CREDENTIALS_DIRECTORY": try Programs.credentials(pin: Self.pin),
        ]
        return try await Programs.healthcard(arguments, environment: environment)
    }

    private func done(_ arguments: [String], _ card: CardInSlot, _ sam: CardInSlot) async throws -> Data {
        let outcome = try await ours(arguments, card, sam)
        guard outcome.status == 0 else {
            throw ProgramError(description: "\(arguments) ended with \(outcome.status): \(outcome.errors)")
        }
        return outcome.output
    }

    @discardableResult
    private func field(_ words: [String], _ card: CardInSlot, _ sam: CardInSlot) async throws -> Data {
        let script = [Programs.independent("clinic.py"), "--reader", card.reader, "--sam", sam.reader]
        return try await Programs.output(Programs.python, script + words)
    }

    /// What both programs say of the card, which must be the same.
    private func alike(_ card: CardInSlot, _ sam: CardInSlot) async throws -> JSONValue {
        let document = try JSONValue(await done(["read", "--json"], card, sam))
        for mode in [["read"], ["read", "tag"]] {
            #expect(try await document.differences(from: JSONValue(field(mode, card, sam))) == [], "\(mode)")
        }
        return document
    }

    private func visit(_ kind: String, in folder: TestFolder) async throws -> String {
        let path = folder.file("\(kind).json")
        try folder.write(
            try await Programs.output(Programs.healthcard(), ["visit", "template", "--\(kind)"]), to: "\(kind).json")
        return path
    }

    @Test(
        "A card and a SAM on which nothing is ours are read, updated and given visits, and find nothing to object to",
        arguments: [
            [], ["--collects"], ["--levels", "RK1_DDF1=1", "UK1_DF02=1", "STK_DF02=1", "UK1_DDF1=2", "STK_DDF1=2"],
        ])
    func nothingIsOurs(_ options: [String]) async throws {
        let folder = try TestFolder()
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot(
            "60000000000000A1", slots.card, Programs.python, [Programs.independent("card.py")])
        let id = SampleBatch.man
        try await Programs.output(
            Programs.python,
            [Programs.independent("personalize.py"), "--reader", card.reader] + SampleBatch.options(id))
        let sam = try await CardInSlot.independentSAM(slot: slots.sam, options)
        _ = try await done(
            [
                "update", "--set", "phone1=13912345678", "--set", "address1=新街1号", "--set", "psychiatric=true",
                "--set", "payment2=3", "--add-allergy", "青霉素=皮疹", "--add-immunization", "流感=2026-10-01", "--photo",
                Self.photo,
            ], card, sam)
        for kind in ["inpatient", "outpatient"] {
            _ = try await done(["visit", "add", visit(kind, in: folder), "--\(kind)"], card, sam)
        }
        _ = try await done(["visit", "verify"], card, sam)
        _ = try await done(["block", "DF02", "--yes"], card, sam)
        #expect(try await ours(["update", "--set", "asthma=true"], card, sam).status == 5)
        // What was not read is not "none".
        let blocked = try await ours(["read", "--json"], card, sam)
        #expect(blocked.status == 7 && blocked.errors.contains("clinical, special, allergies, immunizations"))
        let open = try JSONValue(blocked.output)
        #expect(open["allergies"] == nil && open["clinical"] == nil && open["holder"] != nil)
        #expect(open["unreadable"]?.elements.allSatisfy { $0["code"] == .text("blocked") } == true)
        let shown = try await ours(["read"], card, sam)
        #expect(shown.status == 7)
        #expect(String(decoding: shown.output, as: UTF8.self).contains("not read: blocked"))
        _ = try await done(["unblock", "DF02"], card, sam)
        let samReport = try await JSONValue(sam.remove())
        #expect(samReport["violations"] == .list([]))
        let document = try JSONValue(
            await Programs.output(Programs.healthcard(), ["read", "--json", "--reader", card.reader]))
        let reader = [Programs.independent("reader.py"), "--reader", card.reader]
        let other = try await JSONValue(Programs.output(Programs.python, reader))
        #expect(document.differences(from: other) == [])
        #expect(other["validity"]?["phone1"] == .text("13912345678"))
        #expect(other["special"]?["psychiatric"] == .flag(true))
        #expect(other["allergies"]?.elements.first?["allergen"] == .text("青霉素"))
        #expect(other["immunizations"]?.elements.first?["vaccine"] == .text("流感"))
        #expect(try other["photo"] == .text(Data(contentsOf: URL(fileURLWithPath: Self.photo)).base64EncodedString()))
        #expect(other["inpatient"]?.elements.count == 1)
        #expect(other["outpatient"]?.elements.count == 1)
        let report = try await JSONValue(card.remove())
        #expect(report["violations"] == .list([]))
    }

    @Test("A card of ours, updated in turn by us and by a program of the field, is read alike by both")
    func inTurn() async throws {
        let folder = try TestFolder()
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("60000000000000B1", slot: slots.card)
        try await Programs.output(
            Programs.healthcard(), ["personalize"] + SampleBatch.options() + ["--reader", card.reader, "--json"])
        let sam = try await CardInSlot(
            "", slots.sam, Programs.healthcard(), ["virtual", "--sam", "--type", "5", "--quiet"])
        // Codes as the field writes them, 01, are the same values to us.
        try await field(
            ["set", "payment1=3", "phone2=01088888888", "education=2", "bloodRh=2", "diabetes=true"], card, sam)
        try await field(["allergy", "花粉", "鼻炎"], card, sam)
        for day in 1...11 { try await field(["vaccine", "疫苗\(day)", "2026-01-\(10 + day)"], card, sam) }
        try await field(["photo", Self.photo], card, sam)
        try await field(["visit", "inpatient"], card, sam)
        let theirs = try await alike(card, sam)
        #expect(theirs["validity"]?["payment1"] == .text("3"))
        #expect(theirs["occupation"]?["education"] == .text("2"))
        #expect(theirs["clinical"]?["bloodRh"] == .text("2"))
        #expect(theirs["immunizations"]?.elements.first?["vaccine"] == .text("疫苗11"))
        #expect(theirs["immunizations"]?.elements.count == 10)
        _ = try await done(
            [
                "update", "--set", "payment1=4", "--set", "phone2=1", "--add-allergy", "海鲜=荨麻疹",
                "--add-immunization", "流感=2026-10-01",
            ], card, sam)
        _ = try await done(["visit", "add", visit("inpatient", in: folder), "--inpatient"], card, sam)
        _ = try await done(["visit", "add", visit("outpatient", in: folder), "--outpatient"], card, sam)
        let both = try await alike(card, sam)
        #expect(both["validity"]?["payment1"] == .text("4"))
        #expect(both["allergies"]?.elements.first?["allergen"] == .text("海鲜"))
        #expect(both["allergies"]?.elements[1]["allergen"] == .text("花粉"))
        #expect(both["inpatient"]?.elements.count == 2)
        // Signatures of each, checked by the other.
        try await field(["verify"], card, sam)
        _ = try await done(["visit", "verify"], card, sam)
        try await field(["reimburse", "inpatient", "1"], card, sam)
        let left = try await alike(card, sam)
        #expect(left["inpatient"]?.elements.map { $0["record"] } == [.number(2)])
        try await field(["block", "DF02"], card, sam)
        _ = try await done(["unblock", "DF02"], card, sam)
        _ = try await done(["block", "DF01", "--yes"], card, sam)
        try await field(["unblock", "DF01"], card, sam)
        #expect(try await alike(card, sam) == left)
        try await sam.stop()
        try await card.stop()
    }

    @Test("Visits need a SAM that may write them; another leaves the card as it was", arguments: 1...5)
    func visitsByType(_ type: Int) async throws {
        let folder = try TestFolder()
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("60000000000000C\(type)", slot: slots.card)
        try await Programs.output(
            Programs.healthcard(), ["personalize"] + SampleBatch.options() + ["--reader", card.reader, "--json"])
        let sam = try await CardInSlot(
            "", slots.sam, Programs.healthcard(), ["virtual", "--sam", "--type", "\(type)", "--quiet"])
        for kind in ["inpatient", "outpatient"] {
            let outcome = try await ours(["visit", "add", visit(kind, in: folder), "--\(kind)"], card, sam)
            let mayWrite = [2, 3, 5].contains(type)
            #expect(outcome.status == (mayWrite ? 0 : 8), "type \(type): \(outcome.errors)")
            #expect(mayWrite || outcome.errors.contains("this SAM (type \(type)) may not"), "\(outcome.errors)")
        }
        let keys = ["read", "--json", "--reader", card.reader, "--keys", "test"]
        let document = try JSONValue(await Programs.output(Programs.healthcard(), keys))
        #expect(document["inpatient"]?.elements.count == ([2, 3, 5].contains(type) ? 1 : 0))
        #expect(document["outpatient"]?.elements.count == ([2, 3, 5].contains(type) ? 1 : 0))
        try await sam.stop()
        try await card.stop()
    }

    @Test("A thousand reads in a row, from connecting to disconnecting: none fails, nothing grows")
    func thousandReads() async throws {
        try await CardInSlot.ours("60000000000000D1") { card in
            try await Programs.output(
                Programs.healthcard(), ["personalize"] + SampleBatch.options() + ["--reader", card.reader, "--json"])
            let soak = ["soak", "--reader", card.reader, "--reads", "1000", "--json"]
            let report = try await JSONValue(Programs.output(Programs.healthcard(), soak))
            #expect(report["reads"] == .number(1000))
            #expect(report["failed"] == .number(0))
            #expect(report["openFiles"]?["early"] == report["openFiles"]?["late"])
            guard case .number(let early)? = report["residentKiB"]?["early"],
                case .number(let late)? = report["residentKiB"]?["late"]
            else { throw ProgramError(description: "no memory in \(report)") }
            // Nine hundred reads of two megabytes of work each: a leak of a hundredth part would show.
            #expect(late - early < 2048)
            guard case .number(let median)? = report["milliseconds"]?["median"],
                case .number(let worst)? = report["milliseconds"]?["worst"]
            else { throw ProgramError(description: "no times in \(report)") }
            print("1000 reads over PC/SC: median \(median) ms, worst \(worst) ms, memory \(early) → \(late) KiB")
        }
    }

    @Test("Tens of thousands of commands get the same answer from both SAMs of every type", arguments: [1, 2])
    func samsAnswerAlike(_ seed: Int) async throws {
        let sam = "\(try Programs.healthcard()) virtual --sam --type {type} --port {port}"
        let arguments = [Programs.independent("differential_sam.py"), "--sam", sam, "--seed", "\(seed)"]
        try await Programs.output(Programs.python, arguments + ["--rounds", "10"] + (seed == 1 ? ["--sweep"] : []))
    }

    @Test("The comparison of SAMs can fail: a SAM that cuts its MACs elsewhere is told apart")
    func comparisonOfSAMsSeesADifference() async throws {
        let sam = "\(Programs.python) \(Programs.independent("wrong_sam.py")) --type {type} --port {port}"
        let arguments = [Programs.independent("differential_sam.py"), "--sam", sam, "--seed", "1", "--rounds", "5"]
        let outcome = try await Programs.run(Programs.python, arguments)
        #expect(outcome.status == 1)
        #expect(try JSONValue(outcome.output)["differences"]?.members.isEmpty == false)
    }
}
