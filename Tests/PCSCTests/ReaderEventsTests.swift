import Foundation
import Testing

@testable import PCSC

extension ServiceTests {
    @Suite("Reader events") struct ReaderEventsTests {
        /// Waits until just so many sequences have a thread.
        private func threads(_ count: Int) async throws {
            while runningThreads(named: "reader events") != count { try await Task.sleep(for: .milliseconds(5)) }
        }

        /// The first event about this reader that is not `readerAdded`.
        private func next(
            _ events: inout AsyncStream<ReaderEvent>.AsyncIterator, about reader: ReaderName
        ) async throws -> ReaderEvent {
            while let event = await events.next() {
                switch event {
                case .cardInserted(reader, _), .cardRemoved(reader), .cardMute(reader), .readerRemoved(reader):
                    return event
                case .serviceStopped: return event
                default: continue
                }
            }
            throw SupportError(description: "the events ended")
        }

        @Test("The state at the start comes first: the service, each reader, the cards already in")
        func start() async throws {
            let reader = try await TestReader()
            let card = try reader.insert()
            defer { card.remove() }
            var events = ReaderEvents().makeAsyncIterator()
            var seen: [ReaderEvent] = []
            while seen.last != .cardInserted(reader.name, answerToReset: [0x3B, 0x80, 0x01, 0x81]),
                let event = await events.next()
            {
                seen.append(event)
            }
            #expect(seen.first == .serviceStarted)
            #expect(seen.contains(.readerAdded(reader.name)))
            for name in try PCSCContext().readers() { #expect(seen.count { $0 == .readerAdded(name) } == 1) }
        }

        @Test("Cards that come and go, mute ones too, in order and each once")
        func comings() async throws {
            let reader = try await TestReader()
            try reader.waitForEmpty()
            var events = ReaderEvents().makeAsyncIterator()
            for byte in UInt8(0x41)...0x43 {
                let card = try SlotCard(port: reader.port, answerToReset: [0x3B, 0x01, byte])
                #expect(
                    try await next(&events, about: reader.name)
                        == .cardInserted(reader.name, answerToReset: [0x3B, 0x01, byte]))
                card.remove()
                #expect(try await next(&events, about: reader.name) == .cardRemoved(reader.name))
            }
            let mute = try SlotCard(port: reader.port, answerToReset: SlotCard.mute)
            #expect(try await next(&events, about: reader.name) == .cardMute(reader.name))
            mute.remove()
            #expect(try await next(&events, about: reader.name) == .cardRemoved(reader.name))
        }

        @Test("A program that uses the card is no insertion")
        func useIsNoEvent() async throws {
            let reader = try await TestReader()
            try reader.waitForEmpty()
            var events = ReaderEvents().makeAsyncIterator()
            let card = try reader.insert()
            #expect(
                try await next(&events, about: reader.name)
                    == .cardInserted(reader.name, answerToReset: [0x3B, 0x80, 0x01, 0x81]))
            for _ in 0..<3 {
                let connection = try CardConnection(reader.name, context: PCSCContext())
                _ = try connection.reset()
                _ = try connection.transmit([0, 0x84, 0, 0])
                try connection.disconnect(.unpower)
            }
            card.remove()
            #expect(try await next(&events, about: reader.name) == .cardRemoved(reader.name))
        }

        @Test("Stopping a monitor ends its thread, whether it waits already or is about to", arguments: 0..<20)
        func stops(_ round: Int) async throws {
            let monitor = ReaderMonitor(retryInterval: .seconds(1_000), of: PCSCReaders()) { _ in }
            let thread = CardThread()
            async let ended: Void = thread.run { monitor.run() }
            if round % 2 == 1 { try await Task.sleep(for: .milliseconds(round)) }
            let started = ContinuousClock.now
            monitor.stop()
            await ended
            // Woken, not run out: the longest wait has 5 s.
            #expect(started.duration(to: .now) < .seconds(4))
        }

        @Test("Cancelling the task that listens ends the sequence and its thread")
        func cancelled() async throws {
            try await threads(0)
            let task = Task {
                var count = 0
                for await _ in ReaderEvents() { count += 1 }
                return count
            }
            try await threads(1)
            task.cancel()
            #expect(await task.value >= 0)
            try await threads(0)
        }

        @Test("Leaving the loop ends the thread")
        func dropped() async throws {
            try await threads(0)
            for await event in ReaderEvents() where event == .serviceStarted { break }
            try await threads(0)
        }

        @Test("One thread serves a sequence, however many readers there are")
        func oneThread() async throws {
            try await threads(0)
            var events = ReaderEvents().makeAsyncIterator()
            _ = await events.next()
            #expect(runningThreads(named: "reader events") == 1)
            _ = await events.next()
        }
    }
}
