import Testing

@testable import HealthCard

@Suite("Values of Swift as JSON") struct JSONCodingTests {
    private struct Inner: Codable, Equatable {
        var flag: Bool
        var numbers: [Int]
    }

    private enum Kind: String, Codable { case one, two }

    private struct Outer: Codable, Equatable {
        var text: String
        var number: Int8
        var half: Double
        var kind: Kind
        var nothing: String?
        var inner: [String: Inner]
        var list: [[String]]
    }

    private let value = Outer(
        text: "“\n", number: -5, half: 0.5, kind: .two, nothing: nil,
        inner: ["b": Inner(flag: true, numbers: []), "a": Inner(flag: false, numbers: [1, 2])], list: [["x"], []])

    @Test("What is written is read again, whatever is in it, and nothing is not written")
    func both() throws {
        let json = try JSONValue(encoding: value)
        #expect(json["nothing"] == nil && json["half"] == .decimal("0.5"))
        let text = json.sorted.text(pretty: true)
        #expect(try JSONValue(parsing: text.utf8).decoded(as: Outer.self) == value)
        #expect(text.firstRange(of: "\"half\"")!.lowerBound < text.firstRange(of: "\"inner\"")!.lowerBound)
    }

    @Test(
        "Another shape is refused",
        arguments: ["{}", "[]", "{\"flag\": 1, \"numbers\": []}", "{\"flag\": true, \"numbers\": [\"1\"]}", "true"])
    func shapes(text: String) throws {
        let json = try JSONValue(parsing: text.utf8)
        #expect(throws: DecodingError.self) { try json.decoded(as: Inner.self) }
    }

    @Test("A number that its type does not hold is refused")
    func range() throws {
        let json = try JSONValue(parsing: Array("[300]".utf8))
        #expect(throws: DecodingError.self) { try json.decoded(as: [UInt8].self) }
        #expect(throws: EncodingError.self) { try JSONValue(encoding: [UInt64.max]) }
    }

    @Test("Read leniently, a null is nothing, and a number may have an exponent or any length")
    func lenient() throws {
        let text =
            "{\"flag\": true, \"x\": null, \"y\": 1.5e-3, \"z\": 123456789012345678901234567890, \"numbers\": [7]}"
        let json = try JSONValue(leniently: text.utf8)
        #expect(try json.decoded(as: Inner.self) == Inner(flag: true, numbers: [7]))
        #expect(json["x"] == nil && json["y"] == .decimal("1.5e-3"))
        #expect(throws: JSONError.self) { try JSONValue(parsing: text.utf8) }
    }
}
