import ArgumentParser

struct ECardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ecard", abstract: "Recognize, verify, link and query electronic health cards (电子健康卡).",
        discussion: """
            A phone shows a text in a QR code. `recognize` says what a scanned text is by its form, and proves \
            nothing. `verify` proves validity, with the protection key, and whose code it is, with the root key and \
            the person. `index` computes the main index, which links it with a physical card and with a batch.

            Docs/electronic-card.md has the grammar, the rules and the assumptions.
            """,
        subcommands: [
            ECardRecognizeCommand.self, ECardVerifyCommand.self, ECardIndexCommand.self, ECardIssueCommand.self,
            ECardQueryCommand.self,
        ])
}
