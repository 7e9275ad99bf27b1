import ArgumentParser
import HealthCard
import ISO7816
import Messages
import PCSC
import Personalization

struct PersonalizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "personalize",
        abstract: "Personalize the cards of a batch on many readers, or one applicant's card.",
        discussion: """
            Each card is written, reset, read back with its own keys, compared byte for byte, and only then activated. \
            Without --id the whole batch is produced, one lane for each reader: the batch is checked first, and every \
            step that counts is entered in a ledger before it is carried out, so that --resume continues a run that \
            was interrupted at any point. Test batches use the published test keys. A production batch needs --keys \
            and a release; without them it is refused with exit code 8 and the exact reason (Docs/releases.md).

            During a run, press p to pause, r to resume, s to stop after the cards in work, q to stop at once, and e \
            when the blank cards are used up; on a pipe, send the words pause, resume, stop, quit, empty. Ctrl-C stops \
            after the cards in work; a second Ctrl-C stops at once.
            """)

    @OptionGroup var source: BatchSourceOptions

    @Option(name: .long, help: "Personalize only this applicant's card, for the bench; it is not entered in a ledger.")
    var id: String?

    @OptionGroup(title: "One card") var readerOptions: ReaderOptions
    @OptionGroup(title: "One card") var traceOptions: TraceOptions
    @OptionGroup(title: "A batch") var lineOptions: LineOptions
    @OptionGroup(title: "A batch") var ledgerOptions: LedgerOptions
    @OptionGroup(title: "A batch") var setAsideOptions: SetAsideOptions
    @OptionGroup(title: "Keys") var keyOptions: KeyOptions
    @OptionGroup(title: "Production cards") var releaseOptions: ReleaseOptions

    @Flag(
        name: .long,
        help: "Print JSON: one object for a card; for a batch, one line per event and a report.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        guard id == nil || lineOptions.lanes.isEmpty else {
            throw ValidationError(
                Terminal.words(PersonalizeText.idOrLanes))
        }
        guard id == nil || releaseOptions.release == nil else {
            throw ValidationError(
                Terminal.words(PersonalizeText.formalByLine))
        }
    }

    mutating func run() throws {
        Terminal.outliveReaders()
        if let id { return try makeOne(id) }
        try LineRun(
            source: source, line: lineOptions, ledger: ledgerOptions, setAside: setAsideOptions, keys: keyOptions,
            release: releaseOptions,
            style: json ? .json : quiet ? .silent : Terminal.errorIsTerminal ? .live : .plain
        ).run()
    }

    private struct Made: Encodable {
        let idNumber: String
        let chipSerial: String
        let image: String
        let commands: Int
        let bytesOut: Int
        let bytesIn: Int
        let milliseconds: Int
        let reader: String
    }

    private func makeOne(_ id: String) throws {
        let batch = try BatchOptions.open(source)
        let application = try batch.application(idNumber: id)
        let module = try keyOptions.module(for: batch.profile)
        try CardPersonalizer.checkGate(batch, module: module)
        let chip = try readerOptions.open()
        let tracing = traceOptions.trace || traceOptions.traceData
        var line = ProgressLine(label: chip.place, isShown: !quiet && !tracing)
        let signals = try Termination.finishingTheCard()
        defer { signals.end() }
        let card: PersonalizedCard
        do {
            card = try chip.use(traceOptions, batch.profile) { channel in
                let personalizer = CardPersonalizer(
                    channel: channel, batch: batch, module: module, dialect: source.dialect,
                    options: source.planOptions, random: CardSource.random)
                return try personalizer.personalize(application) { progress in
                    line.show(
                        done: progress.position.index, of: progress.total, phase: progress.position.phase.rawValue)
                }
            }
        } catch {
            line.finish(Terminal.words(PersonalizeText.notMade))
            throw error
        }
        let milliseconds = Int(card.duration / .milliseconds(1))
        line.finish(
            Terminal.words(
                PersonalizeText.made(
                    chip: Hex.encode(card.chipSerial), commands: card.cost.commands, milliseconds: milliseconds)))
        if json {
            try Terminal.print(
                json: Made(
                    idNumber: card.idNumber.text, chipSerial: Hex.encode(card.chipSerial),
                    image: Hex.encode(card.imageDigest).lowercased(), commands: card.cost.commands,
                    bytesOut: card.cost.bytesOut, bytesIn: card.cost.bytesIn, milliseconds: milliseconds,
                    reader: chip.place))
        }
    }
}
