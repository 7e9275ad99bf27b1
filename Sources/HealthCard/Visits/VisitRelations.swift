import CardProfiles
import Messages

/// A rule between the values of a visit that does not hold. Names items, never values.
public struct VisitContradiction: Message, Hashable {
    public enum Rule: Message, Hashable {
        /// It says something of nothing: what it is about has no name.
        case nameless(named: [String])
        case after(String)
        case inFuture
        case moreThan(String)
        case longerThanStay
    }

    /// `drugs[2].dose`
    public let item: String
    public let rule: Rule

    public init(item: String, rule: Rule) {
        self.item = item
        self.rule = rule
    }
}

/// The rules between the values of a visit, whoever writes it (`Docs/items.md`, Visits). An item that the layout does not
/// have, or that is empty, is not compared.
struct VisitRelations {
    /// What members of a group say something about: one of `named` is there as soon as one of `members` is.
    struct Subject {
        let group: String
        let named: [String]
        let members: [String]
    }

    static let subjects = [
        Subject(
            group: "diagnoses", named: ["name", "code"],
            members: ["confirmedDate", "conformityText", "conformityCode", "typeText", "typeCode", "outcome"]),
        Subject(
            group: "diagnoses", named: ["procedureName", "procedureCode"],
            members: ["procedureDate", "anesthesia", "anesthesiaCode", "incisionHealing"]),
        Subject(group: "diagnoses", named: ["serologyItem"], members: ["serologyResult"]),
        Subject(group: "transfusions", named: ["product"], members: ["amount", "unit"]),
        Subject(group: "symptoms", named: ["name", "code"], members: ["onsetTime", "durationMinutes"]),
        Subject(group: "symptoms", named: ["diagnosisName", "diagnosisCode"], members: ["diagnosedDate"]),
        Subject(group: "tests", named: ["name", "code"], members: ["resultCode", "quantity", "unit"]),
        Subject(
            group: "drugs", named: ["name"],
            members: ["form", "days", "frequency", "doseUnit", "dose", "totalDose", "route"]),
        Subject(group: "surgeries", named: ["name", "code"], members: ["date"]),
        Subject(group: "fees", named: ["category", "categoryCode"], members: ["amount"]),
    ]
    /// What is no later than what.
    static let order: [(earlier: String, later: String)] = [
        ("admissionDate", "dischargeDate"), ("diagnoses.procedureDate", "dischargeDate"),
        ("symptoms.onsetTime", "visitTime"),
    ]
    /// What is no more than what.
    static let counts: [(fewer: String, more: String)] = [("rescueSuccessCount", "rescueCount")]
    static let stay = (days: "stayDays", from: "admissionDate", to: "dischargeDate")

    let content: VisitContent
    /// The day after which nothing has happened yet; nil when nobody knows what day it is.
    let today: CalendarDate?

    /// Everything that contradicts, by the order of the items.
    func contradictions() throws(VisitContentError) -> [VisitContradiction] {
        var found: [VisitContradiction] = try nameless()
        var times: [(item: Item, time: CalendarDateTime, isDay: Bool)] = []
        for item in content.layout.items {
            switch try content.value(of: item) {
            case .date(let date)?:
                guard let time = CalendarDateTime(date: date, hour: 0, minute: 0, second: 0) else { continue }
                times.append((item, time, true))
            case .dateTime(let time)?: times.append((item, time, false))
            default: continue
            }
        }
        for (item, time, _) in times {
            if let today, time.date > today { found.append(.init(item: item.qualifiedName, rule: .inFuture)) }
        }
        for (earlier, later) in Self.order {
            guard let last = times.first(where: { $0.item.plainName == later }) else { continue }
            for first in times where first.item.plainName == earlier {
                // A day and a time are compared by their days.
                let isAfter = first.isDay || last.isDay ? first.time.date > last.time.date : first.time > last.time
                if isAfter { found.append(.init(item: first.item.qualifiedName, rule: .after(last.item.name))) }
            }
        }
        return try found + countContradictions()
    }

    private func nameless() throws(VisitContentError) -> [VisitContradiction] {
        var found: [VisitContradiction] = []
        for subject in Self.subjects {
            for index in 1...max(1, content.layout.count(ofGroup: subject.group) ?? 1) {
                func isThere(_ name: String) throws(VisitContentError) -> Bool {
                    guard let item = content.layout.item(named: "\(subject.group)[\(index)].\(name)"),
                        let value = try content.value(of: item)
                    else { return false }
                    return !EnteredText.isBlank(value.text)
                }
                var member: String?
                for name in subject.members where try isThere(name) {
                    member = name
                    break
                }
                var isNamed = false
                for name in subject.named where try isThere(name) { isNamed = true }
                guard let member, !isNamed else { continue }
                found.append(
                    VisitContradiction(
                        item: "\(subject.group)[\(index)].\(member)", rule: .nameless(named: subject.named)))
            }
        }
        return found
    }

    private func countContradictions() throws(VisitContentError) -> [VisitContradiction] {
        func number(_ name: String) throws(VisitContentError) -> Int? {
            guard let item = content.layout.item(named: name), case .number(let number)? = try content.value(of: item)
            else { return nil }
            return number
        }
        func date(_ name: String) throws(VisitContentError) -> CalendarDate? {
            guard let item = content.layout.item(named: name), case .date(let date)? = try content.value(of: item)
            else { return nil }
            return date
        }
        var found: [VisitContradiction] = []
        for (fewer, more) in Self.counts {
            guard let one = try number(fewer), let other = try number(more), one > other else { continue }
            found.append(.init(item: fewer, rule: .moreThan(more)))
        }
        if let days = try number(Self.stay.days), let from = try date(Self.stay.from), let to = try date(Self.stay.to),
            from <= to, days > to.days(since: from) + 1
        {
            found.append(.init(item: Self.stay.days, rule: .longerThanStay))
        }
        return found
    }
}

extension Item {
    /// The name with its group and without the number of the repetition: `symptoms.onsetTime`.
    fileprivate var plainName: String { group.map { "\($0.name).\(name)" } ?? name }
}
