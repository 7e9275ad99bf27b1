import ArgumentParser

struct ECardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ecard", abstract: "Electronic health cards (电子健康卡): recognize, verify, join, query.",
        discussion: """
            What a phone shows is a text in a QR code. `recognize` says what a scanned text is by its form and proves \
            nothing. `verify` proves validity, with the protection key, and whose code it is, with the root key and the \
            person. `index` computes the main index, which joins it with a physical card and with a batch.

            healthcard ecard recognize "$TEXT" --json
            healthcard ecard verify "$TEXT" --protection-key KEYFILE --json
            healthcard ecard index --type 01 --number 11010020171225006X --name 电子健康卡
            healthcard ecard issue --batch Samples/sample-batch --out codes

            Docs/electronic-card.md has the grammar, the rules and what is assumed.
            """,
        subcommands: [
            ECardRecognizeCommand.self, ECardVerifyCommand.self, ECardIndexCommand.self, ECardIssueCommand.self,
            ECardQueryCommand.self,
        ])
}
