import CardProfiles
import ISO7816

/// P1-P2 of READ and UPDATE BINARY: a short identifier and an offset of one byte, or an offset of 15 bits
/// (ISO/IEC 7816-4:2013 §11.3.2).
private struct BinaryPlace {
    let sfi: UInt8
    let offset: Int
    /// P1 says "short identifier" and then none that there can be.
    let isImpossible: Bool

    init(_ command: ReceivedCommand) {
        let isShort = command.p1 & 0x80 != 0
        sfi = isShort ? command.p1 & 0x1F : 0
        offset = isShort ? Int(command.p2) : Int(command.p1) << 8 | Int(command.p2)
        isImpossible = isShort && (command.p1 & 0x60 != 0 || sfi == 0)
    }

    func find(_ card: CardSystem) throws(Refusal) -> FileAccess {
        if isImpossible || sfi != 0 && !card.options.shortFileIdentifiers { throw Refusal(.incorrectP1P2) }
        return try FileAccess(card, sfi: sfi)
    }
}

/// READ BINARY (ISO/IEC 7816-4:2013 §11.3.3, Docs/protocol.md §5 Reading).
struct ReadBinary: Instruction {
    var command: ReceivedCommand
    private let place: BinaryPlace
    private var offset = 0
    private var access: FileAccess?

    init(_ command: ReceivedCommand) {
        self.command = command
        place = BinaryPlace(command)
    }

    mutating func findFile(_ card: CardSystem) throws(Refusal) { access = try place.find(card) }
    func checkKind(_ card: CardSystem) throws(Refusal) {
        try require(access?.kind == .transparent, .incompatibleFileStructure)
    }
    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(access.map { $0.allows($0.file.read, card) } ?? false, .securityStatusNotSatisfied)
    }
    mutating func findPlace(_ card: CardSystem) throws(Refusal) {
        let size = access?.file.size ?? 0
        offset = card.behaviour.offset(place.offset, size)
        try require(offset < size, .wrongP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        try require(command.data.isEmpty && command.ne != nil, .wrongLength)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        guard let content = access?.file.content, let ne = command.ne else { throw Refusal(.commandNotAllowed) }
        let start = content.lowerBound + offset
        let longest = command.isExtended ? ne : card.options.maximumBinaryData
        try require(ne <= longest || command.wantsAll, .wrongLength)
        try card.checkExpectedLength(of: command, available: min(longest, content.upperBound - start))
        let end = min(start + min(ne, longest), content.upperBound)
        let isShort = end - start < ne && !command.wantsAll
        let status: StatusWord = isShort && card.behaviour.reportsEndOfFile ? .endOfFile : .ok
        return Answer(data: card.store.read(start..<end), status: status)
    }
}

/// UPDATE BINARY (ISO/IEC 7816-4:2013 §11.3.5, Docs/protocol.md §5 Writing). It travels in plain alone.
struct UpdateBinary: Instruction {
    var command: ReceivedCommand
    private let place: BinaryPlace
    private var access: FileAccess?

    init(_ command: ReceivedCommand) {
        self.command = command
        place = BinaryPlace(command)
    }

    mutating func findFile(_ card: CardSystem) throws(Refusal) { access = try place.find(card) }
    func checkKind(_ card: CardSystem) throws(Refusal) {
        try require(access?.kind == .transparent, .incompatibleFileStructure)
    }
    func checkRight(_ card: CardSystem) throws(Refusal) {
        let isAllowed = access.map { $0.allows($0.file.update, card) && $0.protection(card) == .plain } ?? false
        try require(isAllowed, .securityStatusNotSatisfied)
    }
    func findPlace(_ card: CardSystem) throws(Refusal) {
        try require(place.offset < access?.file.size ?? 0, .wrongP1P2)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        try requireBody(!command.data.isEmpty)
        let longest = command.isExtended ? command.data.count : card.options.maximumBinaryData
        try require(command.data.count <= longest || longest == 256, .wrongLength)
        let room = (access?.file.size ?? 0) - place.offset
        guard command.data.count > room else { return }
        if card.behaviour.writesWhatFitsOverEnd { stage(Array(command.data.prefix(room)), card) }
        throw Refusal(.notEnoughMemory)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        stage(card.behaviour.binaryData(command.data), card)
        return Answer()
    }

    private func stage(_ data: [UInt8], _ card: CardSystem) {
        guard let access else { return }
        for (offset, piece) in card.behaviour.memory.binary(place.offset, data, access.file.size) {
            stage(piece, at: offset, access, card)
        }
    }

    private func stage(_ data: [UInt8], at offset: Int, _ access: FileAccess, _ card: CardSystem) {
        guard offset >= 0, offset + data.count <= access.file.size else { return }
        let start = access.file.content.lowerBound + offset
        if card.behaviour.volatile.contains(.binaryUpdates) {
            card.volatileUpdates.append(
                CardSystem.VolatileUpdate(
                    directory: access.directory, file: access.index, offset: offset,
                    before: card.store.read(start..<start + data.count)))
        }
        card.store.memory.stage(data, at: start)
    }
}
