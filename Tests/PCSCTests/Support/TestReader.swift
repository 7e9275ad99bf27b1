import Foundation
import PCSC

#if canImport(Glibc)
    import Glibc
#endif

/// One of the virtual readers that `Scripts/with-virtual-readers` starts, held by one test at a time.
final class TestReader: Sendable {
    let name: ReaderName
    let port: UInt16
    private let lock: Int32

    static var ports: [UInt16] {
        (ProcessInfo.processInfo.environment["HEALTHCARD_VPCD_PORTS"] ?? "").split(separator: ",")
            .compactMap { UInt16($0) }
    }

    /// Takes a free reader, and waits for one without holding up the other tests.
    init() async throws {
        let ports = Self.ports
        guard !ports.isEmpty, let folder = ProcessInfo.processInfo.environment["HEALTHCARD_VPCD_LOCKS"] else {
            throw SupportError(
                description: "no virtual readers: run make test, or Scripts/with-virtual-readers 4 -- swift test")
        }
        let names = try PCSCContext().readers()
        while true {
            for (port, name) in zip(ports, names) {
                let descriptor = open("\(folder)/\(port).lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
                guard descriptor >= 0 else { throw SupportError(description: "cannot lock slot \(port)") }
                if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                    self.port = port
                    self.name = name
                    lock = descriptor
                    return
                }
                close(descriptor)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    deinit { close(lock) }

    /// Puts a card in and waits until the service sees it.
    func insert(
        answerToReset: [UInt8] = [0x3B, 0x80, 0x01, 0x81],
        answer: @escaping @Sendable ([UInt8]) -> [UInt8]? = { _ in [0x90, 0x00] }
    ) throws -> SlotCard {
        try waitForEmpty()
        let card = try SlotCard(port: port, answerToReset: answerToReset, answer: answer)
        do {
            _ = try PCSCContext().waitForCard(in: name, milliseconds: 20_000)
        } catch {
            card.remove()
            throw error
        }
        return card
    }

    /// Waits until the service has seen the last card go.
    func waitForEmpty() throws {
        let context = try PCSCContext()
        var state = ReaderState(reader: name)
        repeat { state = try context.statusChange([state], milliseconds: 20_000)[0] } while state.isCardPresent
    }
}
