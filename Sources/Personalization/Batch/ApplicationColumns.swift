import CardProfiles

/// What the columns of `applications.csv` mean, all of it taken from the profile: an item a province adds to its
/// profile is a column at once.
struct ApplicationColumns {
    enum Meaning: Hashable {
        /// A column of the item's own name.
        case item(ItemReference)
        /// A list item: its name and the number of the entry, `allergen2` (entry 1, counted from 0).
        case entry(section: String, index: Int, item: String)
        case guardian(GuardianColumn)
        /// A column that is no item, and the values it may have (none: any).
        case extra(String, allowed: [String])
    }

    /// In the order of the profile's `guardianColumns`.
    enum GuardianColumn: Int, Hashable, CaseIterable {
        case name, idNumber, relation
    }

    /// By the name of the column.
    let meanings: [String: Meaning]
    /// The items rows fill, by reference.
    let items: [ItemReference: Item]
    /// The same in the order of their numbers.
    let orderedItems: [(reference: ItemReference, item: Item)]
    /// The items of each list section in their order.
    let lists: [String: [Item]]
    /// The names of the list sections in the order of the alphabet.
    let listNames: [String]
    private let guardianNames: [String]

    init(profile: CardProfile) {
        var meanings: [String: Meaning] = [:]
        var items: [ItemReference: Item] = [:]
        var lists: [String: [Item]] = [:]
        for file in profile.files {
            let filled = file.items.filter { $0.source == .application }
            switch file.shape {
            case .object:
                for item in filled where item.group == nil {
                    let reference = ItemReference(section: file.section, item: item.name)
                    items[reference] = item
                    meanings[item.name] = .item(reference)
                }
            case .list where !filled.isEmpty:
                lists[file.section] = filled
                for item in filled {
                    for index in 0..<file.structure.recordCount {
                        meanings["\(item.name)\(index + 1)"] =
                            .entry(section: file.section, index: index, item: item.name)
                    }
                }
            default: break
            }
        }
        for (name, allowed) in profile.application.extraColumns { meanings[name] = .extra(name, allowed: allowed) }
        guardianNames = profile.application.guardianColumns
        for (column, name) in zip(GuardianColumn.allCases, guardianNames) { meanings[name] = .guardian(column) }
        self.meanings = meanings
        self.items = items
        orderedItems = items.sorted { $0.value.number < $1.value.number }.map { ($0.key, $0.value) }
        self.lists = lists
        listNames = lists.keys.sorted()
    }

    /// What the profile calls a column of the guardian.
    func name(of column: GuardianColumn) -> String {
        guardianNames.indices.contains(column.rawValue) ? guardianNames[column.rawValue] : "guardian"
    }

    /// The meaning of each column of a header, nil for one without, and what is wrong with the header.
    func meanings(of header: CSVRecord) -> (meanings: [Meaning?], problems: [BatchProblem]) {
        var problems: [BatchProblem] = []
        func refuse(_ code: BatchProblem.Code, _ item: String, _ what: String, _ remedy: String) {
            problems.append(BatchProblem(code, .row(header.line), item: item, what, remedy: remedy))
        }
        var seen: Set<String> = []
        var result: [Meaning?] = []
        for (index, name) in header.fields.enumerated() {
            // What looks like no name may be a person's data in a file without a header.
            let label = Self.isName(name) ? name : "column \(index + 1)"
            let meaning = meanings[name]
            let isNew = seen.insert(name).inserted
            result.append(isNew ? meaning : nil)
            if !isNew {
                refuse(.columnRepeated, label, "is a column twice", "remove one of the two")
            } else if meaning == nil {
                refuse(.columnUnknown, label, "is no column this file has", "remove it or correct its name")
            }
        }
        for (name, meaning) in meanings.sorted(by: { $0.key < $1.key }) where !seen.contains(name) {
            guard case .item(let reference) = meaning, items[reference]?.isRequired == true else { continue }
            refuse(.columnMissing, name, "is a column every card needs", "add it")
        }
        return (result, problems)
    }

    /// A letter, then letters and digits, as the names of `Docs/items.md` are.
    static func isName(_ text: String) -> Bool {
        func isLetter(_ character: UInt8) -> Bool { (0x61...0x7A).contains(character | 0x20) }
        guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}
