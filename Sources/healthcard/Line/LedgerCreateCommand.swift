import ArgumentParser
import Foundation
import Ledger
import Messages

struct LedgerCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a shared ledger in PostgreSQL, or bring one up to date, as its owner.",
        discussion: """
            Production cards are entered by a role that can only add: it reads the ledger and adds entries, but cannot \
            change or remove anything. --ledger names the owner, whom no station uses; --station-role names the \
            stations' role, which must already exist (CREATE ROLE … LOGIN). `healthcard ledger sql` prints the same \
            for psql.
            """)

    @OptionGroup var ledgerOptions: LedgerOptions

    @Option(name: .long, help: "The role that stations write with.")
    var stationRole: String

    mutating func run() throws {
        let location = try ledgerOptions.location()
        guard location.path == nil else {
            throw Failure(
                .usage,
                LedgerCreateText.ownerMissing)
        }
        try Ledger.create(location, stationRole: stationRole)
        Terminal.print(
            LedgerCreateText.stationsWriteAs(location: "\(location)", stationRole: stationRole))
    }
}

struct LedgerSQLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql", abstract: "Print the SQL that creates a shared ledger in an empty PostgreSQL database.")

    @Option(name: .long, help: "The role that stations write with. Default: psql takes it from -v station=ROLE.")
    var stationRole: String?

    mutating func run() throws {
        Terminal.print(String(LedgerScript.text(stationRole: stationRole).dropLast()))
    }
}
