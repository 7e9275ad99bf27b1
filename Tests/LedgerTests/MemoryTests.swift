import Foundation
import PostgreSQLServer
import Releases
import ShangMi
import Testing

@testable import Ledger

/// A ledger that was put back, cut or copied, and a station whose memory was taken away: no card is begun there.
struct MemoryTests {
    /// Every way in that counts cards.
    private static func expectRefused(
        _ workshop: Workshop, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let ways: [(String, (Ledger) throws -> Void)] = [
            ("enrol", { try $0.enrol(1, batch: "N", people: 700) }),
            ("beginRun", { _ = try $0.beginRun(Sample.run()) }),
            ("admit", { try $0.admit(FormalSample.admission()) }),
            ("identity", { _ = try $0.identity() }),
            ("void", { try $0.void(chip: Sample.chip(1), reason: Sample.removed) }),
        ]
        for (name, way) in ways {
            let ledger = try workshop.open()
            do {
                try way(ledger)
                Issue.record("\(what): \(name) went on", sourceLocation: sourceLocation)
            } catch {
                #expect(isMemory(error), "\(what), \(name): \(error)", sourceLocation: sourceLocation)
                #expect(!"\(error)".contains("remove it"), "\(error)", sourceLocation: sourceLocation)
                #expect(!"\(error)".contains("remove /"), "\(error)", sourceLocation: sourceLocation)
            }
        }
    }

    private static func heads(_ workshop: Workshop) -> String { workshop.folder + "/north/heads.json" }

    /// A run with a card in it.
    private static func make(_ workshop: Workshop, chip: Int = 1, ends: Bool = true) throws -> Ledger {
        let ledger = try workshop.open()
        if try ledger.batches().isEmpty { try ledger.enrol(8) }
        let run = try ledger.beginRun(Sample.run())
        try ledger.makeCard(run: run, chip: chip)
        if ends { try ledger.endRun(run, Sample.done) }
        return ledger
    }

    @Test(arguments: Backend.allCases)
    func aKnownLedgerWithoutMemoryIsRefused(backend: Backend) throws {
        let workshop = try Workshop(backend)
        _ = try Self.make(workshop)
        let memory = try Data(contentsOf: URL(filePath: Self.heads(workshop)))
        try FileManager.default.removeItem(atPath: Self.heads(workshop))
        try Self.expectRefused(workshop, "removed")
        #expect(try !workshop.verify().isSound)
        try Data("{\"format\":2,\"heads\":[]}".utf8).write(to: URL(filePath: Self.heads(workshop)))
        try Self.expectRefused(workshop, "emptied")
        try Data("nothing".utf8).write(to: URL(filePath: Self.heads(workshop)))
        try Self.expectRefused(workshop, "no JSON")
        #expect(try !workshop.verify().isSound)
        // Every byte of it is signed, but for blanks between.
        for position in stride(from: 2, to: memory.count, by: 9) where memory[position] > 0x20 {
            var changed = memory
            changed[position] ^= 1
            try changed.write(to: URL(filePath: Self.heads(workshop)))
            #expect(throws: LedgerError.self, "byte \(position)") { try workshop.open().beginRun(Sample.run()) }
        }
        try memory.write(to: URL(filePath: Self.heads(workshop)))
        _ = try workshop.open().beginRun(Sample.run())
    }

    @Test func theMemoryOfAnotherStationIsRefused() throws {
        let workshop = try Workshop()
        _ = try Self.make(workshop)
        let south = try workshop.open("south")
        try south.endRun(south.beginRun(Sample.run()), Sample.done)
        try Data(contentsOf: URL(filePath: workshop.folder + "/south/heads.json")).write(
            to: URL(filePath: Self.heads(workshop)))
        try Self.expectRefused(workshop, "of another station")
    }

    @Test func theLedgerIsKnownFromItsFirstEntryOn() throws {
        let workshop = try Workshop()
        _ = try workshop.open().identity()
        let memory = try String(contentsOfFile: Self.heads(workshop), encoding: .utf8)
        #expect(memory.contains(try workshop.open().identity()) && !memory.contains("isIntended"))
        try FileManager.default.removeItem(atPath: Self.heads(workshop))
        try Self.expectRefused(workshop, "after the first entry")
    }

