import CardProfiles
import Foundation
import Messages
import ShangMi

/// The complete intended content of one card: every byte of every file, and the names (never the values) of its keys.
///
/// An image says what a card is to hold, not how it gets there: that is a `PersonalizationPlan`.
public struct CardImage: Sendable, Hashable {
    public struct Key: Sendable, Hashable {
        public let name: String
        public let reference: UInt8
        public let usage: KeyUsage
        public let tries: UInt8
    }

    public struct File: Sendable, Hashable {
        public enum Content: Sendable, Hashable {
            /// Every record, number 1 first: with tag and length where the file's records have them.
            case records([[UInt8]])
            /// The first bytes of a transparent file; up to `size` the rest is the file's fill byte.
            case binary([UInt8])
        }

        /// `DDF1/EF05`
        public let path: String
        public let kind: FileKind
        /// Bytes of all content.
        public let size: Int
        /// The byte CREATE FILE fills the file with.
        public let fill: UInt8
        public let content: Content

        /// The records, none for a transparent file.
        public var records: [[UInt8]] {
            if case .records(let records) = content { records } else { [] }
        }

        /// All bytes in their order: of a transparent file with its fill.
        public var bytes: [UInt8] {
            switch content {
            case .records(let records): records.flatMap { $0 }
            case .binary(let start): start + [UInt8](repeating: fill, count: max(0, size - start.count))
            }
        }
    }

    public struct Directory: Sendable, Hashable {
        /// `DF01`
        public let name: String
        public let parent: String?
        /// In the order of the profile, the transport key left out: it is on the chip before.
        public let keys: [Key]
        public let files: [File]
    }

    /// The name of the profile it follows.
    public let profile: String
    /// 8 bytes: the card factor, the first historical bytes of the answer to reset.
    public let chipSerial: [UInt8]
    public let keyVersion: UInt8
    /// 8 bytes, `3939303030303030` for city code 99…: the province whose keys the card gets.
    public let provinceFactor: [UInt8]
    /// The MF first, parents before children.
    public let directories: [Directory]

    public func file(_ path: String) -> File? {
        for directory in directories {
            if let file = directory.files.first(where: { $0.path == path }) { return file }
        }
        return nil
    }

    /// This image with some files as CREATE FILE leaves them.
    func emptying(_ paths: Set<String>) -> CardImage {
        guard !paths.isEmpty else { return self }
        return CardImage(
            profile: profile, chipSerial: chipSerial, keyVersion: keyVersion, provinceFactor: provinceFactor,
            directories: directories.map { directory in
                Directory(
                    name: directory.name, parent: directory.parent, keys: directory.keys,
                    files: directory.files.map { paths.contains($0.path) ? $0.emptied : $0 })
            })
    }

    /// SM3 over `json`.
    public var digest: [UInt8] { SM3.hash(bytes(pretty: false)) }
}

extension CardImage {
    /// One place where two images, or an image and a card, differ. Values are left out: they are personal.
    public struct Difference: Message, Hashable {
        public enum Kind: Message, Hashable {
            case otherChip, otherKeys, keysOfOtherKind, otherMode, missing, unexpected, structure, otherPerson
            case length(Int, expected: Int)
            case bytes(Int, first: Int)
            /// Why, in the words of whoever read it.
            case unreadable(String)
        }

        /// `DDF1/EF05`, or the name of a directory.
        public let path: String
        /// The record, for a file that has them.
        public let record: Int?
        public let what: Kind

        public init(path: String, record: Int?, what: Kind) {
            self.path = path
            self.record = record
            self.what = what
        }
    }

    /// Where `other` is not what this image says, in the order of the tree.
    public func differences(from other: CardImage) -> [Difference] {
        var differences: [Difference] = []
        if chipSerial != other.chipSerial {
            differences.append(Difference(path: "MF", record: nil, what: .otherChip))
        }
        if keyVersion != other.keyVersion || provinceFactor != other.provinceFactor {
            differences.append(Difference(path: "MF", record: nil, what: .keysOfOtherKind))
        }
        for directory in directories {
            guard let counterpart = other.directories.first(where: { $0.name == directory.name }) else {
                differences.append(Difference(path: directory.name, record: nil, what: .missing))
                continue
            }
            if directory.keys != counterpart.keys {
                differences.append(Difference(path: directory.name, record: nil, what: .otherKeys))
            }
            for file in directory.files {
                differences += file.differences(from: counterpart.files.first { $0.path == file.path }?.content)
            }
            let extra = counterpart.files.filter { file in !directory.files.contains { $0.path == file.path } }
            differences += extra.map { Difference(path: $0.path, record: nil, what: .unexpected) }
        }
        let extra = other.directories.filter { directory in !directories.contains { $0.name == directory.name } }
        return differences + extra.map { Difference(path: $0.name, record: nil, what: .unexpected) }
    }
}

extension CardImage.File {
    fileprivate var emptied: Self {
        let content: Content =
            switch content {
            case .records(let records): .records(records.map { [UInt8](repeating: fill, count: $0.count) })
            case .binary: .binary([])
            }
        return Self(path: path, kind: kind, size: size, fill: fill, content: content)
    }

    /// Where content read from a card, or of another image, is not this file's; `nil` content is a missing file.
    public func differences(from other: Content?) -> [CardImage.Difference] {
        switch (content, other) {
        case (_, nil): return [CardImage.Difference(path: path, record: nil, what: .missing)]
        case (.records(let mine), .records(let theirs)?):
            return (0..<max(mine.count, theirs.count)).compactMap { index in
                guard index < mine.count else {
                    return CardImage.Difference(path: path, record: index + 1, what: .unexpected)
                }
                guard index < theirs.count else {
                    return CardImage.Difference(path: path, record: index + 1, what: .missing)
                }
                guard mine[index] != theirs[index] else { return nil }
                return CardImage.Difference(path: path, record: index + 1, what: Self.place(mine[index], theirs[index]))
            }
        case (.binary, .binary(let theirs)?):
            let mine = bytes
            let theirs = theirs + [UInt8](repeating: fill, count: max(0, size - theirs.count))
            guard mine != theirs else { return [] }
            return [CardImage.Difference(path: path, record: nil, what: Self.place(mine, theirs))]
        default: return [CardImage.Difference(path: path, record: nil, what: .structure)]
        }
    }

    private static func place(_ mine: [UInt8], _ theirs: [UInt8]) -> CardImage.Difference.Kind {
        guard mine.count == theirs.count else { return .length(theirs.count, expected: mine.count) }
        let offsets = zip(mine, theirs).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
        return .bytes(offsets.count, first: offsets.first ?? 0)
    }
}
