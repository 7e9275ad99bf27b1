import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Messages
import PCSC
import ShangMi
import Synchronization

/// Who asks, as acts need to know it: for turns, and for the journal.
struct ActCaller: Sendable, Hashable {
    /// One line of the queue.
    let line: String
    /// `origin https://his.example`, `program PACS`.
    let name: String
    let tokenID: String?
    let right: AccessRight
    /// Names the act in journal, events and notes.
    let actID: String
    /// The name of its Idempotency-Key.
    var key: String?

    /// The agent itself, which only asks cards what became of acts.
    static func agent() throws(AgentError) -> ActCaller {
        ActCaller(
            line: "agent", name: "agent", tokenID: nil, right: .write,
            actID: AgentSecret.encoded(try AgentSecret.random(8)))
    }
}

/// An act on a card that is running.
struct RunningAct: Sendable, Hashable {
    let id: String
    let act: AgentEvent.Act
    let card: CardToken
    let reader: ReaderName
}

/// What an act gave, and the chip it was done to.
struct ActResult<Value: Sendable>: Sendable {
    let value: Value
    /// The start of the chip's serial, hexadecimal: what the journal names a card by.
    let chip: String
}

/// Does what is asked to the card that a token stands for. Each reader has a thread of its own and takes one act at a time;
/// the SAM serves one act at a time.
final class CardDesk: Sendable {
    /// What a running act is given.
    struct Tools {
        let session: HealthCardSession
        let channel: any CardChannel
        /// The card factor of the answer to reset.
        let chip: [UInt8]
    }

    let profile: CardProfile
    let board: ReaderBoard
    let pins: PINKeeper
    private let usesSAM: Bool
    private let memory: CardMemory
    private let waitingLimit: Int
    private let samQueue: FairQueue

    private struct Place {
        let queue: FairQueue
        let thread: CardThread
    }

    private let places = Mutex<[ReaderName: Place]>([:])
    private let running = Atomic<Int>(0)

    init(
        profile: CardProfile, board: ReaderBoard, pins: PINKeeper, usesSAM: Bool, waitingLimit: Int,
        memory: CardMemory = .ofUser
    ) {
        self.profile = profile
        self.board = board
        self.pins = pins
        self.usesSAM = usesSAM
        self.memory = memory
        self.waitingLimit = waitingLimit
        samQueue = FairQueue(limit: 4 * waitingLimit)
    }

    /// The start of the chip's serial, hexadecimal; nil where the answer to reset has none.
    func chip(of answerToReset: [UInt8]) -> String? {
        (try? HealthCardSession.cardFactor(of: answerToReset, profile, tolerant: true)).map { Hex.encode($0) }
    }

    var runningCount: Int { running.load(ordering: .relaxed) }

    /// Runs `body` with a session on the card of a token, nobody else at card or SAM; both are reset in the end, whatever
    /// happens.
    ///
    /// - Throws: ``AgentError`` where the card is not the token's (nothing was sent to it then), what reader, SAM and card
    ///   have to say.
    func run<Value: Sendable>(
        _ act: AgentEvent.Act, on token: String, for caller: ActCaller,
        _ body: @escaping @Sendable (Tools) throws -> Value
    ) async throws -> ActResult<Value> {
        let (token, insertion) = try board.insertion(token)
        let place = place(of: insertion.reader)
        return try await place.queue.run(for: caller.line) {
            // Another act may have had its turn meanwhile, and the card with it.
            _ = try board.insertion(token.description)
            let run = RunningAct(id: caller.actID, act: act, card: token, reader: insertion.reader)
            if usesSAM {
                return try await samQueue.run(for: caller.line) { try await perform(run, place.thread, body) }
            }
            return try await perform(run, place.thread, body)
        }
    }

    private func perform<Value: Sendable>(
        _ run: RunningAct, _ thread: CardThread, _ body: @escaping @Sendable (Tools) throws -> Value
    ) async throws -> ActResult<Value> {
        running.add(1, ordering: .relaxed)
        defer { running.subtract(1, ordering: .relaxed) }
        report(run, .actBegun)
        let outcome = await thread.run { [self] in
            Result { try attempt(run, body) }
        }
        switch outcome {
        case .success(let result):
            report(run, .actDone)
            return result
        case .failure(let error):
            report(run, .actFailed) { $0.code = (error as? any AdvisedError)?.identifier }
            throw error
        }
    }

    private func report(_ run: RunningAct, _ kind: AgentEvent.Kind, _ fill: (inout AgentEvent) -> Void = { _ in }) {
        board.events.add(kind) {
            $0.reader = run.reader.rawValue
            $0.card = run.card.description
            $0.act = run.act
            $0.actID = run.id
            fill(&$0)
        }
    }

