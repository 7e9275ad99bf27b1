import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// One slot of the virtual readers that `Scripts/with-virtual-readers` starts, held by one test at a time.
final class VirtualSlot {
    let port: String
    private let lock: Int32

    /// Takes a free slot out of `HEALTHCARD_VPCD_PORTS`; waits when every one is held.
    init() throws {
        let listed = ProcessInfo.processInfo.environment["HEALTHCARD_VPCD_PORTS"] ?? ""
        let ports = listed.split { $0 == "," || $0 == " " }.map(String.init)
        guard let last = ports.last else {
            throw ProgramError(
                description: "no virtual readers: run this as Scripts/with-virtual-readers 4 -- swift test")
        }
        for (index, candidate) in (ports.reversed() + [last]).enumerated() {
            let descriptor = open("/tmp/healthcard-slot-\(candidate).lock", O_CREAT | O_RDWR, 0o666)
            guard descriptor >= 0 else { throw ProgramError(description: "cannot lock slot \(candidate)") }
            if flock(descriptor, index == ports.count ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 {
                port = candidate
                lock = descriptor
                return
            }
            close(descriptor)
        }
        throw ProgramError(description: "no slot could be locked")
    }

    deinit { close(lock) }
}

/// A card in a slot: somebody's program that speaks vpcd, and the PC/SC reader it appeared in.
final class CardInSlot {
    let reader: String
    private let slot: VirtualSlot
    private let program: Programs.Running

    private init(_ serial: String, _ slot: VirtualSlot, _ program: Programs.Running) throws {
        self.slot = slot
        self.program = program
        let name = try Programs.output(Programs.python, [Programs.independent("reader.py"), "--find", serial])
        reader = String(decoding: name, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    /// Our virtual card.
    static func ours(_ serial: String) throws -> CardInSlot {
        let slot = try VirtualSlot()
        let arguments = ["virtual", "--port", slot.port, "--serial", serial]
        return try CardInSlot(serial, slot, Programs.Running(Programs.healthcard(), arguments))
    }

    /// The independent card.
    static func independent(_ serial: String) throws -> CardInSlot {
        let slot = try VirtualSlot()
        let arguments = [Programs.independent("card.py"), "--port", slot.port, "--serial", serial]
        return try CardInSlot(serial, slot, Programs.Running(Programs.python, arguments))
    }

    /// Takes the card out; what its program printed.
    func remove() throws -> Data { try program.stop().output }
}
