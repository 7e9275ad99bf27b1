import CardProfiles

/// Makes codes for people of the test region, so that testers and clinics have something to scan. Codes of real people are
/// made by a platform, never here.
public struct TestCodeIssuer {
    private let keys: SoftwareKeyHolder
    private let testRegion: String

    /// With the published test keys.
    ///
    /// - Parameter profile: says which region belongs to test cards.
    public init(profile: CardProfile) throws(ElectronicCardError) {
        keys = try .test()
        testRegion = profile.modes.testRegion
    }

    /// The codes of one person.
    public struct Codes: Sendable, Hashable {
        public let mainIndex: MainIndex
        public let fixed: CardCode
        public let dynamic: CardCode
        public let validUntil: CalendarDateTime
    }

    /// - Parameters:
    ///   - row: where the person stands, for the error.
    ///   - validUntil: of the dynamic code, in China.
    /// - Throws: ``ElectronicCardError/notForTests(_:)`` for a person of another region.
    public func codes(
        for identity: HolderIdentity, row: Int, validUntil: CalendarDateTime
    ) throws(ElectronicCardError) -> Codes {
        guard identity.documentType == .residentIdentityCard, !testRegion.isEmpty,
            identity.number.hasPrefix(testRegion)
        else { throw .notForTests(.realPerson(row: row)) }
        let id = try keys.cardID(of: identity)
        let validity = try keys.seal(validUntil: validUntil)
        do throws(CodeFormError) {
            return Codes(
                mainIndex: identity.mainIndex, fixed: try CardCode(id: id),
                dynamic: try CardCode(id: id, validity: validity), validUntil: validUntil)
        } catch {
            throw .number(.characters)
        }
    }
}
