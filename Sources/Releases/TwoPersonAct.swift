import ShangMi

/// An act at a ledger that takes two of the enrolled people (`Docs/releases.md`).
public struct TwoPersonAct: PeopleSigned, Hashable {
    public enum Deed: Sendable, Hashable {
        /// Serial numbers of chips that were destroyed, 16 hexadecimal digits in capitals, in order.
        case destroyChips([String])
        /// A station that has no memory of the ledger is to go on with it from here.
        case adoptLedger(station: String, sequence: Int64, hash: String)
    }

    public let deed: Deed
    /// The hash of the ledger's first entry.
    public let ledger: String
    public let reason: String
    public let signedAt: ReleaseTime
    public let signatures: [PersonSignature]
    public var certificates: [SM2Certificate] { [] }
    /// The file as it is, without signatures or with them.
    public let bytes: [UInt8]
    public let signedBytes: [UInt8]

    public static let format = "resident-health-card-act/1"
    /// Chips of one act.
    public static let mostChips = 1000
    private static let destroy = "destroy-chips"
    private static let adopt = "adopt-ledger"

    /// Reads a file, signed or not. Nothing is believed yet.
    public init(_ bytes: [UInt8]) throws(ReleaseFileError) {
        var reader = try SignedTextReader(bytes, format: Self.format)
        ledger = try reader.value("ledger", .digest, SignedValue.digest)
        switch try reader.value("deed") {
        case Self.destroy:
            let chips = try reader.values("chip", atMost: Self.mostChips)
            guard !chips.isEmpty, chips.allSatisfy(Self.isSerial), zip(chips, chips.dropFirst()).allSatisfy({ $0 < $1 })
            else { throw ReleaseFileError(reader.place, .linesBefore("chip", .ordered)) }
            deed = .destroyChips(chips)
        case Self.adopt:
            let station = try reader.value("station", .station, Self.station)
            let sequence = try reader.value("sequence", .numberFromOne) {
                SignedValue.number($0, atMost: .max).flatMap { $0 > 0 ? $0 : nil }
            }
            deed = .adoptLedger(
                station: station, sequence: sequence, hash: try reader.value("hash", .digest, SignedValue.digest))
        default:
            throw ReleaseFileError(reader.place, .deed([Self.destroy, Self.adopt]))
        }
        reason = try reader.value(
            "reason", .text, SignedValue.text)
        signedAt = try reader.value("signed-at", .time, ReleaseTime.init(_:))
        let count = reader.offset
        let end = try PeopleSignatures(from: &reader)
        guard end.certificates.isEmpty else { throw ReleaseFileError(reader.place, .unexpected) }
        signatures = end.signatures
        signedBytes = Array(bytes.prefix(count))
        self.bytes = bytes
    }

    /// The text, to be signed.
    ///
    /// - Throws: ``ReleaseFileError`` for values that make none.
    public static func draft(
        _ deed: Deed, ledger: String, reason: String, at time: ReleaseTime
    ) throws(ReleaseFileError) -> TwoPersonAct {
        var writer = SignedTextWriter(format: format)
        var deed = deed
        writer.line("ledger", ledger)
        switch deed {
        case .destroyChips(let chips):
            let chips = Set(chips).sorted()
            deed = .destroyChips(chips)
            writer.line("deed", destroy)
            for chip in chips { writer.line("chip", chip) }
        case .adoptLedger(let station, let sequence, let hash):
            writer.line("deed", adopt)
            writer.line("station", station)
            writer.line("sequence", String(sequence))
            writer.line("hash", hash)
        }
        writer.line("reason", reason)
        writer.line("signed-at", time.description)
        let draft = try TwoPersonAct(writer.bytes)
        guard draft.deed == deed, SignedValue.areSame(draft.reason, reason), draft.signatures.isEmpty else {
            throw ReleaseFileError(0, .doesNotFit(.act))
        }
        return draft
    }

    /// Whether two of these people have signed it: different people with different keys. Every signature must be right
    /// and one of theirs.
    ///
    /// - Throws: `.signature`, `.notSigned`.
    public func check(persons: [Signatory]) throws(ReleaseRefusal) {
        let signers = try signers(among: persons)
        let keys = Set(signers.map(\.fingerprint))
        let names = Set(signers.map { Array($0.name.utf8) })
        guard min(keys.count, names.count) >= AuthorityEnrolment.wantedPersons else {
            throw .notSigned(.ofEnrolledPeople(count: min(keys.count, names.count)))
        }
    }

    private static func isSerial(_ text: String) -> Bool {
        text.utf8.count == 16
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0)
            }
    }

    private static func station(_ text: String) -> String? {
        ReleaseTerms.StationName(text)?.fingerprint == nil ? nil : text
    }
}
