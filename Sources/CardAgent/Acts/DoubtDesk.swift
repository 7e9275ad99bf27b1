import HealthCard
import Synchronization

/// Acts whose last command was cut short, by the chip they were done to: when the card is back it can be asked which content it
/// holds. In memory only; the contents are personal.
final class DoubtDesk: Sendable {
    enum Doubt: Sendable {
        case update(UpdateError)
        case visit(PendingVisit)
        case block(directory: String?, wanted: BlockState)
    }

    static let most = 64

    private let doubts = Mutex<[(chip: String, act: String, doubt: Doubt)]>([])

    /// - Parameter act: its id.
    func add(_ doubt: Doubt, of act: String, chip: String) {
        doubts.withLock { doubts in
            doubts.removeAll { $0.chip == chip }
            if doubts.count >= Self.most { doubts.removeFirst() }
            doubts.append((chip, act, doubt))
        }
    }

    func doubt(ofChip chip: String) -> (act: String, doubt: Doubt)? {
        doubts.withLock { $0.first { $0.chip == chip }.map { ($0.act, $0.doubt) } }
    }
    func settle(chip: String) { doubts.withLock { $0.removeAll { $0.chip == chip } } }
}
