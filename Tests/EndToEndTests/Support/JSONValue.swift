import Foundation

/// Any JSON, comparable, with the places where two of them differ.
enum JSONValue: Decodable, Equatable, Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    init(_ data: Data) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: data)
    }

    subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    var text: String? {
        if case .text(let value) = self { value } else { nil }
    }

    var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }

    var elements: [JSONValue] {
        if case .list(let elements) = self { elements } else { [] }
    }

    /// Where `other` is not the same: one line a place, `path: this | other`.
    func differences(from other: JSONValue?, at path: String = "") -> [String] {
        switch (self, other) {
        case (.object(let mine), .object(let theirs)):
            let names = Set(mine.keys).union(theirs.keys).sorted()
            return names.flatMap { name in
                mine[name].map { $0.differences(from: theirs[name], at: "\(path).\(name)") }
                    ?? ["\(path).\(name): absent | \(theirs[name].map(String.init(describing:)) ?? "absent")"]
            }
        case (.list(let mine), .list(let theirs)) where mine.count == theirs.count:
            return mine.indices.flatMap { mine[$0].differences(from: theirs[$0], at: "\(path)[\($0)]") }
        default:
            return self == other ? [] : ["\(path): \(self) | \(other.map(String.init(describing:)) ?? "absent")"]
        }
    }
}
