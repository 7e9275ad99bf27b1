import CardProfiles
import HTTPTypes
import HealthCard
import HummingbirdCore
import NIOCore

/// A request that has passed the gate.
struct AgentRequest: Sendable {
    let head: HTTPRequest
    /// The parts of the path that its template leaves open.
    let parts: [String: String]
    let query: [String: String]
    let body: [UInt8]
    let caller: Caller

    /// - Throws: ``AgentError/badParameter(_:)``.
    func flag(_ name: String) throws(AgentError) -> Bool {
        switch query[name] {
        case nil, "false": return false
        case "true": return true
        default: throw .badParameter(name)
        }
    }

    func number(_ name: String, _ range: ClosedRange<Int>) throws(AgentError) -> Int? {
        guard let text = query[name] else { return nil }
        return try Self.number(text, name, range)
    }

    static func number(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws(AgentError) -> Int {
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text), range.contains(number)
        else { throw .badParameter(name) }
        return number
    }

    /// The body as an object with these members and no others.
    func object(_ names: Set<String>) throws -> JSONObject {
        let value: JSONValue
        do { value = try JSONValue(parsing: body) } catch { throw AgentError.malformedRequest(.json) }
        guard case .object(let members) = value else { throw AgentError.malformedRequest(.json) }
        if let unknown = members.first(where: { !names.contains($0.name) }) {
            throw AgentError.badMember(String(unknown.name.prefix(40)).visibleOnOneLine)
        }
        return JSONObject(value: value)
    }
}

/// Members of a request's JSON.
struct JSONObject {
    let value: JSONValue

    func text(_ name: String, longest: Int = 200) throws(AgentError) -> String? {
        switch value[name] {
        case nil: return nil
        case .string(let text)? where text.utf8.count <= longest && !text.utf8.contains(0): return text
        default: throw .badMember(name)
        }
    }

    func needed(_ name: String, longest: Int = 200) throws(AgentError) -> String {
        guard let text = try text(name, longest: longest), !text.isEmpty else { throw .badMember(name) }
        return text
    }

    func flag(_ name: String) throws(AgentError) -> Bool {
        switch value[name] {
        case nil: return false
        case .boolean(let flag)?: return flag
        default: throw .badMember(name)
        }
    }

    func number(_ name: String, _ range: ClosedRange<Int>) throws(AgentError) -> Int? {
        switch value[name] {
        case nil: return nil
        case .number(let number)? where range.contains(number): return number
        default: throw .badMember(name)
        }
    }

    /// At least one right.
    func rights(_ name: String) throws(AgentError) -> Set<AccessRight>? {
        guard let member = value[name] else { return nil }
        guard case .array(let elements) = member, (1...AccessRight.allCases.count).contains(elements.count) else {
            throw .badMember(name)
        }
        var rights: Set<AccessRight> = []
        for element in elements {
            guard case .string(let text) = element, let right = AccessRight(rawValue: text) else {
                throw .badMember(name)
            }
            rights.insert(right)
        }
        return rights
    }
}

/// `a=b&c=d`, percent-decoded; a name that is there twice, or one that is not expected, is an error.
enum QueryText {
    static func parse(_ text: Substring, names: Set<String>) throws(AgentError) -> [String: String] {
        var values: [String: String] = [:]
        for pair in text.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), let value = decoded(parts.count == 2 ? parts[1] : "") else {
                throw .malformedRequest(.query)
            }
            guard names.contains(name), values[name] == nil else {
                throw .badParameter(String(name.prefix(40)).visibleOnOneLine)
            }
            values[name] = value
        }
        return values
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x2B: bytes.append(0x20)
            case 0x25:
                guard let high = rest.popFirst(), let low = rest.popFirst(),
                    let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16), value != 0
                else { return nil }
                bytes.append(value)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
