import ISO7816
import Messages

/// Takes the values of one mapping by name, checks and records each, and in the end reports the names nobody asked for.
///
/// A value that is missing or wrong is reported, and a harmless one returned in its place, so that one reading finds
/// everything that is wrong.
final class MappingReader {
    let path: String
    let location: ProfileLocation
    let report: ProfileReport
    /// Names in the order of the file.
    var names: [String] { entries.map(\.key) }
    private let entries: [ProfileNode.Entry]
    /// By name, where there are many.
    private let places: [String: Int]
    /// By place.
    private var isUsed: [Bool]
    private static let few = 16

    /// - Parameter location: where the mapping's name stands; its first entry when it has none.
    init(_ node: ProfileNode, path: String, location: ProfileLocation? = nil, report: ProfileReport) {
        self.path = path
        self.report = report
        self.location = location ?? node.location
        report.note(path, at: self.location)
        if case .mapping(let list) = node.content {
            entries = list
            let hasFew = list.count <= Self.few
            places = hasFew ? [:] : Dictionary(list.indices.map { (list[$0].key, $0) }) { first, _ in first }
        } else {
            report.add(
                "\(Self.title(path)) is \(node.kind), expected a mapping",
                "\(Self.title(path))是\(node.kind)，应为映射",
                at: node.location)
            entries = []
            places = [:]
        }
        isUsed = Array(repeating: false, count: entries.count)
    }

    /// Stands for a mapping that is not there.
    init(missing path: String, at location: ProfileLocation, report: ProfileReport) {
        self.path = path
        self.location = location
        self.report = report
        entries = []
        places = [:]
        isUsed = []
    }

    private func place(of name: String) -> Int? {
        entries.count <= Self.few ? entries.firstIndex { $0.key == name } : places[name]
    }

    private static func title(_ path: String) -> AnyMessage {
        path.isEmpty ? AnyMessage("the file", "文件") : AnyMessage("'\(path)'", "“\(path)”")
    }

    /// The path of an entry; nothing where nobody will be told of it.
    func inner(_ name: String) -> String { report.isSilent ? "" : path.isEmpty ? name : path + "." + name }

    func has(_ name: String) -> Bool { place(of: name) != nil }

    func isMapping(_ name: String) -> Bool {
        guard let place = place(of: name), case .mapping = entries[place].value.content else { return false }
        return true
    }

    func fail(_ name: String, _ english: English, _ chinese: Chinese) {
        report.add(
            "'\(inner(name))' \(english)", "“\(inner(name))”\(chinese)",
            at: place(of: name).map { entries[$0].location } ?? location)
    }

    /// The node of a name, nil when absent.
    func node(_ name: String) -> ProfileNode? {
        guard let place = place(of: name) else { return nil }
        isUsed[place] = true
        report.note(inner(name), at: entries[place].location)
        return entries[place].value
    }

    /// The text of a value; nil when absent (reported unless `isOptional`) or no scalar.
    func scalar(_ name: String, isOptional: Bool = false) -> String? {
        guard let node = node(name) else {
            if !isOptional {
                report.add(
                    "\(Self.title(path)) has no '\(name)'",
                    "\(Self.title(path))没有“\(name)”",
                    at: location)
            }
            return nil
        }
        guard case .scalar(let text, _) = node.content, !node.isNull else {
            fail(
                name, "is \(node.kind), expected a value",
                "是\(node.kind)，应为值")
            return nil
        }
        return text
    }

    func record(_ name: @autoclosure () -> String, _ value: @autoclosure () -> String) {
        report.record(inner(name()), value())
    }

    // MARK: Scalars

    func text(_ name: String, default standard: String? = nil) -> String {
        let text = scalar(name, isOptional: standard != nil) ?? standard ?? ""
        record(name, text)
        return text
    }

    func optionalText(_ name: String) -> String? {
        guard has(name), let text = scalar(name) else { return nil }
        record(name, text)
        return text
    }

    func flag(_ name: String, default standard: Bool? = nil) -> Bool {
        var value = standard ?? false
        if let text = scalar(name, isOptional: standard != nil) {
            switch text {
            case "true", "yes": value = true
            case "false", "no": value = false
            default:
                fail(
                    name, "is '\(text)', expected true or false",
                    "的值“\(text)”不对，应为 true 或 false")
            }
        }
        record(name, value ? "true" : "false")
        return value
    }

    /// A decimal number.
    func integer(_ name: String, in range: ClosedRange<Int>, default standard: Int? = nil) -> Int {
        var value = standard ?? range.lowerBound
        if let text = scalar(name, isOptional: standard != nil) {
            if let number = Self.decimal(text), range.contains(number) {
                value = number
            } else {
                fail(
                    name, "is '\(text)', expected a number from \(range.lowerBound) to \(range.upperBound)",
                    "的值“\(text)”不对，应为 \(range.lowerBound) 至 \(range.upperBound) 的数")
            }
        }
        record(name, String(value))
        return value
    }

    static func decimal(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        return Int(text)
    }

    /// One byte in hexadecimal.
    func byte(_ name: String, default standard: UInt8? = nil) -> UInt8 {
        bytes(name, count: 1...1, default: standard.map { [$0] }).first ?? 0
    }

    /// Two bytes in hexadecimal.
    func word(_ name: String) -> UInt16 {
        bytes(name, count: 2...2).reduce(0) { $0 << 8 | UInt16($1) }
    }

