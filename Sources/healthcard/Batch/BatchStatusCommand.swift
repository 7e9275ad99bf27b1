import ArgumentParser
import Foundation
import Ledger
import Personalization
import Production

struct BatchStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How far a batch is: its books in the ledger, and what is open.",
        discussion: "Ends with 0 when everything is made, with 7 while something is not, was rejected, or is void.")

    @Argument(help: "The batch folder.")
    var folder: String

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "JSON.")
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
            throw Failure(
                .badInput,
                Terminal.text(
                    "batch \(manifest.id) is not in this ledger: nothing of it was begun here",
                    "批次 \(manifest.id) 不在此台账中：尚未开始制作"))
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
            Terminal.print(BatchText.books(batch, counts))
            Terminal.print(Terminal.text("who may release: ", "放行机构：") + (enrolled ?? EnrolledText.nobody))
            for attempt in open {
                Terminal.print(
                    Terminal.text(
                        "open: chip \(attempt.chip), order \(attempt.order.sequence), row \(attempt.order.row): put it in when the batch goes on, or `healthcard ledger void \(attempt.chip)`",
                        "未定：芯片 \(attempt.chip)，第 \(attempt.order.sequence) 号（第 \(attempt.order.row) 行）：继续制卡时放入，或执行 healthcard ledger void \(attempt.chip)"
                    ))
            }
        }
        try Terminal.checkOutput()
        guard counts.isFinished, counts.rejected == 0, counts.void == 0 else {
            let void = counts.void == 0 ? "" : Terminal.text(", \(counts.void) void", "，作废 \(counts.void)")
            throw Failure(
                .partFailed,
                Terminal.text(
                    "not everything is made: \(counts.waiting + counts.inWork) open, \(counts.rejected) rejected",
                    "尚未全部制成：未完成 \(counts.waiting + counts.inWork)，剔除 \(counts.rejected)") + void)
        }
    }
}

struct BatchReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the lists of a batch: packing lists, rejects, scrap, a summary that adds up.",
        discussion: """
            A packing list for each collection point, the rows without a valid card and why, the chips to be destroyed \
            and why, and summary.json, as text, CSV and JSON. Lists of another batch in the folder are left alone. They name people by ID number and are the user's alone. `personalize` writes them when a batch is \
            done; this writes them at any time.
            """)

    @Argument(help: "The batch folder.")
    var folder: String

    @Option(name: .long, help: "The folder the lists go to. Default: out in the batch folder.")
    var out: String?

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "JSON: the summary on standard output.")
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
                let name = point.name.isEmpty ? Terminal.text("(no collection point)", "（未填领取点）") : point.name
                Terminal.print("\(name): \(point.cards)  \(point.files.joined(separator: " "))")
            }
            let void = lists.void == 0 ? "" : Terminal.text(" + \(lists.void) void", " + 作废 \(lists.void)")
            Terminal.print(
                Terminal.text(
                    "\(lists.made) made + \(lists.rejected) rejected + \(lists.setAside) set aside\(void) + \(lists.open) open = \(lists.counts.total) rows; \(lists.scrap) chips to be destroyed; in \(target)",
                    "制成 \(lists.made) + 剔除 \(lists.rejected) + 搁置 \(lists.setAside)\(void) + 未完成 \(lists.open) = \(lists.counts.total) 行；待销毁芯片 \(lists.scrap) 张；见 \(target)"
                ))
        }
        guard lists.isBalanced else { throw Failure(.badInput, LineText.unbalanced) }
    }
}

/// How the books of a batch read.
enum BatchText {
    static func books(_ batch: LedgerBatch, _ counts: BatchCounts) -> String {
        let counted =
            counts.countedChips == 0
            ? ""
            : Terminal.text(
                "; \(counts.countedChips) chips are nobody's card and count against the release until their destruction is entered",
                "；另有 \(counts.countedChips) 张芯片不是任何人的卡，在登记销毁前仍计入放行数量")
        return Terminal.text(
            "batch \(batch.id) (\(batch.mode), \(batch.profile)): \(sum(counts)); \(counts.rejectedChips) chips rejected",
            "批次 \(batch.id)（\(batch.mode)，\(batch.profile)）：\(sum(counts))；剔除芯片 \(counts.rejectedChips) 张"
        ) + counted
    }

    /// Every row in exactly one state.
    static func sum(_ counts: BatchCounts) -> String {
        let void = counts.void == 0 ? "" : Terminal.text(" + \(counts.void) void", " + 作废 \(counts.void)")
        return Terminal.text(
            "\(counts.made) made + \(counts.rejected) rejected + \(counts.setAside) set aside\(void) + \(counts.inWork) in work + \(counts.waiting) waiting = \(counts.total) rows",
            "制成 \(counts.made) + 剔除 \(counts.rejected) + 搁置 \(counts.setAside)\(void) + 制作中 \(counts.inWork) + 待制 \(counts.waiting) = \(counts.total) 行"
        )
    }

    static func name(of state: OrderState) -> String {
        switch state {
        case .waiting: Terminal.text("waiting", "待制")
        case .inWork: Terminal.text("in work", "制作中")
        case .made: Terminal.text("made", "已制成")
        case .rejected: Terminal.text("rejected", "已剔除")
        case .setAside: Terminal.text("set aside", "搁置")
        }
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
