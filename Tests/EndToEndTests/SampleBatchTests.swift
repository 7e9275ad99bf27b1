import Foundation
import Testing

/// Every sample applicant's card, made on a blank chip over PC/SC by one process and read back by another.
@Suite("Sample batch") struct SampleBatchTests {
    /// Where each column of the form stands in the JSON of a card (`Docs/items.md`).
    private static let sections: [(name: String, columns: [String])] = [
        ("holder", ["name", "sex", "nation", "birthDate", "idNumber"]),
        ("validity", ["phone1", "phone2", "payment1", "payment2", "payment3"]),
        ("address", ["addressType1", "address1", "addressType2", "address2"]),
        ("contacts", (1...3).flatMap { ["contactName\($0)", "contactRelation\($0)", "contactPhone\($0)"] }),
        ("occupation", ["education", "maritalStatus", "occupation"]),
        ("documents", ["documentType", "documentNumber", "healthRecordNumber", "ncmsNumber"]),
        ("clinical", ["bloodABO", "bloodRh"] + flags + ["otherAlert"]), ("special", ["psychiatric"]),
    ]
    private static let flags = [
        "asthma", "heartDisease", "cardiocerebrovascular", "epilepsy", "coagulationDisorder", "diabetes", "glaucoma",
        "dialysis", "organTransplant", "organLoss", "prosthesis", "pacemaker",
    ]
    private static let lists: [(name: String, count: Int, columns: [String])] = [
        ("allergies", 3, ["allergen", "allergyReaction"]), ("immunizations", 10, ["vaccine", "vaccinationDate"]),
    ]
    /// On the form and on no card.
    private static let offCard: Set = [
        "source", "collectionPoint", "guardianName", "guardianIdNumber", "guardianRelation",
    ]

    /// The whole document a reader has to find, made of the batch's files alone; the certificate and the security code
    /// are computed and stand in the pinned image.
    private func expected(_ applicant: SampleBatch.Applicant) throws -> JSONValue {
        var columns = applicant.columns.filter { !Self.offCard.contains($0.key) }
        func take(_ name: String, as key: String? = nil) -> (String, JSONValue)? {
            guard let text = columns.removeValue(forKey: name) else { return nil }
            let isFlag = Self.flags.contains(name) || name == "psychiatric"
            return (key ?? name, isFlag ? .flag(text == "true") : .text(text))
        }
        func object(_ pairs: [(String, JSONValue)]) -> JSONValue { .object(Dictionary(pairs) { first, _ in first }) }
        var document: [String: JSONValue] = ["inpatient": .list([]), "outpatient": .list([])]
        for section in Self.sections { document[section.name] = object(section.columns.compactMap { take($0) }) }
        for list in Self.lists {
            let entries = (1...list.count).map { number in list.columns.compactMap { take("\($0)\(number)", as: $0) } }
            document[list.name] = .list(entries.filter { !$0.isEmpty }.map(object))
        }
        let manifest = try JSONValue(Data(contentsOf: URL(fileURLWithPath: Programs.sampleBatch + "/batch.json")))
        func ofBatch(_ name: String) -> JSONValue { manifest[name] ?? .null }
        var validity = document["validity"]?.members ?? [:]
        validity["validUntil"] = ofBatch("validUntil")
        document["validity"] = .object(validity)
        document["issuer"] = .object([
            "cardCategory": .text("1"), "specificationVersion": .text("1.1"), "issuerName": ofBatch("issuerName"),
            "issuerCode": ofBatch("issuerCode"), "issueDate": ofBatch("issueDate"), "cityCode": ofBatch("cityCode"),
            "cardNumber": .text(applicant.id), "issueSerial": .text(String(applicant.serial.suffix(10))),
        ])
        let photo = try? Data(contentsOf: URL(fileURLWithPath: "\(Programs.sampleBatch)/photos/\(applicant.id).jpg"))
        if let photo { document["photo"] = .text(photo.base64EncodedString()) }
        try #require(columns.isEmpty, "columns this test does not know: \(columns.keys)")
        return .object(document)
    }

    private func pinnedImage(_ applicant: SampleBatch.Applicant) -> URL {
        Programs.root.appendingPathComponent("TestVectors/images/\(applicant.id).json")
    }

