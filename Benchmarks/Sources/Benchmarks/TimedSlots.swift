import CardProfiles
import Foundation
import VirtualCard

/// Slots of the virtual readers in which chips take as long as real ones, and change by themselves: a finished card that
/// has lost its power is taken out, and the next blank one comes after the time a machine takes for that.
enum TimedSlots {
    /// Seconds from one card leaving to the next one lying in the reader.
    static let changeover = 0.5

    /// A chip over the contactless link of the profile, at the quick end of what real cards do (5-130 ms a command).
    static func timing(_ profile: CardProfile) -> ChipTiming {
        let link = profile.links.first { $0.name == "iso14443-424" } ?? profile.links.last
        return ChipTiming(bytesPerSecond: link?.bytesPerSecond ?? 47_000)
    }

    /// Serves until the process ends.
    /// - Parameter areAlike: every chip has the same serial number and draws the same challenges, so that recorded commands
    ///   fit it; else each is another one.
    static func serve(ports: [UInt16], areAlike: Bool) throws {
        let profile = try CardProfile.bundled(overlays: ["test-keys"])
        for port in ports {
            Thread { serve(port, areAlike, profile) }.start()
        }
        while true { sleep(3600) }
    }

    private static func serve(_ port: UInt16, _ areAlike: Bool, _ profile: CardProfile) {
        var number: UInt64 = UInt64(port) << 32 | UInt64(getpid())
        while true {
            number += 1
            let serial =
                areAlike
                ? CardBenchmark.serial : withUnsafeBytes(of: (number &* 0x9E37_79B9_7F4A_7C15).bigEndian) { Array($0) }
            guard let card = try? VirtualHealthCard.blank(serial: serial, profile: profile) else { return }
            if areAlike {
                let counter = CountingChallenges()
                card.setRandomSource { counter.next($0) }
            }
            let chip = LeavingChip(card, timing(profile))
            var options = VPCDLink.Options(port: port)
            options.reconnects = true
            options.patience = 10
            let link = VPCDLink(chip: chip, options: options)
            chip.onLeaving { link.stop() }
            _ = try? link.run()
            Thread.sleep(forTimeInterval: changeover)
        }
    }

    /// A timed chip that leaves once it is finished and without power.
    private final class LeavingChip: Chip, @unchecked Sendable {
        private let card: VirtualHealthCard
        private let timed: TimedChip
        private var leave: @Sendable () -> Void = {}

        init(_ card: VirtualHealthCard, _ timing: ChipTiming) {
            self.card = card
            timed = TimedChip(card, timing)
        }

        /// Set before the chip goes into its slot.
        func onLeaving(_ action: @escaping @Sendable () -> Void) { leave = action }

        var answerToReset: [UInt8] { timed.answerToReset }
        func powerOn() { timed.powerOn() }
        func process(_ command: [UInt8]) -> [UInt8]? { timed.process(command) }
        func powerOff() {
            timed.powerOff()
            if card.lifeCycle == .activated { leave() }
        }
    }
}

/// Challenges that count: 1, 2, 3 … under the card's lock.
final class CountingChallenges: @unchecked Sendable {
    private var value: UInt8 = 0

    func next(_ count: Int) -> [UInt8] {
        value &+= 1
        return [UInt8](repeating: value, count: count)
    }
}
