import CardProfiles
import Foundation
import HealthCard
import ISO7816
import PCSC
import ShangMi

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
        return CardMemory.ofUser.habits
    }

    /// What is known of the PINs of SAMs met before, as ``habits``.
    static var pinTries: (any PINTryMemory)? {
        guard case .readers = current else { return nil }
        return CardMemory.ofUser.pinTries
    }

    /// A session whose random numbers and habits can be recorded and played.
    static func session(
        _ channel: any CardChannel, _ profile: CardProfile, _ module: any SecurityModule
    ) -> HealthCardSession {
        HealthCardSession(
            channel: channel, profile: profile, securityModule: module, habits: habits, random: random)
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
    var place: String { (channel as? any ReaderConnection)?.reader.rawValue ?? "trace" }

    /// Runs `body` with nobody else at the card, and resets it in the end, whatever happens: no right is left behind.
    func use<Result>(
        _ trace: TraceOptions? = nil, _ profile: CardProfile? = nil, _ body: (any CardChannel) throws -> Result
    ) throws -> Result {
        func traced(_ channel: any CardChannel) -> any CardChannel {
            trace?.wrap(channel, label: name == .sam ? "SAM " : "") ?? channel
        }
        guard let connection = channel as? any ReaderConnection else { return try body(traced(channel)) }
        return try connection.withTransaction(endingWith: .reset) { connection in
            guard case .recording(let recording) = CardSource.current else { return try body(traced(connection)) }
            return try recording.use(connection, as: name, profile) { try body(traced($0)) }
        }
    }
}
