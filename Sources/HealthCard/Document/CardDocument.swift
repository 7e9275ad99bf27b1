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
        public let content: Content
    }

    /// Every section that was asked for, also the empty ones.
    public let sections: [Section]
    /// What could not be read, in the order of the profile.
    public let unreadable: [UnreadableFile]

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
        sections = profile.sections.filter(scope.wants).compactMap { decoder.section($0, files) }
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
        return CardDocument.Section(name: name, title: Self.title(of: files), content: content)
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
            let values = file.items.map { item in
                (item, item.record.flatMap { $0 <= records.count ? Array(records[$0 - 1].dropFirst(2)) : nil } ?? [])
            }
            return nodes(values, file, context: "")
        case .bytes(let bytes):
            return nodes(slices(of: bytes, file), file, context: "")
        }
    }

    private mutating func photo(_ file: FileDefinition, _ content: FileContent) -> [UInt8]? {
        guard let item = file.items.first,
            case .photo(let picture)? = decode(content.bytes, item, file, context: "")
        else { return nil }
        return picture
    }

    private mutating func list(_ file: FileDefinition, _ content: FileContent) -> [CardDocument.Entry] {
        guard case .records(let records) = content else { return [] }
        var entries: [CardDocument.Entry] = []
        for (index, record) in records.enumerated() where !record.allSatisfy({ $0 == file.initialByte }) {
            let nodes = nodes(slices(of: record, file), file, context: "record \(index + 1), ")
            if !nodes.isEmpty { entries.append(CardDocument.Entry(record: nil, nodes: nodes)) }
        }
        return entries
    }

    private mutating func visit(_ file: FileDefinition, _ contents: [String: FileContent]) -> CardDocument.Entry? {
        guard case .visits(let index, let record) = file.shape, let content = contents[file.path],
            let index = profile.file(index), let valid = contents[index.path],
            isVisit(record, validIn: valid, of: index, profile)
        else { return nil }
        return CardDocument.Entry(record: record, nodes: nodes(slices(of: content.bytes, file), file, context: ""))
    }

    // MARK: Items

    private func slices(of bytes: [UInt8], _ file: FileDefinition) -> [(Item, [UInt8])] {
        file.items.map { item in
            (item, item.offset.map { Array(bytes.dropFirst($0).prefix(item.length)) } ?? [])
        }
    }

    private mutating func nodes(
        _ values: [(item: Item, bytes: [UInt8])], _ file: FileDefinition, context: String
    ) -> [CardDocument.Node] {
        var nodes: [CardDocument.Node] = []
        var group: (name: String, repetitions: [[CardDocument.Node]])?
        for (item, bytes) in values {
            if let open = group, open.name != item.group?.name {
                nodes += Self.node(open)
                group = nil
            }
            let node = decode(bytes, item, file, context: context).map { CardDocument.Node.item(item, $0) }
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
        _ bytes: [UInt8], _ item: Item, _ file: FileDefinition, context: String
    ) -> ItemValue? {
        do {
            return try ItemCodec.decode(bytes, as: item, profile: profile)
        } catch {
            unreadable.append(UnreadableFile(file: file.path, reason: context + error.description))
            return nil
        }
    }
}

/// Whether an index file calls a visit valid.
func isVisit(_ record: Int, validIn content: FileContent, of index: FileDefinition, _ profile: CardProfile) -> Bool {
    guard case .records(let records) = content, records.indices.contains(record - 1), let item = index.items.first
    else { return false }
    return (try? ItemCodec.decode(records[record - 1], as: item, profile: profile)) == .flag(true)
}
