import CPeers
import CardProfiles
import Foundation
import VirtualCard

/// This program once more, as the other end of the link: cards live in a process of their own, so that what they cost
/// is on nobody's account.
enum CardProcess {
    /// Cards that answer anything at once, in the slots on these ports.
    case plain(ports: [UInt16])
    /// Blank virtual chips, all alike and with challenges that come again, so that recorded commands fit every one.
    case blank(ports: [UInt16])
    /// Chips that take as long as real ones and change by themselves: all alike, or each another one.
    case timed(ports: [UInt16], areAlike: Bool)

    init?(_ arguments: [String]) {
        let ports = arguments.dropFirst().compactMap { UInt16($0) }
        switch arguments.first {
        case "plain-cards": self = .plain(ports: ports)
        case "blank-cards": self = .blank(ports: ports)
        case "timed-cards": self = .timed(ports: ports, areAlike: false)
        case "timed-alike-cards": self = .timed(ports: ports, areAlike: true)
        default: return nil
        }
    }

    /// Serves until the slots close or the starter stops it.
    func run() throws {
        switch self {
        case .timed(let ports, let areAlike): try TimedSlots.serve(ports: ports, areAlike: areAlike)
        case .plain(let ports): peer_plain_cards(ports, ports.count)
        case .blank(let ports):
            let profile = try CardProfile.bundled(overlays: ["test-keys"])
            let slots = try ports.map { try BlankSlot(port: $0, profile: profile) }
            let open = DispatchGroup()
            for slot in slots {
                open.enter()
                Thread {
                    slot.serve()
                    open.leave()
                }.start()
            }
            open.wait()
        }
    }

    /// Calls `body` while the cards are in these readers, all of which are empty again afterwards.
    static func during<Result>(
        _ arguments: [String], in readers: [String], _ body: () throws -> Result
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
            for reader in readers { VirtualReaders.waitUntilEmpty(reader) }
        }
        for reader in readers { peer_card_close(try VirtualReaders.connect(reader)) }
        return try body()
    }
}

/// One blank chip in one slot.
private final class BlankSlot: Sendable {
    private let port: UInt16
    private let card: VirtualHealthCard

    init(port: UInt16, profile: CardProfile) throws {
        self.port = port
        card = try VirtualHealthCard.blank(serial: CardBenchmark.serial, profile: profile)
        let counter = CountingChallenges()
        card.setRandomSource { counter.next($0) }
    }

    func serve() {
        card.answerToReset.withUnsafeBufferPointer { answer in
            var slot = peer_slot()
            slot.port = port
            slot.answerToReset = answer.baseAddress
            slot.answerToResetSize = answer.count
            slot.card = Unmanaged.passUnretained(card).toOpaque()
            slot.power = { card, on in
                guard let card else { return }
                let chip = Unmanaged<VirtualHealthCard>.fromOpaque(card).takeUnretainedValue()
                if on == 0 { chip.powerOff() } else { chip.powerOn() }
            }
            slot.process = { card, command, size, response in
                guard let card, let response else { return 0 }
                let chip = Unmanaged<VirtualHealthCard>.fromOpaque(card).takeUnretainedValue()
                let answer = chip.process(Array(UnsafeBufferPointer(start: command, count: size))) ?? []
                response.update(from: answer, count: answer.count)
                return answer.count
            }
            peer_serve(&slot)
        }
    }
}
