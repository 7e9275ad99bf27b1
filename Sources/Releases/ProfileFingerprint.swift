import CardProfiles
import ShangMi

/// A profile as a release names it: one digest that decides, and a digest of each part, so that a change can be told
/// by its place.
public struct ProfileFingerprint: Sendable, Hashable {
    /// A part of a profile.
    public struct Part: Sendable, Hashable {
        /// `DDF1/EF05` for a file, `DDF1` for what else a directory says, `keys`, `dialects.huahong` …
        public let name: String
        /// SM3 over its lines of the canonical form, 64 lowercase hexadecimal digits.
        public let digest: String
    }

    /// The profile's name without overlays.
    public let name: String
    /// ``CardProfile/cardDigest``, 64 lowercase hexadecimal digits: the same for the test-key edition the test cards
    /// were made with and for the formal one.
    public let digest: String
    /// By the bytes of their names.
    public let parts: [Part]

    /// The most parts a profile may have to be released.
    static let mostParts = 400

    public init(_ profile: CardProfile) {
        name = profile.name
        digest = SignedValue.hex(profile.cardDigest)
        var hashers: [String: SM3.Hasher] = [:]
        for line in profile.canonicalForm.split(separator: "\n") where !line.hasPrefix("testKeys") {
            hashers[Self.part(of: line), default: SM3.Hasher()].update(Array(line.utf8) + [0x0A])
        }
        parts = hashers.map { name, hasher in
            Part(name: name, digest: SignedValue.hex(hasher.finalize()))
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    init(name: String, digest: String, parts: [Part]) {
        self.name = name
        self.digest = digest
        self.parts = parts
    }

    /// The parts that are not the same in both, by name.
    public func differences(from other: ProfileFingerprint) -> [String] {
        let names = Set(parts.map(\.name)).union(other.parts.map(\.name))
        let mine = Dictionary(parts.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
        let others = Dictionary(other.parts.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
        return names.filter { mine[$0] != others[$0] }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// `directories.DDF1.files.EF05.items…` belongs to `DDF1/EF05`.
    private static func part(of line: Substring) -> String {
        let path = line.prefix { $0 != "=" }.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        switch path.first {
        case "directories" where path.count > 3 && path[2] == "files": return "\(path[1])/\(path[3])"
        case "directories" where path.count > 1: return path[1]
        case "dialects" where path.count > 1: return "dialects.\(path[1])"
        default: return path[0].filter { $0 != "[" && $0 != "]" }
        }
    }
}
