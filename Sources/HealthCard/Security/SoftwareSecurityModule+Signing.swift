import CardProfiles
import ShangMi

/// Signs visits with the published key of the test SAM, so that a test card needs no SAM at all.
extension SoftwareSecurityModule: SigningModule {
    /// - Throws: ``SecurityModuleError/missingValue(_:)`` for a profile that does not say what a test certificate holds,
    ///   ``SecurityModuleError/keyNotHeld(_:)`` without signature keys.
    public func signingCertificate() throws(SecurityModuleError) -> [UInt8] {
        let layout = try signingLayout()
        guard let values = profile.testKeys?.certificateValues[layout.name] else {
            throw .missingValue("testKeys.certificates.\(layout.name)")
        }
        return try certificate(layout, values: values)
    }

    /// The same data has the same signature: what is signed can be played again from a trace.
    public func sign(_ data: [UInt8]) throws(SecurityModuleError) -> [UInt8] {
        let name = try signingLayout().subject
        guard let key = keys.signatureKeys[name] else { throw .keyNotHeld(name) }
        do {
            return try key.deterministicSign(digest: SM3.hash(data))
        } catch {
            throw .cryptography(error)
        }
    }

    /// The certificate that visits carry.
    private func signingLayout() throws(SecurityModuleError) -> CertificateLayout {
        for file in profile.files {
            guard case .visits = file.shape else { continue }
            for item in file.items {
                if case .certificate(let name) = item.source, let layout = profile.certificate(name) { return layout }
            }
        }
        throw .notSupported(.signVisits)
    }
}
