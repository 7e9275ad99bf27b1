import CHealthCard
import Glibc
import Photos
import Threads

/// Carries out the calls of one client process, with the code that the full library has (`Docs/client-protocol.md`).
///
/// The C interface has one state a process: handles, terminal, log. So each client has a process of its own, and what
/// befalls it befalls nobody else.
public final class ClientService: @unchecked Sendable {
    /// Threads that carry out calls; more are kept waiting by the interface itself.
    private static let mostThreads = 32
    /// Calls that wait for a thread.
    private static let mostWaiting = 256
    /// How often a client that waits is told that somebody is at work.
    private static let beat = Duration.seconds(2)
    /// How long calls that run may take once the client or the agent is gone.
    private static let farewell = Duration.seconds(60)
    private static let greetingSeconds = 10

    private let connection: ClientConnection
    private let secret: [UInt8]?
    private let lock = Condition()
    // All guarded by `lock`.
    private var waiting: [Frame] = []
    private var running = 0
    private var idle = 0
    private var threads = 0
    private var isOver = false
    /// Answers to questions, by call.
    private var answers: [UInt32: [UInt8]] = [:]
    private var asked: Set<UInt32> = []

    /// - Parameters:
    ///   - socket: the connection to the client.
    ///   - secret: what client and service prove to each other; nil where who reaches the socket may call.
    public init(socket: Int32, secret: [UInt8]?) {
        connection = ClientConnection(socket)
        self.secret = secret
    }

    /// Serves until the client hangs up or ``stop()``; calls that run come to their end.
    public func run() {
        connection.limitWaiting(seconds: Self.greetingSeconds)
        guard let introduction = Greeting.exchange(connection, secret: secret) else { return }
        connection.limitWaiting(seconds: 0)
        let caller = DistantCaller(process: introduction.process, introduction.surroundings)
        DistantCall(caller, files: CallFiles(service: self, call: 0)).run {
            DistantHandles.restore(introduction.handles, last: introduction.lastHandle)
        }
        guard connection.send(Frame(.welcome, [Self.flags])) else { return }
        guard (try? startThread("client beats") { self.sendBeats() }) != nil else { return }
        while let frame = connection.receive(), take(frame, caller) {}
        let end = ContinuousClock.now + Self.farewell
        lock.withLock {
            isOver = true
            waiting = []
            lock.broadcast()
            while running > 0, lock.wait(until: end) {}
        }
    }

    /// Takes no more calls.
    public func stop() { connection.stopReceiving() }

    // MARK: Frames

    /// - Returns: false for what no client sends.
    private func take(_ frame: Frame, _ caller: DistantCaller) -> Bool {
        switch frame.type {
        case .call:
            let needsThread: Bool? = lock.withLock {
                guard waiting.count < Self.mostWaiting else { return nil }
                waiting.append(frame)
                lock.broadcast()
                guard idle < waiting.count, threads < Self.mostThreads else { return false }
                threads += 1
                return true
            }
            guard let needsThread else { return false }
            guard needsThread else { return true }
            return (try? startThread("client call") { self.work(caller) }) != nil
        case .answer:
            return lock.withLock {
                guard asked.remove(frame.call) != nil else { return false }
                answers[frame.call] = frame.body
                lock.broadcast()
                return true
            }
        default: return false
        }
    }

    private func work(_ caller: DistantCaller) {
        guard let memory = CallMemory() else { return stop() }
        while let frame = next() {
            let answer = carryOut(frame, caller, memory)
            memory.clear()
            if let answer { connection.send(answer) } else { stop() }
            lock.withLock {
                running -= 1
                lock.broadcast()
            }
        }
    }

    private func next() -> Frame? {
        lock.withLock {
            idle += 1
            defer { idle -= 1 }
            while waiting.isEmpty, !isOver { lock.wait() }
            guard !waiting.isEmpty else { return nil }
            running += 1
            return waiting.removeFirst()
        }
    }

