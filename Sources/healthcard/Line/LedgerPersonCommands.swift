import ArgumentParser
import Foundation
import Ledger
import Messages

struct LedgerHistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what happened to one person's cards, who did it and where, and how things are now.",
        discussion: """
            One sentence for each event, with station, operator and lane, and one line that says whether there is a \
            valid card now. Give - to read the number from standard input, so that the shell does not keep it.
            """, aliases: ["why"])

    @Argument(help: "The ID number, or - for standard input.")
    var idNumber: String

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "Print the same as one JSON object.")
    var json = false

    mutating func run() throws {
        Terminal.outliveReaders()
        let number = try TypedIDNumber.checked(idNumber)
        let history = try ledgerOptions.openExisting().history(of: number)
        guard !history.events.isEmpty else {
            throw Failure(
                .badInput, LedgerPersonText.unknownNumber)
        }
        let chips = KnownChips(history)
        if json {
            try Terminal.print(json: chips)
        } else {
            history.events.forEach { Terminal.print(PersonText.line(of: $0)) }
            if let now = history.now { Terminal.print(PersonText.now(now)) }
            chips.lines.forEach { Terminal.print($0) }
        }
        try Terminal.checkOutput()
    }
}

struct LedgerVoidCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void", abstract: "Declare a chip's card lost, destroyed or never issued.",
        discussion: """
            For a card that was begun and cannot be found: its attempt ends, and its applicant waits for another chip. \
            The applicant of a finished card waits again only with --remake; otherwise the card is void and no other \
            is produced (`personalize --replace` does both in one step). This cannot be undone: make sure that the \
            card is not in use.
            """)

    @Argument(help: "The chip's serial number, 16 hexadecimal digits.")
    var chip: String

    @Option(name: .long, help: "Why, for the ledger, without names or numbers of people.")
    var reason: String

    @Flag(name: .long, help: "Let the applicant of a finished card wait for another one.")
    var remake = false

    @Option(name: .customLong("operator"), help: "Who declares it, for the ledger. Default: the user's name.")
    var operatorName: String?

    @Flag(name: .long, help: "Do not ask for confirmation.")
    var yes = false

    @OptionGroup var ledgerOptions: LedgerOptions

    func validate() throws {
        try LedgerReasonText.check(reason, option: "--reason")
        try LedgerReasonText.check(operatorName, option: "--operator")
    }

    mutating func run() throws {
        let ledger = try ledgerOptions.openExisting()
        let serial = try TypedChip.read(chip)
        if !yes {
            try Terminal.confirm(
                Terminal.words(LedgerPersonText.willBeVoid(serial: serial)))
        }
        try ledger.void(
            chip: serial, reason: LedgerReason(code: "declaredVoid", text: reason), remaking: remake,
            operatorName: operatorName ?? NSUserName())
        Terminal.print(
            remake
                ? Terminal.words(LedgerPersonText.voidAndWaiting(serial: serial))
                : Terminal.words(LedgerPersonText.void(serial: serial)))
    }
}
