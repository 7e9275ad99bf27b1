import Files
import Foundation
import Synchronization

/// The tokens there are. A file of the state folder keeps them by digest, so that a restart takes no right away and a
/// stolen file gives none.
final class TokenStore: Sendable {
    /// More than a clinic's PC has programs.
    static let most = 256
    /// Tokens that expired are forgotten after so long.
    static let grace: TimeInterval = 90 * 86_400

    private struct State {
        var tokens: [AccessToken] = []
    }

    private let path: String?
    private let state: Mutex<State>

    /// - Parameter path: nil keeps them in memory only.
    /// - Throws: ``AgentError/stateUnreadable(file:)`` for a file that is there and is not one of ours: tokens that cannot be
    ///   read are not "none".
    init(path: String?) throws(AgentError) {
        self.path = path
        var tokens: [AccessToken] = []
        if let path {
            do {
                if let bytes = try InputFile.contentsIfThere(of: path, atMost: 1 << 20) {
                    tokens = try JSONDecoder().decode([AccessToken].self, from: Data(bytes))
                }
            } catch { throw .stateUnreadable(file: path) }
        }
        state = Mutex(State(tokens: tokens))
    }

    func list(at time: Date) -> [AccessToken] { state.withLock { $0.tokens.filter { $0.isValid(at: time) } } }

    func has(_ origin: WebOrigin, at time: Date) -> Bool {
        state.withLock { $0.tokens.contains { $0.holder.origin == origin && $0.isValid(at: time) } }
    }

    /// Whether a token that was found before is still one.
    func holds(_ token: AccessToken, at time: Date) -> Bool {
        state.withLock { $0.tokens.contains { $0.id == token.id && $0.isValid(at: time) } }
    }

    /// Nil for a secret that is no token's, or of one that has expired or was revoked.
    func find(_ secret: String, at time: Date) -> AccessToken? {
        let digest = AgentSecret.digest(of: secret)
        return state.withLock { state in
            state.tokens.first { AgentSecret.isSame($0.digest, digest) && $0.isValid(at: time) }
        }
    }

    /// - Returns: the token, and its secret, which nobody can ask for again.
    func issue(
        to holder: TokenHolder, name: String, rights: Set<AccessRight>, at time: Date, lifetime: TimeInterval
    ) throws(AgentError) -> (token: AccessToken, secret: String) {
        let secret = try AgentSecret.make("hca_")
        let id = AgentSecret.encoded(try AgentSecret.random(5))
        let token = AccessToken(
            id: id, digest: secret.digest, holder: holder, name: name, rights: rights, made: time,
            expires: time + lifetime)
        try change { tokens throws(AgentError) in
            // Not those that have just expired: the clock may be wrong today.
            tokens.removeAll { !$0.isValid(at: time - Self.grace) }
            guard tokens.count < Self.most else { throw .tooMany(.tokens) }
            tokens.append(token)
        }
        return (token, secret.text)
    }

    /// - Returns: the token that is void now; nil where there was none of this id.
    @discardableResult
    func revoke(_ id: String) throws(AgentError) -> AccessToken? {
        var revoked: AccessToken?
        try change { tokens throws(AgentError) in
            revoked = tokens.first { $0.id == id }
            tokens.removeAll { $0.id == id }
        }
        return revoked
    }

    /// What the disk does not have does not hold.
    private func change(_ step: (inout [AccessToken]) throws(AgentError) -> Void) throws(AgentError) {
        let result = state.withLock { state -> Result<Void, AgentError> in
            var tokens = state.tokens
            do throws(AgentError) { try step(&tokens) } catch { return .failure(error) }
            if let path {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                guard let data = try? encoder.encode(tokens), DurableFile.replace(path, with: Array(data)) else {
                    return .failure(.stateNotKept(file: path))
                }
            }
            state.tokens = tokens
            return .success(())
        }
        try result.get()
    }
}
