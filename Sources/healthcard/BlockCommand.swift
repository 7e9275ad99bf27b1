import ArgumentParser
import CardProfiles
import HealthCard
import ISO7816
import Messages

struct BlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block", abstract: "Block an application on a card, or the whole card.",
        discussion: """
            A temporary block needs confirmation or --yes; `healthcard unblock` lifts it. Nothing lifts a permanent \
            block or the block of a card: type the serial number of the chip when prompted, or give it with \
            --confirm. You need a SAM that may block (--sam), or a test card. What is already blocked is left \
            unchanged.
            """)

    @OptionGroup var readerOptions: ReaderOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var securityOptions: SecurityOptions
    @OptionGroup var traceOptions: TraceOptions

    @Argument(help: "The directory of the application: DF01, DF02 or DF03.")
    var directory: String?

    @Flag(name: .long, help: "Block the application permanently.")
    var permanent = false

    @Flag(name: .long, help: "Block the whole card, permanently.")
    var card = false

    @Flag(name: .long, help: "Do not ask for confirmation before a temporary block.")
    var yes = false

    @Option(
        name: .long,
        help: ArgumentHelp("The serial number of the chip to block permanently.", valueName: "serial"))
    var confirm: String?

    @Flag(name: .long, help: "Print JSON: the state before and after.")
    var json = false

    private var isFinal: Bool { permanent || card }

    func validate() throws {
        guard card != (directory != nil) else {
            throw ValidationError(Terminal.words(BlockText.noTarget))
        }
        guard !(card && permanent) else {
            throw ValidationError(
                Terminal.words(BlockText.cardIsPermanent))
        }
        guard !yes || !isFinal else {
            throw ValidationError(
                Terminal.words(BlockText.confirmNeeded))
        }
        guard confirm == nil || isFinal else {
            throw ValidationError(
                Terminal.words(BlockText.confirmWithout))
        }
    }

    mutating func run() throws {
        let (directory, permanent) = (directory, permanent)
        let command = self
        let work = BlockWork(
            readerOptions: readerOptions, profileOptions: profileOptions, securityOptions: securityOptions,
            traceOptions: traceOptions, json: json, directory: directory)
        try work.run(wanted: isFinal ? .permanent : .temporary) { session, before in
            // Of what is blocked for good nothing is asked: the session says that it is.
            if before != .permanent { try command.ask(session, before) }
            return try Termination.finishing {
                guard let directory else { return try session.blockCard() }
                return try session.blockApplication(directory, permanently: permanent)
            }
        }
    }

    /// Makes sure that a person means it, and this card.
    private func ask(_ session: HealthCardSession, _ before: BlockState) throws {
        let serial = Hex.encode(try session.identify().factors.card)
        let what = directory ?? Terminal.words(BlockText.wholeCard)
        guard isFinal else {
            if yes { return }
            return try Terminal.confirm(
                Terminal.words(BlockText.willBlock(what: what, serial: serial)))
        }
        let typed: String
        if let confirm {
            typed = confirm
        } else {
            Terminal.note(
                BlockText.willBlockPermanently(what: what, serial: serial))
            typed = try Terminal.answer(
                to: Terminal.words(BlockText.typeSerial),
                orElse: Terminal.words(BlockText.noTerminal))
        }
        guard typed.filter({ !$0.isWhitespace }).uppercased() == serial else {
            throw Failure(
                .notAllowed,
                BlockText.otherSerial)
        }
    }
}

struct UnblockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unblock", abstract: "Lift the temporary block of an application.",
        discussion: "You need a SAM that may unblock (--sam), or a test card.")

    @OptionGroup var readerOptions: ReaderOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var securityOptions: SecurityOptions
    @OptionGroup var traceOptions: TraceOptions

    @Argument(help: "The directory of the application: DF01, DF02 or DF03.")
    var directory: String

    @Flag(name: .long, help: "Print JSON: the state before and after.")
    var json = false

    mutating func run() throws {
        let directory = directory
        let work = BlockWork(
            readerOptions: readerOptions, profileOptions: profileOptions, securityOptions: securityOptions,
            traceOptions: traceOptions, json: json, directory: directory)
        try work.run(wanted: .open) { session, _ in
            try Termination.finishing { try session.unblockApplication(directory) }
        }
    }
}

/// What blocking and unblocking have in common.
struct BlockWork {
    let readerOptions: ReaderOptions
    let profileOptions: ProfileOptions
    let securityOptions: SecurityOptions
    let traceOptions: TraceOptions
    let json: Bool
    /// Nil for the card.
    let directory: String?

    /// Looks at the state, acts where it is another, and says what it is then.
    func run(
        wanted: BlockState, _ act: (HealthCardSession, _ before: BlockState) throws -> BlockReport
    ) throws {
        let profile = try profileOptions.load(testKeys: true)
        var before: BlockState?
        var met: [UInt8]?
        do {
            let report = try securityOptions.use(readerOptions, profile, traceOptions) { channel, module in
                let session = CardSource.session(channel, profile, module)
                let found = try state(session)
                before = found
                met = try HealthCardSession.cardFactor(of: channel, profile)
                if found == wanted {
                    return BlockReport(directory: directory, before: found, after: found, commands: session.commands)
                }
                return try act(session, found)
            }
            say(report)
        } catch let error as BlockError where error.isInDoubt {
            let what = directory ?? Terminal.words(BlockText.card)
            let answer = CardReturn.ask(Terminal.words(BlockText.whetherBlocked(what: what))) {
                try securityOptions.use(readerOptions.withoutWaiting, profile, traceOptions) { channel, module in
                    guard try HealthCardSession.cardFactor(of: channel, profile) == met else {
                        throw Failure(
                            .cardRefused,
                            BlockText.otherCard)
                    }
                    let session = CardSource.session(channel, profile, module)
                    return (state: try state(session), commands: session.commands)
                }
            }
            guard let answer else { throw error }
            guard answer.state == wanted else {
                Terminal.note(Self.text(what, answer.state))
                throw error.cause
            }
            say(
                BlockReport(
                    directory: directory, before: before ?? answer.state, after: answer.state,
                    commands: answer.commands))
        }
    }

    private func state(_ session: HealthCardSession) throws -> BlockState {
        guard let directory else { return try session.cardBlockState() }
        return try session.blockState(of: directory)
    }

    private func say(_ report: BlockReport) {
        if json { return Terminal.print(report.json.text(pretty: true)) }
        let what = directory ?? Terminal.words(BlockText.card)
        let already = report.wasAlreadySo ? Terminal.words(BlockText.asBefore) : ""
        Terminal.print(Self.text(what, report.after) + already)
    }

    private static func text(_ what: String, _ state: BlockState) -> String {
        switch state {
        case .open: Terminal.words(BlockText.open(what: what))
        case .temporary: Terminal.words(BlockText.blocked(what: what))
        case .permanent: Terminal.words(BlockText.blockedPermanently(what: what))
        }
    }
}
