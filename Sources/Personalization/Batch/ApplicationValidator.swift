import CardProfiles

/// Checks rows against every rule of the profile and the batch, and says everything that is wrong with each.
struct ApplicationValidator {
    let profile: CardProfile
    let columns: ApplicationColumns
    let manifest: BatchManifest
    /// The folder with the photos.
    let photos: String
    let replies: ReplyIndex

    /// The code table of the guardian's relation, which is no item of the card.
    private static let relationTable = "relation"

    /// The bytes a photo may have.
    private var longestPhoto: Int { profile.item(profile.application.photo)?.capacity ?? 0 }

    /// What becomes of a row whose columns mean `meanings`.
    func validate(_ record: CSVRecord, _ meanings: [ApplicationColumns.Meaning]) -> ApplicationOutcome {
        guard record.fields.count == meanings.count else {
            let problem = BatchProblem(
                .row(record.line), "has \(record.fields.count) fields, the header has \(meanings.count)",
                remedy: "quote fields that hold commas")
            return .rejected(row: record.line, idNumber: nil, problems: [problem])
        }
        var row = Row(line: record.line)
        for (meaning, text) in zip(meanings, record.fields) { take(text, as: meaning, into: &row) }
        let values = checkItems(&row)
        let entries = checkEntries(&row)
        let idNumber = checkIdentity(&row)
        let guardian = checkGuardian(&row, idNumber)
        var photo: Application.Photo?
        if let idNumber {
            checkReplies(&row, idNumber)
            photo = checkPhoto(&row, idNumber)
        }
        guard row.problems.isEmpty, let idNumber, let photo else {
            return .rejected(row: record.line, idNumber: idNumber, problems: row.problems)
        }
        return .accepted(
            Application(
                row: record.line, idNumber: idNumber, values: values, entries: entries, guardian: guardian,
                extras: row.extras, photo: photo))
    }

    /// A row on its way to becoming an application.
    private struct Row {
        let line: Int
        var items: [ItemReference: String] = [:]
        /// Section, entry, item.
        var entries: [String: [Int: [String: String]]] = [:]
        var guardian: [ApplicationColumns.GuardianColumn: String] = [:]
        var extras: [String: String] = [:]
        var problems: [BatchProblem] = []

        mutating func refuse(_ item: String, _ what: String, remedy: String = "correct it") {
            problems.append(BatchProblem(.row(line), item: item, what, remedy: remedy))
        }
    }

    private func take(_ text: String, as meaning: ApplicationColumns.Meaning, into row: inout Row) {
        guard !text.isEmpty else { return }
        switch meaning {
        case .item(let reference): row.items[reference] = text
        case .entry(let section, let index, let item):
            row.entries[section, default: [:]][index, default: [:]][item] = text
        case .guardian(let column): row.guardian[column] = text
        case .extra(let name, let allowed):
            if !allowed.isEmpty, !allowed.contains(text) {
                row.refuse(name, "is not \(allowed.joined(separator: " or "))")
            }
            row.extras[name] = text
        }
    }

    // MARK: Items

    private func checkItems(_ row: inout Row) -> [ItemReference: String] {
        for (reference, item) in columns.items.sorted(by: { $0.value.number < $1.value.number }) {
            guard let text = row.items[reference] else {
                if item.isRequired { row.refuse(item.name, "is empty", remedy: "fill it in") }
                continue
            }
            check(text, item, name: item.name, &row)
        }
        return row.items
    }

    private func checkEntries(_ row: inout Row) -> [String: [[String: String]]] {
        var result: [String: [[String: String]]] = [:]
        for (section, items) in columns.lists.sorted(by: { $0.key < $1.key }) {
            for (index, entry) in (row.entries[section] ?? [:]).sorted(by: { $0.key < $1.key }) {
                for item in items {
                    let name = "\(item.name)\(index + 1)"
                    if let text = entry[item.name] {
                        check(text, item, name: name, &row)
                    } else if item.isRequired {
                        row.refuse(name, "is empty beside another value of its entry", remedy: "fill it in")
                    }
                }
                result[section, default: []].append(entry)
            }
        }
        return result
    }

    private func check(_ text: String, _ item: Item, name: String, _ row: inout Row) {
        do {
            _ = try ItemCodec.encode(text, as: item, profile: profile)
        } catch {
            row.refuse(name, error.problem.description)
        }
    }

