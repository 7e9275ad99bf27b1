import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Messages
import Personalization
import Photos

struct UpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change the data on a card: phone, address, contacts, clinical data, photo …",
        discussion: """
            Items are named as in Docs/items.md; if a name is not unique, put the section in front: validity.phone1 \
            instead of phone1. Only what differs is written, and it is read back. Other users of the machine can see \
            values on a command line: --from reads them from a file, or from standard input with '-'.

            A production card needs a SAM (--sam) of a type that may update the file. If the card is pulled out \
            during an update, put it back: the program checks it and reports whether it holds the old or the new \
            content. Exit codes: 0 everything is as requested, 4 the card was removed and not everything is written, \
            5 refused, 6 bad values, 8 the SAM does not permit it.
            """)

    @OptionGroup var readerOptions: ReaderOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var securityOptions: SecurityOptions
    @OptionGroup var traceOptions: TraceOptions
    @OptionGroup var habitOptions: HabitOptions

    @Option(name: .long, help: ArgumentHelp("Set an item; may be repeated.", valueName: "item=value"))
    var set: [String] = []

    @Option(name: .long, help: ArgumentHelp("Clear an item; may be repeated.", valueName: "item"))
    var clear: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Add an allergy, the newest last; may be repeated. The oldest on the card is overwritten.",
            valueName: "substance[=reaction]"))
    var addAllergy: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Add an immunization, the newest last; may be repeated. The oldest on the card is overwritten.",
            valueName: "vaccine[=date]"))
    var addImmunization: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            A JPEG file for the photo; it is cropped and compressed for the card, as in a batch (Docs/photos.md).
            """, valueName: "file"))
    var photo: String?

    @Flag(name: .customLong("no-photo"), help: "Remove the photo.")
    var noPhoto = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "JSON in the format of `read --json`, with only what is to change; '-' for standard input.",
            valueName: "file"))
    var from: String?

    @Flag(name: .long, help: "Show what would be written, and write nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Print JSON: the outcome for each record.")
    var json = false

    @Flag(name: .long, help: "Report the number of commands, the bytes and the time on standard error.")
    var stats = false

    func validate() throws {
        guard photo == nil || !noPhoto else {
            throw ValidationError(
                Terminal.words(UpdateText.photoOrNone))
        }
        guard
            !(set.isEmpty && clear.isEmpty && addAllergy.isEmpty && addImmunization.isEmpty && photo == nil && !noPhoto
                && from == nil)
        else {
            throw ValidationError(
                Terminal.words(UpdateText.nothing))
        }
    }

    mutating func run() throws {
        Terminal.outliveReaders()
        let profile = try profileOptions.load(testKeys: true)
        let changes = try changes(profile)
        let dryRun = dryRun
        let memory = habitOptions.memory()
        let clock = ContinuousClock()
        var elapsed = Duration.zero
        var statistics = LinkStatistics()
        let report: UpdateReport
        var failure: Failure?
        do {
            report = try securityOptions.use(readerOptions, profile, traceOptions) { channel, module in
                let begin = clock.now
                let session = HealthCardSession(
                    channel: channel, profile: profile, securityModule: module, habits: memory,
                    random: CardSource.random)
                defer {
                    elapsed = begin.duration(to: clock.now)
                    statistics = session.statistics
                }
                return dryRun
                    ? try session.compare(changes) : try Termination.finishing { try session.update(changes) }
            }
        } catch let error as UpdateError {
            (report, failure) = settled(error, profile)
        }
        if json {
            Terminal.print(report.json.text(pretty: true))
        } else {
            for record in report.records { Terminal.print(line(record)) }
        }
        if stats { Terminal.note(statistics, elapsed, asJSON: json) }
        if let failure { throw failure }
    }

    // MARK: What is to change

    /// Everything that is wrong with what was asked comes at once.
    private func changes(_ profile: CardProfile) throws -> CardChanges {
        var changes = CardChanges(profile: profile)
        var problems: [CardChangesError.Problem] = []
        func collect(_ step: () throws -> Void) throws {
            do { try step() } catch let error as CardChangesError { problems += error.problems }
        }
        if let from { try collect { try changes.merge(json: Terminal.contents(of: from)) } }
        for (name, text) in try set.map({ try Self.pair($0, option: "--set") }) {
            try collect { try changes.set(name, to: text) }
        }
        for name in clear { try collect { try changes.clear(name) } }
        for text in addAllergy { try collect { try add(text, to: "allergies", &changes) } }
        for text in addImmunization { try collect { try add(text, to: "immunizations", &changes) } }
        if let photo { try collect { try changes.setPhoto(Terminal.contents(of: photo)) } }
        if noPhoto { try collect { try changes.setPhoto(nil) } }
        guard problems.isEmpty else { throw CardChangesError(problems: problems) }
        // A photo is held to the rules of the intake, however it was given.
        do {
            try changes.fitPicture(PhotoFitting(profile: profile).fit)
        } catch {
            throw Failure(.badInput, UpdateText.photo(flaw: AnyMessage(of: error)))
        }
        return changes
    }

    /// The first item of a list before the first `=`, the second after it.
    private func add(_ text: String, to section: String, _ changes: inout CardChanges) throws {
        let items = changes.profile.files(section: section).first?.items.map(\.name) ?? []
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        try changes.add(to: section, Dictionary(zip(items, parts)) { $1 })
    }

    private static func pair(_ text: String, option: String) throws -> (String, String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            throw Failure(
                .usage,
                UpdateText.noEqualsSign(option: option))
        }
        return (parts[0], parts[1])
    }

    // MARK: What became of it

    /// Asks a card that went away, once it is back, what it holds of the record in doubt.
    private func settled(_ error: UpdateError, _ profile: CardProfile) -> (UpdateReport, Failure?) {
        var failure = Failure(any: error) ?? Failure(.bug, AnyMessage(of: error))
        guard let doubt = error.doubt else { return (error.report, failure) }
        let question = Terminal.words(UpdateText.whichContent(doubt: "\(doubt)"))
        let answer = CardReturn.ask(question) {
            try securityOptions.use(readerOptions.withoutWaiting, profile, traceOptions) { channel, module in
                try CardSource.session(channel, profile, module).settle(doubt)
            }
        }
        guard let answer else { return (error.report, failure) }
        let report = error.report(settling: answer)
        failure = Failure(any: error.cause) ?? failure
        switch answer {
        case .new:
            Terminal.note(UpdateText.new(doubt: "\(doubt)"))
            if report.records(.notWritten).isEmpty { return (report, nil) }
        case .old:
            Terminal.note(UpdateText.old(doubt: "\(doubt)"))
        case .noPhoto:
            Terminal.note(UpdateText.photoGone(doubt: "\(doubt)"))
        case .other:
            Terminal.note(
                UpdateText.neither(doubt: "\(doubt)"))
        }
        return (report, failure)
    }

    private func line(_ record: UpdateReport.Record) -> String {
        let outcome =
            switch record.outcome {
            case .alreadySo: Terminal.words(UpdateText.alreadySo)
            case .written: Terminal.words(UpdateText.written)
            case .notWritten:
                dryRun ? Terminal.words(UpdateText.wouldWrite) : Terminal.words(UpdateText.notWritten)
            case .inDoubt: Terminal.words(UpdateText.inDoubt)
            }
        return "\(outcome)  \(record.place)  \(record.items.joined(separator: " "))"
    }
}
