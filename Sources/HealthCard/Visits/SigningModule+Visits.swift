import ShangMi

extension SigningModule {
    /// A visit as it goes onto a card: data ‖ signature ‖ certificate.
    ///
    /// - Throws: ``SecurityModuleError``: `unfit` where the certificate cannot be used, is not valid on the visit's day, or
    ///   is not of the key that signs; else what kept the module from signing.
    public func sealed(_ content: VisitContent) throws(SecurityModuleError) -> [UInt8] {
        // A visit that nobody will be able to verify is worse than none, and a signature under it too.
        let certificate = try signingCertificate()
        let parsed: Certificate
        do {
            parsed = try Certificate(certificate, layout: content.layout.certificateLayout)
        } catch {
            throw .unfit(.certificate(title, error))
        }
        if let problem = parsed.problems(on: content.date).first {
            throw .unfit(.notValid(title, problem))
        }
        let signature = try sign(content.bytes)
        guard parsed.publicKey.isValid(signature: signature, digest: SM3.hash(content.bytes)) else {
            throw .unfit(.otherKey(title))
        }
        return content.bytes + signature + certificate
    }
}
