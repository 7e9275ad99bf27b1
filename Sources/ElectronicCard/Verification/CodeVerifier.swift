import CardProfiles

/// Verifies codes with what there is: the protection key proves validity, the root and a person's number and name prove
/// whose code it is (`Docs/electronic-card.md §4`). Without any of them nothing is proved.
///
/// For one thread, as its key holder.
public struct CodeVerifier {
    /// How far ahead a validity may be, and how far clocks may differ.
    public struct Rules: Sendable, Hashable {
        /// Seconds from now to the latest validity that a platform gives.
        public var longestValidity: Int
        /// Seconds by which the clocks of platform and counter may differ.
        public var tolerance: Int

        /// - Parameters:
        ///   - longestValidity: 1 to 31,622,400 (366 days).
        ///   - tolerance: 0 to 3,600.
        public init(longestValidity: Int = 1800, tolerance: Int = 0) {
            self.longestValidity = min(max(1, longestValidity), 31_622_400)
            self.tolerance = min(max(0, tolerance), 3_600)
        }
    }

    private let keys: any ElectronicCardKeyHolder
    private let rules: Rules
    private var clock: ClockMemory

    /// - Parameter clock: the latest time that was seen before; a later verification at an earlier time proves nothing.
    public init(keys: any ElectronicCardKeyHolder, rules: Rules = Rules(), clock: ClockMemory = ClockMemory()) {
        self.keys = keys
        self.rules = rules
        self.clock = clock
    }

    /// What the verifier remembers of time.
    public var clockMemory: ClockMemory { clock }

    /// - Parameters:
    ///   - identity: the person it should be, from a card that was read, say; nil to leave that out.
    ///   - checksValidity: whether the validity is to be proved; a static code has none.
    ///   - now: the time in China.
    /// - Throws: ``ElectronicCardError/keyNotHeld(_:)`` where a key is missing for what is asked,
    ///   ``ElectronicCardError/cryptography(_:)``, ``ElectronicCardError/device(_:)``.
    public mutating func verify(
        _ code: CardCode, as identity: HolderIdentity? = nil, checksValidity: Bool, at now: CalendarDateTime
    ) throws(ElectronicCardError) -> Verification {
        var person = PersonCheck.notAsked
        if let identity {
            if code.id.isComputable {
                person = try keys.cardID(of: identity) == code.id ? .same : .other
            } else {
                guard keys.hasRootKey else { throw .keyNotHeld(.root) }
                person = .notComputable
            }
        }
        let validity = checksValidity ? try validity(of: code, now) : .notAsked
        return Verification(
            code: code, person: person, validity: validity, usesPublishedKeys: keys.isPublished, identity: identity)
    }

    private mutating func validity(
        of code: CardCode, _ now: CalendarDateTime
    ) throws(ElectronicCardError) -> ValidityCheck {
        guard keys.hasProtectionKey else { throw .keyNotHeld(.protection) }
        if let latest = clock.latest(ifSetBackAt: now, tolerance: rules.tolerance) {
            return .clockSetBack(latest: latest)
        }
        guard let sealed = code.validity else { return .none }
        guard let until = try keys.validUntil(sealed) else { return .unreadable }
        let ahead = ChinaTime.secondsSince1970(until) - ChinaTime.secondsSince1970(now)
        if ahead < -rules.tolerance { return .expired(at: until) }
        return ahead > rules.longestValidity + rules.tolerance ? .tooFarAhead(until: until) : .valid(until: until)
    }
}

/// The latest time that verifications were made at: a clock that is set back would make expired codes valid again.
public struct ClockMemory: Sendable, Hashable {
    /// In China.
    public private(set) var latest: CalendarDateTime?

    public init(latest: CalendarDateTime? = nil) { self.latest = latest }

    /// The latest time, where now is earlier by more than the tolerance; nil otherwise, and now is remembered.
    mutating func latest(ifSetBackAt now: CalendarDateTime, tolerance: Int) -> CalendarDateTime? {
        guard let known = latest, now < known else {
            latest = now
            return nil
        }
        return ChinaTime.secondsSince1970(known) - ChinaTime.secondsSince1970(now) > tolerance ? known : nil
    }
}
