import ArgumentParser
import Foundation
import Ledger
import Messages
import ShangMi

struct LedgerVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Find every byte of the ledger that was changed by other means, and report where.",
        discussion: """
            The chains are computed anew, the stations' signatures are verified, and the tables are rebuilt from the \
            entries and compared; in a SQLite file that was closed by a run, every page is checked as well. A finding \
            ends with exit code 6. A ledger that cannot be read, or a file that is not a ledger, ends with 2: whether \
            it was changed cannot be told. Entries that an interrupted run left unsigned are reported in a note: the \
            next run signs them.

            Whoever can write to the store and to the station's folder can put both back to an earlier state. That is \
            detected by what they cannot write: a head that somebody noted (`healthcard ledger head`), and a second \
            person's signature (`healthcard ledger countersign`).
            """)

    @OptionGroup var ledgerOptions: LedgerOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A head that was noted: the ledger must continue from it; may be repeated.", valueName: "SEQ HASH"))
    var head: [String] = []

    @Option(name: .long, help: ArgumentHelp("Whose countersignature is required.", valueName: "name"))
    var countersignedBy: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "That person's public key, in PEM. Default: the key in the ledger, which is taken on trust.",
            valueName: "pem"))
    var countersignKey: String?

    @Flag(name: .long, help: "Require that a station's last signature is countersigned.")
    var requireCountersign = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private func demands() throws -> LedgerDemands {
        var demands = LedgerDemands()
        demands.heads = try head.map { text in
            guard let head = LedgerHead(text) else {
                throw Failure(
                    .usage,
                    LedgerVerifyText.headForm)
            }
            return head
        }
        demands.countersigner = countersignedBy
        demands.isCountersigned = requireCountersign
        demands.countersigningKey = try countersignKey.map { path in
            try ReleaseFiles.explained(path) { try SM2.PublicKey(pem: ReleaseFiles.read(path, atMost: 16384)) }
        }
        return demands
    }

    mutating func run() throws {
        let result = try Ledger.verify(
            ledgerOptions.existing(), station: ledgerOptions.openStation(), demands: demands())
        if json {
            try Terminal.print(json: result)
        } else {
            for note in result.notes { Terminal.print(Terminal.words(LedgerVerifyText.note) + Terminal.words(note)) }
            for finding in result.findings { Terminal.print(finding) }
            if result.unlisted > 0 {
                Terminal.print(LedgerVerifyText.more(count: result.unlisted))
            }
            for signed in result.countersigned {
                Terminal.print(
                    LedgerVerifyText.countersigned(name: signed.name, entry: signed.sequence, all: result.entries))
            }
            Terminal.print(
                LedgerVerifyText.checked(entries: result.entries, signatures: result.seals, head: result.head))
        }
        try Terminal.checkOutput()
        guard result.isSound else {
            throw Failure(
                .badInput,
                LedgerVerifyText.changed(count: result.findings.count + result.unlisted))
        }
    }
}
