import CardProfiles
import HealthCard

extension CardTerminal {
    /// An item by its number, in the file and record that are meant.
    struct FoundItem {
        let file: FileDefinition
        let item: Item
        /// Which record of a list or an index; else 1.
        let record: Int

        var isPhoto: Bool { file.shape == .photo }
    }

    /// - Parameter record: counted from 1, for visits, their indexes and lists; of other items it is not looked at.
    /// - Throws: `argument` for an item or a record that no card has.
    func find(item number: UInt16, record: UInt16) throws(ReturnCode) -> FoundItem {
        let holders = profile.files.compactMap { file in
            file.items.first { $0.number == Int(number) }.map { (file: file, item: $0) }
        }
        guard let first = holders.first else { throw .argument }
        switch first.file.shape {
        case .visits:
            guard holders.indices.contains(Int(record) - 1) else { throw .argument }
            let (file, item) = holders[Int(record) - 1]
            return FoundItem(file: file, item: item, record: 1)
        case .list, .index:
            return FoundItem(
                file: first.file, item: first.item, record: try first.file.checked(Int32(max(1, record))))
        case .object, .photo:
            return FoundItem(file: first.file, item: first.item, record: 1)
        }
    }

    /// The bytes of a valid visit, signature and certificate included.
    func visit(_ file: FileDefinition) throws(ReturnCode) -> FileContent {
        let layout = try visitLayout(VisitKind(rawValue: file.section))
        return try withCard(.reading, refused: .bytesUnreadable) { session in
            try Self.requireValid(layout, file, session)
            return .bytes(try session.bytes(of: file, in: 0..<layout.size))
        }
    }
}

/// Files as they are read in one call: each once.
struct FileContents {
    private let terminal: CardTerminal
    private var known: [String: Result<FileContent, ReturnCode>] = [:]

    init(_ terminal: CardTerminal) { self.terminal = terminal }

    mutating func text(of found: CardTerminal.FoundItem) throws(ReturnCode) -> [UInt8] {
        if found.isPhoto { return try terminal.photo(found.file.path, atMost: terminal.conventions.photoLimit) }
        let content = try content(of: found.file)
        guard let text = found.file.text(of: found.item, in: content, record: found.record) else {
            throw found.file.structure.kind == .transparent ? .bytesUnreadable : .recordUnreadable
        }
        return text
    }

    private mutating func content(of file: FileDefinition) throws(ReturnCode) -> FileContent {
        if let known = known[file.path] { return try known.get() }
        let result = Result { () throws(ReturnCode) in
            if case .visits = file.shape { return try terminal.visit(file) }
            return try terminal.content(of: file)
        }
        known[file.path] = result
        return try result.get()
    }
}

/// What one call writes to one file.
struct WriteBatch {
    let file: FileDefinition
    /// Of an index, whose records are written one by one; else not looked at.
    let record: Int
    var values: [(item: Item, field: [UInt8])] = []
    /// Which elements of the call's array they come from.
    var requests: [Int] = []

    /// Whether an element of the array belongs to this batch: one record of an index, or one file.
    func takes(_ found: CardTerminal.FoundItem) -> Bool {
        found.file == file && (file.shape != .index || found.record == record)
    }

    /// - Throws: `argument` also where an item is given two values: which of them counts would be a guess.
    func write(_ terminal: CardTerminal) throws(ReturnCode) {
        var given: [Int: [UInt8]] = [:]
        for (item, field) in values {
            guard (given.updateValue(field, forKey: item.number) ?? field) == field else {
                throw .argument.because("item \(item.number) is given two values")
            }
        }
        switch file.shape {
        case .photo:
            guard let (item, bytes) = values.last else { return }
            try terminal.writePhoto(Array(bytes.dropFirst(item.prefixLength)), to: file.path)
        case .visits:
            try terminal.write(values, toVisit: file)
        case .index:
            guard let (item, field) = values.last else { return }
            guard field.first == item.flag.yes || field.first == item.flag.no else { throw .argument }
            try terminal.mark(Int32(record), of: file.path, valid: field.first == item.flag.yes)
        case .object, .list:
            try terminal.write(values, to: file)
        }
    }
}
