import Foundation
import Ledger
import Threads

/// A feeder program at work: a child of this process whose standard input is asked and whose standard output answers.
/// Requests of several lanes overlap; each waits for the answer with its own number.
final class FeederProgram: @unchecked Sendable {
    static let version = 1

    private let process = Process()
    /// This end of the program's standard input: a socket, since writing into a pipe nobody reads kills the writer.
    private let input: Int32
    private let output: FileHandle
    private let condition = NSCondition()
    // Guarded by `condition`.
    private var lastID: UInt64 = 0
    private var pending: Set<UInt64> = []
    /// Nobody waits for these any more; an answer that comes late is no mistake.
    private var abandoned: Set<UInt64> = []
    private var answers: [UInt64: FeederAnswer] = [:]
    private var greeting: Int?
    /// Why nothing can be asked any more.
    private var failure: HandlingError?
    private var isInputOpen = true
    /// The program's process group, where it has its own: a shell and what it started end together.
    private var group: pid_t?

    init(_ command: [String]) throws(HandlingError) {
        guard let name = command.first, !name.isEmpty else { throw .ended("no program is named") }
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw .ended("no socket for its input: \(String(cString: strerror(errno)))")
        }
        input = ends[0]
        let pipe = Pipe()
        output = pipe.fileHandleForReading
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        process.standardOutput = pipe
        do {
            try process.run()
        } catch {
            Foundation.close(input)
            throw .ended("it cannot be started: \(error.localizedDescription)")
        }
        let identifier = process.processIdentifier
        if identifier > 1, getpgid(identifier) == identifier { group = identifier }
        do {
            try startThread("feeder") { [self] in listen() }
        } catch {
            endGroup()
            throw .ended("\(error)")
        }
    }

    // MARK: Asking

    /// Says hello and waits for the same.
    func greet(patience: Duration) throws(HandlingError) {
        try send("HELLO \(Self.version)")
        let deadline = ContinuousClock.now + patience
        let found = try receive(until: deadline, patience, isCancelled: { false }) { [self] in greeting }
        guard found == Self.version else {
            throw .nonsense("it speaks version \(found) and this is \(Self.version)")
        }
    }

    func ask(
        _ action: FeederRequest.Action, lane: LaneName, patience: Duration, isCancelled: () -> Bool
    ) throws(HandlingError) -> FeederAnswer {
        let id = condition.withLock {
            lastID += 1
            pending.insert(lastID)
            return lastID
        }
        defer {
            condition.withLock {
                if pending.remove(id) != nil { abandoned.insert(id) }
                answers[id] = nil
            }
        }
        try send(FeederRequest(id: id, lane: lane.number, action: action, reader: lane.reader).line)
        return try receive(until: .now + patience, patience, isCancelled: isCancelled) { [self] in answers[id] }
    }

    /// - Parameter answer: looked at under `condition`.
    private func receive<Answer>(
        until deadline: ContinuousClock.Instant, _ patience: Duration, isCancelled: () -> Bool,
        _ answer: () -> Answer?
    ) throws(HandlingError) -> Answer {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let answer = answer() { return answer }
            if let failure { throw failure }
            if isCancelled() { throw .cancelled }
            guard ContinuousClock.now < deadline else { throw .silent(seconds: Int(patience / .seconds(1))) }
            // Nobody wakes this wait for a line that is stopped.
            _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05))
        }
    }

    private func send(_ line: String) throws(HandlingError) {
        let bytes = Array((line + "\n").utf8)
        condition.lock()
        defer { condition.unlock() }
        if let failure { throw failure }
        guard isInputOpen else { throw .ended("it was told to quit") }
        // A line goes out whole or not at all: a program that reads nothing must not hold a lane.
        let sent = Foundation.send(input, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        guard sent == bytes.count else {
            let error: HandlingError =
                sent < 0 && errno != EAGAIN
                ? .ended("it reads no more: \(String(cString: strerror(errno)))")
                : .nonsense("it does not read what it is told")
            failure = error
            condition.broadcast()
            throw error
        }
    }

    // MARK: Listening

    private func listen() {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(output.fileDescriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for byte in buffer[..<count] {
                if byte == 0x0A {
                    take(line)
                    line = []
                } else if line.count <= FeederAnswer.longestLine {
                    line.append(byte)
                }
            }
            // What never ends is no line, and is not kept.
            if line.count > FeederAnswer.longestLine { fail(.nonsense("a line is longer than 4,096 bytes")) }
        }
        // A program that ends closes its output a moment before it is seen to have ended.
        for _ in 0..<50 where process.isRunning { Thread.sleep(forTimeInterval: 0.01) }
        fail(
            .ended(
                process.isRunning
                    ? "it closed its output"
                    : process.terminationReason == .exit
                        ? "exit status \(process.terminationStatus)" : "signal \(process.terminationStatus)"))
    }

    private func take(_ line: [UInt8]) {
        guard let answer = FeederAnswer(line: line) else {
            return fail(.nonsense("a line of \(line.count) bytes is no answer"))
        }
        let problem: String? = condition.withLock {
            defer { condition.broadcast() }
            guard let id = answer.id else {
                guard greeting == nil, case .hello(let version) = answer else { return "it says hello twice" }
                greeting = version
                return nil
            }
            if pending.remove(id) != nil {
                answers[id] = answer
            } else if abandoned.remove(id) == nil {
                return "it answers \(id), which nobody asked or it has answered"
            }
            return nil
        }
        if let problem { fail(.nonsense(problem)) }
    }

    /// The first failure is the one that explains the others.
    private func fail(_ error: HandlingError) {
        condition.withLock {
            if failure == nil { failure = error }
            condition.broadcast()
        }
    }

    // MARK: The end

    /// Tells it to quit, and makes it when it does not within `patience`.
    func close(patience: Duration) {
        try? send("QUIT")
        let hasFailed = condition.withLock {
            if isInputOpen { Foundation.close(input) }
            isInputOpen = false
            return failure != nil
        }
        // One that broke its protocol is not waited for long.
        let deadline = ContinuousClock.now + (hasFailed ? min(patience, .milliseconds(200)) : patience)
        while process.isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.01) }
        if process.isRunning {
            process.terminate()
            for _ in 0..<100 where process.isRunning { Thread.sleep(forTimeInterval: 0.01) }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
        endGroup()
    }

    /// What the program has started and left behind ends with the line.
    private func endGroup() {
        guard let group = condition.withLock({ group }) else { return }
        condition.withLock { self.group = nil }
        for signal in [SIGTERM, SIGKILL] {
            guard kill(-group, signal) == 0 else { return }
            for _ in 0..<50 where kill(-group, 0) == 0 { Thread.sleep(forTimeInterval: 0.01) }
        }
    }
}
