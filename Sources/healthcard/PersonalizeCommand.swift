import ArgumentParser
import HealthCard
import ISO7816
import Messages
import PCSC
import Personalization

struct PersonalizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "personalize", abstract: "Make the cards of a batch on many readers, or one applicant's card.",
        discussion: """
            Every card is written, reset, read back with its own keys, compared byte for byte, and only then activated. \
            Without --id the whole batch is made, each reader a lane of its own: the batch is checked first, and every \
            step that counts stands in a ledger before it is done, so that a run that was cut off at any instant goes on \
            with --resume. Test batches use the published test keys; a formal batch wants --keys and a release, and is \
            refused with exit code 8 without them, with the exact reason (Docs/releases.md).

            A rehearsal without readers:  healthcard personalize --batch DIR --lanes virtual:4
            The line in the evening:      healthcard personalize --batch DIR --lanes all --ledger LEDGER
            After a power cut:            the same, with --resume
            Formal cards:                 the same, with --keys STORE --release FILE --authority PEM --maker NAME
                                          --product NAME --product-version NAME
            One card for the bench:       healthcard personalize --batch DIR --id IDNUMBER --reader NAME

            While it runs: p pauses, r resumes, s stops after the cards in work, q stops at once (the same words, pause, \
            resume, stop, quit, on a pipe); Ctrl-C stops after the cards in work, a second one at once.
            """)

    @OptionGroup var source: BatchSourceOptions

    @Option(name: .long, help: "Make this applicant's card alone, for the bench; it enters no ledger.")
    var id: String?

    @OptionGroup(title: "One card") var readerOptions: ReaderOptions
    @OptionGroup(title: "One card") var traceOptions: TraceOptions
    @OptionGroup(title: "A batch") var lineOptions: LineOptions
    @OptionGroup(title: "A batch") var ledgerOptions: LedgerOptions
    @OptionGroup(title: "A batch") var setAsideOptions: SetAsideOptions
    @OptionGroup(title: "Keys") var keyOptions: KeyOptions
    @OptionGroup(title: "Formal cards") var releaseOptions: ReleaseOptions

    @Flag(
        name: .long,
        help: "JSON on standard output: of a card when it is made, of a batch a line for each event and a report.")
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
