import ArgumentParser
import CardProfiles
import Foundation
import Ledger
import Messages
import PCSC
import Personalization
import Production

/// The lanes of a line and its rules.
struct LineOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .upToNextOption,
        help: ArgumentHelp(
            "The readers, one lane each: all, or names, unique parts of names, or numbers in `healthcard readers`.",
            discussion: "virtual:N gives N lanes of virtual chips in this process. Default: all but the SAM's reader.",
            valueName: "reader"))
    var lanes: [String] = []

    @Flag(
        name: .long, help: "Continue a batch that is already in the ledger, or join another station that works on it.")
    var resume = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The program of a feeder machine (Docs/feeder.md). Default: a person is asked to move the cards.",
            valueName: "command"))
    var feeder: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A CSV file of applicants who have a card and get another: rows `row,reason`; the old card becomes void.",
            discussion: "Only for a batch that is not in the ledger yet.", valueName: "file"))
    var replacements: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Replace this applicant's card, produced in this batch: it becomes void, and another one is produced.",
            discussion:
                "Needs --reason. Give - to read the number from standard input, so that the shell does not keep it.",
            valueName: "idnumber"))
    var replace: String?

    @Option(name: .long, help: "With --replace: why, for the ledger, without names or numbers of people.")
    var reason: String?

    @Option(name: .long, help: "The folder for the lists when the batch is done. Default: out in the batch folder.")
    var out: String?

    @Option(name: .customLong("operator"), help: "The operator of the line, for the ledger. Default: the user's name.")
    var operatorName: String?

    @Flag(name: .long, help: "Ring the terminal's bell whenever the operator needs to act.")
    var bell = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Show the line in a browser at this address of this machine, such as 127.0.0.1:8330.",
            discussion: """
                Anybody who reaches the address sees the line. It is paused and stopped there with the token that the \
                terminal shows, on this machine alone.
                """, valueName: "address"))
    var view: String?

    @Option(name: .long, help: "How many cards in a row without success stop a lane.")
    var failuresInRow = LineSettings().failuresInRow

    @Option(name: .long, help: "How many lanes with the same error, and no success in between, stop the line.")
    var lanesWithSameError = LineSettings().lanesWithSameError

    @Option(name: .long, help: "How many chips may fail for one applicant.")
    var chipsPerCard = LineSettings().chipsPerOrder

    @Option(name: .long, help: "How many seconds to wait for a card that was removed before it was finished.")
    var returnWait = 30.0

    @Option(name: .long, help: "How many seconds to wait for a reader, or for a card that a feeder has loaded.")
    var readerWait = 30.0

    @Option(name: .long, help: "How many seconds a card may take for one command before its reader is given up.")
    var commandLimit = 60.0

    @Option(name: .long, help: "With virtual lanes: the folder for their chips. Default: the chips are not kept.")
    var virtualChips: String?

    @Option(name: .long, help: "With virtual lanes: how many chips there are. Default: as many as needed.")
    var virtualSupply: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            environment.json of the test cards (Docs/testcards.md): differences are shown; those that matter stop \
            the run.
            """,
            valueName: "file"))
    var testedEnvironment: String?

    @OptionGroup var deliveredKey: DeliveredKeyOptions

    @Option(name: .long, help: .hidden)
    var killAt: String?

    /// Who runs the line, for the ledger.
    var operatorNamed: String { operatorName ?? NSUserName() }

    /// Where browsers are shown the line; nil: nowhere.
    var viewAddress: ViewAddress? { view.flatMap { ViewAddress($0) } }

    /// By row of `applications.csv`.
    func replacementReasons() throws -> [Int: String] {
        guard let path = replacements else { return [:] }
        return try ReplacementList(
            path: path == "-" ? "/dev/fd/0" : path, file: (path as NSString).lastPathComponent
        ).reasons
    }

    func validate() throws {
        guard (replace == nil) == (reason == nil) else {
            throw ValidationError(
                Terminal.words(LineOptionText.replaceWithReason))
        }
        guard replace == nil || replacements == nil else {
            throw ValidationError(
                Terminal.words(LineOptionText.oneReplacement))
        }
        try LedgerReasonText.check(reason, option: "--reason")
        try LedgerReasonText.check(operatorName, option: "--operator")
        guard view == nil || viewAddress != nil else {
            throw ValidationError(Terminal.words(LineOptionText.viewAddress))
        }
        guard failuresInRow > 0, lanesWithSameError > 1, chipsPerCard > 0 else {
            throw ValidationError(
                Terminal.words(LineOptionText.atLeastOne))
        }
        guard [returnWait, readerWait, commandLimit].allSatisfy({ $0 >= 0 && $0 < 1e6 }) else {
            throw ValidationError(
                Terminal.words(LineOptionText.seconds))
        }
        guard killAt == nil || VirtualLanes.Death(killAt ?? "") != nil else {
            throw ValidationError("--kill-at takes COMMAND, with :answered, :blank or both behind it")
        }
        guard !isVirtual || virtualLaneCount != nil else {
            throw ValidationError(
                Terminal.words(LineOptionText.virtualForm))
        }
        guard
            isVirtual
                || (virtualChips == nil && virtualSupply == nil && killAt == nil && deliveredKey.transportKey == nil)
        else {
            throw ValidationError(
                Terminal.words(LineOptionText.virtualChips)
            )
        }
    }

    var settings: LineSettings {
        var settings = LineSettings()
        settings.failuresInRow = failuresInRow
        settings.lanesWithSameError = lanesWithSameError
        settings.chipsPerOrder = chipsPerCard
        settings.returnWait = .seconds(returnWait)
        settings.readerWait = .seconds(readerWait)
        settings.commandLimit = .seconds(commandLimit)
        return settings
    }

    private static let virtualPrefix = "virtual:"
    private static let mostVirtualLanes = 64

    var isVirtual: Bool { lanes.contains { $0.hasPrefix(Self.virtualPrefix) } }

    private var virtualLaneCount: Int? {
        guard lanes.count == 1, let count = Int(lanes[0].dropFirst(Self.virtualPrefix.count)),
            (1...Self.mostVirtualLanes).contains(count)
        else { return nil }
        return count
    }

    /// - Parameter handling: who moves cards between real readers and trays.
    func setups(profile: CardProfile, handling: () throws -> any CardHandling) throws -> [LaneSetup] {
        if let count = virtualLaneCount {
            return try VirtualLanes(
                count: count, profile: profile, folder: virtualChips, supply: virtualSupply,
                death: killAt.flatMap(VirtualLanes.Death.init), transportKey: deliveredKey.load()
            ).setups()
        }
        let readers = try chosenReaders()
        let handling = try handling()
        return readers.map { LaneSetup(slot: ReaderSlot($0), handling: handling) }
    }

    func chosenReaders() throws -> [ReaderName] {
        let present = try PCSCContext().readers()
        var chosen: [ReaderName] = []
        if lanes.isEmpty || lanes == ["all"] {
            let samReader = ProcessInfo.processInfo.environment["HEALTHCARD_SAM_READER"].flatMap {
                $0.isEmpty ? nil : $0
            }
            let sam = try samReader.map { try ReaderName.choose($0, among: present) }
            chosen = present.filter { $0 != sam }
        } else {
            for lane in lanes { chosen.append(try ReaderName.choose(lane, among: present)) }
        }
        guard !chosen.isEmpty else { throw ReaderChoiceError.noReaders }
        guard Set(chosen).count == chosen.count else {
            throw Failure(
                .usage, LineOptionText.readerTwice)
        }
        return chosen
    }
}
