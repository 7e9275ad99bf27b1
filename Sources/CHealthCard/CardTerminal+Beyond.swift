import CardProfiles
import HealthCard
import ISO7816
import PCSC

/// What programs call beside the functions of the specification.
extension CardTerminal {
    /// The record that the next visit goes into: the first whose index is empty; with none, the visit that is the oldest.
    ///
    /// - Throws: also where a date that decides cannot be read: no visit is given up for a guess.
    func nextRecord(_ kind: VisitKind) throws(ReturnCode) -> Int {
        let layout = try visitLayout(kind)
        let dates = (kind == .inpatient ? ["admissionDate", "dischargeDate"] : ["visitTime"])
            .compactMap { layout.item(named: $0) }
        guard !dates.isEmpty, let flagItem = layout.index.items.first else { throw .noFile }
        return try withCard(.reading, refused: .recordUnreadable) { session in
            let index = try session.content(of: layout.index)
            var oldest: (record: Int, dates: [[UInt8]])?
            for (place, file) in layout.files.enumerated() {
                guard let flag = flagItem.field(in: index, record: place + 1)?.first else {
                    throw ReturnCode.recordUnreadable.because("the index has no record \(place + 1)")
                }
                if flag == flagItem.flag.no { return place + 1 }
                guard flag == flagItem.flag.yes else {
                    throw ReturnCode.recordUnreadable.because("index record \(place + 1) is neither valid nor empty")
                }
                let own = try dates.map { item in
                    try session.bytes(of: file, in: (item.offset ?? 0)..<(item.offset ?? 0) + item.length)
                }
                guard let first = own.first, Self.isDate(first) else {
                    throw ReturnCode.bytesUnreadable.because("visit \(place + 1) has no date")
                }
                if oldest.map({ Self.isBefore(own, $0.dates) }) ?? true { oldest = (place + 1, own) }
            }
            guard let oldest else { throw ReturnCode.noFile }
            return oldest.record
        }
    }

    /// Decimal digits that are not all 0.
    private static func isDate(_ field: [UInt8]) -> Bool {
        field.allSatisfy { $0 >> 4 < 10 && $0 & 0x0F < 10 } && field.contains { $0 != 0 }
    }

    /// A visit without its second date is not over, and later than one with.
    private static func isBefore(_ one: [[UInt8]], _ other: [[UInt8]]) -> Bool {
        func key(_ dates: [[UInt8]]) -> [UInt8] {
            dates.flatMap { isDate($0) ? $0 : [UInt8](repeating: 0xFF, count: $0.count) }
        }
        return key(one).lexicographicallyPrecedes(key(other))
    }

    /// Whether personalization is over, which nobody can do twice. What has not been ended needs the transport key, and no
    /// SAM has it.
    func lockPersonalInformation() throws(ReturnCode) {
        switch try lifeCycle() {
        case .activated: return
        case .blank, .beingMade:
            throw .sam.because("the card is not finished; whoever makes it ends its personalization")
        case nil: throw .card.because("the card does not tell whether its personalization is over")
        }
    }

    /// The serial number of the reader, as it or its driver tells it: printable, at most 99 bytes.
    func readerSerial() throws(ReturnCode) -> [UInt8] {
        if let told = attributeOfReader(.vendorSerialNumber) {
            let text = told.prefix { $0 != 0 }
            if (1...99).contains(text.count), text.allSatisfy({ (0x20...0x7E).contains($0) }) { return Array(text) }
        }
        if let named = try readerOfDevice().parts.serial, named.utf8.count <= 99 { return Array(named.utf8) }
        throw .card.because("the reader tells no serial number")
    }

    // MARK: The reader itself, and what has no session

    /// An attribute of the card's reader, else of the SAM's; nil where neither is connected, or it is not told.
    func attributeOfReader(_ attribute: ReaderAttribute) -> [UInt8]? {
        defer { endTransactions() }
        if (try? connectCard()) == nil { _ = try? connectSAM() }
        return (card ?? samChannel).flatMap { try? $0.connection.attribute(attribute) }
    }

    /// The card's reader, else the one that was chosen, else the SAM's, else the only one.
    func readerOfDevice() throws(ReturnCode) -> ReaderName {
        if let card { return card.connection.reader }
        do {
            let readers = try listedReaders()
            if configuration.reader == nil, let samChannel { return samChannel.connection.reader }
            return try ReaderName.choose(configuration.reader, among: readers)
        } catch {
            throw ReturnCode(error, refused: .card)
        }
    }

    /// How far the card was made; nil where it does not tell. What this did to the card is taken for unknown afterwards.
    func lifeCycle() throws(ReturnCode) -> LifeCycleState? {
        defer { endTransactions() }
        do {
            let channel = try connectCard()
            session = nil
            try newSession(channel).identify()
            return try CardInspection.lifeCycle(of: channel, profile: profile)
        } catch {
            dropCard()
            throw ReturnCode(error, refused: .card)
        }
    }
}
