import CardProfiles
import Foundation
import HealthCard
import Testing

/// `healthcard read --format fhir` and what it is made of (`Docs/fhir.md`).
@Suite("FHIR R4") struct FHIRTests {
    private let profile: CardProfile

    init() throws { profile = try CardContents.profile() }

    private static let images =
        (try? FileManager.default.contentsOfDirectory(
            atPath: Programs.root.appendingPathComponent("TestVectors/images").path))?.sorted() ?? []

    private func document(_ files: [String: FileContent], unreadable: [UnreadableFile] = []) -> CardDocument {
        CardDocument(profile: profile, files: files, unreadable: unreadable)
    }

    private func bundle(_ document: CardDocument, serial: [UInt8] = Array(1...8)) -> String {
        document.fhir(profile: profile, cardSerial: serial, isTestCard: true).text(pretty: true)
    }

    private func resources(_ document: CardDocument) throws -> [JSONValue] {
        try JSONValue(Data(bundle(document).utf8))["entry"]?.elements.compactMap { $0["resource"] } ?? []
    }

    /// What the independent validator says of bundles; nothing when they are right.
    private func verdict(_ bundles: [(name: String, text: String)]) async throws -> String {
        let python = Programs.root.appendingPathComponent(".build/validators/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw ProgramError(description: "no FHIR validator: run make test, or Scripts/validators once")
        }
        let folder = try TestFolder()
        for bundle in bundles {
            try Data(bundle.text.utf8).write(to: URL(fileURLWithPath: folder.file(bundle.name + ".json")))
        }
        let script = Programs.root.appendingPathComponent("Tests/Validators/fhir.py").path
        let outcome = try await Programs.run(python, [script] + bundles.map { folder.file($0.name + ".json") })
        #expect((outcome.status == 0) == outcome.output.isEmpty, "\(outcome.errors)")
        return String(decoding: outcome.output, as: UTF8.self) + outcome.errors
    }

    @Test("The 24 sample cards are valid R4")
    func sampleCards() async throws {
        #expect(Self.images.count == 24)
        let bundles = try Self.images.map { ($0, bundle(document(try CardContents.image($0)))) }
        #expect(try await verdict(bundles) == "")
    }

    @Test("A card with a value in every item, an empty one and one that could not be read are valid R4")
    func extremes() async throws {
        let filled = try CardContents.filled(profile)
        let unread = profile.files.map {
            UnreadableFile(file: $0.path, section: $0.section, code: .refused, reason: .neverWritten)
        }
        var odd = try CardContents.image(#require(Self.images.first))
        // An allergy without a substance and with a control character, a vaccination without a date, a visit that says next to nothing.
        odd["DF02/EF07"] = .records([
            [UInt8](repeating: 0, count: 20) + Array("ras\u{7}".utf8) + [UInt8](repeating: 0, count: 96)
        ])
        odd["DF02/EF08"] = .records([Array("BCG".utf8) + [UInt8](repeating: 0, count: 21)])
        odd["DF03/EF05"] = .records([[0], [0xFF], [0xFF]])
        odd["DF03/EE01"] = .bytes([0x41] + [UInt8](repeating: 0, count: 1892))
        let cards = [
            ("filled", document(filled)), ("empty", document([:])), ("unread", document([:], unreadable: unread)),
            ("odd", document(odd)),
        ]
        for (name, card) in cards {
            #expect(card.unreadable.isEmpty == (name != "unread"), "\(name): \(card.unreadable)")
        }
        #expect(try await verdict(cards.map { ($0.0, bundle($0.1)) }) == "")
    }

    @Test("The validator sees mistakes")
    func validator() async throws {
        let good = bundle(document(try CardContents.filled(profile)))
        for (right, wrong) in [
            ("\"status\": \"final\"", "\"status\": \"done\""),
            ("\"resourceType\": \"Flag\"", "\"resourceType\": \"Banner\""),
            ("\"birthDate\": \"", "\"birthDate\": \"1"), ("\"reference\": \"urn:uuid:", "\"reference\": \"urn:uuid:0"),
        ] {
            #expect(try await verdict([("wrong", good.replacingOccurrences(of: right, with: wrong))]) != "", "\(wrong)")
        }
    }

    @Test("Nothing the card says is lost but the security code and flags that say no")
    func complete() throws {
        let card = document(try CardContents.filled(profile))
        let text = bundle(card)
        var count = 0
        func look(_ nodes: [CardDocument.Node], _ section: String) {
            for node in nodes {
                switch node {
                case .group(_, let repetitions): for nodes in repetitions { look(nodes, section) }
                case .item(let item, let value):
                    count += 1
                    let wanted =
                        switch value {
                        case .amount(let amount): ": \(amount)"
                        case .number(let number): ": \(number)"
                        case .flag: item.label
                        case .binary(let bytes): "\"\(Data(bytes).base64EncodedString())\""
                        case .dateTime: "\"\(value.text)+08:00\""
                        default: "\"\(value.text)\""
                        }
                    let isThere = text.contains(wanted) || text.contains("item/\(section).\(item.name)")
                    #expect(isThere == (item.source != .securityCode), "\(section).\(item.name): \(wanted)")
                }
            }
        }
        for section in card.sections {
            switch section.content {
            case .object(let nodes): look(nodes, section.name)
            case .list(let entries): for entry in entries { look(entry.nodes, section.name) }
            case .photo(let picture): #expect(text.contains(Data(picture ?? []).base64EncodedString()))
            }
        }
        #expect(count > 1_000)
    }

    @Test("The same card gives the same bytes, another card other identities")
    func deterministic() throws {
        let files = try CardContents.filled(profile)
        #expect(bundle(document(files)) == bundle(document(files)))
        let other = bundle(document(files), serial: Array(2...9))
        #expect(other != bundle(document(files)))
        let identities = { (text: String) in Set(text.split(separator: "\"").filter { $0.hasPrefix("urn:uuid:") }) }
        #expect(identities(other).isDisjoint(with: identities(bundle(document(files)))))
    }

    @Test(
        "Rh of the card: 1 is positive, 2 negative, and not the codes of WS 364",
        arguments: [(1, "LA6576-8"), (2, "LA6577-6")])
    func rhesus(_ code: Int, _ answer: String) throws {
        var files = try CardContents.filled(profile)
        guard case .records(var records)? = files["DF02/EF05"] else { throw ProgramError(description: "no records") }
        records[1][2] = UInt8(code << 4 | 0x0F)
        files["DF02/EF05"] = .records(records)
        let observation = try #require(
            try resources(document(files)).first { $0["code"]?["coding"]?.elements.first?["code"] == .text("10331-7") })
        let codings = observation["valueCodeableConcept"]?["coding"]?.elements ?? []
        #expect(codings.compactMap { $0["code"]?.text } == ["\(code)", answer])
        #expect(codings.first?["system"] == .text("https://resident-health-card.invalid/fhir/code/bloodRh"))
    }