    @Test(arguments: [true, false])
    func anOlderCopyPutBack(keepsMemory: Bool) throws {
        let workshop = try Workshop()
        _ = try workshop.open().identity()
        try workshop.checkpoint()
        let copy = try Data(contentsOf: URL(filePath: workshop.path))
        // The run is killed before it ends, and nothing is signed.
        _ = try Self.make(workshop, ends: false)
        try workshop.replaceLedger(with: copy)
        if !keepsMemory { try FileManager.default.removeItem(atPath: Self.heads(workshop)) }
        try Self.expectRefused(workshop, "an older copy")
    }

    /// Every state the ledger was in while a run went on, put back after the run was killed.
    @Test func aCopyOfAnyMomentOfARunPutBack() throws {
        let workshop = try Workshop()
        let ledger = try workshop.open()
        try ledger.enrol(8)
        let run = try ledger.beginRun(Sample.run())
        var copies: [Data] = []
        for chip in 1...4 {
            try workshop.checkpoint()
            copies.append(try Data(contentsOf: URL(filePath: workshop.path)))
            _ = try ledger.begin(run: run, chip: Sample.chip(chip), lane: "1")
        }
        for (index, copy) in copies.enumerated() {
            try workshop.replaceLedger(with: copy)
            try Self.expectRefused(workshop, "copy \(index)")
        }
    }

    @Test(arguments: Backend.allCases)
    func aLedgerCutBackToItsFirstEntry(backend: Backend) throws {
        for keepsMemory in [true, false] {
            let workshop = try Workshop(backend)
            _ = try Self.make(workshop)
            try workshop.cutBack()
            if !keepsMemory { try FileManager.default.removeItem(atPath: Self.heads(workshop)) }
            try Self.expectRefused(workshop, "cut back")
        }
    }

    @Test func aLedgerCutBackToBeforeTheStationCame() throws {
        let workshop = try Workshop()
        _ = try workshop.open("south").identity()
        _ = try Self.make(workshop)
        try workshop.cutBack()
        try Self.expectRefused(workshop, "before its own entry")
        try FileManager.default.removeItem(atPath: Self.heads(workshop))
        try Self.expectRefused(workshop, "the note alone is left")
        // Without any memory it is a station that comes for the first time: it makes no formal card.
        try FileManager.default.removeItem(atPath: workshop.folder + "/north/ledgers")
        #expect { try workshop.open().admit(FormalSample.admission()) } throws: { isRefusal($0) }
    }

    /// All of an earlier time put back: nothing here can tell. What somebody else holds tells.
    @Test func bothPutBackTogetherIsSeenByWhatOthersHold() throws {
        let workshop = try Workshop()
        let people = try People()
        _ = try Self.make(workshop, chip: 1)
        try workshop.checkpoint()
        let copy = try Data(contentsOf: URL(filePath: workshop.path))
        let station = workshop.folder + "/north"
        try FileManager.default.copyItem(atPath: station, toPath: workshop.folder + "/then")
        let ledger = try Self.make(workshop, chip: 2)
        let head = try #require(try ledger.head())
        let signed = try ledger.countersign(by: people.persons[0], name: "张三")
        #expect(try ledger.entryHash(at: head.sequence) == head.hash)

        try workshop.replaceLedger(with: copy)
        try FileManager.default.removeItem(atPath: station)
        try FileManager.default.moveItem(atPath: workshop.folder + "/then", toPath: station)
        #expect(try workshop.verify().isSound)
        for head in [head, signed] {
            var demands = LedgerDemands()
            demands.heads = [head]
            let report = try Ledger.verify(workshop.location, station: workshop.station(), demands: demands)
            #expect(report.findings.map(\.place.description) == ["entry \(head.sequence)"])
        }
        var demands = LedgerDemands()
        demands.countersigner = "张三"
        #expect(try !Ledger.verify(workshop.location, station: nil, demands: demands).isSound)
        // A tranche that names the head is refused by what the ledger has there.
        #expect(try workshop.open().entryHash(at: head.sequence) == nil)
    }

