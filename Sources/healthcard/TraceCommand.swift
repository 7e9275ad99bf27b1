import ArgumentParser
import Foundation
import HealthCard
import ISO7816
import Messages
import PCSC
import VirtualCard

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Record, show and replay what passes between a command and its card.",
        discussion: """
            A trace is a file of JSON lines (Docs/trace.md). It holds headers, lengths and status words. It holds \
            data only if you ask for it, and only of a card that proves to have the published test key. PINs are in \
            no trace.
            """,
        subcommands: [TraceRecordCommand.self, TraceShowCommand.self, TraceReplayCommand.self])
}

/// A command of this program that runs inside another one.
struct InnerCommand {
    private var command: any ParsableCommand
    let arguments: [String]

    init(_ arguments: [String]) throws {
        self.arguments = arguments
        command = try HealthCardCommand.parseAsRoot(arguments)
        guard !(command is any AsyncParsableCommand), !(command is VirtualCommand), !(command is TraceRecordCommand),
            !(command is TraceReplayCommand), !(command is TraceShowCommand), !(command is PlanCommand),
            !(command is VisitTemplateCommand)
        else {
            throw Failure(
                .usage, TraceText.noCardOfItsOwn)
        }
    }

    /// The command that a trace names. The file may be anybody's: only what ``ReplayList`` allows is even parsed.
    ///
    /// - Throws: ``Failure`` of code 8.
    init(named arguments: [String]) throws {
        if let problem = ReplayList.problem(of: arguments) { throw Self.refusal(problem) }
        try self.init(arguments)
        guard isReading else { throw Self.refusal(.command) }
    }

    /// A command of the user's own, with a trace in the card's place.
    ///
    /// - Throws: ``Failure`` of code 8 for one that does more than talk to a card: a trace is no card to enter into books.
    init(typed arguments: [String]) throws {
        try self.init(arguments)
        switch command {
        case is UpdateCommand, is BlockCommand, is UnblockCommand, is VisitAddCommand, is VisitReimburseCommand,
            is APDUCommand:
            return
        default:
            guard !isReading else { return }
            throw Failure(
                .notAllowed,
                TraceText.notReplayable)
        }
    }

    private var isReading: Bool {
        switch command {
        case is ReadCommand, is InspectCommand, is VisitListCommand, is VisitShowCommand, is VisitVerifyCommand,
            is SAMInfoCommand, is SAMPINCommand:
            true
        default: false
        }
    }

    private static func refusal(_ problem: ReplayList.Problem) -> Failure {
        Failure(.notAllowed, ReplayText(problem: problem))
    }

    /// The first signal does not end it.
    var finishesItsCard: Bool {
        switch command {
        case is PersonalizeCommand, is UpdateCommand, is BlockCommand, is UnblockCommand, is VisitAddCommand,
            is VisitReimburseCommand:
            true
        default: false
        }
    }

    mutating func run(with source: CardSource) throws {
        try CardSource.$current.withValue(source) { try command.run() }
    }
}

struct TraceRecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Run a command and record what passes between it, its card and its SAM.",
        discussion: """
            A new file is created; an existing file is left unchanged. It grows as the command runs, so it is there \
            even if the command fails or is killed. The exit code is the command's. With --show-data, the data is \
            written at the end, or at Ctrl-C.
            """)

    @Argument(help: "The file to create.")
    var file: String

    @Flag(name: .long, help: "Also keep the data, if the card proves to be a test card.")
    var showData = false

    @Argument(parsing: .postTerminator, help: "The command to run, after --.")
    var command: [String] = []

    mutating func run() throws {
        guard !command.isEmpty else {
            throw Failure(
                .usage,
                TraceText.noCommand)
        }
        var inner = try InnerCommand(command)
        // A command that leaves a half made card for want of a folder would be bad.
        let recording = try Recording(file, command, showsData: showData)
        let keep: @Sendable () -> Void = { try? recording.finish(status: nil) }
        let signals =
            inner.finishesItsCard ? try Termination.watch { _ in keep() } : try Termination.beforeDying(keep)
        defer { signals.end() }
        let result = Result { try inner.run(with: .recording(recording)) }
        var status = ExitStatus.done
        if case .failure(let error) = result { status = Failure(any: error)?.status ?? .bug }
        try recording.finish(status: status)
        if showData, !recording.keepsData {
            Terminal.note(
                TraceText.notATestCard)
        }
        try result.get()
    }
}