    @Test("What could not be read is told, what is not on the card is absent")
    func unreadable() throws {
        let reason = UnreadReason.neverWritten
        let file = UnreadableFile(file: "DF02/EF06", section: "special", code: .blocked, reason: reason)
        let some = try resources(document([:], unreadable: [file]))
        #expect(some.compactMap { $0["resourceType"]?.text } == ["Patient", "List", "OperationOutcome"])
        let issue = some.last?["issue"]?.elements.first
        #expect(issue?["details"]?["text"] == .text("DF02/EF06"))
        #expect(issue?["details"]?["coding"]?.elements.first?["code"] == .text("blocked"))
        #expect(issue?["diagnostics"] == .text(reason.description))
        #expect(Set(some.first.map { Array($0.members.keys) } ?? []) == ["resourceType", "meta", "language"])
        let why = some[1]["emptyReason"]
        #expect(why?["coding"]?.elements.first?["code"] == .text("unavailable"))
        #expect(why?["extension"]?.elements.first?["valueCode"] == .text("masked"))
        #expect(some[1]["meta"]?["security"] != nil, "what is restricted is, unread too")
    }

    @Test("Who it is, where that was not read or is damaged, has a data-absent-reason and no half a number")
    func unknownPerson() throws {
        var files = try CardContents.filled(profile)
        guard case .records(var holder)? = files["DDF1/EF06"] else { throw ProgramError(description: "no records") }
        holder[3] = [14, 4, 0x19, 0x9A, 0x03, 0x25]
        holder[4][5] = 0xFF
        files["DDF1/EF06"] = .records(holder)
        let damaged = try #require(try resources(document(files)).first)
        #expect(damaged["birthDate"] == nil)
        #expect(damaged["_birthDate"]?["extension"]?.elements.first?["valueCode"] == .text("error"))
        #expect(damaged["gender"] != nil && damaged["_gender"] == nil)
        let number = damaged["identifier"]?.elements.first
        #expect(number?["value"] == nil && number?["_value"]?["extension"] != nil)
        let unread = profile.files(section: "holder").map {
            UnreadableFile(file: $0.path, section: $0.section, code: .refused, reason: .neverWritten)
        }
        let person = try #require(try resources(document([:], unreadable: unread)).first)
        for name in ["_birthDate", "_gender"] { #expect(person[name]?["extension"] != nil, "\(name)") }
        #expect(person["name"]?.elements.first?["extension"] != nil)
        #expect(person["identifier"]?.elements.first?["_value"] != nil)
    }

    @Test("A symptom without a diagnosis is why somebody came, and no Condition")
    func symptom() throws {
        let layout = try #require(profile.file("DF03/ED01"))
        var record = [UInt8](repeating: 0, count: layout.size)
        for (name, text) in [
            ("symptoms[1].name", "咳嗽"), ("symptoms[2].name", "发热"), ("symptoms[2].diagnosisName", "感冒"),
        ] {
            let item = try #require(layout.items.first { $0.qualifiedName == name })
            let bytes = try ItemCodec.encode(text, as: item, profile: profile)
            let offset = try #require(item.offset)
            record.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        let marks: [[UInt8]] = [[0], [0xFF], [0xFF], [0xFF], [0xFF]]
        let card = document(["DF03/EF06": .records(marks), "DF03/ED01": .bytes(record)])
        let all = try resources(card)
        let encounter = try #require(all.first { $0["resourceType"] == .text("Encounter") })
        #expect(encounter["reasonCode"]?.elements.compactMap { $0["text"]?.text } == ["咳嗽"])
        #expect(encounter["diagnosis"]?.elements.count == 1)
        let conditions = all.filter { $0["resourceType"] == .text("Condition") }
        #expect(conditions.map { $0["code"]?["text"] } == [.text("感冒")])
    }

    @Test("The identity card is no second identifier, and any other document is one", arguments: ["01", "03"])
    func documents(_ kind: String) throws {
        let layout = try #require(profile.files(section: "documents").first)
        let values = ["documentType": kind, "documentNumber": "99646919970325667X"]
        let records = try layout.items.map { item in
            [item.tag, UInt8(item.length)]
                + (try ItemCodec.encode(values[item.name] ?? "", as: item, profile: profile))
        }
        let patient = try #require(try resources(document([layout.path: .records(records)])).first)
        #expect((patient["identifier"] == nil) == (kind == "01"))
        let urls = patient["extension"]?.elements.compactMap { $0["url"]?.text } ?? []
        #expect(urls.contains { $0.hasSuffix("item/documents.documentNumber") } == (kind == "01"))
    }

    @Test("Every resource says its language, and every name of the project's own is a URI")
    func names() throws {
        let all = try resources(document(try CardContents.filled(profile)))
        #expect(all.allSatisfy { $0["language"] == .text("zh-CN") })
        let text = bundle(document(try CardContents.filled(profile)))
        #expect(!text.contains("urn:x-"))
    }

    @Test("Every item the mapping names arrives where it belongs")
    func mapping() throws {
        let all = try resources(document(try CardContents.filled(profile)))
        let kinds = Dictionary(grouping: all) { $0["resourceType"]?.text ?? "" }.mapValues(\.count)
        // 12 flags, one other alert, one that is psychiatric; 3 diagnoses and 5 symptoms a visit.
        #expect(
            kinds == [
                "Patient": 1, "Organization": 9, "RelatedPerson": 3, "Coverage": 3, "Flag": 14,
                "AllergyIntolerance": 3, "Immunization": 10, "Encounter": 8, "Condition": 34, "Procedure": 24,
                "Observation": 2 + 9 + 50, "MedicationStatement": 25, "Invoice": 8,
            ])
        let patient = try #require(all.first)
        #expect(patient["identifier"]?.elements.count == 5)
        for name in ["name", "telecom", "gender", "birthDate", "address", "maritalStatus", "photo"] {
            #expect(patient[name] != nil, "\(name)")
        }
        let encounters = all.filter { $0["resourceType"] == .text("Encounter") }
        #expect(encounters.allSatisfy { $0["period"]?["start"] != nil && $0["serviceProvider"] != nil })
        let restricted = all.filter { $0["meta"]?["security"] != nil }
        // The psychiatric flag, and what tests for HIV said: 3 diagnoses a stay.
        #expect(
            restricted.compactMap { $0["resourceType"]?.text } == ["Flag"] + Array(repeating: "Observation", count: 9))
    }

