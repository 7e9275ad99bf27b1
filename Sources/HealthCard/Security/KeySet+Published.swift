import CardProfiles
import ShangMi

/// The test keys everybody knows, as this program was built with them: no formal key may be one of them, whatever its name
/// or the profile's.
extension KeySet {
    private static let builtIn = Result { try CardProfile.builtInTestEdition() }

    /// Their values, by name.
    ///
    /// - Parameter profile: what its other names would be published as, and those of its own publication, are known too.
    /// - Throws: ``ProfileError`` when the program's own profile does not load.
    package static func published(for profile: CardProfile? = nil) throws -> [String: SecretBytes] {
        let own = try builtIn.get()
        guard let publication = own.testKeys else { throw SecurityModuleError.noTestKeys(profile: own.name) }
        let length = own.cryptography.keyLength
        var values: [String: SecretBytes] = [:]
        func add(_ names: [String], _ publication: TestKeyPublication, _ mark: String) {
            for name in names {
                let digest = SM3.hash(Array(publication.text(of: name).utf8))
                values[mark + name] = SecretBytes(copying: digest.prefix(length))
            }
        }
        let names = profile?.keys.map(\.name) ?? []
        add(publication.keys + publication.signatureKeys + names, publication, "")
        if let other = profile?.testKeys, other.prefix != publication.prefix {
            add(other.keys + names, other, (profile?.name ?? "") + " ")
        }
        return values
    }
}
