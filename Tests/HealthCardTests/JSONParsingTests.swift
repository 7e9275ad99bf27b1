import HealthCard
import Testing

@Suite("Reading JSON")
struct JSONParsingTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: text.utf8) }

    @Test("what is written reads back, names in their order")
    func roundTrip() throws {
        let value = JSONValue.object([
            .init("b", .array([.number(-12), .boolean(true), .string("a\"\\\n\u{1}中\u{1F600}"), .object([])])),
            .init("a", .array([])),
        ])
        #expect(try parse(value.text()) == value)
        #expect(try parse("\u{FEFF}" + value.text(pretty: true)) == value)
        #expect(try parse(#""\u4e2d\ud83d\ude00\/\b\f\r\t""#) == .string("中\u{1F600}/\u{8}\u{C}\r\t"))
        #expect(try parse(value.text())["a"] == .array([]))
        #expect(try parse("0") == .number(0))
        #expect(try parse("[-0.50,12.0]") == .array([.decimal("-0.50"), .decimal("12.0")]))
    }

    @Test(
        "what is no JSON, or none that is read here",
        arguments: [
            "", " ", "{", "[", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "01", "1.", ".5", "1.5e3", "1e3",
            "-", "nul",
            "null",
            "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\u{1}\"", "1 2", "{\"a\":1,\"a\":1}",
            "99999999999999999999", "truex", "]", "\"\\",
        ])
    func refused(text: String) {
        #expect(throws: JSONError.self) { _ = try parse(text) }
    }

    @Test("the place of the fault")
    func place() {
        do {
            _ = try parse("{\n  \"a\": tru\n}")
            Issue.record("read")
        } catch let error as JSONError {
            #expect(error.line == 2)
            #expect(error.column == 8)
        } catch { Issue.record("\(error)") }
    }

    @Test("nesting without end, and bytes that are no UTF-8")
    func hostile() {
        #expect(throws: JSONError.self) { _ = try parse(String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONError.self) { _ = try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }
}