    @Test func theNoteOfARunRemoved() throws {
        let workshop = try Workshop()
        let first = try Self.make(workshop, ends: false).identity()
        try FileManager.default.removeItem(atPath: workshop.folder + "/north/ledgers/\(first).note")
        try Self.expectRefused(workshop, "note removed")
        try Data("1 2 3\n".utf8).write(to: URL(filePath: workshop.folder + "/north/ledgers/\(first).note"))
        try Self.expectRefused(workshop, "note changed")
    }

    @Test func anotherLedgerInTheSamePlace() throws {
        let workshop = try Workshop()
        _ = try Self.make(workshop)
        try workshop.removeLedger()
        try Self.expectRefused(workshop, "a new one")
        let ledger = try workshop.open("south")
        _ = try ledger.identity()
        try Self.expectRefused(workshop, "somebody else's")
    }

    // MARK: Honest stations

    /// Killed between what it wrote into its memory and what the ledger has, on either side.
    @Test(arguments: Backend.allCases)
    func aStationThatWasKilledWhileItCameGoesOn(backend: Backend) throws {
        let workshop = try Workshop(backend)
        let station = try workshop.station()
        let nothing = LedgerHead(sequence: 1, hash: String(repeating: "7", count: 64))
        try station.memory.intend(nothing, ledger: workshop.location.description, firstHash: nothing.hash)
        let ledger = try Ledger.open(workshop.location, station: station)
        let first = try ledger.identity()
        #expect(first != nothing.hash)
        // The entry is there, and the memory has the intention alone.
        let head = LedgerHead(sequence: 1, hash: first)
        try FileManager.default.removeItem(atPath: Self.heads(workshop))
        try station.memory.intend(head, ledger: workshop.location.description, firstHash: first)
        #expect(try workshop.verify().isSound)
        _ = try Self.make(workshop)
        #expect(try workshop.verify().isSound)
    }

    @Test func aRunThatWasKilledGoesOn() throws {
        let workshop = try Workshop()
        _ = try Self.make(workshop, ends: false)
        let ledger = try Self.make(workshop, chip: 2)
        #expect(try ledger.counts(batch: "B").made == 2)
        #expect(try workshop.verify().isSound)
    }

    /// The power fails: the note is a little behind, the ledger is not.
    @Test func aNoteThatIsBehindIsNoHarm() throws {
        let workshop = try Workshop()
        let ledger = try workshop.open()
        try ledger.enrol(4)
        let run = try ledger.beginRun(Sample.run())
        let note = workshop.folder + "/north/ledgers/\(try ledger.identity()).note"
        let before = try Data(contentsOf: URL(filePath: note))
        try ledger.makeCard(run: run, chip: 1)
        try before.write(to: URL(filePath: note))
        let second = try workshop.open()
        try second.makeCard(run: second.beginRun(Sample.run()), chip: 2)
    }

    @Test func whatEarlierSoftwareRememberedIsTakenOver() throws {
        let workshop = try Workshop()
        let ledger = try Self.make(workshop)
        let seal = try #require(try ledger.lastSeal())
        // As version 3 left it: the station's entry without a mark.
        let first = try workshop.makeOld()
        func write(_ head: LedgerHead, firstHash: String) throws {
            try Data(
                """
                {"format": 1, "heads": [{"firstHash": "\(firstHash)", "hash": "\(head.hash)",
                "ledger": "\(workshop.path)", "sequence": \(head.sequence)}]}
                """.utf8
            ).write(to: URL(filePath: Self.heads(workshop)))
        }
        try write(seal, firstHash: first)
        try Self.expectRefused(workshop, "a head that does not fit")
        let old = try #require(try workshop.open().lastSeal())
        try write(old, firstHash: first)
        _ = try Self.make(workshop, chip: 2)
        let memory = try String(contentsOfFile: Self.heads(workshop), encoding: .utf8)
        #expect(memory.contains("\"format\" : 2") && !memory.contains("isUnsigned"))
    }

