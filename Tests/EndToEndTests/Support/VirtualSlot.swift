import Foundation
import ISO7816
import PCSC

#if canImport(Glibc)
    import Glibc
#endif

/// One slot of the virtual readers that `Scripts/with-virtual-readers` starts, held by one test at a time.
final class VirtualSlot: Sendable {
    let port: String
    let reader: ReaderName
    private let lock: Int32

    /// Takes a free slot out of `HEALTHCARD_VPCD_PORTS`; waits when every one is held.
    init() async throws {
        let environment = ProcessInfo.processInfo.environment
        let listed = environment["HEALTHCARD_VPCD_PORTS"] ?? ""
        let folder = environment["HEALTHCARD_VPCD_LOCKS"] ?? "/tmp"
        let ports = listed.split { $0 == "," || $0 == " " }.map(String.init)
        let slots = Array(zip(ports, try PCSCContext().readers()))
        guard !slots.isEmpty else {
            throw ProgramError(
                description: "no virtual readers: run make test, or Scripts/with-virtual-readers 4 -- swift test")
        }
        while true {
            for (port, reader) in slots.reversed() {
                if let descriptor = try Self.take("\(folder)/\(port).lock") {
                    self.port = port
                    self.reader = reader
                    lock = descriptor
                    return
                }
            }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    deinit { close(lock) }

    /// Two slots: one for a card, one for its SAM. One test at a time gathers them, lest each of several holds one and
    /// waits for another.
    static func pair() async throws -> (card: VirtualSlot, sam: VirtualSlot) {
        let folder = ProcessInfo.processInfo.environment["HEALTHCARD_VPCD_LOCKS"] ?? "/tmp"
        var turn: Int32?
        while turn == nil {
            turn = try take("\(folder)/pair.lock")
            if turn == nil { try await Task.sleep(for: .milliseconds(25)) }
        }
        defer { if let turn { close(turn) } }
        return (try await VirtualSlot(), try await VirtualSlot())
    }

    /// The descriptor of a file that is locked now; nil when another holds it.
    private static func take(_ path: String) throws -> Int32? {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw ProgramError(description: "cannot lock \(path)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private func state() throws -> ReaderState {
        try PCSCContext().statusChange([ReaderState(reader: reader)], milliseconds: 0)[0]
    }

    /// Waits until the service has seen the last card go: a card that comes at once behind it would pass for it.
    func waitUntilEmpty() async throws {
        try await eventually("\(reader) without a card") { try !state().isCardPresent }
    }

    /// Waits until no program is connected to the card. pcscd resets it for one that has gone without a word, and a card
    /// that leaves at that moment makes pcscd 1.9 deaf to the next one.
    func waitUntilIdle() async throws {
        try await eventually("\(reader) in nobody's use") {
            let state = try state()
            return !state.isInUse && !state.isExclusivelyUsed
        }
    }

    /// Waits until the card, this program's if it is one's, answers its reset.
    func waitForCard(_ serial: String, _ program: Programs.Running?) async throws {
        try await eventually("the card \(serial) in \(reader)") {
            if let program, !program.isRunning {
                throw ProgramError(
                    description: "the card's program ended: " + String(decoding: program.errors, as: UTF8.self))
            }
            let state = try state()
            guard state.isCardPresent, !state.answerToReset.isEmpty else { return false }
            guard serial.isEmpty || Hex.encode(state.answerToReset).contains(serial) else {
                throw ProgramError(description: "another card than \(serial) is in \(reader)")
            }
            return true
        }
    }
}

/// A card in a slot: somebody's program that speaks vpcd, and the PC/SC reader it appeared in.
final class CardInSlot {
    let reader: String
    let slot: VirtualSlot
    let program: Programs.Running

    init(_ serial: String, _ slot: VirtualSlot, _ program: String, _ arguments: [String]) async throws {
        try await slot.waitUntilEmpty()
        self.slot = slot
        let identity = serial.isEmpty ? [] : ["--serial", serial]
        self.program = try Programs.Running(program, arguments + ["--port", slot.port] + identity)
        reader = slot.reader.rawValue
        try await slot.waitForCard(serial, self.program)
    }

    /// Our virtual card. Whoever inserts it stops it: it goes with the last use of it, not with the test.
    static func insert(
        _ serial: String, slot: VirtualSlot? = nil, _ options: [String] = []
    ) async throws -> CardInSlot {
        let held: VirtualSlot
        if let slot { held = slot } else { held = try await VirtualSlot() }
        return try await CardInSlot(serial, held, Programs.healthcard(), ["virtual"] + options)
    }

    /// The independent SAM. Whoever inserts it stops it.
    static func independentSAM(slot: VirtualSlot, _ options: [String] = []) async throws -> CardInSlot {
        try await CardInSlot("", slot, Programs.python, [Programs.independent("sam.py")] + options)
    }

    /// Runs `body` while our virtual card is in a reader.
    static func ours<Result>(
        _ serial: String, _ body: (CardInSlot) async throws -> Result
    ) async throws -> Result {
        try await insert(serial).use(body)
    }

    /// Runs `body` while the independent card is in a reader.
    static func independent<Result>(
        _ serial: String, _ body: (CardInSlot) async throws -> Result
    ) async throws -> Result {
        let script = [Programs.independent("card.py")]
        return try await CardInSlot(serial, VirtualSlot(), Programs.python, script).use(body)
    }

    func use<Result>(_ body: (CardInSlot) async throws -> Result) async throws -> Result {
        let result = try await body(self)
        try await stop()
        return result
    }

    /// Takes the card out; what its program printed.
    func remove() async throws -> Data { try await stop().output }

    /// Ends the card's program with a signal, and waits until its reader is seen empty.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async throws -> Programs.Outcome {
        // Who kills it wants it gone in the middle of work.
        if signal != SIGKILL { try await slot.waitUntilIdle() }
        let outcome = try await program.stop(signal)
        try await slot.waitUntilEmpty()
        return outcome
    }
}

enum Readers {
    /// All readers the service has, in its order.
    static func names() throws -> [String] { try PCSCContext().readers().map(\.rawValue) }
}
