import Foundation
import Testing

/// `healthcard c-interface check`, over our library and over one that is wrong on purpose.
@Suite("A library with the C interface is checked") struct CInterfaceCheckTests {
    private static let ours = Programs.cInterface + "/libMHC_CardInterface.so"

    private func check(
        _ library: String, _ options: [String], configuration: String = "/dev/null"
    ) async throws -> (status: Int32, report: JSONValue) {
        let credentials = try Programs.credentials(pin: "123456")
        let outcome = try await Programs.healthcard(
            ["c-interface", "check", library, "--json"] + options,
            environment: ["CREDENTIALS_DIRECTORY": credentials, "HEALTHCARD_CONFIG": configuration])
        let text = String(decoding: outcome.output, as: UTF8.self)
        #expect(!text.isEmpty, "\(outcome.errors)")
        return (outcome.status, try JSONValue(outcome.output))
    }

    /// A made card and a SAM, in readers of their own.
    private func withCard(
        _ serial: String, samType: Int = 5, _ body: (_ card: String, _ sam: String) async throws -> Void
    ) async throws {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert(serial, slot: slots.card)
        let making = try await Programs.healthcard(["personalize"] + SampleBatch.options() + ["--reader", card.reader])
        #expect(making.status == 0, "\(making.errors)")
        let sam = try await CardInSlot.insert(
            "524843530000100\(samType)", slot: slots.sam, ["--sam", "--type", String(samType)])
        try await body(card.reader, sam.reader)
        try await sam.stop()
        try await card.stop()
    }

    private func read(_ card: String) async throws -> JSONValue {
        try await JSONValue(Programs.healthcard(["read", "--json", "--reader", card]).output)
    }

    private static let sections = [
        "issuer", "holder", "validity", "address", "contacts", "occupation", "documents", "clinical", "special",
        "photo",
    ]

    @Test("Ours does what every program wants, and what it says it wrote is what the command line reads")
    func ours() async throws {
        try await withCard("52484300000006C7") { card, sam in
            let before = try await read(card)
            let (status, report) = try await check(Self.ours, ["--reader", card, "--sam-reader", sam, "--write"])
            #expect(report["deviations"] == .list([]), "\(report)")
            #expect(status == 0)
            let programs = report["programs"]?.elements ?? []
            #expect(programs.count == 11)
            let functions = Set(programs.flatMap { $0["functions"]?.elements.compactMap(\.text) ?? [] })
            #expect(functions.count == 60)
            // What was changed is put back; what was added, and what cannot be taken away, is there.
            let after = try await read(card)
            for section in Self.sections { #expect(after[section] == before[section], "\(section)") }
            #expect(after["allergies"]?.elements.first?["allergen"]?.text == "Check substance")
            #expect(after["allergies"]?.elements.first?["allergyReaction"]?.text == "Check reaction")
            #expect(after["immunizations"]?.elements.first?["vaccine"]?.text == "Check vaccine")
            #expect(after["immunizations"]?.elements.first?["vaccinationDate"]?.text == "2026-01-02")
            #expect(
                after["inpatient"]?.elements.compactMap { $0["hospitalName"]?.text } == ["Clinic of parts", "Clinic"])
            #expect(
                after["outpatient"]?.elements.compactMap { $0["facilityName"]?.text } == ["Clinic of parts", "Clinic"])
            // Signed whole by the library, and in parts by the program.
            let verified = try await Programs.healthcard(["visit", "verify", "--json", "--reader", card])
            #expect(verified.status == 0, "\(verified.errors)")
            #expect(
                try JSONValue(verified.output).elements.map { $0["trusted"] } == Array(repeating: .flag(true), count: 4)
            )
        }
    }

    @Test("With a SAM that may write nothing ours says so in every writing function, and nothing changes")
    func readingSAM() async throws {
        try await withCard("52484300000006C8", samType: 1) { card, sam in
            let before = try await read(card)
            let (status, report) = try await check(
                Self.ours,
                ["--reader", card, "--sam-reader", sam, "--write", "--program", "desk", "--program", "sam-keeper"])
            #expect(report["deviations"] == .list([]), "\(report)")
            #expect(status == 0)
            #expect(try await read(card) == before)
        }
    }

    @Test("Ours takes photos by their paths where it is set up so")
    func photoPath() async throws {
        let folder = try TestFolder()
        try folder.write("photo = path\n", to: "interface.conf")
        try await withCard("52484300000006C9") { card, sam in
            let before = try await read(card)
            let (status, report) = try await check(
                Self.ours, ["--reader", card, "--sam-reader", sam, "--write", "--program", "photo-path"],
                configuration: folder.file("interface.conf"))
            #expect(report["deviations"] == .list([]), "\(report)")
            #expect(status == 0)
            #expect(try await read(card)["photo"] == before["photo"])
        }
    }

    @Test("One that writes beyond buffers, cuts at a 00, leaves texts, lies and hangs is found out in each")
    func wrong() async throws {
        let folder = try TestFolder()
        let library = folder.file("libwrong.so")
        try await Programs.output(
            "/usr/bin/gcc",
            [
                "-shared", "-fPIC", "-O1", "-o", library,
                Programs.root.appendingPathComponent("Tests/Support/wrong_interface.c").path,
            ])
        let (status, report) = try await check(library, ["--write", "--patience", "3"])
        #expect(status == 7)
        let found = (report["deviations"]?.elements ?? []).compactMap { deviation -> String? in
            guard let kind = deviation["kind"]?.text, let function = deviation["function"]?.text else { return nil }
            return "\(kind) \(function)"
        }
        for expected in [
            "missing SM3Digest", "missing wsc_GetCardInfo", "died PowerOn", "silent iDClosePort", "overrun iVerifyPIN",
            "text iR_DDF1EF06Info", "code iR_DDF1EF08Info", "text iR_DF01EF05Info", "content iR_DDF1EF07Info",
            "content iW_DF03EDInfo", "content iR_DF03EDInfo",
        ] { #expect(found.contains(expected), "\(expected) of \(found)") }
        #expect(!found.contains("code forged"))
        let chinese = report["deviations"]?.elements.allSatisfy { $0["chinese"]?.text?.isEmpty == false }
        #expect(chinese == true)
    }

    @Test(
        "What cannot be asked is refused before anything is called: a program that writes without --write, no patience",
        arguments: [["--program", "visits"], ["--program", "dialogs", "--program", "desk"], ["--patience", "0.001"]])
    func refused(_ options: [String]) async throws {
        let outcome = try await Programs.healthcard(
            ["c-interface", "check", Self.ours] + options,
            environment: ["CREDENTIALS_DIRECTORY": Programs.credentials(pin: "123456")])
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome.status) \(outcome.errors)")
    }

    @Test("One that cannot be loaded is an error in the loader's words, not a deviation")
    func missing() async throws {
        let outcome = try await Programs.healthcard(
            ["c-interface", "check", "/nowhere/lib.so"],
            environment: ["CREDENTIALS_DIRECTORY": Programs.credentials(pin: "123456")])
        #expect(outcome.status == 6)
        #expect(outcome.errors.contains("cannot be loaded") && outcome.errors.contains("/nowhere/lib.so"))
    }
}
