import Foundation

/// Checks a library with the C interface: each program's calls in a process of its own, so that a library that touches
/// memory which is nobody's ends that process and not the check.
public struct InterfaceCheck: Sendable {
    /// Starts the process that makes a program's calls: its executable and arguments.
    public typealias Command = @Sendable (InterfaceProgram) -> (executable: String, arguments: [String])

    public let library: String
    public let programs: [InterfaceProgram]
    /// Seconds for which a call may take.
    public let patience: Double
    private let command: Command

    /// - Parameters:
    ///   - library: its path, for the report.
    ///   - programs: those whose calls are made.
    ///   - patience: seconds a call may take, and the process after the last one to end: up to 3600, and 60 for what is no
    ///     such number.
    ///   - command: how to start the process that makes a program's calls by ``InterfaceProgram/probe(_:pin:mayWrite:)``.
    public init(
        _ library: String, programs: [InterfaceProgram], patience: Double = 60, command: @escaping Command
    ) {
        self.library = library
        self.programs = programs
        self.patience = patience > 0 && patience <= 3600 ? patience : 60
        self.command = command
    }

    /// - Parameters:
    ///   - pin: the SAM's PIN, handed to each process on its standard input.
    ///   - environment: of each process.
    ///   - begins: told of each program before its first call.
    /// - Throws: ``InterfaceCheckError``: `notLoaded`, `notStarted`, `failed`.
    public func run(
        pin: String, environment: [String: String], begins: (InterfaceProgram) -> Void = { _ in }
    ) throws(InterfaceCheckError) -> InterfaceReport {
        var done: [InterfaceReport.Program] = []
        var deviations: [InterfaceDeviation] = []
        for program in programs {
            begins(program)
            var watch = Watch(program, patience: patience)
            try watch.run(command(program), pin: pin, environment: environment)
            done.append(
                .init(
                    name: program.rawValue, calls: watch.calls, done: watch.done, functions: watch.functions.sorted()))
            deviations += watch.deviations
            if watch.deviations.contains(where: Self.mayHaveCostATry) { break }
        }
        return InterfaceReport(library: library, programs: done, deviations: deviations)
    }

    /// A PIN that was refused, or of which nobody knows what became, is not sent again by the next program: the SAM would be
    /// blocked.
    private static func mayHaveCostATry(_ deviation: InterfaceDeviation) -> Bool {
        ["iVerifyPIN", "VerifyPin", "iChange_Pin"].contains(deviation.function)
            && [.code, .died, .silent].contains(deviation.kind)
    }
}

/// One process that makes a program's calls.
private struct Watch {
    let program: InterfaceProgram
    let patience: Double
    var calls = 0
    var done = 0
    var functions: Set<String> = []
    var deviations: [InterfaceDeviation] = []
    private var current: String?
    private var isFinished = false
    private var isSilent = false
    private var loaderReason: String?
    private var ownReason: String?
    /// Until when the next line, or after the last one the end, is waited for.
    private var deadline = ContinuousClock.now

    /// Bytes of a line: more is nobody's.
    private static let longestLine = 1 << 20

    init(_ program: InterfaceProgram, patience: Double) {
        self.program = program
        self.patience = patience
    }

