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
    let places: Places
    let relations: ValueRelations
    /// By ``CardProfiles/ValueRelations/Field``, those that rows fill.
    let relatedPlaces: [Int?]
    /// By place in ``ApplicationColumns/orderedItems``: the item's number, and whether a row must have it. An item is a large
    /// value, and not copied for this.
    private let numbers: [Int]
    private let isRequired: [Bool]
    /// By list and item of ``ApplicationColumns/orderedLists``: the items whose days lie in the person's life.
    let datedItems: [[ItemReference?]]
    /// As texts of items are.
    let issueDate: String

    struct Places {
        let idNumber, name, documentType, documentNumber: Int?
    }

    init(profile: CardProfile, columns: ApplicationColumns, manifest: BatchManifest, replies: ReplyIndex) {
        self.profile = profile
        self.columns = columns
        self.manifest = manifest
        self.replies = replies
        exceptions = VerificationRules(profile: profile, replies: replies)
        let rules = profile.application
        places = Places(
            idNumber: columns.place(of: rules.idNumber), name: columns.place(of: rules.name),
            documentType: columns.place(of: rules.identityDocument.type),
            documentNumber: columns.place(of: rules.identityDocument.number))
        let relations = profile.relations
        self.relations = relations
        relatedPlaces = ValueRelations.Field.allCases.map { columns.place(of: relations.reference(of: $0)) }
        numbers = columns.orderedItems.map(\.item.number)
        isRequired = columns.orderedItems.map(\.item.isRequired)
        datedItems = columns.orderedLists.map { list in
            list.items.map { item in
                let reference = ItemReference(section: list.section, item: item.name)
                return rules.notBeforeBirth.contains(reference) ? reference : nil
            }
        }
        issueDate = manifest.issueDate.description
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
            checked.refuse(.table(.fieldCount(record.fields.count, header: meanings.count)))
            return checked
        }
        checked.texts = Array(repeating: nil, count: columns.orderedItems.count)
        for (meaning, field) in zip(meanings, record.fields) where !field.isEmpty {
            guard let meaning else { continue }
            let text = EnteredText.trimmed(field)
            if !text.isEmpty { take(text, as: meaning, &checked) }
        }
        checkItems(&checked, &accepted)
        checkEntries(&checked, &accepted)
        checkIdentity(&checked)
        checkGuardian(&checked)
        checkRelations(&checked)
        if let idNumber = checked.idNumber {
            let entries = try replies.entries(of: idNumber)
            exceptions.check(entries, name: value(at: places.name, of: checked) ?? "", &checked)
            checked.bankPlace = replies.matches.bankPlace(idNumber.packed)
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
        case .guardian(let column):
            checkKept(text, columns.name(of: column), &checked)
            checked.guardianTexts[column] = text
        case .unnamed(let number):
            checked.refuse(.table(.valueWithoutColumn), column: number)
        case .extra(let name, let allowed):
            checkKept(text, name, &checked)
            if !allowed.isEmpty, !allowed.contains(text) {
                checked.refuse(.row(.notOneOf(allowed)), name)
            }
            checked.extras.append((name, text))
        }
    }

    /// What every text is held to that is kept and is no item of the card.
    private func checkKept(_ text: String, _ column: String, _ checked: inout CheckedRow) {
        do {
            try EnteredText.check(text)
        } catch {
            checked.refuse(.row(.text(error)), column)
        }
        guard let damage = SpreadsheetDamage.found(in: text, isNumber: false) else { return }
        checked.refuse(.row(.damaged(damage)), column)
        checked.spoiledColumns.append(column)
    }

    func value(at place: Int?, of checked: CheckedRow) -> String? { place.flatMap { checked.texts[$0] } }

    // MARK: Items

    private func checkItems(_ checked: inout CheckedRow, _ accepted: inout AcceptedTexts) {
        for place in numbers.indices {
            if let text = checked.texts[place] {
                // Most texts were met before.
                if accepted.contains(text, numbers[place]) { continue }
                let item = columns.orderedItems[place].item
                checked.texts[place] = check(text, item, name: item.name, &checked, &accepted)
            } else if isRequired[place] {
                checked.refuse(.row(.missing), columns.orderedItems[place].item.name)
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
            for (index, known) in zip(entry.indices, entry) {
                let item = columns.orderedLists[first.list].items[known.item]
                checked.entryTexts[index].text = check(
                    known.text, item, name: "\(item.name)\(first.index + 1)", &checked, &accepted)
            }
            for (place, item) in columns.orderedLists[first.list].items.enumerated() {
                guard item.isRequired, !entry.contains(where: { $0.item == place }) else { continue }
                checked.refuse(.row(.missingInEntry), "\(item.name)\(first.index + 1)")
            }
        }
    }

    /// The one spelling of a text: `true` for `TRUE`, `05` for `5`; a text that is wrong as it is.
    private func check(
        _ text: String, _ item: Item, name: @autoclosure () -> String, _ checked: inout CheckedRow,
        _ accepted: inout AcceptedTexts
    ) -> String {
        guard !accepted.contains(text, item.number) else { return text }
        do {
            guard let value = try ItemCodec.value(of: text, as: item, profile: profile) else { return text }
            _ = try ItemCodec.encode(value, as: item, profile: profile)
            let spelling = value.text
            if profile.form(of: item)?.isPhone == true, SpreadsheetDamage.lostZero(inPhone: spelling) {
                checked.refuse(.row(.damaged(.zeroLost)), name())
                checked.spoiledColumns.append(name())
                return text
            }
            accepted.insert(spelling, item.number)
            return spelling
        } catch {
            let damage = Self.damage(error.problem, text)
            checked.refuse(.row(damage.map { .damaged($0) } ?? .value(error.problem)), name())
            if damage != nil { checked.spoiledColumns.append(name()) }
            return text
        }
    }

    /// Whether a text of an item is right, and spelled as it should be.
    func isRight(_ text: String, _ item: Item) -> Bool {
        guard let value = try? ItemCodec.value(of: text, as: item, profile: profile),
            (try? ItemCodec.encode(value, as: item, profile: profile)) != nil
        else { return false }
        let spelling = value.text
        return EnteredText.isSame(spelling, text)
            && !(profile.form(of: item)?.isPhone == true && SpreadsheetDamage.lostZero(inPhone: spelling))
    }

    /// What a spreadsheet made of a value that is wrong; nil where it is wrong by itself.
    private static func damage(_ problem: ItemError.Problem, _ text: String) -> SpreadsheetDamage? {
        if case .form(_, let found) = problem {
            if case .spreadsheet(let damage) = found { return damage }
            return nil
        }
        return SpreadsheetDamage.found(in: text, isNumber: true)
    }
}

/// Texts that were found right before: most items have few values, and a million rows say them again and again.
struct AcceptedTexts {
    /// Texts of one item that are remembered; names and numbers would fill any memory.
    private static let most = 512

    /// Items whose texts are remembered.
    private static let mostItems = 1024

    /// A text that is equal to another of the same characters only: Swift's equality takes an é of two characters for
    /// one of a single character, and the card's set may have one of them.
    private struct ExactText: Hashable {
        let text: String

        static func == (one: ExactText, other: ExactText) -> Bool { EnteredText.isSame(one.text, other.text) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    /// By the item's number.
    private var texts: [Set<ExactText>] = []

    func contains(_ text: String, _ item: Int) -> Bool {
        texts.indices.contains(item) && texts[item].contains(ExactText(text: text))
    }

    mutating func insert(_ text: String, _ item: Int) {
        guard (0..<Self.mostItems).contains(item) else { return }
        while texts.count <= item { texts.append([]) }
        guard texts[item].count < Self.most else { return }
        texts[item].insert(ExactText(text: text))
    }
}
