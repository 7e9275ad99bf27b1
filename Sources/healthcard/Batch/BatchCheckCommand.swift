import ArgumentParser
import CardProfiles
import Foundation
import Personalization

/// How a report is written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv
}

struct BatchCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Find every problem of a batch before any card is produced.",
        discussion: """
            Checks batch.json, the approvals, the reply files, every row and every photo, and lists every problem with \
            its place, what it is and how to correct it; the values themselves are not shown. Nothing is written to \
            the folder. A batch with a problem ends with exit code 6, unless the rows concerned are excluded with \
            --set-aside or --set-aside-file. Docs/batch.md lists the codes of a report.
            """)

    @Argument(help: "The batch folder: batch.json, applications.csv, reply files, photos/ (Docs/batch.md).")
    var folder: String

    @OptionGroup var setAside: SetAsideOptions

    @Option(name: .long, help: "Write the full report to this file.")
    var report: String?

    @Flag(name: .long, help: "Overwrite the report's file, whatever it contains.")
    var force = false

    @Option(name: .long, help: "The format of the report.")
    var format: ReportFormat = .text

    @Option(name: .long, help: "A card profile other than the batch's own: a name, or the path of a YAML file.")
    var profile: String?

    @Option(name: .long, help: "An overlay on the profile, by name or path; may be repeated.")
    var overlay: [String] = []

    mutating func run() throws {
        Terminal.outliveReaders()
        let intake = BatchIntake(folder: folder, profile: try chosenProfile(), setAside: try setAside.load())
        let writer = try report.map { try ReportWriter(path: $0, format: format, inputs: inputs(), isForced: force) }
        // What goes to standard output: the report itself, or, for people, a summary of it.
        let printed = report == nil && format != .text ? ReportWriter(format: format) : nil
        var summary = ReportSummary()
        var progress = IntakeProgressLine()
        let result = try intake.run {
            summary.add($0)
            writer?.write($0)
            printed?.write($0)
        } progress: {
            progress.show($0)
        }
        progress.finish()
        try writer?.finish(result)
        try printed?.finish(result)
        if printed == nil {
            for line in summary.lines(result, folder: folder, reportFile: report) { Terminal.print(line) }
        }
        try Terminal.checkOutput()
        guard result.problemCount == 0 else {
            throw Failure(.badInput, CheckMessage.cannotBeMade(problems: result.problemCount))
        }
    }

    /// Every file that is read: whatever of the batch is no report, and what else was named.
    private func inputs() -> [String] {
        let files = FileManager.default
        let names = ((try? files.contentsOfDirectory(atPath: folder)) ?? []).filter { name in
            ["applications.csv", "batch.json"].contains(name) || name.lowercased().hasSuffix(".xml")
        }
        let photos = folder + "/photos"
        let pictures = ((try? files.contentsOfDirectory(atPath: photos)) ?? []).map { photos + "/" + $0 }
        return names.map { folder + "/" + $0 } + pictures + setAside.setAsideFile + overlay
            + [profile].compactMap { $0 }
    }

    /// Nil for the one the batch names.
    private func chosenProfile() throws -> CardProfile? {
        guard profile != nil || !overlay.isEmpty else { return nil }
        let manifest = try? Batch.readManifest(folder: folder)
        let own = manifest?.mode == .formal || overlay.contains(Batch.testKeysOverlay) ? [] : [Batch.testKeysOverlay]
        return try CardProfile.bundled(
            profile ?? manifest?.profile ?? "resident-health-card", overlays: own + overlay)
    }
}

/// The rows an operator leaves out.
struct SetAsideOptions: ParsableArguments {
    @Option(name: .long, help: "Rows to exclude, numbered as in an editor: 17,23. May be repeated.")
    var setAside: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file with rows or ID numbers to exclude, one per line; may be repeated.",
            discussion: "Put ID numbers here: the shell keeps what is typed on a command line.",
            valueName: "file"))
    var setAsideFile: [String] = []

    func load() throws -> SetAside {
        var rows: [Int] = []
        for text in setAside.flatMap({ $0.split(separator: ",") }) {
            guard let row = Int(text), row > 1 else {
                // Whatever it is may be somebody's number: it is not repeated.
                throw Failure(.usage, CheckMessage.setAsideRows)
            }
            rows.append(row)
        }
        var result = SetAside(rows: rows)
        for path in setAsideFile {
            try result.add(
                list: Terminal.contents(of: path, atMost: 1 << 26), file: (path as NSString).lastPathComponent)
        }
        return result
    }
}

/// How far the check is: a bar on a terminal, a line for each tenth elsewhere.
struct IntakeProgressLine {
    private var tenth = 0

    mutating func show(_ progress: IntakeProgress) {
        let share = progress.totalBytes > 0 ? min(100, progress.bytes * 100 / progress.totalBytes) : 0
        let message: CheckMessage =
            switch progress.phase {
            case .replies: .readingReplies
            case .rows: .rows(progress.rows)
            case .order: .ordering
            }
        let phase = message.text(in: Terminal.language)
        if Terminal.errorIsTerminal {
            let bar = progress.phase == .rows ? "\(Terminal.bar(share, of: 100)) \(share) % " : ""
            Terminal.overwrite(bar + phase)
        } else if progress.phase == .rows, share / 10 > tenth, share < 100 {
            tenth = share / 10
            Terminal.note("\(share) % \(phase)")
        }
    }

    func finish() {
        if Terminal.errorIsTerminal { Terminal.overwrite("") }
    }
}
