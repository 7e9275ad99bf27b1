import CardProfiles
import Foundation
import Ledger
import Personalization
import Production
import ShangMi
import Testing

@testable import Releases

/// Maker, product, profile, place, time.
extension Attempt {
    /// What a station says is in its box.
    private static func given(
        _ maker: String, _ product: String, _ version: String, _ bench: inout Bench
    ) throws -> String? {
        (bench.facts.maker, bench.facts.product, bench.facts.productVersion) = (maker, product, version)
        return try bench.admission()
    }

    private static func given(_ maker: String, _ bench: inout Bench) throws -> String? {
        try given(maker, "CIU98", "2.1", &bench)
    }

    private static func profile(_ bench: inout Bench, _ profile: CardProfile, dialect: String? = nil) throws -> String?
    {
        bench.facts = ProductionFacts(
            maker: "华大", product: "CIU98", productVersion: "2.1", dialect: dialect, profile: profile,
            station: bench.facts.station)
        return try bench.admission()
    }

    static let facts: [Attempt] = [
        Attempt("another maker", "otherMaker") { try given("华虹", &$0) },
        Attempt("the maker with a blank behind it", "otherMaker") { try given("华大 ", &$0) },
        Attempt("a maker that looks the same", "otherMaker") { bench in
            bench.terms.maker = "HUADA"
            return try given("HU\u{410}DA", &bench)
        },
        Attempt("a maker that Swift takes for the same", "otherMaker") { bench in
            bench.terms.maker = "Caf\u{E9}"
            return try given("Cafe\u{301}", &bench)
        },
        Attempt("the product in small letters", "otherProduct") { try given("华大", "ciu98", "2.1", &$0) },
        Attempt("the product in full-width letters", "otherProduct") { try given("华大", "ＣＩＵ９８", "2.1", &$0) },
        Attempt("version 2.10 for 2.1", "otherProductVersion") { try given("华大", "CIU98", "2.10", &$0) },
        Attempt("version 2.1 with a blank", "otherProductVersion") { try given("华大", "CIU98", "2.1 ", &$0) },
        Attempt("product and version exchanged", "otherProduct") { try given("华大", "2.1", "CIU98", &$0) },
        Attempt("no maker", "otherMaker") { try given("", &$0) },
        Attempt("another dialect", "otherDialect") { bench in
            bench.facts.dialect = "huahong"
            return try bench.admission()
        },
        Attempt("an overlay on the released profile", "profileChanged") { bench in
            try profile(&bench, CardProfile.bundled(overlays: ["plain-cos"]))
        },
        Attempt("a changed profile of the same name", "profileChanged") { bench in
            let base = try String(
                contentsOfFile: Repository.root + "/CardProfiles/resident-health-card.yaml", encoding: .utf8)
            return try profile(
                &bench,
                CardProfile(yaml: base.replacing("label: 姓名", with: "label: 姓氏", maxReplacements: 1), file: "card.yaml")
            )
        },
        Attempt("the released digest under another profile's name", "profileChanged") { bench in
            bench.terms.profile = ProfileFingerprint(try CardProfile.bundled(overlays: ["huahong"]))
            return try bench.admission()
        },
        Attempt("another station of the same name", "otherStation") { bench in
            bench.terms.stations = [ReleaseTerms.StationName(name: "S1", publicKey: [1, 2, 3])]
            return try bench.admission()
        },
        Attempt("a station that says it is another", "otherStation") { bench in
            let named = try #require(ReleaseTerms.StationName("S9"))
            (bench.terms.stations, bench.facts.station) = ([named], named)
            return try bench.admission()
        },
        Attempt("another version of the software", "otherEngine") { bench in
            bench.engine = EngineIdentity(version: "0.3.0", softwareDigest: bench.engine.softwareDigest)
            return try bench.admission()
        },
        Attempt("another build of the same version", "otherEngine") { bench in
            bench.terms.softwareDigest = bench.engine.softwareDigest
            bench.engine = EngineIdentity(version: "0.2.0", softwareDigest: String(repeating: "c", count: 64))
            return try bench.admission()
        },
        Attempt("software whose digest the system does not show", "otherEngine") { bench in
            bench.terms.softwareDigest = bench.engine.softwareDigest
            bench.engine = EngineIdentity(version: "0.2.0", softwareDigest: "")
            return try bench.admission()
        },
        Attempt("another report", "otherReport") { try $0.admission(report: String(repeating: "c", count: 64)) },
    ]

    // MARK: Time, and where it counts

    static let terms: [Attempt] = [
        Attempt("a year after the last day", "releaseExpired") { bench in
            bench.clock.turn(to: ReleaseTime(beginningOf: bench.terms.validUntil).advanced(bySeconds: 365 * Bench.day))
            return try bench.admission()
        },
        Attempt("a second after the last day in Beijing", "releaseExpired") { bench in
            bench.clock.turn(to: ReleaseTime(beginningOf: bench.terms.validUntil).advanced(bySeconds: Bench.day))
            return try bench.admission()
        },
        Attempt("valid from tomorrow", "releaseNotYetValid") { bench in
            bench.terms.validFrom = try #require(bench.clock.now.advanced(bySeconds: Bench.day).day)
            return try bench.admission()
        },
        Attempt("the clock before the signature", "clockSetBack") { bench in
            bench.clock.turn(to: bench.terms.signedAt.advanced(bySeconds: -2 * Bench.day))
            return try bench.admission()
        },
        Attempt("the clock before the ledger's last entry", "clockSetBack") { bench in
            try bench.admit()
            let today = bench.clock.now
            bench.terms.signedAt = today.advanced(bySeconds: -90 * Bench.day)
            bench.terms.validFrom = try #require(bench.terms.signedAt.day)
            bench.terms.validUntil = try #require(today.advanced(bySeconds: -30 * Bench.day).day)
            bench.clock.turn(to: today.advanced(bySeconds: -60 * Bench.day))
            return try bench.admission()
        },
        Attempt("another ledger than the bound one", "otherLedger") { bench in
            bench.terms.ledger = String(repeating: "c", count: 64)
            return try bench.admission()
        },
        Attempt("a second, empty ledger under a bound release", "otherLedger") { bench in
            bench.terms.ledger = try bench.ledger.identity()
            let second = try Ledger.open(
                LedgerLocation(bench.folder.path + "/second.sqlite"), station: bench.ledger.station)
            return try code {
                _ = try bench.desk().admit(bench.release(), facts: bench.facts, ledger: second)
            }
        },
        Attempt("a ledger without the entry the release names", "ledgerHeadMissing") { bench in
            _ = try bench.ledger.identity()
            bench.terms.ledgerHead = ReleaseTerms.LedgerHead("900:" + String(repeating: "c", count: 64))
            return try bench.admission()
        },
        Attempt("a ledger with another entry of that number", "ledgerHeadMissing") { bench in
            _ = try bench.ledger.identity()
            bench.terms.ledgerHead = ReleaseTerms.LedgerHead("1:" + String(repeating: "c", count: 64))
            return try bench.admission()
        },
        Attempt("a second part of a limit, on a new ledger", "ledgerHeadMissing") { bench in
            try bench.admit()
            let hash = try #require(try bench.ledger.entryHash(at: 2))
            bench.terms.ledgerHead = ReleaseTerms.LedgerHead("2:" + hash)
            try #require(try bench.admission() == nil)
            let second = try Ledger.open(
                LedgerLocation(bench.folder.path + "/second.sqlite"), station: bench.ledger.station)
            return try code {
                _ = try bench.desk().admit(bench.release(), facts: bench.facts, ledger: second)
            }
        },
    ]
}
