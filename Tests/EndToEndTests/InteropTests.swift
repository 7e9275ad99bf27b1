import Foundation
import Testing

/// Our programs against the independent ones in `Tests/Independent`, which were written from `Docs/protocol.md` alone.
@Suite("Interoperability", .serialized) struct InteropTests {
    /// A minority name with `·`; allergies; no photo, a guardian and ten vaccines; X at the end and an NCMS number.
    static let applicants = [
        "99646919970325667X", "990059199606299731", "997058202007021687", "99151119820310740X",
    ]

    private func personalize(_ id: String, _ reader: String) async throws {
        try await Programs.output(
            Programs.healthcard(),
            ["personalize", "--batch", Programs.sampleBatch, "--id", id, "--reader", reader, "--json"])
    }

    private func personalizeIndependently(_ id: String, _ reader: String) async throws -> JSONValue {
        let arguments = ["--batch", Programs.sampleBatch, "--id", id, "--reader", reader]
        let script = Programs.independent("personalize.py")
        return try await JSONValue(Programs.output(Programs.python, [script] + arguments))
    }

    private func read(_ reader: String) async throws -> JSONValue {
        let arguments = ["read", "--reader", reader, "--json", "--keys", "test"]
        return try await JSONValue(Programs.output(Programs.healthcard(), arguments))
    }

    private func readIndependently(_ reader: String, _ mode: String) async throws -> JSONValue {
        let script = Programs.independent("reader.py")
        return try await JSONValue(Programs.output(Programs.python, [script, "--reader", reader, "--mode", mode]))
    }

    /// The bytes the independent personalizer wants on this chip, without the random part of the certificate's signature.
    private func image(_ id: String, _ serial: String) async throws -> JSONValue {
        let script = Programs.independent("personalize.py")
        let arguments = [script, "--image", serial, "--batch", Programs.sampleBatch, "--id", id]
        return try await withoutSignature(JSONValue(Programs.output(Programs.python, arguments))["contents"])
    }

    private func withoutSignature(_ contents: JSONValue?) throws -> JSONValue {
        var members = try #require(contents).members
        var issuer = try #require(members["DDF1/EF05"]).elements
        let certificate = try #require(issuer.count == 10 ? issuer[4].text : nil)
        issuer[4] = .text(String(certificate.dropLast(128)))
        members["DDF1/EF05"] = .list(issuer)
        return .object(members)
    }

    @Test(
        "The independent card takes our personalization, finds nothing to object to and holds the same bytes",
        arguments: zip(0..<4, applicants))
    func independentCardTakesOurPersonalization(_ number: Int, _ id: String) async throws {
        let serial = "10000000000000A\(number)"
        try await CardInSlot.independent(serial) { card in
            try await personalize(id, card.reader)
            let document = try await read(card.reader)
            let report = try await JSONValue(card.remove())
            #expect(report["violations"] == .list([]))
            #expect(report["state"] == .text("activated"))
            let expected = try await image(id, serial)
            #expect(try withoutSignature(report["contents"]).differences(from: expected) == [])
            #expect(document["holder"]?["idNumber"] == .text(id))
        }
    }

    @Test(
        "A card of ours is read alike by our reader and by the independent one in every mode",
        arguments: zip(0..<4, applicants))
    func independentReaderReadsOurCard(_ number: Int, _ id: String) async throws {
        try await CardInSlot.ours("20000000000000A\(number)") { card in
            try await personalize(id, card.reader)
            let document = try await read(card.reader)
            for mode in ["multi", "number", "tag"] {
                let other = try await readIndependently(card.reader, mode)
                #expect(document.differences(from: other) == [], "\(mode)")
            }
        }
    }

    @Test("Our virtual card takes the independent personalizer and our reader reads it")
    func ourCardTakesIndependentPersonalization() async throws {
        try await CardInSlot.ours("30000000000000A1") { card in
            let id = Self.applicants[1]
            _ = try await personalizeIndependently(id, card.reader)
            let other = try await readIndependently(card.reader, "multi")
            #expect(try await read(card.reader).differences(from: other) == [])
            #expect(other["holder"]?["idNumber"] == .text(id))
        }
    }

    @Test("Our reader reads a card on which nothing is ours, and sends it nothing the page does not allow")
    func ourReaderReadsForeignCard() async throws {
        let serial = "40000000000000A1"
        try await CardInSlot.independent(serial) { card in
            let id = Self.applicants[3]
            let written = try await personalizeIndependently(id, card.reader)
            let document = try await read(card.reader)
            let other = try await readIndependently(card.reader, "multi")
            #expect(document.differences(from: other) == [])
            let report = try await JSONValue(card.remove())
            #expect(report["violations"] == .list([]))
            #expect(report["contents"]?.differences(from: written["contents"]) == [])
        }
    }

    @Test("Visits another program recorded, every item filled, are read alike")
    func visitsAreReadAlike() async throws {
        try await CardInSlot.ours("50000000000000A1") { card in
            try await personalize(Self.applicants[1], card.reader)
            for _ in 1...2 {
                try await Programs.output(Programs.python, [Programs.independent("visit.py"), "--reader", card.reader])
            }
            let document = try await read(card.reader)
            #expect(document["inpatient"]?.elements.count == 2)
            #expect(document["outpatient"]?.elements.count == 2)
            for mode in ["multi", "number"] {
                #expect(try await document.differences(from: readIndependently(card.reader, mode)) == [], "\(mode)")
            }
        }
    }

    @Test("Every formula and number of the page, by an implementation that shares no line with ours")
    func independentVectors() async throws {
        try await Programs.output(Programs.python, [Programs.independent("test_vectors.py")])
    }

    @Test("The independent card, SAM and clinic agree among themselves")
    func independentClinic() async throws {
        try await Programs.output(Programs.python, [Programs.independent("test_clinic.py")])
    }

    @Test("Thousands of random and edge commands get the same answer from both cards, to the byte", arguments: [1, 2])
    func cardsAnswerAlike(_ seed: Int) async throws {
        let card = "\(try Programs.healthcard()) virtual --port {port} --serial {serial} --challenge {challenge}"
        let arguments = [Programs.independent("differential.py"), "--card", card, "--seed", "\(seed)"]
        try await Programs.output(Programs.python, arguments + ["--rounds", "40"] + (seed == 1 ? ["--sweep"] : []))
    }

    @Test("The comparison of cards can fail: a card that cuts its MACs elsewhere is told apart")
    func comparisonSeesADifference() async throws {
        let wrong = Programs.independent("wrong_card.py")
        let card = "\(Programs.python) \(wrong) --port {port} --serial {serial} --challenge {challenge}"
        let arguments = [Programs.independent("differential.py"), "--card", card, "--seed", "1", "--rounds", "3"]
        let outcome = try await Programs.run(Programs.python, arguments)
        #expect(outcome.status == 1)
        #expect(try JSONValue(outcome.output)["differences"]?.members.isEmpty == false)
    }
}
