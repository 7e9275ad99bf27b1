import CardProfiles
import Foundation
import HealthCard
import Ledger
import Personalization
import Production
import ShangMi
import Testing
import VirtualCard

@testable import Releases

/// The engine called directly, and the books behind it.
extension Attempt {
    private static func make(
        _ bench: Bench, _ release: VerifiedRelease?, keys: KeySet? = nil, dialect: String? = nil
    ) throws -> String? {
        let batch = try Bench.formal.get()
        let keys = try keys ?? Production.keys(batch.profile, for: bench.chain)
        let person = try #require(try batch.review().applications.first)
        let card = VirtualCardChannel(
            card: try VirtualHealthCard.blank(
                serial: Array(1...8), profile: batch.profile, transportKey: SystemRandom.secret(16)))
        return try code {
            _ = try CardPersonalizer(
                channel: card, batch: batch, module: SoftwareSecurityModule(profile: batch.profile, keys: keys),
                dialect: dialect, release: release
            ).personalize(person)
        }
    }

    private static func enrolled(_ bench: Bench, _ release: VerifiedRelease) throws -> RunRecord {
        let production = try Production(bench, release: release)
        try production.production.enrol(in: bench.ledger)
        return production.production.record(software: "", operatorName: "x", lanes: [])
    }

    static let engine: [Attempt] = [
        Attempt("the engine without a release", "noRelease") { try make($0, nil) },
        Attempt("the line without a release", "noRelease") { try $0.line(nil) },
        Attempt("the engine without the ledger's word", "notInLedger") { try make($0, $0.admit()) },
        Attempt("the engine on another chip than the ledger's", "notInLedger") { bench in
            let release = try bench.admit()
            let run = try bench.ledger.beginRun(enrolled(bench, release))
            let attempt = try #require(try bench.ledger.begin(run: run, chip: "FFFFFFFFFFFFFFFF", lane: "x"))
            let code = try make(bench, release)
            try bench.ledger.failed(
                attempt, LedgerReason(code: "x", text: "x"), chip: .unused, order: .waiting, run: run, lane: "x")
            return code
        },
        Attempt("the engine after the ledger has closed the attempt", "notInLedger") { bench in
            let release = try bench.admit()
            let run = try bench.ledger.beginRun(enrolled(bench, release))
            let attempt = try #require(try bench.ledger.begin(run: run, chip: "0102030405060708", lane: "x"))
            try bench.ledger.failed(
                attempt, LedgerReason(code: "x", text: "x"), chip: .unused, order: .waiting, run: run, lane: "x")
            return try make(bench, release)
        },
        Attempt("the engine with another dialect", "otherDialect") { bench in
            try make(bench, bench.admit(), dialect: "pboc-cos")
        },
        Attempt("the engine with a release for another profile", "profileChanged") { bench in
            let other = try CardProfile.bundled(overlays: ["huahong"])
            bench.terms.profile = ProfileFingerprint(other)
            bench.terms.dialect = other.defaultDialect
            bench.facts = ProductionFacts(
                maker: "华大", product: "CIU98", productVersion: "2.1", dialect: nil, profile: other,
                station: bench.facts.station)
            return try make(bench, bench.admit())
        },
        Attempt("the engine a day after the release ended", "releaseExpired") { bench in
            let release = try bench.admit()
            bench.clock.turn(to: ReleaseTime(beginningOf: bench.terms.validUntil).advanced(bySeconds: Bench.day))
            return try make(bench, release)
        },
        Attempt("the clock set back behind a card of the run", "clockSetBack") { bench in
            let release = try bench.admit()
            bench.clock.turn(to: bench.clock.now.advanced(bySeconds: -3600))
            return try make(bench, release)
        },
        Attempt("a release somebody else has verified", "otherAuthority") { bench in
            let keys = try Production.keys(bench.profile, for: bench.chain)
            let own = try SM2.PrivateKey.generate()
            bench.chain = try bench.operators(own)
            return try make(bench, bench.admit(bench.terms.signed(by: own)), keys: keys)
        },
        Attempt("everything of the operator's own, and nobody enrolled with the keys", "authorityNotEnrolled") {
            bench in
            let own = try SM2.PrivateKey.generate()
            bench.chain = try bench.operators(own)
            return try make(bench, bench.admit(bench.terms.signed(by: own)), keys: Production.keys(bench.profile))
        },
    ]

    // MARK: The books

    private static func changed(_ record: RunRecord, mode: String? = nil, release: String?) -> RunRecord {
        RunRecord(
            batch: record.batch, mode: mode ?? record.mode, software: "", profileDigest: record.profileDigest,
            releaseDigest: release, operatorName: "x", lanes: [])
    }

    /// A run that is begun in the books alone.
    private static func run(_ name: String, _ change: @escaping @Sendable (RunRecord) -> RunRecord) -> Attempt {
        Attempt(name, "ledger") { bench in
            let record = try enrolled(bench, bench.admit())
            return try code { _ = try bench.ledger.beginRun(change(record)) }
        }
    }

    static let books: [Attempt] = [
        run("a formal run without a release, in the books") { changed($0, release: nil) },
        run("a formal run under a release nobody has verified") {
            changed($0, release: String(repeating: "9", count: 64))
        },
        run("a formal batch as a run of test cards") { changed($0, mode: "test", release: nil) },
        run("a formal batch as a run of test cards, with the release") {
            changed($0, mode: "test", release: $0.releaseDigest)
        },
        Attempt("the release admitted again with another limit", "ledger") { bench in
            bench.terms.limit = 2
            let release = try bench.admit().release
            return try code {
                try bench.ledger.admit(
                    ReleaseAdmission(
                        digest: release.digest, id: "R-1", limit: nil, authority: "x", revocationList: nil))
            }
        },
        Attempt("a formal batch under the id of a test batch", "ledger") { bench in
            let prepared = try #require(try BatchIntake(folder: Repository.formalBatch).run { _ in }.prepared)
            let batch = prepared.batch
            try bench.ledger.enrol(
                LedgerBatch(
                    id: batch.manifest.id, mode: "test", profile: "x", profileDigest: "x",
                    contentDigest: prepared.contentDigest), setAside: []
            ) { nil }
            return try bench.line(bench.admit())
        },
    ]
}
