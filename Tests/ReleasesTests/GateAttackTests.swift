import CardProfiles
import Foundation
import HealthCard
import Ledger
import Production
import ShangMi
import Testing

@testable import Releases

/// Ways around the gate that go by the release, its authority and what it is held against. Each fails with its reason.
@Suite struct GateAttackTests {
    @Test func theReleaseThatIsRightIsTaken() throws {
        let bench = try Bench()
        #expect(try bench.refusal() == nil)
        #expect(try bench.refusal(report: bench.terms.reportDigest) == nil)
        let counted = try bench.ledger.releases()
        #expect(counted.map(\.digest) == [try bench.release().digest])
        #expect(try bench.ledger.verify().findings == [])
    }

    // MARK: Changed after it was signed

    private static let other = String(repeating: "c", count: 64)

    @Test(arguments: [
        ("id", "R-2"), ("maker", "华虹"), ("product", "CIU99"), ("product-version", "2.2"), ("dialect", "huahong"),
        ("profile", "another-card"), ("profile-digest", other), ("report-digest", other),
        ("engine-version", "any"), ("software-digest", other), ("valid-from", "2020-01-01"),
        ("valid-until", "2030-01-01"), ("limit", "1000000"), ("station", "S2"), ("ledger", other),
        ("revocation-list", "7"), ("authority", "another"), ("signed-at", "2020-01-01T00:00:00Z"),
        ("signature", String(repeating: "1", count: 128)),
    ])
    func editedField(label: String, value: String) throws {
        var bench = try Bench()
        bench.terms.validFrom = try #require(CalendarDate("2026-01-01"))
        let edited =
            label == "valid-until"
            ? try bench.edited(label, "2027-12-30")
            : label == "valid-from"
                ? try bench.edited(label, "2025-12-01")
                : try bench.edited(label, value)
        #expect(try bench.refusal(edited) == .signature)
        #expect(try bench.ledger.releases() == [])
    }

    @Test func editedProfilePart() throws {
        let bench = try Bench()
        let part = try #require(bench.terms.profile.parts.first)
        #expect(try bench.refusal(bench.edited("profile-part", "\(Self.other) \(part.name)")) == .signature)
    }

    @Test func anAcceptedGapTakenOut() throws {
        var bench = try Bench()
        bench.terms.acceptedNotRun = ["power-cut"]
        let text = String(decoding: try bench.release().bytes, as: UTF8.self)
        let edited = text.replacing("accepted-not-run: power-cut\n", with: "")
        try #require(edited != text)
        #expect(try bench.refusal(Release(Array(edited.utf8))) == .signature)
    }

    @Test func editedKeyOfTheAuthority() throws {
        let bench = try Bench()
        #expect(try bench.refusal(bench.edited("authority-key", Self.other)) == .authorityUnknown("卫生部"))
    }

    // MARK: Signed by somebody else

    @Test func signedByAStrangerInTheAuthoritysName() throws {
        let bench = try Bench()
        let stranger = try SM2.PrivateKey.generate()
        #expect(try bench.refusal(bench.terms.signed(by: stranger)) == .authorityUnknown("卫生部"))
    }

    @Test func aStrangersSignatureUnderTheAuthoritysKey() throws {
        let bench = try Bench()
        let stranger = try SM2.PrivateKey.generate()
        var text = String(decoding: try bench.terms.signed(by: stranger).bytes, as: UTF8.self)
        let key = try bench.release().authorityKey
        text.replace(try bench.terms.signed(by: stranger).authorityKey, with: key)
        #expect(try bench.refusal(Release(Array(text.utf8))) == .signature)
    }

