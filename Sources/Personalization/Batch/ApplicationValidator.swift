import CardProfiles

/// What the rules say of one row, its photo left out.
struct CheckedRow {
    let line: Int
    /// Where the row begins in the file, in bytes.
    let offset: Int
    fileprivate(set) var idNumber: IDNumber?
    fileprivate(set) var values: [ItemReference: String] = [:]
    fileprivate(set) var entries: [String: [[String: String]]] = [:]
    fileprivate(set) var guardian: Application.Guardian?
    fileprivate(set) var extras: [String: String] = [:]
    /// Where the applicant comes in the bank's reply, from 0; nil without one.
    fileprivate(set) var order: Int?
    /// Whether the police reply excuses a photo that is not there.
    fileprivate(set) var mayLackPhoto = false
    var problems: [BatchProblem] = []

    mutating func refuse(
        _ code: BatchProblem.Code, _ item: String?, _ what: String, remedy: String = "correct it"
    ) {
        problems.append(BatchProblem(code, .row(line), item: item, what, remedy: remedy))
    }

    /// What becomes of the row.
    func outcome(photo: Application.Photo?) -> ApplicationOutcome {
        guard problems.isEmpty, let idNumber, let photo else {
            return .rejected(row: line, idNumber: idNumber, problems: problems)
        }
        return .accepted(
            Application(
                row: line, idNumber: idNumber, values: values, entries: entries, guardian: guardian, extras: extras,
                photo: photo))
    }
}

/// Checks rows against every rule of the profile and the batch, and says everything that is wrong with each.
final class ApplicationValidator {
    let profile: CardProfile
    let columns: ApplicationColumns
    let manifest: BatchManifest
    let replies: ReplyIndex
    private let exceptions: VerificationRules
    private var accepted = AcceptedTexts()

    /// The code table of the guardian's relation, which is no item of the card.
    private static let relationTable = "relation"

    init(profile: CardProfile, columns: ApplicationColumns, manifest: BatchManifest, replies: ReplyIndex) {
        self.profile = profile
        self.columns = columns
        self.manifest = manifest
        self.replies = replies
        exceptions = VerificationRules(profile: profile, replies: replies)
    }

    /// Checks a row whose columns mean `meanings`; a column without a meaning is passed over.
    ///
    /// - Throws: when the replies cannot be asked.
    func check(_ record: CSVRecord, _ meanings: [ApplicationColumns.Meaning?]) throws(BatchError) -> CheckedRow {
        var checked = CheckedRow(line: record.line, offset: record.offset)
        guard record.fields.count == meanings.count else {
            checked.refuse(
                .fieldCount, nil, "has \(record.fields.count) fields, the header has \(meanings.count)",
                remedy: "quote fields that hold commas")
            return checked
        }
        var row = Row()
        for (meaning, text) in zip(meanings, record.fields) where !text.isEmpty {
            if let meaning { take(text, as: meaning, into: &row, &checked) }
        }
        checkItems(row, &checked)
        checkEntries(row, &checked)
        checked.values = row.items
        checkIdentity(row, &checked)
        checkGuardian(row, &checked)
        if let idNumber = checked.idNumber {
            let entries = try replies.entries(of: idNumber)
            exceptions.check(entries, name: row.items[profile.application.name] ?? "", &checked)
            checked.order = entries.first { $0.verifier == .bank && !$0.isException }?.order
            checked.mayLackPhoto = entries.contains {
                $0.verifier == .police && $0.exceptionCode == profile.application.noPhotoReply
            }
        }
        return checked
    }

    /// The texts of a row by what they mean.
    private struct Row {
        var items: [ItemReference: String] = [:]
        /// Section, entry, item.
        var entries: [String: [Int: [String: String]]] = [:]
        var guardian: [ApplicationColumns.GuardianColumn: String] = [:]
    }

    private func take(
        _ text: String, as meaning: ApplicationColumns.Meaning, into row: inout Row, _ checked: inout CheckedRow
    ) {
        switch meaning {
        case .item(let reference): row.items[reference] = text
        case .entry(let section, let index, let item):
            row.entries[section, default: [:]][index, default: [:]][item] = text
        case .guardian(let column): row.guardian[column] = text
        case .extra(let name, let allowed):
            if !allowed.isEmpty, !allowed.contains(text) {
                checked.refuse(.valueWrong, name, "is not \(allowed.joined(separator: " or "))")
            }
            checked.extras[name] = text
        }
    }

    // MARK: Items

    private func checkItems(_ row: Row, _ checked: inout CheckedRow) {
        for (reference, item) in columns.orderedItems {
            if let text = row.items[reference] {
                check(text, item, name: item.name, &checked)
            } else if item.isRequired {
                checked.refuse(.valueMissing, item.name, "is empty", remedy: "fill it in")
            }
        }
    }

