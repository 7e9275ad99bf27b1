import Foundation
import VirtualCard

/// A chip in a slot that writes down what reaches it and answers what it was told to.
final class RecordingChip: Chip, @unchecked Sendable {
    let answerToReset: [UInt8]
    private let reply: @Sendable ([UInt8]) -> [UInt8]
    private let lock = NSLock()
    private var received: [[UInt8]] = []

    /// - Parameter answerToReset: T=1 alone unless told otherwise.
    init(
        answerToReset: [UInt8] = [0x3B, 0x80, 0x01, 0x81], _ reply: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) {
        self.answerToReset = answerToReset
        self.reply = reply
    }

    var commands: [[UInt8]] { lock.withLock { received } }

    func powerOn() {}
    func powerOff() {}

    func process(_ command: [UInt8]) -> [UInt8]? {
        lock.withLock { received.append(command) }
        return reply(command)
    }

    /// Runs `body` while the chip is in a reader, which it is told.
    func inSlot<Result>(_ body: (_ reader: String) async throws -> Result) async throws -> Result {
        let slot = try await VirtualSlot()
        try await slot.waitUntilEmpty()
        guard let port = UInt16(slot.port) else { throw ProgramError(description: "no port: \(slot.port)") }
        let link = VPCDLink(chip: self, options: VPCDLink.Options(port: port))
        link.start()
        defer { link.stop() }
        try await slot.waitForCard("", nil)
        let result = try await body(slot.reader.rawValue)
        try await slot.waitUntilIdle()
        return result
    }
}
