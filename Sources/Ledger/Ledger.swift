import Foundation
import Messages
import ShangMi
import Synchronization

/// The register of a production: which chip became whose card, what was begun and how it ended. In a SQLite file, or in a
/// PostgreSQL database that several stations share; the same above both (`Docs/ledger.md`).
///
/// It may be used from any number of threads. Calls that write and come together share one wait for the disk.
public final class Ledger: ProductionLedger {
    public let location: LedgerLocation
    public let station: Station
    let commits: GroupCommit
    let reader: any LedgerStore
    let chain: Chain
    /// Whether the station keeps in mind how far it has come here; false for a ledger that goes with a rehearsal.
    let remembers: Bool
    let state = Mutex(State())

    struct State {
        /// Whether this station's key is known to be in the chain.
        var isEntered = false
        /// Whether the station's memory was held against the ledger.
        var isChecked = false
        var firstHash: String?
        /// This station's first entry, when it was written and is remembered as intended alone.
        var intended: LedgerEntry?
        /// Runs whose beginning was asked for and not answered, with the identity each has in the ledger.
        var unanswered: [RunRecord: String] = [:]
        /// What is known of runs that were begun here, whether or not they have ended.
        var known: [Int64: KnownRun] = [:]
        /// Runs that were begun here and have not ended, and what holds the ledger for them.
        var runs: Set<Int64> = []
        var hold: LedgerHold?
        var budget = ReleaseBudget()
    }

    private init(location: LedgerLocation, station: Station, remembers: Bool) {
        self.location = location
        self.station = station
        self.remembers = remembers
        commits = GroupCommit(store: Self.store(location))
        reader = Self.store(location)
        chain = Chain(station: station.name)
    }

    /// Opens a ledger; one that is not there is made, an older one is brought to this software's schema.
    ///
    /// - Parameter isRehearsal: the ledger is thrown away with what it has counted: the station does not keep it in mind,
    ///   and no release is counted in it.
    /// - Throws: `.misconfigured` for a place that cannot be used, `.unavailable`, `.full`, `.damaged` for a newer schema
    ///   and for what is no ledger.
    public static func open(
        _ location: LedgerLocation, station: Station, isRehearsal: Bool = false
    ) throws(LedgerError) -> Ledger {
        let ledger = Ledger(location: location, station: station, remembers: !isRehearsal)
        try ledger.exclusively { database throws(StoreError) in try LedgerSchema.migrate(database) }
        return ledger
    }

    /// A ledger that is there: an empty file, or one of another program, is left as it is.
    ///
    /// - Throws: as ``open(_:station:isRehearsal:)``; `.misconfigured` for what is no ledger.
    public static func openExisting(
        _ location: LedgerLocation, station: Station
    ) throws(LedgerError) -> Ledger {
        do throws(StoreError) {
            try store(location, isReadOnly: true).use { database throws(StoreError) in
                guard try LedgerSchema.current(database) == 0 else { return }
                throw .ledger(.place(location.description, .notALedger))
            }
        } catch {
            guard error.asLedgerError.code == .damaged, !isSQLite(location) else { throw error.asLedgerError }
            throw .place(location.description, .notALedger)
        }
        return try open(location, station: station)
    }

    /// A ledger that is there, to write out its entries: one of earlier software stays as it is.
    ///
    /// - Throws: as ``openExisting(_:station:)``.
    public static func openToExport(_ location: LedgerLocation, station: Station) throws(LedgerError) -> Ledger {
        do throws(StoreError) {
            try store(location, isReadOnly: true).use { database throws(StoreError) in
                let version = try LedgerSchema.current(database)
                guard version > 0 else { throw .ledger(.place(location.description, .notALedger)) }
                guard version <= LedgerSchema.version else { throw LedgerSchema.newer(version) }
            }
        } catch {
            guard error.asLedgerError.code == .damaged, !isSQLite(location), location.path != nil else {
                throw error.asLedgerError
            }
            throw .place(location.description, .notALedger)
        }
        return Ledger(location: location, station: station, remembers: true)
    }