    @Test func noUnsignedMemoryOfALedgerOfToday() throws {
        let workshop = try Workshop()
        let ledger = try Self.make(workshop)
        let first = try ledger.identity()
        try Data(
            """
            {"format": 1, "heads": [{"firstHash": "\(first)", "hash": "\(first)", "ledger": "\(workshop.path)",
            "sequence": 1}]}
            """.utf8
        ).write(to: URL(filePath: Self.heads(workshop)))
        try Self.expectRefused(workshop, "invented")
    }

    @Test func aRehearsalIsNotKeptInMindAndCountsNoRelease() throws {
        let workshop = try Workshop()
        let ledger = try Ledger.open(workshop.location, station: workshop.station(), isRehearsal: true)
        try ledger.enrol(1)
        try ledger.endRun(ledger.beginRun(Sample.run()), Sample.done)
        #expect(!FileManager.default.fileExists(atPath: Self.heads(workshop)))
        #expect { try ledger.admit(FormalSample.admission()) } throws: { isRefusal($0) }
    }
}

extension Workshop {
    /// Brings the log into the file.
    func checkpoint() throws {
        try Ledger.store(location).use { database throws(StoreError) in
            _ = try database.query("PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    func removeLedger() throws {
        for end in ["", "-wal", "-shm", ".seal"] { try? FileManager.default.removeItem(atPath: path + end) }
    }

    func replaceLedger(with data: Data) throws {
        try removeLedger()
        try data.write(to: URL(filePath: path))
    }

    /// To the first entry, as somebody who may do anything to the store.
    func cutBack() throws {
        try tamper(
            "DELETE FROM entries WHERE seq > 1", "DELETE FROM orders", "DELETE FROM set_aside_rows",
            "DELETE FROM batches", "DELETE FROM chips", "DELETE FROM runs", "DELETE FROM releases",
            "DELETE FROM revocation_lists", "DELETE FROM authorities", "DELETE FROM stations WHERE entry > 1",
            "DELETE FROM heads WHERE station <> '' AND station <> (SELECT station FROM entries WHERE seq = 1)",
            "UPDATE heads SET seq = 1, hash = (SELECT hash FROM entries WHERE seq = 1)",
            "UPDATE heads SET since = 1 WHERE station <> ''")
        if location.path != nil { try? FileManager.default.removeItem(atPath: path + ".seal") }
    }

    /// Writes the chain anew without the marks of today's software, as an older one would have.
    ///
    /// - Returns: the hash of the first entry.
    func makeOld() throws -> String {
        let station = try self.station()
        var previous = LedgerEntry.noHash
        var first = ""
        var statements: [String] = []
        for entry in try open().allEntries() {
            var detail = try #require(EntryDetail(entry.detail))
            detail.memory = nil
            if detail.head != nil {
                detail.head = previous
                let bytes = try #require(LowercaseHex.decode(previous))
                detail.signature = LowercaseHex.encode(try station.key.deterministicSign(message: bytes))
            }
            let old = LedgerEntry(
                sequence: entry.sequence, time: entry.time, station: entry.station, run: entry.run, kind: entry.kind,
                batch: entry.batch, idNumber: entry.idNumber, chip: entry.chip, lane: entry.lane,
                detail: try detail.canonical, request: entry.request, previousHash: previous, hash: "")
            statements.append(
                "UPDATE entries SET detail = '\(old.detail)', previous = '\(previous)', hash = '\(old.computedHash)' "
                    + "WHERE seq = \(old.sequence)")
            previous = old.computedHash
            if first.isEmpty { first = previous }
        }
        statements.append("UPDATE heads SET hash = '\(previous)' WHERE station <> ''")
        statements.append("UPDATE heads SET hash = '\(first)' WHERE station = ''")
        for statement in statements { try tamper(statement) }
        try? FileManager.default.removeItem(atPath: path + ".seal")
        try? FileManager.default.removeItem(atPath: folder + "/north/ledgers")
        return first
    }
}
