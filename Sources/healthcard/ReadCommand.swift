import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import PCSC

struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Read a card: who it is, and what an emergency room must know.",
        discussion: """
            A test card opens to the published test keys, any card to a SAM (--sam). A formal card gives its issuer \
            alone without one; the rest is listed under "unreadable" with the reason.
            """)

    @OptionGroup var readerOptions: ReaderOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var securityOptions: SecurityOptions
    @OptionGroup var traceOptions: TraceOptions

    @Option(name: .long, help: "text, json (Docs/items.md) or fhir (an R4 Bundle, Docs/fhir.md). Default: text.")
    var format: OutputFormat?

    @Flag(name: .long, help: "The same as --format json.")
    var json = false

    @Option(
        name: .long,
        help: "Insist on these keys: 'test', the published ones. Without it they are tried on a card that has them.")
    var keys: KeySource?

    @Flag(name: .long, help: "Say on standard error how many commands it took, and how long.")
    var stats = false

    enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
        case text, json, fhir
    }

    func validate() throws {
        if json, let format, format != .json { throw ValidationError("--json and --format \(format.rawValue) differ") }
    }

    mutating func run() throws {
        let format = json ? .json : format ?? .text
        let profile = try profileOptions.load(testKeys: true)
        let clock = ContinuousClock()
        var begin = clock.now
        var elapsed = Duration.zero
        let reading = try securityOptions.use(readerOptions, profile, traceOptions, testKeys: keys == .test) {
            channel, module in
            begin = clock.now
            let session = HealthCardSession(channel: channel, profile: profile, securityModule: module)
            defer { elapsed = begin.duration(to: clock.now) }
            return keys == nil ? try session.readWhatIsOpen() : try session.read()
        }
        switch format {
        case .json: Terminal.print(reading.json(pretty: true))
        case .fhir: Terminal.print(reading.fhir(profile: profile).text(pretty: true))
        case .text:
            Terminal.print(reading.document.text(profile: profile))
            if reading.isTestCard {
                Terminal.note(Terminal.text("This is a test card.", "这是测试卡。"))
            }
        }
        for file in reading.unreadable where format == .text {
            Terminal.note(Terminal.text("not read: ", "未读出：") + "\(file.file): \(file.reason)")
        }
        if stats {
            let milliseconds = (elapsed / .milliseconds(1)).formatted(.number.precision(.fractionLength(1)))
            Terminal.note("\(reading.commands) commands, \(milliseconds) ms")
        }
    }
}
