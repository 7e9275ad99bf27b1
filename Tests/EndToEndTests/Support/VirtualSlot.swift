import Foundation
import PCSC

#if canImport(Glibc)
    import Glibc
#endif

/// One slot of the virtual readers that `Scripts/with-virtual-readers` starts, held by one test at a time.
final class VirtualSlot {
    let port: String
    let reader: ReaderName
    private let lock: Int32

    /// Takes a free slot out of `HEALTHCARD_VPCD_PORTS`; waits when every one is held.
    init() throws {
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
                let descriptor = open("\(folder)/\(port).lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
                guard descriptor >= 0 else { throw ProgramError(description: "cannot lock slot \(port)") }
                if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                    self.port = port
                    self.reader = reader
                    lock = descriptor
                    return
                }
                close(descriptor)
            }
            usleep(50_000)
        }
    }

    deinit { close(lock) }

    /// Waits until the service has seen the last card go: a card that comes at once behind it would pass for it.
    func waitUntilEmpty() throws {
        let context = try PCSCContext()
        var state = ReaderState(reader: reader)
        repeat { state = try context.statusChange([state], milliseconds: 20_000)[0] } while state.isCardPresent
    }
}

/// A card in a slot: somebody's program that speaks vpcd, and the PC/SC reader it appeared in.
final class CardInSlot {
    let reader: String
    private let slot: VirtualSlot
    private let program: Programs.Running

    private init(_ serial: String, _ slot: VirtualSlot, _ program: String, _ arguments: [String]) throws {
        try slot.waitUntilEmpty()
        self.slot = slot
        self.program = try Programs.Running(program, arguments + ["--port", slot.port, "--serial", serial])
        reader = slot.reader.rawValue
        let answerToReset = try PCSCContext().waitForCard(in: slot.reader, milliseconds: 20_000)
        let hexadecimal = answerToReset.map { String(format: "%02X", $0) }.joined()
        guard hexadecimal.contains(serial) else {
            throw ProgramError(description: "another card than \(serial) is in \(reader)")
        }
    }

    /// Runs `body` while our virtual card is in a reader.
    static func ours<Result>(_ serial: String, _ body: (CardInSlot) throws -> Result) throws -> Result {
        let card = try CardInSlot(serial, VirtualSlot(), Programs.healthcard(), ["virtual"])
        return try withExtendedLifetime(card) { try body(card) }
    }

    /// Runs `body` while the independent card is in a reader.
    static func independent<Result>(_ serial: String, _ body: (CardInSlot) throws -> Result) throws -> Result {
        let card = try CardInSlot(serial, VirtualSlot(), Programs.python, [Programs.independent("card.py")])
        return try withExtendedLifetime(card) { try body(card) }
    }

    /// Takes the card out; what its program printed.
    func remove() throws -> Data { try program.stop().output }

    deinit { _ = try? program.stop() }
}
