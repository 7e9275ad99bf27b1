import ArgumentParser
import CardProfiles
import HealthCard
import PCSC

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is on a card: answer to reset explained, life cycle, directories, files.",
        discussion: """
            Works on any card, including a blank one. Without --probe, it presents no key to the card and costs no \
            attempt. A card that passes internal authentication with the published test key is a test card. A bank's \
            applications beside the health application are listed by name; nothing of their data is read.
            """)

    @OptionGroup var readerOptions: ReaderOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var habitOptions: HabitOptions
    @OptionGroup var traceOptions: TraceOptions

    @Flag(
        name: .long,
        help: ArgumentHelp(
            "On a test card: also obtain read access, and detect the quirks that show only then.",
            discussion: "Costs an attempt on a card whose read keys do not match its authentication key."))
    var probe = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func run() throws {
        let profile = try profileOptions.load(testKeys: true)
        let inspection = try readerOptions.open().use(traceOptions, profile) {
            try CardInspection.inspect(
                $0, profile: profile, memory: habitOptions.memory(), provesKeys: probe, random: CardSource.random)
        }
        Terminal.print(json ? inspection.json.text(pretty: true) : inspection.text(in: Terminal.language))
    }
}
