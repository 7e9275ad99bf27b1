/// Values of Swift as JSON and back, for what the library keeps in files: Foundation's coders bring tables of the world's
/// languages with them, sixty megabytes in a library that hospital programs load.
extension JSONValue {
    /// - Throws: `EncodingError` for what has no JSON here: nothing, several values beside each other, classes with an
    ///   ancestor.
    init(encoding value: some Encodable) throws { self = try JSONWriter.json(of: value, []) }

    /// - Throws: `DecodingError` for another shape; members nobody asks for are passed over.
    func decoded<Value: Decodable>(as type: Value.Type) throws -> Value { try Value(from: JSONReader(self, [])) }

    /// With the members of every object in the order of the alphabet.
    var sorted: JSONValue {
        switch self {
        case .object(let members):
            .object(members.map { Member($0.name, $0.value.sorted) }.sorted { $0.name < $1.name })
        case .array(let values): .array(values.map(\.sorted))
        default: self
        }
    }
}

private struct NumberedKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ index: Int) { (stringValue, intValue) = ("\(index)", index) }
    init?(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
    init?(intValue: Int) { self.init(intValue) }
}

// MARK: To JSON

/// Where a value has written itself; containers go on writing while it is held.
private final class JSONWriter: Encoder {
    private enum Content {
        case none
        case value(JSONValue)
        case object([(name: String, value: JSONWriter)])
        case array([JSONWriter])
    }

    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    private var content = Content.none

    init(_ path: [any CodingKey]) { codingPath = path }

    static func json(of value: some Encodable, _ path: [any CodingKey]) throws -> JSONValue {
        let writer = JSONWriter(path)
        try value.encode(to: writer)
        return try writer.json()
    }

    private func json() throws -> JSONValue {
        switch content {
        case .none:
            throw EncodingError.invalidValue(
                (), EncodingError.Context(codingPath: codingPath, debugDescription: "nothing was encoded"))
        case .value(let value): value
        case .object(let members): .object(try members.map { Member($0.name, try $0.value.json()) })
        case .array(let values): .array(try values.map { try $0.json() })
        }
    }

    private typealias Member = JSONValue.Member

    func set(_ value: JSONValue) { content = .value(value) }

    func beginObject() { if case .object = content {} else { content = .object([]) } }
    func beginArray() { if case .array = content {} else { content = .array([]) } }

    func member(_ key: any CodingKey) -> JSONWriter {
        let writer = JSONWriter(codingPath + [key])
        guard case .object(var members) = content else { return writer }
        content = .none
        members.append((key.stringValue, writer))
        content = .object(members)
        return writer
    }

    func element() -> JSONWriter {
        guard case .array(var values) = content else { return JSONWriter(codingPath) }
        let writer = JSONWriter(codingPath + [NumberedKey(values.count)])
        content = .none
        values.append(writer)
        content = .array(values)
        return writer
    }

    var count: Int { if case .array(let values) = content { values.count } else { 0 } }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        beginObject()
        return KeyedEncodingContainer(KeyedWriter(writer: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        beginArray()
        return UnkeyedWriter(writer: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ValueWriter(writer: self) }
}

private struct ValueWriter: SingleValueEncodingContainer {
    let writer: JSONWriter
    var codingPath: [any CodingKey] { writer.codingPath }

    func encodeNil() throws {
        throw EncodingError.invalidValue(
            (), EncodingError.Context(codingPath: codingPath, debugDescription: "there is no null here"))
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        switch value {
        case let text as String: writer.set(.string(text))
        case let flag as Bool: writer.set(.boolean(flag))
        case let number as any BinaryInteger:
            guard let number = Int(exactly: number) else {
                throw EncodingError.invalidValue(
                    value, EncodingError.Context(codingPath: codingPath, debugDescription: "the number is too large"))
            }
            writer.set(.number(number))
        case let number as any (BinaryFloatingPoint & LosslessStringConvertible):
            writer.set(.decimal(number.description))
        default: try value.encode(to: writer)
        }
    }
}

private struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: JSONWriter
    var codingPath: [any CodingKey] { writer.codingPath }

    // What is nothing is not there.
    func encodeNil(forKey key: Key) {}

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try ValueWriter(writer: writer.member(key)).encode(value)
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> { writer.member(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        writer.member(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { writer.member(NumberedKey(0)) }
    func superEncoder(forKey key: Key) -> any Encoder { writer.member(key) }
}

private struct UnkeyedWriter: UnkeyedEncodingContainer {
    let writer: JSONWriter
    var codingPath: [any CodingKey] { writer.codingPath }
    var count: Int { writer.count }

    func encodeNil() throws { try ValueWriter(writer: writer.element()).encodeNil() }

    func encode<Value: Encodable>(_ value: Value) throws {
        try ValueWriter(writer: writer.element()).encode(value)
    }

    func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) -> KeyedEncodingContainer<Inner> {
        writer.element().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { writer.element().unkeyedContainer() }
    func superEncoder() -> any Encoder { writer.element() }
}
