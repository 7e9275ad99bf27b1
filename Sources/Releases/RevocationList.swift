import CardProfiles
import ShangMi

/// What an authority has taken back: signed, numbered, each list holding all that came before.
public struct RevocationList: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        /// ``Release/digest``.
        public let release: String
        public let time: ReleaseTime
        public let reason: String

        public init(release: String, time: ReleaseTime, reason: String) {
            self.release = release
            self.time = time
            self.reason = reason
        }
    }

    public let authority: String
    /// SM3 over the signer's public key, 64 lowercase hexadecimal digits.
    public let authorityKey: String
    /// From 1, one more with each list.
    public let number: Int64
    public let issuedAt: ReleaseTime
    /// The last day it will do, in Beijing; nil: until there is a later one.
    public let nextUpdate: CalendarDate?
    /// By their releases.
    public let entries: [Entry]
    public let certificates: [SM2Certificate]
    public let signature: [UInt8]
    public let bytes: [UInt8]
    let signedBytes: [UInt8]

    public var digest: String { SignedValue.hex(SM3.hash(bytes)) }

    static let format = "resident-health-card-revocations/1"
    static let mostEntries = 400

    /// Reads a file. Nothing is believed yet.
    ///
    /// - Throws: ``ReleaseFileError``.
    public init(_ bytes: [UInt8]) throws(ReleaseFileError) {
        var reader = try SignedTextReader(bytes, format: Self.format)
        authority = try reader.value("authority", .text, SignedValue.text)
        authorityKey = try reader.value("authority-key", .digest, SignedValue.digest)
        number = try reader.value("number", .numberFromOne) {
            SignedValue.number($0, atMost: ReleaseTerms.mostRevocations).flatMap { $0 > 0 ? $0 : nil }
        }
        issuedAt = try reader.value("issued-at", .time, ReleaseTime.init(_:))
        nextUpdate = try reader.value("next-update", .dayOrNone) { text -> CalendarDate?? in
            if text == ReleaseTerms.none { return .some(nil) }
            return CalendarDate(text).map { .some($0) }
        }
        var entries: [Entry] = []
        for line in try reader.values("revoked", atMost: Self.mostEntries) {
            let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard words.count == 3, let release = SignedValue.digest(words[0]), let time = ReleaseTime(words[1]),
                SignedValue.isText(words[2]), entries.last.map({ $0.release < release }) ?? true
            else { throw ReleaseFileError(reader.place, .linesBefore("revoked", .ordered)) }
            entries.append(Entry(release: release, time: time, reason: words[2]))
        }
        self.entries = entries
        certificates = try SignedPart.certificates(&reader)
        let count = reader.offset
        signature = try SignedPart.signature(&reader)
        signedBytes = Array(bytes.prefix(count))
        self.bytes = bytes
    }

    /// The next list of an authority.
    ///
    /// - Parameter previous: the last one; what it revoked stays revoked.
    /// - Throws: ``ReleaseFileError``, and what the signer throws.
    public static func signed(
        after previous: RevocationList?, revoking entry: Entry?, authority: String, at time: ReleaseTime,
        nextUpdate: CalendarDate? = nil, by signer: some ReleaseSigner, certificates: [SM2Certificate] = []
    ) throws -> RevocationList {
        var entries = previous?.entries ?? []
        if let entry, !entries.contains(where: { $0.release == entry.release }) { entries.append(entry) }
        entries.sort { $0.release < $1.release }
        guard entries.allSatisfy({ SignedValue.isText($0.reason) }), SignedValue.isText(authority) else {
            throw ReleaseFileError(0, .doesNotFit(.revocationList))
        }
        var writer = SignedTextWriter(format: format)
        writer.line("authority", authority)
        writer.line("authority-key", SignedValue.hex(SM3.hash(signer.publicKey.bytes)))
        writer.line("number", String((previous?.number ?? 0) + 1))
        writer.line("issued-at", time.description)
        writer.line("next-update", nextUpdate?.description ?? ReleaseTerms.none)
        for entry in entries { writer.line("revoked", "\(entry.release) \(entry.time) \(entry.reason)") }
        for certificate in certificates { writer.line("certificate", SignedValue.base64(certificate.bytes)) }
        return try RevocationList(SignedPart.sealed(&writer, by: signer))
    }
}
