import ArgumentParser
import Foundation
import Ledger

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "The register of what was made: check it, look into it, hand it on.",
        discussion: """
            Every step of production stands in it before it is done, each entry chained to the one before by SM3 and \
            signed by its station at the end of a run (Docs/ledger.md).
            """,
        subcommands: [
            LedgerVerifyCommand.self, LedgerShowCommand.self, LedgerWhyCommand.self, LedgerExportCommand.self,
            LedgerVoidCommand.self, LedgerDestroyCommand.self, LedgerAdoptCommand.self, LedgerEnterCommand.self,
            LedgerHeadCommand.self, LedgerCountersignCommand.self, LedgerCreateCommand.self, LedgerSQLCommand.self,
        ])
}

struct LedgerShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "List the batches and their books, or the entries.",
        discussion: "ID numbers are masked unless --show-data is given.")

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "The entries in place of the batches.")
    var entries = false

    @Option(name: .long, help: "With --entries: the first one to show.")
    var from: Int64 = 1

    @Flag(name: .long, help: "Show ID numbers whole.")
    var showData = false

    @Flag(name: .long, help: "JSON, one object a line.")
    var json = false

    private struct Books: Encodable {
        let batch: LedgerBatch
        let counts: BatchCounts
    }

    mutating func run() throws {
        Terminal.outliveReaders()
        let ledger = try ledgerOptions.openExisting()
        guard entries else {
            for batch in try ledger.batches() {
                let counts = try ledger.counts(batch: batch.id)
                if json {
                    try Terminal.printLine(json: Books(batch: batch, counts: counts))
                } else {
                    Terminal.print(BatchText.books(batch, counts))
                }
            }
            return
        }
        try ledger.entries(from: max(1, from)) { entry in
            let shown = showData ? entry : entry.masked
            if json { try Terminal.printLine(json: shown) } else { Terminal.print(LedgerText.line(of: shown)) }
        }
    }
}

struct LedgerWhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Everything the ledger knows of one person: batches, chips, outcomes, reasons.",
        discussion: "- in place of the number reads it from standard input, so that no shell remembers it.")

    @Argument(help: "The ID number, or -.")
    var idNumber: String

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "JSON, one object a line.")
    var json = false

    mutating func run() throws {
        Terminal.outliveReaders()
        let number = idNumber == "-" ? (readLine() ?? "").trimmingCharacters(in: .whitespaces) : idNumber
        let ledger = try ledgerOptions.openExisting()
        let entries = try ledger.why(idNumber: number)
        guard !entries.isEmpty else {
            throw Failure(
                .badInput, Terminal.text("the ledger knows nothing of this number", "台账中没有此号码的记录"))
        }
        for entry in entries {
            if json { try Terminal.printLine(json: entry) } else { Terminal.print(LedgerText.line(of: entry.masked)) }
        }
        guard !json else { return }
        for status in try ledger.state(of: number) {
            let chip = status.chip.map { Terminal.text(", chip \($0)", "，芯片 \($0)") } ?? ""
            Terminal.print(
                Terminal.text(
                    "now: batch \(status.order.batch), order \(status.order.sequence): \(status.state.rawValue)\(chip)",
                    "现状：批次 \(status.order.batch) 第 \(status.order.sequence) 号：\(BatchText.name(of: status.state))\(chip)"
                ))
        }
    }
}

struct LedgerExportCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, csv
    }

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all entries to standard output: JSON lines or CSV.",
        discussion: "The export holds ID numbers unless --mask is given; a masked one can be read, not checked.")

    @OptionGroup var ledgerOptions: LedgerOptions

    @Option(name: .long, help: "json (an object a line) or csv.")
    var format: Format = .json

    @Flag(name: .long, help: "Hide the middle of ID numbers.")
    var mask = false

    mutating func run() throws {
        Terminal.outliveReaders()
        try ledgerOptions.openExisting().export(format == .csv ? .csv : .jsonLines, masksIDNumbers: mask) { piece in
            guard Terminal.emit(String(decoding: piece, as: UTF8.self), as: format == .csv ? .csv : .json) else {
                throw Failure(
                    .badInput,
                    Terminal.text("standard output cannot be written: it is not whole", "无法写入标准输出：输出不完整"))
            }
        }
    }
}

struct LedgerVoidCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "void", abstract: "Declare a chip's card lost, destroyed or never issued.",
        discussion: """
            For a card that was begun and cannot be found: its attempt ends, and its applicant waits for another chip. \
            Of a finished card the applicant waits again only with --remake; else the card is void and no more. It \
            cannot be taken back: see that the card really is out of the world.
            """)

    @Argument(help: "The chip's serial number, 16 hexadecimal digits.")
    var chip: String

    @Option(name: .long, help: "Why, for the ledger; no names and numbers of people.")
    var reason: String

    @Flag(name: .long, help: "Make a finished card's applicant wait for another one.")
    var remake = false

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    @OptionGroup var ledgerOptions: LedgerOptions

    func validate() throws {
        guard (1...200).contains(reason.utf8.count) else {
            throw ValidationError(Terminal.text("--reason takes 1 to 200 bytes", "--reason 应为 1 至 200 字节"))
        }
    }

    mutating func run() throws {
        let ledger = try ledgerOptions.openExisting()
        let serial = chip.uppercased()
        if !yes {
            try Terminal.confirm(
                Terminal.text(
                    "The card on chip \(serial) will be void for ever.", "芯片 \(serial) 上的卡将永久作废。"))
        }
        try ledger.void(chip: serial, reason: LedgerReason(code: "declaredVoid", text: reason), remaking: remake)
        Terminal.print(Terminal.text("void: \(serial)", "已作废：\(serial)"))
    }
}

/// How an entry reads.
enum LedgerText {
    static func line(of entry: LedgerEntry) -> String {
        let parts = [
            "\(entry.sequence)", entry.time, entry.kind, entry.batch, entry.idNumber, entry.chip, entry.lane,
            entry.detail,
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }
}
