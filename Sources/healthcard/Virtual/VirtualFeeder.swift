import CardProfiles
import Foundation
import ISO7816
import Threads
import VirtualCard

/// A feeder machine of virtual chips: it puts them into the slots of virtual readers and takes them out into trays, as it
/// is told line by line (`Docs/feeder.md`). The chips are files in a ``ChipBox``, so a machine that is switched off keeps
/// what lies in its lanes.
final class VirtualFeeder: @unchecked Sendable {
    private let box: ChipBox
    private let ports: [UInt16]
    /// Seconds from one card leaving a reader to the next lying in it: the driver needs some to see that one has gone.
    private let changeover: Double
    /// Lanes, from 1, whose reader is dead: it never sees a card.
    private let deadLanes: Set<Int>
    private let log: FileHandle?
    private let lock = NSLock()
    // Guarded by `lock`.
    private var faults: ChipFaults
    private var links: [Int: VPCDLink] = [:]
    private var emptiedAt: [Int: ContinuousClock.Instant] = [:]

    private let output = NSLock()

    init(
        box: ChipBox, ports: [UInt16], changeover: Double, deadLanes: Set<Int>, faults: ChipFaults, log: FileHandle?
    ) {
        self.box = box
        self.ports = ports
        self.changeover = changeover
        self.deadLanes = deadLanes
        self.faults = faults
        self.log = log
    }

    /// Serves standard input until `QUIT` or its end, then switches everything off.
    func run() {
        let left = (1...max(1, ports.count)).filter { box.isOccupied(lane: $0) }
        for lane in left { _ = try? load(lane) }
        // What lies in a reader when a machine is switched on has been seen there before it says hello.
        if !left.isEmpty { Thread.sleep(forTimeInterval: changeover + 0.4) }
        while let line = readLine() {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            switch words.first {
            case "HELLO": say("HELLO 1")
            case "QUIT": return close()
            default:
                guard words.count >= 3, let lane = Int(words[2]), lane >= 1, lane <= ports.count else { continue }
                let (id, verb) = (String(words[0]), words[1])
                let tray = words.count > 3 ? ChipBox.Tray(rawValue: String(words[3])) : nil
                do {
                    try startThread("feeder lane") { [self] in
                        say("\(id) \(answer(verb == "LOAD" ? nil : tray ?? .reject, lane))")
                    }
                } catch { say("\(id) JAM \(error)") }
            }
        }
        close()
    }

    /// - Parameter tray: nil for LOAD.
    private func answer(_ tray: ChipBox.Tray?, _ lane: Int) -> String {
        do {
            guard let tray else { return try load(lane) ? "OK" : "EMPTY" }
            try unload(lane, to: tray)
            return "OK"
        } catch {
            return "JAM \(error)"
        }
    }

    private func load(_ lane: Int) throws(VirtualCardError) -> Bool {
        if lock.withLock({ links[lane] != nil }) { return true }
        guard let card = try box.insert(lane: lane) else { return false }
        guard !deadLanes.contains(lane) else { return true }
        let pause = lock.withLock { emptiedAt[lane].map { ($0 + .seconds(changeover) - .now) / .seconds(1) } } ?? 0
        if pause > 0 { Thread.sleep(forTimeInterval: pause) }
        let fault = lock.withLock { faults.next() }
        let chip = FlawedChip(card, fault?.flaws ?? ChipFlaws())
        if let fault { note(fault, lane, card) }
        var options = VPCDLink.Options(port: ports[lane - 1])
        options.patience = 10
        options.reconnects = true
        let link = VPCDLink(chip: chip, options: options)
        let back = fault?.flaws.backAfter
        chip.onLeaving { [weak link] in
            guard let link else { return }
            link.remove()
            guard let back else { return }
            DispatchQueue.global().asyncAfter(deadline: .now() + back) { link.insert() }
        }
        lock.withLock { links[lane] = link }
        link.start()
        return true
    }

    private func unload(_ lane: Int, to tray: ChipBox.Tray) throws(VirtualCardError) {
        if let link = lock.withLock({ links.removeValue(forKey: lane) }) {
            link.stop()
            link.waitUntilEnded()
        }
        lock.withLock { emptiedAt[lane] = .now }
        try box.remove(lane: lane, to: tray)
    }

    private func close() {
        let open = lock.withLock {
            defer { links = [:] }
            return Array(links.values)
        }
        open.forEach { $0.stop() }
        open.forEach { $0.waitUntilEnded() }
    }

    private struct LogLine: Encodable {
        let chip: String
        let lane: Int
        let fault: ChipFaults.Fault
    }

    private func note(_ fault: ChipFaults.Fault, _ lane: Int, _ card: VirtualHealthCard) {
        guard let log,
            let line = try? JSONEncoder().encode(LogLine(chip: Hex.encode(card.serial), lane: lane, fault: fault))
        else { return }
        output.withLock { log.write(line + [0x0A]) }
    }

    private func say(_ line: String) { output.withLock { Terminal.print(line) } }
}
