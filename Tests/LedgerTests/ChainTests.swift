import Foundation
import Synchronization
import Testing

@testable import Ledger

/// Each station has a chain of its own, and says how far it has seen the others.
@Suite("A chain for each station") struct ChainTests {
    /// North and south make a card each; south mentions some chips; then north's run ends, having seen all of it.
    private static func woven(_ backend: Backend) throws -> Workshop {
        let workshop = try Workshop(backend)
        let (north, south) = (try workshop.open("north"), try workshop.open("south"))
        try north.enrol(4)
        let runs = (north: try north.beginRun(Sample.run()), south: try south.beginRun(Sample.run()))
        try north.makeCard(run: runs.north, chip: 1)
        try south.makeCard(run: runs.south, chip: 2)
        for code in ["a", "b", "c"] {
            try south.rejectChip(
                Sample.chip(1), LedgerReason(code: code, text: "seen again"), run: runs.south, lane: "1")
        }
        try north.endRun(runs.north, Sample.done)
        return workshop
    }

    /// What verification says without the memory of anybody.
    private static func findings(_ workshop: Workshop) throws -> [String] {
        try Ledger.verify(workshop.location, station: nil).findings.map(\.description)
    }

    @Test("An entry follows the last one of its station, whatever others wrote between", arguments: Backend.allCases)
    func ownChains(backend: Backend) throws {
        let workshop = try Self.woven(backend)
        let entries = try workshop.open().allEntries()
        let first = try #require(entries.first)
        for station in ["north", "south"] {
            var previous = first.hash
            for entry in entries where entry.station == station && entry.sequence > 1 {
                #expect(entry.previousHash == previous)
                previous = entry.hash
            }
        }
        let south = try #require(entries.first { $0.station == "south" })
        #expect(EntryDetail(south.detail)?.root == first.head)
        #expect(entries.filter { EntryDetail($0.detail)?.root != nil }.count == 1)
        #expect(try Self.findings(workshop) == [])
    }

