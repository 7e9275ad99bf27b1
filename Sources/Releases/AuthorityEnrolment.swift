import ShangMi

/// Who may release formal cards, and the people two of whose signatures stand for the factory (`Docs/releases.md`).
///
/// A key store and a ledger hold one each, entered by an act of its own; whose release counts is never an option of the
/// person who runs the line.
public struct AuthorityEnrolment: PeopleSigned, Hashable {
    /// From 1, one more with each change.
    public let number: Int64
    /// ``digest`` of the one before; nil for the first.
    public let previous: String?
    /// What the authority is called.
    public let name: String
    public let authority: TrustedAuthority
    /// Two or more, of different names and keys.
    public let persons: [Signatory]
    public let signedAt: ReleaseTime
    public let signatures: [PersonSignature]
    public let certificates: [SM2Certificate]
    /// The file as it is, without signatures or with them.
    public let bytes: [UInt8]
    public let signedBytes: [UInt8]

    public static let format = "resident-health-card-authority/1"
    /// Bytes of the largest file.
    public static let longestFile = SignedTextReader.longestFile
    static let mostNumber: Int64 = 1_000_000
    static let mostPersons = 16
    /// Signatures of persons that stand for the factory.
    static let wantedPersons = 2

    /// Reads a file, signed or not. Nothing is believed yet.
    public init(_ bytes: [UInt8]) throws(ReleaseFileError) {
        var reader = try SignedTextReader(bytes, format: Self.format)
        number = try reader.value("number", .numberFromOne) {
            SignedValue.number($0, atMost: Self.mostNumber).flatMap { $0 > 0 ? $0 : nil }
        }
        let before = try reader.value("previous", .digestOrNone) {
            $0 == ReleaseTerms.none ? $0 : SignedValue.digest($0)
        }
        previous = before == ReleaseTerms.none ? nil : before
        guard (number == 1) == (previous == nil) else {
            throw ReleaseFileError(reader.place, .previous)
        }
        name = try reader.value("authority", .text, SignedValue.text)
        authority = try Self.authority(&reader)
        persons = try Self.persons(&reader)
        signedAt = try reader.value("signed-at", .time, ReleaseTime.init(_:))
        let count = reader.offset
        let end = try PeopleSignatures(from: &reader)
        signatures = end.signatures
        certificates = end.certificates
        signedBytes = Array(bytes.prefix(count))
        self.bytes = bytes
        if case .pinned(let key) = authority, persons.contains(where: { $0.key == key }) {
            throw ReleaseFileError(0, .sharedKey)
        }
    }

    private static func authority(_ reader: inout SignedTextReader) throws(ReleaseFileError) -> TrustedAuthority {
        if let key = try reader.values("key", atMost: 1).first {
            guard let key = publicKey(key) else {
                throw ReleaseFileError(reader.place, .value("key", .key))
            }
            return .pinned(key)
        }
        let root = try reader.value("root", .certificate) { text -> SM2Certificate? in
            SignedValue.base64(text).flatMap { try? SM2Certificate($0) }
        }
        let signer = try reader.value("signer", .text, SignedValue.text)
        let policy = try reader.value("policy", .objectIdentifier) {
            SM2Certificate.isOwnUse($0) ? $0 : nil
        }
        return .root(root, signer: signer, policy: policy)
    }

    private static func persons(_ reader: inout SignedTextReader) throws(ReleaseFileError) -> [Signatory] {
        var persons: [Signatory] = []
        for line in try reader.values("person", atMost: mostPersons) {
            let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard words.count == 2, let key = publicKey(words[0]), let name = SignedValue.text(words[1]),
                !persons.contains(where: { $0.key == key || SignedValue.areSame($0.name, name) })
            else {
                throw ReleaseFileError(reader.place, .linesBefore("person", .keyOrNameTwice))
            }
            persons.append(Signatory(name: name, key: key))
        }
        guard persons.count >= wantedPersons else {
            throw ReleaseFileError(reader.place + 1, .fewPeople)
        }
        return persons
    }

