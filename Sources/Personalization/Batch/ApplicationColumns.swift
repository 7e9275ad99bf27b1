import CardProfiles

/// What the columns of `applications.csv` mean, all of it taken from the profile: an item a province adds to its
/// profile is a column at once.
struct ApplicationColumns: Sendable {
    enum Meaning: Hashable {
        /// A column of the item's own name, and the item's place in ``orderedItems``.
        case item(Int)
        /// A list item, `allergen2`: the list's place in ``orderedLists``, the entry from 0, the item's place in the list.
        case entry(list: Int, index: Int, item: Int)
        case guardian(GuardianColumn)
        /// A column that is no item, and the values it may have (none: any).
        case extra(String, allowed: [String])
        /// A column without a name, which spreadsheets leave behind: nothing may be in it.
        case unnamed(Int)
    }

    /// In the order of the profile's `guardianColumns`.
    enum GuardianColumn: Int, Hashable, CaseIterable {
        case name, idNumber, relation
    }

    /// By the name of the column.
    let meanings: [String: Meaning]
    /// The items rows fill, in the order of their numbers.
    let orderedItems: [(reference: ItemReference, item: Item)]
    /// The list sections in the order of the alphabet, each with its items.
    let orderedLists: [(section: String, items: [Item])]
    private let guardianNames: [String]

    init(profile: CardProfile) {
        var meanings: [String: Meaning] = [:]
        var items: [(reference: ItemReference, item: Item)] = []
        var lists: [(section: String, items: [Item], entries: Int)] = []
        for file in profile.files {
            let filled = file.items.filter { $0.source == .application }
            switch file.shape {
            case .object:
                items += filled.filter { $0.group == nil }.map {
                    (reference: ItemReference(section: file.section, item: $0.name), item: $0)
                }
            case .list where !filled.isEmpty: lists.append((file.section, filled, file.structure.recordCount))
            default: break
            }
        }
        items.sort { $0.item.number < $1.item.number }
        lists.sort { $0.section < $1.section }
        for (place, item) in items.enumerated() { meanings[item.item.name] = .item(place) }
        for (list, section) in lists.enumerated() {
            for (place, item) in section.items.enumerated() {
                for index in 0..<section.entries {
                    meanings["\(item.name)\(index + 1)"] = .entry(list: list, index: index, item: place)
                }
            }
        }
        for (name, allowed) in profile.application.extraColumns { meanings[name] = .extra(name, allowed: allowed) }
        guardianNames = profile.application.guardianColumns
        for (column, name) in zip(GuardianColumn.allCases, guardianNames) { meanings[name] = .guardian(column) }
        self.meanings = meanings
        orderedItems = items
        orderedLists = lists.map { ($0.section, $0.items) }
    }

    /// Where an item stands in ``orderedItems``; nil for one that rows do not fill.
    func place(of reference: ItemReference) -> Int? { orderedItems.firstIndex { $0.reference == reference } }

    /// What the profile calls a column of the guardian.
    func name(of column: GuardianColumn) -> String {
        guardianNames.indices.contains(column.rawValue) ? guardianNames[column.rawValue] : "guardian"
    }

    /// The meaning of each column of a header, nil for one without, and what is wrong with the header.
    func meanings(of header: CSVRecord) -> (meanings: [Meaning?], problems: [BatchProblem]) {
        var problems: [BatchProblem] = []
        let place = BatchProblem.Place.row(header.line)
        var seen: Set<String> = []
        var result: [Meaning?] = []
        for (index, field) in header.fields.enumerated() {
            let name = EnteredText.trimmed(field)
            guard !name.isEmpty else {
                result.append(.unnamed(index + 1))
                continue
            }
            let meaning = meanings[name]
            let isNew = seen.insert(name).inserted
            result.append(isNew ? meaning : nil)
            guard !isNew || meaning == nil else { continue }
            let finding = BatchFinding.table(isNew ? .columnUnknown : .columnRepeated)
            // What looks like no name may be a person's data in a file without a header.
            problems.append(
                Self.isName(name)
                    ? BatchProblem(finding, place, item: name) : BatchProblem(finding, place, column: index + 1))
        }
        for (name, meaning) in meanings.sorted(by: { $0.key < $1.key }) where !seen.contains(name) {
            guard case .item(let index) = meaning, orderedItems[index].item.isRequired else { continue }
            problems.append(BatchProblem(.table(.columnMissing), place, item: name))
        }
        return (result, problems)
    }

    /// Whether a header has the columns every row is told apart by.
    func isHeader(_ fields: [String]) -> Bool {
        fields.contains { if case .item? = meanings[EnteredText.trimmed($0)] { true } else { false } }
    }

    /// A letter, then letters and digits, as the names of `Docs/items.md` are.
    static func isName(_ text: String) -> Bool {
        func isLetter(_ character: UInt8) -> Bool { (0x61...0x7A).contains(character | 0x20) }
        guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}
