import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Ledger
import Testing
import VirtualCard

@testable import Personalization
@testable import Production

/// Chips of one maker behind readers that lie, a line with the real engine, and a ledger in a file that counts against a
/// release.
final class LyingFactory: @unchecked Sendable {
    /// Every way a card is made.
    static let makers = ["", "plain-cos", "pboc-cos", "huahong", "tongfang", "fudan", "huada"]

    let ledger: Ledger
    let profile: CardProfile
    /// Commands the line sends for one card, its look before the chip is begun included.
    let commands: Int
    /// Which of them is the first from which on the chip may be a card in use.
    let end: Int
    private let plan: PersonalizationPlan
    private let batch: Batch
    private let application: Application
    private let folder: String
    private let lock = NSLock()
    // Guarded by `lock`.
    private var lies: ArraySlice<Lie> = []
    private var channels: [String: LyingChannel] = [:]
    private(set) var trays: [Tray: [String]] = [:]
    private(set) var events: [LineEvent] = []
    private var number: UInt64 = 0

    private static let person = "99646919970325667X"
    private static let release = String(repeating: "d", count: 64)
    private static let batchName = "L-1"

    /// - Parameters:
    ///   - orders: people, each of whom is to get a card.
    ///   - limit: of the release.
    init(_ maker: String, orders: Int, limit: Int) throws {
        profile = try CardProfile.bundled(overlays: ["test-keys"] + (maker.isEmpty ? [] : [maker]))
        batch = try Batch(folder: SampleBatchLineTests.folder, profile: profile)
        application = try batch.application(idNumber: Self.person)
        folder = NSTemporaryDirectory() + "lying-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        ledger = try Ledger.open(
            LedgerLocation(folder + "/ledger.sqlite"), station: Station.open(folder: folder + "/station", name: "s"))
        let fresh = try VirtualHealthCard.blank(serial: [0x52, 0x48, 0x43, 0, 0, 0, 0, 0], profile: profile)
        let meter = CountingChannel(VirtualCardChannel(card: fresh))
        let personalizer = CardPersonalizer(
            channel: meter, batch: batch, module: try SoftwareSecurityModule.testKeys(profile))
        _ = try personalizer.recognize()
        let look = meter.commands
        plan = try personalizer.plan(for: application)
        commands = look + plan.cost.commands
        end = look + plan.steps[..<plan.firstLiveStep].reduce(0) { $0 + $1.cost.commands }
        try enrol(orders, limit: limit)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func enrol(_ orders: Int, limit: Int) throws {
        let digest = Hex.encode(profile.digest).lowercased()
        let batch = LedgerBatch(
            id: Self.batchName, mode: "formal", profile: profile.name, profileDigest: digest,
            contentDigest: String(repeating: "c", count: 64))
        var sequence = 0
        try ledger.enrol(batch, setAside: []) {
            sequence += 1
            guard sequence <= orders else { return nil }
            return Order(
                batch: Self.batchName, sequence: sequence, idNumber: "P\(sequence)", row: sequence + 1, offset: 0,
                collectionPoint: "")
        }
        try ledger.admit(
            ReleaseAdmission(
                digest: Self.release, id: "R", limit: limit, authority: "tests", revocationList: nil))
    }

    /// What the release counts.
    func used() throws -> Int { try ledger.books(release: Self.release, authority: "tests").used }

    // MARK: Running

    /// Feeds a chip for each lie, then honest ones, until nothing more is fed.
    func run(_ lies: [Lie], honest: Int = 0, change: (inout LineSettings) -> Void = { _ in }) throws -> [LineReport] {
        lock.withLock { self.lies = (lies + Array(repeating: Self.none, count: honest))[...] }
        var settings = LineSettings()
        settings.retries = 1
        settings.returnWait = .milliseconds(10)
        settings.readerWait = .milliseconds(10)
        settings.failuresInRow = .max
        settings.lanesWithSameError = .max
        settings.chipsPerOrder = .max
        settings.refusedTransportKeys = .max
        change(&settings)
        var reports: [LineReport] = []
        // A refused transport key stops the lane: the next run goes on with the box, as long as it is wanted.
        while true {
            let before = left
            reports.append(try line(settings).run())
            guard left > 0, left < before else { return reports }
        }
    }

    /// Chips in the box.
    private var left: Int { lock.withLock { lies.count } }

    /// A chip whose reader tells the truth.
    private static let none = Lie(command: .max, word: .status(0x9000))

    /// Puts the chip of a serial number into a reader that tells the truth, before the line begins.
    func runAgain(_ chip: String) throws -> LineReport {
        let channel = lock.withLock { channels[chip] }
        return try line(
            LineSettings(), holding: channel.map { LyingChannel($0.card, nil, profile: profile, ends: ends) }
        )
        .run()
    }

    /// The same with a chip in whatever reader, and a box behind it.
    func runHolding(_ channel: LyingChannel, honest: Int) throws -> LineReport {
        lock.withLock { lies = Array(repeating: Self.none, count: honest)[...] }
        var settings = LineSettings()
        settings.returnWait = .milliseconds(10)
        settings.readerWait = .milliseconds(10)
        return try line(settings, holding: channel).run()
    }

