import CardProfiles
import ISO7816

/// CREATE FILE `80 E0 FID` of Chinese banking cards (Docs/dialects.md §2): fields of fixed length, the first of which
/// says what it is.
struct CreateBankFile: Instruction {
    static let classes: [UInt8] = [0x80]
    var command: ReceivedCommand
    private var name: [UInt8]?
    private var file: CardStore.NewFile?

    init(_ command: ReceivedCommand) { self.command = command }

    private var identifier: UInt16 { UInt16(command.p1) << 8 | UInt16(command.p2) }

    /// type, size, right to create, right to erase, three of no meaning; then the name.
    private static let directoryHead = 8
    /// type, size, right to add keys, right to change keys, two of no meaning.
    private static let keyFileLength = 7
    /// type, size or count and size, read, update, erase, short identifier, protection.
    private static let fileLength = 8
    private static let longestName = 16

    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(card.session.isMaking, .securityStatusNotSatisfied)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) { try requireBody(!command.data.isEmpty) }

    mutating func checkContent(_ card: CardSystem) throws(Refusal) {
        let data = command.data
        guard data.count >= Self.keyFileLength else { throw Refusal(.wrongData) }
        let size = Int(data[1]) << 8 | Int(data[2])
        let codes = card.rules.codes
        if data[0] == codes.descriptors[.directory] {
            let length = data.count - Self.directoryHead
            try require((0...Self.longestName).contains(length) && size > 0, .wrongData)
            name = Array(data[Self.directoryHead...])
            try require(size <= card.store.room, .notEnoughMemory)
        } else if data[0] == codes.keyFile?.descriptor {
            try require(data.count == Self.keyFileLength && size > 0, .wrongData)
            var keys = CardStore.NewFile(
                identifier: identifier, descriptor: data[0], access: [codes.never, codes.never, codes.never, 0])
            keys.recordSize = size
            file = keys
        } else {
            file = try newFile(data, size, card.rules)
        }
        try require(!isThere(card), .fileAlreadyExists)
    }

    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        let here = card.session.directory
        let isStaged =
            if let file {
                card.store.stageFile(file, in: here)
            } else {
                card.store.stageDirectory(identifier, name: name ?? [], in: here)
            }
        try require(isStaged, .notEnoughMemory)
        return Answer()
    }

    func finish(_ card: CardSystem) {
        guard name != nil else { return }
        card.session.enter(card.store.directories.count - 1, keepsRights: false)
    }

    private func isThere(_ card: CardSystem) -> Bool {
        let directories = card.store.directories
        let here = card.session.directory
        let keyFile = card.rules.codes.keyFile?.descriptor
        return identifier == directories[0].identifier
            || directories[here].files.contains {
                $0.identifier == identifier || $0.sfi != 0 && $0.sfi == file?.sfi
                    || $0.descriptor == keyFile && file?.descriptor == keyFile
            }
            || directories.contains { $0.parent == here && $0.identifier == identifier }
            || directories.contains { !$0.name.isEmpty && $0.name == name }
    }

    private func newFile(
        _ data: [UInt8], _ size: Int, _ rules: CardRules
    ) throws(Refusal) -> CardStore.NewFile {
        guard data.count == Self.fileLength, let kind = rules.kind(of: data[0]), data[6] <= 30,
            rules.protection(of: data[7]) != nil
        else { throw Refusal(.wrongData) }
        var file = CardStore.NewFile(
            identifier: identifier, descriptor: data[0], sfi: data[6], access: [data[3], data[4], data[5], data[7]])
        switch kind {
        case .transparent, .linearVariableTLV:
            guard size > 0 else { throw Refusal(.wrongData) }
            if kind == .transparent { file.size = size }
        case .linearFixed, .cyclic:
            (file.recordCount, file.recordSize) = (Int(data[1]), Int(data[2]))
            guard file.recordSize > 0, (1...254).contains(file.recordCount) else { throw Refusal(.wrongData) }
            file.size = file.recordSize * file.recordCount
            if kind == .linearFixed, file.recordSize == 1 { file.initial = rules.indexByte }
        case .directory: throw Refusal(.wrongData)
        }
        return file
    }
}
