import ArgumentParser
import CardProfiles
import HealthCard
import PCSC

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "What is on this card: answer to reset explained, life cycle, directories, files.",
        discussion: """
            Works on any card, blank ones too. Without --probe it proves no key and spends no try. A card that answers the internal \
            authentication under the published test key is a test card.
            """)

    @OptionGroup var readerOptions: ReaderOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var habitOptions: HabitOptions
    @OptionGroup var traceOptions: TraceOptions

    @Flag(
        name: .long,
        help: ArgumentHelp(
            "On a test card: win its read rights too, and find out what only then shows of its habits.",
            discussion: "A card whose read keys are others than its authentication key would lose a try."))
    var probe = false

    @Flag(name: .long, help: "JSON.")
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
