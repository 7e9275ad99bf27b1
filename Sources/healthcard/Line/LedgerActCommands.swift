import ArgumentParser
import Foundation
import Ledger
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
                Terminal.text(
                    "an authority is enrolled in this ledger: two of its people have to sign that the station takes it up; write the act with --out FILE",
                    "此台账已登记审批机构：须由其两名人员签字同意本站重新接管；请用 --out 文件 生成待签文书"))
        }
        let head = try ledger.head()
        if !yes {
            try Terminal.confirm(
                Terminal.text(
                    "The station goes on with \(ledger.location) from entry \(head?.sequence ?? 0); whatever was written behind it elsewhere is not counted here.",
                    "本站将从第 \(head?.sequence ?? 0) 条起继续使用 \(ledger.location)；其他副本中之后的记录在此不计。"))
        }
        try ledger.adopt(reason: reason)
        Terminal.print(
            Terminal.text(
                "taken up from entry \(head?.sequence ?? 0) on, and entered", "已自第 \(head?.sequence ?? 0) 条起接管并登记"))
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
                Terminal.text(
                    "entered: \(chips.count) chips were destroyed and count no more", "已登记：销毁芯片 \(chips.count) 张，不再计数"))
        case .adoptLedger(let station, let sequence, _):
            Terminal.print(
                Terminal.text(
                    "entered: station \(station) takes the ledger up from entry \(sequence) on",
                    "已登记：工作站 \(station) 自第 \(sequence) 条起接管台账"))
        }
    }
}

enum ActText {
    static func next(_ path: String) -> String {
        Terminal.text(
            "\(path): have two of the enrolled people sign it (`healthcard sign \(path)`), then `healthcard ledger enter \(path)`",
            "\(path)：请由两名已登记人员签字（healthcard sign \(path)），再执行 healthcard ledger enter \(path)")
    }
}
