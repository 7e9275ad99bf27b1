import ShangMi

/// A named person with an SM2 key of their own.
public struct Signatory: Sendable, Hashable {
    public let name: String
    public let key: SM2.PublicKey

    public init(name: String, key: SM2.PublicKey) {
        self.name = name
        self.key = key
    }

    /// SM3 over x ‖ y, 64 lowercase hexadecimal digits: what a signature calls whoever made it.
    public var fingerprint: String { key.fingerprint }

    /// The few digits people compare by telephone.
    public var shortFingerprint: String { String(fingerprint.prefix(TrustedAuthority.shortDigits)) }
}

extension SM2.PublicKey {
    var fingerprint: String { SignedValue.hex(SM3.hash(bytes)) }
}

/// One signature below a text that people sign one after the other.
public struct PersonSignature: Sendable, Hashable {
    /// ``Signatory/fingerprint`` of whoever made it, by its own word.
    public let signatory: String
    /// r ‖ s, SM2 with SM3 and the default user id.
    public let signature: [UInt8]
}

/// A text that stays what it is while one after the other signs below it.
public protocol PeopleSigned: Sendable {
    /// The file as it is, without signatures or with them.
    var bytes: [UInt8] { get }
    /// What is signed: all lines before the signatures.
    var signedBytes: [UInt8] { get }
    var signatures: [PersonSignature] { get }
    /// Of an authority whose key a root stands for, the signer's first; otherwise empty.
    var certificates: [SM2Certificate] { get }
    /// - Throws: ``ReleaseFileError``: whatever is not the one spelling of such a text.
    init(_ bytes: [UInt8]) throws(ReleaseFileError)
}

extension PeopleSigned {
    /// SM3 over what is signed, 64 lowercase hexadecimal digits: the same whoever has signed below it.
    public var digest: String { SignedValue.hex(SM3.hash(signedBytes)) }

    /// The same with a signature more.
    ///
    /// - Parameter certificates: where an authority signs for which a root stands: its own first, then up to the root.
    /// - Throws: ``ReleaseFileError`` when this key has signed it already, and what the signer throws.
    public func signed(by signer: some ReleaseSigner, certificates: [SM2Certificate] = []) throws -> Self {
        let signatory = signer.publicKey.fingerprint
        guard !signatures.contains(where: { $0.signatory == signatory }) else {
            throw ReleaseFileError(line: 0, .signedAlready)
        }
        guard signatures.count < PeopleSignatures.most else {
            throw ReleaseFileError(line: 0, .signaturesFull(most: PeopleSignatures.most))
        }
        let signature = try signer.signature(of: signedBytes)
        guard signer.publicKey.isValid(signature: signature, message: signedBytes) else {
            throw ReleaseFileError(line: 0, .signerDiffers)
        }
        let added = PersonSignature(signatory: signatory, signature: signature)
        let end = PeopleSignatures(
            signatures: signatures + [added], certificates: certificates.isEmpty ? self.certificates : certificates)
        return try Self(signedBytes + end.bytes)
    }

    /// Whose keys have signed: each signature must be right, and by a key of these.
    ///
    /// - Throws: `.signature`, `.notSigned`.
    func signers(among known: [Signatory]) throws(ReleaseRefusal) -> [Signatory] {
        var found: [Signatory] = []
        for signature in signatures {
            guard let person = known.first(where: { $0.fingerprint == signature.signatory }) else {
                throw .notSigned(.unknownKey(String(signature.signatory.prefix(TrustedAuthority.shortDigits))))
            }
            guard person.key.isValid(signature: signature.signature, message: signedBytes) else { throw .signature }
            found.append(person)
        }
        return found
    }
}

/// The end of such a text: `signature: WHO HEX`, none or more, then the certificates of an authority.
struct PeopleSignatures {
    static let most = 18

    var signatures: [PersonSignature]
    var certificates: [SM2Certificate]

    init(signatures: [PersonSignature], certificates: [SM2Certificate]) {
        self.signatures = signatures
        self.certificates = certificates
    }

    /// Reads to the end.
    init(from reader: inout SignedTextReader) throws(ReleaseFileError) {
        signatures = []
        for line in try reader.values("signature", atMost: Self.most) {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 2, let who = SignedValue.digest(words[0]),
                let signature = SignedValue.bytes(hex: words[1], count: SM2.signatureByteCount),
                !signatures.contains(where: { $0.signatory == who })
            else { throw ReleaseFileError(reader.place, .linesBefore("signature", .twice)) }
            signatures.append(PersonSignature(signatory: who, signature: signature))
        }
        certificates = try SignedPart.certificates(&reader)
        try reader.end()
    }

    var bytes: [UInt8] {
        let lines =
            signatures.map { "signature: \($0.signatory) \(SignedValue.hex($0.signature))\n" }
            + certificates.map { "certificate: \(SignedValue.base64($0.bytes))\n" }
        return Array(lines.joined().utf8)
    }
}