    mutating func run(
        _ command: (executable: String, arguments: [String]), pin: String, environment: [String: String]
    ) throws(InterfaceCheckError) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command.executable)
        process.arguments = command.arguments
        process.environment = environment
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { throw .notStarted("\(error)") }
        // Ours would keep the pipes open after the process has ended.
        try? input.fileHandleForReading.close()
        try? output.fileHandleForWriting.close()
        try? input.fileHandleForWriting.write(contentsOf: Data((pin + "\n").utf8))
        try? input.fileHandleForWriting.close()
        wait()
        follow(output.fileHandleForReading.fileDescriptor) { Self.end(of: process) == nil }
        while !isSilent, Self.end(of: process) == nil {
            if ContinuousClock.now < deadline { usleep(10_000) } else { isSilent = true }
        }
        let end = Self.end(of: process)
        if end == nil { kill(process.processIdentifier, SIGKILL) }
        if let loaderReason { throw .notLoaded(loaderReason) }
        if let ownReason { throw .failed(ownReason) }
        conclude(end)
    }

    private struct End {
        let isSignal: Bool
        /// The signal, or what the process ended with.
        let status: Int32
    }

    /// How a process has ended; nil while it runs. `Process` itself waits for everybody whom that process has started.
    private static func end(of process: Process) -> End? {
        var information = siginfo_t()
        guard waitid(P_PID, id_t(process.processIdentifier), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else {
            // It has been asked for its end already.
            guard !process.isRunning else { return nil }
            return End(isSignal: process.terminationReason == .uncaughtSignal, status: process.terminationStatus)
        }
        let child = information._sifields._sigchld
        guard child.si_pid != 0 else { return nil }
        return End(isSignal: information.si_code != Int32(CLD_EXITED), status: child.si_status)
    }

    private mutating func wait() { deadline = .now + .seconds(patience) }

    /// Takes lines as they come, until the process ends or says nothing of its own for too long.
    private mutating func follow(_ descriptor: Int32, isRunning: () -> Bool) {
        var rest: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // Somebody whom the library has started may keep the pipe open when the process has long ended.
            let hasEnded = !isRunning()
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&entry, 1, hasEnded ? 0 : 50)
            if ready < 0, errno == EINTR { continue }
            if ready > 0 {
                let count = read(descriptor, &bytes, bytes.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest += bytes[..<count]
                while let end = rest.firstIndex(of: 0x0A) {
                    take(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
                if rest.count > Self.longestLine { rest = [] }
            } else if hasEnded {
                return
            }
            guard ContinuousClock.now < deadline else {
                isSilent = true
                return
            }
        }
    }

    /// What the library prints itself is no line of ours, and is waited for no longer.
    private mutating func take(_ line: String) {
        guard let line = ProbeLine(line) else { return }
        wait()
        switch line {
        case .calling(let name): current = name
        case .returned(let function, let isDone):
            calls += 1
            functions.insert(function)
            done += isDone ? 1 : 0
            current = nil
        case .deviation(let deviation):
            // Once, however often a program comes by.
            if !deviations.contains(deviation) { deviations.append(deviation) }
        case .notLoaded(let reason): loaderReason = reason
        case .failed(let reason): ownReason = reason
        case .finished: isFinished = true
        }
    }

    /// - Parameter end: nil for a process that has not ended in time.
    private mutating func conclude(_ end: End?) {
        guard let end, !isSilent else {
            let seconds = patience == patience.rounded() ? "\(Int(patience))" : "\(patience)"
            return isFinished
                ? deviates(
                    .silent, "the process has not ended \(seconds) seconds after the last call",
                    "最后一次调用后 \(seconds) 秒，进程仍未结束")
                : deviates(.silent, "has not come back after \(seconds) seconds", "\(seconds) 秒内没有返回")
        }
        let (when, chinese) = isFinished ? (" after the last call", "最后一次调用后，") : ("", "")
        let status = end.status
        switch end.isSignal {
        case true where status == SIGSEGV || status == SIGBUS:
            deviates(
                .died, "touched memory beyond the caller's buffers, or memory that is nobody's" + when,
                chinese + "访问了调用者缓冲区以外的内存")
        case true:
            deviates(.died, "ended the process by signal \(status)" + when, chinese + "进程被信号 \(status) 终止")
        case false:
            guard !isFinished || status != 0 else { return }
            deviates(.died, "ended the process with status \(status)" + when, chinese + "进程以状态 \(status) 结束")
        }
    }

    private mutating func deviates(_ kind: InterfaceDeviation.Kind, _ detail: String, _ chinese: String) {
        deviations.append(
            InterfaceDeviation(kind, program: program.rawValue, function: current ?? "-", detail, chinese))
    }
}