    /// Bytes in hexadecimal, spaces between them allowed.
    func bytes(_ name: String, count: ClosedRange<Int>, default standard: [UInt8]? = nil) -> [UInt8] {
        var value = standard ?? Array(repeating: 0, count: count.lowerBound)
        if let text = scalar(name, isOptional: standard != nil) {
            if let bytes = Self.hexadecimal(text), count.contains(bytes.count) {
                value = bytes
            } else {
                let wanted = count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
                fail(
                    name, "is '\(text)', expected \(wanted) byte(s) in hexadecimal",
                    "的值“\(text)”不对，应为十六进制的 \(wanted.replacing(" to ", with: " 至 ")) 字节")
            }
        }
        record(name, Self.spelling(value))
        return value
    }

    static func hexadecimal(_ text: String) -> [UInt8]? {
        // Of the separators `Hex` passes over, a profile has the blank alone.
        guard text.utf8.allSatisfy({ $0 != 0x09 && $0 != 0x0A && $0 != 0x0D && $0 != 0x3A && $0 != 0x2D }) else {
            return nil
        }
        return Hex.decode(text)
    }

    static func spelling(_ bytes: [UInt8]) -> String { Hex.encode(bytes) }

    /// One of an enumeration's names; nil when wrong or absent.
    func choice<T: RawRepresentable & CaseIterable>(
        _ name: String, _ type: T.Type, default standard: T? = nil
    ) -> T? where T.RawValue == String {
        var value = standard
        if let text = scalar(name, isOptional: standard != nil) {
            value = T(rawValue: text)
            if value == nil {
                let known = T.allCases.map(\.rawValue).joined(separator: ", ")
                fail(
                    name, "is '\(text)', expected one of: \(known)",
                    "的值“\(text)”不对，应为下列之一：\(known)")
            }
        }
        if let value { record(name, value.rawValue) }
        return value
    }

    // MARK: Structures

    /// A mapping; an empty one when absent.
    func mapping(_ name: String, isOptional: Bool = false) -> MappingReader {
        guard let node = node(name) else {
            if !isOptional {
                report.add(
                    "\(Self.title(path)) has no '\(name)'",
                    "\(Self.title(path))没有“\(name)”",
                    at: location)
            }
            return MappingReader(missing: inner(name), at: location, report: report)
        }
        return MappingReader(
            node, path: inner(name), location: place(of: name).map { entries[$0].location }, report: report)
    }

    /// The most entries a mapping with free names may have.
    static let maximumEntries = 256

    /// The mappings below a mapping whose names are free, in order; names are checked.
    func entries(_ name: String, isOptional: Bool = false, ordered: Bool = false) -> [(name: String, MappingReader)] {
        let all = mapping(name, isOptional: isOptional)
        guard all.names.count <= Self.maximumEntries else {
            fail(
                name, "has \(all.names.count) entries, expected at most \(Self.maximumEntries)",
                "有 \(all.names.count) 项，最多 \(Self.maximumEntries) 项")
            return []
        }
        if ordered, !all.names.isEmpty { record(name + "[]", all.names.joined(separator: " ")) }
        return all.names.compactMap { key in
            guard Self.isName(key) else {
                all.fail(
                    key,
                    "is not a name: expected letters, digits, '_', '-', '+'",
                    "不是名称，应由字母、数字、“_”、“-”、“+”组成")
                return nil
            }
            return (key, all.mapping(key))
        }
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { character in
                switch character {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2B: true
                default: false
                }
            }
    }

    /// A list of values.
    func list(_ name: String, isOptional: Bool = false) -> [String] {
        guard let node = node(name) else {
            if !isOptional {
                report.add(
                    "\(Self.title(path)) has no '\(name)'",
                    "\(Self.title(path))没有“\(name)”",
                    at: location)
            }
            return []
        }
        guard case .sequence(let elements) = node.content else {
            fail(
                name, "is \(node.kind), expected a list",
                "是\(node.kind)，应为列表")
            return []
        }
        var values: [String] = []
        for (index, element) in elements.enumerated() {
            guard case .scalar(let text, _) = element.content, !element.isNull else {
                report.add(
                    "'\(inner(name))' has \(element.kind) in its list, expected values",
                    "“\(inner(name))”的列表中有\(element.kind)，应为值",
                    at: element.location)
                continue
            }
            values.append(text)
            record("\(name)[\(index)]", text)
        }
        if elements.isEmpty { record(name + "[]", "") }
        return values
    }

    /// Reports every name that has not been asked for.
    func finish() {
        for (entry, isUsed) in zip(entries, isUsed) where !isUsed {
            let (name, location) = (entry.key, entry.location)
            let known = zip(entries, self.isUsed).filter(\.1).map(\.0.key).sorted().joined(separator: ", ")
            report.add(
                "'\(inner(name))' is unknown here; known: \(known)",
                "此处没有“\(inner(name))”，可用：\(known)",
                at: location)
        }
    }
}

/// `name(argument)` or `name`.
struct Notation {
    let name: String
    let argument: String?

    init?(_ text: String) {
        guard let open = text.firstIndex(of: "(") else {
            guard !text.isEmpty else { return nil }
            name = text
            argument = nil
            return
        }
        guard text.last == ")" else { return nil }
        name = String(text[..<open])
        argument = String(text[text.index(after: open)..<text.index(before: text.endIndex)])
    }
}
