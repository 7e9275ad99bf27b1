import ArgumentParser
import Foundation
import Ledger
import Messages

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "The register of all cards produced: verify it, look things up, export it.",
        discussion: """
            Every step of production is entered before it is carried out. Each entry is chained to its station's one \
            before by SM3, and the station signs its chain at the end of a run (Docs/ledger.md).
            """,
        subcommands: [
            LedgerVerifyCommand.self, LedgerShowCommand.self, LedgerHistoryCommand.self, LedgerExportCommand.self,
            LedgerVoidCommand.self, LedgerDestroyCommand.self, LedgerAdoptCommand.self, LedgerEnterCommand.self,
            LedgerHeadCommand.self, LedgerCountersignCommand.self, LedgerCreateCommand.self, LedgerSQLCommand.self,
        ])
}

struct LedgerShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "List the batches and their counts, or the entries.",
        discussion: "ID numbers are masked unless --show-data is given.")

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "List the entries instead of the batches.")
    var entries = false

    @Option(name: .long, help: "With --entries: the first entry to show.")
    var from: Int64 = 1

    @Flag(name: .long, help: "Show ID numbers in full.")
    var showData = false

    @Flag(name: .long, help: "Print JSON, one object per line.")
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
        commandName: "export", abstract: "Write all entries to standard output, as JSON lines or CSV.",
        discussion: """
            The export contains ID numbers unless --mask is given; a masked export can be read, but not verified. A \
            ledger of earlier software is left as it is: export it before anything else opens it.
            """)

    @OptionGroup var ledgerOptions: LedgerOptions

    @Option(name: .long, help: "The format of the export; json writes one object per line.")
    var format: Format = .json

    @Flag(name: .long, help: "Mask the middle of ID numbers.")
    var mask = false

    mutating func run() throws {
        Terminal.outliveReaders()
        try ledgerOptions.openToExport().export(format == .csv ? .csv : .jsonLines, masksIDNumbers: mask) { piece in
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
