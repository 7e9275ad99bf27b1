import CardProfiles

/// Takes the rows that are right as they stand, from the bytes that were read: nearly all of them. A row that gives any
/// reason for a closer look is left to ``ApplicationValidator``, which says what is wrong with it or how it is to be
/// spelled. What is taken here, that would take unchanged.
///
/// One thread at a time.
final class RowScreen {
    /// A row with nothing wrong but perhaps its photo.
    struct Row {
        let line: Int
        let offset: Int
        /// ``CardProfiles/IDNumber/packed``
        let id: UInt64
        /// Grows with the place in the bank's reply; nil without one.
        let bankPlace: UInt32?
        let mayLackPhoto: Bool
        /// What the order's digest is made of, in the bytes the row was written to; behind it is room for the photo's
        /// fields.
        let content: Range<Int>
        /// The collection point, there.
        let point: Range<Int>
        /// Numbers of sixteen digits and more, by the item's place; nearly always none.
        let longNumbers: [(place: Int, number: Range<Int>)]
    }

    /// What a column is.
    private enum Kind {
        /// A text in it does not matter.
        case none
        /// A row with a text in it is looked at more closely.
        case closer
        case value
    }

    private let rules: RowRules
    private let columns: [Kind]
    /// Of columns with values; nil for others.
    private let screens: [TextScreen?]
    /// By column: the bit of an entry's item; 0 for others.
    private let entryBits: [UInt64]
    /// The bits of each entry, and of those of its items it must have.
    private let entries: [(all: UInt64, required: UInt64)]
    private let required: [Int]
    /// The columns whose texts belong to the order's digest, in its sequence, and where the fields before the text are in
    /// `heads`.
    private let contents: [(column: Int, start: Int, end: Int)]
    private let heads: [UInt8]
    private let matches: ReplyMatches
    private let verifiers: [Verifier]
    /// Whether what the police reply says beside a match is that there is no photo.
    private let isPhotoExcused: Bool
    private let number: Int
    private let name: Int?
    private let point: Int?
    private let relations: Relations
    /// Of a test batch the region its people are of; of a formal one the region nobody is of.
    private let region: [UInt8]
    private let isOfRegion: Bool
    /// By column, while a row is looked at.
    private let texts: UnsafeMutablePointer<UnsafeRawBufferPointer>

    /// Columns of values that depend on each other.
    private struct Relations {
        var birthDate, sex, documentType, documentNumber: Int?
        /// The columns of days that lie in the person's life.
        var days: [Int] = []
        /// Columns that are compared with what is not known here.
        var closer: [Int] = []
        /// `YYYYMMDD`
        var issueDate = 0
        /// Who is born after this day needs a guardian.
        var lastAdult = 0
        var oddSex: [UInt8] = []
        var evenSex: [UInt8] = []
        var documentCode: [UInt8] = []
    }

