import CardProfiles
import Messages

extension CardDocument {
    /// The card as a person at a counter would like to see it: Chinese labels and English names, codes with what they
    /// mean; what is missing, and why, in one language. Lines end with a line feed.
    public func text(profile: CardProfile, in language: Language) -> String {
        var lines: [String] = []
        for section in sections {
            if !lines.isEmpty { lines.append("") }
            lines.append("\(section.title)  \(Self.words(section.name))")
            switch section.content {
            case .object(let nodes): lines += Self.lines(nodes, profile, indent: 2)
            case .photo(let picture?):
                lines.append("  " + DocumentText.picture(bytes: picture.count).text(in: language))
            case .list(let entries):
                for entry in entries {
                    lines.append("  [\(entry.place)]")
                    lines += Self.lines(entry.nodes, profile, indent: 4)
                }
            case .photo(nil): break
            }
            if let code = section.unread {
                lines.append("  " + code.text(in: language))
            } else {
                if section.isEmpty { lines.append("  —") }
                lines += unreadable.filter { $0.section == section.name }.map { "  " + Self.line($0, language) }
            }
        }
        if !unreadable.isEmpty {
            lines += ["", DocumentText.unreadable.text(in: language)]
            lines += unreadable.map {
                "  \($0.file)  \($0.code.rawValue)  \($0.reason.what(in: language).withoutControls)"
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What is missing in a section of which the rest is shown.
    private static func line(_ unreadable: UnreadableFile, _ language: Language) -> String {
        let record = unreadable.record.map { "[\($0)] " } ?? ""
        let what = unreadable.item.map { DocumentText.of(item: $0, unreadable.code) } ?? .whole(unreadable.code)
        return record + what.text(in: language)
    }

    private static func lines(_ nodes: [Node], _ profile: CardProfile, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        return nodes.flatMap { node -> [String] in
            switch node {
            case .item(let item, let value):
                let label = padded(item.label, to: 24 - indent)
                return ["\(margin)\(label)  \(padded(words(item.name), to: 26))  \(meaning(of: value, item, profile))"]
            case .group(let name, let repetitions):
                return repetitions.enumerated().flatMap { index, nodes in
                    ["\(margin)\(words(name)) \(index + 1)"] + lines(nodes, profile, indent: indent + 2)
                }
            }
        }
    }

    private static func meaning(of value: ItemValue, _ item: Item, _ profile: CardProfile) -> String {
        switch value {
        case .code(let code):
            guard case .code(let name) = item.format, let entry = profile.codeTables[name]?[code] else { return code }
            return ([code, entry.label] + (entry.english.map { [$0] } ?? [])).joined(separator: " ")
        case .flag(let flag): return flag ? "是 yes" : "否 no"
        case .binary(let bytes) where bytes.count > 16:
            return "\(ItemValue.binary(Array(bytes.prefix(16))).text)… (\(bytes.count) bytes)"
        default: return value.text.withoutControls
        }
    }

    /// `birthDate` as `birth date`, `bloodABO` as `blood ABO`.
    package static func words(_ name: String) -> String {
        let characters = Array(name)
        return characters.indices.reduce(into: "") { words, index in
            let character = characters[index]
            let begins = index > 0 && character.isUppercase && !characters[index - 1].isUppercase
            let isCapital = index + 1 < characters.count && characters[index + 1].isUppercase
            words += (begins ? " " : "") + (begins && !isCapital ? character.lowercased() : String(character))
        }
    }

    /// Blanks up to a number of columns of a terminal, where a Chinese character takes two.
    private static func padded(_ text: String, to columns: Int) -> String {
        let width = text.unicodeScalars.reduce(0) { $0 + columnCount($1) }
        return text + String(repeating: " ", count: max(0, columns - width))
    }

    private static func columnCount(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6:
            2
        default: 1
        }
    }
}

/// What the text of a card says besides labels and values.
enum DocumentText: Message, Hashable {
    case picture(bytes: Int)
    case unreadable
    case whole(UnreadableFile.Code)
    case of(item: String, UnreadableFile.Code)
}

extension CardDocument.Section {
    /// Nothing in it; ``unread`` says whether anybody knows.
    public var isEmpty: Bool {
        switch content {
        case .object(let nodes): nodes.isEmpty
        case .list(let entries): entries.isEmpty
        case .photo(let picture): picture == nil
        }
    }
}
