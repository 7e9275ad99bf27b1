import ArgumentParser
import Foundation
import Ledger
import Personalization
import Production

struct BatchStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how far a batch is: its counts in the ledger, and the cards whose outcome is open.",
        discussion: "Exit code 0 when all cards are produced; 7 while some are not, or if any was rejected or is void.")

    @Argument(help: "The batch folder.")
    var folder: String

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Status: Encodable {
        let batch: String
        let counts: BatchCounts
        let total: Int
        let open: [Attempt]
        let enrolled: String?
    }

    mutating func run() throws {
        let manifest = try Batch.readManifest(folder: folder)
        let ledger = try ledgerOptions.openExisting()
        guard let batch = try ledger.batches().first(where: { $0.id == manifest.id }) else {
            throw Failure(.badInput, BooksMessage.notInLedger(batch: manifest.id))
        }
        let counts = try ledger.counts(batch: manifest.id)
        let open = try ledger.openAttempts(batch: manifest.id)
        let enrolled = try ledger.authority().map(EnrolledText.label(of:))
        if json {
            // The orders of open attempts are named by sequence and row.
            try Terminal.print(
                json: Status(
                    batch: batch.id, counts: counts, total: counts.total, open: open.map(BatchText.masked),
                    enrolled: enrolled))
        } else {
            Terminal.print(BooksMessage.books(batch, counts))
            Terminal.print(BooksMessage.mayRelease(enrolled ?? EnrolledText.nobody))
            for attempt in open {
                Terminal.print(
                    BooksMessage.open(chip: attempt.chip, order: attempt.order.sequence, row: attempt.order.row))
            }
        }
        try Terminal.checkOutput()
        guard counts.isFinished, counts.rejected == 0, counts.void == 0 else {
            throw Failure(
                .partFailed,
                BooksMessage.notAllMade(
                    open: counts.waiting + counts.inWork, rejected: counts.rejected, void: counts.void))
        }
    }
}

struct BatchReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract:
            "Write the lists of a batch: packing lists, rejects, scrap list, and a summary whose counts reconcile.",
        discussion: """
            A packing list for each collection point, the rows without a valid card and why, the chips to be destroyed \
            and why, and summary.json, as text, CSV and JSON. Lists of another batch in the folder are not \
            overwritten. The lists identify people by ID number, and only you can read them. `personalize` writes them \
            when a batch is done; this command writes them at any time.
            """)

    @Argument(help: "The batch folder.")
    var folder: String

    @Option(name: .long, help: "The folder for the lists. Default: out in the batch folder.")
    var out: String?

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "Print the summary as JSON.")
    var json = false

    mutating func run() throws {
        let manifest = try Batch.readManifest(folder: folder)
        let ledger = try ledgerOptions.openExisting()
        let target = out ?? folder + "/out"
        let lists = try BatchLists.write(
            LedgerOutcomes(ledger, batch: manifest.id), batch: manifest.id,
            counts: try ledger.counts(batch: manifest.id),
            releasedBy: EnrolledText.releasedBy(ledger, manifest.mode), to: target,
            language: Terminal.language)
        if json {
            try Terminal.print(json: lists)
        } else {
            for point in lists.points {
                let name =
                    point.name.isEmpty ? BooksMessage.noCollectionPoint.text(in: Terminal.language) : point.name
                Terminal.print("\(name): \(point.cards)  \(point.files.joined(separator: " "))")
            }
            Terminal.print(
                BooksMessage.lists(
                    BatchListCounts(
                        made: lists.made, rejected: lists.rejected, setAside: lists.setAside, void: lists.void,
                        open: lists.open, total: lists.counts.total, scrap: lists.scrap, folder: target)))
        }
        guard lists.isBalanced else { throw Failure(.badInput, LineText.unbalanced) }
    }
}

/// How the books of a batch read.
enum BatchText {
    static func books(_ batch: LedgerBatch, _ counts: BatchCounts) -> String {
        BooksMessage.books(batch, counts).text(in: Terminal.language)
    }

    /// Every row in exactly one state.
    static func sum(_ counts: BatchCounts) -> String { BooksSum(counts: counts).text(in: Terminal.language) }

    static func name(of state: OrderState) -> String {
        OrderStateName(state: state).text(in: Terminal.language)
    }

    /// The attempt without its applicant's number.
    static func masked(_ attempt: Attempt) -> Attempt {
        let order = attempt.order
        let hidden = Order(
            batch: order.batch, sequence: order.sequence, idNumber: "", row: order.row, offset: order.offset,
            collectionPoint: order.collectionPoint, replacementReason: order.replacementReason)
        return Attempt(id: attempt.id, order: hidden, chip: attempt.chip, number: attempt.number)
    }
}
