import CardProfiles
import Messages

/// Changes that cannot be made on any card of the profile. Names items, never values.
public struct CardChangesError: AdvisedError, Equatable {
    public enum Problem: Message, Equatable {
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
        case malformedJSON(JSONError)
        /// The JSON as a whole is no object.
        case noObject
        case unknownSection(String, sections: [String])
        /// Something else where a section, an item or a list belongs.
        case wrongJSON(String, expected: JSONShape)
    }

    /// At least one.
    public let problems: [Problem]

    init(_ problem: Problem) { problems = [problem] }
    public init(problems: [Problem]) { self.problems = problems }
    init(_ error: ItemError) { problems = [.value(error)] }

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case unknown, ambiguous, writtenOnce, visit, listItem, unknownList, notUpdatable, required, givenTwice,
            emptyEntry
        case entryLacks, tooManyEntries, notAPicture, value, malformedJSON, noObject, unknownSection, wrongJSON
    }

    public static let domain = "changes"
    public var kind: ErrorKind { .badInput }

    /// Of the first problem.
    public var code: Code {
        switch problems.first {
        case .unknown: .unknown
        case .ambiguous: .ambiguous
        case .writtenOnce: .writtenOnce
        case .visit: .visit
        case .listItem: .listItem
        case .unknownList: .unknownList
        case .notUpdatable: .notUpdatable
        case .required: .required
        case .givenTwice: .givenTwice
        case .emptyEntry: .emptyEntry
        case .entryLacks: .entryLacks
        case .tooManyEntries: .tooManyEntries
        case .notAPicture: .notAPicture
        case .value: .value
        case .malformedJSON, nil: .malformedJSON
        case .noObject: .noObject
        case .unknownSection: .unknownSection
        case .wrongJSON: .wrongJSON
        }
    }

    public var underlying: (any AdvisedError)? {
        switch problems.first {
        case .value(let error): error
        case .malformedJSON(let error): error
        default: nil
        }
    }
}

/// Names that may have been meant.
package enum NearNames {
    /// At most three, the nearest first: those that differ in case alone, hold the name or begin with it, or are at
    /// most two single-character changes away.
    package static func of(_ name: String, among all: [String]) -> [String] {
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
