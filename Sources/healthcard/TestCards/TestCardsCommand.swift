import ArgumentParser

struct TestCardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "testcards", abstract: "Make test cards, put them to every check, and report.",
        discussion: """
            Before a manufacturer makes production cards for the first time, or with another product, test cards are \
            made in the same environment and tested (Docs/testcards.md).

            The report in CAMPAIGN/report is what `healthcard release grant` needs. This station signs the evidence; \
            `healthcard testcards station` prints the name and fingerprint that the authority enrols it by.
            """,
        subcommands: [
            TestCardsNewCommand.self, TestCardsMakeCommand.self, TestCardsRunCommand.self,
            TestCardsReportCommand.self, TestCardsStationCommand.self, TestCardsListCommand.self,
            TestCardsExplainCommand.self,
            TestCardsCompareCommand.self, FaultsCommand.self,
        ])
}