    /// Nil where rows cannot be told apart by their columns.
    init?(_ rules: RowRules) {
        let validator = rules.validator
        let table = validator.columns
        let profile = validator.profile
        guard let numberPlace = validator.places.idNumber,
            let number = rules.meanings.firstIndex(of: .item(numberPlace))
        else { return nil }
        func column(_ place: Int?) -> Int? { place.flatMap { rules.meanings.firstIndex(of: .item($0)) } }
        self.rules = rules
        self.number = number
        name = column(validator.places.name)
        point = rules.meanings.firstIndex {
            if case .extra(Batch.collectionPointColumn, _)? = $0 { true } else { false }
        }
        var columns: [Kind] = []
        var screens: [TextScreen?] = []
        var entryBits: [UInt64] = []
        var items: [(order: Int, column: Int, head: [UInt8])] = []
        var extras: [(column: Int, head: [UInt8])] = []
        var entryColumns: [(list: Int, index: Int, item: Int, column: Int)] = []
        for (index, meaning) in rules.meanings.enumerated() {
            var bit: UInt64 = 0
            var screen: TextScreen?
            var kind = Kind.value
            switch meaning {
            case nil: kind = .none
            case .item(let place):
                screen = TextScreen(table.orderedItems[place].item, validator)
                items.append((place, index, rules.content.heads[place]))
            case .entry(let list, let entry, let item):
                guard entryColumns.count < UInt64.bitWidth else { return nil }
                bit = 1 << UInt64(entryColumns.count)
                entryColumns.append((list, entry, item, index))
                screen = TextScreen(table.orderedLists[list].items[item], validator)
            case .extra(let name, let allowed):
                screen = TextScreen(allowed: allowed)
                extras.append((index, OrderContent.fields(["extra", name])))
            case .guardian, .unnamed: kind = .closer
            }
            columns.append(kind)
            screens.append(screen)
            entryBits.append(bit)
        }
        self.columns = columns
        self.screens = screens
        self.entryBits = entryBits
        let sorted = entryColumns.sorted { ($0.list, $0.index, $0.item) < ($1.list, $1.index, $1.item) }
        let contents: [(column: Int, head: [UInt8])] =
            items.sorted { $0.order < $1.order }.map { ($0.column, $0.head) }
            + sorted.map { entry in
                let list = table.orderedLists[entry.list]
                return (
                    entry.column,
                    OrderContent.fields(["entry", list.section, String(entry.index + 1), list.items[entry.item].name])
                )
            } + extras
        var heads: [UInt8] = []
        self.contents = contents.map { content in
            heads += content.head
            return (content.column, heads.count - content.head.count, heads.count)
        }
        self.heads = heads
        matches = validator.replies.matches
        verifiers = validator.replies.verifiers
        isPhotoExcused = matches.commonCode == profile.application.noPhotoReply
        var groups: [(list: Int, index: Int, all: UInt64, required: UInt64)] = []
        for entry in sorted where groups.last.map({ ($0.list, $0.index) == (entry.list, entry.index) }) != true {
            let own = sorted.filter { $0.list == entry.list && $0.index == entry.index }
            let isWhole = table.orderedLists[entry.list].items.enumerated().allSatisfy { place, item in
                !item.isRequired || own.contains { $0.item == place }
            }
            let requiredBits = own.filter { table.orderedLists[entry.list].items[$0.item].isRequired }
                .reduce(0) { $0 | entryBits[$1.column] }
            // An entry that cannot be whole has a bit that no row sets.
            groups.append(
                (
                    entry.list, entry.index, own.reduce(0) { $0 | entryBits[$1.column] },
                    isWhole ? requiredBits : .max
                ))
        }
        entries = groups.map { ($0.all, $0.required) }
        guard let required = Self.required(rules) else { return nil }
        self.required = required
        relations = Self.relations(validator, rules.meanings, entryColumns.map { ($0.list, $0.item, $0.column) })
        region = Array(profile.modes.testRegion.utf8)
        isOfRegion = validator.manifest.mode == .test
        texts = .allocate(capacity: rules.meanings.count)
        texts.initialize(repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: rules.meanings.count)
    }

    deinit { texts.deallocate() }

    /// The columns of items that every row must have; nil where one has no column.
    private static func required(_ rules: RowRules) -> [Int]? {
        var required: [Int] = []
        for (place, item) in rules.validator.columns.orderedItems.enumerated() where item.item.isRequired {
            guard let column = rules.meanings.firstIndex(of: .item(place)) else { return nil }
            required.append(column)
        }
        return required
    }

    private static func relations(
        _ validator: ApplicationValidator, _ meanings: [ApplicationColumns.Meaning?],
        _ entries: [(list: Int, item: Int, column: Int)]
    ) -> Relations {
        let rules = validator.profile.application
        func column(_ field: ValueRelations.Field) -> Int? {
            validator.relatedPlaces[field.rawValue].flatMap { meanings.firstIndex(of: .item($0)) }
        }
        func number(_ date: CalendarDate, yearsBefore years: Int = 0) -> Int {
            (date.year - years) * 10_000 + date.month * 100 + date.day
        }
        var relations = Relations()
        relations.birthDate = column(.birthDate)
        relations.sex = column(.sex)
        relations.documentType = column(.documentType)
        relations.documentNumber = column(.documentNumber)
        relations.closer = [column(.issueDate), column(.validUntil)].compactMap { $0 }
        relations.days = entries.filter { validator.datedItems[$0.list][$0.item] != nil }.map(\.column)
        let issueDate = validator.manifest.issueDate
        relations.issueDate = number(issueDate)
        relations.lastAdult = number(issueDate, yearsBefore: rules.guardianBelowYears)
        relations.oddSex = Array(rules.sexOfOddSequence.utf8)
        relations.evenSex = Array(rules.sexOfEvenSequence.utf8)
        relations.documentCode = Array(rules.identityDocument.code.utf8)
        return relations
    }

    // MARK: One row