    /// SM3 of the image's compact form, by OpenSSL's own program.
    private func digest(_ image: URL) async throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: image))
        let compact = try JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        let input = String(decoding: compact, as: UTF8.self)
        let output = try await Programs.output("/usr/bin/openssl", ["dgst", "-sm3", "-r"], input: input)
        return String(decoding: output.prefix { $0 != 0x20 }, as: UTF8.self)
    }

    @Test("There are 24 applicants, and one of them has no photo")
    func applicants() throws {
        #expect(SampleBatch.applicants.count == 24)
        let photos = try FileManager.default.contentsOfDirectory(atPath: Programs.sampleBatch + "/photos")
        #expect(photos.count == 23)
    }

    @Test("Made over PC/SC, it says what the form says and holds the pinned bytes", arguments: SampleBatch.applicants)
    func madeAndReadBack(_ applicant: SampleBatch.Applicant) async throws {
        let folder = try TestFolder()
        let state = StateFile(path: folder.file("card.json"))
        let card = try await CardInSlot.insert(applicant.serial, ["--state", state.path])
        let reader = ["--reader", card.reader, "--json"]
        let making = try await Programs.healthcard(["personalize"] + SampleBatch.options(applicant.id) + reader)
        try #require(making.status == 0, "\(making.errors)")
        let made = try JSONValue(making.output)
        #expect(made["idNumber"] == .text(applicant.id))
        #expect(
            made["chipSerial"] == .text(applicant.serial.lowercased()) || made["chipSerial"] == .text(applicant.serial))
        #expect(made["image"] == .text(try await digest(pinnedImage(applicant))))

        let reading = try await Programs.healthcard(["read"] + reader)
        try #require(reading.status == 0, "\(reading.errors)")
        var document = try JSONValue(reading.output).members
        var issuer = document["issuer"]?.members ?? [:]
        let computed = ["issuerCertificate", "securityCode"].map { issuer.removeValue(forKey: $0)?.text ?? "" }
        document["issuer"] = .object(issuer)
        #expect(document.removeValue(forKey: "mainIndex")?.text?.utf8.count == 64)
        #expect(try JSONValue.object(document).differences(from: expected(applicant)) == [])

        #expect(try await card.stop().status == 0)
        let pinned = try JSONValue(Data(contentsOf: pinnedImage(applicant)))
        try compare(state, with: pinned)
        let records = pinned.file("DDF1/EF05")?["records"]?.elements.compactMap(\.text) ?? []
        try #require(records.count == 10)
        #expect(records[4] == "05b4" + computed[0])
        #expect(records[7] == "0903" + computed[1].utf8.map { String($0, radix: 16) }.joined())
    }

    /// Each file of the card, as its state file shows it, against the image.
    private func compare(_ state: StateFile, with image: JSONValue) throws {
        #expect(try state.json()["isActivated"] == .flag(true))
        #expect(try state.json()["transportKey"] == nil)
        for directory in image["directories"]?.elements ?? [] {
            for file in directory["files"]?.elements ?? [] {
                let path = file["path"]?.text ?? ""
                let name = directory["name"]?.text ?? ""
                let held = try #require(try state.file(name, String(path.suffix(4))), "\(path)")
                if let records = file["records"]?.elements.compactMap(\.text) {
                    let bytes = held["records"]?.elements.compactMap { $0.text?.lowercased() } ?? []
                    #expect(bytes == records, "\(path)")
                } else {
                    let written = file["content"]?.text ?? ""
                    let content = held["content"]?.text?.lowercased() ?? ""
                    #expect(content.hasPrefix(written), "\(path)")
                    #expect(content.count == 3074 * 2 || path != "DDF1/EF07")
                    #expect(content.dropFirst(written.count).allSatisfy { $0 == "0" }, "\(path)")
                }
            }
        }
    }
}

extension JSONValue {
    /// A file of a card image.
    fileprivate func file(_ path: String) -> JSONValue? {
        self["directories"]?.elements.flatMap { $0["files"]?.elements ?? [] }.first { $0["path"] == .text(path) }
    }
}
