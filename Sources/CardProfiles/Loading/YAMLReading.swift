import Messages

/// Reads one YAML document into nodes with lines, within limits: what a profile never needs is refused before the
/// parser can be made to work for it.
enum YAMLReading {
    /// Bytes of a file.
    static let maximumSize = 1 << 20
    /// Values inside each other, counted as brackets and as columns of indentation.
    static let maximumDepth = 64
    /// Entries of one mapping: laying an overlay on top looks each of its names up among those below.
    static let maximumEntries = 4096

    /// - Parameter isKnown: the text is the program's own, within all limits.
    static func read(_ yaml: String, file: String, isKnown: Bool = false) throws(ProfileError) -> ProfileNode {
        if !isKnown { try check(yaml, file: file) }
        let bytes = Array(yaml.utf8)
        let root: ProfileNode?
        do throws(YAMLFlaw) {
            root = try YAMLEvents.document(bytes, file: file)
        } catch {
            throw translate(error, file: file)
        }
        guard let root else {
            throw problem(
                file,
                0,
                "is empty: expected a profile or an overlay",
                "为空，应为卡片描述文件或差异描述文件")
        }
        return root
    }

    static func problem(
        _ file: String, _ line: Int, _ english: English, _ chinese: Chinese
    ) -> ProfileError {
        ProfileError([ProfileProblem(file: file, line: line, AnyMessage(english, chinese))])
    }

    /// Refuses files that are too large or too deep, and anchors and aliases, which can make a small file enormous.
    private static func check(_ yaml: String, file: String) throws(ProfileError) {
        let text = Array(yaml.utf8)
        guard text.count <= maximumSize else {
            throw problem(
                file,
                0,
                "is larger than \(maximumSize) bytes",
                "超过 \(maximumSize) 字节")
        }
        var line = 1
        var brackets = 0
        var leading = 0
        var isLeading = true
        var isComment = false
        var before: UInt8 = 0x0A
        for (index, character) in text.enumerated() {
            if character == 0x0A {
                line += 1
                leading = 0
                isLeading = true
                isComment = false
                before = character
                continue
            }
            defer { before = character }
            if isComment { continue }
            let isAfterSpace = before == 0x0A || before == 0x20 || before == 0x09
            let opensToken = isAfterSpace || [0x5B, 0x7B, 0x2C].contains(before)
            switch character {
            case UInt8(ascii: "#") where isAfterSpace:
                isComment = true
                continue
            case UInt8(ascii: "&") where opensToken, UInt8(ascii: "*") where opensToken:
                let next = index + 1 < text.count ? text[index + 1] : 0x20
                guard next <= 0x20 else {
                    throw problem(
                        file,
                        line,
                        "anchors and aliases (& and *) are not part of a profile: write it out",
                        "卡片描述文件不能使用锚点和别名（& 和 *），请直接写出")
                }
            case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
            default: break
            }
            if isLeading, [0x20, UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":")].contains(character) {
                leading += 1
            } else {
                isLeading = false
            }
            guard brackets <= maximumDepth, leading <= maximumDepth else {
                throw problem(
                    file,
                    line,
                    "is nested deeper than \(maximumDepth)",
                    "嵌套超过 \(maximumDepth) 层")
            }
        }
    }

    private static func translate(_ flaw: YAMLFlaw, file: String) -> ProfileError {
        switch flaw {
        case .notYAML(let message, let line):
            problem(
                file,
                line,
                "is not valid YAML: \(message)",
                "此处不是 YAML：“\(message)”")
        case .twice(let name, let line):
            problem(
                file,
                line,
                "'\(name)' is there twice",
                "“\(name)”出现了两次")
        case .keyIsNoName(let line):
            problem(
                file,
                line,
                "a key of a mapping is a list or a mapping: expected a name",
                "映射的键是列表或映射，应为名称")
        case .tooManyEntries(let line):
            problem(
                file,
                line,
                "is a mapping of more than \(maximumEntries) entries",
                "映射超过 \(maximumEntries) 项")
        case .alias(let line):
            problem(
                file,
                line,
                "anchors and aliases (& and *) are not part of a profile: write it out",
                "卡片描述文件不能使用锚点和别名（& 和 *），请直接写出")
        case .noMemory:
            problem(
                file,
                0,
                "cannot be read as YAML",
                "无法作为 YAML 读取")
        }
    }
}
