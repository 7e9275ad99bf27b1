import Messages
import Testing

@testable import CommandHelp

@Suite("A page of help") struct HelpPageTests {
    /// A program of three commands that share `--reader`, as a parser describes itself.
    private static let dump = """
        {"serializationVersion":0,"command":{"commandName":"prog","abstract":"Work with cards.","shouldDisplay":true,
        "subcommands":[
        {"commandName":"read","superCommands":["prog"],"abstract":"Read a card.","shouldDisplay":true,
        "discussion":"One paragraph of several words that has to be broken.\\n\\n  kept  as it is","arguments":[
        {"kind":"positional","shouldDisplay":true,"isOptional":false,"isRepeating":false,"valueName":"file","abstract":"The file."},
        {"kind":"option","shouldDisplay":true,"isOptional":true,"isRepeating":false,"valueName":"reader","abstract":"The reader.","discussion":"By name.",
         "names":[{"kind":"long","name":"reader"},{"kind":"short","name":"r"}]},
        {"kind":"option","shouldDisplay":true,"isOptional":false,"isRepeating":false,"valueName":"form","abstract":"The form.","defaultValue":"text",
         "allValues":["text","json"],"names":[{"kind":"long","name":"form"}]},
        {"kind":"flag","shouldDisplay":false,"isOptional":true,"isRepeating":false,"abstract":"For tests.","names":[{"kind":"long","name":"hidden"}]},
        {"kind":"flag","shouldDisplay":true,"isOptional":true,"isRepeating":false,"abstract":"Show help information.","names":[{"kind":"long","name":"help"}]}]},
        {"commandName":"write","superCommands":["prog"],"abstract":"Write a card.","shouldDisplay":true,"arguments":[
        {"kind":"option","shouldDisplay":true,"isOptional":true,"isRepeating":false,"valueName":"reader","abstract":"The reader.",
         "names":[{"kind":"long","name":"reader"},{"kind":"short","name":"r"}]}]},
        {"commandName":"block","superCommands":["prog"],"abstract":"Block a card.","shouldDisplay":true,"arguments":[
        {"kind":"option","shouldDisplay":true,"isOptional":true,"isRepeating":false,"valueName":"reader","abstract":"The reader.",
         "names":[{"kind":"long","name":"reader"},{"kind":"short","name":"r"}]}]},
        {"commandName":"probe","superCommands":["prog"],"abstract":"For others.","shouldDisplay":false}]}}
        """

    private let root: CommandDescription
    private let read: CommandDescription

    init() throws {
        root = try #require(CommandDescription.root(Self.dump))
        read = try #require(root.command(at: ["read"]))
    }

    @Test("shows its own options before those that others have too, and nothing hidden")
    func sections() throws {
        let text = HelpPage(read, of: root, in: .english).text(columns: 90)
        let own = try #require(text.range(of: "--form <form>"))
        let shared = try #require(text.range(of: "-r, --reader <reader>"))
        let every = try #require(text.range(of: "--lang <language>"))
        #expect(own.lowerBound < shared.lowerBound && shared.lowerBound < every.lowerBound)
        #expect(!text.contains("hidden"))
        #expect(text.contains("Usage: prog read --form <form> <file> [options]"))
        #expect(text.contains("The form. (one of: text, json) (default: text)"))
        #expect(text.contains("The reader. By name."))
    }

    @Test("names the commands below it, and not those for others")
    func commands() {
        let text = HelpPage(root, of: root, in: .english).text(columns: 80)
        #expect(text.contains("  read   Read a card."))
        #expect(!text.contains("probe"))
    }

    @Test("breaks paragraphs, and nothing that begins with a blank")
    func paragraphs() {
        let text = HelpPage(read, of: root, in: .english).text(columns: 30)
        #expect(text.contains("One paragraph of several words\nthat has to be broken.\n\n  kept  as it is"))
    }

    @Test("is told from what another version of the parser says")
    func otherForm() {
        #expect(CommandDescription.root("{}") == nil)
        #expect(CommandDescription.root("") == nil)
    }

    @Test("is found by the words of a command, and by no others")
    func words() {
        #expect(root.command(at: ["write"])?.place == "write")
        #expect(root.command(at: [String]())?.place == "")
        #expect(root.command(at: ["nothing"]) == nil)
        #expect(root.all.map(\.place) == ["", "read", "write", "block"])
    }

    @Test("is a manual page as well, in which nothing steers troff")
    func manual() {
        let page = ManualPage(read, of: root, version: "prog 1", in: .english).text
        #expect(page.hasPrefix(".TH PROG-READ 1 \"\" \"prog 1\"\n.ad l\n.SH NAME\nprog-read \\- Read a card."))
        #expect(page.contains(".B \\-\\-form <form>"))
        let chinese = ManualPage(read, of: root, version: "prog 1", in: .chinese).text
        #expect(chinese.contains(".SH 名称"))
    }
}

@Suite("Wrapped text") struct WrappedTextTests {
    @Test("is broken between words and between Chinese characters, at no closing mark", arguments: [10, 12, 20, 33])
    func width(columns: Int) {
        let text = "读卡器按完整名称、名称中唯一的一部分，或 `healthcard readers` 中的序号选择（默认：HEALTHCARD_READER）。"
        let lines = WrappedText(text).lines(columns).split(separator: "\n").map(String.init)
        for line in lines {
            let word = line.split(separator: " ").map { DisplayWidth.columns(of: String($0)) }.max() ?? 0
            // A closing mark stays with what it closes.
            #expect(DisplayWidth.columns(of: line) <= max(columns, word) + 2, "\(line)")
            #expect(!"，。；：、）".contains(line.first ?? " "), "\(line)")
            #expect(line.last != "（", "\(line)")
        }
        #expect(lines.joined().replacing(" ", with: "") == text.replacing(" ", with: ""))
    }

    @Test("keeps words that are longer than a line whole")
    func longWords() {
        #expect(WrappedText("a bbbbbbbbbbbb c").lines(4) == "a\nbbbbbbbbbbbb\nc")
    }

    @Test("keeps empty lines")
    func paragraphs() {
        #expect(WrappedText("a b\n\nc").lines(2) == "a\nb\n\nc")
        #expect(WrappedText("").lines(10) == "")
    }
}
