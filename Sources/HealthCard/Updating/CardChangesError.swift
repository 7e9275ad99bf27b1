import CardProfiles

/// Changes that cannot be made on any card of the profile. Names items, never values.
public struct CardChangesError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Problem: Sendable, Equatable {
        /// No item of that name; those whose names are near.
        case unknown(String, near: [String])
        /// Several sections have the name.
        case ambiguous(String, candidates: [String])
        /// Written when the card is made and never again.
        case writtenOnce(String, file: String)
        /// Part of a visit record, or the index of visits.
        case visit(String, file: String)
        /// Part of a list: entries are added, not set.
        case listItem(String, section: String)
        case unknownList(String, lists: [String])
        /// The profile puts it where nothing is updated item by item.
        case notUpdatable(String, file: String)
        /// A card may not be without it.
        case required(String)
        /// Two different values for one item.
        case givenTwice(String)
        case emptyEntry(String)
        /// An entry of a list without the item that every entry needs.
        case entryLacks(String)
        case tooManyEntries(String, limit: Int)
        /// The bytes do not begin as a JPEG does.
        case notAPicture
        case value(ItemError)
        /// The JSON cannot be read, or has something else where a section, an item or a list belongs.
        case json(String)
    }

    /// At least one.
    public let problems: [Problem]

    init(_ problem: Problem) { problems = [problem] }
    public init(problems: [Problem]) { self.problems = problems }
    init(_ error: any Error) {
        switch error {
        case let error as CardChangesError: problems = error.problems
        case let error as ItemError: problems = [.value(error)]
        default: problems = [.json("\(error)")]
        }
    }

    public var description: String { problems.map(\.description).joined(separator: "; ") }
}

extension CardChangesError.Problem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknown(let name, let near):
            near.isEmpty
                ? "there is no item '\(name)'; Docs/items.md lists the names"
                : "there is no item '\(name)'; near it: \(near.joined(separator: ", "))"
        case .ambiguous(let name, let candidates):
            "'\(name)' may be \(candidates.joined(separator: " or ")): give the section too"
        case .writtenOnce(let name, let file):
            "'\(name)' cannot be changed: \(file) is written when the card is made and never again"
        case .visit(let name, let file):
            "'\(name)' cannot be set: \(file) is written as a whole when a visit is recorded"
        case .listItem(let name, let section):
            "'\(name)' cannot be set: \(section) is a list, to which entries are added"
        case .unknownList(let name, let lists):
            "there is no list '\(name)'; there are \(lists.joined(separator: ", "))"
        case .notUpdatable(let name, let file):
            "'\(name)' cannot be set: the items of \(file) are not records of their own"
        case .required(let name): "'\(name)' cannot be empty: no card is without it; give another value"
        case .givenTwice(let name): "'\(name)' is given two values; give one"
        case .emptyEntry(let section): "an entry of \(section) needs a value"
        case .entryLacks(let name): "'\(name)' is empty, and no entry is without it; give a value"
        case .tooManyEntries(let section, let limit):
            "\(section) holds \(limit) entries: more at once would push each other out"
        case .notAPicture: "the photo is not a JPEG: it does not begin with FFD8"
        case .value(let error): error.description
        case .json(let what): what
        }
    }
}

/// Names that may have been meant.
enum NearNames {
    /// At most three, the nearest first: those that differ in case alone, hold the name or begin with it, or are at
    /// most two single-character changes away.
    static func of(_ name: String, among all: [String]) -> [String] {
        let wanted = name.lowercased()
        let ranked = all.compactMap { candidate -> (distance: Int, name: String)? in
            let other = candidate.lowercased()
            if other == wanted { return (0, candidate) }
            let distance = distance(Array(wanted.utf8), Array(other.utf8))
            if distance <= 2 { return (distance, candidate) }
            return wanted.utf8.count >= 3 && other.contains(wanted) ? (3, candidate) : nil
        }
        return ranked.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
            .prefix(3).map(\.element.name)
    }

    /// Insertions, deletions and replacements from one to the other (Levenshtein), of names of ordinary length.
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        guard one.count <= 128, other.count <= 128 else { return .max }
        var row = Array(0...other.count)
        for (index, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let replaced = diagonal + (byte == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