    private var ends: [UInt8] {
        guard plan.steps.indices.contains(plan.firstLiveStep) else { return [] }
        return plan.steps[plan.firstLiveStep].command?.header ?? []
    }

    private func line(_ settings: LineSettings, holding: LyingChannel? = nil) -> ProductionLine {
        let slot = ChannelSlot(
            "Reader", holding: holding,
            trays: { [self] channel, tray in
                guard let channel = channel as? LyingChannel else { return }
                lock.withLock { trays[tray, default: []].append(Hex.encode(channel.card.serial)) }
            },
            box: { [self] wanted in wanted == .blank ? next() : nil })
        let record = RunRecord(
            batch: Self.batchName, mode: "formal", software: "tests",
            profileDigest: Hex.encode(profile.digest).lowercased(), releaseDigest: Self.release,
            operatorName: "tester", lanes: ["Reader"])
        return ProductionLine(
            ledger: ledger, record: record, lanes: [LaneSetup(slot: slot, handling: slot)], settings: settings,
            maker: { [self] _ in try Maker(batch, application) },
            events: { [self] event in lock.withLock { events.append(event) } })
    }

    private func next() -> LyingChannel? {
        lock.withLock {
            guard let lie = lies.popFirst() else { return nil }
            number += 1
            let serial = withUnsafeBytes(of: (0x5248_4300_0001_0000 + number).bigEndian) { Array($0) }
            guard let card = try? VirtualHealthCard.blank(serial: serial, profile: profile) else { return nil }
            let channel = LyingChannel(card, lie.command == .max ? nil : lie, profile: profile, ends: ends)
            channels[Hex.encode(serial)] = channel
            return channel
        }
    }

    // MARK: The truth

    /// The chips begun for an order, in their order.
    func chips(of sequence: Int) -> [LyingChannel] {
        lock.withLock {
            events.filter { $0.kind == .begun && $0.sequence == sequence }.compactMap {
                $0.chip.flatMap { channels[$0] }
            }
        }
    }

    var fed: [LyingChannel] { lock.withLock { Array(channels.values) } }

    /// What may never be otherwise, whatever a reader says.
    func audit(_ orders: Int, _ reports: [LineReport], _ place: SourceLocation = #_sourceLocation) throws {
        for sequence in 1...orders {
            let chips = chips(of: sequence)
            let live = chips.filter { $0.card.lifeCycle == .activated }
            let story = chips.map { "\($0.lie.map { "\($0)" } ?? "honest")" }.joined(separator: "; ")
            #expect(live.count <= 1, "order \(sequence) has two live cards: \(story)", sourceLocation: place)
            // Once the end was sent to a chip nobody begins another for its applicant.
            for chip in chips.dropLast() where chip.sawEnd {
                Issue.record("another chip was begun after the end was sent: \(story)", sourceLocation: place)
            }
        }
        let written = fed.filter { $0.sawWrite }
        // One that was begun and then said to be finished stays open, and counts, though nothing was written to it.
        let open = Set(try ledger.openAttempts(batch: Self.batchName).map(\.chip))
        let counted = fed.filter { $0.sawWrite || open.contains(Hex.encode($0.card.serial)) }
        #expect(try used() == counted.count, "the release counts other chips than were written", sourceLocation: place)
        for chip in fed where chip.card.lifeCycle != .blank {
            #expect(chip.sawWrite, "a chip was written and nobody knows of it", sourceLocation: place)
        }
        let blanks = Set(trays[.unused] ?? [])
        #expect(
            !written.contains { blanks.contains(Hex.encode($0.card.serial)) }, "a written chip is with the blanks",
            sourceLocation: place)
        for report in reports { #expect(report.isBalanced, sourceLocation: place) }
        let findings = try ledger.verify().findings.map(\.description)
        #expect(findings == [], sourceLocation: place)
    }
}

/// Makes the same person's card for every order: what an order is made of is another test's.
private final class Maker: CardMaker {
    private let inner: BatchCardMaker
    private let application: Application

    init(_ batch: Batch, _ application: Application) throws {
        inner = BatchCardMaker(batch: batch, module: try SoftwareSecurityModule.testKeys(batch.profile)) { _ in
            application
        }
        self.application = application
    }

    func checkGate() throws(PersonalizationError) { try inner.checkGate() }
    func chipSerial(of channel: any CardChannel) throws(MakingFailure) -> String {
        try inner.chipSerial(of: channel)
    }
    func recognize(_ channel: any CardChannel) throws(MakingFailure) -> ChipFinding { try inner.recognize(channel) }
    func make(
        _ order: Order, on channel: any CardChannel, continuing: Bool, progress: (MakingProgress) -> Void
    ) throws(MakingFailure) -> String {
        let own = Order(
            batch: order.batch, sequence: order.sequence, idNumber: application.idNumber.text, row: order.row,
            offset: order.offset, collectionPoint: order.collectionPoint)
        return try inner.make(own, on: channel, continuing: continuing, progress: progress)
    }
}
