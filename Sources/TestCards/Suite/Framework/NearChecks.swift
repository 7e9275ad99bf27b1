/// Names of checks that may have been meant.
enum NearChecks {
    /// At most three, the nearest first: those that share most parts between dots and hyphens with what was typed, then
    /// those that are fewest single-character changes away.
    static func of(_ name: String, among all: [String]) -> [String] {
        let wanted = parts(name)
        let ranked = all.enumerated().compactMap { offset, candidate -> (rank: (Int, Int, Int), name: String)? in
            let shared = wanted.intersection(parts(candidate)).count
            let distance = distance(Array(name.lowercased().utf8), Array(candidate.lowercased().utf8))
            guard shared > 0 || distance <= 3 else { return nil }
            return ((-shared, distance, offset), candidate)
        }
        return ranked.sorted { $0.rank < $1.rank }.prefix(3).map(\.name)
    }

    private static func parts(_ name: String) -> Set<Substring> {
        Set(name.lowercased().split { ".-/ ".contains($0) })
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
