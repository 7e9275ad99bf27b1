import Foundation

enum Repository {
    /// The folder of the package.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}

/// As much of JSON Schema (2020-12) as Docs/schemas uses; a word it does not know is a problem of its own.
struct JSONSchema {
    private let root: [String: Any]

    init(contentsOf url: URL) throws {
        root = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any] ?? [:]
    }

    func problems(of json: Data) throws -> [String] {
        check(try JSONSerialization.jsonObject(with: json, options: .fragmentsAllowed), root, "$")
    }

    private static let words: Set<String> = [
        "$schema", "$id", "$defs", "$ref", "title", "description", "type", "enum", "const", "pattern", "required",
        "properties", "additionalProperties", "items", "minimum",
    ]

    private func check(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let name = reference.replacing("#/$defs/", with: "")
            guard let definition = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
                return ["\(path): no definition \(name)"]
            }
            return check(value, definition, path)
        }
        var problems = schema.keys.filter { !Self.words.contains($0) }.map { "\(path): unknown word \($0)" }
        if let type = schema["type"] as? String, !Self.isOfType(value, type) { return ["\(path): is no \(type)"] }
        if let choices = schema["enum"] as? [String], !choices.contains(value as? String ?? "") {
            problems.append("\(path): is none of \(choices)")
        }
        if let constant = schema["const"] as? String, constant != value as? String {
            problems.append("\(path): is not \(constant)")
        }
        if let pattern = schema["pattern"] as? String, let text = value as? String,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            problems.append("\(path): does not match \(pattern)")
        }
        if let minimum = schema["minimum"] as? Int, let number = value as? Int, number < minimum {
            problems.append("\(path): is less than \(minimum)")
        }
        if let items = schema["items"] as? [String: Any], let list = value as? [Any] {
            for (index, element) in list.enumerated() { problems += check(element, items, "\(path)[\(index)]") }
        }
        if let object = value as? [String: Any] {
            let properties = schema["properties"] as? [String: Any] ?? [:]
            for name in schema["required"] as? [String] ?? [] where object[name] == nil {
                problems.append("\(path).\(name): is missing")
            }
            for (name, member) in object {
                if let property = properties[name] as? [String: Any] {
                    problems += check(member, property, "\(path).\(name)")
                } else if schema["additionalProperties"] as? Bool == false {
                    problems.append("\(path).\(name): is not known")
                }
            }
        }
        return problems
    }

    private static func isOfType(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "boolean": (value as? NSNumber).map { CFNumberIsBoolean($0) } ?? false
        case "integer":
            (value as? NSNumber).map { !CFNumberIsBoolean($0) && Double($0.intValue) == $0.doubleValue } ?? false
        default: false
        }
    }

    /// Foundation has one class for numbers and truth values.
    private static func CFNumberIsBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}

/// Tags of an XML text, with what makes it well-formed: each is closed in turn, and no bare `<` or `&` is between.
struct XMLScan {
    private(set) var isWellFormed = true
    private var names: [String: Int] = [:]

    init(_ text: String) {
        var open: [Substring] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            let between = rest[..<start]
            check(between)
            guard let end = rest[start...].firstIndex(of: ">") else {
                isWellFormed = false
                return
            }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("?") { continue }
            if tag.contains("<") { isWellFormed = false }
            let name = tag.drop { $0 == "/" }.prefix { $0 != " " && $0 != "/" }
            if tag.hasPrefix("/") {
                if open.popLast() != name { isWellFormed = false }
                continue
            }
            names[String(name), default: 0] += 1
            if !tag.hasSuffix("/") { open.append(name) }
        }
        check(rest)
        if !open.isEmpty { isWellFormed = false }
    }

    private mutating func check(_ text: Substring) {
        if text.contains(">") || text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }) {
            isWellFormed = false
        }
        for part in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst()
        where !["amp;", "lt;", "gt;", "quot;"].contains(where: part.hasPrefix) {
            isWellFormed = false
        }
    }

    func count(of name: String) -> Int { names[name] ?? 0 }
}
