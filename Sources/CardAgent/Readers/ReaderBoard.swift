import Foundation
import HealthCard
import ISO7816
import Messages
import PCSC
import ShangMi
import Synchronization

/// A card token: one insertion of one card, 128 random bits.
struct CardToken: Sendable, Hashable, CustomStringConvertible {
    let description: String

    static func make() throws(AgentError) -> CardToken {
        CardToken(description: AgentSecret.encoded(try AgentSecret.random(16)))
    }
}

/// Which readers there are and what is in them, and a token for each insertion.
final class ReaderBoard: Sendable {
    enum Content: Sendable, Hashable {
        case empty
        case card(CardToken)
        case mute
        /// The reader of the SAM, with one in it.
        case sam
    }

    struct Reader: Sendable, Hashable {
        let name: ReaderName
        var content = Content.empty
        var isSAMReader: Bool
    }

    /// What a token was made for.
    struct Insertion: Sendable, Hashable {
        let reader: ReaderName
        let answerToReset: [UInt8]
        /// The service's count of insertions and removals, once a card was connected under this token: the token stands for
        /// exactly that card from then on.
        var count: UInt16?
    }

    private struct State {
        var isServiceRunning = false
        var readers: [Reader] = []
        var insertions: [CardToken: Insertion] = [:]
        /// Tokens whose cards have gone, the newest last.
        var gone: [CardToken] = []
    }

    /// Tokens that are told from those that never were.
    static let goneKept = 1_024

    let events: EventLog
    private let samChoice: String?
    private let state = Mutex(State())

    init(events: EventLog, samReader: String?) {
        self.events = events
        samChoice = samReader
    }

    var isServiceRunning: Bool { state.withLock { $0.isServiceRunning } }
    var readers: [Reader] { state.withLock { $0.readers } }

    /// The SAM's reader: the only one that the configuration's words fit. Nil where there is none, or several.
    var samReader: ReaderName? {
        guard samChoice != nil else { return nil }
        return readers.first { $0.isSAMReader }?.name
    }

    /// - Throws: ``AgentError/cardGone`` for a token that was one, ``AgentError/noSuchCard`` for any other.
    func insertion(_ token: String) throws(AgentError) -> (token: CardToken, insertion: Insertion) {
        let token = CardToken(description: token)
        let (found, isGone) = state.withLock { ($0.insertions[token], $0.gone.contains(token)) }
        guard let found else { throw isGone ? .cardGone : .noSuchCard }
        return (token, found)
    }

    /// Ties a token to the insertion that the service counts, the first time; later the count has to be the same.
    ///
    /// - Throws: ``AgentError/cardGone``, ``AgentError/otherCard``.
    func tie(_ token: CardToken, to count: UInt16, answerToReset: [UInt8]) throws(AgentError) {
        let problem = state.withLock { state -> AgentError? in
            guard var insertion = state.insertions[token] else { return .cardGone }
            guard insertion.count ?? count == count, insertion.answerToReset == answerToReset else { return .otherCard }
            insertion.count = count
            state.insertions[token] = insertion
            return nil
        }
        if let problem { throw problem }
    }

    /// Takes in what the service reports.
    func note(_ event: ReaderEvent) {
        switch event {
        case .serviceStarted:
            state.withLock { $0.isServiceRunning = true }
            events.add(.serviceStarted)
        case .serviceStopped(let error):
            state.withLock { $0.isServiceRunning = false }
            events.add(.serviceStopped) { $0.code = error.identifier }
        case .readerAdded(let name):
            state.withLock { state in
                state.readers.append(Reader(name: name, isSAMReader: false))
                chooseSAMReader(&state)
            }
            events.add(.readerAdded) { $0.reader = name.rawValue }
        case .readerRemoved(let name):
            let token = state.withLock { state in
                let token = take(name, &state)
                state.readers.removeAll { $0.name == name }
                chooseSAMReader(&state)
                return token
            }
            if let token { reportRemoval(name, token) }
            events.add(.readerRemoved) { $0.reader = name.rawValue }
        case .cardInserted(let name, let answerToReset): insert(name, answerToReset)
        case .cardMute(let name):
            let token = state.withLock { state in
                let token = take(name, &state)
                change(name, &state) { $0.content = .mute }
                return token
            }
            if let token { reportRemoval(name, token) }
            events.add(.cardMute) { $0.reader = name.rawValue }
        case .cardRemoved(let name):
            let (token, isSAM) = state.withLock { state in
                let isSAM = state.readers.first { $0.name == name }?.content == .sam
                let token = take(name, &state)
                change(name, &state) { $0.content = .empty }
                return (token, isSAM)
            }
            guard !isSAM else {
                events.add(.samRemoved) { $0.reader = name.rawValue }
                return
            }
            reportRemoval(name, token)
        }
    }

    private func insert(_ name: ReaderName, _ answerToReset: [UInt8]) {
        // Without random numbers there is no token, and the card cannot be used.
        guard let token = try? CardToken.make() else {
            events.add(.cardMute) { $0.reader = name.rawValue }
            return
        }
        let (isSAM, old) = state.withLock { state in
            let isSAM = state.readers.first { $0.name == name }?.isSAMReader == true
            let old = take(name, &state)
            change(name, &state) { $0.content = isSAM ? .sam : .card(token) }
            if !isSAM { state.insertions[token] = Insertion(reader: name, answerToReset: answerToReset) }
            return (isSAM, old)
        }
        if let old { reportRemoval(name, old) }
        events.add(isSAM ? .samInserted : .cardInserted) {
            $0.reader = name.rawValue
            if !isSAM { $0.card = token.description }
        }
    }

    private func reportRemoval(_ name: ReaderName, _ token: CardToken?) {
        events.add(.cardRemoved) {
            $0.reader = name.rawValue
            $0.card = token?.description
        }
    }

    private func change(_ name: ReaderName, _ state: inout State, _ step: (inout Reader) -> Void) {
        if let index = state.readers.firstIndex(where: { $0.name == name }) { step(&state.readers[index]) }
    }

    /// Makes the token of the reader's card void.
    private func take(_ name: ReaderName, _ state: inout State) -> CardToken? {
        guard case .card(let token)? = state.readers.first(where: { $0.name == name })?.content else { return nil }
        state.insertions[token] = nil
        state.gone.append(token)
        if state.gone.count > 2 * Self.goneKept { state.gone.removeFirst(Self.goneKept) }
        return token
    }

    private func chooseSAMReader(_ state: inout State) {
        guard let samChoice else { return }
        let chosen = try? ReaderName.choose(samChoice, among: state.readers.map(\.name))
        for index in state.readers.indices { state.readers[index].isSAMReader = state.readers[index].name == chosen }
    }

    /// `{"schemaVersion","service","readers":[{"name","state","card","role"}]}`.
    var json: JSONValue {
        let (isRunning, readers) = state.withLock { ($0.isServiceRunning, $0.readers) }
        return .object([
            .init("schemaVersion", .number(AgentSchema.version)),
            .init("service", .string(isRunning ? "running" : "stopped")),
            .init("lastEventId", .string(events.id(of: events.end))),
            .init("readers", .array(readers.map(\.json))),
        ])
    }
}

extension ReaderBoard.Reader {
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(name.rawValue)), .init("role", .string(isSAMReader ? "sam" : "card")),
        ]
        switch content {
        case .empty: members.append(.init("state", .string("empty")))
        case .mute: members.append(.init("state", .string("mute")))
        case .sam: members.append(.init("state", .string("sam")))
        case .card(let token):
            members.append(.init("state", .string("card")))
            members.append(.init("card", .string(token.description)))
        }
        return .object(members)
    }
}
