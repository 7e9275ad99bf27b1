import CardProfiles

/// Checks rows against every rule of the profile and the batch, and says everything that is wrong with each. A value:
/// several threads may check at once.
struct ApplicationValidator: Sendable {
    let profile: CardProfile
    let columns: ApplicationColumns
    let manifest: BatchManifest
    let replies: ReplyIndex
    private let exceptions: VerificationRules
    /// Where items that depend on each other stand among ``ApplicationColumns/orderedItems``.
    private let places: (idNumber: Int?, name: Int?, birthDate: Int?, sex: Int?)

    /// The code table of the guardian's relation, which is no item of the card.
    private static let relationTable = "relation"

    init(profile: CardProfile, columns: ApplicationColumns, manifest: BatchManifest, replies: ReplyIndex) {
        self.profile = profile
        self.columns = columns
        self.manifest = manifest
        self.replies = replies
        exceptions = VerificationRules(profile: profile, replies: replies)
        let rules = profile.application
        places = (
            columns.place(of: rules.idNumber), columns.place(of: rules.name), columns.place(of: rules.birthDate),
            columns.place(of: rules.sex)
        )
    }

    /// Checks a row whose columns mean `meanings`; a column without a meaning is passed over.
    ///
    /// - Parameter accepted: texts of earlier rows, which need not be looked at again.
    /// - Throws: when the replies cannot be asked.
    func check(
        _ record: CSVRecord, _ meanings: [ApplicationColumns.Meaning?], _ accepted: inout AcceptedTexts
    ) throws(BatchError) -> CheckedRow {
        var checked = CheckedRow(line: record.line, offset: record.offset)
        guard record.fields.count == meanings.count else {
            checked.refuse(
                .fieldCount, nil, "has \(record.fields.count) fields, the header has \(meanings.count)",
                remedy: "quote fields that hold commas")
            return checked
        }
        checked.texts = Array(repeating: nil, count: columns.orderedItems.count)
        for (meaning, text) in zip(meanings, record.fields) where !text.isEmpty {
            if let meaning { take(text, as: meaning, &checked) }
        }
        checkItems(&checked, &accepted)
        checkEntries(&checked, &accepted)
        checkIdentity(&checked)
        checkGuardian(&checked)
        if let idNumber = checked.idNumber {
            let entries = try replies.entries(of: idNumber)
            exceptions.check(entries, name: value(at: places.name, of: checked) ?? "", &checked)
            checked.order = entries.first { $0.verifier == .bank && !$0.isException }?.order
            checked.mayLackPhoto = entries.contains {
                $0.verifier == .police && $0.exceptionCode == profile.application.noPhotoReply
            }
        }
        return checked
    }

    private func take(_ text: String, as meaning: ApplicationColumns.Meaning, _ checked: inout CheckedRow) {
        switch meaning {
        case .item(let place): checked.texts[place] = text
        case .entry(let list, let index, let item):
            checked.entryTexts.append(CheckedRow.EntryText(list: list, index: index, item: item, text: text))
        case .guardian(let column): checked.guardianTexts[column] = text
        case .extra(let name, let allowed):
            if !allowed.isEmpty, !allowed.contains(text) {
                checked.refuse(.valueWrong, name, "is not \(allowed.joined(separator: " or "))")
            }
            checked.extras.append((name, text))
        }
    }

    private func value(at place: Int?, of checked: CheckedRow) -> String? { place.flatMap { checked.texts[$0] } }

    // MARK: Items

    private func checkItems(_ checked: inout CheckedRow, _ accepted: inout AcceptedTexts) {
        for place in columns.orderedItems.indices {
            if let text = checked.texts[place] {
                // Most texts were met before: an item is a large value, and not copied for those.
                if accepted.contains(text, columns.orderedItems[place].item.number) { continue }
                let item = columns.orderedItems[place].item
                check(text, item, name: item.name, &checked, &accepted)
            } else if columns.orderedItems[place].item.isRequired {
                checked.refuse(.valueMissing, columns.orderedItems[place].item.name, "is empty", remedy: "fill it in")
            }
        }
    }

