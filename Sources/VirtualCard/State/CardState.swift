import Foundation
import ISO7816

/// Everything a virtual card remembers without power, as a person can read it: the content of its state file.
///
/// All bytes are hexadecimal text. Keys are in it in clear: this is a *virtual* card. Making a card of it checks every
/// value (``VirtualHealthCard/init(state:profile:options:)``).
public struct CardState: Codable, Sendable, Hashable {
    public static let currentFormat = "virtual-health-card/1"

    public struct TransportKey: Codable, Sendable, Hashable {
        public var version: String
        public var tries: UInt8
        public var triesLeft: UInt8
        /// 16 bytes.
        public var value: String
    }

    public struct Key: Codable, Sendable, Hashable {
        public var reference: String
        /// 01 external authentication, 02 internal authentication, 03 maintenance.
        public var usage: String
        public var version: String
        public var algorithm: String
        public var tries: UInt8
        public var triesLeft: UInt8
        /// What proving it wins; nil: its reference.
        public var right: String?
        /// 16 bytes.
        public var value: String
    }

    /// Rights: 00 always, FF never, else the reference of a key; protection: 00 plain, 01 MAC, 02 ciphertext and MAC.
    public struct Access: Codable, Sendable, Hashable {
        public var read: String
        public var update: String
        public var erase: String
        public var protection: String
    }

    public struct File: Codable, Sendable, Hashable {
        /// `EF05`
        public var identifier: String
        /// The dialect's: 01 transparent, 02 linear fixed, 05 linear variable TLV, 06 cyclic in the reference one.
        public var descriptor: String
        /// 1-30; nil: none.
        public var shortIdentifier: UInt8?
        public var access: Access
        /// Bytes of each record of a linear fixed or cyclic file; bytes of a key file.
        public var recordSize: Int?
        /// The record count that CREATE FILE named, where it means nothing.
        public var recordCount: UInt8?
        /// A transparent file's.
        public var content: String?
        /// Records from 1 on; the newest first in a cyclic file; with tag and length where they have them.
        public var records: [String]?
    }

    public struct Directory: Codable, Sendable, Hashable {
        /// `DF01`
        public var identifier: String
        /// Index of the directory it lies in; nil for the MF, which is the first.
        public var parent: Int?
        /// 1-16 bytes.
        public var name: String?
        /// `none`, `temporary`, `permanent`.
        public var blocking: String
        public var wrongMACs: UInt8
        /// Activated by itself, where the chip knows that; nil: it is not.
        public var isActivated: Bool?
        public var keys: [Key]
        public var files: [File]
    }

    public var format: String
    /// The name of the profile it was made with.
    public var profile: String
    /// How the card is made; nil: as the profile's own choice has it.
    public var dialect: String?
    /// 8 bytes.
    public var serial: String
    public var isActivated: Bool
    public var isBlocked: Bool
    /// Bytes of the chip's memory, 256 to 1,048,576.
    public var memorySize: Int
    /// Transactions that led here.
    public var sequence: Int
    /// nil once the card is activated.
    public var transportKey: TransportKey?
    public var directories: [Directory]

    /// Sorted, indented JSON.
    public func encoded() throws(VirtualCardError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(self)) + [0x0A] } catch {
            throw .state(place: nil, problem: .notWritable)
        }
    }

    /// - Throws: `state` with the place of the first value that is missing or of the wrong kind.
    public init(json: [UInt8]) throws(VirtualCardError) {
        do { self = try JSONDecoder().decode(Self.self, from: Data(json)) } catch {
            throw VirtualCardError(decoding: error)
        }
    }
}