    // MARK: On the reader's thread

    private func attempt<Value: Sendable>(
        _ run: RunningAct, _ body: (Tools) throws -> Value
    ) throws -> ActResult<Value> {
        let context = try PCSCContext()
        let connection: CardConnection
        do {
            connection = try CardConnection(run.reader, context: context, patience: CardConnection.usualPatience)
        } catch {
            // A card that has gone is gone, whatever the service calls it.
            _ = try board.insertion(run.card.description)
            throw error
        }
        return try connection.withTransaction(endingWith: .reset) { connection in
            // From here on a card that is exchanged breaks the connection: what is counted now stays so.
            let state = try context.statusChange([ReaderState(reader: run.reader)], milliseconds: 0)[0]
            try board.tie(run.card, to: state.eventCount, answerToReset: connection.answerToReset)
            let channel = ProgressChannel(connection) { [self] commands in
                report(run, .actProgress) { $0.commands = commands }
            }
            return try withModule(run) { module in
                let session = HealthCardSession(
                    channel: channel, profile: profile, securityModule: module, habits: memory.habits)
                let chip =
                    (try? HealthCardSession.cardFactor(of: connection.answerToReset, profile, tolerant: true)) ?? []
                let value = try body(Tools(session: session, channel: channel, chip: chip))
                return ActResult(value: value, chip: Hex.encode(chip))
            }
        }
    }

    private func withModule<Value>(_ run: RunningAct, _ body: (any SigningModule) throws -> Value) throws -> Value {
        guard usesSAM else { return try body(SoftwareSecurityModule.testKeys(profile)) }
        return try withSAM { sam in try body(sam) }
    }

    /// Runs `body` with the SAM, on a thread that may block.
    func withSAM<Value>(_ body: (SAMCard) throws -> Value) throws -> Value {
        guard let reader = board.samReader else { throw AgentError.noSAMReader }
        let connection = try CardConnection(
            reader, context: PCSCContext(), patience: CardConnection.usualPatience)
        return try connection.withTransaction(endingWith: .reset) { connection in
            let sam = try SAMCard(channel: connection, profile: profile, memory: memory.pinTries)
            let serial = sam.identity.serial
            // Read before it is needed: what is wrong with the file is not the SAM's affair.
            let stored = Result { try pins.pin(for: serial, triesLeft: nil) }
            let offered = OfferedPIN()
            sam.pinSource = { [pins] left throws(SAMError) in
                offered.isAsked = true
                guard case .success(let pin?) = stored, left != 1 else {
                    if case .success(_?) = stored { throw .lastTry }
                    return nil
                }
                offered.pin = pin
                _ = pins
                return pin
            }
            do {
                let value = try body(sam)
                if offered.pin != nil { board.events.add(.samReady) { $0.reader = reader.rawValue } }
                return value
            } catch {
                if let pin = offered.pin, Self.isWrongPIN(error) { pins.noteRefusal(pin, by: serial) }
                if offered.isAsked, offered.pin == nil || Self.isWrongPIN(error) {
                    board.events.add(.samNeedsPIN) { $0.reader = reader.rawValue }
                }
                if offered.isAsked, case .failure(let problem) = stored { throw problem }
                throw error
            }
        }
    }

    private final class OfferedPIN {
        var pin: SecretBytes?
        var isAsked = false
    }

    private static func isWrongPIN(_ error: any Error) -> Bool {
        var next = error as? any AdvisedError
        for _ in 0..<8 {
            guard let error = next else { return false }
            if case .wrongPIN? = error as? SAMError { return true }
            next = error.underlying
        }
        return false
    }

    /// Gives the SAM a PIN that somebody typed, and keeps one that it takes.
    ///
    /// - Throws: ``SAMError``; what reader and link have to say.
    func submitPIN(_ pin: SecretBytes) async throws {
        let thread = CardThread(name: "sam")
        try await samQueue.run(for: "page") {
            let outcome = await thread.run { [self] in
                Result {
                    try withSAM { sam in
                        sam.pinSource = nil
                        try sam.verifyPIN(pin)
                        pins.keep(pin)
                    }
                }
            }
            try outcome.get()
        }
        board.events.add(.samReady) { $0.reader = board.samReader?.rawValue }
    }

    /// The queue and the thread of a reader; those of readers that went away and have nothing to do are let go.
    private func place(of reader: ReaderName) -> Place {
        let there = Set(board.readers.map(\.name))
        return places.withLock { places in
            if let place = places[reader] { return place }
            for (name, place) in places where !there.contains(name) && place.queue.isIdle { places[name] = nil }
            let place = Place(queue: FairQueue(limit: waitingLimit), thread: CardThread(name: "card"))
            places[reader] = place
            return place
        }
    }
}
