import Foundation
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
    /// Whether this station's key is known to be in the chain.
    let isEntered = Mutex(false)
    /// Runs whose beginning was asked for and not answered, with the identity each has in the ledger.
    private let unanswered = Mutex<[RunRecord: String]>([:])

    private init(location: LedgerLocation, station: Station) {
        self.location = location
        self.station = station
        commits = GroupCommit(store: Self.store(location))
        reader = Self.store(location)
        chain = Chain(station: station.name)
    }

    /// Opens a ledger; one that is not there is made, an older one is brought to this software's schema.
    ///
    /// - Throws: `.misconfigured` for a place that cannot be used, `.unavailable`, `.full`, `.damaged` for a newer schema
    ///   and for what is no ledger.
    public static func open(_ location: LedgerLocation, station: Station) throws(LedgerError) -> Ledger {
        let ledger = Ledger(location: location, station: station)
        try ledger.exclusively { database throws(StoreError) in try LedgerSchema.migrate(database) }
        return ledger
    }

    static func store(_ location: LedgerLocation, isReadOnly: Bool = false) -> any LedgerStore {
        switch location.place {
        case .file(let path): SQLiteStore(path: path, isReadOnly: isReadOnly)
        case .server(let url): PostgreSQLStore(url: url, name: location.description)
        }
    }

    /// Runs work in a transaction that is durable when this returns, after the station is known to the chain.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (any LedgerDatabase) throws(StoreError) -> Value
    ) throws(LedgerError) -> Value {
        do {
            let value = try commits.run { database throws(StoreError) in
                try self.enter(database)
                return try work(database)
            }
            isEntered.withLock { $0 = true }
            return value
        } catch {
            throw error.asLedgerError
        }
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

    /// Writes the station's public key before its first entry.
    ///
    /// - Throws: `.misconfigured` when another station has its name.
    func enter(_ database: any LedgerDatabase) throws(StoreError) {
        if isEntered.withLock({ $0 }) { return }
        let key = LowercaseHex.encode(station.publicKey.bytes)
        let row = try database.first("SELECT public_key FROM stations WHERE name = ?", [.text(station.name)])
        if let row {
            guard row.text(0) == key else {
                throw .ledger(
                    .misconfigured(
                        "another station of the name \(station.name) writes to this ledger; give this one another name")
                )
            }
            return
        }
        try chain.append(.station, request: "station/\(station.name)", to: database) { _, _ in
            var detail = EntryDetail()
            detail.publicKey = key
            return detail
        }
    }

    /// The identity a run's beginning has until it is answered: asked again, it is the same run.
    func request(for run: RunRecord) -> String {
        unanswered.withLock { unanswered in
            let request = unanswered[run] ?? "run/\(UUID().uuidString.lowercased())"
            unanswered[run] = request
            return request
        }
    }

    func answered(_ run: RunRecord) { unanswered.withLock { $0[run] = nil } }
}
