import Foundation
import Glibc

/// Looks for files and folders of almost a documented name: another case, a copy, an ending that an editor has added.
struct NearFiles {
    private let names: [String]

    /// Names that are shown.
    private static let shown = 5

    init(folder: String) {
        let bytes = (try? BatchFolderSearch.names(in: folder)) ?? []
        names = bytes.compactMap { String(validating: $0, as: UTF8.self) }.sorted()
    }

    /// Those that differ from a name in what people and programs add to it.
    func like(_ name: String) -> [String] {
        let plain = Self.plain(name)
        return names.filter { $0 != name && Self.plain($0) == plain }
    }

    /// Those that may be meant where there is none of the name: of almost the name, else of the same ending.
    func meant(by name: String) -> [String] {
        let near = like(name)
        guard near.isEmpty else { return Array(near.prefix(Self.shown)) }
        let ending = (name as NSString).pathExtension
        return Array(names.filter { ($0 as NSString).pathExtension.lowercased() == ending }.prefix(Self.shown))
    }

    /// Folders that a name of the batch may mean, in any case and in the singular.
    func folders(_ path: String, meaning words: [String]) -> [String] {
        names.filter { name in
            guard words.contains(name.lowercased()) else { return false }
            var status = stat()
            return stat(path + "/" + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        }
    }

    /// A name without case, width, blanks, the number or word of a copy, and an ending behind the ending.
    private static func plain(_ name: String) -> String {
        var plain = name.precomposedStringWithCompatibilityMapping.lowercased().filter { !$0.isWhitespace }
        for word in ["副本", "copyof", "copy", "复件"] { plain = plain.replacing(word, with: "") }
        plain = plain.replacing(/\([0-9]+\)/, with: "")
        plain = String(plain.filter { !"-_~".contains($0) })
        for ending in [".txt", ".bak", ".csv", ".json"] where plain.hasSuffix(ending) {
            let stem = plain.dropLast(ending.count)
            if stem.hasSuffix(".csv") || stem.hasSuffix(".json") { plain = String(stem) }
        }
        return plain
    }
}

/// Where the photos of a batch lie.
struct PhotoFolder: Sendable {
    /// The name in the batch folder: the documented one, or the only other one that can mean it.
    let name: String
    /// Several that may be meant.
    let ambiguous: [String]

    private static let words = ["photos", "photo", "照片"]

    init(folder: String) {
        let found = NearFiles(folder: folder).folders(folder, meaning: Self.words)
        name = found.contains(Batch.photosFolder) ? Batch.photosFolder : found.first ?? Batch.photosFolder
        ambiguous = found.count > 1 ? found : []
    }
}
