import Foundation

/// JSON as platforms write it, with null.
enum WireJSON: Decodable {
    case null
    case text(String)
    case list([WireJSON])
    case object([String: WireJSON])

    /// A number or a boolean is the text that it is written as; no platform sends fractions.
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let flag = try? container.decode(Bool.self) {
            self = .text(flag ? "true" : "false")
        } else if let number = try? container.decode(Int64.self) {
            self = .text(String(number))
        } else if let number = try? container.decode(Double.self) {
            self = .text(String(number))
        } else if let list = try? container.decode([WireJSON].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: WireJSON].self))
        }
    }

    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONDecoder().decode(WireJSON.self, from: Data(bytes)) else { return nil }
        self = value
    }

    subscript(name: String) -> WireJSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// Nil for an empty text too: platforms write one for nothing.
    var text: String? {
        if case .text(let text) = self, !text.isEmpty { text } else { nil }
    }

    var list: [WireJSON] {
        if case .list(let list) = self { list } else { [] }
    }

    /// The members that are texts, and what is signed of an object: nested ones are not.
    var texts: [String: String] {
        guard case .object(let members) = self else { return [:] }
        return members.compactMapValues(\.text)
    }

    /// The JSON of an object of texts, members in order of their names.
    static func bytes(_ members: [String: String]) -> [UInt8] { bytes(members as [String: any Encodable & Sendable]) }

    static func bytes(_ members: [String: any Encodable & Sendable]) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts always encode.
        guard let data = try? encoder.encode(members.mapValues(AnyValue.init)) else { return [] }
        return Array(data)
    }

    private struct AnyValue: Encodable {
        let value: any Encodable
        init(_ value: any Encodable & Sendable) { self.value = value }
        func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
    }
}
