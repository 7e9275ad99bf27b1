import CardProfiles
import ShangMi

/// A signed release: formal cards may be made by its terms.
///
/// That there is one says nothing: whether it holds, here and now, says ``ReleaseVerdict``, and only production makes a
/// ``VerifiedRelease`` of it.
public struct Release: Sendable, Hashable {
    public let terms: ReleaseTerms
    /// SM3 over the signer's public key (x ‖ y), 64 lowercase hexadecimal digits.
    public let authorityKey: String
    /// The signer's first; empty where its key is pinned.
    public let certificates: [SM2Certificate]
    /// r ‖ s, SM2 with SM3 and the default user id, over ``signedBytes``.
    public let signature: [UInt8]
    /// The file as it is.
    public let bytes: [UInt8]
    let signedBytes: [UInt8]

    /// SM3 over the file, 64 lowercase hexadecimal digits: what ledgers and revocation lists call it.
    public var digest: String { SignedValue.hex(SM3.hash(bytes)) }

    /// Bytes of the largest file.
    public static let longestFile = SignedTextReader.longestFile

    /// Reads a file. Nothing is believed yet.
    ///
    /// - Throws: ``ReleaseFileError``: whatever is not the one spelling of a release.
    public init(_ bytes: [UInt8]) throws(ReleaseFileError) {
        var reader = try SignedTextReader(bytes, format: ReleaseTerms.format)
        var terms = try ReleaseTerms(from: &reader)
        authorityKey = try reader.value("authority-key", .digest, SignedValue.digest)
        terms.signedAt = try reader.value("signed-at", .time, ReleaseTime.init(_:))
        certificates = try SignedPart.certificates(&reader)
        let count = reader.offset
        signature = try SignedPart.signature(&reader)
        try terms.check()
        signedBytes = Array(bytes.prefix(count))
        self.terms = terms
        self.bytes = bytes
    }
}

/// Whoever can sign for an authority: a key in memory, or a device that keeps it.
public protocol ReleaseSigner {
    var publicKey: SM2.PublicKey { get }
    /// r ‖ s over SM3(Z ‖ message) with the default user id.
    func signature(of message: [UInt8]) throws -> [UInt8]
}

extension SM2.PrivateKey: ReleaseSigner {
    public func signature(of message: [UInt8]) throws -> [UInt8] { try deterministicSign(message: message) }
}

extension ReleaseTerms {
    /// The release, signed. The same terms and key give the same bytes.
    ///
    /// - Parameter certificates: from the signer's on, without the root; empty where its key is pinned.
    /// - Throws: ``ReleaseFileError`` for terms that make no release, and what the signer throws.
    public func signed(by signer: some ReleaseSigner, certificates: [SM2Certificate] = []) throws -> Release {
        try check()
        var writer = SignedTextWriter(format: Self.format)
        write(to: &writer, key: signer.publicKey, certificates: certificates)
        let release = try Release(SignedPart.sealed(&writer, by: signer))
        // What was read must be what was meant: a text with a line end in it is another release.
        guard release.terms == self else { throw ReleaseFileError(0, .doesNotFit(.release)) }
        return release
    }
}

/// The end of every signed file.
enum SignedPart {
    static func certificates(_ reader: inout SignedTextReader) throws(ReleaseFileError) -> [SM2Certificate] {
        var certificates: [SM2Certificate] = []
        for text in try reader.values("certificate", atMost: SM2Certificate.longestChain) {
            guard let bytes = SignedValue.base64(text), let certificate = try? SM2Certificate(bytes) else {
                throw ReleaseFileError(reader.place, .linesBefore("certificate", .certificate))
            }
            certificates.append(certificate)
        }
        return certificates
    }

    static func signature(_ reader: inout SignedTextReader) throws(ReleaseFileError) -> [UInt8] {
        let signature = try reader.value("signature", .signature) {
            SignedValue.bytes(hex: $0, count: SM2.signatureByteCount)
        }
        try reader.end()
        return signature
    }

    static func sealed(_ writer: inout SignedTextWriter, by signer: some ReleaseSigner) throws -> [UInt8] {
        let signature = try signer.signature(of: writer.bytes)
        guard signer.publicKey.isValid(signature: signature, message: writer.bytes) else {
            throw ReleaseFileError(0, .signerDiffers)
        }
        writer.line("signature", SignedValue.hex(signature))
        return writer.bytes
    }
}
