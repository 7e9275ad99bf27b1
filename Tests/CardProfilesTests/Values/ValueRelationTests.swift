import CardProfiles
import Testing

@Suite("Relations between the values of a card")
struct ValueRelationTests {
    private let relations: ValueRelations
    private let sound: [ValueRelations.Field: String] = [
        .idNumber: "99646919970325667X", .birthDate: "1997-03-25", .sex: "1", .documentType: "01",
        .documentNumber: "99646919970325667X", .issueDate: "2026-10-12", .validUntil: "2036-10-12",
    ]

    init() throws { relations = try CardProfile.bundled().relations }

    private func found(
        _ changes: [ValueRelations.Field: String?], latest: ValueRelations.Latest = .issue, vaccinated: String? = nil
    ) -> [ValueRelationProblem] {
        let texts = sound.merging(changes.compactMapValues { $0 }) { $1 }
        let date = ItemReference(section: "immunizations", item: "vaccinationDate")
        let dates = vaccinated.flatMap { CalendarDate($0) }.map { [ValueRelations.EntryDate(date, entry: 2, $0)] } ?? []
        return relations.findings(latest: latest, dates: dates) { field in
            changes[field].map { $0 == nil } == true ? nil : texts[field]
        }.map(\.problem)
    }

    @Test("values that go together are not complained of, nor what is not known")
    func goodOnes() {
        #expect(found([:], vaccinated: "1997-03-25") == [])
        #expect(found(Dictionary(uniqueKeysWithValues: ValueRelations.Field.allCases.map { ($0, nil) })) == [])
        #expect(found([.idNumber: nil, .birthDate: nil], vaccinated: "1900-01-01") == [])
        #expect(found([.documentType: "03", .documentNumber: "E12345678"]) == [])
        #expect(found([.documentNumber: "99646919970325667x"]) == [])
        #expect(found([.sex: "9"]) == [] && found([.validUntil: "2026-10-12"]) == [])
    }

    @Test("each contradiction is named")
    func contradictions() {
        #expect(found([.birthDate: "1997-03-26"]) == [.birthDateOfNumber(column: "idNumber")])
        #expect(found([.sex: "2"]) == [.sexOfNumber(column: "idNumber")])
        #expect(found([.issueDate: "1997-03-24", .validUntil: nil]) == [.birthAfterIssue])
        #expect(found([.documentNumber: "993715194405212056"]) == [.numberOfHolder(code: "01")])
        // Nobody's number, whoever holds the card.
        #expect(found([.documentNumber: "E12345678", .idNumber: nil]) == [.numberOfHolder(code: "01")])
        #expect(found([.validUntil: "2026-10-11"]) == [.endsBeforeIssue])
        #expect(found([:], vaccinated: "1997-03-24") == [.beforeBirth])
        #expect(found([:], vaccinated: "2026-10-13") == [.afterIssue])
        let today = CalendarDate("2026-12-01")
        #expect(found([:], latest: .today(today), vaccinated: "2026-12-01") == [])
        #expect(found([:], latest: .today(today), vaccinated: "2026-12-02") == [.inFuture])
        #expect(found([:], latest: .today(nil), vaccinated: "2926-12-02") == [])
    }

    @Test("days are counted by the calendar")
    func days() throws {
        func days(_ from: String, _ to: String) throws -> Int {
            try #require(CalendarDate(to)).days(since: #require(CalendarDate(from)))
        }
        #expect(try days("2024-02-28", "2024-03-01") == 2 && days("2023-02-28", "2023-03-01") == 1)
        #expect(try days("1900-02-28", "1900-03-01") == 1 && days("2000-12-31", "2001-01-01") == 1)
        #expect(try days("1970-01-01", "2026-11-30") == 20_787 && days("2026-11-30", "2026-11-29") == -1)
        #expect(CalendarDate.today != nil)
    }
}
