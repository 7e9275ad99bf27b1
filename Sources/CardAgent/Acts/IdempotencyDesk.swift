import Foundation
import HealthCard
import ISO7816
import ShangMi
import Synchronization

/// Acts that write, by the key that a program gave them: one that is asked for twice is done once, and answered alike. What
/// was done before a restart is known from the journal, without its answer.
final class IdempotencyDesk: Sendable {
    /// An answer that is given again.
    struct Answer: Sendable, Hashable {
        let status: Int
        let body: String
        let isProblem: Bool
    }

    enum Ticket: Sendable, Hashable {
        /// Nobody has asked for it: do it, then call ``finish(_:_:)``.
        case new
        case replay(Answer)
    }

    private enum Stage { case running, answered(Answer), doneBefore, unfinishedBefore }

    private struct Item {
        let request: String
        /// The card token it was asked for; nil after a restart, which makes every token void.
        let card: String?
        var stage: Stage
        let end: ContinuousClock.Instant
    }

    static let lifetime = Duration.seconds(86_400)
    static let most = 4_096

    private let items = Mutex<[String: Item]>([:])

    init(_ remembered: [AccessJournal.Remembered] = [], now: ContinuousClock.Instant = .now) {
        items.withLock { items in
            for act in remembered {
                guard let key = act.entry.key, let request = act.entry.request else { continue }
                // One that changed nothing may be asked for again under its key.
                if act.isFinished, [.failed, .foundOld].contains(act.entry.outcome) { continue }
                let isDone = act.isFinished && [.done, .foundNew].contains(act.entry.outcome)
                items[key] = Item(
                    request: request, card: nil, stage: isDone ? .doneBefore : .unfinishedBefore,
                    end: now + Self.lifetime)
            }
        }
    }

    /// 8-64 letters, digits, `-`, `_`.
    static func isKey(_ text: String) -> Bool {
        (8...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
                default: false
                }
            }
    }

    /// The name under which an act is known: nobody finds another's by its key.
    static func name(caller: String, key: String) -> String { digest(Array("\(caller)\n\(key)".utf8)) }

    static func digest(_ bytes: [UInt8]) -> String { Hex.encode(SM3.hash(bytes)).lowercased() }

    /// - Parameters:
    ///   - request: digest of everything that was asked but the card's token.
    ///   - card: that token.
    func begin(
        _ name: String, request: String, card: String = "", now: ContinuousClock.Instant = .now
    ) throws(AgentError) -> Ticket {
        let result = items.withLock { items -> Result<Ticket, AgentError> in
            if items.count >= Self.most { items = items.filter { $0.value.end > now } }
            if let item = items[name], item.end > now {
                guard item.request == request, item.card ?? card == card else { return .failure(.keyReused) }
                switch item.stage {
                case .running: return .failure(.keyInUse)
                case .answered(let answer): return .success(.replay(answer))
                case .doneBefore: return .failure(.doneBefore)
                case .unfinishedBefore: return .failure(.unfinishedBefore)
                }
            }
            guard items.count < Self.most else { return .failure(.tooMany(.acts)) }
            items[name] = Item(request: request, card: card, stage: .running, end: now + Self.lifetime)
            return .success(.new)
        }
        return try result.get()
    }

    /// Takes in what the card of an act from before a restart holds.
    func settle(_ name: String, _ outcome: UpdateNote.Outcome) {
        items.withLock { items in
            guard let item = items[name], case .unfinishedBefore = item.stage else { return }
            switch outcome {
            case .old: items[name] = nil
            case .new: items[name]?.stage = .doneBefore
            case .partly, .noPhoto, .other: break
            }
        }
    }

    /// - Parameter answer: nil for an act that did not begin: its key is free again.
    func finish(_ name: String, _ answer: Answer?) {
        items.withLock { items in
            if let answer { items[name]?.stage = .answered(answer) } else { items[name] = nil }
        }
    }
}
