import CardProfiles
import Testing

@testable import HealthCard

@Suite("Values of a visit that contradict each other")
struct VisitRelationTests {
    private let today = CalendarDate("2026-11-30")

    private func rules(
        _ kind: VisitKind, _ make: (inout VisitContent) throws -> Void
    ) throws -> [String: VisitContradiction.Rule] {
        var content = try VisitSamples.content(kind)
        try make(&content)
        let outcome = Result { () throws(VisitContentError) in try content.checkForWriting(today: today) }
        guard case .failure(let error) = outcome else { return [:] }
        guard case .contradictions(let found) = error else { throw error }
        for contradiction in found { #expect(contradiction.chinese.what != contradiction.english.what) }
        return Dictionary(found.map { ($0.item, $0.rule) }) { first, _ in first }
    }

    private func date(_ text: String) -> ItemValue? { CalendarDate(text).map { .date($0) } }

    @Test("sound visits pass, with and without a day of today")
    func sound() throws {
        for kind in [VisitKind.inpatient, .outpatient] {
            #expect(try rules(kind) { _ in }.isEmpty)
            try VisitSamples.content(kind).checkForWriting(today: nil)
        }
    }

    @Test("nobody is discharged before admission, stays longer than that, or is rescued more often than tried")
    func stay() throws {
        #expect(
            try rules(.inpatient) { try $0.set(date("2026-10-01"), for: "admissionDate") }
                == ["admissionDate": .after("dischargeDate")])
        #expect(try rules(.inpatient) { try $0.set(.number(11), for: "stayDays") } == ["stayDays": .longerThanStay])
        #expect(try rules(.inpatient) { try $0.set(.number(10), for: "stayDays") }.isEmpty)
        #expect(
            try rules(.inpatient) {
                try $0.set(.number(1), for: "rescueCount")
                try $0.set(.number(2), for: "rescueSuccessCount")
            } == ["rescueSuccessCount": .moreThan("rescueCount")])
    }

    @Test("nothing has happened yet after today, and nobody falls ill after the visit")
    func future() throws {
        #expect(
            try rules(.outpatient) { try $0.set(date("2026-12-01"), for: "symptoms[1].diagnosedDate") }
                == ["symptoms[1].diagnosedDate": .inFuture])
        #expect(
            try rules(.outpatient) {
                try $0.set(CalendarDateTime("2026-10-08T09:30:01").map { .dateTime($0) }, for: "symptoms[1].onsetTime")
            } == ["symptoms[1].onsetTime": .after("visitTime")])
        #expect(
            try rules(.inpatient) { try $0.set(date("2027-01-01"), for: "diagnoses[1].confirmedDate") }
                == ["diagnoses[1].confirmedDate": .inFuture])
        #expect(
            try rules(.outpatient) {
                try $0.set(CalendarDateTime("2026-12-01T00:00:00").map { .dateTime($0) }, for: "visitTime")
            } == ["visitTime": .inFuture])
    }

    @Test(
        "a quantity, dose, price or date belongs to something that has a name",
        arguments: [
            ("drugs[2].dose", "0.50"), ("drugs[2].days", "3"), ("drugs[2].route", "1"), ("tests[2].quantity", "7.30"),
            ("surgeries[1].date", "2026-10-08"), ("fees[2].amount", "12.80"),
            ("symptoms[2].onsetTime", "2026-10-07T22:15:00"), ("symptoms[2].diagnosedDate", "2026-10-08"),
        ])
    func names(item: String, text: String) throws {
        let layout = try VisitSamples.layout(.outpatient)
        let found = try rules(.outpatient) {
            let definition = try #require(layout.item(named: item))
            let value = try ItemCodec.value(of: text, as: definition, profile: layout.profile)
            try $0.set(value, for: definition)
        }
        guard case .nameless? = found[item] else { throw Unfound(found: "\(found)") }
    }

    private struct Unfound: Error { let found: String }

    @Test("every name the rules use is an item of the card, and every group has a rule")
    func profile() throws {
        let layouts = try VisitLayout.all(in: TestProfile.shared)
        func isThere(_ name: String) -> Bool {
            let parts = name.split(separator: ".").map(String.init)
            let full = parts.count == 2 ? "\(parts[0])[1].\(parts[1])" : name
            return layouts.contains { $0.item(named: full) != nil }
        }
        for subject in VisitRelations.subjects {
            for name in subject.named + subject.members { #expect(isThere("\(subject.group).\(name)"), "\(name)") }
        }
        let others =
            VisitRelations.order.flatMap { [$0.earlier, $0.later] }
            + VisitRelations.counts.flatMap { [$0.fewer, $0.more] }
            + [VisitRelations.stay.days, VisitRelations.stay.from, VisitRelations.stay.to]
        for name in others { #expect(isThere(name), "\(name)") }
        let groups = Set(layouts.flatMap(\.items).compactMap(\.group?.name))
        #expect(groups == Set(VisitRelations.subjects.map(\.group)))
    }
}
