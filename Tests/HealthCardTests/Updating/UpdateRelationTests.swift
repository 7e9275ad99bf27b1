import CardProfiles
import HealthCard
import ISO7816
import Testing
import VirtualCard

@Suite("Values of a card that an update would set against each other")
struct UpdateRelationTests {
    private let stock: CardStock
    private let today = CalendarDate("2026-12-01")

    init() throws { stock = try CardStock() }

    private func update(
        _ channel: VirtualCardChannel, _ make: (inout CardChanges) throws -> Void
    ) throws -> [ItemContradiction] {
        var isWritten = false
        channel.intercept = { (command, _) throws(ChannelError) in
            if [0xDC, 0xD6, 0xD2].contains(command[1]) { isWritten = true }
            return nil
        }
        defer { channel.intercept = nil }
        _ = try channel.reset()
        let session = try stock.session(channel)
        do {
            _ = try session.update(stock.changes(make), today: today)
            return []
        } catch let error as UpdateError {
            guard case .contradictions(let found) = error.cause.finding else { throw error }
            #expect(!isWritten && error.cause.code == .contradiction && error.kind == .badInput)
            #expect(error.report.records(.notWritten).count == error.report.records.count)
            // A dry run says the same.
            #expect(throws: UpdateError.self) { try session.compare(stock.changes(make), today: today) }
            return found
        }
    }

    @Test("an identity card as a document has the holder's own number, whichever of the two is changed")
    func documents() throws {
        let channel = try stock.channel()
        let own = "99646919970325667X"
        #expect(
            try update(channel) { try $0.set("documentNumber", to: "993715194405212056") }
                == [ItemContradiction(item: "documents.documentNumber", problem: .numberOfHolder(code: "01"))])
        #expect(try update(channel) { try $0.set("documentNumber", to: "E12345678") }.count == 1)
        #expect(
            try update(channel) {
                try $0.set("documentType", to: "03")
                try $0.set("documentNumber", to: "E12345678")
            } == [])
        #expect(try update(channel) { try $0.set("documentType", to: "01") }.count == 1)
        #expect(
            try update(channel) {
                try $0.set("documentType", to: "01")
                try $0.set("documentNumber", to: own)
            } == [])
        #expect(try update(channel) { try $0.clear("documentNumber") } == [])
    }

    @Test("nothing was done before birth or after today, and no card ends before it begins")
    func dates() throws {
        let channel = try stock.channel()
        func vaccinated(_ date: String) throws -> [ValueRelationProblem] {
            try update(channel) { try $0.add(to: "immunizations", ["vaccine": "v", "vaccinationDate": date]) }
                .map(\.problem)
        }
        #expect(try vaccinated("1997-03-24") == [.beforeBirth])
        #expect(try vaccinated("2026-12-02") == [.inFuture])
        #expect(try vaccinated("2026-12-01") == [])
        #expect(
            try update(channel) { try $0.set("validUntil", to: "2026-10-11") }
                == [ItemContradiction(item: "validity.validUntil", problem: .endsBeforeIssue)])
        #expect(try update(channel) { try $0.set("validUntil", to: "2040-10-11") } == [])
    }

    @Test("what an update does not touch is not complained of")
    func others() throws {
        let channel = try stock.channel()
        // A document that is none by an earlier program.
        #expect(try update(channel) { try $0.set("documentType", to: "99") } == [])
        #expect(try update(channel) { try $0.set("phone1", to: "13900000000") } == [])
        #expect(try update(channel) { try $0.add(to: "allergies", ["allergen": "尘螨"]) } == [])
    }
}
