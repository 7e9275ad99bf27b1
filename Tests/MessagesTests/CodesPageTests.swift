import Foundation
import Messages
import Testing

/// Docs/codes.md: every code that leaves the program, with its words. It is made from the examples that the rules are held
/// to, so that no code is missing.
enum CodesPage {
    static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Docs/codes.md")

    static var text: String {
        let sets = Examples.all.filter { !$0.byCode.isEmpty }.sorted { $0.domain ?? "" < $1.domain ?? "" }
        let beginning = """
            # Codes

            Every code that JSON, events, lists, reports and the ledger may have, with an example of its words in both \
            languages. A code is stable: it is never changed, and never used again for something else. How messages work: \
            [messages.md](messages.md). Made by `make pages`; a test compares it.

            The exit code is that of a command that ends with the error; what has none is a reason, a finding or a \
            problem in a list. Names, numbers and files in the words are examples.

            """
        return beginning + sets.map(section).joined()
    }

    private static func section(_ set: ExampleSet) -> String {
        let rows = set.byCode.map { row in
            let exit = row.kind.map { "\(exitCode($0))" } ?? ""
            return
                "| `\(row.identifier)` | \(exit) | \(cell(row.message, .english)) | \(cell(row.message, .chinese)) |\n"
        }
        return "\n## \(set.domain ?? "")\n\n| code | exit | English | 中文 |\n|---|---|---|---|\n" + rows.joined()
    }

    private static func cell(_ message: any Message, _ language: Language) -> String {
        [message.what(in: language), message.hint(in: language)].compactMap(\.self)
            .map { $0.replacing("|", with: "\\|").replacing("\n", with: " ").replacing("<", with: "&lt;") }
            .joined(separator: "<br>")
    }

    private static func exitCode(_ kind: ErrorKind) -> Int {
        switch kind {
        case .usage: 2
        case .noReader: 3
        case .noCard: 4
        case .cardRefused: 5
        case .badInput: 6
        case .partFailed: 7
        case .notAllowed: 8
        case .bug: 70
        }
    }
}

@Suite("The page of codes") struct CodesPageTests {
    @Test("Docs/codes.md has every code as it is")
    func page() throws {
        if ProcessInfo.processInfo.environment["HEALTHCARD_WRITE_PAGES"] != nil {
            try CodesPage.text.write(to: CodesPage.url, atomically: true, encoding: .utf8)
        }
        let page = try String(contentsOf: CodesPage.url, encoding: .utf8)
        #expect(page == CodesPage.text, "make pages writes it anew")
    }

    @Test("Every code is written in words of its domain, and no two are alike")
    func identifiers() {
        let all = Examples.all.flatMap { $0.byCode.map(\.identifier) }
        #expect(Set(all).count == all.count)
        for identifier in all { #expect(identifier.wholeMatch(of: /[a-zA-Z]+\.[a-zA-Z0-9]+/) != nil, "\(identifier)") }
    }
}
