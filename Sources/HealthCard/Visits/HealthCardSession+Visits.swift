import CardProfiles
import ISO7816

extension HealthCardSession {
    /// The numbers of the records that the card's index calls valid, without reading them.
    ///
    /// - Throws: ``VisitError``.
    public func listedVisits(_ kind: VisitKind) throws(VisitError) -> [Int] { try visitMarks(kind).listed }

    /// What the card's index says: the records it calls valid, and those whose mark says neither yes nor no. Whether these
    /// hold a visit cannot be told.
    ///
    /// - Throws: ``VisitError``.
    public func visitMarks(_ kind: VisitKind) throws(VisitError) -> (listed: [Int], unclear: [UnreadableFile]) {
        let layout = try layout(of: kind)
        let flags = try readIndex(layout)
        return ((1...layout.files.count).filter(flags.isValid), Self.unclear(flags, layout))
    }

    private static func unclear(_ flags: VisitFlags, _ layout: VisitLayout) -> [UnreadableFile] {
        (1...layout.files.count).filter { flags.values.indices.contains($0 - 1) && flags.values[$0 - 1] == nil }.map {
            UnreadableFile(markOf: $0, in: layout.index, layout.kind.rawValue)
        }
    }

    /// The visits of a kind that the card's index calls valid, in the order of their records.
    ///
    /// - Throws: ``VisitError``; the whole list or nothing: a visit that cannot be read must not look as if it were not
    ///   there.
    public func visits(_ kind: VisitKind) throws(VisitError) -> [Visit] { try visitList(kind).visits }

    /// The same, with the records whose mark says neither yes nor no.
    ///
    /// - Throws: as ``visits(_:)``.
    public func visitList(
        _ kind: VisitKind
    ) throws(VisitError) -> (visits: [Visit], unclear: [UnreadableFile]) {
        let layout = try layout(of: kind)
        let flags = try readIndex(layout)
        var visits: [Visit] = []
        for record in 1...layout.files.count where flags.isValid(record) {
            visits.append(try read(layout, record))
        }
        return (visits, Self.unclear(flags, layout))
    }

    /// One valid visit.
    ///
    /// - Throws: ``VisitError``: `noSuchRecord`, `notValid`.
    public func visit(_ kind: VisitKind, record: Int) throws(VisitError) -> Visit {
        let layout = try layout(of: kind)
        try checkNumber(record, layout)
        guard try readIndex(layout).isValid(record) else { throw VisitError(.notValid(kind, record)) }
        return try read(layout, record)
    }

    /// Looks at a visit's signature, certificate, root and dates; whether the card is a test card, the card has proven.
    public func verify(_ visit: Visit, by trust: VisitTrust) throws(VisitError) -> VisitVerification {
        visit.verified(by: trust, isTestCard: try proveGenuine())
    }

    // MARK: Steps

    func layout(of kind: VisitKind) throws(VisitError) -> VisitLayout {
        do {
            return try VisitLayout(kind, of: profile)
        } catch {
            throw VisitError(.content(error))
        }
    }

    func checkNumber(_ record: Int, _ layout: VisitLayout) throws(VisitError) {
        guard layout.files.indices.contains(record - 1) else {
            throw VisitError(.noSuchRecord(layout.kind, record, count: layout.files.count))
        }
    }

    /// True for a test card. Nobody's visits go to, or come from, a card that is not of the system.
    @discardableResult
    func proveGenuine() throws(VisitError) -> Bool {
        do throws(HealthCardError) {
            return try requireGenuine()
        } catch {
            throw VisitError(.card(error))
        }
    }

    /// What the index says of each record.
    struct VisitFlags {
        let values: [Bool?]

        func isValid(_ record: Int) -> Bool { values.indices.contains(record - 1) && values[record - 1] == true }
        /// Only a record that is known to be empty: a byte that is neither yes nor no is left alone.
        func isFree(_ record: Int) -> Bool { values.indices.contains(record - 1) && values[record - 1] == false }
    }

    /// Reads the index, after the card has proven itself and given the right to read.
    func readIndex(_ layout: VisitLayout) throws(VisitError) -> VisitFlags {
        try proveGenuine()
        let index = layout.index
        guard let directory = profile.directory(index.directory), let item = index.items.first else {
            throw VisitError(.content(.profile(.noFlag(index: index.path))))
        }
        let records = try step(index.path) { () throws(ReadFailure) in
            try enter(directory)
            try prove(index.read)
            return try reader.records(of: index)
        }
        return VisitFlags(
            values: records.map { record in
                guard case .flag(let flag)? = try? ItemCodec.decode(record, as: item, profile: profile) else {
                    return nil
                }
                return flag
            })
    }

    /// Reads a whole record, whatever the index says; its directory is current.
    func read(_ layout: VisitLayout, _ record: Int) throws(VisitError) -> Visit {
        let file = layout.files[record - 1]
        let content = try step(file.path) { () throws(ReadFailure) in
            try prove(file.read)
            return try reader.binary(of: file, firstBlock: layout.size) { _ in layout.size }
        }
        do {
            return try Visit(record: record, bytes: content, layout: layout)
        } catch {
            throw VisitError(.content(error))
        }
    }

    /// A step whose failure leaves the card's list of visits as it was.
    func step<Result>(
        _ place: String, _ work: () throws(ReadFailure) -> Result
    ) throws(VisitError) -> Result {
        do {
            return try work()
        } catch {
            throw VisitError(error, at: place)
        }
    }
}