    /// The row, whose content is appended to `bytes`; nil where a closer look is to be taken.
    func row(_ record: PlainRecord, _ bytes: inout [UInt8]) -> Row? {
        guard record.count == columns.count else { return nil }
        var present: UInt64 = 0
        for column in columns.indices {
            let field = record[column]
            texts[column] = field
            if field.isEmpty { continue }
            guard Self.needsNoTrimming(field) else { return nil }
            switch columns[column] {
            case .none: continue
            case .closer: return nil
            case .value:
                guard accepts(field, column) else { return nil }
                present |= entryBits[column]
            }
        }
        for column in required where texts[column].isEmpty { return nil }
        for entry in entries where present & entry.all != 0 {
            guard present & entry.required == entry.required else { return nil }
        }
        guard let person = PlainBytes.idNumber(texts[number]), isRelated(person),
            Self.begins(texts[number], region) == isOfRegion
        else { return nil }
        let key = ReplyMatches.key(of: name.map { texts[$0] } ?? UnsafeRawBufferPointer(start: nil, count: 0))
        guard let match = matches.plain(person.packed, nameKey: key, verifiers), isPhotoExcused || !match.hasCommonCode
        else { return nil }
        return write(record, person.packed, match, &bytes)
    }

    private func accepts(_ field: UnsafeRawBufferPointer, _ column: Int) -> Bool {
        screens[column]?.accepts(field) { rules.validator.isRight($0, $1) } ?? false
    }

    /// Whether a text begins and ends with what is no blank of any kind.
    private static func needsNoTrimming(_ text: UnsafeRawBufferPointer) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }
        // Characters from U+4000 to U+9FFF.
        func isChinese(_ byte: UInt8) -> Bool { byte >= 0xE4 && byte <= 0xE9 }
        let last = text[text.count - 1]
        return (isPlain(text[0]) || isChinese(text[0]))
            && (isPlain(last) || last >= 0x80 && text.count >= 3 && isChinese(text[text.count - 3]))
    }

    private static func begins(_ text: UnsafeRawBufferPointer, _ start: [UInt8]) -> Bool {
        guard text.count >= start.count else { return false }
        for index in start.indices where text[index] != start[index] { return false }
        return true
    }

    /// Whether no value contradicts another.
    private func isRelated(_ person: PlainBytes.Number) -> Bool {
        // Who is born later is a child, whose guardian is looked at elsewhere.
        guard person.birthDate <= relations.lastAdult, person.birthDate <= relations.issueDate else { return false }
        for column in relations.closer where !texts[column].isEmpty { return false }
        if let column = relations.birthDate, !texts[column].isEmpty {
            guard PlainBytes.date(texts[column]) == person.birthDate else { return false }
        }
        if let column = relations.sex, !texts[column].isEmpty {
            let other = person.isMale ? relations.evenSex : relations.oddSex
            if PlainBytes.isSame(texts[column], other) { return false }
        }
        if let type = relations.documentType, let document = relations.documentNumber,
            !texts[document].isEmpty, PlainBytes.isSame(texts[type], relations.documentCode)
        {
            guard PlainBytes.isSame(texts[document], texts[number]) else { return false }
        }
        for column in relations.days where !texts[column].isEmpty {
            guard let day = PlainBytes.date(texts[column]), day >= person.birthDate, day <= relations.issueDate else {
                return false
            }
        }
        return true
    }

    private func write(
        _ record: PlainRecord, _ id: UInt64, _ match: ReplyMatches.Plain, _ bytes: inout [UInt8]
    ) -> Row {
        let start = bytes.count
        var pointRange = start..<start
        var longNumbers: [(place: Int, number: Range<Int>)] = []
        bytes.append(contentsOf: Self.format)
        for (column, start, end) in contents {
            let text = texts[column]
            if text.isEmpty { continue }
            heads.withUnsafeBytes { bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count).bigEndian) { bytes.append(contentsOf: $0) }
            let range = bytes.count..<bytes.count + text.count
            bytes.append(contentsOf: text)
            if column == point { pointRange = range }
            if 16...19 ~= text.count, column != number, text[0] &- 0x30 < 10,
                case .item(let place)? = rules.meanings[column]
            {
                longNumbers.append((place, range))
            }
        }
        let content = start..<bytes.count
        bytes.append(contentsOf: repeatElement(0, count: OrderContent.photoRoom))
        return Row(
            line: record.line, offset: record.offset, id: id, bankPlace: match.bankPlace,
            mayLackPhoto: match.hasCommonCode, content: content, point: pointRange,
            longNumbers: longNumbers)
    }

    private static let format = OrderContent.fields([OrderContent.format])
}
