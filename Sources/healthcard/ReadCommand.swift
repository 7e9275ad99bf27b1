import ArgumentParser
import CardProfiles
import ElectronicCard
import Foundation
import HealthCard
import Messages
import PCSC

struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Read a card: its holder, and what an emergency room must know.",
        discussion: """
            A test card can be read with the published test keys, and any card with a SAM (--sam). Without a SAM, a \
            production card gives only its issuer data. What could not be read is listed under "unreadable" with a \
            code and the reason, and is left out of the data: it is not known to be empty. Exit code 7 means that a \
            part you asked for is missing; use --sections to ask for less.
            """)

    @OptionGroup var readerOptions: ReaderOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var securityOptions: SecurityOptions
    @OptionGroup var habitOptions: HabitOptions
    @OptionGroup var traceOptions: TraceOptions

    @Option(
        name: .long,
        help: "The output format: text, json (Docs/items.md) or fhir (an R4 Bundle, Docs/fhir.md). Default: text.")
    var format: OutputFormat?

    @Flag(name: .long, help: "The same as --format json.")
    var json = false

    @Option(
        name: .long,
        help: """
            Require these keys: 'test' for the published test keys. Default: use the test keys only on a card that \
            has them.
            """)
    var keys: KeySource?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Read only these sections, named as in Docs/items.md.",
            discussion: "Separate names with commas: holder,photo. Default: every section.",
            valueName: "names"))
    var sections: String?

    @Flag(name: .long, help: "Do not read the visits.")
    var noVisits = false

    @Flag(
        name: .long,
        help: ArgumentHelp(
            "With --json: also list the applications beside the health application, such as a bank's.",
            discussion: "One more SELECT for each that the profile knows; nothing of their data is read."))
    var otherApplications = false

    @Flag(
        name: .long,
        help:
            """
            Report the number of commands of each kind, the bytes and the time on standard error; as JSON unless \
            the format is text.
            """)
    var stats = false

    enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
        case text, json, fhir
    }

    func validate() throws {
        if json, let format, format != .json {
            throw ValidationError(
                Terminal.words(ReadText.formatsDiffer(format: format.rawValue)))
        }
        guard !otherApplications || json || format == .json else {
            throw ValidationError(Terminal.words(ReadText.otherApplicationsInJSON))
        }
    }

    mutating func run() throws {
        let format = json ? .json : format ?? .text
        let profile = try profileOptions.load(testKeys: true)
        let scope = try scope(profile)
        let clock = ContinuousClock()
        var elapsed = Duration.zero
        var statistics = LinkStatistics()
        var others: [OtherApplication]?
        let reading = try securityOptions.use(readerOptions, profile, traceOptions, testKeys: keys == .test) {
            channel, module in
            let begin = clock.now
            let session = HealthCardSession(
                channel: channel, profile: profile, securityModule: module, habits: habitOptions.memory(),
                random: CardSource.random)
            defer {
                elapsed = begin.duration(to: clock.now)
                statistics = session.statistics
            }
            let reading = keys == nil ? try session.readWhatIsOpen(scope) : try session.read(scope)
            // Last: it costs the rights that reading has won.
            if otherApplications { others = try session.otherApplications() }
            return reading
        }
        switch format {
        case .json: Terminal.print(reading.publishedJSON(profile: profile, others: others))
        case .fhir: Terminal.print(reading.publishedFHIR(profile: profile))
        case .text:
            Terminal.print(reading.document.text(profile: profile, in: Terminal.language))
            if reading.isTestCard {
                Terminal.note(ReadText.testCard)
            }
        }
        if let flaw = reading.identity.answerToResetFlaw {
            Terminal.note(ReadText.answerToReset(flaw: AnyMessage(flaw)))
        }
        for file in reading.unreadable where format == .text {
            let what = file.isShown ? Terminal.words(ReadText.damaged) : Terminal.words(ReadText.notRead)
            Terminal.note(what + "\(file.file): \(file.reason.what(in: Terminal.language))")
        }
        if stats { Terminal.note(statistics, elapsed, asJSON: format != .text) }
        guard reading.document.isIncomplete else { return }
        try Terminal.checkOutput()
        let missing = reading.unreadable.filter { !$0.isShown }
        throw Failure(.partFailed, Self.summary(missing, profile))
    }

    /// `part of the card could not be read: allergies, clinical`.
    private static func summary(_ missing: [UnreadableFile], _ profile: CardProfile) -> String {
        let sections = Set(missing.map(\.section))
        let names = profile.sections.filter { name in
            sections.contains(name) && profile.files(section: name).first?.shape != .index
        }.joined(separator: ", ")
        return Terminal.words(ReadText.partUnread(names: names))
    }

    /// What of the card is wanted.
    private func scope(_ profile: CardProfile) throws -> ReadScope {
        let names = sections.map { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
        let known = profile.sections.filter { profile.files(section: $0).first?.shape != .index }
        if let names, let unknown = names.isEmpty ? "" : names.first(where: { !known.contains($0) }) {
            throw ValidationError(
                Terminal.words(ReadText.unknownSection(unknown: unknown))
                    + known.joined(separator: ", "))
        }
        return ReadScope(sections: names.map { Set($0) }, visits: noVisits ? .none : .valid)
    }
}
