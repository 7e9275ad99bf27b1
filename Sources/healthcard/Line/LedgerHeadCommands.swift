import ArgumentParser
import Foundation
import Ledger
import Messages
import Releases
import ShangMi

struct LedgerHeadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head",
        abstract: "Print how far the ledger goes: a number and a hash, to be noted elsewhere.",
        discussion: """
            A ledger that was put back to an earlier state does not continue from a head noted after that state: \
            `healthcard ledger verify --head "SEQ HASH"` detects this, and a release that names the head is refused \
            there. Give the head to whoever grants the next release, or keep it on paper. Where several stations \
            write, this one first enters how far it has seen the others, so that the head holds for all of them.
            """)

    @OptionGroup var ledgerOptions: LedgerOptions

    @Flag(name: .long, help: "Print a station's last signature instead of the last entry.")
    var seal = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func run() throws {
        let ledger = try ledgerOptions.openExisting()
        guard let head = seal ? try ledger.lastSeal() : try ledger.headOfAll() else {
            throw Failure(
                .badInput,
                seal
                    ? Terminal.words(LedgerHeadText.nothingSigned)
                    : Terminal.words(LedgerHeadText.empty))
        }
        if json { try Terminal.printLine(json: head) } else { Terminal.print(head.description) }
    }
}

struct LedgerCountersignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "countersign",
        abstract: "Countersign a station's last signature with another person's key.",
        discussion: """
            What is countersigned cannot be removed from the ledger without the signer noticing: the signer keeps the \
            line that this command prints. Where an authority is enrolled, its people countersign, under their own \
            names and with their own keys; elsewhere anybody can, and the name keeps its key. `healthcard ledger \
            verify --countersigned-by NAME --require-countersign` shows whether it was done.
            """)

    @Option(name: .long, help: "The signer's name, as enrolled.")
    var name: String

    @OptionGroup var signerOptions: SignerOptions
    @OptionGroup var ledgerOptions: LedgerOptions

    mutating func run() throws {
        let ledger = try ledgerOptions.openExisting()
        let head = try ledger.countersign(by: Signer(signerOptions.open()), name: name)
        Terminal.print(head.description)
    }

    /// Whoever it is, as one type.
    private struct Signer: ReleaseSigner {
        let signer: any ReleaseSigner
        init(_ signer: any ReleaseSigner) { self.signer = signer }
        var publicKey: SM2.PublicKey { signer.publicKey }
        func signature(of message: [UInt8]) throws -> [UInt8] { try signer.signature(of: message) }
    }
}
