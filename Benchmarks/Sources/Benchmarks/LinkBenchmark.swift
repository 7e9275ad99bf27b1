import CPeers
import Foundation
import ISO7816
import PCSC

/// The way to the card: one command and its answer, alone and in eight readers at once.
enum LinkBenchmark {
    /// GET CHALLENGE: five bytes there, ten back.
    private static let command: [UInt8] = [0x00, 0x84, 0x00, 0x00, 0x08]
    private static let answerCount = 10

    static func apdu() throws -> Row {
        let readers = try VirtualReaders()
        let pair = try CardProcess.during(["plain-cards", readers.ports[0]], in: [readers.names[0]]) {
            let name = readers.names[0]
            return Pair(
                rounds: try (0..<20).map { round in
                    // The daemon gives every connection a thread, and where that runs shows more than who calls: new
                    // connections for each round, ours first in every other.
                    let early = round.isMultiple(of: 2) ? nil : try VirtualReaders.connect(name)
                    let ours = try CardConnection(ReaderName(name), context: PCSCContext(), mode: .shared)
                    ours.finalDisposition = .leave
                    let peer = try early ?? VirtualReaders.connect(name)
                    defer { peer_card_close(peer) }
                    return try Pair.measure(samples: 2_000, operations: 1, clock: peer_monotonic) {
                        guard try ours.transmit(command).count == answerCount else { throw unexpected }
                    } peer: {
                        guard peer_card_loop(peer, command, command.count, 1) == 0 else { throw unexpected }
                    }
                })
        }
        return Row(
            what: "one APDU over PC/SC", ours: Report.nanoseconds(pair.ours), peerName: "C, SCardTransmit",
            peer: Report.nanoseconds(pair.peer), ratio: pair.ratio, aim: .atMost(1.03))
    }

    static func together() throws -> Row {
        let readers = try VirtualReaders()
        let commands = 40
        let count = readers.names.count
        let pair = try CardProcess.during(["plain-cards"] + readers.ports, in: readers.names) {
            Pair(
                rounds: try (0..<24).map { round in
                    let early = round.isMultiple(of: 2) ? nil : try readers.names.map(VirtualReaders.connect)
                    let lanes = readers.names.map { Lane(reader: ReaderName($0)) }
                    try waitForAll(lanes) { try await $0.connect() }
                    let peers: [OpaquePointer?] = try early ?? readers.names.map(VirtualReaders.connect)
                    defer { peers.forEach { $0.map(peer_card_close) } }
                    return try Pair.measure(samples: 32, operations: commands * count, clock: peer_monotonic) {
                        try waitForAll(lanes) {
                            try await $0.transmit(command, rounds: commands, answerCount: answerCount)
                        }
                    } peer: {
                        guard peer_cards_together(peers, count, command, command.count, commands) == 0 else {
                            throw unexpected
                        }
                    }
                })
        }
        return Row(
            what: "\(count) readers together, APDUs a second", ours: perSecond(pair.ours),
            peerName: "C, threads", peer: perSecond(pair.peer), ratio: 1 / pair.ratio, aim: .atLeast(0.95))
    }

    private static var unexpected: BenchmarkError { BenchmarkError("the plain card did not answer as it should") }

    private static func perSecond(_ nanoseconds: Double) -> String { String(format: "%.0f", 1e9 / nanoseconds) }

    /// Runs work on every lane and waits for the last: the one place where this program, which measures, must not return
    /// before the work is done.
    private static func waitForAll(_ lanes: [Lane], _ work: @escaping @Sendable (Lane) async throws -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        let outcome = Outcome()
        Task.detached {
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for lane in lanes { group.addTask { try await work(lane) } }
                    try await group.waitForAll()
                }
            } catch {
                outcome.failure = error
            }
            done.signal()
        }
        done.wait()
        if let failure = outcome.failure { throw failure }
    }

    /// Written before the semaphore is signalled, read after.
    private final class Outcome: @unchecked Sendable {
        var failure: (any Error)?
    }

    /// One reader on a thread of its own, the way the library drives several.
    private final class Lane: @unchecked Sendable {
        private let reader: ReaderName
        private let thread = CardThread(name: "benchmark")
        // Only ever touched on `thread`.
        private var connection: CardConnection?

        init(reader: ReaderName) { self.reader = reader }

        func connect() async throws {
            try await thread.run {
                let connection = try CardConnection(self.reader, context: PCSCContext(), mode: .shared)
                connection.finalDisposition = .leave
                self.connection = connection
            }
        }

        func transmit(_ command: [UInt8], rounds: Int, answerCount: Int) async throws {
            try await thread.run {
                guard let connection = self.connection else { throw LinkBenchmark.unexpected }
                for _ in 0..<rounds where try connection.transmit(command).count != answerCount {
                    throw LinkBenchmark.unexpected
                }
            }
        }
    }
}