    @Test func theSignatureOfAnotherRelease() throws {
        var bench = try Bench()
        let small = try bench.release()
        bench.terms.limit = 5
        #expect(
            try bench.refusal(bench.edited("signature", SignedValue.hex(small.signature))) == .signature)
    }

    @Test func aRevocationListSignedTextIsNoRelease() throws {
        let bench = try Bench()
        let bytes = try bench.list().bytes
        #expect(throws: ReleaseFileError.self) { try Release(bytes) }
    }

    // MARK: For something else

    @Test func anotherMaker() throws {
        var bench = try Bench()
        bench.facts.maker = "华虹"
        #expect(try bench.refusal() == .otherMaker(released: "华大", given: "华虹"))
    }

    @Test func aMakerThatLooksTheSame() throws {
        var bench = try Bench()
        (bench.terms.maker, bench.facts.maker) = ("HUADA", "HU\u{410}DA")
        let refusal = try bench.refusal()
        #expect(refusal == .otherMaker(released: "HUADA", given: "HU\u{410}DA"))
        #expect(refusal?.description.contains("HU<U+410>DA") == true)
    }

    @Test func aMakerSwiftTakesForTheSame() throws {
        var bench = try Bench()
        // Equal as Swift compares texts, and spelt otherwise.
        (bench.terms.maker, bench.facts.maker) = ("Caf\u{E9}", "Cafe\u{301}")
        #expect(bench.terms.maker == bench.facts.maker)
        #expect(try bench.refusal()?.code.rawValue == "otherMaker")
    }

    @Test func anotherProduct() throws {
        var bench = try Bench()
        bench.facts.product = "CIU99"
        #expect(try bench.refusal() == .otherProduct(released: "CIU98", given: "CIU99"))
    }

    @Test func anotherVersionOfTheOperatingSystem() throws {
        var bench = try Bench()
        bench.facts.productVersion = "2.1.1"
        #expect(try bench.refusal() == .otherProductVersion(released: "2.1", given: "2.1.1"))
    }

    @Test func anotherDialect() throws {
        var bench = try Bench()
        bench.facts.dialect = "huahong"
        #expect(try bench.refusal() == .otherDialect(released: bench.terms.dialect, given: "huahong"))
    }

    private func profile(_ bench: Bench, overlay: String) throws -> CardProfile {
        let base = try String(
            contentsOfFile: Repository.root + "/CardProfiles/resident-health-card.yaml", encoding: .utf8)
        return try CardProfile(yaml: base, file: "card.yaml", overlays: [(yaml: overlay, file: "overlay.yaml")])
    }

    private func given(_ bench: inout Bench, _ profile: CardProfile) {
        bench.facts = ProductionFacts(
            maker: "华大", product: "CIU98", productVersion: "2.1", dialect: nil, profile: profile,
            station: bench.facts.station)
    }

    @Test func anotherProfileOfTheSameName() throws {
        var bench = try Bench()
        let base = try String(
            contentsOfFile: Repository.root + "/CardProfiles/resident-health-card.yaml", encoding: .utf8)
        let changed = try CardProfile(
            yaml: base.replacing("label: 姓名", with: "label: 姓氏", maxReplacements: 1), file: "card.yaml")
        #expect(changed.name == bench.profile.name)
        given(&bench, changed)
        guard case .profileChanged(let parts) = try bench.refusal() else {
            Issue.record("it was taken")
            return
        }
        #expect(parts == ["DDF1/EF06"])
        #expect(try bench.refusal()?.description.contains("DDF1/EF06") == true)
    }

    @Test func anOverlayLaidOnTop() throws {
        var bench = try Bench()
        given(&bench, try CardProfile.bundled(overlays: ["plain-cos"]))
        #expect(try bench.refusal()?.code.rawValue == "profileChanged")
    }

    @Test func theTestKeyEditionIsNoOtherCard() throws {
        // One digest for both, or no release could rest on test cards at all.
        #expect(
            try ProfileFingerprint(CardProfile.bundled(overlays: ["test-keys"])).digest
                == ProfileFingerprint(CardProfile.bundled()).digest)
    }

    @Test func anotherStationOfTheSameName() throws {
        var bench = try Bench()
        bench.terms.stations = [ReleaseTerms.StationName(name: "S1", publicKey: [1, 2, 3])]
        #expect(try bench.refusal() == .otherStation(bench.facts.station.description))
    }

    @Test func aStationThatSaysItIsAnother() throws {
        var bench = try Bench()
        bench.terms.stations = [try #require(ReleaseTerms.StationName("S9"))]
        let own = bench.facts.station
        bench.facts.station = try #require(ReleaseTerms.StationName("S9"))
        // Production asks the ledger which station it is.
        #expect(try bench.refusal() == .otherStation(own.description))
    }

    @Test func anotherVersionOfThisSoftware() throws {
        var bench = try Bench()
        bench.engine = EngineIdentity(version: "0.3.0", softwareDigest: bench.engine.softwareDigest)
        #expect(try bench.refusal()?.code.rawValue == "otherEngine")
    }

    @Test func anotherBuildOfTheSameVersion() throws {
        var bench = try Bench()
        bench.terms.softwareDigest = bench.engine.softwareDigest
        #expect(try bench.refusal() == nil)
        bench.engine = EngineIdentity(version: "0.2.0", softwareDigest: Self.other)
        #expect(try bench.refusal()?.code.rawValue == "otherEngine")
    }

    @Test func anotherReport() throws {
        let bench = try Bench()
        #expect(try bench.refusal(report: Self.other) == .otherReport)
    }

    // MARK: The clock

    @Test func expired() throws {
        let bench = try Bench()
        bench.clock.turn(to: ReleaseTime(beginningOf: bench.terms.validUntil).advanced(bySeconds: Bench.day))
        #expect(try bench.refusal() == .expired(until: bench.terms.validUntil.description))
    }

    @Test func notValidYet() throws {
        var bench = try Bench()
        bench.terms.validFrom = try #require(bench.clock.now.advanced(bySeconds: 3 * Bench.day).day)
        #expect(try bench.refusal() == .notYetValid(from: bench.terms.validFrom.description))
    }

    @Test func theClockSetBackBehindTheLedger() throws {
        var bench = try Bench()
        try bench.admit()
        let today = bench.clock.now
        bench.terms.signedAt = today.advanced(bySeconds: -90 * Bench.day)
        bench.terms.validFrom = try #require(bench.terms.signedAt.day)
        bench.terms.validUntil = try #require(today.advanced(bySeconds: -30 * Bench.day).day)
        bench.clock.turn(to: today.advanced(bySeconds: -60 * Bench.day))
        #expect(try bench.refusal()?.code.rawValue == "clockSetBack")
    }

    @Test func theClockSetBackBehindTheSignature() throws {
        let bench = try Bench()
        bench.clock.turn(to: bench.terms.signedAt.advanced(bySeconds: -2 * Bench.day))
        #expect(try bench.refusal()?.code.rawValue == "clockSetBack")
    }

    // MARK: Revocation

    @Test func revoked() throws {
        var bench = try Bench()
        bench.lists = [try bench.list(revoking: bench.release())]
        #expect(try bench.refusal() == .revoked(reason: "chips answer wrong MACs"))
    }

    @Test func anOlderListReplayed() throws {
        var bench = try Bench()
        let first = try bench.list()
        bench.lists = [try bench.list(after: first)]
        #expect(try bench.refusal() == nil)
        bench.lists = [first]
        #expect(try bench.refusal() == .revocationListOlder(number: 1, seen: 2))
    }

    @Test func theListLeftOut() throws {
        var bench = try Bench()
        bench.lists = [try bench.list()]
        #expect(try bench.refusal() == nil)
        bench.lists = []
        #expect(try bench.refusal() == .revocationListMissing(number: 1))
    }

    @Test func theListThatRevokedLeftOutTheNextTime() throws {
        var bench = try Bench()
        bench.lists = [try bench.list(revoking: bench.release())]
        #expect(try bench.refusal()?.code.rawValue == "releaseRevoked")
        bench.lists = []
        #expect(try bench.refusal() == .revocationListMissing(number: 1))
        #expect(try bench.ledger.releases() == [])
        #expect(try bench.ledger.verify().findings == [])
    }

    @Test func theListLeftOutInANewLedger() throws {
        var bench = try Bench()
        bench.terms.revocationNumber = 3
        #expect(try bench.refusal() == .revocationListMissing(number: 3))
    }

    @Test func anotherListOfTheSameNumber() throws {
        var bench = try Bench()
        let right = try bench.list(revoking: bench.terms.signed(by: SM2.PrivateKey.generate()))
        bench.lists = [right]
        #expect(try bench.refusal() == nil)
        bench.lists = [try bench.list()]
        #expect(try bench.refusal() == .revocationListForked(number: 1))
        bench.lists = [right, try bench.list()]
        #expect(try bench.refusal() == .revocationListForked(number: 1))
    }

    @Test func aListOfAStranger() throws {
        var bench = try Bench()
        bench.lists = [try bench.list(by: SM2.PrivateKey.generate())]
        #expect(try bench.refusal() == .revocationListNotUsed(authority: "卫生部"))
    }

    @Test func aListOfTheAuthorityUnderAnotherName() throws {
        var bench = try Bench()
        let release = try bench.release()
        bench.terms.authority = "另一机构"
        bench.lists = [try bench.list(revoking: release)]
        #expect(try bench.refusal(release) == .revoked(reason: "chips answer wrong MACs"))
        // It is remembered by its key, and wanted the next time, whatever the next release calls the authority.
        bench.lists = []
        #expect(try bench.refusal(release) == .revocationListMissing(number: 1))
        #expect(try bench.refusal(bench.release()) == .revocationListMissing(number: 1))
    }

    @Test func aLaterListThatLeavesOutWhatAnEarlierOneTookBack() throws {
        var bench = try Bench()
        let first = try bench.list(revoking: bench.release())
        let other = try bench.list(after: bench.list())
        bench.lists = [first, other]
        #expect(try bench.refusal()?.code.rawValue == "revocationListForked")
        bench.lists = [other, first]
        #expect(try bench.refusal()?.code.rawValue == "revocationListForked")
    }

    @Test func aListWithAReleaseTakenOut() throws {
        var bench = try Bench()
        let list = try bench.list(revoking: bench.release())
        let text = String(decoding: list.bytes, as: UTF8.self).split(separator: "\n").filter {
            !$0.hasPrefix("revoked: ")
        }.joined(separator: "\n")
        bench.lists = [try RevocationList(Array((text + "\n").utf8))]
        #expect(try bench.refusal()?.code.rawValue == "revocationListMalformed")
    }

    @Test func aListThatShouldHaveBeenRenewed() throws {
        var bench = try Bench()
        let day = try #require(bench.clock.now.advanced(bySeconds: -Bench.day).day)
        bench.lists = [try bench.list(nextUpdate: day)]
        #expect(try bench.refusal() == .revocationListStale(until: day.description))
    }

    @Test func theClockSetBackBehindAList() throws {
        var bench = try Bench()
        bench.lists = [try bench.list(at: bench.clock.now.advanced(bySeconds: Bench.day))]
        #expect(try bench.refusal()?.code.rawValue == "clockSetBack")
    }

    @Test func aRevokedReleaseStaysRevokedInLaterLists() throws {
        var bench = try Bench()
        let first = try bench.list(revoking: bench.release())
        bench.lists = [try bench.list(after: bench.list(after: first))]
        #expect(try bench.refusal()?.code.rawValue == "releaseRevoked")
    }
}
