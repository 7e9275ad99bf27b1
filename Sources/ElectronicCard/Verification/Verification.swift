import CardProfiles
import Messages

/// How much of a code is proved. In JSON `standing`.
public enum Standing: String, Message, Hashable, CaseIterable, Codable {
    /// It has the form of a code. Anybody can write such a text.
    case recognized
    /// Whoever made it has the protection key, and it is valid now. That it is this person's is not proved.
    case validityVerified
    /// The id is that of this person under the root. Where validity was asked for too, it is valid now.
    case personVerified
    /// The validity is over.
    case expired
    /// Valid until a time further ahead than any platform gives: forged, or the clock of this machine is late.
    case notYetPossible
    /// The validity decrypts to no time: another protection key, or a forged code.
    case validityUnreadable
    /// The id is not that of this person under this root.
    case otherPerson
    /// The clock of this machine shows an earlier time than before; nothing is said of validity.
    case clockSetBack
}

/// What was found out about one aspect of a code.
public enum PersonCheck: String, Sendable, Hashable, Codable {
    case notAsked, same, other
    /// The id has 48 digits: nobody has said how these are made.
    case notComputable
}

public enum ValidityCheck: Sendable, Hashable {
    case notAsked
    /// A static code, or a temporary one without validity.
    case none
    case valid(until: CalendarDateTime)
    case expired(at: CalendarDateTime)
    case tooFarAhead(until: CalendarDateTime)
    case unreadable
    case clockSetBack(latest: CalendarDateTime)
}

/// The outcome of verifying one code.
public struct Verification: Sendable, Hashable {
    public let code: CardCode
    public let person: PersonCheck
    public let validity: ValidityCheck
    /// The keys are published: whatever is proved with them, anybody could have made.
    public let usesPublishedKeys: Bool
    private let identity: HolderIdentity?

    init(
        code: CardCode, person: PersonCheck, validity: ValidityCheck, usesPublishedKeys: Bool, identity: HolderIdentity?
    ) {
        self.code = code
        self.person = person
        self.validity = validity
        self.usesPublishedKeys = usesPublishedKeys
        self.identity = identity
    }

    /// The one word for it. What speaks against the code goes before what speaks for it.
    public var standing: Standing {
        if person == .other { return .otherPerson }
        switch validity {
        case .clockSetBack: return .clockSetBack
        case .unreadable: return .validityUnreadable
        case .tooFarAhead: return .notYetPossible
        case .expired: return .expired
        case .valid: return person == .same ? .personVerified : .validityVerified
        case .notAsked, .none: return person == .same ? .personVerified : .recognized
        }
    }

    /// What was asked for, and what of it is proved.
    public var asked: [Aspect] {
        (person == .notAsked ? [] : [.person]) + (validity == .notAsked ? [] : [.validity])
    }
    public var proved: [Aspect] {
        var proved: [Aspect] = person == .same ? [.person] : []
        if case .valid = validity { proved.append(.validity) }
        return proved
    }

    public enum Aspect: String, Sendable, Hashable, Codable { case person, validity }

    /// The code with what is proved of it, if everything that was asked for is and something was. There is no other way to
    /// such a value.
    public var verified: VerifiedCode? {
        guard !asked.isEmpty, proved == asked else { return nil }
        let until: CalendarDateTime? = if case .valid(let until) = validity { until } else { nil }
        return VerifiedCode(code: code, holder: person == .same ? identity : nil, validUntil: until)
    }
}

/// A code of which something is proved. Only ``CodeVerifier`` makes these: a function that takes one cannot be called with
/// a code that was merely recognized.
public struct VerifiedCode: Sendable, Hashable {
    public let code: CardCode
    /// Whose it is; nil where that was not asked.
    public let holder: HolderIdentity?
    /// Until when it is valid, in China; nil where that was not asked.
    public let validUntil: CalendarDateTime?

    fileprivate init(code: CardCode, holder: HolderIdentity?, validUntil: CalendarDateTime?) {
        self.code = code
        self.holder = holder
        self.validUntil = validUntil
    }
}
