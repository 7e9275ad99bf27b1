import Foundation
import VirtualCard

/// Which chips of a virtual feeder have which flaw: by chance, but the same seed gives the same flaws in the same order.
struct ChipFaults {
    enum Kind: String, CaseIterable, Encodable {
        /// Contact is lost in the middle and comes back.
        case removal
        /// The card falls out and does not come back.
        case loss
        /// A command is carried out, its answer lost, and contact comes back.
        case lostAnswer
        /// One writing answers 6581.
        case writeFailure
        /// The memory is worn out: every writing answers 6581.
        case wornOut
        /// It stops answering for good.
        case death
        /// It thinks far too long about one command.
        case stuck
    }

    struct Fault: Encodable {
        let kind: Kind
        /// From 0, counted from the insertion.
        let command: Int

        var flaws: ChipFlaws {
            var flaws = ChipFlaws()
            switch kind {
            case .removal, .loss, .lostAnswer:
                flaws.removedAt = command
                flaws.backAfter = kind == .loss ? nil : 1
                flaws.losesAnswer = kind == .lostAnswer
            case .writeFailure:
                flaws.failsWritesAt = command
                flaws.failingWrites = 1
            case .wornOut: flaws.failsWritesAt = command
            case .death: flaws.diesAt = command
            case .stuck:
                flaws.sticksAt = command
                flaws.stuckFor = 5
            }
            return flaws
        }
    }

    /// How many of a hundred chips have one.
    let percent: Int
    /// Commands a card takes, about: faults are spread over them.
    let commands: Int
    private var state: UInt64

    init(seed: UInt64, percent: Int, commands: Int = 240) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        self.percent = percent
        self.commands = max(1, commands)
    }

    /// The next chip's; nil for a good one.
    mutating func next() -> Fault? {
        guard Int(random() % 100) < percent else { return nil }
        let kinds = Kind.allCases
        return Fault(kind: kinds[Int(random() % UInt64(kinds.count))], command: Int(random() % UInt64(commands)))
    }

    /// xorshift64*: good enough for spreading faults, and the same everywhere.
    private mutating func random() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D >> 16
    }
}
