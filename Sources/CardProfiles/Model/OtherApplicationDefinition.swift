/// An application that may lie on the chip beside the health application, of another issuer (Docs/card.md §1.1): it is
/// recognized by its name and left alone.
public struct OtherApplicationDefinition: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A list of payment applications, PSE or PPSE.
        case environment
        /// A payment application itself.
        case application
    }

    /// `PSE`, `debit`.
    public let name: String
    /// Chinese.
    public let title: String
    public let english: String
    /// By these 5-16 bytes it is selected: the AID of an application.
    public let dfName: [UInt8]
    public let kind: Kind
    /// Cards of this profile have it; others may.
    public let isCarried: Bool
    /// What the virtual card has for a label; nil: none. That of a real card is its bank's.
    public let label: String?
    /// The same for the version, 2 bytes.
    public let version: [UInt8]?
}
