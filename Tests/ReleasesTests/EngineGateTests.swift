import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Ledger
import Personalization
import Production
import ShangMi
import Synchronization
import Testing
import VirtualCard

@testable import Releases

/// Ways around the gate that leave the release alone: keys, people, the engine called directly, the ledger, the clock
/// while a line runs.
@Suite struct EngineGateTests {
    // MARK: The line

    @Test func aFormalBatchIsMadeUnderARelease() throws {
        let bench = try Bench()
        let release = try bench.admit()
        let production = try ReleasesTests.Production(bench, release: release)
        try production.production.enrol(in: bench.ledger)
        let report = try production.line(bench.ledger).run()
        #expect(report.end == .finished)
        #expect(report.made == production.production.prepared.count)
        #expect(production.made.count == report.made)
        #expect(try bench.ledger.releases().map(\.used) == [report.made])
        // Every entry of the run names the release.
        let digest = release.release.digest
        var count = 0
        try bench.ledger.entries { entry in
            guard entry.run != 0 else { return }
            count += 1
            #expect(entry.detail.contains("\"release\":\"\(digest)\""), "entry \(entry.sequence) (\(entry.kind))")
        }
        #expect(count >= 2 * report.made + 2)
        #expect(try bench.ledger.verify().findings == [])
    }

