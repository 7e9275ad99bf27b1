import ArgumentParser
import Foundation
import Ledger
import Messages
import ShangMi

struct LedgerVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Find every byte that was changed behind the ledger's back, and say where.",
        discussion: """
            The chain is computed anew, the stations' signatures are checked, the tables are built again from the \
            entries and compared, and of a SQLite file that was closed by a run every page. A finding ends with exit \
            code 6; what cannot be read, or is no ledger, with 2: whether it was changed cannot be told. What a run that was cut off left unsigned is a note: the next run signs it.

            Whoever can write to the store and to the station's folder can put both back to what they were. That is \
            seen by what they cannot write: a head somebody wrote down (`healthcard ledger head`), and a second \
            person's signature (`healthcard ledger countersign`).
            """)

    @OptionGroup var ledgerOptions: LedgerOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A head that was written down: the ledger has to go on from it; may be repeated.", valueName: "SEQ HASH"))
    var head: [String] = []

    @Option(name: .long, help: ArgumentHelp("Whose countersignature there has to be.", valueName: "name"))
    var countersignedBy: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "That person's public key, in PEM; else the ledger's word is taken for it.", valueName: "pem"))
    var countersignKey: String?

    @Flag(name: .long, help: "The last signature of a station's has to be countersigned.")
    var requireCountersign = false

    @Flag(name: .long, help: "JSON.")
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
