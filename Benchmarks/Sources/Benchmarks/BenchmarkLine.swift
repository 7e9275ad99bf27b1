import CPeers
import CardProfiles
import Foundation
import HealthCard
import Ledger
import Personalization
import Production

/// A batch of invented people and a ledger of its own, for one run of a line.
final class BenchmarkLine {
    let prepared: PreparedBatch
    let profile: CardProfile
    private let folder: String
    private let ledger: Ledger
    private let production: BatchProduction

    /// - Parameter people: at most 1,000 take photos along; more have none, as a police reply may say.
    init(people: Int) throws {
        folder = NSTemporaryDirectory() + "line-benchmark-" + UUID().uuidString
        prepared = try Self.prepare(people: people, folder: folder)
        profile = prepared.batch.profile
        ledger = try Ledger.open(
            LedgerLocation(folder + "/ledger.sqlite"), station: Station.open(folder: folder + "/station"))
        production = BatchProduction(prepared, keys: try KeySet.test(profile))
        try production.enrol(in: ledger)
    }

    /// A batch of invented people in a folder.
    static func prepare(people: Int, folder: String) throws -> PreparedBatch {
        let script = CardBenchmark.root.appending(path: "Scripts/invent-batch").path(percentEncoded: false)
        let process = Process()
        process.executableURL = URL(filePath: script)
        process.arguments =
            [folder + "/batch", "--people", String(people)] + (people > 1000 ? ["--no-photos"] : [])
        try process.run()
        process.waitUntilExit()
        var first: BatchProblem?
        let report = try BatchIntake(folder: folder + "/batch").run { first = first ?? $0 }
        guard let prepared = report.prepared else {
            throw BenchmarkError("the invented batch is not sound: \(first.map(String.init(describing:)) ?? "")")
        }
        return prepared
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    struct Outcome {
        let report: LineReport
        let seconds: Double
        let cpu: Double
    }

    /// Makes the whole batch.
    func run(_ lanes: [LaneSetup], events: @escaping @Sendable (LineEvent) -> Void = { _ in }) throws -> Outcome {
        let line = ProductionLine(
            ledger: ledger,
            record: production.record(software: "benchmark", operatorName: "benchmark", lanes: lanes),
            lanes: lanes, maker: production.maker, events: events)
        let (start, cpu) = (peer_monotonic(), peer_process_cpu())
        let report = try line.run()
        let outcome = Outcome(
            report: report, seconds: Double(peer_monotonic() - start) / 1e9,
            cpu: Double(peer_process_cpu() - cpu) / 1e9)
        guard report.end == .finished, report.isBalanced, report.counts?.made == prepared.count else {
            throw BenchmarkError("the line made \(report.made) of \(prepared.count): \(report.reason)")
        }
        return outcome
    }

    func verify() throws -> LedgerVerification { try ledger.verify() }
}
