import CardProfiles

/// What a card is to say afterwards, by the names of `Docs/items.md`; what is not named stays as it is.
///
/// Every value is put into its bytes as it comes in (`ItemCodec`), so a set of changes that exists fits the card.
/// Only files that may be updated take part: what is written once when a card is made, and visits with their index, are
/// refused with the reason.
public struct CardChanges: Sendable, Hashable {
    public let profile: CardProfile
    /// By path.
    private(set) var files: [String: FileChange] = [:]

    enum FileChange: Sendable, Hashable {
        /// Whole records, tag and length included, by number.
        case records([Int: [UInt8]])
        /// What a list begins with afterwards, the newest first.
        case entries([[UInt8]])
        /// Empty for none.
        case picture([UInt8])
    }

    public init(profile: CardProfile) { self.profile = profile }

    public var isEmpty: Bool { files.isEmpty }

    // MARK: Items

    /// Sets an item.
    ///
    /// - Parameters:
    ///   - name: `phone1`, or `validity.phone1` where several sections have the name.
    ///   - text: as `ItemValue.text` writes it; an empty one clears the item.
    /// - Throws: ``CardChangesError``, and nothing has changed.
    public mutating func set(_ name: String, to text: String) throws(CardChangesError) {
        let (file, item) = try find(name)
        let value: ItemValue?
        do { value = try ItemCodec.value(of: text, as: item, profile: profile) } catch { throw CardChangesError(error) }
        // An empty picture is a file that went wrong, not the wish to have none.
        guard value != nil || file.shape != .photo else { throw CardChangesError(.notAPicture) }
        try put(value, item, file)
    }

    /// Sets an item; nil clears it.
    ///
    /// - Throws: ``CardChangesError``, and nothing has changed.
    public mutating func set(_ name: String, to value: ItemValue?) throws(CardChangesError) {
        let (file, item) = try find(name)
        try put(value, item, file)
    }

    /// Empties an item that a card may be without.
    ///
    /// - Throws: ``CardChangesError``, and nothing has changed.
    public mutating func clear(_ name: String) throws(CardChangesError) { try set(name, to: ItemValue?.none) }

    private mutating func put(_ value: ItemValue?, _ item: Item, _ file: FileDefinition) throws(CardChangesError) {
        let name = "\(file.section).\(item.name)"
        guard file.shape != .photo else { return try put(picture: value, name, file) }
        let bytes: [UInt8]
        if let value {
            do {
                bytes = try ItemCodec.encode(value, as: item, profile: profile)
            } catch {
                throw CardChangesError(.value(error))
            }
        } else {
            guard !item.isRequired else { throw CardChangesError(.required(name)) }
            bytes = ItemCodec.emptyValue(item)
        }
        switch (file.shape, item.record) {
        case (.object, let number?):
            guard let length = UInt8(exactly: bytes.count) else {
                throw CardChangesError(.notUpdatable(name, file: file.path))
            }
            var records: [Int: [UInt8]] = [:]
            if case .records(let before)? = files[file.path] { records = before }
            let record = [item.tag, length] + bytes
            guard [nil, record].contains(records[number]) else { throw CardChangesError(.givenTwice(name)) }
            records[number] = record
            files[file.path] = .records(records)
        default:
            throw CardChangesError(.notUpdatable(name, file: file.path))
        }
    }

    // MARK: Photo

    /// It may still be longer than the card has room for: it is fitted once everything is given.
    private mutating func put(
        picture value: ItemValue?, _ name: String, _ file: FileDefinition
    ) throws(CardChangesError) {
        var picture: [UInt8] = []
        if case .photo(let bytes)? = value { picture = bytes }
        // What every JPEG begins with (ITU-T T.81 §B.1.1.3, SOI). An empty file is no picture: taking the photo away is
        // said by no value.
        guard value == nil || picture.starts(with: [0xFF, 0xD8]) else { throw CardChangesError(.notAPicture) }
        guard [nil, .picture(picture)].contains(files[file.path]) else { throw CardChangesError(.givenTwice(name)) }
        files[file.path] = .picture(picture)
    }

    /// Sets the picture; nil takes it away.
    ///
    /// - Parameter picture: a JPEG; ``fitPicture(_:)`` brings it to the bytes the card has for it.
    /// - Throws: ``CardChangesError``, and nothing has changed.
    public mutating func setPhoto(_ picture: [UInt8]?) throws(CardChangesError) {
        guard let file = profile.files.first(where: { $0.shape == .photo }), let item = file.items.first else {
            throw CardChangesError(.unknown("photo", near: []))
        }
        try set("\(file.section).\(item.name)", to: picture.map { .photo($0) })
    }

    /// The picture that is to be on the card afterwards; nil where the photo stays or is taken away.
    public var picture: [UInt8]? {
        for case .picture(let picture) in files.values where !picture.isEmpty { return picture }
        return nil
    }