    private func checkEntries(_ checked: inout CheckedRow, _ accepted: inout AcceptedTexts) {
        guard !checked.entryTexts.isEmpty else { return }
        checked.entryTexts.sort { ($0.list, $0.index, $0.item) < ($1.list, $1.index, $1.item) }
        let texts = checked.entryTexts
        var rest = texts[...]
        while let first = rest.first {
            let entry = rest.prefix { $0.list == first.list && $0.index == first.index }
            rest = rest.dropFirst(entry.count)
            for (place, item) in columns.orderedLists[first.list].items.enumerated() {
                if let text = entry.first(where: { $0.item == place })?.text {
                    check(text, item, name: "\(item.name)\(first.index + 1)", &checked, &accepted)
                } else if item.isRequired {
                    checked.refuse(
                        .valueMissing, "\(item.name)\(first.index + 1)",
                        "is empty beside another value of its entry", remedy: "fill it in")
                }
            }
        }
    }

    private func check(
        _ text: String, _ item: Item, name: @autoclosure () -> String, _ checked: inout CheckedRow,
        _ accepted: inout AcceptedTexts
    ) {
        guard !accepted.contains(text, item.number) else { return }
        do {
            _ = try ItemCodec.encode(text, as: item, profile: profile)
            accepted.insert(text, item.number)
        } catch {
            checked.refuse(.valueWrong, name(), error.problem.description)
        }
    }

    // MARK: Rules between items

    private func checkIdentity(_ checked: inout CheckedRow) {
        let rules = profile.application
        guard let text = value(at: places.idNumber, of: checked), let idNumber = try? IDNumber(text) else { return }
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
        if let birthDate = value(at: places.birthDate, of: checked).flatMap({ CalendarDate($0) }),
            birthDate != idNumber.birthDate
        {
            checked.refuse(
                .birthDateDiffers, rules.birthDate.item, "is not the birth date in \(column)",
                remedy: "correct the one that is wrong")
        }
        let (own, other) =
            idNumber.isMale
            ? (rules.sexOfOddSequence, rules.sexOfEvenSequence) : (rules.sexOfEvenSequence, rules.sexOfOddSequence)
        if let sex = value(at: places.sex, of: checked), sex == other, sex != own {
            checked.refuse(
                .sexDiffers, rules.sex.item, "is not the sex in \(column) (17th digit)",
                remedy: "correct the one that is wrong")
        }
    }

    private func checkGuardian(_ checked: inout CheckedRow) {
        let guardian = checked.guardianTexts
        let years = profile.application.guardianBelowYears
        let isNeeded = checked.idNumber.map { $0.birthDate.age(on: manifest.issueDate) < years } ?? false
        guard isNeeded || !guardian.isEmpty else { return }
        for column in ApplicationColumns.GuardianColumn.allCases where guardian[column] == nil {
            checked.refuse(
                .guardianMissing, columns.name(of: column),
                isNeeded ? "is empty for a child below \(years)" : "is empty", remedy: "fill it in")
        }
        var guardianID: IDNumber?
        if let text = guardian[.idNumber] {
            do {
                guardianID = try IDNumber(text)
            } catch {
                checked.refuse(.guardianWrong, columns.name(of: .idNumber), error.description)
            }
        }
        if let relation = guardian[.relation], let table = profile.codeTable(Self.relationTable),
            !table.isOpen, table[relation] == nil
        {
            checked.refuse(
                .guardianWrong, columns.name(of: .relation),
                "is no code of \(table.title); it has \(table.entries.map(\.code).joined(separator: ", "))")
        }
        guard let name = guardian[.name], let relation = guardian[.relation], let guardianID else { return }
        checked.guardian = Application.Guardian(name: name, idNumber: guardianID, relation: relation)
    }
}

/// Texts that were found right before: most items have few values, and a million rows say them again and again.
struct AcceptedTexts {
    /// Texts of one item that are remembered; names and numbers would fill any memory.
    private static let most = 512

    /// Items whose texts are remembered.
    private static let mostItems = 1024

    /// By the item's number.
    private var texts: [Set<String>] = []

    func contains(_ text: String, _ item: Int) -> Bool { texts.indices.contains(item) && texts[item].contains(text) }

    mutating func insert(_ text: String, _ item: Int) {
        guard (0..<Self.mostItems).contains(item) else { return }
        while texts.count <= item { texts.append([]) }
        guard texts[item].count < Self.most else { return }
        texts[item].insert(text)
    }
}
