import CardProfiles
import Foundation
import ISO7816
import Personalization
import Production
import ShangMi
import Synchronization
import VirtualCard

/// A production line beside what its links and chips allow: chips in this process that take as long as real ones, and a
/// machine that takes its time to change them. What is above the model's own seconds is the host's.
enum LineBenchmark {
    private static let lanes = [1, 2, 4, 8, 16]
    private static let cardsPerLane = 6

    static func rows() throws -> [Row] { try lanes.map(row) }

    private static func row(_ count: Int) throws -> Row {
        let line = try BenchmarkLine(people: count * cardsPerLane)
        let busy = Busy(count)
        let setups = (0..<count).map { setup("timed \($0)", lane: $0, line.profile, busy) }
        let outcome = try line.run(setups)
        // A lane that finished early waited for nobody: the line is as long as its longest lane.
        let allowed = busy.longest
        let rate = Double(line.prepared.count) / outcome.seconds * 3600
        return Row(
            what: "line of \(count) lane\(count == 1 ? "" : "s"), timed chips",
            ours: String(format: "%.0f cards/h", rate), peerName: "links and chips",
            peer: String(format: "%.0f cards/h", Double(line.prepared.count) / allowed * 3600),
            ratio: allowed / outcome.seconds, aim: .atLeast(0.98))
    }

    /// The model's own seconds of each lane.
    final class Busy: Sendable {
        private let seconds: Mutex<[Double]>
        init(_ count: Int) { seconds = Mutex([Double](repeating: 0, count: count)) }
        var longest: Double { seconds.withLock { $0.max() ?? 0 } }
        func add(_ more: Double, to lane: Int) { seconds.withLock { $0[lane] += more } }
    }

    /// A lane of timed chips.
    static func setup(_ name: String, lane: Int, _ profile: CardProfile, _ busy: Busy) -> LaneSetup {
        let timing = TimedSlots.timing(profile)
        let slot = ChannelSlot(
            name,
            trays: { channel, _ in
                // The machine takes the card away and brings the next.
                if let timed = (channel as? TimedChannel)?.timed {
                    busy.add(timed.seconds + TimedSlots.changeover, to: lane)
                }
                Thread.sleep(forTimeInterval: TimedSlots.changeover)
            },
            box: { _ in
                guard let serial = try? SystemRandom.bytes(8),
                    let card = try? VirtualHealthCard.blank(serial: serial, profile: profile)
                else { return nil }
                return TimedChannel(TimedChip(card, timing))
            })
        return LaneSetup(slot: slot, handling: slot)
    }

    private final class TimedChannel: CardChannel {
        let timed: TimedChip
        private let channel: VirtualChipChannel

        init(_ timed: TimedChip) {
            self.timed = timed
            channel = VirtualChipChannel(chip: timed)
        }

        var answerToReset: [UInt8] { channel.answerToReset }
        var transmissionProtocol: TransmissionProtocol { channel.transmissionProtocol }
        func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] { try channel.transmit(command) }
        func reset() throws(ChannelError) -> [UInt8] { try channel.reset() }
    }
}
