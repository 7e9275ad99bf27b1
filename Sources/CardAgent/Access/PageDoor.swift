import Files
import Foundation
import ISO7816
import ShangMi
import Synchronization

/// The door of the agent's own page. Pairing, the PIN and the list of tokens belong to whoever knows the page code, which
/// is a file of the state folder: another user of the machine, or a program that can only reach the port, cannot say yes
/// to itself.
final class PageDoor: Sendable {
    static let fileName = "page-code"
    /// A session ends so long after its last use.
    static let lifetime = Duration.seconds(12 * 3600)
    static let mostSessions = 16
    /// Wrong codes a minute, by whomever.
    static let wrongCodesAMinute = 10

    private struct State {
        /// Digest of the secret, and when it ends.
        var sessions: [(digest: String, end: ContinuousClock.Instant)] = []
        var wrong: [ContinuousClock.Instant] = []
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
            state.sessions.removeAll { $0.end <= now }
            if state.sessions.count >= Self.mostSessions { state.sessions.removeFirst() }
            state.sessions.append((secret.digest, now + Self.lifetime))
            return .success(secret.text)
        }
        return try result.get()
    }

    func isOpen(_ secret: String, now: ContinuousClock.Instant = .now) -> Bool {
        let digest = AgentSecret.digest(of: secret)
        return state.withLock { state in
            state.sessions.removeAll { $0.end <= now }
            guard let index = state.sessions.firstIndex(where: { AgentSecret.isSame($0.digest, digest) }) else {
                return false
            }
            state.sessions[index].end = now + Self.lifetime
            return true
        }
    }

    func close(_ secret: String) {
        let digest = AgentSecret.digest(of: secret)
        state.withLock { $0.sessions.removeAll { $0.digest == digest } }
    }
}
