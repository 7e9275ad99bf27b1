import ArgumentParser
import TestCards

struct TestCardsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List every check of the suite, as the profile gives them.")

    @OptionGroup var profileOptions: ProfileOptions

    @Option(name: .long, help: "The dialect of the card. Default: the profile's own.")
    var dialect: String?

    @Flag(name: .long, help: "JSON.")
    var json = false

    @Flag(name: .long, help: "Markdown: Docs/checks.md.")
    var markdown = false

    mutating func run() throws {
        let suite = try ConformanceSuite(profile: profileOptions.load(testKeys: true), dialect: dialect)
        if json { return try Terminal.print(json: suite.list) }
        if markdown { return Terminal.print(CheckList(suite.list).markdown) }
        for check in suite.list {
            let mark = check.isDestructive ? Terminal.text(" [destructive]", " [破坏性]") : ""
            Terminal.print("\(check.id)\(mark)  \(Terminal.text(check.title.en, check.title.zh))  (\(check.clause))")
        }
        Terminal.note(Terminal.text("\(suite.list.count) checks", "共 \(suite.list.count) 项"))
    }
}
