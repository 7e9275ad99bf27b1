import CardProfiles
import Foundation
import HealthCard
import Ledger
import Messages
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
            throw Failure(.badInput, DemoFactoryText.refused)
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
            DemoFactoryText.batch(name: name, cards: self.cards, readers: self.ports.count))
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
            Terminal.words(
                DemoFactoryText.made(
                    made: counts.made, seconds: seconds, rejected: counts.rejected, left: counts.waiting + counts.inWork
                )),
            checked.isSound
                ? Terminal.words(DemoFactoryText.ledger(entries: checked.entries))
                : Terminal.words(DemoFactoryText.ledgerChanged),
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
