import CardProfiles
import ISO7816

/// UPDATE RECORD: `00 DC` in plain, `04 DC` as the file's protection says; a record by number, or a new one at the front of a
/// cyclic file (ISO/IEC 7816-4:2013 §11.4.5, Docs/protocol.md §5 Writing).
struct UpdateRecord: Instruction {
    static let classes: [UInt8] = [0x00, 0x04]
    var command: ReceivedCommand
    private let place: RecordPlace
    private var access: FileAccess?
    /// nil for a record that is new.
    private var record: Range<Int>?

    init(_ command: ReceivedCommand) {
        self.command = command
        place = RecordPlace(command)
    }

    private var protection = Protection.plain

    mutating func findFile(_ card: CardSystem) throws(Refusal) { access = try FileAccess(card, sfi: place.sfi) }
    func checkKind(_ card: CardSystem) throws(Refusal) {
        try require(access?.kind == .linearVariableTLV || access?.kind == .cyclic, .incompatibleFileStructure)
    }
    mutating func checkRight(_ card: CardSystem) throws(Refusal) {
        guard let access, let wanted = access.protection(card) else { throw Refusal(.securityStatusNotSatisfied) }
        protection = command.kind == 0x00 && card.behaviour.takesPlainUpdates ? .plain : wanted
        let isAllowed = access.allows(access.file.update, card) && (protection == .plain) == (command.kind == 0x00)
        try require(isAllowed, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        let isRight =
            access?.kind == .cyclic ? place.mode == .previous && place.number == 0 : place.mode == .number
        try require(isRight, .incorrectP1P2)
    }
    mutating func findPlace(_ card: CardSystem) throws(Refusal) {
        guard let access else { throw Refusal(.commandNotAllowed) }
        if access.kind == .cyclic { return }
        record = access.record(place.number, card)
        if record != nil { return }
        // New records come without gaps, and only while the card is being made.
        let isNext = Int(place.number) == access.file.records.count + 1 && place.number <= 254
        try require(isNext && (!card.store.isActivated || card.behaviour.addsRecordsAfterActivation), .recordNotFound)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        try requireBody(card.isPossibleLength(command.data.count, under: protection))
    }
    func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse? {
        protection == .plain ? nil : KeyUse(key: try card.maintenanceKey(), protection: protection)
    }
    func checkContent(_ card: CardSystem) throws(Refusal) {
        guard let access else { throw Refusal(.commandNotAllowed) }
        let data = command.data
        guard access.kind == .linearVariableTLV else {
            return try require(data.count == access.file.recordSize, .wrongData)
        }
        try require(data.count >= 2 && Int(data[1]) == data.count - 2, .wrongData)
        guard let record else { return }
        let head = card.store.read(record).prefix(2)
        try require(head.last == data[1] && (head.first == data[0] || !card.behaviour.keepsTags), .wrongData)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        guard let access else { throw Refusal(.commandNotAllowed) }
        if !card.behaviour.storesRecords { return Answer() }
        let memory = card.behaviour.memory
        let data = memory.record(command.data)
        if access.kind == .cyclic {
            let oldest = access.record(UInt8(truncatingIfNeeded: access.file.recordCount), card)
            let isFull = !card.store.read(oldest ?? 0..<0).allSatisfy { $0 == 0 }
            try require(!isFull || card.behaviour.fullCyclicFileTakesRecords, .notEnoughMemory)
            let newest = card.store.record(1, of: access.file, isCyclic: true)
            if memory.dropsEqualRecords, newest.map({ card.store.read($0) }) == data { return Answer() }
            card.store.stageAppend(
                data, to: access.file, replacingNewest: card.behaviour.newCyclicRecordReplacesNewest)
        } else if let record {
            try require(!memory.refusesEqualUpdates || card.store.read(record) != data, .conditionsNotSatisfied)
            card.store.memory.stage(data, at: record.lowerBound)
        } else {
            let isStaged = card.store.stageRecord(data, file: access.index, in: access.directory)
            try require(isStaged, .notEnoughMemory)
        }
        return Answer()
    }
}

extension CardSystem {
    /// Whether a body of so many bytes can be what the protection makes of some data.
    func isPossibleLength(_ count: Int, under protection: Protection) -> Bool {
        let mac = rules.cryptography.mac.length
        switch protection {
        case .plain: return count > 0
        case .mac: return count > mac
        case .encryptedMAC: return count > mac && (count - mac).isMultiple(of: rules.cryptography.blockLength)
        }
    }
}

/// WRITE RECORD `84 D2`: the index says that a visit record is valid (Docs/card.md §1.2, §3.1).
typealias WriteRecord = SetIndex<ValidMark>
/// ERASE RECORD `84 0C`: the index says that a visit record is free (Docs/card.md §1.2, §3.1).
typealias EraseRecord = SetIndex<FreeMark>

/// What an index record is set to, and the right it takes.
protocol IndexMark: Sendable {
    static var value: UInt8 { get }
    static func right(of access: FileAccess) -> UInt8
}

enum ValidMark: IndexMark {
    static let value: UInt8 = 0x00
    static func right(of access: FileAccess) -> UInt8 { access.file.update }
}

enum FreeMark: IndexMark {
    static let value: UInt8 = 0xFF
    static func right(of access: FileAccess) -> UInt8 { access.file.erase }
}

struct SetIndex<Mark: IndexMark>: Instruction {
    static var classes: [UInt8] { [0x84] }
    var command: ReceivedCommand
    private var flag: IndexFlag

