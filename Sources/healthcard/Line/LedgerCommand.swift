import ArgumentParser
import Foundation
import Ledger
import Messages

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
                    LedgerOutputText.outputLost)
            }
        }
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