    static func store(_ location: LedgerLocation, isReadOnly: Bool = false) -> any LedgerStore {
        switch location.place {
        case .file(let path): SQLiteStore(path: path, isReadOnly: isReadOnly)
        case .server(let address): PostgreSQLStore(address)
        }
    }

    /// Runs work in a transaction that is durable when this returns, after the station is known to the chain.
    ///
    /// - Parameters:
    ///   - isAdopting: whether the station takes the ledger up whatever it remembers.
    ///   - quick: the same as one entry.
    func write<Value: Sendable>(
        isAdopting: Bool = false, quick: QuickWork<Value>? = nil,
        _ work: @escaping @Sendable (any LedgerDatabase) throws(StoreError) -> Value
    ) throws(LedgerError) -> Value {
        if !isAdopting, !state.withLock({ $0.isChecked }) {
            try checkMemory()
            state.withLock { $0.isChecked = true }
        }
        let value: Value
        do {
            value = try commits.run(quick: quick) { database throws(StoreError) in
                try self.enter(database, isAdopting: isAdopting)
                return try work(database)
            }
        } catch {
            throw error.asLedgerError
        }
        state.withLock { $0.isEntered = true }
        if !isAdopting { try settleEntry() }
        return value
    }

    /// Remembers the station's first entry for good, once it is durable.
    func settleEntry() throws(LedgerError) {
        guard let entry = state.withLock({ $0.intended }) else { return }
        // Of a transaction that came to nothing nothing is remembered; the station came in otherwise.
        if try entryHash(at: entry.sequence) == entry.hash { try remember(entry) }
        state.withLock { $0.intended = nil }
    }

    func read<Value>(
        _ work: (any LedgerDatabase) throws(StoreError) -> Value
    ) throws(LedgerError) -> Value {
        do { return try reader.use(work) } catch { throw error.asLedgerError }
    }

    func exclusively<Value>(
        _ work: (any LedgerDatabase) throws(StoreError) -> Value
    ) throws(LedgerError) -> Value {
        do { return try commits.exclusively(work) } catch { throw error.asLedgerError }
    }

    /// Writes the station's public key before its first entry, and that into the station's memory before it is durable:
    /// a process that ends in between leaves an intention behind, never a ledger that is known and not remembered.
    ///
    /// - Throws: `.misconfigured` when another station has its name; `.damaged` when this one was here before.
    func enter(_ database: any LedgerDatabase, isAdopting: Bool = false) throws(StoreError) {
        if state.withLock({ $0.isEntered }) { return }
        let key = LowercaseHex.encode(station.publicKey.bytes)
        let row = try database.first("SELECT public_key FROM stations WHERE name = ?", [.text(station.name)])
        if let row {
            guard row.text(0) == key else {
                throw .ledger(
                    .misconfigured(
                        "another station of the name \(station.name) writes to this ledger; give this one another name",
                        "另有名为 \(station.name) 的工作站写入此台账；请为本工作站另取名称")
                )
            }
            return
        }
        let entry = try chain.append(.station, request: "station/\(station.name)", to: database) { _, _ in
            var detail = EntryDetail()
            detail.publicKey = key
            detail.memory = Self.memoryFormat
            return detail
        }
        guard remembers, !isAdopting else { return }
        let first = entry.sequence == 1 ? entry.hash : try Chain.entry(1, database)?.hash ?? ""
        do throws(LedgerError) {
            try station.memory.intend(entry.head, ledger: location.description, firstHash: first)
        } catch {
            throw .ledger(error)
        }
        state.withLock { $0.intended = entry }
    }

    /// The identity a run's beginning has until it is answered: asked again, it is the same run.
    func request(for run: RunRecord) -> String {
        state.withLock { state in
            let request = state.unanswered[run] ?? "run/\(UUID().uuidString.lowercased())"
            state.unanswered[run] = request
            return request
        }
    }

    func answered(_ run: RunRecord) { state.withLock { $0.unanswered[run] = nil } }
}
