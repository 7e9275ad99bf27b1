import CardProfiles
import Foundation
import HealthCard
import ISO7816
import PCSC
import ShangMi
import Synchronization

/// Where commands find their cards. Every command opens them by ``ReaderOptions/open(besides:)`` and draws its random
/// numbers here, so all of them can be recorded and played again.
enum CardSource: Sendable {
    case readers
    /// In readers, with a recorder beside.
    case recording(Recording)
    /// In a trace: no reader is needed.
    case trace(TraceReplay)

    @TaskLocal static var current = CardSource.readers

    /// The host's random numbers.
    static func random(_ count: Int) throws(ShangMiError) -> [UInt8] {
        switch current {
        case .readers: try SystemRandom.bytes(count)
        case .recording(let recording): try recording.recorder.random(count)
        case .trace(let replay): try replay.random(count)
        }
    }

    /// What is known of cards met before. A command that is recorded or played finds out for itself: what was learnt of
    /// other cards is in no trace.
    static var habits: any CardHabitMemory {
        guard case .readers = current else { return TransientHabits() }
        return CardHabitFile.standard() ?? TransientHabits.shared
    }

    /// A session whose random numbers and habits can be recorded and played.
    static func session(
        _ channel: any CardChannel, _ profile: CardProfile, _ module: any SecurityModule
    ) -> HealthCardSession {
        HealthCardSession(
            channel: channel, profile: profile, securityModule: module, habits: habits, random: random)
    }
}

/// What is recorded of one command.
final class Recording: Sendable {
    private struct State {
        var isTestCard = false
        var profile: CardProfile?
    }

    let recorder = TraceRecorder()
    /// The user asked for the data.
    let showsData: Bool
    private let state = Mutex(State())

    init(showsData: Bool) { self.showsData = showsData }

    /// Data is written of a card that has proved the published test key, and of no other.
    var keepsData: Bool { showsData && state.withLock { $0.isTestCard } }
    var profile: CardProfile? { state.withLock { $0.profile } }

    /// Asks the card who it is, besides what is recorded, and leaves it as after a reset.
    func prove(_ card: CardConnection, _ profile: CardProfile?) {
        guard let profile = profile ?? (try? CardProfile.bundled(overlays: ["test-keys"])) else { return }
        state.withLock { if $0.profile == nil { $0.profile = profile } }
        guard showsData, !keepsData else { return }
        _ = try? card.reset()
        if let module = try? SoftwareSecurityModule.testKeys(profile) {
            let session = HealthCardSession(channel: card, profile: profile, securityModule: module, habits: nil)
            if case .genuine(isTestCard: true)? = try? session.authenticateInternally() {
                state.withLock { $0.isTestCard = true }
            }
        }
        _ = try? card.reset()
    }

    /// - Parameter status: the exit status of the command.
    func file(_ arguments: [String], status: ExitStatus) throws -> TraceFile {
        let profile = try profile ?? CardProfile.bundled(overlays: ["test-keys"])
        let header = TraceFile.Header(
            profile: profile.name, digest: Hex.encode(profile.digest).lowercased(),
            date: Date.now.formatted(.iso8601), isRedacted: !keepsData,
            arguments: keepsData ? arguments : Array(arguments.prefix { !$0.hasPrefix("-") }.prefix(1)))
        return recorder.file(header, status: Int(status.rawValue))
    }
}

/// A card, or a SAM, that a command works on.
struct OpenCard {
    private let channel: any CardChannel
    private let name: TraceFile.Channel

    init(channel: any CardChannel, as name: TraceFile.Channel = .card) {
        self.channel = channel
        self.name = name
    }

    /// The name of its reader.
    var place: String { (channel as? CardConnection)?.reader.rawValue ?? "trace" }

    /// Runs `body` with nobody else at the card, and resets it in the end, whatever happens: no right is left behind.
    func use<Result>(
        _ trace: TraceOptions? = nil, _ profile: CardProfile? = nil, _ body: (any CardChannel) throws -> Result
    ) throws -> Result {
        func traced(_ channel: any CardChannel) -> any CardChannel {
            trace?.wrap(channel, label: name == .sam ? "SAM " : "") ?? channel
        }
        guard let connection = channel as? CardConnection else { return try body(traced(channel)) }
        return try connection.withTransaction(endingWith: .reset) { connection in
            guard case .recording(let recording) = CardSource.current else { return try body(traced(connection)) }
            if name == .card { recording.prove(connection, profile) }
            // A chip that was blank may be a test card by now.
            defer { if name == .card { recording.prove(connection, profile) } }
            return try body(traced(recording.recorder.record(connection, as: name)))
        }
    }
}