    @Test("A run's beginning and its end say how far the others were", arguments: Backend.allCases)
    func weaving(backend: Backend) throws {
        let workshop = try Self.woven(backend)
        let entries = try workshop.open().allEntries()
        for entry in entries {
            let isWoven = ["run", "endRun"].contains(entry.kind)
            #expect((EntryDetail(entry.detail)?.heads != nil) == isWoven, "\(entry.kind)")
        }
        let last = try #require(entries.last { $0.station == "south" })
        let end = try #require(entries.last { $0.kind == "endRun" })
        #expect(
            EntryDetail(end.detail)?.heads
                == [StationHead(station: "south", sequence: last.sequence, hash: last.hash)])
    }

    @Test("The end of a station's chain cut off, with every hash right again", arguments: Backend.allCases)
    func cut(backend: Backend) throws {
        let workshop = try Self.woven(backend)
        let last = try #require(try workshop.open().allEntries().last { $0.kind == "mention" })
        try workshop.rewrite { entry, _ in entry.sequence == last.sequence ? .removed : .kept }
        let findings = try Self.findings(workshop)
        #expect(findings.contains { $0.contains("the chain of station south was cut off") }, "\(findings)")
    }

    @Test("A station's chain forked: its last entry says something else", arguments: Backend.allCases)
    func fork(backend: Backend) throws {
        let workshop = try Self.woven(backend)
        let last = try #require(try workshop.open().allEntries().last { $0.kind == "mention" })
        try workshop.rewrite { entry, detail in
            if entry.sequence == last.sequence { detail.reason = LedgerReason(code: "c", text: "something else") }
            return .kept
        }
        let findings = try Self.findings(workshop)
        #expect(findings.contains { $0.contains("seen entry \(last.sequence) of station south") }, "\(findings)")
    }

    @Test("A station's entry removed or changed without the rest being written anew", arguments: Backend.allCases)
    func removed(backend: Backend) throws {
        let workshop = try Self.woven(backend)
        let mention = try #require(try workshop.open().allEntries().first { $0.kind == "mention" })
        try workshop.tamper("DELETE FROM entries WHERE seq = \(mention.sequence)")
        let findings = try Self.findings(workshop)
        // A server leaves gaps of its own.
        if backend == .sqlite {
            #expect(findings.contains { $0.hasPrefix("entry \(mention.sequence): ") && $0.contains("missing") })
        }
        #expect(
            findings.contains { $0.contains("does not follow the entry before it of station south") }, "\(findings)")
    }

    @Test("An entry moved to another station's chain, with every hash right again", arguments: Backend.allCases)
    func moved(backend: Backend) throws {
        let workshop = try Self.woven(backend)
        let last = try #require(try workshop.open().allEntries().last { $0.kind == "mention" })
        try workshop.rewrite { entry, _ in entry.sequence == last.sequence ? .moved("north") : .kept }
        let findings = try Self.findings(workshop)
        #expect(findings.contains { $0.contains("of station south, which is another one") }, "\(findings)")
        // Moved alone, it fits nowhere.
        let other = try Self.woven(backend)
        try other.tamper("UPDATE entries SET station = 'north' WHERE seq = \(last.sequence)")
        #expect(
            try Self.findings(other).contains {
                $0.hasPrefix(
                    "entry \(last.sequence) (mention): it does not follow the entry before it of station north")
            })
    }

    @Test("Heads that disagree: what one station says of another", arguments: Backend.allCases)
    func disagreeing(backend: Backend) throws {
        let workshop = try Self.woven(backend)
        let end = try #require(try workshop.open().allEntries().last { $0.kind == "endRun" })
        let changes: [(StationHead) -> [StationHead]] = [
            { [StationHead(station: $0.station, sequence: $0.sequence, hash: String(repeating: "f", count: 64))] },
            { [StationHead(station: $0.station, sequence: 4, hash: $0.hash)] },
            { [StationHead(station: "west", sequence: $0.sequence, hash: $0.hash)] },
            { [StationHead(station: $0.station, sequence: 9999, hash: $0.hash)] },
        ]
        for change in changes {
            let workshop = try Self.woven(backend)
            try workshop.rewrite { entry, detail in
                if entry.sequence == end.sequence { detail.heads = detail.heads?.flatMap(change) }
                return .kept
            }
            let findings = try Self.findings(workshop)
            #expect(
                findings.contains {
                    $0.hasPrefix("entry \(end.sequence) (endRun): ") && $0.contains("cut off, put back or exchanged")
                }, "\(findings)")
        }
        // Nothing said where something is to be said.
        try workshop.rewrite { entry, detail in
            if entry.sequence == end.sequence { detail.heads = nil }
            return .kept
        }
        let findings = try Self.findings(workshop)
        #expect(
            findings.contains { $0.contains("does not say how far its station has seen the others") }, "\(findings)")
    }

    @Test("A station taken out with all it wrote", arguments: Backend.allCases)
    func withoutAStation(backend: Backend) throws {
        let workshop = try Self.woven(backend)
        try workshop.rewrite { entry, _ in entry.station == "south" ? .removed : .kept }
        try workshop.tamper(
            "DELETE FROM stations WHERE name = 'south'", "DELETE FROM chips WHERE serial = '\(Sample.chip(2))'",
            "DELETE FROM runs WHERE station = 'south'",
            "UPDATE orders SET state = 'waiting', holds_card = 0, chip = NULL, entry = 0, attempts = 0 WHERE sequence = 2"
        )
        let findings = try Self.findings(workshop)
        #expect(findings.contains { $0.contains("of station south, which is not there") }, "\(findings)")
    }

    @Test("A chain that begins elsewhere than at the root, and a root that was moved", arguments: Backend.allCases)
    func root(backend: Backend) throws {
        let workshop = try Self.woven(backend)
        try workshop.rewrite { entry, detail in
            if detail.root != nil { detail.root = LedgerHead(sequence: 2, hash: String(repeating: "a", count: 64)) }
            return .kept
        }
        #expect(try Self.findings(workshop).contains { $0.contains("does not begin from the root") })
        let moved = try Workshop(backend)
        let ledger = try moved.open()
        try ledger.enrol(2)
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: 1)
        try ledger.endRun(run, Sample.done)
        // Of a single station the chain is the same from any root.
        try moved.tamper(
            "UPDATE heads SET seq = 4, hash = (SELECT hash FROM entries WHERE seq = 4) WHERE station = ''")
        #expect(try Self.findings(moved).contains { $0.contains("does not begin from the root") })
    }

    @Test("Every thousand entries at least, a station says how far the others are", arguments: Backend.allCases)
    func everyThousand(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let (north, south) = (try workshop.open("north"), try workshop.open("south"))
        let count = 560
        try north.enrol(count)
        _ = try south.identity()
        let run = try north.beginRun(Sample.run())
        try ConcurrencyTests.threads(8) { lane in
            for card in 0..<(count / 8) { try north.makeCard(run: run, chip: lane * 1000 + card, lane: "\(lane)") }
        }
        let entries = try north.allEntries()
        let heads = entries.filter { $0.kind == "heads" }
        #expect(heads.count == 1)
        #expect(EntryDetail(heads.first?.detail ?? "")?.heads?.map(\.station) == ["south"])
        #expect(try Self.findings(workshop) == [])
        // A station that leaves them out is found.
        let place = try #require(heads.first?.sequence)
        try workshop.rewrite { entry, _ in entry.sequence == place ? .removed : .kept }
        #expect(try Self.findings(workshop).contains { $0.contains("has not said for") })
    }

    @Test("On a server, a card's beginning and its outcome are a statement each", arguments: [1, 8])
    func statements(lanes: Int) throws {
        let workshop = try Workshop(.postgreSQL)
        let ledger = try workshop.open()
        try ledger.enrol(lanes * 20)
        let run = try ledger.beginRun(Sample.run())
        try ConcurrencyTests.threads(lanes) { lane in
            for card in 0..<20 { try ledger.makeCard(run: run, chip: lane * 100 + card, lane: "\(lane)") }
        }
        let written = try ledger.exclusively { database throws(StoreError) in database.quick?.written }
        #expect(written == lanes * 40)
        try ledger.endRun(run, Sample.done)
        #expect(try Self.findings(workshop) == [])
    }

    @Test("Two processes of one station write one chain", arguments: Backend.allCases)
    func twoProcesses(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let ledgers = [try workshop.open(), try workshop.open()]
        try ledgers[0].enrol(40)
        let runs = try ledgers.map { try $0.beginRun(Sample.run()) }
        try ConcurrencyTests.threads(2) { process in
            for card in 0..<20 {
                try ledgers[process].makeCard(run: runs[process], chip: process * 100 + card, lane: "\(process)")
            }
        }
        for (ledger, run) in zip(ledgers, runs) { try ledger.endRun(run, Sample.done) }
        #expect(try workshop.open().counts(batch: "B").made == 40)
        #expect(try Self.findings(workshop) == [])
    }

    @Test("A head on paper holds for all stations", arguments: Backend.allCases)
    func headOnPaper(backend: Backend) throws {
        let workshop = try Self.woven(backend)
        let north = try workshop.open("north")
        let head = try #require(try north.headOfAll())
        #expect(try north.headOfAll() == head)
        let entry = try #require(try north.allEntries().first { $0.sequence == head.sequence })
        #expect(entry.kind == "heads" && entry.hash == head.hash)
        #expect(EntryDetail(entry.detail)?.heads?.map(\.station) == ["south"])
        #expect(try Self.findings(workshop) == [])
        let alone = try Workshop(backend)
        let ledger = try alone.open()
        try ledger.enrol(1)
        #expect(try ledger.headOfAll() == ledger.head())
        #expect(try ledger.allEntries().count == 2)
    }
}
