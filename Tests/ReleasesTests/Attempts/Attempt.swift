import CardProfiles
import Foundation
import HealthCard
import Ledger
import Messages
import Personalization
import Production
import ShangMi
import Testing
import VirtualCard

@testable import Releases

/// One way to formal cards, or to cards of real people, that is none: what is done, and by which code it is refused.
struct Attempt: Sendable, CustomTestStringConvertible {
    let name: String
    /// One of these.
    let codes: Set<String>
    /// Nil where it was let through.
    let run: @Sendable (inout Bench) throws -> String?

    init(_ name: String, _ codes: String..., run: @escaping @Sendable (inout Bench) throws -> String?) {
        self.name = name
        self.codes = Set(codes)
        self.run = run
    }

    var testDescription: String { name }

    static let all: [Attempt] =
        enrolments + releaseFiles + signatures + facts + terms + revocations + testRules + keys + engine + books

    /// The code a refusal of any kind has.
    static func code(_ body: () throws -> Void) throws -> String? {
        do {
            try body()
            return nil
        } catch let refusal as ReleaseRefusal {
            return refusal.code.rawValue
        } catch is ReleaseFileError {
            return "file"
        } catch let error as PersonalizationError {
            return error.ledgerCode
        } catch let error as MakingFailure {
            return error.code
        } catch LineError.gate(let error) {
            return error.ledgerCode
        } catch LineError.ledger {
            return "ledger"
        } catch is LedgerError {
            return "ledger"
        } catch is KeyStoreError {
            return "keyStore"
        } catch is BatchError {
            return "batch"
        } catch is ProfileError {
            return "profile"
        }
    }
}

extension Bench {
    /// A formal batch, read once.
    static let formal = Result { try Batch(folder: Repository.formalBatch) }

    /// The code by which a release is not admitted here.
    func admission(_ release: Release? = nil, report: String? = nil) throws -> String? {
        try Attempt.code { try admit(release, report: report) }
    }

    /// The code by which the engine refuses these keys for a release.
    func gate(_ release: VerifiedRelease?, keys: KeySet, batch: Batch? = nil, dialect: String? = nil) throws -> String?
    {
        let batch = try batch ?? Self.formal.get()
        let module = try SoftwareSecurityModule(profile: batch.profile, keys: keys)
        return try Attempt.code {
            try PersonalizationGate(batch: batch, module: module, dialect: dialect, release: release).pass()
        }
    }

    /// The code by which a line with these keys, that does all that the engine asks for, ends; nil when cards were made.
    func line(_ release: VerifiedRelease?) throws -> String? {
        let production = try Production(self, release: release, lanes: 1)
        try production.production.enrol(in: ledger)
        return try Attempt.code {
            let report = try production.line(ledger).run()
            guard report.end == .finished else {
                throw ReleaseRefusal.ledgerChanged(AnyMessage(VerbatimText("the line ended otherwise")))
            }
        }
    }

    /// A chain of the operator's own making.
    func operators(_ key: SM2.PrivateKey) throws -> AuthorityChain {
        let people = try (0..<2).map { number in ("人\(number)", try SM2.PrivateKey.generate()) }
        return try AuthorityChain([
            Factory.enrolment(
                .pinned(key.publicKey), persons: people.map { Signatory(name: $0.0, key: $0.1.publicKey) },
                signedBy: people.map(\.1))
        ])
    }
}

@Suite struct AttemptTests {
    @Test func soManyAreTried() {
        #expect(Attempt.all.count == 203)
        #expect(Set(Attempt.all.map(\.name)).count == Attempt.all.count, "two have one name")
    }

    /// What is refused below is refused for what was done.
    @Test(arguments: [false, true])
    func whatIsRightIsTaken(isShared: Bool) throws {
        let bench = try Bench(isShared: isShared)
        #expect(try bench.line(bench.admit()) == nil)
        let people = try Bench.formal.get().review().applications.count
        #expect(try bench.ledger.releases().map(\.used) == [people])
    }

    @Test(arguments: Attempt.all)
    func isRefused(attempt: Attempt) throws {
        try refused(attempt, Bench())
    }

    /// The same where the ledger is a server's.
    @Test(arguments: Attempt.all)
    func isRefusedOnAServer(attempt: Attempt) throws {
        try refused(attempt, Bench(isShared: true))
    }

    private func refused(_ attempt: Attempt, _ bench: Bench) throws {
        var bench = bench
        let code = try attempt.run(&bench)
        #expect(code.map(attempt.codes.contains) == true, "it ended with \(code ?? "cards")")
        // Not one card is begun.
        #expect(try bench.ledger.releases().reduce(0) { $0 + $1.used } == 0)
        #expect(try bench.ledger.batches().allSatisfy { try bench.ledger.counts(batch: $0.id).made == 0 })
    }
}
