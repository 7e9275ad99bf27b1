import Files
import Glibc
import Messages

extension CardProfile {
    /// The profiles and overlays that are part of the program, by file name.
    static var embedded: [String: [UInt8]] {
        [
            "resident-health-card.yaml": PackageResources.resident_health_card_yaml,
            "resident-health-card+test-keys.yaml": PackageResources.resident_health_card_test_keys_yaml,
            "resident-health-card+plain-cos.yaml": PackageResources.resident_health_card_plain_cos_yaml,
            "resident-health-card+pboc-cos.yaml": PackageResources.resident_health_card_pboc_cos_yaml,
            "resident-health-card+huahong.yaml": PackageResources.resident_health_card_huahong_yaml,
            "resident-health-card+tongfang.yaml": PackageResources.resident_health_card_tongfang_yaml,
            "resident-health-card+fudan.yaml": PackageResources.resident_health_card_fudan_yaml,
            "resident-health-card+huada.yaml": PackageResources.resident_health_card_huada_yaml,
            "resident-health-card+payment.yaml": PackageResources.resident_health_card_payment_yaml,
        ]
    }

    /// A profile with overlays on top, by name.
    ///
    /// `name` may be that of a profile (`resident-health-card`), a profile and overlays joined by `+`
    /// (`resident-health-card+test-keys`), or the path of a file (it has a `/` or ends in `.yaml`). Overlays are named
    /// alone (`test-keys`, the file `resident-health-card+test-keys.yaml`) or by path. A file in the folder
    /// `HEALTHCARD_PROFILES` goes before the one in the program.
    /// - Throws: every problem found, each with file and line.
    public static func bundled(
        _ name: String = "resident-health-card", overlays: [String] = []
    ) throws(ProfileError) -> CardProfile {
        try named(name, overlays: overlays, folder: ProcessEnvironment.value(of: "HEALTHCARD_PROFILES"))
    }

    /// The edition with the published test keys as it is part of the program, whatever `HEALTHCARD_PROFILES` says: what
    /// everybody knows does not depend on a folder.
    package static func builtInTestEdition() throws(ProfileError) -> CardProfile {
        try named("resident-health-card", overlays: ["test-keys"], folder: nil)
    }

    static func named(_ name: String, overlays: [String], folder: String?) throws(ProfileError) -> CardProfile {
        var base = name
        var all = overlays
        if !isPath(name) {
            let parts = name.split(separator: "+", omittingEmptySubsequences: true).map(String.init)
            base = parts.first ?? name
            all = parts.dropFirst() + overlays
        }
        let source = try read(base, prefix: "", folder: folder)
        let stem = isPath(base) ? stem(of: base) : base
        var sources: [(yaml: String, file: String)] = []
        for overlay in all { sources.append(try read(overlay, prefix: stem + "+", folder: folder)) }
        let isKnown = folder == nil && isKnown(base, all)
        return try ProfileLoader.load(yaml: source.yaml, file: source.file, overlays: sources, isKnown: isKnown)
    }

    /// The combinations of the program's own files that a test has found right (`KnownProfileTests`): by themselves, with
    /// one overlay, and with the test keys before or after it.
    static let known: [(base: String, overlays: [String])] = {
        let base = "resident-health-card"
        let testKeys = "test-keys"
        let others = embedded.keys.sorted().compactMap { name -> String? in
            guard name.hasPrefix(base + "+") else { return nil }
            let overlay = String(name.dropFirst(base.count + 1).dropLast(".yaml".count))
            return overlay == testKeys ? nil : overlay
        }
        let lists = [[], [testKeys]] + others.flatMap { [[$0], [testKeys, $0], [$0, testKeys]] }
        return lists.map { (base, $0) }
    }()

    private static func isKnown(_ base: String, _ overlays: [String]) -> Bool {
        known.contains { $0.base == base && $0.overlays == overlays }
    }

    /// The name of a file without its folder and its last ending.
    private static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
        return String(name[..<dot])
    }

    private static func isPath(_ name: String) -> Bool { name.contains("/") || name.hasSuffix(".yaml") }

    private static func read(
        _ name: String, prefix: String, folder: String?
    ) throws(ProfileError) -> (yaml: String, file: String) {
        if isPath(name) { return try read(path: name) }
        let file = prefix + name + ".yaml"
        if let folder, access(folder + "/" + file, F_OK) == 0 {
            return try read(path: folder + "/" + file)
        }
        guard let bytes = embedded[file] else {
            let known = embedded.keys.sorted().joined(separator: ", ")
            throw ProfileError([
                ProfileProblem(
                    file: file, line: 0,
                    AnyMessage(
                        .init(
                            "is not there", hint: "give a path, set HEALTHCARD_PROFILES, or choose one of \(known)"),
                        .init("不存在", hint: "请给出路径，或设置 HEALTHCARD_PROFILES，或选用：\(known)")))
            ])
        }
        return (String(decoding: bytes, as: UTF8.self), file)
    }

    /// Bytes of a profile or an overlay; the longest of ours has a thirtieth.
    private static var longestFile: Int { 1 << 22 }

    private static func read(path: String) throws(ProfileError) -> (yaml: String, file: String) {
        let bytes: [UInt8]
        do {
            bytes = try InputFile.contents(of: path, atMost: longestFile, .fileOrPipe)
        } catch {
            throw ProfileError([ProfileProblem(file: path, line: 0, AnyMessage(FileProblem.input(error.problem)))])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ProfileError([ProfileProblem(file: path, line: 0, AnyMessage("is not UTF-8 text", "不是 UTF-8 文本"))])
        }
        return (text, path)
    }

    /// A profile from YAML, with overlays applied in order.
    /// - Throws: every problem found, each with file and line.
    public init(
        yaml: String, file: String, overlays: [(yaml: String, file: String)] = []
    ) throws(ProfileError) {
        self = try ProfileLoader.load(yaml: yaml, file: file, overlays: overlays)
    }
}
