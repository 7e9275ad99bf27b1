import CardProfiles

/// What a card says, item by item, in the order of the profile: the content of the JSON of `Docs/items.md`.
public struct CardDocument: Sendable, Hashable {
    /// An item that has a value, or a group with its repetitions; empty trailing repetitions are left out.
    public enum Node: Sendable, Hashable {
        case item(Item, ItemValue)
        case group(String, [[Node]])
    }

    /// An element of a list.
    public struct Entry: Sendable, Hashable {
        /// The record of a visit, from 1; nil in lists that are not of visits.
        public let record: Int?
        /// Where it stands in its file, from 1: what `unreadable` calls it by.
        let place: Int
        public let nodes: [Node]
    }

    public enum Content: Sendable, Hashable {
        case object([Node])
        case list([Entry])
        /// Nil where the card has no picture.
        case photo([UInt8]?)
    }

    public struct Section: Sendable, Hashable {
        /// `holder`.
        public let name: String
        /// Chinese.
        public let title: String
        /// Empty for one that was not read.
        public let content: Content
        /// Why nothing of it was read; nil when it was, or in part. What was not read is not known to be empty.
        public let unread: UnreadableFile.Code?
    }

    /// Every section that was asked for, also the empty ones.
    public let sections: [Section]
    /// What could not be read and what is damaged, in the order of the profile.
    public let unreadable: [UnreadableFile]

    /// Whether something is missing of what was asked for; what is shown in part is not.
    public var isIncomplete: Bool { unreadable.contains { !$0.isShown } }

    public subscript(section: String) -> Section? { sections.first { $0.name == section } }

    /// The value of an item of an object section.
    public func value(_ reference: ItemReference) -> ItemValue? {
        guard case .object(let nodes)? = self[reference.section]?.content else { return nil }
        for case .item(let item, let value) in nodes where item.name == reference.item { return value }
        return nil
    }

    /// Decodes files.
    ///
    /// - Parameters:
    ///   - files: what was read, by path; a file that is missing here must be in `unreadable`, or be a visit that
    ///     is not valid.
    ///   - unreadable: files that could not be read; what cannot be decoded is added.
    public init(
        profile: CardProfile, files: [String: FileContent], unreadable: [UnreadableFile] = [],
        scope: ReadScope = .everything
    ) {
        var decoder = DocumentDecoder(profile: profile, unreadable: unreadable)
        // Visits that were not asked for are not known to be none.
        let asked = profile.sections.filter { name in
            guard scope.visits == .none, case .visits? = profile.files(section: name).first?.shape else {
                return scope.wants(section: name)
            }
            return false
        }
        sections = asked.compactMap { decoder.section($0, files) }
        let order = Dictionary(
            profile.files.enumerated().map { ($0.element.path, $0.offset) }, uniquingKeysWith: min)
        self.unreadable = decoder.unreadable.enumerated().sorted {
            (order[$0.element.file] ?? .max, $0.offset) < (order[$1.element.file] ?? .max, $1.offset)
        }.map(\.element)
    }
}

private struct DocumentDecoder {
    let profile: CardProfile
    var unreadable: [UnreadableFile]

    mutating func section(_ name: String, _ contents: [String: FileContent]) -> CardDocument.Section? {
        let files = profile.files(section: name)
        guard let first = files.first else { return nil }
        let content: CardDocument.Content
        switch first.shape {
        case .index:
            return nil
        case .object:
            content = .object(contents[first.path].map { object(first, $0) } ?? [])
        case .photo:
            content = .photo(contents[first.path].flatMap { photo(first, $0) })
        case .list:
            content = .list(contents[first.path].map { list(first, $0) } ?? [])
        case .visits:
            content = .list(files.compactMap { visit($0, contents) })
        }
        let empty = CardDocument.Section(name: name, title: Self.title(of: files), content: content, unread: nil)
        // Nothing to show, and something that might have been: a list whose only entry is damaged is not an empty list.
        guard empty.isEmpty, let missing = unreadable.first(where: { $0.section == name && !$0.isShown }) else {
            return empty
        }
        return CardDocument.Section(name: name, title: empty.title, content: content, unread: missing.code)
    }

    /// What the titles of the files have in common: visits have theirs numbered.
    private static func title(of files: [FileDefinition]) -> String {
        files.dropFirst().reduce(files.first?.title ?? "") { common, file in
            String(zip(common, file.title).prefix { $0 == $1 }.map(\.0))
        }
    }

    private mutating func object(_ file: FileDefinition, _ content: FileContent) -> [CardDocument.Node] {
        switch content {
        case .records(let records):
            // Tags and lengths have been checked when the records were read.
            let values = file.items.compactMap { item -> (Item, [UInt8])? in
                guard let number = item.record, records.indices.contains(number - 1) else { return (item, []) }
                // One that could not be read is named already.
                return records[number - 1].isEmpty ? nil : (item, Array(records[number - 1].dropFirst(2)))
            }
            return nodes(values, file)
        case .bytes(let bytes):
            return nodes(slices(of: bytes, file), file)
        }
    }

    private mutating func photo(_ file: FileDefinition, _ content: FileContent) -> [UInt8]? {
        guard let item = file.items.first, case .photo(let picture)? = decode(content.bytes, item, file) else {
            return nil
        }
        let isPicture = picture.starts(with: [0xFF, 0xD8])
        if !isPicture || Self.isCutShort(picture) {
            unreadable.append(
                UnreadableFile(
                    file: file.path, section: file.section, item: item.name, code: .damaged, isShown: true,
                    reason: isPicture
                        ? .photoCutShort(item: item.number, name: item.name)
                        : .notAPhoto(item: item.number, name: item.name)))
        }
        return picture
    }

