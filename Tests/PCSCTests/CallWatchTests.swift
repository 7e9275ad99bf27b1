import Foundation
import ISO7816
import Synchronization
import Testing

@testable import PCSC

@Suite("Calls that do not come back") struct CallWatchTests {
    private static let answerToReset: [UInt8] = [0x3B, 0x80, 0x01, 0x81]

    /// A card that keeps the command that it is given, until it is told to go on.
    private func muteCard(_ reader: TestReader) throws -> (card: SlotCard, release: DispatchSemaphore) {
        let release = DispatchSemaphore(value: 0)
        let card = try reader.insert(answerToReset: Self.answerToReset) { command in
            guard command.first == 0xFF else { return [0x90, 0x00] }
            release.wait()
            return nil
        }
        return (card, release)
    }

    @Test("A card that takes a command and never answers is given up in time")
    func mute() async throws {
        let reader = try await TestReader()
        let (card, release) = try muteCard(reader)
        let context = try PCSCContext(commandLimit: .seconds(1))
        let connection = try CardConnection(reader.name, context: context)
        #expect(try connection.transmit([0x00, 0x84, 0, 0, 8]) == [0x90, 0x00])
        let begin = ContinuousClock.now
        #expect {
            _ = try connection.transmit([0xFF, 0x00, 0x00, 0x00])
        } throws: { error in
            (error as? ChannelError)?.code == .timeout
        }
        #expect(begin.duration(to: .now) < .seconds(60))
        #expect(connection.isGivenUp && context.isGivenUp)
        // Nothing waits on it any more, and nothing else suffers.
        #expect(throws: ChannelError.self) { try connection.transmit([0x00, 0x84, 0, 0, 8]) }
        #expect(throws: ChannelError.self) { try connection.reset() }
        #expect(throws: PCSCError.self) { try connection.disconnect() }
        #expect(begin.duration(to: .now) < .seconds(60))
        #expect(try PCSCContext().readers().contains(reader.name))
        release.signal()
        card.remove()
    }

    @Test("Letting go of a connection to a mute card waits for nothing")
    func deinitialization() async throws {
        let reader = try await TestReader()
        let (card, release) = try muteCard(reader)
        let begin = ContinuousClock.now
        do {
            let connection = try CardConnection(reader.name, context: PCSCContext(commandLimit: .seconds(1)))
            #expect(throws: (any Error).self) {
                try connection.withTransaction { _ = try $0.transmit([0xFF, 0x00, 0x00, 0x00]) }
            }
        }
        #expect(begin.duration(to: .now) < .seconds(60))
        release.signal()
        card.remove()
    }

    @Test("A slow card that answers in time is waited for")
    func slow() async throws {
        let reader = try await TestReader()
        let card = try reader.insert(answerToReset: Self.answerToReset) { _ in
            Thread.sleep(forTimeInterval: 0.7)
            return [0x90, 0x00]
        }
        let context = try PCSCContext(commandLimit: .seconds(1))
        let connection = try CardConnection(reader.name, context: context)
        // Each call has the time for itself.
        for _ in 0..<3 { #expect(try connection.transmit([0x00, 0x84, 0, 0, 8]) == [0x90, 0x00]) }
        #expect(!context.isGivenUp)
        try connection.disconnect()
        card.remove()
    }

    @Test("A card that another program keeps for itself is not waited for without end")
    func transaction() async throws {
        let reader = try await TestReader()
        let card = try reader.insert(answerToReset: Self.answerToReset)
        let other = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
        let ours = try CardConnection(reader.name, context: PCSCContext(commandLimit: .seconds(3)), mode: .shared)
        let held = try other.beginTransaction()
        let begin = ContinuousClock.now
        #expect {
            _ = try ours.beginTransaction()
        } throws: { error in
            (error as? PCSCError)?.number == PCSCError.sharingViolation
        }
        #expect(begin.duration(to: .now) < .seconds(60))
        _ = consume held
        try other.disconnect()
        card.remove()
    }

    @Test("The limit comes from the environment as seconds, and as nothing else")
    func limit() throws {
        #expect(try CommandLimit.named(environment: [:]) == nil)
        #expect(try CommandLimit.named(environment: ["HEALTHCARD_COMMAND_LIMIT": ""]) == nil)
        #expect(try CommandLimit.named(environment: ["HEALTHCARD_COMMAND_LIMIT": "2.5"]) == .seconds(2.5))
        for wrong in ["0", "-1", "3601", "soon", "nan", "inf", "1 s"] {
            #expect(throws: CommandLimitError.self) {
                try CommandLimit.named(environment: ["HEALTHCARD_COMMAND_LIMIT": wrong])
            }
        }
    }

    @Test("The socket of each context is found among those of others")
    func sockets() async throws {
        _ = try await TestReader()
        let contexts = try (0..<4).map { _ in try PCSCContext(commandLimit: .seconds(5)) }
        for context in contexts { #expect(context.canBeGivenUp) }
    }
}
