import BenchmarkServer
import CPeers
import CardProfiles
import Foundation
import HealthCard
import Ledger
import Personalization
import Production
import Synchronization

/// Stations that share a ledger on a server, one lane each, beside one station with as many lanes: whoever waits for the
/// others is slower.
enum StationsBenchmark {
    private static let stations = [1, 2, 4, 8, 16, 32]
    private static let timed = [8, 32]
    /// Cards a second that eight stations enter, without making any.
    private static let wanted = 1500.0
    private static let seconds = 2.0

    static func rows() throws -> [Row] {
        let server = try PostgreSQLServer.shared()
        var rows: [Row] = []
        for count in stations {
            // Those with an aim of their own three times.
            let (many, one) = try inTurn(
                times: timed.contains(count) ? 3 : 1,
                { try ledgerAlone(server, stations: count, lanes: 1) },
                { try ledgerAlone(server, stations: 1, lanes: count) })
            rows.append(row("\(name(count)), ledger alone", many, one, count, "cards/s"))
            guard count == 8 else { continue }
            rows.append(
                Row(
                    what: "8 stations, ledger alone, cards a second", ours: String(format: "%.0f cards/s", many),
                    peerName: "wanted", peer: String(format: "%.0f cards/s", wanted), ratio: many / wanted,
                    aim: .atLeast(1)))
        }
        for count in timed {
            let many = try line(server, stations: count, lanes: 1)
            let one = try line(server, stations: 1, lanes: count)
            rows.append(row("\(name(count)), timed chips", many, one, count, "cards/h"))
        }
        return rows
    }

    private static func name(_ count: Int) -> String { "\(count) station\(count == 1 ? "" : "s")" }

    private static func row(_ what: String, _ many: Double, _ one: Double, _ count: Int, _ unit: String) -> Row {
        Row(
            what: what, ours: String(format: "%.0f ", many) + unit,
            peerName: "1 station, \(count) lane\(count == 1 ? "" : "s")",
            peer: String(format: "%.0f ", one) + unit, ratio: many / one, aim: .atLeast(count > 8 ? 0.8 : 0.9))
    }

    /// The medians of some measurements each.
    private static func inTurn(
        times count: Int, _ first: () throws -> Double, _ second: () throws -> Double
    ) throws -> (Double, Double) {
        var (a, b): ([Double], [Double]) = ([], [])
        for _ in 0..<count {
            a.append(try first())
            b.append(try second())
        }
        return (a.sorted()[count / 2], b.sorted()[count / 2])
    }

    /// Runs `body` in threads of its own, numbered from 0.
    private static func together(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        let group = DispatchGroup()
        for number in 0..<count {
            group.enter()
            Thread {
                do { try body(number) } catch { failure.withLock { $0 = $0 ?? error } }
                group.leave()
            }.start()
        }
        group.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    // MARK: - The ledger alone

    private static let card = MadeCard(
        imageDigest: String(repeating: "c", count: 64), commands: 120, bytesOut: 4000, bytesIn: 900,
        milliseconds: 2500, wasContinued: false)

    /// - Returns: cards a second.
    private static func ledgerAlone(_ server: PostgreSQLServer, stations: Int, lanes: Int) throws -> Double {
        let folder = NSTemporaryDirectory() + "stations-benchmark-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try server.makeSharedDatabase()
        try Ledger.create(LedgerLocation(database.owner), stationRole: database.stationRole)
        let ledgers = try open(stations, folder, database.station)
        let batch = LedgerBatch(
            id: "B", mode: "test", profile: "p", profileDigest: String(repeating: "a", count: 64),
            contentDigest: String(repeating: "b", count: 64))
        var sequence = 0
        let most = Int(4000 * seconds)
        try ledgers[0].enrol(batch, setAside: []) {
            sequence += 1
            guard sequence <= most else { return nil }
            return Order(
                batch: "B", sequence: sequence, idNumber: String(format: "99%015dX", sequence), row: sequence + 1,
                offset: sequence * 100, collectionPoint: "1")
        }
        let record = RunRecord(
            batch: "B", mode: "test", software: "benchmark", profileDigest: batch.profileDigest, releaseDigest: nil,
            operatorName: "benchmark", lanes: (0..<lanes).map { "\($0)" })
        let runs = try ledgers.map { try $0.beginRun(record) }
        let made = Mutex(0)
        let start = peer_monotonic()
        let end = start + UInt64(seconds * 1e9)
        try together(stations * lanes) { number in
            let station = number % stations
            let (ledger, run, lane) = (ledgers[station], runs[station], "\(number / stations)")
            var count = 0
            while UInt64(peer_monotonic()) < end {
                let chip = String(format: "%08X%08X", number + 1, count)
                guard let attempt = try ledger.begin(run: run, chip: chip, lane: lane) else { break }
                try ledger.made(attempt, card, run: run, lane: lane)
                count += 1
            }
            made.withLock { $0 += count }
        }
        let rate = Double(made.withLock { $0 }) / (Double(peer_monotonic() - start) / 1e9)
        for (ledger, run) in zip(ledgers, runs) {
            try ledger.endRun(run, LedgerReason(code: "finished", text: "the time is over"))
        }
        guard try ledgers[0].verify().isSound else { throw BenchmarkError("the stations' ledger is not sound") }
        return rate
    }

    private static func open(_ count: Int, _ folder: String, _ url: String) throws -> [Ledger] {
        try (0..<count).map { number in
            let station = try Station.open(folder: "\(folder)/station-\(number)", name: "station-\(number)")
            return try Ledger.open(LedgerLocation(url), station: station)
        }
    }

    // MARK: - Whole lines

    private static let cardsPerLane = 3

    /// - Returns: cards an hour.
    private static func line(_ server: PostgreSQLServer, stations: Int, lanes: Int) throws -> Double {
        let folder = NSTemporaryDirectory() + "stations-benchmark-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let count = stations * lanes
        let prepared = try BenchmarkLine.prepare(people: count * cardsPerLane, folder: folder)
        let profile = prepared.batch.profile
        let database = try server.makeSharedDatabase()
        try Ledger.create(LedgerLocation(database.owner), stationRole: database.stationRole)
        let ledgers = try open(stations, folder, database.station)
        let productions = try ledgers.map { _ in BatchProduction(prepared, keys: try KeySet.test(profile)) }
        try productions[0].enrol(in: ledgers[0])
        let busy = LineBenchmark.Busy(count)
        let batch = productions[0].record(software: "", operatorName: "", lanes: []).batch
        let lines = (0..<stations).map { station in
            let setups = (0..<lanes).map {
                LineBenchmark.setup("timed \($0)", lane: station * lanes + $0, profile, busy)
            }
            return ProductionLine(
                ledger: ledgers[station],
                record: productions[station].record(
                    software: "benchmark", operatorName: "benchmark", lanes: setups),
                lanes: setups, maker: productions[station].maker, events: { _ in })
        }
        let start = peer_monotonic()
        try together(stations) { _ = try lines[$0].run() }
        let seconds = Double(peer_monotonic() - start) / 1e9
        let made = try ledgers[0].counts(batch: batch).made
        guard made == prepared.count else { throw BenchmarkError("the stations made \(made) of \(prepared.count)") }
        return Double(made) / seconds * 3600
    }
}