    private func checkEntries(_ row: Row, _ checked: inout CheckedRow) {
        for section in columns.listNames {
            guard let entries = row.entries[section], let items = columns.lists[section] else { continue }
            for (index, entry) in entries.sorted(by: { $0.key < $1.key }) {
                for item in items {
                    if let text = entry[item.name] {
                        check(text, item, name: "\(item.name)\(index + 1)", &checked)
                    } else if item.isRequired {
                        checked.refuse(
                            .valueMissing, "\(item.name)\(index + 1)", "is empty beside another value of its entry",
                            remedy: "fill it in")
                    }
                }
                checked.entries[section, default: []].append(entry)
            }
        }
    }

    private func check(_ text: String, _ item: Item, name: @autoclosure () -> String, _ checked: inout CheckedRow) {
        guard !accepted.contains(text, item.number) else { return }
        do {
            _ = try ItemCodec.encode(text, as: item, profile: profile)
            accepted.insert(text, item.number)
        } catch {
            checked.refuse(.valueWrong, name(), error.problem.description)
        }
    }

    // MARK: Rules between items

    private func checkIdentity(_ row: Row, _ checked: inout CheckedRow) {
        let rules = profile.application
        guard let text = row.items[rules.idNumber], let idNumber = try? IDNumber(text) else { return }
        checked.idNumber = idNumber
        let column = rules.idNumber.item
        let isOfTestRegion = idNumber.text.hasPrefix(profile.modes.testRegion)
        if manifest.mode == .formal, isOfTestRegion {
            checked.refuse(
                .wrongRegion, column, "is of region \(profile.modes.testRegion), which belongs to test cards",
                remedy: "make test cards in a batch of mode \"test\"")
        }
        if manifest.mode == .test, !isOfTestRegion {
            checked.refuse(
                .wrongRegion, column, "is not of region \(profile.modes.testRegion), the only one test cards may have",
                remedy: "use fictitious people for test cards")
        }
        if let birthDate = row.items[rules.birthDate].flatMap({ CalendarDate($0) }), birthDate != idNumber.birthDate {
            checked.refuse(
                .birthDateDiffers, rules.birthDate.item, "is not the birth date in \(column)",
                remedy: "correct the one that is wrong")
        }
        let (own, other) =
            idNumber.isMale
            ? (rules.sexOfOddSequence, rules.sexOfEvenSequence) : (rules.sexOfEvenSequence, rules.sexOfOddSequence)
        if let sex = row.items[rules.sex], sex == other, sex != own {
            checked.refuse(
                .sexDiffers, rules.sex.item, "is not the sex in \(column) (17th digit)",
                remedy: "correct the one that is wrong")
        }
    }

    private func checkGuardian(_ row: Row, _ checked: inout CheckedRow) {
        let years = profile.application.guardianBelowYears
        let isNeeded = checked.idNumber.map { $0.birthDate.age(on: manifest.issueDate) < years } ?? false
        guard isNeeded || !row.guardian.isEmpty else { return }
        for column in ApplicationColumns.GuardianColumn.allCases where row.guardian[column] == nil {
            checked.refuse(
                .guardianMissing, columns.name(of: column),
                isNeeded ? "is empty for a child below \(years)" : "is empty", remedy: "fill it in")
        }
        var guardianID: IDNumber?
        if let text = row.guardian[.idNumber] {
            do {
                guardianID = try IDNumber(text)
            } catch {
                checked.refuse(.guardianWrong, columns.name(of: .idNumber), error.description)
            }
        }
        if let relation = row.guardian[.relation], let table = profile.codeTable(Self.relationTable),
            !table.isOpen, table[relation] == nil
        {
            checked.refuse(
                .guardianWrong, columns.name(of: .relation),
                "is no code of \(table.title); it has \(table.entries.map(\.code).joined(separator: ", "))")
        }
        guard let name = row.guardian[.name], let relation = row.guardian[.relation], let guardianID else { return }
        checked.guardian = Application.Guardian(name: name, idNumber: guardianID, relation: relation)
    }
}

/// Texts that were found right before: most items have few values, and a million rows say them again and again.
private struct AcceptedTexts {
    /// Texts of one item that are remembered; names and numbers would fill any memory.
    private static let most = 512

    private var texts: [Int: Set<String>] = [:]

    func contains(_ text: String, _ item: Int) -> Bool { texts[item]?.contains(text) ?? false }

    mutating func insert(_ text: String, _ item: Int) {
        guard texts[item, default: []].count < Self.most else { return }
        texts[item, default: []].insert(text)
    }
}
