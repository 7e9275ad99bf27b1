import Foundation
import Synchronization

/// One wish for a token, from asking to the person's answer.
struct Pairing: Sendable, Hashable {
    enum Stage: String, Sendable, Hashable {
        case waiting, confirmed, refused, collected
    }

    let id: String
    let holder: TokenHolder
    let name: String
    let rights: Set<AccessRight>
    /// Shown by the program that asks, typed by the person on the agent's page.
    let number: String
    /// Of the secret with which the program that asked, and nobody else, collects the token.
    let secretDigest: String
    let expires: ContinuousClock.Instant
    var attemptsLeft = PairingDesk.attempts
    var stage = Stage.waiting
    /// Until it is collected, once.
    var token: String?
}

/// Wishes for tokens. They live in memory only, for five minutes by a clock that nobody sets.
final class PairingDesk: Sendable {
    static let lifetime = Duration.seconds(300)
    /// Wrong numbers before the wish is void: a page that guesses wins once in 300,000 tries.
    static let attempts = 3
    /// Wishes that wait at the same time; of one holder there is one, and a newer one replaces it.
    static let most = 8

    private let pairings = Mutex<[Pairing]>([])

    func ask(
        holder: TokenHolder, name: String, rights: Set<AccessRight>, now: ContinuousClock.Instant = .now
    ) throws(AgentError) -> (pairing: Pairing, secret: String) {
        let secret = try AgentSecret.make("hcp_")
        let pairing = Pairing(
            id: AgentSecret.encoded(try AgentSecret.random(10)), holder: holder, name: name, rights: rights,
            number: try AgentSecret.number(), secretDigest: secret.digest, expires: now + Self.lifetime)
        let isTaken = pairings.withLock { pairings in
            pairings.removeAll { $0.expires <= now || $0.holder == holder }
            guard pairings.count < Self.most else { return false }
            pairings.append(pairing)
            return true
        }
        guard isTaken else { throw .tooMany(.pairings) }
        return (pairing, secret.text)
    }

    func waiting(now: ContinuousClock.Instant = .now) -> [Pairing] {
        pairings.withLock { $0.filter { $0.stage == .waiting && $0.expires > now } }
    }

    /// Whether a page of this origin waits for an answer, or has one to collect.
    func isAsking(_ origin: WebOrigin, now: ContinuousClock.Instant = .now) -> Bool {
        pairings.withLock { pairings in
            pairings.contains {
                $0.holder.origin == origin && $0.expires > now && [.waiting, .confirmed].contains($0.stage)
            }
        }
    }

    /// What became of a wish, for who asked. A confirmed one gives its token, once.
    ///
    /// - Throws: ``AgentError/noSuchPairing``, for a wrong secret or another origin as well.
    func collect(
        _ id: String, secret: String, origin: WebOrigin?, now: ContinuousClock.Instant = .now
    ) throws(AgentError) -> Pairing {
        let digest = AgentSecret.digest(of: secret)
        let found = pairings.withLock { pairings -> Pairing? in
            guard
                let index = pairings.firstIndex(where: {
                    $0.id == id && $0.expires > now && $0.holder.origin == origin
                        && AgentSecret.isSame($0.secretDigest, digest)
                })
            else { return nil }
            let pairing = pairings[index]
            if pairing.stage == .confirmed {
                pairings[index].stage = .collected
                pairings[index].token = nil
            }
            return pairing
        }
        guard let found else { throw .noSuchPairing }
        return found
    }

    /// The person's yes.
    ///
    /// - Parameter issue: makes the token; what it throws leaves the wish as it was.
    func confirm(
        _ id: String, number: String, now: ContinuousClock.Instant = .now,
        issue: (Pairing) throws(AgentError) -> String
    ) throws(AgentError) -> Pairing {
        let result = pairings.withLock { pairings -> Result<Pairing, AgentError> in
            guard let index = pairings.firstIndex(where: { $0.id == id && $0.expires > now }),
                pairings[index].stage == .waiting
            else { return .failure(.noSuchPairing) }
            guard AgentSecret.isSame(pairings[index].number, number) else {
                pairings[index].attemptsLeft -= 1
                let left = pairings[index].attemptsLeft
                if left == 0 { pairings[index].stage = .refused }
                return .failure(.wrongNumber(attemptsLeft: left))
            }
            do throws(AgentError) {
                pairings[index].token = try issue(pairings[index])
            } catch { return .failure(error) }
            pairings[index].stage = .confirmed
            return .success(pairings[index])
        }
        return try result.get()
    }

    /// The person's no.
    func refuse(_ id: String, now: ContinuousClock.Instant = .now) throws(AgentError) -> Pairing {
        let refused = pairings.withLock { pairings -> Pairing? in
            guard let index = pairings.firstIndex(where: { $0.id == id && $0.expires > now && $0.stage == .waiting })
            else { return nil }
            pairings[index].stage = .refused
            return pairings[index]
        }
        guard let refused else { throw .noSuchPairing }
        return refused
    }
}
