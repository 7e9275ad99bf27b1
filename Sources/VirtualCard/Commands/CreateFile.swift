import CardProfiles
import ISO7816

/// CREATE FILE (ISO/IEC 7816-9:2017 §7.3, Docs/protocol.md §5): the card learns its layout by it alone.
struct CreateFile: Instruction {
    var command: ReceivedCommand
    private var directory: (identifier: UInt16, name: [UInt8])?
    private var file: CardStore.NewFile?

    init(_ command: ReceivedCommand) { self.command = command }

    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(card.session.isMaking, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) { try requireBody(!command.data.isEmpty) }

    mutating func checkContent(_ card: CardSystem) throws(Refusal) {
        guard let objects = Self.objects(command.data), let descriptor = objects[0x82],
            let identifier = objects[0x83].flatMap(Self.word)
        else { throw Refusal(.wrongData) }
        if descriptor == [card.rules.codes.descriptors[.directory]] {
            let name = objects[0x84]
            guard name.map({ (1...16).contains($0.count) }) ?? true, objects.count == (name == nil ? 2 : 3) else {
                throw Refusal(.wrongData)
            }
            directory = (identifier, name ?? [])
        } else {
            file = try newFile(identifier, descriptor, objects, card.rules)
        }
        let here = card.session.directory
        let directories = card.store.directories
        let exists =
            identifier == directories[0].identifier
            || directories[here].files.contains { $0.identifier == identifier || ($0.sfi != 0 && $0.sfi == file?.sfi) }
            || directories.contains { $0.parent == here && $0.identifier == identifier }
            || directories.contains { !$0.name.isEmpty && $0.name == directory?.name }
        try require(!exists, .fileAlreadyExists)
    }

    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        let here = card.session.directory
        if let directory {
            let isStaged = card.store.stageDirectory(directory.identifier, name: directory.name, in: here)
            try require(isStaged, .notEnoughMemory)
        } else if let file {
            try require(card.store.stageFile(file, in: here), .notEnoughMemory)
        }
        return Answer()
    }

    func finish(_ card: CardSystem) {
        guard directory != nil else { return }
        card.session.enter(card.store.directories.count - 1, keepsRights: false)
    }

    private func newFile(
        _ identifier: UInt16, _ descriptor: [UInt8], _ objects: [UInt8: [UInt8]], _ rules: CardRules
    ) throws(Refusal) -> CardStore.NewFile {
        guard descriptor.count == 5, descriptor[1] == 0x01, let kind = rules.kind(of: descriptor[0]),
            let access = objects[0x86], access.count == 4, rules.protection(of: access[3]) != nil,
            objects[0x84] == nil, let sfi = Self.shortIdentifier(objects[0x88])
        else { throw Refusal(.wrongData) }
        var file = CardStore.NewFile(identifier: identifier, descriptor: descriptor[0], sfi: sfi, access: access)
        file.recordSize = Int(descriptor[2]) << 8 | Int(descriptor[3])
        file.recordCount = Int(descriptor[4])
        let size = objects[0x80].map { Self.word($0).map(Int.init) ?? 0 }
        switch kind {
        case .directory: throw Refusal(.wrongData)
        case .transparent:
            guard let size, size > 0 else { throw Refusal(.wrongData) }
            file.size = size
            file.recordSize = 0
        case .linearVariableTLV:
            guard size == nil else { throw Refusal(.wrongData) }
            file.recordSize = 0
        case .linearFixed, .cyclic:
            guard size == nil, file.recordSize > 0, (1...254).contains(file.recordCount) else {
                throw Refusal(.wrongData)
            }
            file.size = file.recordSize * file.recordCount
            if kind == .linearFixed, file.recordSize == 1 { file.initial = rules.indexByte }
        }
        return file
    }

    /// The objects inside `62`, each at most once and none that this card does not know; nil for anything else.
    private static func objects(_ data: [UInt8]) -> [UInt8: [UInt8]]? {
        guard let outer = split(data), outer.count == 1, outer[0].tag == 0x62, let inner = split(outer[0].value) else {
            return nil
        }
        var objects: [UInt8: [UInt8]] = [:]
        for object in inner {
            guard [0x80, 0x82, 0x83, 0x84, 0x86, 0x88].contains(object.tag), objects[object.tag] == nil else {
                return nil
            }
            objects[object.tag] = object.value
        }
        return objects
    }

    /// Objects with tags of one byte and lengths of one byte, below 80.
    private static func split(_ data: [UInt8]) -> [(tag: UInt8, value: [UInt8])]? {
        var objects: [(tag: UInt8, value: [UInt8])] = []
        var at = 0
        while at < data.count {
            guard at + 2 <= data.count else { return nil }
            let (tag, length) = (data[at], Int(data[at + 1]))
            at += 2
            guard length < 0x80, at + length <= data.count else { return nil }
            objects.append((tag, Array(data[at..<at + length])))
            at += length
        }
        return objects
    }

    private static func word(_ bytes: [UInt8]) -> UInt16? {
        bytes.count == 2 ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : nil
    }

    /// 0 for a file without a short identifier; nil for what is none.
    private static func shortIdentifier(_ bytes: [UInt8]?) -> UInt8? {
        guard let bytes else { return 0 }
        guard bytes.count == 1, bytes[0] & 7 == 0, bytes[0] >> 3 <= 30 else { return nil }
        return bytes[0] >> 3
    }
}
