import CardProfiles
import HealthCard
import Testing

@testable import ElectronicCard

/// `Docs/electronic-card.md §5`.
@Suite("Joining records of one person") struct JoinTests {
    private func identity(_ name: String, _ number: String = "99646919970325667X") throws -> HolderIdentity {
        try HolderIdentity(.residentIdentityCard, number: number, name: name)
    }

    @Test("Why two records are not of one person is said without the name")
    func differences() throws {
        let one = try identity("阿卜杜拉·买买提")
        #expect(one.differences(from: one).isEmpty)
        #expect(try one.differences(from: identity("阿卜杜拉•买买提")) == [.name(.separator)])
        #expect(try one.differences(from: identity("阿卜杜拉 ·买买提")) == [.name(.spelling)])
        #expect(try one.differences(from: identity("阿卜杜拉·买买江")) == [.name(.characters([8]))])
        #expect(try one.differences(from: identity("阿卜杜拉")) == [.name(.characters([]))])
        #expect(try identity("吴㛃").differences(from: identity("吴洁")) == [.name(.rareCharacters([2]))])
        #expect(try identity("李𠮷").differences(from: identity("李吉")) == [.name(.rareCharacters([2]))])
        #expect(try identity("李吉").differences(from: identity("李\u{E863}")) == [.name(.rareCharacters([2]))])
        let number = try identity("阿卜杜拉·买买提", "992946193907017162")
        #expect(one.differences(from: number) == [.number])
        let passport = try HolderIdentity(.passport, number: "E99000001", name: "王")
        #expect(try identity("李").differences(from: passport) == [.documentType, .number, .name(.characters([1]))])
        for difference in try one.differences(from: identity("阿卜杜拉·买买江")) {
            #expect(!difference.text(in: .english).contains("买") && !difference.text(in: .chinese).contains("买"))
        }
    }

    @Test("A card has a main index only if number and name were both read whole")
    func document() throws {
        let profile = try CardProfile.bundled(overlays: ["test-keys"])
        let (number, name) = (profile.application.idNumber, profile.application.name)
        let file = try #require(profile.files(section: name.section).first)
        func document(_ values: [ItemReference: String], unreadable: [UnreadableFile] = []) throws -> CardDocument {
            var records: [[UInt8]] = []
            for item in file.items {
                let reference = ItemReference(section: file.section, item: item.name)
                var value =
                    try values[reference].map { text in
                        try ItemCodec.encode(text, as: item, profile: profile)
                    } ?? [UInt8](repeating: 0, count: item.length)
                value.insert(contentsOf: [UInt8(item.number & 0xFF), UInt8(item.length)], at: 0)
                records.append(value)
            }
            return CardDocument(profile: profile, files: [file.path: .records(records)], unreadable: unreadable)
        }
        let values = [number: "99646919970325667X", name: "阿卜杜拉·买买提"]
        let whole = try document(values).holderIdentity(profile: profile)
        #expect(whole?.mainIndex.hex == (try Vectors.shared.get().people[0].mainIndex))
        #expect(try document([name: "阿卜杜拉·买买提"]).holderIdentity(profile: profile) == nil)
        #expect(try document([number: "99646919970325667X"]).holderIdentity(profile: profile) == nil)
        #expect(CardDocument(profile: profile, files: [:]).holderIdentity(profile: profile) == nil)
        for item in [nil, name.item, number.item] {
            let damage = UnreadableFile(
                file: file.path, section: file.section, item: item, code: .damaged, isShown: true, reason: .noIndex)
            #expect(try document(values, unreadable: [damage]).holderIdentity(profile: profile) == nil)
        }
        let elsewhere = UnreadableFile(file: "DF02/EF06", section: "special", code: .refused, reason: .noIndex)
        #expect(try document(values, unreadable: [elsewhere]).holderIdentity(profile: profile) != nil)
        // In FHIR it is one identifier more.
        let index = try #require(whole?.mainIndex)
        let fhir = try document(values).fhir(
            profile: profile, cardSerial: [1], isTestCard: true, identifiers: [index.patientIdentifier]
        ).text()
        #expect(fhir.contains("\"system\":\"https://resident-health-card.invalid/fhir/electronic-card/main-index\""))
        #expect(fhir.contains("\"value\":\"\(index.hex)\""))
    }
}
