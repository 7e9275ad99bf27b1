import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Messages
import PCSC
import Synchronization

/// What is recorded of one command. The file has every line as soon as it happens, its data left out; in the end it is
/// written anew with the data, where that may be.
final class Recording: Sendable {
    /// Connections to cards that have proved the published test key, and to others.
    private struct Cards {
        var proven = 0
        var unproven = 0
    }

    let recorder: TraceRecorder
    private let showsData: Bool
    private let output: TraceOutput
    private let cards = Mutex(Cards())

    /// - Parameter showsData: the user asked for the data.
    /// - Throws: ``Failure`` when the file cannot be written.
    init(_ path: String, _ arguments: [String], showsData: Bool) throws {
        let output = try TraceOutput(path, arguments)
        self.output = output
        self.showsData = showsData
        recorder = TraceRecorder { output.add($0) }
    }

    /// Data is written of cards that have proved the published test key, and only if all of them have.
    var keepsData: Bool { showsData && cards.withLock { $0.proven > 0 && $0.unproven == 0 } }

    /// Runs `body` with a channel that is recorded.
    func use<Result>(
        _ connection: any ReaderConnection, as name: TraceFile.Channel, _ profile: CardProfile?,
        _ body: (any CardChannel) throws -> Result
    ) throws -> Result {
        let profile = try profile ?? CardProfile.bundled(overlays: ["test-keys"])
        output.know(profile)
        guard name == .card else { return try body(recorder.record(connection, as: name)) }
        cards.withLock { $0.unproven += 1 }
        let answerToReset = connection.answerToReset
        let wasProven = prove(connection, answerToReset, profile)
        // A chip that was blank may be a test card by now; another card in its place says nothing of it.
        defer { if !wasProven { prove(connection, answerToReset, profile) } }
        let parsed = try? AnswerToReset(tolerant: answerToReset)
        let factor = parsed.flatMap {
            profile.cryptography.cardFactor.range(in: $0.historicalBytes.count, on: $0.cardInterface)
        }
        return try body(recorder.record(connection, as: name, serial: factor))
    }

    /// Asks the card who it is, besides what is recorded, and leaves it as after a reset.
    @discardableResult
    private func prove(_ card: any ReaderConnection, _ answerToReset: [UInt8], _ profile: CardProfile) -> Bool {
        guard showsData, let module = try? SoftwareSecurityModule.testKeys(profile) else { return false }
        _ = try? card.reset()
        defer { _ = try? card.reset() }
        let session = HealthCardSession(channel: card, profile: profile, securityModule: module, habits: nil)
        guard case .genuine(isTestCard: true)? = try? session.authenticateInternally(),
            card.answerToReset == answerToReset
        else { return false }
        cards.withLock { cards in
            cards.unproven -= 1
            cards.proven += 1
        }
        return true
    }

    /// Writes what there is: the data too, where it may be.
    ///
    /// - Parameter status: nil while the command is still at work.
    func finish(status: ExitStatus?) throws {
        let header = try output.header(isRedacted: !keepsData)
        try output.finish(recorder.file(header, status: status.map { Int($0.rawValue) }))
    }
}

/// The file of a trace.
private final class TraceOutput: Sendable {
    private struct State {
        var profile: CardProfile?
        var hasHeader = false
        /// The file has the data: nothing is added to it any more.
        var isWhole = false
        var isBroken = false
    }

    private let path: String
    private let arguments: [String]
    private let descriptor: Int32
    private let date = Date.now.formatted(.iso8601)
    private let state = Mutex(State())

    init(_ path: String, _ arguments: [String]) throws {
        self.path = path
        self.arguments = arguments
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw unwritable }
            throw Failure(
                .badInput,
                RecordingText.existsAlready(path: path))
        }
        fchmod(descriptor, 0o600)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private var unwritable: Failure {
        Failure(.badInput, RecordingText.notWritten(path: path))
    }

    /// The profile of the header; the first one counts.
    func know(_ profile: CardProfile) {
        state.withLock { if $0.profile == nil { $0.profile = profile } }
    }

    func header(isRedacted: Bool) throws -> TraceFile.Header {
        let known = state.withLock { $0.profile }
        let profile = try known ?? CardProfile.bundled(overlays: ["test-keys"])
        return TraceFile.Header(
            profile: profile.name, digest: Hex.encode(profile.digest).lowercased(), date: date, isRedacted: isRedacted,
            arguments: isRedacted ? Array(arguments.prefix { !$0.hasPrefix("-") }.prefix(1)) : arguments)
    }

    func add(_ entry: TraceFile.Entry) {
        let header = try? header(isRedacted: true)
        state.withLock { state in
            guard !state.isWhole else { return }
            let first = state.hasHeader ? "" : header?.line ?? ""
            state.hasHeader = true
            if !Terminal.send(first + entry.line, to: descriptor) { state.isBroken = true }
        }
    }

    /// Of a redacted trace the lines are there already, but for the end.
    func finish(_ file: TraceFile) throws {
        let isWritten = state.withLock { state in
            if file.header.isRedacted, !state.isWhole {
                let first = state.hasHeader ? "" : file.header.line
                let end = file.status == nil ? "" : file.entries.last?.line ?? ""
                state.hasHeader = true
                return Terminal.send(first + end, to: descriptor) && !state.isBroken
            }
            state.isWhole = true
            guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { return false }
            return Terminal.send(file.text, to: descriptor)
        }
        guard isWritten else { throw unwritable }
    }
}
