import ISO7816
import ShangMi

/// SM3 and SM2 in the SAM, in the directory of its certificate, after its PIN (`Docs/protocol.md §6`).
extension SAMCard: SigningModule {
    private static let certificateFile = "samCertificate"

    /// The certificate beside a visit, as the SAM has it.
    public func signingCertificate() throws(SecurityModuleError) -> [UInt8] {
        do { return try link.file(Self.certificateFile) } catch { throw .sam(error) }
    }

    /// SM3 of the data, made in the SAM: 32 bytes.
    public func digest(_ data: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        try withPIN { () throws(SecurityModuleError) in try compressed(data) }
    }

    /// SM2 over a digest of 32 bytes as it is: 64 bytes r ‖ s.
    public func sign(digest: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        try withPIN { () throws(SecurityModuleError) in try signed(digest) }
    }

    /// SM2 over the SM3 digest of the data, both made in the SAM: 64 bytes r ‖ s.
    public func sign(_ data: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        try withPIN { () throws(SecurityModuleError) in try signed(compressed(data)) }
    }

    private func compressed(_ data: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        try enterSignature()
        let step = profile.capabilities.maximumCommandData
        var rest = data[...]
        while rest.count > step {
            _ = try answer(to: .dataCompress(Array(rest.prefix(step)), isLast: false))
            rest = rest.dropFirst(step)
        }
        let command = CommandAPDU.dataCompress(Array(rest), isLast: true)
        let digest = try answer(to: command)
        guard digest.count == SM3.byteCount else {
            throw .sam(.malformed(.digest(bytes: digest.count, expected: SM3.byteCount), command.header))
        }
        return digest
    }

    private func signed(_ digest: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        guard digest.count == SM3.byteCount else {
            throw .wrongLength(.digest, bytes: digest.count, expected: SM3.byteCount)
        }
        try enterSignature()
        let command = CommandAPDU.digitalSignature(digest: digest)
        let signature = try answer(to: command)
        guard signature.count == SM2.signatureByteCount else {
            throw .sam(
                .malformed(.signature(bytes: signature.count, expected: SM2.signatureByteCount), command.header))
        }
        return signature
    }

    private func enterSignature() throws(SecurityModuleError) {
        do { try link.enter(profile.sam.file(Self.certificateFile)?.directory) } catch { throw .sam(error) }
    }
}
