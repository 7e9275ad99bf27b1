import CPeers
import Foundation
import Ledger
import Synchronization

/// The verification of a ledger, from its first entry to its last.
enum VerifyBenchmark {
    private static let cards = 100_000
    private static let most = 8.0

    static func row() throws -> Row {
        let folder = NSTemporaryDirectory() + "verify-benchmark-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ledger = try Ledger.open(
            LedgerLocation(folder + "/station/ledger.sqlite"), station: Station.open(folder: folder + "/station"))
        try fill(ledger)
        var seconds: [Double] = []
        for _ in 0..<3 {
            let start = peer_monotonic()
            guard try ledger.verify().isSound else { throw BenchmarkError("the ledger is not sound") }
            seconds.append(Double(peer_monotonic() - start) / 1e9)
        }
        let median = seconds.sorted()[1]
        return Row(
            what: "verify a ledger of 100,000 cards", ours: String(format: "%.1f s", median), peerName: "wanted",
            peer: String(format: "%.0f s", most), ratio: median / most, aim: .atMost(1))
    }

    private static func fill(_ ledger: Ledger) throws {
        let batch = LedgerBatch(
            id: "B", mode: "test", profile: "p", profileDigest: String(repeating: "a", count: 64),
            contentDigest: String(repeating: "b", count: 64))
        var sequence = 0
        try ledger.enrol(batch, setAside: []) {
            sequence += 1
            guard sequence <= cards else { return nil }
            return Order(
                batch: "B", sequence: sequence, idNumber: String(format: "99%015dX", sequence), row: sequence + 1,
                offset: sequence * 100, collectionPoint: "1")
        }
        let run = try ledger.beginRun(
            RunRecord(
                batch: "B", mode: "test", software: "benchmark", profileDigest: batch.profileDigest,
                releaseDigest: nil, operatorName: "benchmark", lanes: ["1"]))
        let card = MadeCard(
            imageDigest: String(repeating: "c", count: 64), commands: 120, bytesOut: 4000, bytesIn: 900,
            milliseconds: 2500, wasContinued: false)
        // Lanes share their commits.
        let group = DispatchGroup()
        let failure = Mutex<(any Error)?>(nil)
        for lane in 0..<32 {
            group.enter()
            Thread {
                defer { group.leave() }
                var count = 0
                do {
                    while let attempt = try ledger.begin(
                        run: run, chip: String(format: "%08X%08X", lane + 1, count), lane: "\(lane)")
                    {
                        count += 1
                        try ledger.made(attempt, card, run: run, lane: "\(lane)")
                    }
                } catch { failure.withLock { $0 = $0 ?? error } }
            }.start()
        }
        group.wait()
        if let error = failure.withLock({ $0 }) { throw error }
        try ledger.endRun(run, LedgerReason(code: "finished", text: "all orders are made"))
    }
}
