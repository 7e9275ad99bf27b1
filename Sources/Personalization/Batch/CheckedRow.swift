import CardProfiles
import ISO7816

/// What the rules say of one row, its photo left out.
struct CheckedRow {
    /// A text of a list item, by where ``ApplicationColumns`` has the item.
    struct EntryText {
        let list: Int
        /// The entry, from 0.
        let index: Int
        let item: Int
        var text: String
    }

    let line: Int
    /// Where the row begins in the file, in bytes.
    let offset: Int
    var idNumber: IDNumber?
    /// What stands in its place and is not valid, in its plain spelling.
    var wrongNumber: String?
    /// The texts of items in the order of ``ApplicationColumns/orderedItems``; nil where one is empty.
    var texts: [String?] = []
    /// Those of list items, in the order of list, entry, item.
    var entryTexts: [EntryText] = []
    var guardianTexts: [ApplicationColumns.GuardianColumn: String] = [:]
    var guardian: Application.Guardian?
    /// The columns that are no items, by their names.
    var extras: [(name: String, text: String)] = []
    /// Grows with the applicant's place in the bank's reply; nil without one.
    var bankPlace: UInt32?
    /// Whether the police reply excuses a photo that is not there.
    var mayLackPhoto = false
    var problems: [BatchProblem] = []
    /// The columns whose values a spreadsheet has spoiled.
    var spoiledColumns: [String] = []

    init(line: Int, offset: Int) {
        self.line = line
        self.offset = offset
    }

    /// Where the card is to go; empty when the row does not say.
    var collectionPoint: String { extras.first { $0.name == Batch.collectionPointColumn }?.text ?? "" }

    mutating func refuse(_ finding: BatchFinding, _ item: String? = nil) {
        problems.append(BatchProblem(finding, .row(line), item: item))
    }

    mutating func refuse(_ finding: BatchFinding, column: Int) {
        problems.append(BatchProblem(finding, .row(line), column: column))
    }

    /// What becomes of the row.
    func outcome(photo: Application.Photo?, rules: RowRules) -> ApplicationOutcome {
        guard problems.isEmpty, let idNumber, let photo else {
            return .rejected(row: line, idNumber: idNumber, problems: problems)
        }
        let columns = rules.validator.columns
        let digest = rules.content.digest(of: self, photo: photo.digest)
        var values: [ItemReference: String] = [:]
        for (item, text) in zip(columns.orderedItems, texts) { values[item.reference] = text }
        return .accepted(
            Application(
                row: line, idNumber: idNumber, values: values, entries: entries(columns), guardian: guardian,
                extras: Dictionary(extras.map { ($0.name, $0.text) }) { _, last in last }, photo: photo,
                contentDigest: Hex.encode(digest).lowercased()))
    }

    private func entries(_ columns: ApplicationColumns) -> [String: [[String: String]]] {
        var entries: [String: [[String: String]]] = [:]
        var rest = entryTexts[...]
        while let first = rest.first {
            let list = columns.orderedLists[first.list]
            let entry = rest.prefix { $0.list == first.list && $0.index == first.index }
            rest = rest.dropFirst(entry.count)
            entries[list.section, default: []].append(
                Dictionary(entry.map { (list.items[$0.item].name, $0.text) }) { _, last in last })
        }
        return entries
    }
}
