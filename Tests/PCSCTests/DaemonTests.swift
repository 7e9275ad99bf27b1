import Foundation
import ISO7816
import Testing

@testable import PCSC

#if canImport(Glibc)
    import Glibc
#endif

/// Tests that stop the daemon. They must not do so to the others', so the test starts its own
/// program again beside a daemon of its own, and runs there in earnest.
@Suite("PC/SC service that stops", .serialized, .timeLimit(.minutes(2))) struct DaemonTests {
    private static let mark = "HEALTHCARD_OWN_DAEMON"

    /// True in the program started again.
    private func isInEarnest(_ function: String) throws -> Bool {
        if ProcessInfo.processInfo.environment[Self.mark] == function { return true }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = root.appendingPathComponent("Scripts/with-virtual-readers")
        process.arguments =
            ["2", "--", CommandLine.arguments[0], "--testing-library", "swift-testing", "--filter"]
            + ["DaemonTests/\(function)"]
        process.environment = ProcessInfo.processInfo.environment.merging([Self.mark: function]) { $1 }
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("daemon-\(UUID().uuidString)")
        try Data().write(to: output)
        defer { try? FileManager.default.removeItem(at: output) }
        let file = try FileHandle(forWritingTo: output)
        process.standardOutput = file
        process.standardError = file
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOf: output, encoding: .utf8)
        #expect(process.terminationStatus == 0 && text.contains("1 test "), "\(text)")
        return false
    }

    /// The daemon beside this program.
    private struct Daemon {
        let process = Process()
        private let command: [String]
        private let first: pid_t

        init() throws {
            let environment = ProcessInfo.processInfo.environment
            command = (environment["HEALTHCARD_PCSCD_COMMAND"] ?? "").split(separator: " ").map(String.init)
            first = pid_t(environment["HEALTHCARD_PCSCD_PID"] ?? "") ?? 0
            guard first > 1, command.count == 4 else { throw SupportError(description: "no daemon of our own") }
        }

        /// Only SIGKILL ends one started here: it was born with the other signals blocked, as worker threads have them.
        func kill(_ signal: Int32) { Glibc.kill(process.isRunning ? process.processIdentifier : first, signal) }

        func start() throws {
            // A killed daemon leaves its process id, and its zombie would pass for another daemon.
            try? FileManager.default.removeItem(atPath: "/run/pcscd/pcscd.pid")
            process.executableURL = URL(fileURLWithPath: "/usr/sbin/pcscd")
            process.arguments = Array(command.dropFirst())
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
        }
    }

    @Test("Killed or stopped in the midst of things: every call says so, and all goes on once it is back")
    func serviceGoes() async throws {
        guard try isInEarnest("serviceGoes") else { return }
        let daemon = try Daemon()
        let reader = try await TestReader()
        let inserted = ReaderEvent.cardInserted(reader.name, answerToReset: [0x3B, 0x80, 0x01, 0x81])
        let removed: [ReaderEvent] = [.cardRemoved(reader.name), .readerRemoved(reader.name)]
        let card = try reader.insert()
        var events = ReaderEvents().makeAsyncIterator()
        while await events.next() != inserted {}
        let context = try PCSCContext()
        let connection = try CardConnection(reader.name, context: context, mode: .shared)
        var transaction = try connection.beginTransaction()

        daemon.kill(SIGTERM)
        var seen: [ReaderEvent] = []
        while let event = await events.next() {
            if case .serviceStopped(let error) = event {
                #expect(error.channelError.code == .serviceUnavailable)
                break
            }
            seen.append(event)
        }
        #expect(seen.filter(removed.contains) == removed)
        #expect(throws: ChannelError(.serviceUnavailable, "")) { try connection.transmit([0, 0x84, 0, 0]) }
        #expect(throws: ChannelError(.serviceUnavailable, "")) { try connection.reset() }
        #expect(throws: PCSCError(number: PCSCError.noService, function: "")) { try PCSCContext() }
        var failure: PCSCError?
        do { try transaction.end() } catch { failure = error as? PCSCError }
        #expect(failure?.channelError.code == .serviceUnavailable)
        card.remove()

        try daemon.start()
        defer { daemon.kill(SIGKILL) }
        #expect(await events.next() == .serviceStarted)
        while (try? PCSCContext().readers().contains(reader.name)) != true {
            try await Task.sleep(for: .milliseconds(20))
        }
        let next = try reader.insert { _ in [0x6A, 0x82] }
        while await events.next() != inserted {}
        let again = try CardConnection(reader.name, context: PCSCContext())
        #expect(try again.transmit([0, 0xA4, 0, 0]) == [0x6A, 0x82])
        // The old connection stays lost, and does no harm.
        #expect(throws: ChannelError(.serviceUnavailable, "")) { try connection.transmit([0, 0x84, 0, 0]) }

        daemon.kill(SIGKILL)
        while let event = await events.next() {
            if case .serviceStopped = event { break }
        }
        #expect(throws: ChannelError(.serviceUnavailable, "")) { try again.transmit([0, 0xA4, 0, 0]) }
        next.remove()
    }

    @Test("A sequence that begins without a service waits for it")
    func serviceComes() async throws {
        guard try isInEarnest("serviceComes") else { return }
        let daemon = try Daemon()
        daemon.kill(SIGKILL)
        while (try? PCSCContext()) != nil { try await Task.sleep(for: .milliseconds(20)) }
        var events = ReaderEvents(retryInterval: .milliseconds(20)).makeAsyncIterator()
        #expect(await events.next() == .serviceStopped(PCSCError(number: PCSCError.noService, function: "")))
        try daemon.start()
        defer { daemon.kill(SIGKILL) }
        #expect(await events.next() == .serviceStarted)
        while let event = await events.next() {
            if case .readerAdded = event { break }
        }
    }

    @Test("A process may exit while sequences listen, end or begin", arguments: 0..<4)
    func exits(_ delay: Int) async throws {
        await #expect(processExitsWith: .success) { [delay] in
            for round in 0..<6 {
                let task = Task { for await _ in ReaderEvents() {} }
                if round % 2 == 0 { task.cancel() }
            }
            try? await Task.sleep(for: .milliseconds(delay * 3))
            exit(0)
        }
    }
}
