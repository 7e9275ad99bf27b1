import Files
import Foundation
import ISO7816
import ShangMi
import Synchronization

/// The door of the agent's own page. Pairing and the list of tokens belong to whoever knows the page code, which is a file
/// of the state folder: another user of the machine, or a program that can only reach the port, cannot say yes to itself.
/// A counter, once set up that way, opens the page by a signature of its browser's key over a challenge: nothing is typed
/// at a reload, and nothing that is sent can be used again.
final class PageDoor: Sendable {
    static let fileName = "page-code"
    /// A session ends so long after its last use.
    static let lifetime = Duration.seconds(12 * 3600)
    static let mostSessions = 16
    /// Wrong codes a minute, by whomever.
    static let wrongCodesAMinute = 10

    /// A challenge is good once, for so long.
    static let challengeLifetime = Duration.seconds(60)
    static let mostChallenges = 256

    /// What a session opens.
    enum Entry: Sendable, Hashable {
        /// Pairing, tokens and the PIN; no card.
        case administration
        /// Cards, and the PIN, for the counter with this token id.
        case counter(String)
    }

    private struct Session {
        let digest: String
        let entry: Entry
        var end: ContinuousClock.Instant
    }

    private struct State {
        var sessions: [Session] = []
        var wrong: [ContinuousClock.Instant] = []
        var challenges: [(text: String, end: ContinuousClock.Instant)] = []
    }

    private let codeDigest: String
    private let state = Mutex(State())

    init(code: String) { codeDigest = AgentSecret.digest(of: code) }

    /// The code of the state folder; made at the first start.
    static func code(inFolder folder: String) throws(AgentError) -> String {
        let path = folder + "/" + fileName
        do {
            if let bytes = try InputFile.contentsIfThere(of: path, atMost: 256) {
                let code = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
                guard code.count >= 16 else { throw AgentError.stateUnreadable(file: path) }
                return code
            }
        } catch { throw .stateUnreadable(file: path) }
        let code = AgentSecret.encoded(try AgentSecret.random(15))
        guard DurableFile.replace(path, with: Array((code + "\n").utf8)) else { throw .stateNotKept(file: path) }
        return code
    }

    /// Opens the administration with the page code.
    ///
    /// - Returns: the session's secret.
    func open(_ code: String, now: ContinuousClock.Instant = .now) throws(AgentError) -> String {
        let secret = try AgentSecret.make("hcs_")
        let result = state.withLock { state -> Result<String, AgentError> in
            state.wrong.removeAll { $0 < now - .seconds(60) }
            guard state.wrong.count < Self.wrongCodesAMinute else { return .failure(.tooMany(.requests)) }
            guard AgentSecret.isSame(AgentSecret.digest(of: code), codeDigest) else {
                state.wrong.append(now)
                return .failure(.wrongPageCode)
            }
            Self.add(secret, .administration, &state, now)
            return .success(secret.text)
        }
        return try result.get()
    }

    /// Something new to sign.
    func challenge(now: ContinuousClock.Instant = .now) throws(AgentError) -> String {
        let text = AgentSecret.encoded(try AgentSecret.random(20))
        state.withLock { state in
            state.challenges.removeAll { $0.end <= now }
            if state.challenges.count >= Self.mostChallenges { state.challenges.removeFirst() }
            state.challenges.append((text, now + Self.challengeLifetime))
        }
        return text
    }

    /// What a counter signs: for this agent's page, under the name it was called by, this once.
    static func statement(challenge: String, authority: String) -> String {
        "healthcard-agent counter\n\(authority)\n\(challenge)"
    }

    /// Opens the page for a counter whose browser has signed a challenge.
    ///
    /// - Parameter authority: host and port as the request named them.
    /// - Returns: the session's secret.
    /// - Throws: ``AgentError/counterUnknown`` for a token that is no counter's, a challenge that is not open, and a wrong
    ///   signature: which of them it is, is nobody's affair.
    func open(
        _ counter: AccessToken?, challenge: String, signature: [UInt8], authority: String,
        now: ContinuousClock.Instant = .now
    ) throws(AgentError) -> String {
        let secret = try AgentSecret.make("hcs_")
        let isOpen = state.withLock { state in
            state.challenges.removeAll { $0.end <= now }
            guard let index = state.challenges.firstIndex(where: { AgentSecret.isSame($0.text, challenge) }) else {
                return false
            }
            state.challenges.remove(at: index)
            return true
        }
        guard isOpen, let counter, let key = counter.publicKey.flatMap(CounterKey.init(hexadecimal:)),
            key.signed(Self.statement(challenge: challenge, authority: authority), signature)
        else { throw .counterUnknown }
        state.withLock { Self.add(secret, .counter(counter.id), &$0, now) }
        return secret.text
    }

    /// The oldest of the same sort give way: a counter that is reloaded again and again ends nobody's administration.
    private static func add(
        _ secret: AgentSecret, _ entry: Entry, _ state: inout State, _ now: ContinuousClock.Instant
    ) {
        state.sessions.removeAll { $0.end <= now }
        let alike = state.sessions.filter { $0.entry == entry }
        if alike.count >= mostSessions, let oldest = alike.first {
            state.sessions.removeAll { $0.digest == oldest.digest }
        }
        state.sessions.append(Session(digest: secret.digest, entry: entry, end: now + lifetime))
    }

    /// What a session opens; nil for a secret that is no session's, or of one that has ended.
    func entry(of secret: String, now: ContinuousClock.Instant = .now) -> Entry? {
        let digest = AgentSecret.digest(of: secret)
        return state.withLock { state in
            state.sessions.removeAll { $0.end <= now }
            guard let index = state.sessions.firstIndex(where: { AgentSecret.isSame($0.digest, digest) }) else {
                return nil
            }
            state.sessions[index].end = now + Self.lifetime
            return state.sessions[index].entry
        }
    }

    func close(_ secret: String) {
        let digest = AgentSecret.digest(of: secret)
        state.withLock { $0.sessions.removeAll { $0.digest == digest } }
    }
}
