import Messages

/// The rules between the values of one person's card (`Docs/batch.md`, Values), whoever writes them: the intake of a
/// batch, an update, a program that calls the C interface. What is not known is not compared.
public struct ValueRelations: Sendable {
    /// The values that depend on each other.
    public enum Field: Int, Sendable, Hashable, CaseIterable {
        case idNumber, birthDate, sex, documentType, documentNumber, issueDate, validUntil
    }

    /// Of a day in a list that lies in the person's life.
    public struct EntryDate: Sendable, Hashable {
        public let item: ItemReference
        /// From 1.
        public let entry: Int
        public let date: CalendarDate

        public init(_ item: ItemReference, entry: Int, _ date: CalendarDate) {
            self.item = item
            self.entry = entry
            self.date = date
        }
    }

    /// The last day that something in the past may have.
    public enum Latest: Sendable, Hashable {
        /// The card's own day of issue: for a card that is made.
        case issue
        /// For a card in use; nil when nobody knows what day it is.
        case today(CalendarDate?)
    }

    /// Two values, or a value and a day, that cannot both be right.
    public struct Finding: Sendable, Hashable {
        /// The value that is named.
        public let item: ItemReference
        /// Of a list, from 1; nil for an item of its own.
        public let entry: Int?
        public let problem: ValueRelationProblem
        /// What was compared, the named one among them.
        public let compared: Set<ItemReference>
    }

    public let rules: ApplicationRules

    public init(profile: CardProfile) { rules = profile.application }

    public func reference(of field: Field) -> ItemReference {
        switch field {
        case .idNumber: rules.idNumber
        case .birthDate: rules.birthDate
        case .sex: rules.sex
        case .documentType: rules.identityDocument.type
        case .documentNumber: rules.identityDocument.number
        case .issueDate: rules.issueDate
        case .validUntil: rules.validUntil
        }
    }

    /// What has to be known to tell whether these values contradict anything: they, and what each is compared with.
    public func related(to items: Set<ItemReference>) -> Set<ItemReference> {
        let life: [Field] = [.idNumber, .birthDate]
        let groups: [[ItemReference]] =
            ([
                [.idNumber, .birthDate, .sex, .issueDate], [.documentType, .documentNumber, .idNumber],
                [.validUntil, .issueDate],
            ]
            as [[Field]]).map { $0.map(reference) }
            + rules.notBeforeBirth.map { [$0] + life.map(reference) }
        return groups.filter { !items.isDisjoint(with: $0) }.reduce(into: []) { $0.formUnion($1) }
    }

    /// Everything that contradicts, in the order of the fields, then of the dates.
    ///
    /// - Parameters:
    ///   - dates: those of items that the profile calls `notBeforeBirth`; others are passed over.
    ///   - text: what the card is to say, in its one spelling; nil for what it does not say or what is not known.
    public func findings(
        latest: Latest, dates: [EntryDate] = [], _ text: (Field) -> String?
    ) -> [Finding] {
        var findings: [Finding] = []
        func find(_ field: Field, _ problem: ValueRelationProblem, _ others: Field...) {
            let compared = Set(([field] + others).map(reference))
            findings.append(Finding(item: reference(of: field), entry: nil, problem: problem, compared: compared))
        }
        let number = text(.idNumber).flatMap { try? IDNumber($0) }
        let birthDate = text(.birthDate).flatMap { CalendarDate($0) }
        let issueDate = text(.issueDate).flatMap { CalendarDate($0) }
        let born = number?.birthDate ?? birthDate
        let column = rules.idNumber.item
        if let birthDate, let number, birthDate != number.birthDate {
            find(.birthDate, .birthDateOfNumber(column: column), .idNumber)
        }
        if let born, let issueDate, born > issueDate {
            find(.birthDate, .birthAfterIssue, .idNumber, .issueDate)
        }
        if let number, let sex = text(.sex) {
            let (own, other) =
                number.isMale
                ? (rules.sexOfOddSequence, rules.sexOfEvenSequence) : (rules.sexOfEvenSequence, rules.sexOfOddSequence)
            if sex == other, sex != own { find(.sex, .sexOfNumber(column: column), .idNumber) }
        }
        let code = rules.identityDocument.code
        if text(.documentType) == code, let document = text(.documentNumber) {
            // A number that is none is nobody's, whoever holds the card.
            let documented = try? IDNumber(entered: document)
            if documented == nil || number != nil && documented != number {
                find(.documentNumber, .numberOfHolder(code: code), .documentType, .idNumber)
            }
        }
        if let issueDate, let end = text(.validUntil).flatMap({ CalendarDate($0) }), end < issueDate {
            find(.validUntil, .endsBeforeIssue, .issueDate)
        }
        findings += dates.compactMap { finding($0, born: born, latest, issueDate) }
        return findings
    }

    /// What has been done to a person was done in the person's life, and before the card tells of it.
    private func finding(
        _ date: EntryDate, born: CalendarDate?, _ latest: Latest, _ issueDate: CalendarDate?
    ) -> Finding? {
        guard rules.notBeforeBirth.contains(date.item) else { return nil }
        func finding(_ problem: ValueRelationProblem, _ others: ItemReference...) -> Finding {
            Finding(item: date.item, entry: date.entry, problem: problem, compared: Set([date.item] + others))
        }
        if let born, date.date < born { return finding(.beforeBirth, rules.idNumber, rules.birthDate) }
        switch latest {
        case .issue:
            return issueDate.map { date.date > $0 } ?? false ? finding(.afterIssue, rules.issueDate) : nil
        case .today(let today): return today.map { date.date > $0 } ?? false ? finding(.inFuture) : nil
        }
    }
}

/// Why two values of a person's card, or a value and a day, cannot both be right. Names items, never values.
public enum ValueRelationProblem: Message, Hashable {
    /// The birth date in the identity number, which is the named item, is another.
    case birthDateOfNumber(column: String)
    /// The 17th digit of the identity number says otherwise.
    case sexOfNumber(column: String)
    /// A document of the type that is the identity card, with another number than the holder's.
    case numberOfHolder(code: String)
    case birthAfterIssue
    case beforeBirth
    case afterIssue
    case inFuture
    case endsBeforeIssue
}

extension CardProfile {
    /// See ``ValueRelations``.
    public var relations: ValueRelations { ValueRelations(profile: self) }
}
