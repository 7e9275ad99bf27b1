import CardProfiles
import ShangMi
import Synchronization

/// A release that holds here and now: what the engine wants before it makes a formal card.
///
/// Nobody outside of this package can make one. Production makes it of a ``Release``, its authority, revocation lists and
/// a ledger, all read once: what lies in the files afterwards changes nothing. The engine asks it again for each card.
public struct VerifiedRelease: Sendable {
    public let release: Release
    public let facts: ProductionFacts
    /// ``AuthorityEnrolment/digest``: by whose word it counts. The engine takes it with keys of the same enrolment alone.
    public let enrolment: String
    private let now: @Sendable () -> ReleaseTime
    private let isBegun: @Sendable (_ chip: String, _ idNumber: String) throws -> Bool
    /// The latest time that was seen, by whoever has a copy.
    private let latest: LatestTime

    private final class LatestTime: Sendable {
        private let time: Mutex<ReleaseTime>
        init(_ time: ReleaseTime) { self.time = Mutex(time) }

        /// The latest before, when the clock went back behind it.
        func passes(_ now: ReleaseTime, tolerance: Int64) -> ReleaseTime? {
            time.withLock { time in
                if now < time.advanced(bySeconds: -tolerance) { return time }
                time = max(time, now)
                return nil
            }
        }
    }

    /// - Parameters:
    ///   - enrolment: the one in force, whose authority has signed it.
    ///   - now: the clock.
    ///   - isBegun: whether the ledger has an open attempt for this person on this chip (hexadecimal digits in capitals).
    package init(
        _ release: Release, facts: ProductionFacts, enrolment: String, now: @escaping @Sendable () -> ReleaseTime,
        isBegun: @escaping @Sendable (_ chip: String, _ idNumber: String) throws -> Bool
    ) {
        self.release = release
        self.facts = facts
        self.enrolment = enrolment
        self.now = now
        self.isBegun = isBegun
        latest = LatestTime(now())
    }

    /// Whether it covers these cards, at this moment.
    ///
    /// - Parameter dialect: nil for the profile's own.
    /// - Throws: `.profileChanged`, `.otherDialect`, `.clockSetBack`, `.notYetValid`, `.expired`.
    public func check(profile: CardProfile, dialect: String?) throws(ReleaseRefusal) {
        // The edition that was verified, byte for byte; the whole comparison is for telling what differs.
        if profile.digest != facts.editionDigest {
            throw .profileChanged(parts: release.terms.profile.differences(from: ProfileFingerprint(profile)))
        }
        let dialect = dialect ?? profile.defaultDialect
        guard SignedValue.areSame(dialect, release.terms.dialect) else {
            throw .otherDialect(released: release.terms.dialect, given: dialect)
        }
        let now = now()
        if let last = latest.passes(now, tolerance: ReleaseVerdict.clockTolerance) {
            throw .clockSetBack(now: now.description, last: last.description)
        }
        if let refusal = release.terms.dateRefusals(now).first { throw refusal }
    }

    /// Whether the ledger counts this card.
    ///
    /// - Throws: `.notInLedger`, also when the ledger does not answer.
    public func check(chip: String, idNumber: String) throws(ReleaseRefusal) {
        guard (try? isBegun(chip, idNumber)) == true else { throw .notInLedger }
    }
}
