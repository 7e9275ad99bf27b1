import CardProfiles
import Foundation
import HealthCard
import Ledger
import PCSC
import Personalization
import Production
import Releases
import ShangMi
import Synchronization
import VirtualCard

/// The first half of the demo: a factory that makes a batch with everything a real one has, but chips and readers.
final class DemoFactory: Sendable {
    let profile: CardProfile
    private let production: BatchProduction
    private let ledger: Ledger
    private let folder: String
    private let ports: [UInt16]
    private let machine: DemoMachine
    private let cards: Int

    /// - Parameters:
    ///   - cards: makes the first of the batch alone; nil: all.
    ///   - ports: of the lanes' slots, in the order of the readers.
    init(folder batch: String, cards: Int?, ports: [UInt16]) throws {
        var problems = ReportSummary()
        let report = try BatchIntake(folder: batch).run { problems.add($0) }
        guard let prepared = report.prepared else {
            problems.lines(report, folder: batch, reportFile: nil).forEach(Terminal.note)
            throw Failure(.badInput, Terminal.text("the batch cannot be made", "该批次不能制卡"))
        }
        profile = prepared.batch.profile
        production = BatchProduction(prepared, keys: try KeyOptions.published(for: profile))
        self.cards = min(cards ?? prepared.count, prepared.count)
        self.ports = Array(ports.prefix(max(1, self.cards)))
        folder = NSTemporaryDirectory() + "healthcard-demo-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        ledger = try Ledger.open(
            LedgerLocation(folder + "/ledger.sqlite"), station: Station.open(folder: folder + "/station"))
        machine = DemoMachine(ports: self.ports, profile: profile)
        try production.enrol(in: ledger, limit: self.cards)
        let name = prepared.batch.manifest.id
        Terminal.print(
            Terminal.text(
                "Batch \(name): \(self.cards) test cards on \(self.ports.count) virtual readers",
                "批次 \(name)：在 \(self.ports.count) 个虚拟读卡器上制作 \(self.cards) 张测试卡"))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func work() throws -> LineReport {
        let readers = try PCSCContext().readers()
        let lanes = readers.prefix(ports.count).map { LaneSetup(slot: ReaderSlot($0), handling: machine) }
        let view = LineView(Terminal.errorIsTerminal ? .live : .plain)
        let line = ProductionLine(
            ledger: ledger,
            record: production.record(software: EngineIdentity.current.description, operatorName: "demo", lanes: lanes),
            lanes: lanes,
            maker: production.maker, events: view.show)
        view.follow { line.status }
        defer { view.finish() }
        return try line.run()
    }

    /// One of the cards, out of its reader.
    var madeCard: VirtualHealthCard? { machine.lastMade }

    /// What came of it, and what the ledger says to a check.
    func lines(of report: LineReport) throws -> [String] {
        let counts = report.counts ?? BatchCounts()
        let seconds = (Double(report.milliseconds) / 1000).formatted(
            .number.precision(.fractionLength(1)).locale(Locale(identifier: "en_US_POSIX")))
        let checked = try ledger.verify()
        return [
            Terminal.text(
                "\(counts.made) cards made, read back byte for byte and activated in \(seconds) s; \(counts.rejected) rejected, \(counts.waiting + counts.inWork) left",
                "\(counts.made) 张卡已制成、逐字节读回比对并激活，用时 \(seconds) 秒；剔除 \(counts.rejected)，剩余 \(counts.waiting + counts.inWork)"
            ),
            checked.isSound
                ? Terminal.text(
                    "The ledger: \(checked.entries) entries, chained by SM3 and signed by the station; verified",
                    "台账：\(checked.entries) 条记录，以 SM3 串联并由制卡站签名，核对无误")
                : Terminal.text("The ledger was changed!", "台账被改动！"),
        ]
    }
}

/// A machine of virtual chips in this process: it puts a blank one into a slot and takes the card out again.
private final class DemoMachine: CardHandling, @unchecked Sendable {
    /// Seconds a slot stays empty: the driver needs some to see that a card has gone.
    private static let changeover = 0.6

    private let ports: [UInt16]
    private let profile: CardProfile
    private let lock = NSLock()
    // Guarded by `lock`.
    private var slots: [Int: (chip: VirtualHealthCard, link: VPCDLink)] = [:]
    private var lastMadeCard: VirtualHealthCard?

    init(ports: [UInt16], profile: CardProfile) {
        self.ports = ports
        self.profile = profile
    }

    var lastMade: VirtualHealthCard? { lock.withLock { lastMadeCard } }

    func load(
        _ wanted: WantedCard, lane: LaneName, slot: any CardSlot, wait: SlotWait
    ) throws(HandlingError) -> Loading {
        guard wanted == .blank, ports.indices.contains(lane.number - 1) else { return .boxEmpty }
        let chip: VirtualHealthCard
        do {
            chip = try VirtualHealthCard.blank(serial: SystemRandom.bytes(8), profile: profile)
        } catch {
            throw .jammed("\(error)")
        }
        let link = VPCDLink(chip: chip, options: VPCDLink.Options(port: ports[lane.number - 1]))
        lock.withLock { slots[lane.number] = (chip, link) }
        link.start()
        return .loaded
    }

    func unload(
        lane: LaneName, slot: any CardSlot, to tray: Tray, why: LedgerReason?, wait: SlotWait
    ) throws(HandlingError) {
        guard let (chip, link) = lock.withLock({ slots.removeValue(forKey: lane.number) }) else { return }
        link.stop()
        link.waitUntilEnded()
        if tray == .made { lock.withLock { lastMadeCard = chip } }
        Thread.sleep(forTimeInterval: Self.changeover)
    }
}
