import ArgumentParser
import Foundation
import Ledger

struct LedgerWhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "What happened to one person's cards, who did it and where, and how things are now.",
        discussion: """
            A sentence for each thing that happened, with station, operator and lane, and one line that says whether there \
            is a valid card now. - in place of the number reads it from standard input, so that no shell remembers it.
            """)

    @Argument(help: "The ID number, or -.")
    var idNumber: String

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "JSON: the same as one object.")
    var json = false

    mutating func run() throws {
        Terminal.outliveReaders()
        let number = TypedIDNumber.read(idNumber)
        let history = try ledgerOptions.openExisting().history(of: number)
        guard !history.events.isEmpty else {
            let problem = TypedIDNumber.problem(number)
            throw Failure(
                .badInput,
                problem.map {
                    Terminal.text("this is not a valid ID number: \($0)", "身份证号无效：\($0)")
                } ?? Terminal.text("the ledger knows nothing of this number", "台账中没有此号码的记录"))
        }
        if json {
            try Terminal.print(json: history)
        } else {
            history.events.forEach { Terminal.print(PersonText.line(of: $0)) }
            if let now = history.now { Terminal.print(PersonText.now(now)) }
        }
        try Terminal.checkOutput()
    }
}

struct LedgerVoidCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void", abstract: "Declare a chip's card lost, destroyed or never issued.",
        discussion: """
            For a card that was begun and cannot be found: its attempt ends, and its applicant waits for another chip. \
            Of a finished card the applicant waits again only with --remake; otherwise the card is void and no other one \
            is made (`personalize --replace` does both in one step). This cannot be undone: make sure that the card is \
            not in use.
            """)

    @Argument(help: "The chip's serial number, 16 hexadecimal digits.")
    var chip: String

    @Option(name: .long, help: "Why, for the ledger; no names and numbers of people.")
    var reason: String

    @Flag(name: .long, help: "Make a finished card's applicant wait for another one.")
    var remake = false

    @Option(name: .customLong("operator"), help: "Who declares it, for the ledger. Default: the user's name.")
    var operatorName: String?

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    @OptionGroup var ledgerOptions: LedgerOptions

    func validate() throws {
        try LedgerReasonText.check(reason, option: "--reason")
        try LedgerReasonText.check(operatorName, option: "--operator")
    }

    mutating func run() throws {
        let ledger = try ledgerOptions.openExisting()
        let serial = chip.uppercased()
        if !yes {
            try Terminal.confirm(
                Terminal.text(
                    "The card on chip \(serial) will be void permanently.", "芯片 \(serial) 上的卡将永久作废。"))
        }
        try ledger.void(
            chip: serial, reason: LedgerReason(code: "declaredVoid", text: reason), remaking: remake,
            operatorName: operatorName ?? NSUserName())
        Terminal.print(
            remake
                ? Terminal.text(
                    "void: \(serial); its applicant waits for another card: go on with the batch, with --resume",
                    "已作废：\(serial)；其申请人等待重新制卡：请用 --resume 继续该批次")
                : Terminal.text("void: \(serial)", "已作废：\(serial)"))
    }
}
