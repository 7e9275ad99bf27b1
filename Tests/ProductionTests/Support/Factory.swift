import Foundation
import ISO7816
import Ledger
import Production
import Testing

/// A line with its boxes and trays, all in this process.
final class Factory: @unchecked Sendable {
    let ledger: MemoryLedger
    private let lock = NSLock()
    // Guarded by `lock`.
    private var nextCard = 1
    private var newCard: (Int) -> PaperCard? = { PaperCard($0) }
    private(set) var fed: [PaperCard] = []
    private(set) var trays: [Tray: [PaperCard]] = [:]
    private(set) var events: [LineEvent] = []
    private(set) var inReader: [String: PaperCard] = [:]
    private var hook: (LineEvent, Int) -> Void = { _, _ in }
    /// Brings a begun card that is asked for.
    private var bring: ([String]) -> PaperCard? = { _ in nil }
    var settings = LineSettings()
    var prepare: @Sendable (PaperMaker, LaneName) -> Void = { _, _ in }

    init(orders: Int) {
        ledger = MemoryLedger(orders: orders)
        settings.returnWait = .milliseconds(40)
        settings.readerWait = .milliseconds(200)
        settings.ledgerBackoff = .milliseconds(1)
        settings.longestLedgerBackoff = .milliseconds(4)
    }

    /// - Parameter make: the chip of that number; nil: the box is empty.
    func box(_ make: @escaping (Int) -> PaperCard?) { lock.withLock { newCard = make } }
    func whenAsked(bring: @escaping ([String]) -> PaperCard?) { lock.withLock { self.bring = bring } }
    /// Called with each event and its number, from 0.
    func onEvent(_ hook: @escaping (LineEvent, Int) -> Void) { lock.withLock { self.hook = hook } }

    func take(_ wanted: WantedCard, _ lane: String) -> PaperCard? {
        lock.withLock {
            var card: PaperCard?
            switch wanted {
            case .blank:
                card = newCard(nextCard)
                nextCard += 1
            case .begun(let chips):
                card = bring(chips)
                // Another lane finished it after the line had asked: nobody takes a card out of the finished ones.
                if let asked = card, trays[.made]?.contains(where: { $0 === asked }) == true { card = nil }
            }
            card?.putBack()
            if let card {
                for tray in Tray.allCases { trays[tray]?.removeAll { $0 === card } }
                if !fed.contains(where: { $0 === card }) { fed.append(card) }
                inReader[lane] = card
            }
            return card
        }
    }

    private func put(_ card: PaperCard, _ tray: Tray, _ lane: String) {
        lock.withLock {
            trays[tray, default: []].append(card)
            inReader[lane] = nil
        }
    }

    func slot(_ name: String) -> ChannelSlot {
        let left = lock.withLock { inReader[name] }
        return ChannelSlot(
            name, holding: left.map { PaperChannel($0) },
            search: { ($0 as? PaperChannel)?.look() },
            trays: { [self] channel, tray in
                if let card = (channel as? PaperChannel)?.card { put(card, tray, name) }
            },
            box: { [self] wanted in take(wanted, name).map { PaperChannel($0) } })
    }

    static func lanes(_ count: Int) -> [String] { (0..<count).map { "Reader \($0)" } }

    func line(lanes count: Int, setups: [LaneSetup]? = nil) -> ProductionLine {
        let names = Self.lanes(count)
        let record = RunRecord(
            batch: MemoryLedger.batch, mode: "test", software: "tests", profileDigest: "", releaseDigest: nil,
            operatorName: "tester", lanes: names)
        let setups =
            setups
            ?? names.map {
                let slot = slot($0)
                return LaneSetup(slot: slot, handling: slot)
            }
        let prepare = prepare
        return ProductionLine(
            ledger: ledger, record: record, lanes: setups, settings: settings,
            maker: { name in
                let maker = PaperMaker()
                prepare(maker, name)
                return maker
            },
            events: { [self] event in
                let (hook, number) = lock.withLock {
                    events.append(event)
                    return (self.hook, events.count - 1)
                }
                hook(event, number)
            })
    }

    func run(lanes count: Int = 1) throws -> LineReport { try line(lanes: count).run() }

    func tray(_ tray: Tray) -> [PaperCard] { lock.withLock { trays[tray] ?? [] } }
    func count(of kind: LineEvent.Kind) -> Int { lock.withLock { events.count { $0.kind == kind } } }
    func reasons(_ kind: LineEvent.Kind) -> [String] {
        lock.withLock { events.filter { $0.kind == kind }.compactMap { $0.reason?.code } }
    }

    /// What may never be otherwise, whatever happened.
    func audit(_ report: LineReport, _ place: SourceLocation = #_sourceLocation) {
        #expect(report.isBalanced, sourceLocation: place)
        let active = fed.filter(\.isActive)
        let issued = active.filter { card in tray(.made).contains { $0 === card } }
        #expect(Set(issued.map(\.owner)).count == issued.count, "an applicant has two cards", sourceLocation: place)
        #expect(
            tray(.made).allSatisfy { $0.isActive }, "an unfinished card is with the made ones", sourceLocation: place)
        #expect(
            tray(.unused).allSatisfy { $0.owner == nil }, "a written chip is with the blanks", sourceLocation: place)
        for (sequence, made) in ledger.made {
            let card = fed.first { $0.chip == made.chip }
            #expect(card?.isActive == true, "order \(sequence) has no card", sourceLocation: place)
            #expect(
                card?.owner == Array(ledger.order(sequence).idNumber.utf8), "order \(sequence) has another's card",
                sourceLocation: place)
        }
        let recorded = Set(ledger.made.values.map(\.chip))
        #expect(tray(.made).allSatisfy { recorded.contains($0.chip) }, "a card is in no book", sourceLocation: place)
        for card in tray(.reject) where recorded.contains(card.chip) {
            let story = events.filter { $0.chip == card.chip }
                .map { "\($0.kind) in \($0.lane.map { "\($0)" } ?? "no lane"): \($0.reason?.code ?? "")" }
            Issue.record("a made card is rejected: \(story)", sourceLocation: place)
        }
        let encoder = JSONEncoder()
        let told = (try? encoder.encode(events)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let reported = (try? encoder.encode(report)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect(!told.isEmpty && !reported.isEmpty, sourceLocation: place)
        #expect(ledger.idNumbers.allSatisfy { $0.hasPrefix(MemoryLedger.numberPrefix) })
        for text in [told, reported] {
            #expect(!text.contains(MemoryLedger.numberPrefix), "a number is told", sourceLocation: place)
        }
    }
}
