import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Messages
import PCSC
import ReaderLibraries

/// Which reader.
struct ReaderOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The reader: its exact name, a unique part of the name, or its number in `healthcard readers`.",
            discussion: "Default: HEALTHCARD_READER, or else the only reader."))
    var reader: String?

    @Option(
        name: .long,
        help: """
            How many seconds to wait for a card, and for another program that is using it (at least 2 s for the \
            latter).
            """)
    var wait: Double = 0

    /// How long another program that has the card is waited for.
    var patience: Duration { max(CardConnection.usualPatience, .seconds(min(wait, 3_600))) }

    /// The chosen reader, with a card in it.
    /// - Parameter samReader: the reader that holds the SAM: not the card's, and not the default.
    func connect(
        mode: ShareMode = .exclusive, protocols: Set<TransmissionProtocol> = [.t0, .t1],
        besides samReader: ReaderName? = nil
    ) throws -> any ReaderConnection {
        let service = try SystemReaders().service()
        let choice = reader ?? ProcessInfo.processInfo.environment["HEALTHCARD_READER"]
        let readers = try service.readers()
        // A number counts all readers, as the list shows them.
        let hasChoice = choice?.isEmpty == false
        let name = try ReaderName.choose(choice, among: hasChoice ? readers : readers.filter { $0 != samReader })
        guard name != samReader else {
            throw Failure(
                .usage,
                OptionText.sameReader(reader: "\(name)"))
        }
        if wait > 0 {
            Terminal.note(OptionText.waiting(reader: "\(name)"))
            _ = try service.waitForCard(in: name, milliseconds: UInt32(max(0, min(wait * 1000, 3.6e6))))
        }
        return try service.connect(name, mode: mode, protocols: protocols, patience: patience)
    }

    /// The card that commands work on: in the chosen reader, or in the trace that is played.
    func open(besides samReader: ReaderName? = nil) throws -> OpenCard {
        switch CardSource.current {
        case .trace(let replay): OpenCard(channel: try replay.channel(.card))
        case .readers, .recording: OpenCard(channel: try connect(besides: samReader))
        }
    }

    func validate() throws {
        guard wait >= 0, wait.isFinite else {
            throw ValidationError(Terminal.words(OptionText.waitForm))
        }
        do {
            _ = try CommandLimit.named()
        } catch {
            throw ValidationError(
                Terminal.words(error))
        }
    }
}

/// Which description of the card.
struct ProfileOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The card profile: a name, or the path of a YAML file.",
            discussion: "If HEALTHCARD_PROFILES names a folder, that folder is searched first."))
    var profile = "resident-health-card"

    @Option(name: .long, help: "An overlay on the profile, by name or path; may be repeated.")
    var overlay: [String] = []

    func load(testKeys: Bool) throws -> CardProfile {
        let own = testKeys && !overlay.contains("test-keys") ? ["test-keys"] : []
        return try CardProfile.bundled(profile, overlays: own + overlay)
    }
}

/// What is remembered of the products met before.
struct HabitOptions: ParsableArguments {
    @Flag(
        name: .long,
        help: ArgumentHelp(
            "Forget the card quirks detected before, and detect them again.",
            discussion: "They are stored by product in $XDG_CACHE_HOME/healthcard/habits.json."))
    var forgetHabits = false

    /// What is known of cards met before, or nothing when that was asked for.
    func memory() -> any CardHabitMemory {
        // What a trace says is no reason to forget anything.
        if case .trace = CardSource.current { return CardSource.habits }
        if forgetHabits { CardHabitFile.standard()?.forget() }
        return CardSource.habits
    }
}

/// Where the keys come from that reading needs.
enum KeySource: String, ExpressibleByArgument, CaseIterable {
    /// The published keys of test cards.
    case test
}

/// A timed two-way trace on standard error.
struct TraceOptions: ParsableArguments {
    @Flag(name: .long, help: "Show every command and response with its time; the data is left out.")
    var trace = false

    @Flag(
        name: .long,
        help: """
            Like --trace, but with the data. Use it for test cards only: the data includes personal data and \
            cryptograms.
            """)
    var traceData = false

    /// - Parameter label: whose lines they are, where there is more than one channel.
    func wrap(_ channel: any CardChannel, label: String = "") -> any CardChannel {
        guard trace || traceData else { return channel }
        return TracingChannel(channel, redaction: traceData ? .pinsOnly : .personalDataAndSecrets) {
            Terminal.note(label + $0.description)
        }
    }
}
