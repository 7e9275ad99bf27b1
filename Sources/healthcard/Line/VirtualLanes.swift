import CardProfiles
import FaultyCards
import Foundation
import ISO7816
import Ledger
import Messages
import Production
import ShangMi
import Synchronization
import VirtualCard

/// Lanes whose chips are virtual and live in this process: a batch is rehearsed without any reader.
struct VirtualLanes {
    let count: Int
    let profile: CardProfile
    /// The folder of ``ChipBox``; nil for chips that are forgotten once they are made.
    let folder: String?
    /// Chips in all; nil: as many as are wanted.
    let supply: Int?
    /// For tests: the process kills itself at this command.
    var death: Death?
    /// That of the chips' batch; nil: the published one.
    var transportKey: SecretBytes?
    /// What is wrong with each chip once it is activated.
    var faults: Set<CardFault> = []

    /// The command, counted over all chips from 0, at which the process is killed.
    struct Death: Sendable {
        let command: Int
        /// The chip has carried the command out, and only its answer is lost.
        let isAnswered: Bool
        /// Chips that were begun before are not counted: they are finished first.
        let isOfBlanks: Bool

        /// `17`, `17:answered`, `17:blank` or `17:answered:blank`.
        init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            let words = parts.dropFirst()
            guard let first = parts.first, let command = Int(first), command >= 0,
                words.allSatisfy({ ["answered", "blank"].contains($0) })
            else { return nil }
            self.command = command
            isAnswered = words.contains("answered")
            isOfBlanks = words.contains("blank")
        }
    }

    private var options: VirtualCardOptions {
        var options = VirtualCardOptions(profile: profile)
        options.behaviour = CardBehaviour(faults: faults)
        return options
    }

    func setups() throws -> [LaneSetup] {
        let counter = Counter()
        let shelf = try folder.map {
            try ChipBox(
                folder: $0, profile: profile, supply: supply, transportKey: transportKey, options: options)
        }
        let loose = LooseChips(supply: supply, options: options)
        return (0..<count).map { lane in
            let name = "virtual \(lane)"
            // What an earlier run left in the lane lies in it now.
            let left = shelf.flatMap { $0.isOccupied(lane: lane) ? Self.chip(from: $0, lane) : nil }
            let slot = ChannelSlot(
                name, holding: left.map { channel(to: $0, counter) },
                trays: { _, tray in
                    do { try shelf?.remove(lane: lane, to: ChipBox.Tray(tray)) } catch {
                        Terminal.note(AnyMessage(of: error))
                    }
                },
                box: { _ in
                    let card = shelf.map { Self.chip(from: $0, lane) } ?? loose.next(profile, transportKey)
                    return card.map { channel(to: $0, counter) }
                })
            return LaneSetup(slot: slot, handling: slot)
        }
    }

    /// A chip whose file cannot be used is told of, and ends its lane as an empty box does.
    private static func chip(from shelf: ChipBox, _ lane: Int) -> VirtualHealthCard? {
        do {
            return try shelf.insert(lane: lane)
        } catch {
            Terminal.note(AnyMessage(of: error))
            return nil
        }
    }

    private func channel(to card: VirtualHealthCard, _ counter: Counter) -> VirtualCardChannel {
        let channel = VirtualCardChannel(card: card)
        if let death, !death.isOfBlanks || card.lifeCycle == .blank {
            channel.intercept = { (command, _) throws(ChannelError) in
                guard counter.next() == death.command else { return nil }
                if death.isAnswered { _ = card.process(command) }
                kill(getpid(), SIGKILL)
                return nil
            }
        }
        return channel
    }

    private final class Counter: Sendable {
        private let value = Mutex(0)
        func next() -> Int {
            value.withLock { value in
                defer { value += 1 }
                return value
            }
        }
    }

    /// Chips that are made when they are asked for.
    private final class LooseChips: Sendable {
        private let left: Mutex<Int?>
        private let options: VirtualCardOptions
        init(supply: Int?, options: VirtualCardOptions) {
            left = Mutex(supply)
            self.options = options
        }

        func next(_ profile: CardProfile, _ transportKey: SecretBytes?) -> VirtualHealthCard? {
            let isLeft = left.withLock { left in
                guard let count = left else { return true }
                left = max(0, count - 1)
                return count > 0
            }
            guard isLeft, let serial = try? SystemRandom.bytes(profile.answerToReset.serialLength) else { return nil }
            return try? VirtualHealthCard.blank(
                serial: serial, profile: profile,
                transportKey: transportKey.map {
                    try VirtualHealthCard.transportKey(ofBatch: $0, serial: serial, profile: profile)
                }, options: options)
        }
    }
}

extension ChipBox.Tray {
    init(_ tray: Production.Tray) {
        self =
            switch tray {
            case .made: .made
            case .reject: .reject
            case .unused: .unused
            }
    }
}
