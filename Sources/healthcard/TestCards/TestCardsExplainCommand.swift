import ArgumentParser
import CardProfiles
import Foundation
import ISO7816
import Messages
import TestCards

struct TestCardsExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explain a check: what it does, by which clause, and what a failure means.",
        discussion: """
            The commands shown are those that the check sends to a correct card, a virtual one made for it here; \
            challenges and cryptograms differ each time. --json has both languages.
            """)

    @Argument(help: "The name of the check, as in `testcards list`.")
    var check: String

    @OptionGroup var profileOptions: ProfileOptions

    @Option(name: .long, help: "The dialect of the card. Default: the profile's own.")
    var dialect: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Output: Encodable {
        let check: CheckDescription
        let failureMeans: CheckText
        let verdict: CheckVerdict
        let commands: [CheckExchange]
    }

    mutating func run() throws {
        let profile = try profileOptions.load(testKeys: true)
        var options = SuiteOptions()
        options.cases = [check]
        options.enduranceWrites = 1
        let suite = try ConformanceSuite(profile: profile, dialect: dialect, options: options)
        guard let description = suite.list.first else { return }
        let source = TestCardSource(
            campaign: nil, profile: profile, dialect: suite.dialect.name, faults: [], isSetAside: true)
        let result = try source.virtual("virtual:1") { suite.run(cards: $0).results.first }
        let meaning = description.failureMeaning
        if json {
            return try Terminal.print(
                json: Output(
                    check: description, failureMeans: meaning, verdict: result?.verdict ?? .notRun,
                    commands: result?.exchanges ?? []))
        }
        Terminal.print(description.id)
        Terminal.print(ExplainText.does(description.title, family: description.family.title(Terminal.language)))
        Terminal.print(ExplainText.expected(description.expectation))
        Terminal.print(ExplainText.clause(description.clause))
        if description.isDestructive { Terminal.print(ExplainText.destructive) }
        Terminal.print(ExplainText.failure(meaning))
        guard let result, !result.exchanges.isEmpty else { return }
        Terminal.print(ExplainText.commands(result.got, count: result.exchanges.count))
        for exchange in result.exchanges { Terminal.print(Self.line(exchange)) }
    }

    /// `> 00A4…  SELECT`, and the answer.
    private static func line(_ exchange: CheckExchange) -> String {
        let bytes = Hex.decode(exchange.command) ?? []
        let name = bytes.count > 3 ? InstructionByte.name(of: bytes[1]) : nil
        return "  > \(exchange.command)\(name.map { "  \($0)" } ?? "")\n  < \(exchange.response)"
    }
}
