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
    ///   - patience: seconds a call may take.
    ///   - command: how to start the process that calls ``InterfaceProgram/run(_:_:pin:tell:)`` and prints each line.
    public init(
        _ library: String, programs: [InterfaceProgram], patience: Double = 60, command: @escaping Command
    ) {
        self.library = library
        self.programs = programs
        self.patience = patience
        self.command = command
    }

    /// - Parameters:
    ///   - pin: the SAM's PIN, handed to each process on its standard input.
    ///   - environment: of each process.
    ///   - begins: told of each program before its first call.
    /// - Throws: ``InterfaceCheckError``: `notLoaded`, `notStarted`.
    public func run(
        pin: String, environment: [String: String], begins: (InterfaceProgram) -> Void = { _ in }
    ) throws(InterfaceCheckError) -> InterfaceReport {
        var done: [InterfaceReport.Program] = []
        var deviations: [InterfaceDeviation] = []
        for program in programs {
            begins(program)
            var watch = Watch(program)
            try watch.run(command(program), pin: pin, environment: environment, patience: patience)
            done.append(
                .init(
                    name: program.rawValue, calls: watch.calls, done: watch.done, functions: watch.functions.sorted()))
            deviations += watch.deviations
            // A PIN that was refused is not tried again by the next program: the SAM would be blocked.
            if watch.deviations.contains(where: { $0.kind == .code && Self.sendingPIN.contains($0.function) }) { break }
        }
        return InterfaceReport(library: library, programs: done, deviations: deviations)
    }

    private static let sendingPIN: Set<String> = ["iVerifyPIN", "VerifyPin", "iChange_Pin"]
}

/// One process that makes a program's calls.
private struct Watch {
    let program: InterfaceProgram
    var calls = 0
    var done = 0
    var functions: Set<String> = []
    var deviations: [InterfaceDeviation] = []
    private var current: String?
    private var isFinished = false
    private var loaderReason: String?

    init(_ program: InterfaceProgram) { self.program = program }

    mutating func run(
        _ command: (executable: String, arguments: [String]), pin: String, environment: [String: String],
        patience: Double
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
        follow(output.fileHandleForReading.fileDescriptor, patience: patience) { process.isRunning }
        if process.isRunning, !isFinished { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        if let loaderReason { throw .notLoaded(loaderReason) }
        conclude(process.terminationReason, process.terminationStatus)
    }

    /// Takes lines as they come, until the process ends or says nothing for too long.
    private mutating func follow(_ descriptor: Int32, patience: Double, isRunning: () -> Bool) {
        var rest: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&entry, 1, Int32(clamping: Int(patience * 1000)))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return isSilent(patience) }
            let count = read(descriptor, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest += bytes[..<count]
            while let end = rest.firstIndex(of: 0x0A) {
                take(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
        }
    }

    /// What the library prints itself is no line of ours.
    private mutating func take(_ line: String) {
        switch ProbeLine(line) {
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
        case .finished: isFinished = true
        case nil: break
        }
    }

    private mutating func isSilent(_ patience: Double) {
        deviates(
            .silent, "has not come back after \(Int(patience)) seconds", "\(Int(patience)) 秒内没有返回")
    }

    private mutating func conclude(_ reason: Process.TerminationReason, _ status: Int32) {
        guard !isFinished, deviations.last?.kind != .silent else { return }
        switch reason {
        case .uncaughtSignal where status == SIGSEGV || status == SIGBUS:
            deviates(
                .died, "touched memory beyond the caller's buffers, or memory that is nobody's",
                "访问了调用者缓冲区以外的内存")
        case .uncaughtSignal: deviates(.died, "ended the process by signal \(status)", "进程被信号 \(status) 终止")
        default: deviates(.died, "ended the process with status \(status)", "进程以状态 \(status) 结束")
        }
    }

    private mutating func deviates(_ kind: InterfaceDeviation.Kind, _ detail: String, _ chinese: String) {
        deviations.append(
            InterfaceDeviation(kind, program: program.rawValue, function: current ?? "-", detail, chinese))
    }
}
