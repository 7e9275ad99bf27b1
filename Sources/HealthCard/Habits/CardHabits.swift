import CardProfiles
import ISO7816

/// How a maker's card wants to be talked to, beyond what all cards have in common (`Docs/card.md §3.1, §3.5`).
///
/// A reader starts from what the profile says and finds out the rest: see `alternatives(to:for:isExtended:)`.
public struct CardHabits: Sendable, Hashable, Codable {
    /// How READ RECORD finds records.
    public enum RecordReading: String, Sendable, Hashable, Codable, CaseIterable {
        /// P2 05: all from a number on, as many as fit.
        case many
        /// P2 04: one, by its number.
        case number
        /// P2 00: one, by its tag. Only records that have one.
        case tag
    }

    /// What Le may be.
    public enum ExpectedLength: String, Sendable, Hashable, Codable {
        /// The length of the answer.
        case exact
        /// 00 alone.
        case zero
    }

    /// Which directories a file identifier reaches from the current one.
    public enum Reach: String, Sendable, Hashable, Codable {
        /// Those in it, and those beside it.
        case sisters
        /// Those in it: a sister is reached by its name, or from the MF down.
        case children
        /// None but the MF.
        case master
    }

    /// Records with a tag.
    public var taggedRecords: RecordReading
    /// Records of fixed and cyclic files; never `tag`.
    public var plainRecords: RecordReading
    /// Short identifiers in READ and UPDATE; without them a file is selected first.
    public var shortIdentifiers: Bool
    /// Commands with length fields of three bytes.
    public var extendedLength: Bool
    public var expectedLength: ExpectedLength
    /// The longest answer to a short READ BINARY, 16-256 bytes.
    public var readBlock: Int
    /// The longest data of a short UPDATE BINARY, 16-255 bytes.
    public var updateBlock: Int
    public var directoryReach: Reach
    /// SELECT by name reaches every directory.
    public var directoryNames: Bool
    /// SELECT of the directory one is in leaves the rights won there; nil when nobody has looked.
    public var keepsRightsOnReselect: Bool?

    /// The pieces that readers in the field use (`Docs/card.md §3.1`): every card takes them.
    static let commonBlock = 128
    /// A card that gives less at a time does not want to be read.
    static let smallestBlock = 16
}

extension CardHabits {
    /// The best that a profile, its dialect and a link allow.
    init(best profile: CardProfile, _ dialect: Dialect?, _ link: TransmissionProtocol) {
        let capabilities = profile.capabilities
        let many = capabilities.multiRecordRead && dialect?.command(for: .readRecordsFrom) != nil
        taggedRecords = many ? .many : capabilities.readByNumber ? .number : .tag
        plainRecords = many ? .many : .number
        shortIdentifiers = capabilities.shortFileIdentifiers && dialect?.command(for: .readBinaryShort) != nil
        // T=0 has no extended length of its own (ISO/IEC 7816-3:2006 §12.2).
        extendedLength = capabilities.extendedLength && link != .t0
        expectedLength = capabilities.expectedLength == .zero ? .zero : .exact
        let block = capabilities.maximumBinaryData
        readBlock = min(max(min(capabilities.maximumResponseData, block), Self.smallestBlock), 256)
        updateBlock = min(max(min(capabilities.maximumCommandData, block), Self.smallestBlock), 255)
        let isRoundabout = capabilities.directoriesThroughMaster || dialect?.directoriesThroughMaster == true
        directoryReach = !capabilities.directoryIdentifiers ? .master : isRoundabout ? .children : .sisters
        directoryNames = capabilities.directoryNames
        keepsRightsOnReselect = nil
    }

    /// These habits, as far as a profile and a link allow them.
    func limited(to limits: CardHabits) -> CardHabits {
        var habits = self
        if limits.taggedRecords != .many, taggedRecords == .many { habits.taggedRecords = limits.taggedRecords }
        if limits.plainRecords != .many || plainRecords == .tag { habits.plainRecords = .number }
        habits.shortIdentifiers = shortIdentifiers && limits.shortIdentifiers
        habits.extendedLength = extendedLength && limits.extendedLength
        habits.readBlock = min(max(readBlock, Self.smallestBlock), limits.readBlock)
        habits.updateBlock = min(max(updateBlock, Self.smallestBlock), limits.updateBlock)
        return habits
    }
}
