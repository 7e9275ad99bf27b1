import ArgumentParser
import HealthCard
import ISO7816
import PCSC
import Personalization

struct PersonalizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "personalize", abstract: "Make one applicant's card on a blank chip.",
        discussion: """
            The card is written, reset, read back with its own keys, compared byte for byte, and only then activated. \
            Test batches use the published test keys; a formal batch is refused with exit code 8. A chip that is not \
            blank is left alone, and nothing is tried twice. Look at the plan first with `healthcard plan`.
            """)

    @OptionGroup var batchOptions: BatchOptions
    @OptionGroup var readerOptions: ReaderOptions
    @OptionGroup var traceOptions: TraceOptions

    @Flag(name: .long, help: "JSON on standard output when the card is made.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

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

    mutating func run() throws {
        Terminal.outliveReaders()
        let batch = try batchOptions.open()
        let application = try batch.application(idNumber: batchOptions.id)
        let module = try SoftwareSecurityModule.testKeys(batch.profile)
        try CardPersonalizer.checkGate(batch, module: module)
        let chip = try readerOptions.open()
        let tracing = traceOptions.trace || traceOptions.traceData
        var line = ProgressLine(label: chip.place, isShown: !quiet && !tracing)
        let signals = Termination.finishingTheCard()
        defer { signals.forEach { $0.cancel() } }
        let card: PersonalizedCard
        do {
            card = try chip.use(traceOptions, batch.profile) { channel in
                let personalizer = CardPersonalizer(
                    channel: channel, batch: batch, module: module, dialect: batchOptions.dialect,
                    options: batchOptions.planOptions, random: CardSource.random)
                return try personalizer.personalize(application) { progress in
                    line.show(
                        done: progress.position.index, of: progress.total, phase: progress.position.phase.rawValue)
                }
            }
        } catch {
            line.finish(Terminal.text("not made", "未制成"))
            throw error
        }
        let milliseconds = Int(card.duration / .milliseconds(1))
        line.finish(
            Terminal.text(
                "made: chip \(Hex.encode(card.chipSerial)), \(card.cost.commands) commands, \(milliseconds) ms, read back and activated",
                "制成：芯片 \(Hex.encode(card.chipSerial))，\(card.cost.commands) 条命令，\(milliseconds) 毫秒，已读回比对并激活"))
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
