import Foundation
import ISO7816
import PCSC
import Testing

extension ServiceTests {
    @Suite("Connections") struct ConnectionTests {
        @Test("Every virtual reader is listed, in the order of its port")
        func readers() async throws {
            let reader = try await TestReader()
            let context = try PCSCContext()
            #expect(context.isValid)
            let readers = try context.readers()
            #expect(readers.count >= TestReader.ports.count)
            #expect(Set(readers).count == readers.count)
            #expect(readers.contains(reader.name))
        }

        @Test("An empty reader and a reader that is not there are told apart")
        func nothingToConnect() async throws {
            let reader = try await TestReader()
            try reader.waitForEmpty()
            let context = try PCSCContext()
            #expect(throws: PCSCError(number: PCSCError.noSmartcard, function: "SCardConnect")) {
                try CardConnection(reader.name, context: context)
            }
            #expect(throws: PCSCError(number: PCSCError.unknownReader, function: "SCardConnect")) {
                try CardConnection("No such reader", context: context)
            }
        }

        @Test("A card answers; its answer to reset and protocol are known", arguments: [TransmissionProtocol.t0, .t1])
        func transmit(_ expected: TransmissionProtocol) async throws {
            let reader = try await TestReader()
            let answerToReset: [UInt8] = expected == .t0 ? [0x3B, 0x02, 0x14, 0x50] : [0x3B, 0x80, 0x01, 0x81]
            let card = try reader.insert(answerToReset: answerToReset) { $0.reversed() + [0x90, 0x00] }
            defer { card.remove() }
            let connection = try CardConnection(reader.name, context: PCSCContext())
            #expect(connection.reader == reader.name)
            #expect(connection.answerToReset == answerToReset)
            #expect(connection.transmissionProtocol == expected)
            #expect(try connection.transmit([0x00, 0x84, 0x01, 0x02]) == [0x02, 0x01, 0x84, 0x00, 0x90, 0x00])
            let status = try connection.status()
            #expect(status.reader == reader.name)
            #expect(status.answerToReset == answerToReset)
            #expect(status.state & 0x04 != 0)
        }

        @Test("Exactly the bytes given reach the card, and all of its answer comes back, up to 64 KB each way")
        func extendedLength() async throws {
            let reader = try await TestReader()
            let card = try reader.insert { command in
                // Le bytes, each the position's low byte; a body is summed up.
                let sum = command.dropFirst(7).reduce(UInt8(0)) { $0 &+ $1 }
                return (0..<65_530).map { UInt8(truncatingIfNeeded: $0) &+ sum } + [0x90, 0x00]
            }
            defer { card.remove() }
            let connection = try CardConnection(reader.name, context: PCSCContext())
            for length in [1, 255, 256, 60_000, 65_000] {
                let body = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                let command =
                    [0x00, 0xD6, 0x00, 0x00, 0x00, UInt8(length >> 8), UInt8(length & 0xFF)] + body + [0x00, 0x00]
                let answer = try connection.transmit(command)
                #expect(answer.count == 65_532)
                #expect(answer[0] == body.reduce(UInt8(0)) { $0 &+ $1 })
                #expect(answer.suffix(2) == [0x90, 0x00])
                #expect(card.commands.withLock { $0.last } == command)
            }
        }

        @Test("An exclusive connection keeps others out, shared ones live together")
        func sharing() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let sharingViolation = PCSCError(number: PCSCError.sharingViolation, function: "SCardConnect")
            do {
                let exclusive = try CardConnection(reader.name, context: PCSCContext(), mode: .exclusive)
                #expect(throws: sharingViolation) {
                    try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
                }
                try exclusive.disconnect(.leave)
                try exclusive.disconnect(.leave)
            }
            let first = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            let second = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            #expect(try first.transmit([0, 0x84, 0, 0]) == [0x90, 0x00])
            #expect(try second.transmit([0, 0x84, 0, 0]) == [0x90, 0x00])
            #expect(throws: sharingViolation) { try CardConnection(reader.name, context: PCSCContext()) }
        }

        @Test("Another program that lets go in time is waited for, one that does not is named when patience is over")
        func patience() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let name = reader.name
            let other = CardThread(name: "other")
            let held = DispatchSemaphore(value: 0)
            async let released: Void = other.run { () throws(PCSCError) in
                let connection = try CardConnection(name, context: PCSCContext(), mode: .shared)
                held.signal()
                Thread.sleep(forTimeInterval: 0.3)
                try connection.disconnect(.leave)
            }
            while held.wait(timeout: .now()) == .timedOut { try await Task.sleep(for: .milliseconds(5)) }
            let mine = try CardConnection(name, context: PCSCContext(), patience: .seconds(20))
            #expect(try mine.transmit([0, 0x84, 0, 0]) == [0x90, 0x00])
            try await released
            let clock = ContinuousClock()
            let start = clock.now
            #expect(throws: PCSCError(number: PCSCError.sharingViolation, function: "SCardConnect")) {
                try CardConnection(name, context: PCSCContext(), patience: .milliseconds(200))
            }
            #expect(start.duration(to: clock.now) >= .milliseconds(200))
            // What waiting does not cure is said at once.
            #expect(throws: PCSCError(number: PCSCError.unknownReader, function: "SCardConnect")) {
                try CardConnection("No such reader", context: PCSCContext(), patience: .seconds(60))
            }
        }

        @Test("A warm reset leaves the power on, a cold one takes it away")
        func resets() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let connection = try CardConnection(reader.name, context: PCSCContext())
            card.orders.withLock { $0 = [] }
            #expect(try connection.warmReset() == [0x3B, 0x80, 0x01, 0x81])
            #expect(card.orders.withLock { $0 } == [2])
            card.orders.withLock { $0 = [] }
            #expect(try connection.reset() == [0x3B, 0x80, 0x01, 0x81])
            #expect(card.orders.withLock { $0.contains(0) && $0.contains(1) })
            #expect(try connection.transmit([0, 0x84, 0, 0]) == [0x90, 0x00])
        }

        @Test("A connection that goes out of scope is gone for the service too")
        func letGo() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            for _ in 0..<20 {
                let connection = try CardConnection(reader.name, context: PCSCContext())
                #expect(try connection.transmit([0, 0x84, 0, 0]) == [0x90, 0x00])
            }
        }

        @Test("A reset by another program is told as such; after reconnecting the card answers again")
        func resetByAnother() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let mine = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            let other = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            #expect(try other.reset() == [0x3B, 0x80, 0x01, 0x81])
            #expect(throws: ChannelError(.cardReset, "")) { try mine.transmit([0, 0x84, 0, 0]) }
            try mine.reconnect(.leave)
            #expect(try mine.transmit([0, 0x84, 0, 0]) == [0x90, 0x00])
        }

        @Test("A card taken out is told as such, and its reader can be used again")
        func cardRemoved() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            let connection = try CardConnection(reader.name, context: PCSCContext())
            card.remove()
            try reader.waitForEmpty()
            #expect(throws: ChannelError(.cardRemoved, "")) { try connection.transmit([0, 0x84, 0, 0]) }
            #expect(throws: ChannelError(.cardRemoved, "")) { try connection.reset() }
            let next = try reader.insert { _ in [0x6A, 0x82] }
            #expect(try connection.reset() == [0x3B, 0x80, 0x01, 0x81])
            #expect(try connection.transmit([0, 0xA4, 0, 0]) == [0x6A, 0x82])
            next.remove()
            // pcscd 1.9.9 forgets to look for cards when one is reset that is gone, so it has to see this one go first.
            try reader.waitForEmpty()
        }

        @Test("A card that vanishes while it works on a command ends the command with an error")
        func vanishesWithinCommand() async throws {
            let reader = try await TestReader()
            let card = try reader.insert { _ in nil }
            defer { card.remove() }
            let connection = try CardConnection(reader.name, context: PCSCContext())
            #expect(throws: ChannelError(.cardRemoved, "")) { try connection.transmit([0, 0x84, 0, 0]) }
            #expect(throws: ChannelError(.cardRemoved, "")) { try connection.transmit([0, 0x84, 0, 0]) }
        }

        @Test("An answer without a status word is none")
        func malformed() async throws {
            let reader = try await TestReader()
            let card = try reader.insert { _ in [0x90] }
            defer { card.remove() }
            let connection = try CardConnection(reader.name, context: PCSCContext())
            #expect(throws: ChannelError(.malformedResponse, "")) { try connection.transmit([0, 0x84, 0, 0]) }
        }

        @Test("Attributes of the reader, and those it does not have")
        func attributes() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let connection = try CardConnection(reader.name, context: PCSCContext())
            #expect(try connection.attribute(ReaderAttribute(rawValue: 0x0303)) == connection.answerToReset)
            let unsupported = PCSCError(number: PCSCError.unsupportedFeature, function: "SCardGetAttrib")
            #expect(throws: unsupported) { try connection.attribute(.vendorName) }
            #expect(throws: unsupported) { try connection.attribute(ReaderAttribute(rawValue: 0x7777_7777)) }
            #expect(throws: PCSCError.self) { try connection.setAttribute(.vendorName, to: [1, 2, 3]) }
            #expect(throws: PCSCError.self) { try connection.control(0x4200_0001) }
        }

        @Test("A direct connection reaches an empty reader")
        func direct() async throws {
            let reader = try await TestReader()
            try reader.waitForEmpty()
            let connection = try CardConnection(reader.name, context: PCSCContext(), mode: .direct)
            #expect(connection.answerToReset.isEmpty)
            #expect(throws: PCSCError.self) { try connection.control(0x4200_0001, [1]) }
        }

        @Test("Waiting for a card: none in time, a mute one, one that answers, an unknown reader")
        func waitForCard() async throws {
            let reader = try await TestReader()
            try reader.waitForEmpty()
            let context = try PCSCContext()
            #expect(throws: PCSCError(number: PCSCError.noSmartcard, function: "")) {
                try context.waitForCard(in: reader.name, milliseconds: 20)
            }
            #expect(throws: PCSCError(number: PCSCError.unknownReader, function: "")) {
                try context.waitForCard(in: "No such reader", milliseconds: 20)
            }
            #expect(throws: PCSCError(number: PCSCError.unresponsiveCard, function: "")) {
                let card = try SlotCard(port: reader.port, answerToReset: SlotCard.mute)
                defer { card.remove() }
                _ = try context.waitForCard(in: reader.name, milliseconds: nil)
            }
            try reader.waitForEmpty()
            let card = try SlotCard(port: reader.port, answerToReset: [0x3B, 0x00])
            defer { card.remove() }
            #expect(try context.waitForCard(in: reader.name, milliseconds: nil) == [0x3B, 0x00])
            #expect(try context.waitForCard(in: reader.name, milliseconds: 0) == [0x3B, 0x00])
        }
    }
}
