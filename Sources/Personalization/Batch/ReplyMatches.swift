import CardProfiles

/// The records of those whom police and bank know, which are nearly everybody: in memory by whom and where, their texts
/// in ``ScratchNotes``.
///
/// One thread inserts; after ``finish()`` any thread may ask.
final class ReplyMatches: @unchecked Sendable {
    /// What a row need not be looked at for any closer.
    struct Plain {
        /// Grows with the place in the bank's reply; nil without one.
        let bankPlace: UInt32?
        /// What the police reply says beside the match, YCDM.
        let hasCommonCode: Bool
    }

    /// In ``PersonTable/Person/first`` the police's note, in ``PersonTable/Person/second`` the bank's, in the key the name
    /// and these bits.
    private enum Mark {
        static let commonCode: UInt64 = 1
        /// Different names, other codes, or an exception.
        static let special: UInt64 = 2
        static let all: UInt64 = 3
    }

    /// Bytes of a note before its texts: file, record, order; the lengths of name, code and reason.
    private static let head = 20
    /// Bytes most notes have.
    private static let usual = 96

    /// Those of rows are entered here too, while a batch is looked through.
    let people = PersonTable()
    private let notes = ScratchNotes()
    /// The first YCDM of a police reply: all others say the same where people without a photo are matched.
    private(set) var commonCode: String?

    /// A name as a number: with a seed of this process, so that nobody can choose two names of one number.
    static func key(of name: UnsafeRawBufferPointer) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(bytes: name)
        return UInt64(bitPattern: Int64(hasher.finalize())) & ~Mark.all
    }

    /// Notes a record.
    ///
    /// - Returns: the record of the same verifier and number that came before, which stays.
    func insert(
        _ record: VerificationRecord, _ id: UInt64, file: Int, order: Int
    ) throws(BatchError) -> (file: Int, number: Int)? {
        let isPolice = record.verifier == .police
        let known = people.person(id)
        if let earlier = known.map({ isPolice ? $0.first : $0.second }), earlier > 0 {
            let entry = try entry(at: earlier, record.verifier)
            return (entry.file, entry.number)
        }
        if isPolice, commonCode == nil { commonCode = record.exceptionCode }
        var name = record.name
        var key = name.withUTF8 { Self.key(of: UnsafeRawBufferPointer($0)) }
        if let code = record.exceptionCode {
            key |= isPolice && code == commonCode ? Mark.commonCode : Mark.special
        }
        let place = try notes.append { Self.write(record, file: file, order: order, to: &$0) }
        people.update(id) { person in
            let isFirst = person.first == 0 && person.second == 0
            if !isFirst, (person.key ^ key) & ~Mark.all != 0 { key |= Mark.special }
            person.key = (isFirst ? key : person.key) & ~Mark.all | (person.key | key) & Mark.all
            if isPolice { person.first = place } else { person.second = place }
        }
        return nil
    }

    /// Of an applicant there is an exception as well.
    func markSpecial(_ id: UInt64) { people.update(id) { $0.key |= Mark.special } }

    /// After the last record.
    func finish() throws(BatchError) { try notes.flush() }

    /// The record of one applicant; nil for whom the verifier does not know.
    func entry(of id: UInt64, _ verifier: Verifier) throws(BatchError) -> ReplyIndex.Entry? {
        guard let person = people.person(id) else { return nil }
        let place = verifier == .police ? person.first : person.second
        return place == 0 ? nil : try entry(at: place, verifier)
    }

    /// What is to be known of an applicant of this name; nil where the records have to be looked at.
    func plain(_ id: UInt64, nameKey: UInt64, _ verifiers: [Verifier]) -> Plain? {
        guard let person = people.person(id) else {
            return verifiers.isEmpty ? Plain(bankPlace: nil, hasCommonCode: false) : nil
        }
        guard person.key & Mark.special == 0 else { return nil }
        // A row was there before, and no reply.
        guard person.first > 0 || person.second > 0 else {
            return verifiers.isEmpty ? Plain(bankPlace: nil, hasCommonCode: false) : nil
        }
        guard (person.key ^ nameKey) & ~Mark.all == 0 else { return nil }
        for verifier in verifiers where (verifier == .police ? person.first : person.second) == 0 { return nil }
        return Plain(
            bankPlace: person.second == 0 ? nil : person.second, hasCommonCode: person.key & Mark.commonCode != 0)
    }

    /// Where the record of an applicant lies among the bank's; nil without one.
    func bankPlace(_ id: UInt64) -> UInt32? {
        people.person(id).flatMap { $0.second == 0 ? nil : $0.second }
    }

    /// Hands out the records whose people are not among those that were met, in the order of files and records.
    func strangers(
        isKnown: (UInt64, PersonTable.Person) -> Bool, _ each: (ReplyIndex.Entry) -> Void
    ) throws(BatchError) {
        var places: [(place: UInt32, verifier: Verifier)] = []
        people.forEach { id, person in
            guard !isKnown(id, person) else { return }
            if person.first > 0 { places.append((person.first, .police)) }
            if person.second > 0 { places.append((person.second, .bank)) }
        }
        // They were written in the order in which they were read.
        places.sort { $0.place < $1.place }
        for (place, verifier) in places { each(try entry(at: place, verifier)) }
    }

    // MARK: Notes

    private static func write(
        _ record: VerificationRecord, file: Int, order: Int, to bytes: inout [UInt8]
    ) {
        func number(_ number: Int) {
            withUnsafeBytes(of: UInt32(clamping: number).littleEndian) { bytes.append(contentsOf: $0) }
        }
        // A text that is not there has another length than an empty one.
        func length(_ text: String?) {
            let length = UInt16(clamping: text.map { $0.utf8.count + 1 } ?? 0)
            withUnsafeBytes(of: length.littleEndian) { bytes.append(contentsOf: $0) }
        }
        number(file)
        number(record.number)
        number(order)
        length(record.name)
        length(record.exceptionCode)
        length(record.reason)
        length(nil)
        for text in [record.name, record.exceptionCode, record.reason] {
            if let text { bytes.append(contentsOf: text.utf8) }
        }
    }

    private func entry(at place: UInt32, _ verifier: Verifier) throws(BatchError) -> ReplyIndex.Entry {
        var bytes = try notes.read(place, count: Self.usual)
        func number(_ start: Int, _ count: Int) -> Int {
            (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
        }
        let (file, record, order) = (number(0, 4), number(4, 4), number(8, 4))
        let lengths = [12, 14, 16].map { number($0, 2) }
        let whole = Self.head + lengths.reduce(0) { $0 + max(0, $1 - 1) }
        if whole > bytes.count { bytes = try notes.read(place, count: whole) }
        var start = Self.head
        let texts = lengths.map { length -> String? in
            guard length > 0 else { return nil }
            defer { start += length - 1 }
            return String(decoding: bytes[start..<start + length - 1], as: UTF8.self)
        }
        return ReplyIndex.Entry(
            verifier: verifier, isException: false, file: file, number: record, order: order, name: texts[0] ?? "",
            exceptionCode: texts[1], reason: texts[2])
    }
}