    // MARK: Rules between items

    private func checkIdentity(_ row: inout Row) -> IDNumber? {
        let rules = profile.application
        guard let text = row.items[rules.idNumber], let idNumber = try? IDNumber(text) else { return nil }
        let column = rules.idNumber.item
        let isOfTestRegion = idNumber.text.hasPrefix(profile.modes.testRegion)
        if manifest.mode == .formal, isOfTestRegion {
            row.refuse(
                column, "is of region \(profile.modes.testRegion), which belongs to test cards",
                remedy: "make test cards in a batch of mode \"test\"")
        }
        if manifest.mode == .test, !isOfTestRegion {
            row.refuse(
                column, "is not of region \(profile.modes.testRegion), the only one test cards may have",
                remedy: "use fictitious people for test cards")
        }
        if let birthDate = row.items[rules.birthDate].flatMap({ CalendarDate($0) }), birthDate != idNumber.birthDate {
            row.refuse(
                rules.birthDate.item, "is not the birth date in \(column)", remedy: "correct the one that is wrong")
        }
        let (own, other) =
            idNumber.isMale
            ? (rules.sexOfOddSequence, rules.sexOfEvenSequence) : (rules.sexOfEvenSequence, rules.sexOfOddSequence)
        if let sex = row.items[rules.sex], sex == other, sex != own {
            row.refuse(
                rules.sex.item, "is not the sex in \(column) (17th digit)", remedy: "correct the one that is wrong")
        }
        return idNumber
    }

    private func checkGuardian(_ row: inout Row, _ idNumber: IDNumber?) -> Application.Guardian? {
        let isNeeded =
            idNumber.map { $0.birthDate.age(on: manifest.issueDate) < profile.application.guardianBelowYears } ?? false
        guard isNeeded || !row.guardian.isEmpty else { return nil }
        for column in ApplicationColumns.GuardianColumn.allCases where row.guardian[column] == nil {
            let reason = isNeeded ? "is empty for a child below \(profile.application.guardianBelowYears)" : "is empty"
            row.refuse(columns.name(of: column), reason, remedy: "fill it in")
        }
        var guardianID: IDNumber?
        if let text = row.guardian[.idNumber] {
            do {
                guardianID = try IDNumber(text)
            } catch {
                row.refuse(columns.name(of: .idNumber), error.description)
            }
        }
        if let relation = row.guardian[.relation], let table = profile.codeTable(Self.relationTable),
            !table.isOpen, table[relation] == nil
        {
            row.refuse(
                columns.name(of: .relation),
                "is no code of \(table.title); it has \(table.entries.map(\.code).joined(separator: ", "))")
        }
        guard let name = row.guardian[.name], let relation = row.guardian[.relation], let guardianID else { return nil }
        return Application.Guardian(name: name, idNumber: guardianID, relation: relation)
    }

    // MARK: Replies and photo

    private func checkReplies(_ row: inout Row, _ idNumber: IDNumber) {
        let column = profile.application.idNumber.item
        for verifier in replies.verifiers {
            guard let entry = replies.entry(of: idNumber, in: verifier) else {
                row.refuse(column, "is in no reply of the \(verifier)", remedy: "leave the applicant to a later batch")
                continue
            }
            if entry.name != row.items[profile.application.name] {
                row.refuse(
                    profile.application.name.item,
                    "is not the name in \(replies.file(of: entry)) record \(entry.number)",
                    remedy: "have the \(verifier) look again")
            }
            if let code = entry.exceptionCode, code != profile.application.noPhotoReply {
                row.refuse(
                    column,
                    "is an exception (YCDM \(code.prefix(4))) in \(replies.file(of: entry)) record \(entry.number)",
                    remedy: "settle it with the \(verifier) first")
            }
        }
    }

    private func checkPhoto(_ row: inout Row, _ idNumber: IDNumber) -> Application.Photo? {
        let path = photos + "/" + idNumber.text + ".jpg"
        let name = profile.application.photo.item
        do {
            _ = try PhotoCheck.load(path: path, limit: longestPhoto)
            return .file(path: path)
        } catch {
            let mayLack = replies.entry(of: idNumber, in: .police)?.exceptionCode == profile.application.noPhotoReply
            if error == .missing, mayLack { return .absent }
            row.refuse(name, error.description, remedy: error.remedy)
            return nil
        }
    }
}