    init(_ command: ReceivedCommand) {
        self.command = command
        flag = IndexFlag(command)
    }

    mutating func findFile(_ card: CardSystem) throws(Refusal) {
        flag.access = try FileAccess(card, sfi: flag.place.sfi)
    }
    func checkKind(_ card: CardSystem) throws(Refusal) { try flag.checkKind() }
    func checkRight(_ card: CardSystem) throws(Refusal) { try flag.checkRight(flag.access.map(Mark.right), card) }
    func checkParameters(_ card: CardSystem) throws(Refusal) { try require(flag.place.mode == .number, .incorrectP1P2) }
    func findPlace(_ card: CardSystem) throws(Refusal) { try flag.findPlace(card) }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        try requireBody(command.data.count == card.rules.cryptography.mac.length)
    }
    func findKey(_ card: CardSystem) throws(Refusal) -> KeyUse? {
        KeyUse(key: try card.maintenanceKey(), protection: .mac)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        flag.set(Mark.value, isErasure: Mark.value == FreeMark.value, card)
    }
}

/// A record that WRITE RECORD and ERASE RECORD set as a whole, with a MAC whatever the file's protection: there is no
/// other update of such files.
private struct IndexFlag {
    let place: RecordPlace
    var access: FileAccess?

    init(_ command: ReceivedCommand) { place = RecordPlace(command) }

    func checkKind() throws(Refusal) {
        guard access?.kind == .linearFixed else { throw Refusal(.incompatibleFileStructure) }
    }
    func checkRight(_ right: UInt8?, _ card: CardSystem) throws(Refusal) {
        guard let access, let right, access.allows(right, card) else { throw Refusal(.securityStatusNotSatisfied) }
    }
    func findPlace(_ card: CardSystem) throws(Refusal) {
        guard access?.record(place.number, card) != nil else { throw Refusal(.recordNotFound) }
    }
    func set(_ value: UInt8, isErasure: Bool, _ card: CardSystem) -> Answer {
        guard let access else { return Answer() }
        for number in card.behaviour.markedRecords(Int(place.number), access.file.recordCount, isErasure) {
            guard let record = card.store.record(number, of: access.file, isCyclic: false) else { continue }
            let bytes = [UInt8](repeating: card.behaviour.mark(value), count: record.count)
            card.store.memory.stage(bytes, at: record.lowerBound)
        }
        return Answer()
    }
}
