import CardProfiles
import ShangMi

/// What a release comes to: everything that stands against it, or nothing.
public struct ReleaseVerdict: Sendable, Hashable {
    /// In the order they are looked at; the first one is what production says.
    public internal(set) var refusals: [ReleaseRefusal] = []
    /// Who signed it; nil when nobody who is trusted did.
    public internal(set) var authority: TrustedAuthority?
    public var holds: Bool { refusals.isEmpty }

    /// What somebody else has found, before everything.
    package mutating func add(_ refusal: ReleaseRefusal) { refusals.insert(refusal, at: 0) }

    /// Seconds clocks of two stations may differ by.
    static let clockTolerance: Int64 = 300

    /// Looks at a release as far as its files and a clock go; a ledger is asked by production alone.
    ///
    /// - Parameters:
    ///   - lists: revocation lists of whoever signed it; one that is not is refused, since nobody gives what is not to
    ///     count.
    ///   - facts: nil leaves out maker, product, profile and place.
    ///   - reportDigest: of the report at hand; nil leaves it out.
    public static func of(
        _ release: Release, trusting trusted: [TrustedAuthority], lists: [RevocationList] = [],
        facts: ProductionFacts? = nil, reportDigest: String? = nil, engine: EngineIdentity = .current
    ) -> ReleaseVerdict {
        of(
            release, trusting: trusted, lists: lists, facts: facts, reportDigest: reportDigest, engine: engine,
            ledger: nil, now: .now
        ).verdict
    }

    /// The same against a ledger and at a time.
    ///
    /// - Returns: also the list that was used.
    package static func of(
        _ release: Release, trusting trusted: [TrustedAuthority], lists: [RevocationList], facts: ProductionFacts?,
        reportDigest: String?, engine: EngineIdentity, ledger: LedgerKnowledge?, now: ReleaseTime
    ) -> (verdict: ReleaseVerdict, list: RevocationList?) {
        var verdict = ReleaseVerdict()
        do throws(ReleaseRefusal) {
            verdict.authority = try release.signer(among: trusted, at: now)
        } catch {
            // What a stranger, or nobody, has written is not looked at any further.
            return (ReleaseVerdict(refusals: [error]), nil)
        }
        let terms = release.terms
        let last = max(terms.signedAt, ledger?.lastTime ?? terms.signedAt)
        if now < last.advanced(bySeconds: -clockTolerance) {
            verdict.refusals.append(.clockSetBack(now: now.description, last: last.description))
        }
        verdict.refusals += terms.dateRefusals(now)
        let list = verdict.look(
            through: lists, for: release, trusting: trusted, seen: ledger?.revocation, now: now)
        if let facts { verdict.refusals += terms.refusals(of: facts) }
        verdict.refusals += terms.refusals(of: engine)
        if let reportDigest, reportDigest != terms.reportDigest { verdict.refusals.append(.otherReport) }
        if let ledger {
            if let bound = terms.ledger, bound != ledger.firstHash { verdict.refusals.append(.otherLedger) }
            if let head = terms.ledgerHead, head.hash != ledger.headHash {
                verdict.refusals.append(.ledgerHeadMissing(sequence: head.sequence))
            }
            if let limit = terms.limit, ledger.used >= limit { verdict.refusals.append(.usedUp(limit: limit)) }
        }
        return (verdict, list)
    }

    private mutating func look(
        through lists: [RevocationList], for release: Release, trusting trusted: [TrustedAuthority],
        seen: (number: Int64, digest: String)?, now: ReleaseTime
    ) -> RevocationList? {
        var newest: RevocationList?
        for list in lists {
            do throws(ReleaseRefusal) {
                // A list by another key, or another root's, says nothing of this release; it was given to say something.
                guard try list.signer(among: trusted, at: now) == authority else {
                    refusals.append(.revocationListNotUsed(authority: list.authority))
                    continue
                }
            } catch {
                if case .authorityUnknown = error {
                    refusals.append(.revocationListNotUsed(authority: list.authority))
                } else {
                    refusals.append(.revocationList(ReleaseFileError(0, .untrusted)))
                }
                continue
            }
            if let other = newest, Self.areForked(other, list) {
                refusals.append(.revocationListForked(number: max(other.number, list.number)))
            }
            if newest.map({ $0.number < list.number }) ?? true { newest = list }
        }
        let wanted = max(release.terms.revocationNumber, seen?.number ?? 0)
        guard let list = newest else {
            if wanted > 0 { refusals.append(.revocationListMissing(number: wanted)) }
            return nil
        }
        if list.number < wanted { refusals.append(.revocationListOlder(number: list.number, seen: wanted)) }
        if let seen, list.number == seen.number, list.digest != seen.digest {
            refusals.append(.revocationListForked(number: list.number))
        }
        if now < list.issuedAt.advanced(bySeconds: -Self.clockTolerance) {
            refusals.append(.clockSetBack(now: now.description, last: list.issuedAt.description))
        }
        if let day = list.nextUpdate, let today = now.day, today > day {
            refusals.append(.revocationListStale(until: day.description))
        }
        if let entry = list.entries.first(where: { $0.release == release.digest }) {
            refusals.append(.revoked(reason: entry.reason))
        }
        return list
    }

    /// Two lists of one number, or a later one that has lost what an earlier one took back.
    private static func areForked(_ one: RevocationList, _ other: RevocationList) -> Bool {
        if one.number == other.number { return one.digest != other.digest }
        let (earlier, later) = one.number < other.number ? (one, other) : (other, one)
        return !Set(earlier.entries.map(\.release)).isSubset(of: later.entries.map(\.release))
    }
}

extension ReleaseTerms {
    func dateRefusals(_ now: ReleaseTime) -> [ReleaseRefusal] {
        guard let today = now.day else { return [.expired(until: validUntil.description)] }
        if today < validFrom { return [.notYetValid(from: validFrom.description)] }
        if today > validUntil { return [.expired(until: validUntil.description)] }
        return []
    }

    func refusals(of facts: ProductionFacts) -> [ReleaseRefusal] {
        var refusals: [ReleaseRefusal] = []
        if !SignedValue.areSame(maker, facts.maker) {
            refusals.append(.otherMaker(released: maker, given: facts.maker))
        }
        if !SignedValue.areSame(product, facts.product) {
            refusals.append(.otherProduct(released: product, given: facts.product))
        }
        if !SignedValue.areSame(productVersion, facts.productVersion) {
            refusals.append(.otherProductVersion(released: productVersion, given: facts.productVersion))
        }
        if profile.digest != facts.profile.digest {
            refusals.append(.profileChanged(parts: profile.differences(from: facts.profile)))
        }
        if !SignedValue.areSame(dialect, facts.dialect) {
            refusals.append(.otherDialect(released: dialect, given: facts.dialect))
        }
        if !stations.isEmpty, !stations.contains(where: { $0.allows(facts.station) }) {
            refusals.append(.otherStation(facts.station.description))
        }
        return refusals
    }

    func refusals(of engine: EngineIdentity) -> [ReleaseRefusal] {
        let isVersion = engineVersion.map { SignedValue.areSame($0, engine.version) } ?? true
        let isBuild = softwareDigest.map { $0 == engine.softwareDigest } ?? true
        guard !isVersion || !isBuild else { return [] }
        let released = [engineVersion ?? Self.any, softwareDigest].compactMap { $0 }.joined(separator: " ")
        return [.otherEngine(released: released, running: engine.description)]
    }
}
