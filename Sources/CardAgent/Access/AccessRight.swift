import CardProfiles

/// What a token allows. Each right stands for itself: none includes another.
public enum AccessRight: String, Sendable, Hashable, Codable, CaseIterable {
    /// Who the card belongs to: the sections of ``AccessRight/holderSections``, the photo, the inspection of the chip.
    case readHolder = "read-holder"
    /// Every other section: allergies, immunizations, clinical data, visits.
    case readClinical = "read-clinical"
    /// Changing what a card says.
    case write
    /// Adding, verifying and reimbursing visits.
    case visits
    /// Blocking and unblocking.
    case block
    /// Collecting applications for new cards.
    case collect

    /// The sections that say who the holder is. A section that is not named here, one that an overlay adds for example, is
    /// clinical: what is unknown needs the stronger right.
    static let holderSections: Set<String> = [
        "issuer", "holder", "photo", "validity", "address", "contacts", "occupation", "documents",
    ]

    /// The right that reading a section needs.
    static func toRead(_ section: String) -> AccessRight {
        holderSections.contains(section) ? .readHolder : .readClinical
    }
}
