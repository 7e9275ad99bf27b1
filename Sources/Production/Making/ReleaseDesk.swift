import Ledger
import Messages
import Releases

/// Where a release becomes one that formal cards may be made by: held against the authority that is enrolled, revocation
/// lists, what is about to be made, the clock, and a ledger, which from then on counts by it.
public struct ReleaseDesk: Sendable {
    private let chain: AuthorityChain
    private let lists: [RevocationList]
    private let engine: EngineIdentity
    private let now: @Sendable () -> ReleaseTime

    /// - Parameter chain: the enrolments of the key store whose keys the cards are made with. The engine compares the last
    ///   of them with that of the module, so nothing is won by handing over others.
    public init(enrolled chain: AuthorityChain, lists: [RevocationList] = []) {
        self.init(enrolled: chain, lists: lists, engine: .current, now: { .now })
    }

    package init(
        enrolled chain: AuthorityChain, lists: [RevocationList], engine: EngineIdentity,
        now: @escaping @Sendable () -> ReleaseTime
    ) {
        self.chain = chain
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
        var verdict = try examine(release, facts, ledger, reportDigest).verdict
        let enrolled = try ledger.authority()
        do throws(ReleaseRefusal) {
            _ = try outstanding(in: enrolled)
        } catch {
            verdict.add(error)
        }
        return verdict
    }

    /// Takes a release for a run, and writes that into the ledger; the revocation list in any case.
    ///
    /// The first release of a ledger enters there who may release, and a later enrolment of the key store is entered by
    /// the first release after it. A ledger that is to count cards is verified as a whole first: a number that was set
    /// back would allow more.
    ///
    /// - Throws: ``ReleaseRefusal``, the first that stands; ``LedgerError`` when the ledger cannot be asked or written to.
    public func admit(
        _ release: Release, facts: ProductionFacts, ledger: Ledger, reportDigest: String? = nil
    ) throws -> VerifiedRelease {
        // The station is the ledger's own, whatever the facts say.
        var facts = facts
        facts.station = ReleaseTerms.StationName(
            name: ledger.station.name, publicKey: ledger.station.publicKey.bytes)
        let enrolments = try outstanding(in: ledger.authority())
        let (verdict, list) = try examine(release, facts, ledger, reportDigest)
        let seen = list.map { ReleaseAdmission.List(number: $0.number, digest: $0.digest) }
        if let seen, let authority = verdict.authority {
            // Also when it is what refuses: the next time it must not be left out.
            try ledger.remember(seen, of: Self.name(of: authority))
        }
        if let refusal = verdict.refusals.first { throw refusal }
        guard let authority = verdict.authority else { throw ReleaseRefusal.authorityUnknown(release.terms.authority) }
        if release.terms.limit != nil {
            let verification = try ledger.verify()
            if let finding = verification.findings.first {
                throw ReleaseRefusal.ledgerChanged(AnyMessage(finding))
            }
        }
        for enrolment in enrolments {
            try ledger.enrol(
                EnrolledAuthority(
                    number: enrolment.number, digest: enrolment.digest,
                    document: String(decoding: enrolment.bytes, as: UTF8.self)))
        }
        try ledger.admit(
            ReleaseAdmission(
                digest: release.digest, id: release.terms.id, limit: release.terms.limit,
                authority: Self.name(of: authority), revocationList: seen))
        return VerifiedRelease(release, facts: facts, enrolment: chain.current.digest, now: now) { chip, idNumber in
            guard case .open(let attempt) = try ledger.standing(of: chip) else { return false }
            return attempt.order.idNumber == idNumber
        }
    }

    /// What the key store has enrolled and the ledger has not.
    ///
    /// - Throws: `.otherAuthority` when the ledger's is none of the key store's.
    private func outstanding(in ledger: EnrolledAuthority?) throws(ReleaseRefusal) -> [AuthorityEnrolment] {
        guard let rest = chain.following(ledger?.digest) else {
            let enrolled = ledger.flatMap { try? AuthorityEnrolment(Array($0.document.utf8)).label }
            throw .otherAuthority(enrolled: enrolled ?? "\(ledger?.digest ?? "")", given: chain.current.label)
        }
        return rest
    }

    private func examine(
        _ release: Release, _ facts: ProductionFacts, _ ledger: Ledger, _ reportDigest: String?
    ) throws(LedgerError) -> (verdict: ReleaseVerdict, list: RevocationList?) {
        let authority = chain.current.authority
        let books = try ledger.books(release: release.digest, authority: Self.name(of: authority))
        // Before authorities were enrolled lists were kept by the key and the name a release gave it.
        let before = try ledger.books(
            release: release.digest, authority: "\(authority.fingerprint) \(release.terms.authority)")
        let seen = [books.revocationList, before.revocationList].compactMap { $0 }.max { $0.number < $1.number }
        let head = release.terms.ledgerHead
        let knowledge = LedgerKnowledge(
            firstHash: books.firstHash,
            headHash: try head.flatMap { head throws(LedgerError) in
                try ledger.entryHash(at: head.sequence)
            }, lastTime: books.lastTime.flatMap(Self.time), used: books.used,
            revocation: seen.map { ($0.number, $0.digest) })
        return ReleaseVerdict.of(
            release, trusting: [authority], lists: lists, facts: facts, reportDigest: reportDigest, engine: engine,
            ledger: knowledge, now: now())
    }

    /// What lists are counted by: the key, whatever a list or a release calls whose it is; signers under one root have
    /// lists of their own.
    private static func name(of authority: TrustedAuthority) -> String {
        switch authority {
        case .pinned: authority.fingerprint
        case .root(_, let signer, _): "\(authority.fingerprint) \(signer)"
        }
    }

    /// Of `2026-01-31T23:59:59.999Z`, the second.
    private static func time(_ text: String) -> ReleaseTime? { ReleaseTime(text.prefix(19) + "Z") }
}
