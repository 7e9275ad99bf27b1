import Ledger
import Releases

/// Where a release becomes one that formal cards may be made by: held against its authority, revocation lists, what is
/// about to be made, the clock, and a ledger, which from then on counts by it.
public struct ReleaseDesk: Sendable {
    private let trusted: [TrustedAuthority]
    private let lists: [RevocationList]
    private let engine: EngineIdentity
    private let now: @Sendable () -> ReleaseTime

    public init(trusting trusted: [TrustedAuthority], lists: [RevocationList] = []) {
        self.init(trusting: trusted, lists: lists, engine: .current, now: { .now })
    }

    package init(
        trusting trusted: [TrustedAuthority], lists: [RevocationList], engine: EngineIdentity,
        now: @escaping @Sendable () -> ReleaseTime
    ) {
        self.trusted = trusted
        self.lists = lists
        self.engine = engine
        self.now = now
    }

    /// Everything that stands against a release at this moment; writes nothing.
    ///
    /// - Parameter reportDigest: of the test report at hand; nil leaves it out.
    /// - Throws: ``LedgerError`` when the ledger cannot be asked.
    public func verdict(
        on release: Release, facts: ProductionFacts, ledger: Ledger, reportDigest: String? = nil
    ) throws(LedgerError) -> ReleaseVerdict {
        try examine(release, facts, ledger, reportDigest).verdict
    }

    /// Takes a release for a run, and writes that into the ledger; the revocation list in any case.
    ///
    /// A ledger that is to count cards is verified as a whole first: a number that was set back would allow more.
    ///
    /// - Throws: ``ReleaseRefusal``, the first that stands; ``LedgerError`` when the ledger cannot be asked or written to.
    public func admit(
        _ release: Release, facts: ProductionFacts, ledger: Ledger, reportDigest: String? = nil
    ) throws -> VerifiedRelease {
        // The station is the ledger's own, whatever the facts say.
        var facts = facts
        facts.station = ReleaseTerms.StationName(
            name: ledger.station.name, publicKey: ledger.station.publicKey.bytes)
        let (verdict, list) = try examine(release, facts, ledger, reportDigest)
        let seen = list.map { ReleaseAdmission.List(number: $0.number, digest: $0.digest) }
        if let seen, let authority = verdict.authority {
            // Also when it is what refuses: the next time it must not be left out.
            try ledger.remember(seen, of: Self.name(of: authority, release))
        }
        if let refusal = verdict.refusals.first { throw refusal }
        guard let authority = verdict.authority else { throw ReleaseRefusal.authorityUnknown(release.terms.authority) }
        if release.terms.limit != nil {
            let verification = try ledger.verify()
            if let finding = verification.findings.first {
                throw ReleaseRefusal.ledgerChanged(finding.description)
            }
        }
        try ledger.admit(
            ReleaseAdmission(
                digest: release.digest, id: release.terms.id, limit: release.terms.limit,
                authority: Self.name(of: authority, release),
                revocationList: seen))
        return VerifiedRelease(release, facts: facts, now: now) { chip, idNumber in
            guard case .open(let attempt) = try ledger.standing(of: chip) else { return false }
            return attempt.order.idNumber == idNumber
        }
    }

    private func examine(
        _ release: Release, _ facts: ProductionFacts, _ ledger: Ledger, _ reportDigest: String?
    ) throws(LedgerError) -> (verdict: ReleaseVerdict, list: RevocationList?) {
        // Who signed it decides which lists the ledger is asked for.
        let signer = ReleaseVerdict.of(release, trusting: trusted).authority
        let authority = signer.map { Self.name(of: $0, release) } ?? ""
        let books = try ledger.books(release: release.digest, authority: authority)
        let knowledge = LedgerKnowledge(
            firstHash: books.firstHash, lastTime: books.lastTime.flatMap(Self.time), used: books.used,
            revocation: books.revocationList.map { ($0.number, $0.digest) })
        return ReleaseVerdict.of(
            release, trusting: trusted, lists: lists, facts: facts, reportDigest: reportDigest, engine: engine,
            ledger: knowledge, now: now())
    }

    /// What lists are counted by: signers under one root have lists of their own.
    private static func name(of authority: TrustedAuthority, _ release: Release) -> String {
        "\(authority.fingerprint) \(release.terms.authority)"
    }

    /// Of `2026-01-31T23:59:59.999Z`, the second.
    private static func time(_ text: String) -> ReleaseTime? { ReleaseTime(text.prefix(19) + "Z") }
}
