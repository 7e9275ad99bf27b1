/// What a card does with a key; the byte that says so in WRITE KEY belongs to the dialect.
public enum KeyUsage: String, Sendable, Hashable, CaseIterable {
    case externalAuthentication = "external"
    case internalAuthentication = "internal"
    /// MAC and encryption in secure messaging.
    case maintenance
    /// Never on the card: used by the issuer's host.
    case host
}

/// What a key is for (Docs/card.md §2.1). Code finds keys by role and directory, never by reference.
public enum KeyRole: String, Sendable, Hashable, CaseIterable {
    /// Opens personalization; gone after activation.
    case transport
    /// Proves that the card belongs to the system.
    case internalAuthentication
    /// Protects commands of its directory.
    case maintenance
    case cardBlock
    case applicationBlock
    case read
    case update
    /// Makes the security code on the host.
    case securityCode
}

/// How the card's key comes from the national one (Docs/protocol.md §2).
public enum KeyDiversification: String, Sendable, Hashable, CaseIterable {
    case provinceThenCard
    case card
    case none
}

/// Where a SAM holds a key: P1 and P2 of DELIVERY SESSION KEY (Docs/card.md §2.3).
public struct SAMKeyAddress: Sendable, Hashable {
    /// P1: bits 8-6 levels, bits 5-1 type.
    public let usage: UInt8
    /// P2.
    public let identifier: UInt8
    /// Diversification levels the SAM performs, 0-7.
    public var levels: Int { Int(usage >> 5) }
    /// 6 MAC only, 7 encryption only, 8 both.
    public var type: Int { Int(usage & 0x1F) }
    public init(usage: UInt8, identifier: UInt8) {
        self.usage = usage
        self.identifier = identifier
    }
}

/// A key of the card or of its host: everything but its value.
public struct KeyDefinition: Sendable, Hashable {
    /// `RK1_DF01`, unique in the profile.
    public let name: String
    public let title: String
    /// The directory that holds it; nil for a host key.
    public let directory: String?
    /// P2 of an authentication; unique in its directory. 0 for a host key.
    public let reference: UInt8
    public let usage: KeyUsage
    public let role: KeyRole
    /// Wrong authentications until the key is locked; 0 for keys that are not counted.
    public let tries: UInt8
    public let diversification: KeyDiversification
    public let sam: SAMKeyAddress?
}
