import CardProfiles
import ShangMi

/// What a release allows (`Docs/releases.md`): formal cards of one product by one profile, for a time.
public struct ReleaseTerms: Sendable, Hashable {
    /// The authority's own name for it.
    public var id: String
    public var maker: String
    /// The chip with its operating system.
    public var product: String
    public var productVersion: String
    /// How its cards are made: a dialect of the profile.
    public var dialect: String
    public var profile: ProfileFingerprint
    /// SM3 of the test report it rests on, 64 lowercase hexadecimal digits.
    public var reportDigest: String
    /// Checks the authority has accepted as not run: names, or parts of names between dots, by their bytes.
    public var acceptedNotRun: [String]
    /// The version of this software the test cards were made with; nil: any.
    public var engineVersion: String?
    /// SM3 of the program's file; nil: any build of that version.
    public var softwareDigest: String?
    /// The first and the last day, in Beijing.
    public var validFrom: CalendarDate
    public var validUntil: CalendarDate
    /// Cards that may be made in all; nil: as many as are wanted.
    public var limit: Int?
    /// Where they may be made; empty: anywhere.
    public var stations: [StationName]
    /// The hash of the first entry of the only ledger they may be entered in; nil: any.
    public var ledger: String?
    /// An entry the ledger must have: a release that is one of several in a row names the last entry of its time, so that
    /// a ledger put back to before it counts nothing by it; nil: none.
    public var ledgerHead: LedgerHead?
    /// The number of the authority's last revocation list when this was signed, 0 for none: production wants that list
    /// or a later one.
    public var revocationNumber: Int64
    /// Who releases: the common name of the signer's certificate, or what its pinned key is called.
    public var authority: String
    public var signedAt: ReleaseTime

    /// An entry of a ledger.
    public struct LedgerHead: Sendable, Hashable, CustomStringConvertible {
        /// From 1.
        public let sequence: Int64
        /// 64 lowercase hexadecimal digits.
        public let hash: String

        /// `SEQUENCE:HASH`, as `release station` prints it; nil for anything else.
        public init?(_ text: String) { self.init(text, separator: ":") }

        init?(_ text: String, separator: Character) {
            let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let sequence = SignedValue.number(parts[0], atMost: .max), sequence > 0,
                let hash = SignedValue.digest(parts[1])
            else { return nil }
            self.sequence = sequence
            self.hash = hash
        }

        public var description: String { "\(sequence):\(hash)" }
    }

    /// A station: its name, and the beginning of its key's digest when the name alone is not enough.
    public struct StationName: Sendable, Hashable, CustomStringConvertible {
        public let name: String
        /// The first 16 digits of SM3 over the station's public key (x ‖ y); nil: a station of this name.
        public let fingerprint: String?

        /// - Parameter publicKey: x ‖ y.
        public init(name: String, publicKey: [UInt8]) {
            self.name = name
            fingerprint = String(SignedValue.hex(SM3.hash(publicKey)).prefix(Self.digits))
        }

        /// `NAME` or `NAME@0123456789abcdef`; nil for anything else.
        public init?(_ text: String) {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 2, let name = parts.first, (1...64).contains(name.utf8.count),
                name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") })
            else { return nil }
            self.name = name
            guard parts.count == 2 else {
                fingerprint = nil
                return
            }
            guard SignedValue.bytes(hex: parts[1], count: Self.digits / 2) != nil else { return nil }
            fingerprint = parts[1]
        }

        private static let digits = 16
        public var description: String { name + (fingerprint.map { "@" + $0 } ?? "") }

        func allows(_ station: StationName) -> Bool {
            name == station.name && (fingerprint == nil || fingerprint == station.fingerprint)
        }
    }

    public init(
        id: String, maker: String, product: String, productVersion: String, dialect: String,
        profile: ProfileFingerprint, reportDigest: String, acceptedNotRun: [String] = [], engineVersion: String? = nil,
        softwareDigest: String? = nil,
        validFrom: CalendarDate, validUntil: CalendarDate, limit: Int? = nil, stations: [StationName] = [],
        ledger: String? = nil, ledgerHead: LedgerHead? = nil, revocationNumber: Int64 = 0, authority: String,
        signedAt: ReleaseTime
    ) {
        self.id = id
        self.maker = maker
        self.product = product
        self.productVersion = productVersion
        self.dialect = dialect
        self.profile = profile
        self.reportDigest = reportDigest
        self.acceptedNotRun = acceptedNotRun
        self.engineVersion = engineVersion
        self.softwareDigest = softwareDigest
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.limit = limit
        self.stations = stations
        self.ledger = ledger
        self.ledgerHead = ledgerHead
        self.revocationNumber = revocationNumber
        self.authority = authority
        self.signedAt = signedAt
    }
}

// MARK: - The file

extension ReleaseTerms {
    static let format = "resident-health-card-release/1"
    static let any = "any"
    static let none = "none"
    /// A province has tens of millions of people; more is a slip of the pen.
    static let largestLimit: Int64 = 2_000_000_000
    static let mostStations = 64
    static let mostAccepted = 64
    static let mostRevocations: Int64 = 1_000_000_000
    /// Releases end: five years are longer than any COS is made.
    static let longestYears = 5

