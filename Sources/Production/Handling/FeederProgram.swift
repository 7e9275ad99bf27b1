import CStandardDescriptors
import Files
import Foundation
import Ledger
import Messages
import Threads

/// A feeder program at work: a child of this process whose standard input is asked and whose standard output answers.
/// Requests of several lanes overlap; each waits for the answer with its own number.
final class FeederProgram: @unchecked Sendable {
    static let version = 1

    private let child: GuardedChild
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

    /// - Parameter says: takes what the program prints on standard error, line by line; nil: it has ours.
    init(_ command: [String], says: (@Sendable (String) -> Void)? = nil) throws(HandlingError) {
        guard let name = command.first, !name.isEmpty else { throw .ended(.noProgram) }
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw .ended(.noSocket(SystemReason(errno)))
        }
        input = ends[0]
        let pipe = Pipe()
        let words = says.map { _ in Pipe() }
        output = pipe.fileHandleForReading
        defer {
            Foundation.close(ends[1])
            try? pipe.fileHandleForWriting.close()
            try? words?.fileHandleForWriting.close()
        }
        do throws(GuardedChild.Failure) {
            child = try GuardedChild(
                "/usr/bin/env", command, input: ends[1], output: pipe.fileHandleForWriting.fileDescriptor,
                errors: words?.fileHandleForWriting.fileDescriptor ?? healthcard_error_descriptor())
        } catch {
            Foundation.close(input)
            throw .ended(.notStarted(AnyMessage(error.reason)))
        }
        do {
            try startThread("feeder") { [self] in listen() }
            if let says, let words {
                try startThread("feeder words") { Self.forward(words.fileHandleForReading, says) }
            }
        } catch {
            child.finish()
            throw .ended(.notStarted(AnyMessage(of: error)))
        }
    }

    /// What a program prints for people, until nobody can print there any more.
    private static func forward(_ errors: FileHandle, _ says: (String) -> Void) {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(errors.fileDescriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for byte in buffer[..<count] {
                if byte != 0x0A { line.append(byte) }
                guard byte == 0x0A || line.count == FeederAnswer.longestLine else { continue }
                says(String(decoding: line, as: UTF8.self))
                line = []
            }
        }
        if !line.isEmpty { says(String(decoding: line, as: UTF8.self)) }
    }

    // MARK: Asking

    /// Says hello and waits for the same.
    func greet(patience: Duration) throws(HandlingError) {
        try send("HELLO \(Self.version)")
        let deadline = ContinuousClock.now + patience
        let found = try receive(until: deadline, patience, isCancelled: { false }) { [self] in greeting }
        guard found == Self.version else {
            throw .nonsense(.version(found, expected: Self.version))
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
        guard isInputOpen else { throw .ended(.toldToQuit) }
        // A line goes out whole or not at all: a program that reads nothing must not hold a lane.
        let sent = Foundation.send(input, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        guard sent == bytes.count else {
            let number = errno
            // One that has ended reads no more either; how it ended says more.
            let error: HandlingError =
                sent < 0 && number != EAGAIN
                ? .ended(endSoon() ?? .readsNoMore(SystemReason(number)))
                : .nonsense(.readsNothing)
            failure = error
            condition.broadcast()
            throw error
        }
    }

    /// How the program ended, if it does within half a second: its pipes close a moment before that is seen.
    private func endSoon() -> FeederEnd? {
        for _ in 0..<50 where child.isRunning { Thread.sleep(forTimeInterval: 0.01) }
        return child.end
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
            if line.count > FeederAnswer.longestLine { fail(.nonsense(.lineTooLong(limit: FeederAnswer.longestLine))) }
        }
        fail(.ended(endSoon() ?? .closedOutput))
    }

    private func take(_ line: [UInt8]) {
        guard let answer = FeederAnswer(line: line) else {
            return fail(.nonsense(.notAnAnswer(bytes: line.count)))
        }
        let problem = condition.withLock { () -> FeederNonsense? in
            defer { condition.broadcast() }
            guard let id = answer.id else {
                guard greeting == nil, case .hello(let version) = answer else { return .helloTwice }
                greeting = version
                return nil
            }
            if pending.remove(id) != nil {
                answers[id] = answer
            } else if abandoned.remove(id) == nil {
                return .notAsked(id: id)
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
        while child.isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.01) }
        child.finish()
    }
}
