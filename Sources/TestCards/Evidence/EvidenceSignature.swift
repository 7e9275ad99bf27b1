import ISO7816
import ShangMi

/// A station that signs evidence: its name, its public key, and whatever holds the private one.
public struct EvidenceSigner: Sendable {
    public let name: String
    public let publicKey: SM2.PublicKey
    /// r ‖ s over SM3(Z ‖ text), 64 bytes. The text's first line is ``EvidenceSignature/format``: a signer that has other
    /// things to sign tells them apart by it.
    let sign: @Sendable ([UInt8]) throws -> [UInt8]

    public init(
        name: String, publicKey: SM2.PublicKey, sign: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) {
        self.name = name
        self.publicKey = publicKey
        self.sign = sign
    }

    /// The station as the evidence has to name it.
    public var station: EvidenceStation { EvidenceStation(name: name, publicKey: publicKey) }
}

/// A station's signature of evidence: the file beside `evidence.json` (Docs/testcards.md), lines `label: value` in one order
/// and one spelling.
public struct EvidenceSignature: Sendable, Hashable {
    /// What is added to the name of the evidence's file.
    public static let suffix = ".signature"
    public static let format = "resident-health-card-evidence-signature/1"
    static let longestFile = 1024
    private static let labels = ["evidence", "campaign", "station", "station-key", "signed-at", "signature"]

    /// ``SuiteEvidence/digest()``.
    public let evidenceDigest: String
    /// SM3 of `campaign.json`, `none` outside of a campaign.
    public let campaignDigest: String
    public let name: String
    public let publicKey: SM2.PublicKey
    /// RFC 3339, UTC, seconds.
    public let signedAt: String
    /// r ‖ s.
    public let signature: [UInt8]

    public var station: EvidenceStation { EvidenceStation(name: name, publicKey: publicKey) }

    /// Signs evidence.
    ///
    /// - Parameter time: `YYYY-MM-DDThh:mm:ssZ`.
    /// - Throws: `.evidence` when the evidence names another station, or the key refuses.
    public init(_ evidence: SuiteEvidence, by signer: EvidenceSigner, at time: String) throws(ReportError) {
        guard evidence.station == signer.station, EvidenceStation.isName(signer.name), UTCTime(time) != nil else {
            throw .evidence(.otherStation(signer: signer.name))
        }
        do {
            evidenceDigest = try evidence.digest()
        } catch {
            throw .evidence(.notWritable)
        }
        campaignDigest = evidence.campaignDigest.isEmpty ? "none" : evidence.campaignDigest
        name = signer.name
        publicKey = signer.publicKey
        signedAt = time
        let text = Self.text([
            evidenceDigest, campaignDigest, name, SuiteEvidence.hex(publicKey.bytes), signedAt,
        ])
        guard let made = try? signer.sign(Array(text.utf8)),
            publicKey.isValid(signature: made, message: Array(text.utf8))
        else { throw .evidence(.notSigned(by: signer.name)) }
        signature = made
    }

    /// The lines of so many values, each with its end.
    private static func text(_ values: [String]) -> String {
        format + "\n" + zip(labels, values).map { "\($0): \($1)\n" }.joined()
    }

    /// Everything before the line of the signature.
    private var signedText: [UInt8] {
        Array(
            Self.text([evidenceDigest, campaignDigest, name, SuiteEvidence.hex(publicKey.bytes), signedAt]).utf8)
    }

    /// The bytes of the file.
    public var fileBytes: [UInt8] { signedText + Array("signature: \(SuiteEvidence.hex(signature))\n".utf8) }

    /// Reads a file. Any other spelling than ``fileBytes`` is refused, and so is a signature that is not of the key named.
    ///
    /// - Parameter path: of the evidence, for messages.
    public init(fileBytes bytes: [UInt8], of path: String) throws(ReportError) {
        func malformed(_ flaw: SignatureFileFlaw) -> ReportError {
            .file(path: path + Self.suffix, problem: .signature(flaw))
        }
        guard bytes.count <= Self.longestFile, let text = String(validating: bytes, as: UTF8.self) else {
            throw malformed(.notText)
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count == Self.labels.count + 2, lines.first == Self.format, lines.last == "" else {
            throw malformed(.lines(format: Self.format))
        }
        var values: [String] = []
        for (label, line) in zip(Self.labels, lines.dropFirst()) {
            guard line.hasPrefix("\(label): ") else { throw malformed(.missing(label)) }
            values.append(String(line.dropFirst(label.count + 2)))
        }
        guard let keyBytes = Hex.decode(values[3]), let key = try? SM2.PublicKey(keyBytes),
            let signature = Hex.decode(values[5]), SuiteEvidence.isDigest(values[0]),
            values[1] == "none" || SuiteEvidence.isDigest(values[1]), EvidenceStation.isName(values[2]),
            UTCTime(values[4]) != nil
        else { throw malformed(.form) }
        (evidenceDigest, campaignDigest, name, signedAt) = (values[0], values[1], values[2], values[4])
        publicKey = key
        self.signature = signature
        guard fileBytes == bytes else { throw malformed(.spelling) }
        guard publicKey.isValid(signature: signature, message: signedText) else {
            throw .signature(path: path, station: station.description, problem: .otherKey)
        }
    }
}

/// Evidence as it was read from its file, and whose it is.
public struct SignedEvidence: Sendable {
    public let evidence: SuiteEvidence
    /// Nil: written by older software, which signed none. Never nil for ``SuiteEvidence/currentFormat``.
    public let signature: EvidenceSignature?

    /// Reads `evidence.json` and the signature beside it.
    ///
    /// - Throws: `.file`, `.evidence`, `.unsigned`, `.signature` with the station and what is wrong.
    public init(path: String) throws(ReportError) {
        let bytes = try FiledReport.read(path, atMost: SuiteEvidence.longestFile)
        let beside = path + EvidenceSignature.suffix
        let signature = try FiledReport.readIfPresent(beside, atMost: EvidenceSignature.longestFile)
        try self.init(evidence: bytes, signature: signature, path: path)
    }

    /// The same of bytes that were read before.
    ///
    /// - Parameters:
    ///   - signature: the bytes of the file beside; nil: there is none.
    ///   - path: for messages.
    public init(
        evidence bytes: [UInt8], signature: [UInt8]?, path: String = FiledReport.evidenceName
    ) throws(ReportError) {
        guard let signature else {
            evidence = try SuiteEvidence(fileBytes: bytes)
            self.signature = nil
            guard evidence.format == SuiteEvidence.unsignedFormat else { throw .unsigned(path: path) }
            return
        }
        let signed = try EvidenceSignature(fileBytes: signature, of: path)
        func refused(_ problem: SignatureProblem) -> ReportError {
            .signature(path: path, station: signed.station.description, problem: problem)
        }
        // Before it is read: what was changed need not be JSON any more.
        guard bytes.last == 0x0A, SuiteEvidence.hex(SM3.hash(Array(bytes.dropLast()))) == signed.evidenceDigest else {
            throw refused(.changed(after: signed.signedAt))
        }
        evidence = try SuiteEvidence(fileBytes: bytes)
        guard evidence.station == signed.station else {
            throw refused(.otherStation(evidence.station?.description))
        }
        guard signed.campaignDigest == (evidence.campaignDigest.isEmpty ? "none" : evidence.campaignDigest) else {
            throw refused(.otherCampaign)
        }
        self.signature = signed
    }
}