    /// Everything before the signature.
    func write(to writer: inout SignedTextWriter, key: SM2.PublicKey, certificates: [SM2Certificate]) {
        for (label, text) in [
            ("id", id), ("maker", maker), ("product", product), ("product-version", productVersion),
            ("dialect", dialect), ("profile", profile.name), ("profile-digest", profile.digest),
        ] { writer.line(label, text) }
        for part in profile.parts { writer.line("profile-part", "\(part.digest) \(part.name)") }
        writer.line("report-digest", reportDigest)
        for check in acceptedNotRun { writer.line("accepted-not-run", check) }
        writer.line("engine-version", engineVersion ?? Self.any)
        writer.line("software-digest", softwareDigest ?? Self.any)
        writer.line("valid-from", validFrom.description)
        writer.line("valid-until", validUntil.description)
        writer.line("limit", limit.map(String.init) ?? Self.none)
        if stations.isEmpty { writer.line("station", Self.any) }
        for station in stations { writer.line("station", station.description) }
        writer.line("ledger", ledger ?? Self.any)
        if let ledgerHead { writer.line("ledger-head", "\(ledgerHead.sequence) \(ledgerHead.hash)") }
        writer.line("revocation-list", String(revocationNumber))
        writer.line("authority", authority)
        writer.line("authority-key", SignedValue.hex(SM3.hash(key.bytes)))
        writer.line("signed-at", signedAt.description)
        for certificate in certificates { writer.line("certificate", SignedValue.base64(certificate.bytes)) }
    }

    init(from reader: inout SignedTextReader) throws(ReleaseFileError) {
        id = try reader.value("id", .text, SignedValue.text)
        maker = try reader.value("maker", .text, SignedValue.text)
        product = try reader.value("product", .text, SignedValue.text)
        productVersion = try reader.value("product-version", .text, SignedValue.text)
        dialect = try reader.value("dialect", .text, SignedValue.text)
        let name = try reader.value("profile", .text, SignedValue.text)
        let whole = try reader.value("profile-digest", .digest, SignedValue.digest)
        let parts = try reader.values("profile-part", atMost: ProfileFingerprint.mostParts)
        profile = ProfileFingerprint(name: name, digest: whole, parts: try Self.parts(parts, at: reader.place))
        reportDigest = try reader.value("report-digest", .digest, SignedValue.digest)
        acceptedNotRun = try reader.values("accepted-not-run", atMost: Self.mostAccepted)
        guard Self.isSorted(acceptedNotRun), acceptedNotRun.allSatisfy(SignedValue.isText) else {
            throw ReleaseFileError(reader.place, .linesBefore("accepted-not-run", .orderedText))
        }
        engineVersion = try reader.value("engine-version", .text, SignedValue.text)
        engineVersion = engineVersion == Self.any ? nil : engineVersion
        softwareDigest = try reader.value("software-digest", .digest) { $0 == Self.any ? $0 : SignedValue.digest($0) }
        softwareDigest = softwareDigest == Self.any ? nil : softwareDigest
        validFrom = try reader.value("valid-from", .day) { CalendarDate($0) }
        validUntil = try reader.value("valid-until", .day) { CalendarDate($0) }
        let quota = try reader.value("limit", .limit(most: Self.largestLimit)) {
            $0 == Self.none ? 0 : SignedValue.number($0, atMost: Self.largestLimit).flatMap { $0 > 0 ? $0 : nil }
        }
        limit = quota == 0 ? nil : Int(quota)
        stations = try Self.stations(reader.values("station", atMost: Self.mostStations), at: reader.place)
        ledger = try reader.value("ledger", .digest) { $0 == Self.any ? $0 : SignedValue.digest($0) }
        ledger = ledger == Self.any ? nil : ledger
        if let head = try reader.values("ledger-head", atMost: 1).first {
            guard let head = LedgerHead(head, separator: " ") else {
                throw ReleaseFileError(reader.place, .value("ledger-head", .head))
            }
            ledgerHead = head
        }
        revocationNumber = try reader.value("revocation-list", .number) {
            SignedValue.number($0, atMost: Self.mostRevocations)
        }
        authority = try reader.value("authority", .text, SignedValue.text)
        // It stands behind the key's digest, which is no part of the terms.
        signedAt = ReleaseTime(seconds: 0)
    }

    private static func isSorted(_ texts: [String]) -> Bool {
        zip(texts, texts.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func parts(
        _ lines: [String], at place: Int
    ) throws(ReleaseFileError) -> [ProfileFingerprint.Part] {
        var parts: [ProfileFingerprint.Part] = []
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard words.count == 2, let digest = SignedValue.digest(words[0]), SignedValue.isText(words[1]),
                parts.last.map({ $0.name.utf8.lexicographicallyPrecedes(words[1].utf8) }) ?? true
            else { throw ReleaseFileError(place, .linesBefore("profile-part", .ordered)) }
            parts.append(ProfileFingerprint.Part(name: words[1], digest: digest))
        }
        return parts
    }

    private static func stations(_ lines: [String], at place: Int) throws(ReleaseFileError) -> [StationName] {
        guard lines != [any] else { return [] }
        var stations: [StationName] = []
        for line in lines {
            guard line != any, let station = StationName(line), !stations.contains(station) else {
                throw ReleaseFileError(place, .linesBefore("station", .twice))
            }
            stations.append(station)
        }
        guard !stations.isEmpty else { throw ReleaseFileError(place + 1, .missing("station")) }
        return stations
    }

    /// What could not be written so that it is read again.
    func check() throws(ReleaseFileError) {
        guard validFrom <= validUntil else {
            throw ReleaseFileError(0, .endsBeforeItBegins)
        }
        guard validUntil <= Self.lastDay(of: validFrom) else {
            throw ReleaseFileError(0, .validTooLong)
        }
    }

    /// The same day five years on; of a 29 February that is not there, the day before.
    static func lastDay(of first: CalendarDate) -> CalendarDate {
        let year = first.year + longestYears
        return CalendarDate(year: year, month: first.month, day: first.day)
            ?? CalendarDate(year: year, month: first.month, day: first.day - 1) ?? first
    }
}
