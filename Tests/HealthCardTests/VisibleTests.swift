import Foundation
import HealthCard
import Testing

@Suite("Text on a terminal") struct VisibleTests {
    @Test(
        "What steers a terminal is shown and not obeyed",
        arguments: [
            ("a\u{1B}[31mb", "a␛[31mb"), ("a\rb", "a␍b"), ("a\u{7}\u{8}\u{0}b", "a␇␈␀b"), ("a\u{7F}b", "a␡b"),
            ("a\u{9B}31mb", "a<U+009B>31mb"), ("a\u{85}b", "a<U+0085>b"), ("a\u{202E}b\u{202C}", "a<U+202E>b<U+202C>"),
            ("\u{2066}x\u{2069}", "<U+2066>x<U+2069>"), ("\u{200E}\u{200F}\u{61C}", "<U+200E><U+200F><U+061C>"),
            ("a\u{2028}b\u{2029}", "a<U+2028>b<U+2029>"), ("\u{FEFF}x\u{E0041}", "<U+FEFF>x<U+E0041>"),
            ("张三 🙂 é ab", "张三 🙂 é ab"), ("", ""),
        ])
    func shown(_ text: String, _ expected: String) {
        #expect(text.visible == expected)
        #expect(text.visibleOnOneLine == expected)
    }

    @Test("Line ends and tabs are layout, unless all must stay on one line")
    func layout() {
        #expect("a\n\tb\n".visible == "a\n\tb\n")
        #expect("a\n\tb".visibleOnOneLine == "a␊␉b")
        #expect("a\r\nb".visible == "a␍\nb")
    }

    @Test("JSON says the same in another spelling")
    func json() throws {
        let text = "\u{9B}31m \u{202E}x\u{7F} 张\u{E0041}\u{1B}"
        let written = JSONValue.object([.init(text, .string(text))]).text(pretty: true)
        #expect(
            written.unicodeScalars.allSatisfy {
                $0.value == 0x0A || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
            })
        #expect(!written.contains("\u{202E}"))
        let read = try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String: String]
        #expect(read == [text: text])
        #expect(#"{"a":"\u009b"}"# == "{\"a\":\"\u{9B}\"}".visibleJSON)
        #expect("{\"名\":\"张\"}".visibleJSON == "{\"名\":\"张\"}")
    }
}
