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

/// Test mode, which needs no release, and the keys.
extension Attempt {
    /// A test batch whose profile has an overlay on it that nobody has signed.
    private static func test(_ overlay: String, keys own: Bool = true) throws -> String? {
        let profile: CardProfile
        do {
            profile = try CardProfile(
                yaml: yaml(""), file: "card.yaml",
                overlays: [
                    (yaml: yaml("+test-keys"), file: "test-keys.yaml"),
                    (yaml: "overlay: own\nbase: resident-health-card\n" + overlay, file: "own.yaml"),
                ])
        } catch {
            return "profile"
        }
        return try code {
            let batch = try Batch(folder: Repository.sampleBatch, profile: profile)
            try CardPersonalizer.checkGate(
                batch, module: SoftwareSecurityModule(profile: profile, keys: .test(profile)))
        }
    }

    private static func yaml(_ overlay: String) throws -> String {
        try String(
            contentsOfFile: Repository.root + "/CardProfiles/resident-health-card\(overlay).yaml", encoding: .utf8)
    }

    static let testRules: [Attempt] = [
        Attempt("the test region exchanged by an overlay", "testRulesChanged", "batch") { _ in
            try test("modes:\n  testRegion: \"43\"\n")
        },
        Attempt("a test region of one digit", "testRulesChanged", "profile", "batch") { _ in
            try test("modes:\n  testRegion: \"9\"\n")
        },
        Attempt("no test region", "testRulesChanged", "profile", "batch") { _ in
            try test("modes:\n  testRegion: \"\"\n")
        },
        Attempt("the key version of formal cards on test cards", "testRulesChanged") { _ in
            try test("cryptography:\n  keyVersions: { formal: \"F1\", test: \"01\" }\n")
        },
        Attempt("a key version of one's own", "testRulesChanged") { _ in
            try test("cryptography:\n  keyVersions: { formal: \"01\", test: \"02\" }\n")
        },
        Attempt("the formal key version alone", "testRulesChanged") { _ in
            try test("cryptography:\n  keyVersions: { formal: \"02\", test: \"F1\" }\n")
        },
        Attempt("test keys of one's own", "testRulesChanged") { _ in
            try test("testKeys:\n  prefix: \"a secret of ours\"\n")
        },
        Attempt("test keys with a blank more", "testRulesChanged") { _ in
            try test("testKeys:\n  prefix: \"resident-health-card test key: \"\n")
        },
        Attempt("a key left out of the published ones", "testRulesChanged", "formalKeysLoaded", "profile") { _ in
            try test("testKeys:\n  keys: [IRK]\n")
        },
        Attempt("a card of a test batch without what is printed on it", "testRulesChanged") { _ in
            try test("modes:\n  testFaceText: [CARD]\n")
        },
        Attempt("region, versions and keys at once", "testRulesChanged", "batch") { _ in
            try test(
                "modes:\n  testRegion: \"43\"\ncryptography:\n  keyVersions: { formal: \"F1\", test: \"01\" }\n"
                    + "testKeys:\n  prefix: \"a secret of ours\"\n")
        },
        Attempt("the identity number looked for in another item", "testRulesChanged", "profile", "batch") { _ in
            try test("application:\n  idNumber: holder.name\n")
        },
        Attempt("a real person in a test batch", "batch") { bench in
            let batch = try Batch(folder: Repository.sampleBatch)
            let person = try #require(try Bench.formal.get().review().applications.first)
            let card = VirtualCardChannel(
                card: try VirtualHealthCard.blank(serial: Array(1...8), profile: batch.profile))
            return try code {
                do {
                    _ = try CardPersonalizer(
                        channel: card, batch: batch, module: SoftwareSecurityModule.testKeys(batch.profile)
                    ).personalize(person)
                } catch PersonalizationError.batch(let error) { throw error }
            }
        },
        Attempt("a real person in a test batch, and a right release handed over", "batch") { bench in
            let batch = try Batch(folder: Repository.sampleBatch)
            let release = try bench.admit()
            let production = try Production(bench, release: release)
            try production.production.enrol(in: bench.ledger)
            let run = try bench.ledger.beginRun(
                production.production.record(software: "", operatorName: "x", lanes: []))
            // The ledger has begun this chip for this very person.
            let attempt = try #require(try bench.ledger.begin(run: run, chip: "0102030405060708", lane: "x"))
            let person = try #require(
                try Bench.formal.get().review().applications.first { $0.idNumber.text == attempt.order.idNumber })
            let card = VirtualCardChannel(
                card: try VirtualHealthCard.blank(serial: Array(1...8), profile: batch.profile))
            let code = try code {
                do {
                    _ = try CardPersonalizer(
                        channel: card, batch: batch, module: SoftwareSecurityModule.testKeys(batch.profile),
                        release: release
                    ).personalize(person)
                } catch PersonalizationError.batch(let error) { throw error }
            }
            try bench.ledger.failed(
                attempt, LedgerReason(code: "x", text: "x"), chip: .unused, order: .waiting, run: run, lane: "x")
            return code
        },
        Attempt("a person of the test region in a formal batch", "testRegionApplicant") { bench in
            let batch = try Bench.formal.get()
            let person = try #require(try Batch(folder: Repository.sampleBatch).review().applications.first)
            let keys = try Production.keys(batch.profile, for: bench.chain)
            let card = VirtualCardChannel(
                card: try VirtualHealthCard.blank(
                    serial: Array(1...8), profile: batch.profile, transportKey: SystemRandom.secret(16)))
            return try code {
                _ = try CardPersonalizer(
                    channel: card, batch: batch, module: SoftwareSecurityModule(profile: batch.profile, keys: keys),
                    release: bench.admit()
                ).personalize(person)
            }
        },
        Attempt("formal keys in a test batch", "wrongKeys") { bench in
            try bench.gate(
                nil, keys: Production.keys(bench.profile, for: bench.chain),
                batch: Batch(folder: Repository.sampleBatch))
        },
        Attempt("formal keys that say they are test keys", "formalKeysLoaded") { bench in
            try bench.gate(
                nil, keys: Production.keys(bench.profile, version: 0xF1, for: bench.chain),
                batch: Batch(folder: Repository.sampleBatch))
        },
        Attempt("published keys in a test batch, one for another", "formalKeysLoaded") { bench in
            let batch = try Batch(folder: Repository.sampleBatch)
            var values = try KeySet.test(batch.profile).values
            values["IRK"] = values["STK_DDF1"]
            return try bench.gate(nil, keys: KeySet(version: 0xF1, values: values), batch: batch)
        },
    ]

    // MARK: Keys

    private static func published(_ names: [String: String], _ bench: Bench, version: UInt8 = 0x01) throws -> String? {
        let known = try KeySet.published(for: bench.profile)
        var values = try Production.keys(bench.profile).values
        for (name, other) in names { values[name] = known[other] }
        return try bench.gate(
            bench.admit(), keys: KeySet(version: version, values: values, authority: bench.chain.document))
    }

    static let keys: [Attempt] =
        ["IRK", "STK_DDF1", "UK1_DF03", "TK"].map { name in
            Attempt("the published \(name) among formal keys", "testKeysLoaded") { try published([name: name], $0) }
        }
        + [("IRK", "STK_DDF1"), ("STK_DDF1", "IRK"), ("UK1_DF03", "TK"), ("TK", "IRK"), ("IRK", "ROOT")].map {
            name, other in
            Attempt("the published \(other) as \(name)", "testKeysLoaded") { try published([name: other], $0) }
        } + [
            Attempt("every key the published one of the key before", "testKeysLoaded") { bench in
                let names = bench.profile.keys.map(\.name)
                let pairs = zip(names, names.dropFirst() + names.prefix(1))
                return try published(Dictionary(pairs, uniquingKeysWith: { first, _ in first }), bench)
            },
            Attempt("every key the same published one", "testKeysLoaded") { bench in
                try published(
                    Dictionary(bench.profile.keys.map { ($0.name, "IRK") }, uniquingKeysWith: { first, _ in first }),
                    bench)
            },
            Attempt("published keys in a formal batch", "wrongKeys") { bench in
                let edition = try CardProfile.bundled(overlays: ["test-keys"])
                return try bench.gate(bench.admit(), keys: .test(edition))
            },
            Attempt("the edition of test keys in a formal batch", "wrongKeys") { bench in
                let edition = try CardProfile.bundled(overlays: ["test-keys"])
                let batch = try Batch(folder: Repository.formalBatch, profile: edition)
                return try bench.gate(
                    bench.admit(), keys: Production.keys(edition, for: bench.chain), batch: batch)
            },
        ]
}