    private func sendBeats() {
        while true {
            sleepFor(Self.beat)
            let (isAtWork, isOver) = lock.withLock { (running > 0 || !waiting.isEmpty, self.isOver) }
            if isOver { return }
            if isAtWork { connection.send(Frame(.beat)) }
        }
    }

    // MARK: Calls

    private static var flags: UInt8 {
        let known = DistantHandles.conventions
        return (known.photoIsPath ? 1 : 0) | (known.opensWithStatus ? 2 : 0) | (known.forwardsCodes ? 4 : 0)
    }

    /// The answer to a call; nil for one that no client makes.
    private func carryOut(_ frame: Frame, _ caller: DistantCaller, _ memory: CallMemory) -> Frame? {
        guard let call = try? WireCall(frame.body),
            let placed = try? PlacedArguments(call.arguments, of: call.function, in: memory)
        else { return nil }
        if let surroundings = call.surroundings { caller.surroundings = surroundings }
        let distant = DistantCall(caller, files: CallFiles(service: self, call: frame.call))
        let value = distant.run { call.function.run(placed) }
        var writer = FrameWriter()
        writer.put(value)
        writer.put(Self.flags)
        writer.put(UInt16(clamping: distant.writes.count))
        for write in distant.writes {
            memory.note(write.place, write.count)
            guard let region = placed.region(of: write.place, write.count) else { return nil }
            writer.put(region.number)
            writer.put(region.offset)
            writer.put(UInt32(write.count))
            let isTurned = region.isNumber && 1.littleEndian == 1
            writer.put(isTurned ? Array(write.bytes.reversed()) : write.bytes)
        }
        let lines = distant.lines.prefix(Int(UInt16.max))
        writer.put(UInt16(lines.count))
        for line in lines {
            writer.put(text: line.place)
            writer.put(text: line.line)
        }
        return Frame(.return, call: frame.call, writer.bytes)
    }

    /// What the client says to a question of a call; nil once it is gone.
    fileprivate func ask(_ call: UInt32, _ question: [UInt8]) -> [UInt8]? {
        lock.withLock { _ = asked.insert(call) }
        let isSent = connection.send(Frame(.ask, call: call, question))
        let end = ContinuousClock.now + Self.farewell
        return lock.withLock {
            while isSent, !isOver, answers[call] == nil, lock.wait(until: end) {}
            asked.remove(call)
            return answers.removeValue(forKey: call)
        }
    }
}

/// Files of the client: it is asked for them, and takes none but the one that its caller named.
private struct CallFiles: DistantFiles {
    let service: ClientService
    let call: UInt32

    private enum Question: UInt8 { case read = 1, write = 2 }
    private enum Answer: UInt8 { case done, missing, unreadable, tooLong, refused }

    private func ask(_ question: Question, _ path: String, _ rest: [UInt8] = []) -> (Answer, [UInt8])? {
        var writer = FrameWriter()
        writer.put(question.rawValue)
        writer.put(text: path)
        writer.put(rest)
        guard let body = service.ask(call, writer.bytes), let first = body.first, let answer = Answer(rawValue: first)
        else { return nil }
        return (answer, Array(body.dropFirst()))
    }

    func photo(inFile path: String) throws(PhotoFlaw) -> [UInt8] {
        switch ask(.read, path) {
        case (.done, let bytes)?: return bytes
        case (.missing, _)?: throw .missing
        case (.tooLong, _)?: throw .fileTooLong(bytes: PhotoFitting.longestFile + 1, limit: PhotoFitting.longestFile)
        default: throw .unreadable
        }
    }

    func write(_ picture: [UInt8], to path: String) -> String? {
        switch ask(.write, path, picture) {
        case (.done, _)?: nil
        case (.refused, let why)?: String(decoding: why.prefix(200), as: UTF8.self)
        default: "the program that called is gone"
        }
    }
}
