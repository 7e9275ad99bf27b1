import Foundation
import PostgreSQLServer
import Testing

@testable import Ledger

/// What a ledger is kept in; every suite runs on both. On PostgreSQL the stations' role may only add: the owner's is used
/// by nobody but whoever tampers.
enum Backend: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite
    case postgreSQL

    var testDescription: String { rawValue }
}

/// A folder that is gone with the test, and in it a station and the place of a ledger.
final class Workshop: Sendable {
    /// Held by whoever has ``LedgerWait`` tell of waits.
    static let watching = NSLock()
    let folder: String
    let location: LedgerLocation
    /// The same as whoever owns it, and as somebody who may do anything there.
    let owned: LedgerLocation
    private let unguarded: LedgerLocation
    let shared: PostgreSQLServer.Shared?

    /// - Parameter isMade: whether the tables are made, where stations cannot.
    init(_ backend: Backend = .sqlite, isMade: Bool = true) throws {
        folder = NSTemporaryDirectory() + "ledger-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        switch backend {
        case .sqlite:
            shared = nil
            location = try LedgerLocation(folder + "/ledger.sqlite")
            (owned, unguarded) = (location, location)
        case .postgreSQL:
            let shared = try PostgreSQLServer.shared().makeSharedDatabase()
            self.shared = shared
            location = try LedgerLocation(shared.station)
            owned = try LedgerLocation(shared.owner)
            unguarded = try LedgerLocation(shared.superuser)
            if isMade { try Ledger.create(owned, stationRole: shared.stationRole) }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var path: String { location.path ?? "" }

    func station(_ name: String = "north") throws -> Station {
        try Station.open(folder: folder + "/" + name, name: name)
    }

    func open(_ station: String = "north") throws -> Ledger {
        try Ledger.open(location, station: self.station(station))
    }

    /// Runs statements past the ledger, as somebody with a database program could; triggers and keys do not stop them.
    func tamper(_ statements: String...) throws {
        try Ledger.store(unguarded).use { database throws(StoreError) in
            if database.dialect == .sqlite {
                try database.execute("PRAGMA foreign_keys = OFF")
            } else {
                try database.execute("SET session_replication_role = replica")
            }
            let triggers =
                database.dialect == .sqlite
                ? try database.query("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'") : []
            for trigger in triggers { try database.execute("DROP TRIGGER \(trigger.text(0))") }
            for statement in statements { try database.execute(statement) }
            for trigger in triggers { try database.execute(trigger.text(1)) }
        }
    }

    func verify(_ station: String = "north") throws -> LedgerVerification {
        try Ledger.verify(location, station: self.station(station))
    }
}

/// Invented people of region 99, their numbers made of a count.
enum Sample {
    static func idNumber(_ number: Int) -> String {
        let digits = "99010119900101" + String(format: "%03d", number % 1000)
        let long = "99" + String(format: "%015d", number)
        return (number < 1000 ? digits : long) + "X"
    }

    static func batch(_ id: String = "B", content: String = "1") -> LedgerBatch {
        LedgerBatch(
            id: id, mode: "test", profile: "resident-health-card", profileDigest: String(repeating: "a", count: 64),
            contentDigest: String(repeating: content, count: 64))
    }

    static func order(_ sequence: Int, batch: String = "B", person: Int? = nil, replacing: String? = nil) -> Order {
        Order(
            batch: batch, sequence: sequence, idNumber: idNumber(person ?? sequence), row: sequence + 1,
            offset: sequence * 100, collectionPoint: "点\(sequence % 3)", replacementReason: replacing)
    }

    static func run(_ batch: String = "B") -> RunRecord {
        RunRecord(
            batch: batch, mode: "test", software: "1.0", profileDigest: String(repeating: "a", count: 64),
            releaseDigest: nil, operatorName: "operator", lanes: ["1", "2"])
    }

    static func chip(_ number: Int) -> String { String(format: "%016X", number) }

    static let card = MadeCard(
        imageDigest: String(repeating: "c", count: 64), commands: 120, bytesOut: 4000, bytesIn: 900, milliseconds: 2500,
        wasContinued: false)
    static let done = LedgerReason(code: "finished", text: "all orders are made")
    static let removed = LedgerReason(code: "cardRemoved", text: "the card was removed")
}

extension Ledger {
    /// Enrols orders 1…count of people 1…count.
    func enrol(_ count: Int, batch: String = "B", people first: Int = 1, setAside: [SetAsideRow] = []) throws {
        var sequence = 0
        try enrol(Sample.batch(batch), setAside: setAside) {
            sequence += 1
            return sequence > count ? nil : Sample.order(sequence, batch: batch, person: first + sequence - 1)
        }
    }

    func enrol(_ orders: [Order], batch: String = "B") throws {
        var rest = orders.makeIterator()
        try enrol(Sample.batch(batch), setAside: []) { rest.next() }
    }

    /// Makes a card of the next order.
    @discardableResult
    func makeCard(run: Int64, chip: Int, lane: String = "1") throws -> Attempt {
        let attempt = try #require(try begin(run: run, chip: Sample.chip(chip), lane: lane))
        try made(attempt, Sample.card, run: run, lane: lane)
        return attempt
    }

    func allEntries() throws -> [LedgerEntry] {
        var all: [LedgerEntry] = []
        try entries { all.append($0) }
        return all
    }
}
