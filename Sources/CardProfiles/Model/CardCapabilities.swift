import ISO7816

/// What a card takes as Le of READ RECORD, one record at a time, and READ BINARY.
public enum ExpectedLengthRule: String, Sendable, Hashable, CaseIterable {
    /// The length of the answer, more, or 00.
    case any
    /// The length of the answer.
    case exact
    /// 00.
    case zero
}

/// What a card can do beyond the minimum, and its habits (Docs/protocol.md §4, Docs/card.md §3.5).
public struct CardCapabilities: Sendable, Hashable {
    /// READ RECORD with P2 05 returns all records from P1.
    public let multiRecordRead: Bool
    /// READ RECORD with P2 00 finds a record by its tag.
    public let readByTag: Bool
    /// READ RECORD with P2 04 finds a record that has a tag by its number; one without a tag it always finds.
    public let readByNumber: Bool
    public let extendedLength: Bool
    public let commandChaining: Bool
    /// Short EF identifiers in READ and UPDATE commands.
    public let shortFileIdentifiers: Bool
    /// SELECT of the directory one is in leaves the rights won there.
    public let keepsRightsOnReselect: Bool
    /// The FCI of the MF has the life cycle in 8A.
    public let lifeCycleInFCI: Bool
    /// A directory below DDF1 is only left by way of the MF.
    public let directoriesThroughMaster: Bool
    /// SELECT by file identifier reaches directories; else the MF alone.
    public let directoryIdentifiers: Bool
    /// SELECT by name reaches directories.
    public let directoryNames: Bool
    /// What Le of a READ may be.
    public let expectedLength: ExpectedLengthRule
    /// A wrong Le is answered by the right one (6Cxx); else by 6700.
    public let correctsLength: Bool
    /// The longest piece that a short READ or UPDATE BINARY carries, 16-256.
    public let maximumBinaryData: Int
    /// The longest data field of a short command, 1-255.
    public let maximumCommandData: Int
    /// The longest answer to a short command, 1-256.
    public let maximumResponseData: Int
    /// The longest data field of an extended command.
    public let maximumExtendedData: Int
}

/// A link and what it carries (Docs/protocol.md §4; the plan's cost).
public struct LinkRate: Sendable, Hashable {
    public let name: String
    public let title: String
    public let bytesPerSecond: Int
}

/// The answer to reset: `start ‖ historical bytes ‖ check byte`.
public struct AnswerToResetLayout: Sendable, Hashable {
    /// TS to the last interface byte.
    public let start: [UInt8]
    /// Bytes of the chip serial at the start of the historical bytes.
    public let serialLength: Int
    /// The historical bytes after the serial.
    public let tail: [UInt8]
    public let hasCheckByte: Bool

    /// The whole answer for one chip; nil when the serial has another length.
    public func bytes(serial: [UInt8]) -> [UInt8]? {
        guard serial.count == serialLength else { return nil }
        let body = start + serial + tail
        guard hasCheckByte else { return body }
        return body + [body.dropFirst().reduce(0, ^)]
    }
}

/// A field of fixed length in a structure without tags.
public struct LayoutField: Sendable, Hashable {
    public let name: String
    public let offset: Int
    public let length: Int
}

/// Chip production data: fields in order, then zeros (Docs/protocol.md §4).
public struct ProductionDataLayout: Sendable, Hashable {
    /// P1-P2 of GET DATA.
    public let tag: UInt16
    public let length: Int
    public let fields: [LayoutField]
    /// The field that holds the chip serial.
    public let serialField: String

    public func field(_ name: String) -> LayoutField? { fields.first { $0.name == name } }
}

/// The states a card goes through and how they are told apart (Docs/protocol.md §5).
public struct LifeCycleRules: Sendable, Hashable {
    /// The byte of 8A in the MF's FCI for each state.
    public let stateBytes: [LifeCycleState: UInt8]
    /// For cards without 8A: what EXTERNAL AUTHENTICATE with the transport key answers once activated.
    public let activatedStatus: StatusWord
    /// For cards without 8A: what SELECT of the first directory answers on a blank card.
    public let blankStatus: StatusWord
    /// What reading a last record answers when not all is written.
    public let unwrittenStatus: StatusWord

    public func state(of byte: UInt8) -> LifeCycleState? { stateBytes.first { $0.value == byte }?.key }
}

public enum LifeCycleState: String, Sendable, Hashable, CaseIterable {
    case blank
    /// Structured, keyed or partly written.
    case beingMade
    case activated
}

/// Wrong MACs and blocking (Docs/protocol.md §3, §5).
public struct BlockingRules: Sendable, Hashable {
    /// Wrong MACs in a row that block a directory holding a key of role `applicationBlock`.
    public let wrongMACs: Int
    /// P2 of APPLICATION BLOCK.
    public let temporaryMode: UInt8
    public let permanentMode: UInt8
    /// SELECT of a temporarily blocked directory.
    public let temporaryStatus: StatusWord
    /// SELECT of a permanently blocked directory.
    public let permanentStatus: StatusWord
    /// Everything in a blocked directory.
    public let blockedStatus: StatusWord
    /// Everything on a blocked card.
    public let cardBlockedStatus: StatusWord
    /// A protected command without a challenge.
    public let noChallengeStatus: StatusWord
    /// An unknown key, or another version of it.
    public let noKeyStatus: StatusWord
}