    @Test("A Bundle with something confidential in it is confidential")
    func confidential() throws {
        func security(_ files: [String: FileContent]) throws -> JSONValue? {
            try JSONValue(Data(bundle(document(files)).utf8))["meta"]?["security"]?.elements.first?["code"]
        }
        #expect(try security(CardContents.filled(profile)) == .text("R"))
        #expect(try security([:]) == nil)
    }

    @Test("Read over PC/SC")
    func commandLine() async throws {
        let bundle = try await CardInSlot.ours("5248430000FA1201") { card in
            let reader = ["--reader", card.reader]
            let making = try await Programs.healthcard(["personalize", "--quiet"] + SampleBatch.options() + reader)
            try #require(making.status == 0, "\(making.errors)")
            let both = try await Programs.healthcard(["read", "--json", "--format", "fhir"] + reader)
            #expect(both.status == 2)
            return try await Programs.healthcard(["read", "--format", "fhir"] + reader)
        }
        #expect(bundle.status == 0, "\(bundle.errors)")
        #expect(try await verdict([("read", String(decoding: bundle.output, as: UTF8.self))]) == "")
        let patient = try JSONValue(bundle.output)["entry"]?.elements.first?["resource"]
        #expect(patient?["birthDate"] == .text("1997-03-25"))
    }
}
