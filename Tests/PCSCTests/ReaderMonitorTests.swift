import Synchronization
import Testing

@testable import PCSC

/// A service that answers each wait with the next line of a script.
private final class ScriptedService: ReaderService {
    /// The readers with what is in them, or the error a wait ends with.
    typealias Scene = Result<KeyValuePairs<ReaderName, UInt>, PCSCError>

    private let scenes: Mutex<[Scene]>
    private let listed = Mutex<[ReaderName]>([])

    init(_ scenes: [Scene]) { self.scenes = Mutex(scenes) }

    func readers() throws(PCSCError) -> [ReaderName] {
        // An error comes from the wait, not from the list.
        if case .success(let scene) = scenes.withLock({ $0.first }) {
            listed.withLock { $0 = scene.map(\.key) }
        }
        return listed.withLock { $0 }
    }

    func statusChange(_ states: [ReaderState], milliseconds: UInt32?) throws(PCSCError) -> [ReaderState] {
        // pcsclite takes no more.
        guard states.count <= 16 else { throw PCSCError(number: 0x8010_0004, function: "SCardGetStatusChange") }
        guard let scene = scenes.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
            throw PCSCError(number: PCSCError.serviceStopped, function: "SCardGetStatusChange")
        }
        let now = try scene.get()
        return states.map { state in
            let known = now.first { $0.key == state.reader }?.value
            return ReaderState(
                reader: state.reader, known: known ?? 0x04,
                answerToReset: [UInt8(truncatingIfNeeded: (known ?? 0) >> 16)])
        }
    }

    func cancel() {}

    var isGivenUp: Bool { false }

    func connect(_ reader: ReaderName, _ terms: ConnectionTerms) throws -> any ReaderConnection {
        throw PCSCError(number: PCSCError.noSmartcard, function: "SCardConnect")
    }
}

@Suite("Reader monitor") struct ReaderMonitorTests {
    private static let empty: UInt = 0x10
    private static let present: UInt = 0x20

    /// The events of a script between the service's start and its end, which takes all readers with it.
    private func events(_ scenes: [ScriptedService.Scene]) -> [ReaderEvent] {
        let seen = Mutex<[ReaderEvent]>([])
        let service = ScriptedService(scenes)
        nonisolated(unsafe) var monitor: ReaderMonitor?
        monitor = ReaderMonitor(retryInterval: .seconds(1_000), connect: { service }) { event in
            seen.withLock { $0.append(event) }
            if case .serviceStopped = event { monitor?.stop() }
        }
        monitor?.run()
        return seen.withLock { $0 }
    }

    private static let stopped = ReaderEvent.serviceStopped(PCSCError(number: PCSCError.serviceStopped, function: ""))

    @Test("A reader plugged in later is added, with the card that is in it")
    func plugged() {
        let seen = events([
            .success(["A": Self.empty]), .success(["A": Self.empty, "B": Self.present | 1 << 16]),
        ])
        #expect(
            seen == [
                .serviceStarted, .readerAdded("A"), .readerAdded("B"), .cardInserted("B", answerToReset: [1]),
                .readerRemoved("A"), .cardRemoved("B"), .readerRemoved("B"), Self.stopped,
            ])
    }

    @Test("As many readers as the service can have")
    func sixteen() {
        let seen = events([
            .success([
                "A": Self.empty, "B": Self.empty, "C": Self.empty, "D": Self.empty, "E": Self.empty, "F": Self.empty,
                "G": Self.empty, "H": Self.empty, "I": Self.empty, "J": Self.empty, "K": Self.empty, "L": Self.empty,
                "M": Self.empty, "N": Self.empty, "O": Self.empty, "P": Self.present | 1 << 16,
            ])
        ])
        #expect(seen.count { if case .readerAdded = $0 { true } else { false } } == 16)
        #expect(seen.contains(.cardInserted("P", answerToReset: [1])))
        #expect(seen.last == Self.stopped)
    }

    @Test("A reader unplugged takes its card with it; the others stay")
    func unplugged() {
        let seen = events([
            .success(["A": Self.present | 1 << 16, "B": Self.present | 2 << 16]),
            .success(["B": Self.present | 2 << 16]),
        ])
        #expect(
            seen == [
                .serviceStarted, .readerAdded("A"), .readerAdded("B"), .cardInserted("A", answerToReset: [1]),
                .cardInserted("B", answerToReset: [2]), .cardRemoved("A"), .readerRemoved("A"), .cardRemoved("B"),
                .readerRemoved("B"), Self.stopped,
            ])
    }

    @Test("A reader that goes between the list and the wait, and a wait that runs out, end nothing")
    func errorsOfTheWait() {
        let seen = events([
            .success(["A": Self.empty]),
            .failure(PCSCError(number: PCSCError.unknownReader, function: "")),
            .failure(PCSCError(number: PCSCError.timeout, function: "")),
            .success(["A": Self.present | 1 << 16]),
        ])
        #expect(
            seen == [
                .serviceStarted, .readerAdded("A"), .cardInserted("A", answerToReset: [1]), .cardRemoved("A"),
                .readerRemoved("A"), Self.stopped,
            ])
    }

    @Test(
        "A card swapped between two looks is one gone and one come, also where the service's counter begins anew",
        arguments: [UInt(1), 0xFFFE, 0xFFFF])
    func swapped(_ count: UInt) {
        let seen = events([
            .success(["A": Self.present | count << 16]), .success(["A": Self.present | 0x100 | count << 16]),
            .success(["A": Self.present | (count &+ 2) << 16 & 0xFFFF_0000]),
        ])
        #expect(
            seen.filter { $0 != .serviceStarted } == [
                .readerAdded("A"), .cardInserted("A", answerToReset: [UInt8(truncatingIfNeeded: count)]),
                .cardRemoved("A"), .cardInserted("A", answerToReset: [UInt8(truncatingIfNeeded: count &+ 2)]),
                .cardRemoved("A"), .readerRemoved("A"), Self.stopped,
            ])
    }
}