    /// Puts what a check makes of the picture in its place: ``picture`` decoded, found right and fitted to the card.
    ///
    /// - Throws: what the check throws, and nothing has changed.
    public mutating func fitPicture<Failure>(_ fit: ([UInt8]) throws(Failure) -> [UInt8]) throws(Failure) {
        guard let picture, let path = files.first(where: { $0.value == .picture(picture) })?.key else { return }
        files[path] = .picture(try fit(picture))
    }

    // MARK: Lists

    /// Adds an entry to a list, newer than those added before.
    ///
    /// - Parameters:
    ///   - section: `allergies`, `immunizations`.
    ///   - values: by item name; what is missing is empty.
    /// - Throws: ``CardChangesError``, and nothing has changed.
    public mutating func add(to section: String, _ values: [String: String]) throws(CardChangesError) {
        let file = try list(section)
        var record = Array(repeating: file.initialByte, count: file.structure.recordSize)
        var problems: [CardChangesError.Problem] = []
        for name in values.keys.sorted() where file.item(named: name) == nil {
            problems.append(
                .unknown("\(section).\(name)", near: NearNames.of(name, among: file.items.map(\.name))))
        }
        let isEmpty = !values.values.contains { !EnteredText.isBlank($0) }
        for item in file.items {
            do {
                let text = values[item.name] ?? ""
                // An entry that says what came of something, and not of what, says nothing.
                guard isEmpty || !item.isRequired || !EnteredText.isBlank(text) else {
                    throw CardChangesError(.entryLacks("\(section).\(item.name)"))
                }
                let bytes = try ItemCodec.encode(text, as: item, profile: profile)
                guard let offset = item.offset, offset + bytes.count <= record.count else {
                    throw CardChangesError(.notUpdatable("\(section).\(item.name)", file: file.path))
                }
                record.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            } catch let error as ItemError {
                problems.append(.value(error))
            } catch let error as CardChangesError {
                problems += error.problems
            } catch {}
        }
        if isEmpty { problems.append(.emptyEntry(section)) }
        guard problems.isEmpty else { throw CardChangesError(problems: problems) }
        var entries: [[UInt8]] = []
        if case .entries(let before)? = files[file.path] { entries = before }
        guard entries.count < file.structure.recordCount else {
            throw CardChangesError(.tooManyEntries(section, limit: file.structure.recordCount))
        }
        files[file.path] = .entries([record] + entries)
    }

    private func list(_ section: String) throws(CardChangesError) -> FileDefinition {
        let lists = profile.files.filter { $0.shape == .list }
        guard let file = lists.first(where: { $0.section == section }) else {
            throw CardChangesError(.unknownList(section, lists: lists.map(\.section)))
        }
        guard file.update != .never else { throw CardChangesError(.writtenOnce(section, file: file.path)) }
        guard case .cyclic = file.structure else { throw CardChangesError(.notUpdatable(section, file: file.path)) }
        return file
    }

    // MARK: Names

    /// The item a name means, in a file whose items are updated one by one.
    func find(_ name: String) throws(CardChangesError) -> (file: FileDefinition, item: Item) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let section = parts.count == 2 ? parts[0] : nil
        let wanted = parts.last ?? name
        let all = profile.files.flatMap { file in
            file.items.filter { $0.name == wanted && (section == nil || section == file.section) }
                .map { (file: file, item: $0) }
        }
        // The visits of a list have their items many times over.
        let own = all.filter { !$0.file.isWrittenByVisit && $0.item.group == nil }
        guard let found = own.first else {
            guard let visit = all.first else {
                throw CardChangesError(.unknown(name, near: NearNames.of(name, among: updatableNames)))
            }
            throw CardChangesError(.visit(name, file: visit.file.path))
        }
        guard own.count == 1 else {
            throw CardChangesError(.ambiguous(name, candidates: own.map { "\($0.file.section).\($0.item.name)" }))
        }
        guard found.file.shape != .list else { throw CardChangesError(.listItem(name, section: found.file.section)) }
        guard found.file.update != .never else { throw CardChangesError(.writtenOnce(name, file: found.file.path)) }
        guard found.item.source != .later else { throw CardChangesError(.visit(name, file: found.file.path)) }
        return found
    }

    /// Names that ``set(_:to:)-(_,String)`` takes, each with its section and without.
    private var updatableNames: [String] {
        let files = profile.files.filter { $0.isUpdatedByItem }
        return files.flatMap { file in file.items.map(\.name) + file.items.map { "\(file.section).\($0.name)" } }
    }
}

extension FileDefinition {
    /// Visits and their index: written when a visit is recorded, never item by item.
    var isWrittenByVisit: Bool {
        switch shape {
        case .visits, .index: true
        case .object, .list, .photo: false
        }
    }

    /// Its items can be set by name.
    var isUpdatedByItem: Bool { !isWrittenByVisit && shape != .list && update != .never }
}
