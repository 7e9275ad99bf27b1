import CardProfiles
import HealthCard
import ShangMi
import Testing

@Suite("What a module without a key says, and what it signs")
struct SigningTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    @Test("the test SAM's certificate and signature verify under the published keys")
    func signs() throws {
        let module = try SoftwareSecurityModule.testKeys(profile)
        let certificate = try module.signingCertificate()
        let layout = try #require(profile.certificate("sam"))
        #expect(certificate.count == layout.size)
        let root = try SM2.PrivateKey(seed: SM3.hash(Array("resident-health-card test key:ROOT".utf8))).publicKey
        #expect(
            root.isValid(
                signature: Array(certificate.suffix(64)), message: Array(certificate.prefix(layout.signedLength))))
        let field = try #require(layout.field("publicKey"))
        let key = try SM2.PublicKey(certificate[field.offset..<field.offset + field.length])
        let data = Array("a visit".utf8)
        let signature = try module.sign(data)
        #expect(key.isValid(signature: signature, digest: SM3.hash(data)))
        #expect(!key.isValid(signature: signature, digest: SM3.hash(data + [0])))
    }

    @Test("without signature keys it says which one is missing")
    func cannotSign() throws {
        let keys = KeySet(version: 0xF1, values: [:])
        let module = try SoftwareSecurityModule(profile: profile, keys: keys)
        #expect(throws: SecurityModuleError.keyNotHeld("SAM")) { _ = try module.sign([1]) }
    }
}
