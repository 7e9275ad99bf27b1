import ArgumentParser
import Files
import Foundation
import Ledger
import Messages

/// Which ledger, and which station writes to it.
struct LedgerOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The ledger: a SQLite file, or postgres://USER@HOST/DATABASE for several stations.",
            discussion:
                """
                Default: HEALTHCARD_LEDGER, else healthcard/ledger.sqlite in XDG_STATE_HOME or ~/.local/state. A \
                password belongs in ~/.pgpass, not on a command line.
                """))
    var ledger: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder with this station's name and signing key; created if it does not exist.",
            discussion: "Default: HEALTHCARD_STATION, else healthcard/station in XDG_STATE_HOME or ~/.local/state."))
    var station: String?

    /// Whether somebody has said which ledger.
    var isNamed: Bool {
        let named = ledger ?? ProcessInfo.processInfo.environment["HEALTHCARD_LEDGER"]
        return named?.isEmpty == false
    }

    /// - Parameter fallback: the ledger where none is named; nil: the standard one.
    func location(orElse fallback: String? = nil) throws -> LedgerLocation {
        let environment = ProcessInfo.processInfo.environment
        if let named = ledger ?? fallback ?? environment["HEALTHCARD_LEDGER"], !named.isEmpty {
            return try LedgerLocation(named)
        }
        let folder = try Station.standardFolder().parentFolder
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return try LedgerLocation(folder + "/ledger.sqlite")
    }

    func openStation() throws -> Station {
        let named = station ?? ProcessInfo.processInfo.environment["HEALTHCARD_STATION"]
        return try Station.open(folder: named.flatMap { $0.isEmpty ? nil : $0 } ?? Station.standardFolder())
    }

    /// Whoever waits for a ledger is told whom for.
    private func watchWaits() {
        LedgerWait.watch { wait in
            let holders = wait.holders.map { holder in
                Terminal.words(LedgerOptionText.process(process: "\(holder.process)"))
                    + (holder.program.isEmpty ? "" : Terminal.words(LedgerOptionText.program(name: holder.program)))
            }
            let who =
                holders.isEmpty ? Terminal.words(LedgerOptionText.anotherProgram) : holders.joined(separator: ", ")
            Terminal.note(
                LedgerOptionText.waiting(path: wait.path, who: who, seconds: "\(LedgerWait.patience)"))
        }
    }

    func open(orElse fallback: String? = nil, isRehearsal: Bool = false) throws -> Ledger {
        watchWaits()
        return try Ledger.open(location(orElse: fallback), station: openStation(), isRehearsal: isRehearsal)
    }

    /// A ledger that is there: looking at one makes none.
    func openExisting() throws -> Ledger { try Ledger.openExisting(existing(), station: openStation()) }

    /// The same without bringing it up to date.
    func openToExport() throws -> Ledger { try Ledger.openToExport(existing(), station: openStation()) }

    func existing() throws -> LedgerLocation {
        watchWaits()
        let place = try location()
        if let path = place.path, !FileManager.default.fileExists(atPath: path) {
            throw Failure(
                .badInput,
                LedgerOptionText.missing(path: path))
        }
        return place
    }
}