    private static func publicKey(_ hex: String) -> SM2.PublicKey? {
        SignedValue.bytes(hex: hex, count: SM2.publicKeyByteCount).flatMap { try? SM2.PublicKey($0) }
    }

    /// The text, to be signed.
    ///
    /// - Parameter previous: the one in force; nil for the first.
    /// - Throws: ``ReleaseFileError`` for names and keys that make none.
    public static func draft(
        after previous: AuthorityEnrolment?, name: String, authority: TrustedAuthority, persons: [Signatory],
        at time: ReleaseTime
    ) throws(ReleaseFileError) -> AuthorityEnrolment {
        var writer = SignedTextWriter(format: format)
        writer.line("number", String((previous?.number ?? 0) + 1))
        writer.line("previous", previous?.digest ?? ReleaseTerms.none)
        writer.line("authority", name)
        switch authority {
        case .pinned(let key):
            writer.line("key", SignedValue.hex(key.bytes))
        case .root(let certificate, let signer, let policy):
            writer.line("root", SignedValue.base64(certificate.bytes))
            writer.line("signer", signer)
            writer.line("policy", policy)
        }
        for person in persons { writer.line("person", "\(SignedValue.hex(person.key.bytes)) \(person.name)") }
        writer.line("signed-at", time.description)
        let draft = try AuthorityEnrolment(writer.bytes)
        // A text with a line end in it would be another enrolment.
        guard SignedValue.areSame(draft.name, name), draft.authority == authority, draft.persons == persons,
            draft.signatures.isEmpty, draft.certificates.isEmpty
        else { throw ReleaseFileError(0, .doesNotFit(.enrolment)) }
        return draft
    }

    /// Whether it may follow the one in force: number, the one before, and who has signed. The first is signed by two of
    /// its own people; each later one by two people, or by the authority, of the one before. Others who are named in it
    /// may sign as well, and count for nothing.
    ///
    /// - Throws: `.enrolment` with what is wrong, `.signature`, `.notSigned`, `.certificate`.
    public func check(after previous: AuthorityEnrolment?) throws(ReleaseRefusal) {
        let next = (previous?.number ?? 0) + 1
        guard number == next else { throw .enrolment(.number(number, next: next)) }
        guard self.previous == previous?.digest else { throw .enrolment(.notFollowing) }
        if let previous, signedAt < previous.signedAt {
            throw .enrolment(.earlier(signedAt, before: previous.signedAt))
        }
        let entitled = previous?.persons ?? persons
        var known = persons
        // Of one key, the name it has now; that it counts is decided by the key.
        known.removeAll { person in entitled.contains { $0.key == person.key } }
        known += entitled
        let authorities = [previous?.authority, authority].compactMap { $0 }
        var count = 0
        var isByAuthority = false
        for signature in signatures {
            if let person = known.first(where: { $0.fingerprint == signature.signatory }) {
                guard person.key.isValid(signature: signature.signature, message: signedBytes) else { throw .signature }
                if entitled.contains(where: { $0.key == person.key }) { count += 1 }
                continue
            }
            let signer = try signatory(of: signature, among: authorities)
            if signer == previous?.authority { isByAuthority = true }
        }
        guard count >= Self.wantedPersons || isByAuthority else {
            throw .notSigned(previous == nil ? .ofItsPeople(count: count) : .ofThePeopleBefore(count: count))
        }
    }

    private func signatory(
        of signature: PersonSignature, among authorities: [TrustedAuthority]
    ) throws(ReleaseRefusal) -> TrustedAuthority {
        try SignerCheck(
            name: nil, key: signature.signatory, certificates: certificates, signature: signature.signature,
            message: signedBytes
        ).signer(among: authorities, at: signedAt)
    }

    /// As lists and pages show it: the name, the beginning of the key's digest, the number.
    public var label: String {
        "\(name) \(authority.shortFingerprint) #\(number)"
    }
}
