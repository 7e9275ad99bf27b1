import CardProfiles
import HealthCard
import Releases
import ShangMi
import Synchronization

/// The test keys everybody knows, as this program was built with them.
enum PublishedKeys {
    /// Whether the module's keys are those of the mode. A version byte is only what a module says; the keys are asked for
    /// themselves, each by a cryptogram that must be that of the published key of its name, or of no published key at
    /// all.
    ///
    /// - Throws: `.testKeysLoaded`, `.formalKeysLoaded`; `.keyNotChecked` when a key gives no answer: nobody knows then
    ///   whether it is a published one.
    static func check(
        _ module: any KeyWrappingModule, _ mode: BatchManifest.Mode, _ profile: CardProfile
    ) throws(ReleaseRefusal) {
        let known: KnownCryptograms
        do { known = try KnownCryptograms.of(profile) } catch { throw .keyNotChecked("\(profile.name)") }
        var equal: [String] = []
        var other: [String] = []
        for key in profile.keys {
            let answer: [UInt8]
            do {
                answer = try KnownCryptograms.cryptogram(of: module, key)
            } catch SecurityModuleError.keyNotHeld {
                continue
            } catch {
                throw .keyNotChecked(key.name)
            }
            let same = known.names(of: answer, key)
            if let name = same.contains(key.name) ? key.name : same.min() {
                equal.append(name == key.name ? name : "\(key.name) (\(name))")
            }
            if !same.contains(key.name), key.role != .transport { other.append(key.name) }
        }
        switch mode {
        case .formal where !equal.isEmpty: throw .testKeysLoaded(equal)
        case .test where !other.isEmpty: throw .formalKeysLoaded(other)
        default: break
        }
    }
}

/// What each key of a profile would answer if it were a published one: worked out once for a profile, since every gate
/// asks for it and it costs as much as a card's own cryptograms many times over.
private struct KnownCryptograms {
    private static let tables = Mutex<[[UInt8]: KnownCryptograms]>([:])
    /// By the key's name, then by the answer.
    private var published: [String: [[UInt8]: [String]]] = [:]

    static func of(_ profile: CardProfile) throws -> KnownCryptograms {
        if let known = tables.withLock({ $0[profile.digest] }) { return known }
        let table = try KnownCryptograms(profile)
        tables.withLock { $0[profile.digest] = table }
        return table
    }

    private init(_ profile: CardProfile) throws {
        let names = profile.keys.map(\.name)
        for (name, value) in try KeySet.published(for: profile) {
            // One that has a published value under every name tells whether a key is that one, whatever it is called.
            let values = Dictionary(names.map { ($0, value) }, uniquingKeysWith: { first, _ in first })
            let keys = KeySet(version: profile.cryptography.testKeyVersion, values: values)
            let module = try SoftwareSecurityModule(profile: profile, keys: keys)
            for key in profile.keys {
                let answer = try Self.cryptogram(of: module, key)
                published[key.name, default: [:]][answer, default: []].append(name)
            }
        }
    }

    func names(of answer: [UInt8], _ key: KeyDefinition) -> [String] { published[key.name]?[answer] ?? [] }

    static func cryptogram(of module: any KeyWrappingModule, _ key: KeyDefinition) throws -> [UInt8] {
        let zeros = [UInt8](repeating: 0, count: 8)
        let card = CardFactors(card: zeros, province: zeros, third: zeros)
        return try module.cryptogram(key: key, card: card, seed: zeros, original: zeros)
    }
}
