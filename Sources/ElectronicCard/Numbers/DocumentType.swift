import Messages

/// The kind of document that proves who somebody is: two characters, as the electronic card's numbers contain them
/// (`Docs/electronic-card.md §2`).
public struct DocumentType: RawRepresentable, Sendable, Hashable {
    /// Two ASCII digits, as they are hashed.
    public let rawValue: String

    /// Nil for anything but two ASCII digits.
    public init?(rawValue: String) {
        guard rawValue.utf8.count == 2, rawValue.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.rawValue = rawValue
    }

    private init(known: String) { rawValue = known }

    public static let residentIdentityCard = DocumentType(known: "01")
    public static let householdRegister = DocumentType(known: "02")
    public static let passport = DocumentType(known: "03")
    public static let officerCard = DocumentType(known: "04")
    public static let drivingLicence = DocumentType(known: "05")
    public static let hongKongMacaoPermit = DocumentType(known: "06")
    public static let taiwanPermit = DocumentType(known: "07")
    public static let other = DocumentType(known: "99")
}
