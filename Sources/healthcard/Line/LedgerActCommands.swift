import ArgumentParser
import Foundation
import Ledger
import Messages
import Releases

struct LedgerDestroyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy", abstract: "Draw up the act by which two people record that chips were destroyed.",
        discussion: """
            A chip that keys or content were written to counts against the release, whatever became of it, until its \
            destruction is entered. This command writes the act; two of the people enrolled with the authority sign it \
            (`healthcard sign FILE`), and `healthcard ledger enter FILE` enters it. For a chip that is somebody's card \
            or still open, run `healthcard ledger void` first.
            """)

    @Argument(help: "The chips' serial numbers, 16 hexadecimal digits each.")
    var chips: [String]

    @Option(name: .long, help: "How and why, for the ledger, without names or numbers of people.")
    var reason: String

    @Option(name: .long, help: ArgumentHelp("The file for the act; it must not exist yet.", valueName: "file"))
    var out: String

    @OptionGroup var ledgerOptions: LedgerOptions

    func validate() throws { try LedgerReasonText.check(reason, option: "--reason") }

    mutating func run() throws {
        let ledger = try ledgerOptions.openExisting()
        let act = try ledger.draftOfDestruction(chips: chips.map(TypedChip.read), reason: reason)
        try ReleaseOutput.create(out, act.bytes)
        Terminal.print(ActText.next(out))
    }
}

struct LedgerAdoptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Adopt a ledger that this station has lost track of, and record the adoption.",
        discussion: """
            A station keeps track of how far it has come in each ledger. If that record is missing or differs, the \
            ledger may be an older copy, in which cards would be counted anew: find out first. Where an authority is \
            enrolled, --out writes an act that two of its people sign (`healthcard sign FILE`), and `healthcard ledger \
            enter FILE` enters it at this station. Elsewhere this station's own word is enough, but production cards \
            still need the two people. The same act allows a station that joined the ledger later to produce \
            production cards.
            """)

    @Option(name: .long, help: "Why, for the ledger, without names or numbers of people.")
    var reason: String

    @Option(
        name: .long, help: ArgumentHelp("The file for an act to be signed; it must not exist yet.", valueName: "file"))
    var out: String?

    @Flag(name: .long, help: "Do not ask for confirmation.")
    var yes = false

    @OptionGroup var ledgerOptions: LedgerOptions

    func validate() throws {
        try LedgerReasonText.check(reason, option: "--reason")
    }

    mutating func run() throws {
        let ledger = try ledgerOptions.openExisting()
        if let out {
            try ReleaseOutput.create(out, ledger.draftOfAdoption(reason: reason).bytes)
            Terminal.print(ActText.next(out))
            return
        }
        guard try ledger.authority() == nil else {
            throw Failure(
                .notAllowed,
                LedgerActText.twoPeopleNeeded)
        }
        let head = try ledger.head()
        if !yes {
            try Terminal.confirm(
                Terminal.words(LedgerActText.willContinue(location: "\(ledger.location)", entry: head?.sequence ?? 0)))
        }
        try ledger.adopt(reason: reason)
        Terminal.print(
            LedgerActText.takenUp(entry: head?.sequence ?? 0))
    }
}

struct LedgerEnterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enter",
        abstract: "Enter an act that two people have signed: chips destroyed, or a ledger adopted.",
        discussion: "An act is entered only once. The destruction of a chip frees its place in the release's limit.")

    @Argument(help: "The signed act.")
    var file: String

    @OptionGroup var ledgerOptions: LedgerOptions

    mutating func run() throws {
        let act = try ReleaseFiles.explained(file) { try TwoPersonAct(ReleaseFiles.bytes(file)) }
        try ledgerOptions.openExisting().enter(act)
        switch act.deed {
        case .destroyChips(let chips):
            Terminal.print(
                LedgerActText.destroyed(count: chips.count))
        case .adoptLedger(let station, let sequence, _):
            Terminal.print(
                LedgerActText.adopted(station: station, entry: sequence))
        }
    }
}

enum ActText {
    static func next(_ path: String) -> String {
        Terminal.words(LedgerActText.haveSigned(path: path))
    }
}