    /// A JPEG file begins with FFD8 and ends with FFD9; some writers fill it up with 00.
    private static func isCutShort(_ picture: [UInt8]) -> Bool {
        guard picture.starts(with: [0xFF, 0xD8]), let end = picture.lastIndex(where: { $0 != 0 }) else { return false }
        return picture[...end].suffix(2) != [0xFF, 0xD9]
    }

    private mutating func list(_ file: FileDefinition, _ content: FileContent) -> [CardDocument.Entry] {
        guard case .records(let records) = content else { return [] }
        var entries: [CardDocument.Entry] = []
        for (index, record) in records.enumerated() where record.contains(where: { $0 != file.initialByte }) {
            let nodes = nodes(slices(of: record, file), file, record: index + 1)
            if !nodes.isEmpty { entries.append(CardDocument.Entry(record: nil, place: index + 1, nodes: nodes)) }
        }
        return entries
    }

    private mutating func visit(_ file: FileDefinition, _ contents: [String: FileContent]) -> CardDocument.Entry? {
        guard case .visits(let path, let record) = file.shape, let index = profile.file(path),
            let valid = contents[path]
        else { return nil }
        checkMark(record, valid, of: index, file.section)
        guard let content = contents[file.path], isVisit(record, validIn: valid, of: index, profile) else { return nil }
        // A program that marked it and wrote nothing leaves what would read as facts: numbers of zero, the first codes.
        guard content.bytes.contains(where: { $0 != file.initialByte }) else {
            unreadable.append(
                UnreadableFile(file, .damaged, .neverWritten))
            return nil
        }
        return CardDocument.Entry(
            record: record, place: record,
            nodes: nodes(slices(of: content.bytes, file), file, record: record, isVisit: true))
    }

    /// A mark that says neither yes nor no may stand for a visit that is there.
    private mutating func checkMark(
        _ record: Int, _ content: FileContent, of index: FileDefinition, _ section: String
    ) {
        guard case .records(let records) = content, records.indices.contains(record - 1), let item = index.items.first,
            ItemCodec.salvage(records[record - 1], as: item, profile: profile).problem != nil
        else { return }
        unreadable.append(UnreadableFile(markOf: record, in: index, section))
    }

    // MARK: Items

    private func slices(of bytes: [UInt8], _ file: FileDefinition) -> [(Item, [UInt8])] {
        file.items.map { item in
            (item, item.offset.map { Array(bytes.dropFirst($0).prefix(item.length)) } ?? [])
        }
    }

    private mutating func nodes(
        _ values: [(item: Item, bytes: [UInt8])], _ file: FileDefinition, record: Int? = nil, isVisit: Bool = false
    ) -> [CardDocument.Node] {
        var nodes: [CardDocument.Node] = []
        var group: (name: String, repetitions: [[CardDocument.Node]])?
        for (item, bytes) in values {
            if let open = group, open.name != item.group?.name {
                nodes += Self.node(open)
                group = nil
            }
            let value = decode(bytes, item, file, record: record, isVisit: isVisit)
            let node = value.map { CardDocument.Node.item(item, $0) }
            guard let place = item.group else {
                if let node { nodes.append(node) }
                continue
            }
            var open = group ?? (place.name, [])
            while open.repetitions.count <= place.index { open.repetitions.append([]) }
            if let node { open.repetitions[place.index].append(node) }
            group = open
        }
        if let group { nodes += Self.node(group) }
        return nodes
    }

    private static func node(_ group: (name: String, repetitions: [[CardDocument.Node]])) -> [CardDocument.Node] {
        let last = group.repetitions.lastIndex { !$0.isEmpty }
        guard let last else { return [] }
        return [.group(group.name, Array(group.repetitions[...last]))]
    }

    private mutating func decode(
        _ bytes: [UInt8], _ item: Item, _ file: FileDefinition, record: Int? = nil, isVisit: Bool = false
    ) -> ItemValue? {
        let found = ItemCodec.salvage(bytes, as: item, profile: profile)
        // Some makers pad with spaces: an empty text.
        if found.problem == nil, case .text(let text)? = found.value, EnteredText.isBlank(text) { return nil }
        guard let problem = found.problem ?? flaw(of: found.value, item) else { return found.value }
        // The number of a visit is in the name of its file.
        let named = isVisit ? nil : record
        unreadable.append(
            UnreadableFile(
                file: file.path, section: file.section, record: record, item: item.qualifiedName, code: .damaged,
                isShown: found.value != nil, reason: .item(record: named, problem)))
        return found.value
    }

    /// An identity number that is not one is shown, and taken for nobody's.
    private func flaw(of value: ItemValue?, _ item: Item) -> ItemError? {
        guard item.format == .idNumber, case .text(let text)? = value else { return nil }
        do throws(IDNumber.Problem) {
            _ = try IDNumber(text)
            return nil
        } catch {
            return ItemError(item, .idNumber(error))
        }
    }
}

/// Whether an index file calls a visit valid.
func isVisit(_ record: Int, validIn content: FileContent, of index: FileDefinition, _ profile: CardProfile) -> Bool {
    guard case .records(let records) = content, records.indices.contains(record - 1), let item = index.items.first
    else { return false }
    return (try? ItemCodec.decode(records[record - 1], as: item, profile: profile)) == .flag(true)
}
