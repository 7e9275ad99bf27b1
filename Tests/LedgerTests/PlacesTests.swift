import Foundation
import Synchronization
import Testing

@testable import Ledger

/// A release's limit, drawn in small blocks by several stations.
@Suite("Places of a release") struct PlacesTests {
    /// North began the ledger; south and others come on the word of two people.
    private static func stations(
        _ backend: Backend, _ count: Int, people number: Int, limit: Int
    ) throws -> (Workshop, [Ledger]) {
        let workshop = try Workshop(backend)
        let people = try People()
        let north = try workshop.open("north")
        try north.enrol(EnrolledAuthority(people.enrolment()))
        try north.admit(FormalSample.admission(limit: limit))
        var sequence = 0
        try north.enrol(FormalSample.batch, setAside: []) {
            sequence += 1
            return sequence > number ? nil : Sample.order(sequence)
        }
        var ledgers = [north]
        for index in 1..<max(count, 1) {
            let ledger = try workshop.open("station-\(index)")
            try ledger.enter(people.signed(ledger.draftOfAdoption(reason: "a second line")))
            try ledger.admit(FormalSample.admission(limit: limit))
            ledgers.append(ledger)
        }
        return (workshop, ledgers)
    }

    @Test("Stations that race for one limit make as many cards as it allows", arguments: Backend.allCases)
    func race(backend: Backend) throws {
        let limit = 50
        let (workshop, ledgers) = try Self.stations(backend, 4, people: 120, limit: limit)
        let runs = try ledgers.map { try $0.beginRun(FormalSample.run()) }
        let begun = Mutex(0)
        try ConcurrencyTests.threads(8) { lane in
            let (ledger, run) = (ledgers[lane % 4], runs[lane % 4])
            var chip = lane * 1000
            do {
                while let attempt = try ledger.begin(run: run, chip: Sample.chip(chip), lane: "\(lane)") {
                    chip += 1
                    begun.withLock { $0 += 1 }
                    try ledger.made(attempt, Sample.card, run: run, lane: "\(lane)")
                }
            } catch LedgerError.releaseUsedUp {}
        }
        #expect(begun.withLock { $0 } == limit)
        let release = try #require(try ledgers[0].releases().first)
        #expect(release.used == limit && release.drawn == 0)
        for (ledger, run) in zip(ledgers, runs) { try ledger.endRun(run, Sample.done) }
        #expect(try Ledger.verify(workshop.location, station: nil).findings == [])
    }

    @Test("What a station that died has drawn is seen, and others use it", arguments: Backend.allCases)
    func death(backend: Backend) throws {
        let limit = 200
        let (workshop, ledgers) = try Self.stations(backend, 2, people: 250, limit: limit)
        let dead = try ledgers[1].beginRun(FormalSample.run())
        try ledgers[1].makeCard(run: dead, chip: 9000)
        let drawn = try #require(try ledgers[0].releases().first).drawn
        #expect(drawn > 0 && drawn < 16)
        let run = try ledgers[0].beginRun(FormalSample.run())
        var made = 0
        let error = #expect(throws: LedgerError.self) {
            while true {
                try ledgers[0].makeCard(run: run, chip: made)
                made += 1
            }
        }
        #expect(error == .releaseUsedUp(limit: limit))
        #expect(made == limit - 1)
        #expect(try ledgers[0].allEntries().contains { $0.kind == "giveBack" })
        // Had it not died after all, it would find the limit used up.
        #expect(throws: LedgerError.releaseUsedUp(limit: limit)) {
            try ledgers[1].begin(run: dead, chip: Sample.chip(9001), lane: "1")
        }
        try ledgers[0].endRun(run, Sample.done)
        #expect(try ledgers[0].releases().map(\.used) == [limit])
        #expect(try Ledger.verify(workshop.location, station: nil).findings == [])
    }

    @Test("What was taken back from a run that goes on it draws anew", arguments: Backend.allCases)
    func takenBack(backend: Backend) throws {
        let limit = 20
        let (workshop, ledgers) = try Self.stations(backend, 2, people: 40, limit: limit)
        let runs = try ledgers.map { try $0.beginRun(FormalSample.run()) }
        var made = 0
        for round in 0..<30 {
            do {
                try ledgers[round % 2].makeCard(run: runs[round % 2], chip: round)
                made += 1
            } catch LedgerError.releaseUsedUp(limit) {}
        }
        #expect(made == limit)
        for (ledger, run) in zip(ledgers, runs) { try ledger.endRun(run, Sample.done) }
        #expect(try Ledger.verify(workshop.location, station: nil).findings == [])
    }

    @Test("What a run has not used goes back at its end", arguments: Backend.allCases)
    func end(backend: Backend) throws {
        let (workshop, ledgers) = try Self.stations(backend, 1, people: 40, limit: 160)
        let run = try ledgers[0].beginRun(FormalSample.run())
        for chip in 0..<3 { try ledgers[0].makeCard(run: run, chip: chip) }
        let before = try #require(try ledgers[0].releases().first)
        #expect(before.used == 3 && before.drawn == 13)
        try ledgers[0].endRun(run, Sample.done)
        let after = try #require(try ledgers[0].releases().first)
        #expect(after.used == 3 && after.drawn == 0)
        #expect(try Ledger.verify(workshop.location, station: nil).findings == [])
    }

    @Test("More places than a release has, and places of nobody, are found", arguments: Backend.allCases)
    func forged(backend: Backend) throws {
        for change in ["draw", "giveBack"] {
            let (workshop, ledgers) = try Self.stations(backend, 1, people: 40, limit: 160)
            let run = try ledgers[0].beginRun(FormalSample.run())
            try ledgers[0].makeCard(run: run, chip: 1)
            let draw = try #require(try ledgers[0].allEntries().last { $0.kind == "draw" })
            try workshop.rewrite { entry, detail in
                if entry.sequence == draw.sequence { detail.places = change == "draw" ? 161 : -3 }
                return .kept
            }
            let report = try Ledger.verify(workshop.location, station: nil)
            #expect(
                report.findings.contains { $0.place.description == "entry \(draw.sequence) (draw)" },
                "\(report.findings.map(\.description))")
        }
    }
}
