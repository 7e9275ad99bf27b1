import ISO7816
import PCSC
import Synchronization
import Testing

extension ServiceTests {
    @Suite("Transactions") struct TransactionTests {
        private struct Refusal: Error, Equatable {}

        @Test("Another program waits until the transaction ends")
        func othersWait() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let mine = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            let name = reader.name
            let other = CardThread()
            var transaction = try mine.beginTransaction()
            async let answer = other.run { () throws -> [UInt8] in
                let connection = try CardConnection(name, context: PCSCContext(), mode: .shared)
                return try connection.withTransaction { try $0.transmit([0, 0x84, 0, 2]) }
            }
            for _ in 0..<20 { _ = try mine.transmit([0, 0x84, 0, 1]) }
            #expect(card.commands.withLock { $0.allSatisfy { $0 == [0, 0x84, 0, 1] } })
            try transaction.end()
            #expect(try await answer == [0x90, 0x00])
            #expect(card.commands.withLock { $0.last } == [0, 0x84, 0, 2])
        }

        @Test("It ends when the body throws, with the body's error")
        func bodyThrows() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let mine = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            #expect(throws: Refusal()) { try mine.withTransaction { _ in throw Refusal() } }
            try expectFree(reader)
        }

        @Test("Rights do not outlive a body that throws: the card is reset as it would have been")
        func resetAfterThrowing() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let mine = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            let other = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            #expect(throws: Refusal()) { try mine.withTransaction(endingWith: .reset) { _ in throw Refusal() } }
            #expect(throws: ChannelError(.cardReset, "")) { try other.transmit([0, 0x84, 0, 0]) }
        }

        @Test("One that is let go has ended")
        func letGo() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let mine = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            do {
                let transaction = try mine.beginTransaction()
                let isOpen = transaction.isOpen
                #expect(isOpen)
            }
            try expectFree(reader)
            _ = mine
        }

        @Test("It ends once: a second end is refused")
        func endsOnce() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let mine = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            var transaction = try mine.beginTransaction()
            try transaction.end()
            let isOpen = transaction.isOpen
            #expect(!isOpen)
            var refusal: PCSCError?
            do { try transaction.end() } catch { refusal = error as? PCSCError }
            #expect(refusal?.number == PCSCError.notTransacted)
        }

        @Test("A card taken out within it: the command says so, the end fails and gives the transaction back")
        func cardRemoved() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            let mine = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            var transaction = try mine.beginTransaction()
            card.remove()
            try reader.waitForEmpty()
            #expect(throws: ChannelError(.cardRemoved, "")) { try mine.transmit([0, 0x84, 0, 0]) }
            var failure: PCSCError?
            do { try transaction.end() } catch { failure = error as? PCSCError }
            #expect(failure?.channelError.code == .cardRemoved)
            let isOpen = transaction.isOpen
            #expect(isOpen)
            // The next card finds nothing left of it.
            let next = try reader.insert()
            try expectFree(reader)
            next.remove()
            try reader.waitForEmpty()
        }

        @Test("Errors of begin and end are a channel's, inside withTransaction")
        func channelErrors() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            let mine = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            #expect(throws: ChannelError(.cardRemoved, "")) {
                try mine.withTransaction { _ in
                    card.remove()
                    try reader.waitForEmpty()
                }
            }
            #expect(throws: ChannelError(.cardRemoved, "")) { try mine.withTransaction { _ in } }
        }

        @Test("Ending with a reset resets the card for others")
        func endsWithReset() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            let mine = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            let other = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            try mine.withTransaction(endingWith: .reset) { _ = try $0.transmit([0, 0x84, 0, 0]) }
            #expect(throws: ChannelError(.cardReset, "")) { try other.transmit([0, 0x84, 0, 0]) }
        }

        /// Another connection gets a transaction of its own; it would wait for ever otherwise.
        private func expectFree(_ reader: TestReader) throws {
            let other = try CardConnection(reader.name, context: PCSCContext(), mode: .shared)
            #expect(try other.withTransaction { try $0.transmit([0, 0x84, 0, 3]) } == [0x90, 0x00])
        }
    }
}
