import ArgumentParser
import Foundation
import Ledger
import Messages
import Releases

struct LedgerDestroyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy", abstract: "Write the act by which two people say that chips were destroyed.",
        discussion: """
            A chip that keys or content were written to counts against the release, whatever became of it, until its \
            destruction is entered. This writes the text; two of the people who are enrolled with the authority sign it \
            (`healthcard sign FILE`), and `healthcard ledger enter FILE` enters it. `healthcard ledger void` comes first \
            for a chip that is somebody's card or still open.
            """)

    @Argument(help: "The chips' serial numbers, 16 hexadecimal digits each.")
    var chips: [String]

    @Option(name: .long, help: "How and why, for the ledger; no names and numbers of people.")
    var reason: String

    @Option(name: .long, help: ArgumentHelp("The file the act goes to; it must not be there.", valueName: "file"))
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
        commandName: "adopt", abstract: "Take a ledger up again whose memory this station has lost, on the record.",
        discussion: """
            A station keeps how far it has come in each ledger. Where that is missing or says something else, the ledger \
            may be an older copy, which would count cards anew: find out first. Where an authority is enrolled, --out \
            writes an act that two of its people sign (`healthcard sign FILE`); `healthcard ledger enter FILE` enters it \
            at this station. Elsewhere this station's own word does, and formal cards wait for the two all the same. The \
            same act lets a station that came to the ledger later make formal cards.
            """)

    @Option(name: .long, help: "Why, for the ledger; no names and numbers of people.")
    var reason: String

    @Option(
        name: .long, help: ArgumentHelp("The file for an act to be signed; it must not be there.", valueName: "file"))
    var out: String?

    @Flag(name: .long, help: "Do not ask.")
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
        commandName: "enter", abstract: "Enter what two people have signed: chips destroyed, or a ledger taken up.",
        discussion: "An act is entered once. A chip that was destroyed gives its place in the release's limit back.")

    @Argument(help: "The act, signed.")
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