struct TraceShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a trace: times, command names, the meaning of status words, totals.")

    @Argument(help: "The trace, or - for standard input.")
    var file: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    mutating func run() throws {
        let trace = try TraceFile.open(file)
        Terminal.print(
            json ? trace.shown.text(pretty: true) : trace.lines(in: Terminal.language).joined(separator: "\n"))
    }
}

struct TraceReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Replay a trace in place of the card it was recorded from.",
        discussion: """
            A replay is strict: the commands must be the same, in the same order, byte for byte; the first difference \
            ends it with exit code 6. A command after -- then needs no reader. Without one, the recorded command is \
            shown, and is run if it only reads, lists, verifies or shows a card, with options that name no file \
            (Docs/trace.md); anything else is refused (exit code 8). With --port, the trace is a card in a virtual \
            reader, for any program that always sends the same commands.
            """)

    @Argument(help: "The trace.")
    var file: String

    @Option(name: .long, help: "The TCP port of the vpcd slot that the trace goes into.")
    var port: UInt16?

    @Option(name: .long, help: "With --port: replay the card or the SAM.")
    var channel: TraceFile.Channel = .card

    @Option(name: .long, help: "With --port: end after this number of seconds without a command or a reset.")
    var exitWhenIdle: Double?

    @Argument(parsing: .postTerminator, help: "The command, after --. Default: the recorded command.")
    var command: [String] = []

    func validate() throws {
        if port != nil, !command.isEmpty {
            throw ValidationError(Terminal.words(TraceText.portOrCommand))
        }
        if let exitWhenIdle, !(exitWhenIdle > 0 && exitWhenIdle.isFinite) {
            throw ValidationError(
                Terminal.words(TraceText.idleForm))
        }
    }

    mutating func run() throws {
        let trace = try TraceFile.open(file)
        if let port { return try serve(trace, port) }
        if command.isEmpty {
            Terminal.note(
                Terminal.words(TraceText.command)
                    + "healthcard \(ReplayList.shown(trace.header.arguments))")
        }
        var inner = try command.isEmpty ? InnerCommand(named: trace.header.arguments) : InnerCommand(typed: command)
        let replay = try TraceReplay(trace)
        let result = Result { try inner.run(with: .trace(replay)) }
        // Whatever the command made of it: that it left the trace explains more.
        try replay.finish()
        try result.get()
    }

    private func serve(_ trace: TraceFile, _ port: UInt16) throws {
        Terminal.outliveReaders()
        let chip = try TraceChip(trace, channel)
        var options = VPCDLink.Options(port: port)
        options.patience = 10
        options.reconnects = true
        options.idleLimit = exitWhenIdle
        let link = VPCDLink(chip: chip, options: options)
        let signals = try Termination.watch { _ in link.stop() }
        defer { signals.end() }
        _ = try link.run()
        if let problem = chip.problem { throw problem }
    }
}

extension TraceFile.Channel: ExpressibleByArgument {}

extension TraceFile {
    /// - Throws: `Failure` for a file that cannot be read, ``TraceError``.
    static func open(_ path: String) throws -> TraceFile {
        // A reading with its data takes some hundred kilobytes.
        try TraceFile(text: Terminal.contents(of: path, atMost: 1 << 28))
    }
}

/// A trace as a chip in a virtual reader.
private final class TraceChip: Chip, @unchecked Sendable {
    private let replay: TraceReplay
    private let channel: ReplayChannel
    private let lock = NSLock()
    // Guarded by `lock`: the channel belongs to one thread at a time, and the first problem.
    private var mismatch: (any Error)?

    init(_ trace: TraceFile, _ name: TraceFile.Channel) throws(TraceError) {
        replay = try TraceReplay(trace, only: name)
        channel = try replay.channel(name)
        answerToReset = channel.answerToReset
    }

    let answerToReset: [UInt8]
    var problem: (any Error)? { lock.withLock { mismatch } }

    /// A reset of the trace, or another beginning of it.
    func powerOn() {
        lock.withLock {
            if replay.mismatch == nil, replay.isBeforeReset {
                _ = try? channel.reset()
            } else if !replay.isAtStart {
                replay.rewind()
            }
        }
    }

    func powerOff() {}

    func process(_ command: [UInt8]) -> [UInt8]? {
        lock.withLock {
            do {
                return try channel.transmit(command)
            } catch {
                if let problem = replay.mismatch, mismatch == nil {
                    Terminal.note(Terminal.words(TraceText.error) + Terminal.words(problem))
                    mismatch = TraceError.mismatch(problem)
                }
                return nil
            }
        }
    }
}
