import ArgumentParser
import Messages
import TestCards

struct TestCardsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List every check of the suite, as the profile gives them.")

    @OptionGroup var profileOptions: ProfileOptions

    @Option(name: .long, help: "The dialect of the card. Default: the profile's own.")
    var dialect: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Markdown: Docs/checks.md.")
    var markdown = false

    mutating func run() throws {
        let suite = try ConformanceSuite(profile: profileOptions.load(testKeys: true), dialect: dialect)
        if json { return try Terminal.print(json: suite.list) }
        if markdown { return Terminal.print(CheckList(suite.list).markdown) }
        for check in suite.list {
            let mark = check.isDestructive ? Terminal.words(TestCardListText.destructive) : ""
            Terminal.print("\(check.id)\(mark)  \(Terminal.words(check.title))  (\(check.clause))")
        }
        Terminal.note(TestCardListText.count(count: suite.list.count))
    }
}
