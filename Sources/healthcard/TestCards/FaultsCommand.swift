import ArgumentParser
import CardProfiles
import FaultyCards
import Foundation
import Messages
import Personalization
import TestCards
import VirtualCard

struct FaultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults", abstract: "Show that the suite finds what can be wrong with a card.",
        discussion: """
            Makes a virtual card for each seeded fault (healthcard virtual --list-faults), puts it to the whole suite, \
            and says which checks fail; on a right card none may. Ends with 5 if a fault is not found or a right card \
            is faulted.
            """)

    @Option(name: .long, help: "The folder of a test batch; its first person gets the cards, or --id.")
    var batch: String

    @Option(name: .long, help: "The ID number of the person who gets the cards.")
    var id: String?

    @Option(name: .long, help: "Only this fault; repeatable. Default: all.")
    var fault: [String] = []

    @Option(name: .long, help: "How many cards at a time.")
    var workers = ProcessInfo.processInfo.activeProcessorCount

    @Flag(name: .long, help: "Print a table in Markdown: by which way each fault is found.")
    var markdown = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var profileOptions: ProfileOptions

    func validate() throws {
        guard workers > 0 else {
            throw ValidationError(Terminal.words(FaultsText.workersForm))
        }
    }

    func run() throws {
        let profile = try profileOptions.load(testKeys: true)
        let faults = try fault.isEmpty ? CardFault.all : FaultOptions.faults(named: fault)
        let batch = try Batch(folder: batch, profile: profile)
        let application = try id.map { try batch.application(idNumber: $0) } ?? Self.first(of: batch)
        let suite = try ConformanceSuite(profile: profile)
        var times = SuiteOptions()
        times.only = [CheckFamily.timing.rawValue]
        let matrix = FaultMatrix(
            batch: batch, application: application, suite: suite,
            quick: try ConformanceSuite(profile: profile, options: times), profile: profile,
            isThorough: !markdown)
        let alarms = try matrix.falseAlarms()
        for check in alarms { Terminal.note(FaultsText.falseAlarm(check: check)) }
        let total = faults.count
        let rows = try matrix.rows(faults, workers: workers) { row in
            Terminal.note("\(row.fault): \(row.foundBy.count)")
        }
        if markdown {
            Terminal.print(String(FaultMatrix.markdown(rows, checks: suite.checks.count).dropLast()))
        } else if json {
            try Terminal.print(json: rows)
        } else {
            for row in rows {
                Terminal.print("\(row.fault): \(row.foundBy.isEmpty ? "-" : row.foundBy.joined(separator: ", "))")
            }
        }
        let missed = rows.filter(\.foundBy.isEmpty).map(\.fault)
        guard missed.isEmpty, alarms.isEmpty else {
            throw Failure(
                .cardRefused,
                FaultsText.notFound(count: missed.count, total: total, missed: missed, alarms: alarms.count))
        }
    }

    private static func first(of batch: Batch) throws -> Application {
        guard let application = try batch.review().applications.first else {
            throw Failure(.badInput, FaultsText.nobody)
        }
        return application
    }
}
