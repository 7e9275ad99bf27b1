import CardProfiles
import Messages
import ShangMi

/// Whom certificates are traced back to.
public struct TrustAnchor: Sendable, Hashable {
    public let publicKey: SM2.PublicKey
    /// The published root: its private key is no secret, so it vouches for test cards alone.
    public let isTestRoot: Bool

    /// The root of formal cards, from whoever runs the system.
    ///
    /// - Parameter publicKey: x ‖ y, 64 bytes.
    /// - Throws: `ShangMiError` for bytes that are no point of the curve.
    public init(publicKey: [UInt8]) throws(ShangMiError) {
        self.publicKey = try SM2.PublicKey(publicKey)
        isTestRoot = false
    }

    private init(testRoot: SM2.PublicKey) {
        publicKey = testRoot
        isTestRoot = true
    }

    /// The published root of test cards (`Docs/protocol.md §7`), by the name a certificate layout gives its signer.
    ///
    /// - Throws: ``SecurityModuleError/noTestKeys(profile:)``, ``SecurityModuleError/keyNotHeld(_:)``.
    public static func testRoot(
        _ profile: CardProfile, of layout: CertificateLayout
    ) throws(SecurityModuleError) -> TrustAnchor {
        guard let publication = profile.testKeys else { throw .noTestKeys(profile: profile.name) }
        guard publication.signatureKeys.contains(layout.signer) else { throw .keyNotHeld(layout.signer) }
        do {
            let seed = SM3.hash(Array(publication.text(of: layout.signer).utf8))
            return TrustAnchor(testRoot: try SM2.PrivateKey(seed: seed).publicKey)
        } catch {
            throw .cryptography(error)
        }
    }
}

/// Whom to trust with visits, and when.
public struct VisitTrust: Sendable, Hashable {
    public var anchors: [TrustAnchor]
    /// The day certificates must be valid on; nil for the day of the visit.
    public var date: CalendarDate?

    public init(anchors: [TrustAnchor], date: CalendarDate? = nil) {
        self.anchors = anchors
        self.date = date
    }
}

/// What looking at a visit's signature and certificate found.
public struct VisitVerification: Sendable, Hashable {
    public enum Problem: Message, Hashable {
        /// Signature or certificate is not there: an old program, or a visit that was never finished.
        case unsigned
        case malformedCertificate(Certificate.Problem)
        /// The data, or the signature, is not what the SAM signed.
        case wrongSignature
        /// None of the roots in use signed the certificate.
        case unknownRoot
        /// No root to trace the certificate back to was given.
        case noRoot
        case notYetValid(from: CalendarDate)
        case expired(on: CalendarDate)
        /// The certificate has days of validity and the visit none to compare with.
        case noDate
        /// A formal card must not be vouched for by the published test root.
        case testRootOnFormalCard
    }

    public let kind: VisitKind
    public let record: Int
    /// Nil where it cannot be read.
    public let certificate: Certificate?
    /// Empty for a visit that can be trusted.
    public let problems: [Problem]

    public var isTrusted: Bool { problems.isEmpty }
}

extension Visit {
    /// Looks at signature, certificate, root and dates (`Docs/protocol.md §7`).
    ///
    /// The signature is SM2 over the SM3 digest of the data as it is (`Docs/protocol.md §6`); the certificate's is with
    /// the layout's user identity. Everything that is wrong is told, not only the first.
    ///
    /// - Parameter isTestCard: whether the card it lies on proved the published test key.
    public func verified(by trust: VisitTrust, isTestCard: Bool) -> VisitVerification {
        var problems: [VisitVerification.Problem] = []
        var certificate: Certificate?
        do {
            let found = try Certificate(certificateBytes, layout: content.layout.certificateLayout)
            certificate = found
            if !found.publicKey.isValid(signature: signature, digest: SM3.hash(content.bytes)) {
                problems.append(.wrongSignature)
            }
            let anchors = trust.anchors.filter { found.isSigned(by: $0.publicKey) }
            if trust.anchors.isEmpty {
                problems.append(.noRoot)
            } else if anchors.isEmpty {
                problems.append(.unknownRoot)
            } else if !isTestCard, anchors.allSatisfy(\.isTestRoot) {
                problems.append(.testRootOnFormalCard)
            }
            problems += found.problems(on: trust.date ?? content.date)
        } catch {
            problems.append(isUnsigned ? .unsigned : .malformedCertificate(error))
        }
        return VisitVerification(kind: kind, record: record, certificate: certificate, problems: problems)
    }

    private var isUnsigned: Bool {
        [signature, certificateBytes].contains { bytes in bytes.allSatisfy { $0 == bytes.first } }
    }

}

extension Certificate {
    /// Why it vouches for nothing on a day; empty when it does. Signing and verifying ask the same.
    func problems(on date: CalendarDate?) -> [VisitVerification.Problem] {
        guard notBefore != nil || notAfter != nil else { return [] }
        guard let date else { return [.noDate] }
        var problems: [VisitVerification.Problem] = []
        if let first = notBefore, date < first { problems.append(.notYetValid(from: first)) }
        if let last = notAfter, date > last { problems.append(.expired(on: last)) }
        return problems
    }
}
