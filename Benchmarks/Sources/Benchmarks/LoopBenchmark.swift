import Foundation
import HealthCard
import ISO7816
import Ledger
import PCSC
import Personalization
import Production

/// A production line over PC/SC beside a plain pyscard loop, on the same readers: chips that take as long as real ones
/// and change by themselves. The loop sends recorded commands one card after the other and looks at nothing; the line
/// keeps its books, reads every card back and compares.
enum LoopBenchmark {
    private static let readers = 8
    private static let lineCards = 48
    private static let loopCards = 8

    static func row() throws -> Row {
        let virtual = try VirtualReaders()
        guard virtual.names.count >= readers else {
            throw BenchmarkError("the loop wants \(readers) virtual readers")
        }
        let ports = Array(virtual.ports.prefix(readers))
        let names = Array(virtual.names.prefix(readers))
        let ours = try CardProcess.during(["timed-cards"] + ports, in: names) { () -> Double in
            let line = try BenchmarkLine(people: lineCards)
            let outcome = try line.run(
                names.map { LaneSetup(slot: ReaderSlot(ReaderName($0)), handling: SelfChanging()) })
            return Double(lineCards) / outcome.seconds
        }
        let tape = NSTemporaryDirectory() + "loop-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: tape) }
        try CardProcess.during(["blank-cards", ports[0]], in: [names[0]]) {
            try Data(CardBenchmark.tape(in: names[0])).write(to: URL(filePath: tape))
        }
        let peer = try CardProcess.during(["timed-alike-cards"] + ports, in: names) {
            try loop(tape, names)
        }
        return Row(
            what: "\(readers) readers over PC/SC, timed chips", ours: String(format: "%.0f cards/h", ours * 3600),
            peerName: "pyscard loop, same readers", peer: String(format: "%.0f cards/h", peer * 3600),
            ratio: ours / peer, aim: .atLeast(4))
    }

    private struct LoopResult: Decodable {
        let cards: Double
        let seconds: Double
    }

    /// Cards a second.
    private static func loop(_ tape: String, _ readers: [String]) throws -> Double {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments =
            [
                CardBenchmark.root.appending(path: "Benchmarks/peers/pyscard_loop.py").path(percentEncoded: false),
                tape, String(loopCards),
            ] + readers
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchmarkError("pyscard_loop.py failed") }
        let result = try JSONDecoder().decode(LoopResult.self, from: output)
        return result.cards / result.seconds
    }

    /// The slot changes its chip by itself once it has lost its power.
    private struct SelfChanging: CardHandling {
        func load(
            _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
        ) throws(HandlingError) -> Loading {
            .loaded
        }

        func unload(
            lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
        ) throws(HandlingError) {
            do throws(SlotError) { try slot.waitForRemoval(wait) } catch { throw .slot(error) }
        }
    }
}
