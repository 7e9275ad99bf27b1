import CardProfiles
import ISO7816

extension HealthCardSession {
    /// Writes what differs, and nothing else; reads it back.
    ///
    /// Directory by directory: everything that is to change is read and compared byte for byte, then every update right
    /// that is needed is won, so a SAM that lacks one leaves the directory as it is, then each differing record is
    /// written in one command with a challenge of its own (`Docs/protocol.md §3`), in the order of the profile. Nothing
    /// is written twice by itself.
    ///
    /// Before anything is written, what the card would say is held to the rules between its values
    /// (`ValueRelations`), as far as the changes touch them; what cannot be read is not compared.
    ///
    /// - Parameter today: the day after which nothing has been done yet.
    /// - Throws: ``UpdateError``, which says of every record whether it has been written. After the card was pulled it
    ///   may name one record in doubt: ask ``settle(_:)`` in a new session.
    public func update(
        _ changes: CardChanges, today: CalendarDate? = CalendarDate.today
    ) throws(UpdateError) -> UpdateReport {
        var run = UpdateRun(self, changes, today)
        return try run.finished { (run) throws(HealthCardError) in try run.update() }
    }

    /// Says what ``update(_:today:)`` would write, as ``UpdateReport/Outcome/notWritten``, and writes nothing.
    ///
    /// - Throws: ``UpdateError`` when the card cannot be read, or ``update(_:today:)`` would refuse the changes.
    public func compare(
        _ changes: CardChanges, today: CalendarDate? = CalendarDate.today
    ) throws(UpdateError) -> UpdateReport {
        var run = UpdateRun(self, changes, today)
        return try run.finished { (run) throws(HealthCardError) in try run.compare() }
    }
}

/// One update on its way.
struct UpdateRun {
    let session: HealthCardSession
    let files: [(file: FileDefinition, change: CardChanges.FileChange)]
    var records: [UpdateReport.Record]
    var doubt: UpdateDoubt?
    let today: CalendarDate?

    init(_ session: HealthCardSession, _ changes: CardChanges, _ today: CalendarDate?) {
        self.session = session
        self.today = today
        files = session.profile.files.compactMap { file in changes.files[file.path].map { (file, $0) } }
        records = files.flatMap { Self.records(of: $0.change, in: $0.file) }
    }

    /// Everything that is asked of a file, as if nothing of it were so.
    private static func records(of change: CardChanges.FileChange, in file: FileDefinition) -> [UpdateReport.Record] {
        func record(_ number: Int?, _ items: [Item]) -> UpdateReport.Record {
            UpdateReport.Record(
                file: file.path, record: number, items: items.map { "\(file.section).\($0.name)" }, outcome: .notWritten
            )
        }
        switch change {
        case .records(let records):
            return records.keys.sorted().map { number in record(number, file.items.filter { $0.record == number }) }
        case .entries(let entries): return entries.indices.map { record($0 + 1, file.items) }
        case .picture: return [record(nil, file.items)]
        }
    }

    var report: UpdateReport { UpdateReport(records: records, commands: session.commands) }

    mutating func finished(
        _ body: (inout UpdateRun) throws(HealthCardError) -> Void
    ) throws(UpdateError) -> UpdateReport {
        do {
            try body(&self)
            return report
        } catch {
            throw UpdateError(cause: error, report: report, doubt: doubt)
        }
    }

    /// A picture is fitted to the card after it is given (``CardChanges/fitPicture(_:)``); one that was not is not begun.
    private func checkPicture() throws(HealthCardError) {
        for (file, change) in files {
            guard case .picture(let picture) = change, let item = file.items.first, picture.count > item.capacity else {
                continue
            }
            throw HealthCardError(
                .profile, at: file.path, .pictureTooLong(bytes: picture.count, limit: item.capacity))
        }
    }

    mutating func compare() throws(HealthCardError) {
        try checkPicture()
        try session.requireGenuine()
        try checkRelations()
        for directory in session.profile.directories { _ = try differences(in: directory) }
    }

    mutating func update() throws(HealthCardError) {
        try checkPicture()
        try session.requireGenuine()
        try checkRelations()
        for directory in session.profile.directories {
            let differences = try differences(in: directory)
            for difference in differences {
                try session.step(at: difference.file.path) { () throws(ReadFailure) in
                    try session.prove(difference.file.update)
                }
            }
            for difference in differences { try write(difference) }
        }
    }

    // MARK: Comparing

    /// A file that is not yet as it should be, with what is known of it.
    struct Difference {
        let file: FileDefinition
        let state: State

        enum State {
            /// The differing records: number, old, new.
            case records([(number: Int, old: [UInt8], new: [UInt8])])
            /// The newest entries now, and those that are missing, the oldest of them first.
            case entries(now: [[UInt8]], missing: [[UInt8]])
            case picture(old: OldPicture, new: [UInt8])
        }
    }

    private mutating func differences(in directory: DirectoryDefinition) throws(HealthCardError) -> [Difference] {
        let wanted = files.filter { $0.file.directory == directory.name }
        guard !wanted.isEmpty else { return [] }
        try session.step(at: directory.name) { () throws(ReadFailure) in try session.enter(directory) }
        var differences: [Difference] = []
        for (file, change) in wanted {
            let state = try session.step(at: file.path) { () throws(ReadFailure) in
                try session.prove(file.read)
                return try examine(file, change)
            }
            guard let state else { continue }
            differences.append(Difference(file: file, state: state))
        }
        return differences
    }

    /// Nil when the file is as it should be.
    private mutating func examine(
        _ file: FileDefinition, _ change: CardChanges.FileChange
    ) throws(ReadFailure) -> Difference.State? {
        switch change {
        case .records(let wanted):
            let numbers = wanted.keys.sorted()
            let found = try session.reader.records(numbers, of: file)
            var differing: [(number: Int, old: [UInt8], new: [UInt8])] = []
            for (number, old) in zip(numbers, found) {
                guard let new = wanted[number] else { continue }
                if old == new { mark(file, number, .alreadySo) } else { differing.append((number, old, new)) }
            }
            return differing.isEmpty ? nil : .records(differing)
        case .entries(let wanted):
            let found = try session.reader.records(Array(1...wanted.count), of: file)
            let missing = Self.missing(wanted, in: found)
            for number in wanted.indices.dropFirst(missing) { mark(file, number + 1, .alreadySo) }
            return missing == 0 ? nil : .entries(now: found, missing: wanted.prefix(missing).reversed())
        case .picture(let wanted):
            let old = try session.oldPicture(of: file, comparedWith: wanted, isExpected: false)
            guard old.bytes != wanted else {
                mark(file, nil, .alreadySo)
                return nil
            }
            return .picture(old: old, new: wanted)
        }
    }

    /// How many of the wanted entries must be added in front, so that the list begins with them all.
    static func missing(_ wanted: [[UInt8]], in found: [[UInt8]]) -> Int {
        wanted.indices.first { wanted[$0...].elementsEqual(found.prefix(wanted.count - $0)) } ?? wanted.count
    }

    mutating func mark(_ file: FileDefinition, _ record: Int?, _ outcome: UpdateReport.Outcome) {
        for index in records.indices where records[index].file == file.path && records[index].record == record {
            records[index].outcome = outcome
        }
    }
}

extension HealthCardSession {
    /// Runs a step whose failure ends the work, and says where it was.
    func step<Result>(
        at place: String, _ body: () throws(ReadFailure) -> Result
    ) throws(HealthCardError) -> Result {
        do {
            return try body()
        } catch {
            throw error.error.placed(at: place)
        }
    }
}
