import COpenSSL

/// An X.509 certificate of an SM2 key: whose key it is, by the word of whoever signed it (GB/T 20518, RFC 5280).
public struct SM2Certificate: Sendable, Hashable {
    /// DER.
    public let bytes: [UInt8]
    /// The common name of its subject.
    public let name: String
    public let publicKey: SM2.PublicKey

    /// Bytes of the largest certificate that is looked at.
    public static let longest = 8192
    /// Certificates of the longest chain, the root not counted.
    public static let longestChain = 4
    private static let longestName = 240

    /// - Parameter bytes: DER, and nothing behind it.
    /// - Throws: ``ShangMiError/certificate(_:)`` unless it is one of a key on the SM2 curve, signed with SM2 and SM3,
    ///   with one common name.
    public init(_ bytes: [UInt8]) throws(ShangMiError) {
        let handle = try Handle(bytes)
        var point = [UInt8](repeating: 0, count: 1 + SM2.publicKeyByteCount)
        defer { ERR_clear_error() }
        guard healthcard_SM2_point(X509_get0_pubkey(handle.pointer), &point) == 1 else {
            throw .certificate(.otherCurve)
        }
        guard X509_get_signature_nid(handle.pointer) == NID_SM2_with_SM3 else {
            throw .certificate(.otherSignature)
        }
        var count = 0
        guard let text = healthcard_X509_name(handle.pointer, &count) else {
            throw .certificate(.noName)
        }
        defer { healthcard_OPENSSL_free(text) }
        guard (1...Self.longestName).contains(count),
            let name = String(validating: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
        else { throw .certificate(.unusableName) }
        publicKey = try SM2.PublicKey(point.dropFirst())
        self.bytes = bytes
        self.name = name
    }

    /// From `-----BEGIN CERTIFICATE-----`, which must be all there is.
    ///
    /// - Throws: ``ShangMiError/notPEM(expected:)``, ``ShangMiError/certificate(_:)``.
    public init(pem: [UInt8]) throws(ShangMiError) {
        guard PEMText.isOne(pem, label: "CERTIFICATE") else { throw .notPEM(expected: .certificate) }
        let certificate = pem.withUnsafeBufferPointer { text in
            text.withMemoryRebound(to: CChar.self) {
                healthcard_X509_of_PEM(LibCrypto.context, $0.baseAddress, $0.count)
            }
        }
        defer {
            X509_free(certificate)
            ERR_clear_error()
        }
        var start: UnsafeMutablePointer<UInt8>?
        let count = certificate.map { i2d_X509($0, &start) } ?? 0
        defer { healthcard_OPENSSL_free(start) }
        guard let start, count > 0 else { throw .notPEM(expected: .certificate) }
        try self.init(Array(UnsafeBufferPointer(start: start, count: Int(count))))
    }

    /// Whether a chain leads from a signer of documents to a root, at a time: signatures, dates, authorities that may
    /// be ones, curves.
    ///
    /// - Parameters:
    ///   - chain: the signer's certificate first, each followed by its issuer's; the root may be left out.
    ///   - time: seconds since 1970-01-01T00:00:00Z.
    ///   - use: an object identifier the signer's certificate must bear, as a policy or a use of its key. Those between it
    ///     and the root must bear it too, or stand for any.
    /// - Throws: ``ShangMiError/certificate(_:)`` with the reason.
    public static func check(
        chain: [SM2Certificate], root: SM2Certificate, at time: Int64, use: String
    ) throws(ShangMiError) {
        guard (1...longestChain).contains(chain.count) else {
            throw .certificate(.chainLength(count: chain.count, maximum: longestChain))
        }
        let top = try Handle(root.bytes)
        var handles: [Handle] = []
        for certificate in chain { handles.append(try Handle(certificate.bytes)) }
        defer { ERR_clear_error() }
        guard healthcard_X509_is_signer(handles[0].pointer) == 1 else {
            throw .certificate(.notForSigning)
        }
        guard X509_check_ca(top.pointer) == 1 else { throw .certificate(.rootIsNoAuthority) }
        var pointers: [OpaquePointer?] = handles.map(\.pointer)
        let identity = SM2.defaultUserID.map(CChar.init(bitPattern:))
        let result = withExtendedLifetime(handles) {
            healthcard_X509_verify(
                LibCrypto.context, &pointers, pointers.count, top.pointer, time, identity, identity.count)
        }
        guard result == X509_V_OK else {
            let reason = result > 0 ? String(cString: X509_verify_cert_error_string(Int(result))) : nil
            throw .certificate(.chainBroken(reason: reason))
        }
        for (index, handle) in handles.enumerated() {
            let uses = index == 0 ? [use] : [use, anyPolicy, anyUse]
            guard uses.contains(where: { healthcard_X509_has_use(handle.pointer, $0) == 1 }) else {
                throw .certificate(.notForUse(name: chain[index].name, use: use))
            }
        }
    }

    private static let anyPolicy = "2.5.29.32.0"
    private static let anyUse = "2.5.29.37.0"
    /// Uses that everybody's certificates have: of servers, clients, code, mail, time …
    private static let everybodys = ["2.5.29.", "1.3.6.1.5.5.7.3."]

    /// Whether a text is an object identifier in its one spelling, and none that stands for anything or for what many
    /// certificates are for.
    public static func isOwnUse(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (3...16).contains(parts.count), ["0", "1", "2"].contains(parts[0]),
            parts.allSatisfy({ part in part.utf8.count <= 9 && UInt32(part).map { String($0) == part } ?? false }),
            parts[0] == "2" || (UInt32(parts[1]) ?? 40) < 40
        else { return false }
        return !everybodys.contains { text.hasPrefix($0) }
    }

    private final class Handle {
        let pointer: OpaquePointer

        init(_ bytes: [UInt8]) throws(ShangMiError) {
            guard bytes.count <= SM2Certificate.longest,
                let pointer = healthcard_X509(LibCrypto.context, bytes, bytes.count)
            else {
                ERR_clear_error()
                throw .certificate(.notX509(limit: SM2Certificate.longest))
            }
            self.pointer = pointer
        }

        deinit { X509_free(pointer) }
    }
}
