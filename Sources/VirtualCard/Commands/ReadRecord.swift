import CardProfiles
import ISO7816

/// P1-P2 of the record commands (ISO/IEC 7816-4:2013 §11.4.2).
struct RecordPlace {
    let number: UInt8
    /// 0: the current file.
    let sfi: UInt8
    let mode: Mode?

    enum Mode: UInt8 {
        /// P1 is a tag.
        case tag = 0
        /// The record before the newest: append.
        case previous = 3
        case number = 4
        /// All records from P1 to the last.
        case fromNumber = 5
    }

    init(_ command: ReceivedCommand) {
        number = command.p1
        sfi = command.p2 >> 3
        mode = Mode(rawValue: command.p2 & 7)
    }
}

/// READ RECORD (ISO/IEC 7816-4:2013 §11.4.3, Docs/protocol.md §4, §5 Reading).
struct ReadRecord: Instruction {
    var command: ReceivedCommand
    private let place: RecordPlace
    private var access: FileAccess?
    private var records: [Range<Int>] = []

    init(_ command: ReceivedCommand) {
        self.command = command
        place = RecordPlace(command)
    }

    mutating func findFile(_ card: CardSystem) throws(Refusal) { access = try FileAccess(card, sfi: place.sfi) }
    func checkKind(_ card: CardSystem) throws(Refusal) {
        try require(access?.isRecordFile ?? false, .incompatibleFileStructure)
    }
    func checkRight(_ card: CardSystem) throws(Refusal) {
        try require(access.map { $0.allows($0.file.read, card) } ?? false, .securityStatusNotSatisfied)
    }
    func checkParameters(_ card: CardSystem) throws(Refusal) {
        switch place.mode {
        case .number:
            try require(card.options.readByNumber || access?.kind != .linearVariableTLV, .incorrectP1P2)
        case .tag: try require(card.options.readByTag, .incorrectP1P2)
        case .fromNumber: try require(card.options.multiRecordRead, .incorrectP1P2)
        case .previous, nil: throw Refusal(.incorrectP1P2)
        }
    }
    mutating func findPlace(_ card: CardSystem) throws(Refusal) {
        guard let access else { throw Refusal(.commandNotAllowed) }
        switch place.mode {
        case .tag where !card.behaviour.readsByTag:
            records = access.record(place.number, card).map { [$0] } ?? []
        case .tag:
            records = access.file.records.filter { card.store.memory[$0.lowerBound] == place.number }.prefix(1) + []
        case .fromNumber:
            let last = access.kind == .linearVariableTLV ? access.file.records.count : access.file.recordCount
            let first = Int(place.number)
            if first >= 1, first <= last {
                records = (first...last).compactMap { access.record(UInt8(truncatingIfNeeded: $0), card) }
                if !card.behaviour.givesLastOfAllRecords, records.count > 1 { records.removeLast() }
            }
        default: records = access.record(place.number, card).map { [$0] } ?? []
        }
        try require(!records.isEmpty, .recordNotFound)
    }
    func checkLength(_ card: CardSystem) throws(Refusal) {
        try require(command.data.isEmpty && command.ne != nil, .wrongLength)
    }
    func perform(_ card: CardSystem) throws(Refusal) -> Answer {
        guard let first = records.first, let ne = command.ne else { throw Refusal(.recordNotFound) }
        if card.behaviour.cutsLongRecords, first.count > ne {
            return Answer(data: Array(card.store.read(first).prefix(ne)))
        }
        if place.mode != .fromNumber { try card.checkExpectedLength(of: command, available: first.count) }
        try require(first.count <= ne, card.wrongExpectedLength(first.count))
        var data: [UInt8] = []
        for record in records {
            guard data.count + record.count <= ne else { break }
            data += card.behaviour.record(card.store.read(record))
        }
        return Answer(data: data)
    }
}

extension CardSystem {
    /// A wrong Le: the right one, on a card that tells it.
    func wrongExpectedLength(_ right: Int) -> StatusWord {
        options.correctsLength && behaviour.correctsLength ? .correctLength(right) : .wrongLength
    }

    /// Whether Le of a READ is as this maker's card wants it.
    /// - Parameter available: bytes there are to read.
    func checkExpectedLength(of command: ReceivedCommand, available: Int) throws(Refusal) {
        switch options.expectedLength {
        case .any: return
        case .exact:
            if let ne = command.ne, ne <= available { return }
            throw Refusal(wrongExpectedLength(available))
        case .zero:
            // A T=0 link answers P3 00 by 6Cxx, and then P3 is not 00.
            if !command.wantsAll, !options.behavesAsT0 { throw Refusal(.wrongLength) }
        }
    }
}
