import CardProfiles
import ISO7816

/// The visits that a card lists, kind by kind, with the records whose mark says neither yes nor no.
public struct VisitListing: Sendable, Hashable {
    public struct Kind: Sendable, Hashable {
        public let layout: VisitLayout
        public let visits: [Visit]
        public let unclear: [UnreadableFile]
    }

    public let kinds: [Kind]

    public var unclear: [UnreadableFile] { kinds.flatMap(\.unclear) }

    /// `{"inpatient":[…],"outpatient":[…]}`, and `unreadable` where a mark is unclear.
    public var json: JSONValue {
        var members = kinds.map { JSONValue.Member($0.layout.kind.rawValue, .array($0.visits.map(\.json))) }
        if !unclear.isEmpty { members.append(.init("unreadable", .array(unclear.map(\.json)))) }
        return .object(members)
    }
}

/// What was found out about visits, with the records of which nobody can tell whether they hold one.
public struct VisitVerifications: Sendable, Hashable {
    public let found: [(visit: Visit, verification: VisitVerification)]
    public let unclear: [UnreadableFile]

    public static func == (one: VisitVerifications, other: VisitVerifications) -> Bool {
        one.unclear == other.unclear && one.found.map(\.visit) == other.found.map(\.visit)
            && one.found.map(\.verification) == other.found.map(\.verification)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(found.map(\.verification))
        hasher.combine(unclear)
    }

    /// `[{"kind","record","trusted","problems",…}]`.
    public var json: JSONValue { .array(found.map(\.verification.json) + unclear.compactMap(Self.json)) }

    /// A record of which nobody can tell whether it holds a visit.
    private static func json(_ unclear: UnreadableFile) -> JSONValue? {
        guard let record = unclear.record else { return nil }
        return .object([
            .init("kind", .string(unclear.section)), .init("record", .number(record)),
            .init("trusted", .boolean(false)),
            .init("problems", .array([.string(unclear.reason.english.what)])),
            .init("unreadable", .string(unclear.code.rawValue)),
        ])
    }
}

extension VisitVerification {
    /// `{"kind","record","trusted","problems","signatureNamesCard","signatureNamesPerson","certificate"}`.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("kind", .string(kind.rawValue)), .init("record", .number(record)),
            .init("trusted", .boolean(isTrusted)),
            .init("problems", .array(problems.map { .string($0.description) })),
            // What "trusted" does not say: the layout of the specification signs neither.
            .init("signatureNamesCard", .boolean(false)), .init("signatureNamesPerson", .boolean(false)),
        ]
        if let certificate {
            var fields = Certificate.Field.allCases.compactMap { field in
                (certificate.date(field)?.description ?? certificate.text(field)).map {
                    JSONValue.Member(field.rawValue, .string($0))
                }
            }
            fields.append(.init("publicKey", .string(Hex.encode(certificate.publicKey.bytes).lowercased())))
            members.append(.init("certificate", .object(fields)))
        }
        return .object(members)
    }
}

extension VisitReport {
    /// `{"kind","record","commands"}`.
    public var json: JSONValue {
        .object([
            .init("kind", .string(kind.rawValue)), .init("record", .number(record)),
            .init("commands", .number(commands)),
        ])
    }
}

extension VisitTrust {
    /// The published test roots of a profile, which vouch for test cards only.
    ///
    /// - Throws: `VisitContentError`, `SecurityModuleError`.
    public static func testRoots(of profile: CardProfile) throws -> VisitTrust {
        var trust = VisitTrust(anchors: [])
        for layout in try VisitLayout.all(in: profile) {
            let anchor = try TrustAnchor.testRoot(profile, of: layout.certificateLayout)
            if !trust.anchors.contains(anchor) { trust.anchors.append(anchor) }
        }
        return trust
    }
}

extension HealthCardSession {
    /// The visits of one kind, or of every kind.
    public func visitListing(_ kind: VisitKind? = nil) throws -> VisitListing {
        VisitListing(
            kinds: try VisitLayout.all(in: profile).filter { kind == nil || $0.kind == kind }.map { layout in
                let list = try visitList(layout.kind)
                return VisitListing.Kind(layout: layout, visits: list.visits, unclear: list.unclear)
            })
    }

    /// Looks at the signatures of the visits of one kind, or of every kind.
    ///
    /// - Parameter record: of this record only; nil for all that the card lists.
    public func visitVerifications(
        _ kind: VisitKind? = nil, record: Int? = nil, by trust: VisitTrust
    ) throws -> VisitVerifications {
        var unclear: [UnreadableFile] = []
        var found: [(visit: Visit, verification: VisitVerification)] = []
        for layout in try VisitLayout.all(in: profile) where kind == nil || layout.kind == kind {
            let marks = try visitMarks(layout.kind)
            unclear += marks.unclear
            for listed in marks.listed where record == nil || listed == record {
                let visit = try visit(layout.kind, record: listed)
                found.append((visit, try verify(visit, by: trust)))
            }
        }
        return VisitVerifications(found: found, unclear: unclear.filter { record == nil || $0.record == record })
    }
}