extension VirtualCardError {
    /// What `JSONDecoder` did not like, with its place.
    init(decoding error: any Error) {
        func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String? {
            let path = context.codingPath + (key.map { [$0] } ?? [])
            let text = path.reduce("") { text, key in
                if let index = key.intValue { return text + "[\(index)]" }
                return text.isEmpty ? key.stringValue : text + "." + key.stringValue
            }
            return text.isEmpty ? nil : text
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context)?: self = .state(place: place(context, key), problem: .missing)
        case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?:
            self = .state(place: place(context), problem: .wrongKind)
        case .dataCorrupted(let context)?:
            let problem: CardStateProblem = context.codingPath.isEmpty ? .notJSON : .outOfRange
            self = .state(place: place(context), problem: problem)
        case nil: self = .state(place: nil, problem: .notJSON)
        @unknown default: self = .state(place: nil, problem: .unreadable)
        }
    }
}

extension CardSystem {
    /// What the chip holds now.
    func state(sequence: Int) -> CardState {
        func hex(_ byte: UInt8) -> String { Hex.encode([byte]) }
        let key = store.transportKey(reference: rules.transportKey.reference)
        return CardState(
            profile: rules.profileName, dialect: rules.dialectName, serial: Hex.encode(store.serial),
            isActivated: store.isActivated,
            isBlocked: store.isBlocked, memorySize: store.memory.size, sequence: sequence,
            transportKey: key.map {
                CardState.TransportKey(
                    version: hex($0.version), tries: $0.tries, triesLeft: store.triesLeft(of: $0),
                    value: Hex.encode(store.read($0.value)))
            },
            directories: store.directories.indices.map { index in
                let directory = store.directories[index]
                return CardState.Directory(
                    identifier: FileIdentifier(rawValue: directory.identifier).description, parent: directory.parent,
                    name: directory.name.isEmpty ? nil : Hex.encode(directory.name),
                    blocking: "\(store.blocking(of: index))", wrongMACs: store.wrongMACs(in: index),
                    isActivated: store.isActivated(index) ? true : nil,
                    keys: directory.keys.map {
                        CardState.Key(
                            reference: hex($0.reference), usage: hex($0.usage), version: hex($0.version),
                            algorithm: hex($0.algorithm), tries: $0.tries, triesLeft: store.triesLeft(of: $0),
                            right: $0.right == $0.reference ? nil : hex($0.right),
                            value: Hex.encode(store.read($0.value)))
                    },
                    files: directory.files.map(state))
            })
    }

    private func state(of file: CardStore.File) -> CardState.File {
        func hex(_ byte: UInt8) -> String { Hex.encode([byte]) }
        let isKeyFile = file.descriptor == rules.codes.keyFile?.descriptor
        let kind = rules.kind(of: file.descriptor)
        let hasRecords = kind != .transparent && !isKeyFile
        let count = kind == .linearVariableTLV ? file.records.count : file.recordCount
        let records =
            hasRecords
            ? (0..<count).compactMap { store.record($0 + 1, of: file, isCyclic: kind == .cyclic) } : []
        let isFixed = kind == .linearFixed || kind == .cyclic
        return CardState.File(
            identifier: FileIdentifier(rawValue: file.identifier).description, descriptor: hex(file.descriptor),
            shortIdentifier: file.sfi == 0 ? nil : file.sfi,
            access: CardState.Access(
                read: hex(file.read), update: hex(file.update), erase: hex(file.erase),
                protection: hex(file.protection)),
            recordSize: isFixed || isKeyFile ? file.recordSize : nil,
            recordCount: isFixed || file.recordCount == 0 ? nil : UInt8(clamping: file.recordCount),
            content: hasRecords || isKeyFile ? nil : Hex.encode(store.read(file.content)),
            records: hasRecords ? records.map { Hex.encode(store.read($0)) } : nil)
    }
}

extension CardState {
    init(
        profile: String, dialect: String?, serial: String, isActivated: Bool, isBlocked: Bool, memorySize: Int,
        sequence: Int,
        transportKey: TransportKey?, directories: [Directory]
    ) {
        format = Self.currentFormat
        self.profile = profile
        self.dialect = dialect
        self.serial = serial
        self.isActivated = isActivated
        self.isBlocked = isBlocked
        self.memorySize = memorySize
        self.sequence = sequence
        self.transportKey = transportKey
        self.directories = directories
    }
}
