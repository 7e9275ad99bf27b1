import ArgumentParser
import Foundation
import InterfaceCheck
import Messages

struct CInterfaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "c-interface",
        abstract: "Check a library with the C interface that hospital programs call (Docs/c-interface.md).",
        subcommands: [CInterfaceCheckCommand.self, CInterfaceProbeCommand.self])
}

/// Any library of the kind: ours, or a reader manufacturer's.
struct CInterfaceCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Make the calls of hospital programs to a library, and report where it deviates.",
        discussion: """
            Each program's order of calls runs in a process of its own, over a test card and a SAM in their readers; \
            behind every buffer is memory that nobody may touch. A library that chooses its readers by itself takes those \
            it finds; ours takes --reader and --sam-reader. Without --write nothing on the card changes; with it, visits \
            in the last two records of each kind are replaced, an allergy and an immunization are added, what else is \
            changed is put back, and the SAM's PIN is set to itself. Exit code 7 when there are deviations.
            """)

    @Argument(help: "The path of the library.")
    var library: String

    @Option(name: .long, help: "HEALTHCARD_READER of the library's process.")
    var reader: String?

    @Option(name: .long, help: "HEALTHCARD_SAM_READER of the library's process.")
    var samReader: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The file whose first line is the SAM's PIN; its owner's alone.",
            discussion: "Default: the systemd credential healthcard-sam-pin.", valueName: "file"))
    var samPinFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Make the calls of this program only; may be repeated.",
            discussion: InterfaceProgram.allCases.map(\.rawValue).joined(separator: ", ")))
    var program: [String] = []

    @Flag(name: .long, help: "Also make the calls that write to the card.")
    var write = false

    @Option(name: .long, help: "How many seconds a call may take.")
    var patience: Double = 60

    @Flag(name: .long, help: "The report as JSON.")
    var json = false

    func validate() throws {
        guard patience >= 1, patience <= 3600 else {
            throw ValidationError(Terminal.words(InterfaceText.patienceForm))
        }
        for name in program where InterfaceProgram(rawValue: name) == nil {
            throw ValidationError(Terminal.words(InterfaceText.noProgram(name: name)))
        }
        // Left out in silence it would look like one without deviations.
        for name in program where !write && InterfaceProgram(rawValue: name)?.writes == true {
            throw ValidationError(
                Terminal.words(InterfaceText.writes(name: name)))
        }
    }

    mutating func run() throws {
        var options = SecurityOptions()
        options.samPinFile = samPinFile
        guard let stored = try options.storedPIN() else {
            throw Failure(
                .usage,
                InterfaceText.pinNeeded)
        }
        let pin = stored.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        let chosen = program.compactMap(InterfaceProgram.init(rawValue:))
        let programs = (chosen.isEmpty ? InterfaceProgram.allCases.filter(\.isForEvery) : chosen)
            .filter { write || !$0.writes }
        var environment = ProcessInfo.processInfo.environment
        if let reader { environment["HEALTHCARD_READER"] = reader }
        if let samReader { environment["HEALTHCARD_SAM_READER"] = samReader }
        let path = URL(fileURLWithPath: library).path
        let mayWrite = write
        let check = InterfaceCheck(path, programs: programs, patience: patience) { program in
            ("/proc/self/exe", ["c-interface", "probe", path, program.rawValue] + (mayWrite ? ["--write"] : []))
        }
        let quiet = json
        let report: InterfaceReport
        do throws(InterfaceCheckError) {
            report = try check.run(pin: pin, environment: environment) { program in
                if !quiet { Terminal.note(InterfaceText.program(name: program.rawValue)) }
            }
        } catch {
            throw Failure(error)
        }
        if json { try Terminal.print(json: report) } else { Self.lines(report).forEach(Terminal.print) }
        guard report.isSound else {
            throw Failure(
                .partFailed,
                InterfaceText.deviates(count: report.deviations.count))
        }
    }

    private static func lines(_ report: InterfaceReport) -> [String] {
        var lines = report.programs.map { program in
            Terminal.words(InterfaceText.calls(name: program.name, calls: program.calls, done: program.done))
        }
        for deviation in report.deviations {
            lines.append(
                Terminal.words(DeviationText(deviation: deviation)))
        }
        if report.deviations.isEmpty { lines.append(Terminal.words(InterfaceText.noDeviations)) }
        return lines
    }
}

extension Failure {
    fileprivate init(_ error: InterfaceCheckError) {
        switch error {
        case .notLoaded(let reason):
            self.init(.badInput, Terminal.words(InterfaceText.notLoaded(reason: reason)))
        case .notStarted(let reason):
            self.init(.bug, Terminal.words(InterfaceText.notStarted(reason: reason)))
        case .failed(let reason):
            self.init(.bug, Terminal.words(InterfaceText.checkFailed(reason: reason)))
        case .noMemory: self.init(.bug, Terminal.words(InterfaceText.noMemory))
        }
    }
}

/// The process that makes one program's calls, for `check`.
struct CInterfaceProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "The calls of one program; the SAM's PIN on standard input. For `check`.",
        shouldDisplay: false)

    @Argument var library: String
    @Argument var program: String
    @Flag(name: .long) var write = false

    mutating func run() throws {
        guard let program = InterfaceProgram(rawValue: program) else {
            throw Failure(.usage, InterfaceText.noProgram(name: program))
        }
        let pin = readLine() ?? ""
        do { try program.probe(library, pin: pin, mayWrite: write) } catch { throw Failure(error) }
    }
}
