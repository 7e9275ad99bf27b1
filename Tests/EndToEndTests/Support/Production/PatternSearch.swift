import Foundation

/// Finds many short byte strings in a text in one pass.
struct PatternSearch: Sendable {
    private struct Pattern: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    /// By the first two bytes.
    private var patterns: [Int: [Pattern]] = [:]
    private var isFirst = [Bool](repeating: false, count: 1 << 16)

    /// - Parameter bytes: at least two.
    mutating func add(_ name: String, _ bytes: [UInt8]) {
        guard bytes.count >= 2 else { return }
        let first = Int(bytes[0]) << 8 | Int(bytes[1])
        patterns[first, default: []].append(Pattern(name: name, bytes: bytes))
        isFirst[first] = true
    }

    /// The names of those that are there.
    func found(in text: Data) -> Set<String> {
        var found: Set<String> = []
        text.withUnsafeBytes { text in
            guard text.count >= 2 else { return }
            var pair = Int(text[0])
            for index in 1..<text.count {
                pair = (pair << 8 | Int(text[index])) & 0xFFFF
                guard isFirst[pair] else { continue }
                for pattern in patterns[pair] ?? [] where index - 1 + pattern.bytes.count <= text.count {
                    if text[(index - 1)..<(index - 1 + pattern.bytes.count)].elementsEqual(pattern.bytes) {
                        found.insert(pattern.name)
                    }
                }
            }
        }
        return found
    }
}
