/// The holes of command templates: what a command needs besides its fixed bytes.
public enum CommandHole: String, Sendable, Hashable, CaseIterable {
    /// A file identifier, two bytes.
    case fid
    /// A directory's name, 1-16 bytes.
    case name
    /// The dialect's byte for a structure.
    case descriptor
    case recordSize, recordCount
    /// Bytes of a transparent file.
    case size
    /// Bytes of content of any structure; of a directory and of a key file, what they need.
    case contentSize
    /// A short file identifier, 1-30.
    case sfi
    /// The dialect's byte for a right.
    case read, update, erase
    /// The dialect's byte for a protection.
    case protection
    /// A key's reference, usage byte, version, algorithm byte, tries.
    case reference, usage, version, algorithm, tries
    /// The dialect's byte for the right that proving a key wins; the one for never where none is won.
    case right
    /// A key's value: only a security module can fill it.
    case key
    /// A record number, 1-254.
    case record
    /// A record's tag.
    case tag
    /// An offset in a transparent file.
    case offset
    /// Content.
    case data
    /// How many bytes are wanted: Le.
    case length
    /// What authentication computes: only a live session can fill it.
    case cryptogram, original, seed
    /// P2 of APPLICATION BLOCK.
    case mode

    /// Holes that are bytes of a length of their own; the others are numbers.
    public var isBytes: Bool {
        switch self {
        case .name, .key, .data, .cryptogram, .original, .seed: true
        default: false
        }
    }

    /// How many bytes a number takes where the template does not say.
    public var width: Int {
        switch self {
        case .fid: 2
        default: 1
        }
    }

    /// Filled while a card is there, by a security module or with random bytes.
    public var isLive: Bool {
        switch self {
        case .key, .cryptogram, .original, .seed: true
        default: false
        }
    }
}

/// What goes into a hole.
public enum HoleValue: Sendable, Hashable {
    case number(Int)
    case bytes([UInt8])
    /// So many bytes that only the live session knows.
    case live(count: Int)
}

/// What a command of a dialect is for.
public enum CommandPurpose: String, Sendable, Hashable, CaseIterable {
    // Both ends of the card's life
    case selectMaster, selectDirectory, selectFile, getChallenge, getProductionData
    case externalAuthenticate, internalAuthenticate
    case readRecord, readRecordByTag, readRecordsFrom, readBinary, readBinaryShort
    // An activated card
    case updateRecord, appendRecord, updateBinary, updateBinaryShort
    case setIndex, eraseIndex
    case blockApplication, unblockApplication, blockCard
    // Making a card
    case createDirectory, createKeyFile, createFile, writeKey
    case writeRecord, writeRecordPlain, writeCyclicRecord, writeCyclicRecordPlain, writeBinary
    case activate, activateDirectory

    /// The holes a template of this purpose may have.
    public var holes: Set<CommandHole> {
        switch self {
        case .selectMaster, .selectDirectory: [.fid, .name]
        case .selectFile: [.fid, .sfi]
        case .getChallenge, .getProductionData: [.length]
        case .externalAuthenticate: [.reference, .cryptogram, .original, .version]
        case .internalAuthenticate: [.reference, .seed, .original, .version, .length]
        case .readRecord: [.record, .sfi, .length]
        case .readRecordsFrom: [.record, .sfi, .length]
        case .readRecordByTag: [.tag, .sfi, .length]
        case .readBinary, .readBinaryShort: [.offset, .sfi, .length]
        case .updateRecord, .writeRecord, .writeRecordPlain: [.record, .sfi, .data]
        case .appendRecord, .writeCyclicRecord, .writeCyclicRecordPlain: [.sfi, .data]
        case .updateBinary, .updateBinaryShort, .writeBinary: [.offset, .sfi, .data]
        case .setIndex, .eraseIndex: [.record, .sfi]
        case .blockApplication: [.mode]
        case .unblockApplication, .blockCard: []
        case .createDirectory: [.fid, .name, .descriptor, .size, .contentSize]
        case .createKeyFile: [.fid, .descriptor, .contentSize]
        case .createFile:
            [
                .fid, .descriptor, .recordSize, .recordCount, .size, .contentSize, .sfi, .read, .update, .erase,
                .protection,
            ]
        case .writeKey: [.reference, .usage, .version, .algorithm, .tries, .right, .key]
        case .activate, .activateDirectory: [.fid, .name, .reference]
        }
    }
}