    @Test func theLimitEndsTheLine() throws {
        var bench = try Bench()
        bench.terms.limit = 3
        let production = try ReleasesTests.Production(bench, release: bench.admit(), lanes: 3)
        try production.production.enrol(in: bench.ledger)
        let report = try production.line(bench.ledger).run()
        #expect(report.end == .notAllowed)
        #expect(report.reason.code == "releaseUsedUp")
        #expect(report.made == 3 && production.made.count == 3)
        #expect(try bench.refusal() == .usedUp(limit: 3))
        // Without the gate's word the ledger stands by its count.
        let again = try bench.ledger.beginRun(production.production.record(software: "", operatorName: "x", lanes: []))
        #expect(throws: LedgerError.releaseUsedUp(limit: 3)) {
            try bench.ledger.begin(run: again, chip: "00000000000000AA", lane: "x")
        }
    }

    @Test func aReleaseThatExpiresWhileTheLineRuns() throws {
        let bench = try Bench()
        let clock = bench.clock
        let over = ReleaseTime(beginningOf: bench.terms.validUntil).advanced(bySeconds: Bench.day)
        let production = try ReleasesTests.Production(bench, release: bench.admit(), lanes: 1) { chip in
            if chip == 3 { clock.turn(to: over) }
        }
        try production.production.enrol(in: bench.ledger)
        let report = try production.line(bench.ledger).run()
        #expect(report.made == 2)
        #expect(report.end != .finished)
        #expect(report.lanes.first?.reason?.code == "releaseExpired")
        // The chip of the third was not touched: its order waits, and it counts for nothing.
        #expect(report.counts?.waiting == production.production.prepared.count - 2)
        #expect(try bench.ledger.releases().map(\.used) == [2])
    }

    @Test func theClockSetBackWhileTheLineRuns() throws {
        let bench = try Bench()
        let clock = bench.clock
        let before = clock.now.advanced(bySeconds: -3600)
        let production = try ReleasesTests.Production(bench, release: bench.admit(), lanes: 1) { chip in
            if chip == 2 { clock.turn(to: before) }
        }
        try production.production.enrol(in: bench.ledger)
        let report = try production.line(bench.ledger).run()
        #expect(report.made == 1)
        #expect(report.lanes.first?.reason?.code == "clockSetBack")
    }

    @Test func aFormalBatchWithoutARelease() throws {
        let bench = try Bench()
        let production = try ReleasesTests.Production(bench, release: nil)
        try production.production.enrol(in: bench.ledger)
        #expect(throws: LineError.gate(.noRelease)) { try production.line(bench.ledger).run() }
        #expect(production.made.count == 0)
    }

    @Test func aFormalRunResumedWithoutARelease() throws {
        var bench = try Bench()
        bench.terms.limit = 1
        let first = try ReleasesTests.Production(bench, release: bench.admit(), lanes: 1)
        try first.production.enrol(in: bench.ledger)
        #expect(try first.line(bench.ledger).run().made == 1)
        let second = try ReleasesTests.Production(bench, release: nil, lanes: 1)
        #expect(throws: LineError.gate(.noRelease)) { try second.line(bench.ledger).run() }
    }

    // MARK: The library called directly

    private struct Direct {
        let batch: Batch
        let application: Application
        let keys: KeySet
        let channel: VirtualCardChannel

        init(_ bench: Bench, keys: KeySet? = nil) throws {
            batch = try Batch(folder: Repository.formalBatch)
            application = try #require(try batch.review().applications.first)
            self.keys = try keys ?? ReleasesTests.Production.keys(batch.profile, for: bench.chain)
            channel = VirtualCardChannel(
                card: try VirtualHealthCard.blank(
                    serial: Array(1...8), profile: batch.profile, transportKey: SystemRandom.secret(16)))
        }

        func make(_ release: VerifiedRelease?, _ application: Application? = nil) -> PersonalizationError? {
            do throws(PersonalizationError) {
                let module: SoftwareSecurityModule
                do { module = try SoftwareSecurityModule(profile: batch.profile, keys: keys) } catch {
                    throw .securityModule(error, .untouched)
                }
                _ = try CardPersonalizer(channel: channel, batch: batch, module: module, release: release)
                    .personalize(application ?? self.application)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test func theEngineWithoutARelease() throws {
        #expect(try Direct(Bench()).make(nil) == .noRelease)
    }

    @Test func theEngineWithoutTheLedger() throws {
        let bench = try Bench()
        #expect(try Direct(bench).make(bench.admit()) == .release(.notInLedger))
    }

    @Test func theEngineForAnotherPersonThanTheLedgers() throws {
        let bench = try Bench()
        let release = try bench.admit()
        let production = try ReleasesTests.Production(bench, release: release)
        try production.production.enrol(in: bench.ledger)
        let run = try bench.ledger.beginRun(production.production.record(software: "", operatorName: "x", lanes: []))
        let attempt = try #require(try bench.ledger.begin(run: run, chip: "0102030405060708", lane: "x"))
        let direct = try Direct(bench)
        let other = try #require(
            try direct.batch.review().applications.first { $0.idNumber.text != attempt.order.idNumber })
        #expect(direct.make(release, other) == .release(.notInLedger))
        // For the right one the gate is open, and the chip has another transport key.
        let right = try #require(
            try direct.batch.review().applications.first { $0.idNumber.text == attempt.order.idNumber })
        guard case .transportKeyRefused = direct.make(release, right) else {
            Issue.record("the gate did not open")
            return
        }
    }

    @Test func theEngineOnAnotherChipThanTheLedgers() throws {
        let bench = try Bench()
        let release = try bench.admit()
        let production = try ReleasesTests.Production(bench, release: release)
        try production.production.enrol(in: bench.ledger)
        let run = try bench.ledger.beginRun(production.production.record(software: "", operatorName: "x", lanes: []))
        _ = try bench.ledger.begin(run: run, chip: "FFFFFFFFFFFFFFFF", lane: "x")
        #expect(try Direct(bench).make(release) == .release(.notInLedger))
    }

    @Test func aReleaseForAnotherProfileThanTheBatchs() throws {
        var bench = try Bench()
        let other = try CardProfile.bundled(overlays: ["huahong"])
        bench.terms.profile = ProfileFingerprint(other)
        bench.terms.dialect = other.defaultDialect
        bench.facts = ProductionFacts(
            maker: "华大", product: "CIU98", productVersion: "2.1", dialect: nil, profile: other,
            station: bench.facts.station)
        guard case .release(.profileChanged(let parts)) = try Direct(bench).make(bench.admit()) else {
            Issue.record("it was taken")
            return
        }
        #expect(!parts.isEmpty)
    }

    @Test func anotherDialectThanTheReleasedOne() throws {
        let bench = try Bench()
        let batch = try Batch(folder: Repository.formalBatch)
        let module = try SoftwareSecurityModule(
            profile: batch.profile, keys: ReleasesTests.Production.keys(batch.profile, for: bench.chain))
        let release = try bench.admit()
        #expect(
            throws: PersonalizationError.release(
                .otherDialect(released: batch.profile.defaultDialect, given: "pboc-cos"))
        ) {
            try CardPersonalizer.checkGate(batch, module: module, dialect: "pboc-cos", release: release)
        }
    }

    // MARK: Keys

    private func testKeys(version: UInt8) throws -> KeySet {
        let edition = try CardProfile.bundled(overlays: ["test-keys"])
        let publication = try #require(edition.testKeys)
        var values: [String: SecretBytes] = [:]
        for name in publication.keys {
            values[name] = SecretBytes(copying: SM3.hash(Array(publication.text(of: name).utf8)).prefix(16))
        }
        return KeySet(
            version: version, values: values, signatureKeys: ["ROOT": try .generate(), "ISSUER": try .generate()],
            authority: try Bench().chain.document)
    }

    @Test func testKeysInAFormalBatch() throws {
        let bench = try Bench()
        #expect(
            try Direct(bench, keys: testKeys(version: 0xF1)).make(bench.admit())
                == .wrongKeys(expected: 0x01, found: 0xF1))
    }

    @Test func testKeysThatSayTheyAreFormal() throws {
        let bench = try Bench()
        guard
            case .release(.testKeysLoaded(let names)) = try Direct(bench, keys: testKeys(version: 0x01)).make(
                bench.admit())
        else {
            Issue.record("they were taken")
            return
        }
        #expect(names.contains("IRK"))
    }

    @Test(arguments: ["IRK", "STK_DDF1", "UK1_DF03", "TK"])
    func aSingleTestKeyAmongFormalOnes(name: String) throws {
        let bench = try Bench()
        let edition = try CardProfile.bundled(overlays: ["test-keys"])
        let publication = try #require(edition.testKeys)
        var values: [String: SecretBytes] = [:]
        for key in bench.profile.keys { values[key.name] = try SystemRandom.secret(16) }
        values[name] = SecretBytes(copying: SM3.hash(Array(publication.text(of: name).utf8)).prefix(16))
        let mixed = KeySet(
            version: 0x01, values: values, signatureKeys: ["ROOT": try .generate()], authority: bench.chain.document)
        #expect(try Direct(bench, keys: mixed).make(bench.admit()) == .release(.testKeysLoaded([name])))
    }

    @Test func formalKeysThatSayTheyAreTestKeys() throws {
        let batch = try Batch(folder: Repository.sampleBatch)
        let keys = try ReleasesTests.Production.keys(batch.profile, version: 0xF1)
        let module = try SoftwareSecurityModule(profile: batch.profile, keys: keys)
        do {
            try CardPersonalizer.checkGate(batch, module: module)
            Issue.record("they were taken")
        } catch {
            guard case .release(.formalKeysLoaded(let names)) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(names.contains("IRK"))
        }
    }

    @Test func formalKeysInATestBatch() throws {
        let batch = try Batch(folder: Repository.sampleBatch)
        let module = try SoftwareSecurityModule(
            profile: batch.profile, keys: ReleasesTests.Production.keys(batch.profile))
        #expect(throws: PersonalizationError.wrongKeys(expected: 0xF1, found: 0x01)) {
            try CardPersonalizer.checkGate(batch, module: module)
        }
    }

    @Test func theTestEditionInAFormalBatch() throws {
        let bench = try Bench()
        let edition = try CardProfile.bundled(overlays: ["test-keys"])
        let batch = try Batch(folder: Repository.formalBatch, profile: edition)
        let module = try SoftwareSecurityModule(profile: edition, keys: testKeys(version: 0x01))
        let release = try bench.admit()
        #expect(throws: PersonalizationError.wrongKeys(expected: 0x01, found: 0xF1)) {
            try CardPersonalizer.checkGate(batch, module: module, release: release)
        }
    }

    // MARK: People

    @Test func aPersonOfTheTestRegionInAFormalBatch() throws {
        let bench = try Bench()
        let application = try #require(try Batch(folder: Repository.sampleBatch).review().applications.first)
        #expect(try Direct(bench).make(bench.admit(), application) == .release(.testRegionApplicant))
    }

    @Test func aRealPersonInATestBatch() throws {
        let batch = try Batch(folder: Repository.sampleBatch)
        let person = try #require(try Batch(folder: Repository.formalBatch).review().applications.first)
        let card = VirtualCardChannel(
            card: try VirtualHealthCard.blank(serial: Array(1...8), profile: batch.profile))
        let personalizer = CardPersonalizer(
            channel: card, batch: batch, module: try SoftwareSecurityModule.testKeys(batch.profile))
        do {
            _ = try personalizer.personalize(person)
            Issue.record("it was made")
        } catch {
            guard case .batch(let error) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(error.problems.map(\.code) == [.wrongRegion])
        }
    }

    // MARK: The ledger

    private func enrolled(_ bench: Bench) throws -> RunRecord {
        let production = try ReleasesTests.Production(bench, release: bench.admit())
        try production.production.enrol(in: bench.ledger)
        return production.production.record(software: "", operatorName: "x", lanes: [])
    }

    private func changed(_ record: RunRecord, mode: String? = nil, release: String?) -> RunRecord {
        RunRecord(
            batch: record.batch, mode: mode ?? record.mode, software: "", profileDigest: record.profileDigest,
            releaseDigest: release, operatorName: "x", lanes: [])
    }

    @Test func aFormalRunWithoutAReleaseInTheLedger() throws {
        let bench = try Bench()
        let record = try enrolled(bench)
        for (run, part) in [
            (changed(record, release: nil), "wants a release"),
            (changed(record, release: String(repeating: "9", count: 64)), "was not verified"),
            (changed(record, mode: "test", release: nil), "was enrolled in mode"),
            (changed(record, mode: "test", release: record.releaseDigest), "was enrolled in mode"),
        ] {
            do {
                _ = try bench.ledger.beginRun(run)
                Issue.record("it began")
            } catch {
                guard case .releaseRefused(let text) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(text.description.contains(part))
            }
        }
    }

    @Test(arguments: [false, true])
    func theLimitRacedByStations(isShared: Bool) throws {
        var bench = try Bench(isShared: isShared)
        bench.terms.limit = 5
        let record = try enrolled(bench)
        let (path, location) = (bench.folder.path, bench.location)
        let begun = Mutex(0)
        let refused = Mutex<[LedgerError]>([])
        let threads = 4
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            guard
                let station = try? Station.open(folder: path + "/station-\(thread)", name: "T\(thread)"),
                let ledger = try? Ledger.open(location, station: station), let run = try? ledger.beginRun(record)
            else { return }
            for number in 0..<4 {
                do {
                    let chip = "00000000000000\(thread)\(number)"
                    if try ledger.begin(run: run, chip: chip, lane: "x") != nil { begun.withLock { $0 += 1 } }
                } catch let error as LedgerError {
                    refused.withLock { $0.append(error) }
                } catch {}
            }
        }
        #expect(begun.withLock { $0 } == 5)
        #expect(refused.withLock { $0 }.count == 11)
        #expect(refused.withLock { $0 }.allSatisfy { $0 == .releaseUsedUp(limit: 5) })
        #expect(try bench.ledger.releases().map(\.used) == [5])
        #expect(try bench.ledger.verify().findings == [])
    }

    @Test(arguments: [false, true])
    func anAttemptThatFailedIsGivenBackAndAVoidCardIsNot(isShared: Bool) throws {
        var bench = try Bench(isShared: isShared)
        bench.terms.limit = 2
        let record = try enrolled(bench)
        let run = try bench.ledger.beginRun(record)
        let reason = LedgerReason(code: "x", text: "x")
        let failed = try #require(try bench.ledger.begin(run: run, chip: "01", lane: "x"))
        try bench.ledger.failed(failed, reason, chip: .rejected, order: .waiting, run: run, lane: "x")
        #expect(try bench.ledger.releases().map(\.used) == [0])
        let made = try #require(try bench.ledger.begin(run: run, chip: "02", lane: "x"))
        try bench.ledger.made(
            made,
            MadeCard(imageDigest: "", commands: 0, bytesOut: 0, bytesIn: 0, milliseconds: 0, wasContinued: false),
            run: run, lane: "x")
        try bench.ledger.void(chip: "02", reason: reason, remaking: true)
        _ = try #require(try bench.ledger.begin(run: run, chip: "03", lane: "x"))
        #expect(throws: LedgerError.releaseUsedUp(limit: 2)) { try bench.ledger.begin(run: run, chip: "04", lane: "x") }
        #expect(try bench.ledger.verify().findings == [])
    }

    @discardableResult
    private func sql(_ statement: String, _ bench: Bench) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/sqlite3")
        process.arguments = [bench.folder.path + "/ledger.sqlite", statement]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test(arguments: [
        "UPDATE releases SET used = 0", "UPDATE releases SET used = 0; UPDATE chips SET release_digest = NULL",
        "UPDATE releases SET quota = 1000000", "UPDATE releases SET quota = NULL", "DELETE FROM releases",
        "UPDATE runs SET release_digest = NULL",
        "DROP TRIGGER entries_no_delete; DELETE FROM entries WHERE kind = 'begin'",
    ])
    func theLedgerEditedForMoreCards(statement: String) throws {
        var bench = try Bench()
        bench.terms.limit = 2
        let record = try enrolled(bench)
        let run = try bench.ledger.beginRun(record)
        for chip in ["01", "02"] { _ = try bench.ledger.begin(run: run, chip: chip, lane: "x") }
        #expect(try bench.refusal() == .usedUp(limit: 2))
        try #require(sql(statement, bench) == 0)
        do {
            try bench.admit()
            Issue.record("it was taken after \(statement)")
        } catch let refusal as ReleaseRefusal {
            let isSeen = if case .ledgerChanged = refusal { true } else { refusal == .usedUp(limit: 2) }
            #expect(isSeen, "\(refusal)")
        } catch let error as LedgerError {
            guard case .damaged = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func aRevocationListTakenOutOfTheLedger() throws {
        var bench = try Bench()
        bench.terms.limit = 10
        let old = try bench.list()
        bench.lists = [try bench.list(after: old, revoking: bench.terms.signed(by: SM2.PrivateKey.generate()))]
        try bench.admit()
        try #require(sql("DELETE FROM revocation_lists", bench) == 0)
        bench.lists = [old]
        #expect(try bench.refusal()?.code.rawValue == "ledgerChanged")
    }

    @Test func anOlderListAdmittedBehindTheDesk() throws {
        var bench = try Bench()
        bench.lists = [try bench.list(after: bench.list())]
        let release = try bench.admit().release
        let authority = TrustedAuthority.pinned(bench.authority.publicKey).fingerprint
        #expect(throws: LedgerError.self) {
            try bench.ledger.admit(
                ReleaseAdmission(
                    digest: release.digest, id: "R-1", limit: nil, authority: authority,
                    revocationList: ReleaseAdmission.List(number: 1, digest: "")))
        }
        #expect(throws: LedgerError.self) {
            try bench.ledger.admit(
                ReleaseAdmission(
                    digest: release.digest, id: "R-1", limit: nil, authority: authority, revocationList: nil))
        }
    }

    @Test func aSecondLedgerForTheSameRelease() throws {
        var bench = try Bench()
        bench.terms.limit = 2
        bench.terms.ledger = try bench.ledger.identity()
        #expect(try bench.refusal() == nil)
        let second = try Ledger.open(
            LedgerLocation(bench.folder.path + "/second.sqlite"), station: bench.ledger.station)
        #expect(throws: ReleaseRefusal.otherLedger) {
            try bench.desk().admit(bench.release(), facts: bench.facts, ledger: second)
        }
    }

    @Test func aLedgerPutBackToAnOlderCopy() throws {
        var bench = try Bench()
        bench.terms.limit = 2
        let record = try enrolled(bench)
        let path = bench.folder.path
        let (station, location) = (bench.ledger.station, try LedgerLocation(path + "/ledger.sqlite"))
        try #require(sql("PRAGMA wal_checkpoint(TRUNCATE); VACUUM INTO '\(path)/old.sqlite'", bench) == 0)
        let run = try bench.ledger.beginRun(record)
        _ = try bench.ledger.begin(run: run, chip: "01", lane: "x")
        try bench.ledger.endRun(run, LedgerReason(code: "x", text: "x"))
        for end in ["", "-wal", "-shm", ".seal"] {
            try? FileManager.default.removeItem(atPath: path + "/ledger.sqlite" + end)
        }
        try FileManager.default.moveItem(atPath: path + "/old.sqlite", toPath: path + "/ledger.sqlite")
        let old = try Ledger.open(location, station: station)
        do {
            _ = try bench.desk().admit(bench.release(), facts: bench.facts, ledger: old)
            Issue.record("it was taken")
        } catch let refusal as ReleaseRefusal {
            #expect(refusal.code.rawValue == "ledgerChanged")
        } catch let error as LedgerError {
            guard case .damaged = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func theFileSwappedBetweenCheckAndUse() throws {
        var bench = try Bench()
        let path = bench.folder.path
        let right = try bench.release()
        try Data(right.bytes).write(to: URL(filePath: path + "/right"))
        bench.terms.limit = 1_000_000
        try Data(bench.terms.signed(by: SM2.PrivateKey.generate()).bytes).write(to: URL(filePath: path + "/wrong"))
        try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: path + "/right")
        let read = try Release(Array(try Data(contentsOf: URL(filePath: path + "/link"))))
        try FileManager.default.removeItem(atPath: path + "/link")
        try FileManager.default.createSymbolicLink(atPath: path + "/link", withDestinationPath: path + "/wrong")
        let verified = try bench.admit(read)
        #expect(verified.release == right)
        #expect(try bench.ledger.releases().map(\.digest) == [right.digest])
        #expect(throws: ReleaseRefusal.authorityUnknown("卫生部")) {
            try bench.admit(Release(Array(try Data(contentsOf: URL(filePath: path + "/link")))))
        }
    }
}
