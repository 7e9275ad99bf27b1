import ArgumentParser
import Foundation
import InterfaceCheck
import Messages
import ShangMi

struct CInterfaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "c-interface",
        abstract: "Check a library that has the C interface for hospital programs (Docs/c-interface.md).",
        subcommands: [CInterfaceCheckCommand.self, CInterfaceProbeCommand.self])
}

/// Any library of the kind: ours, or a reader manufacturer's.
struct CInterfaceCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Call a library as hospital programs do, and report where it deviates.",
        discussion: """
            The calls of each program run in their order, in a process of their own, with a test card and a SAM in \
            their readers; the memory behind every buffer must not be touched. A library that chooses its readers \
            itself uses those it finds; ours uses --reader and --sam-reader. Without --write, nothing on the card \
            changes. With --write, visits in the last two records of each kind are replaced, an allergy and an \
            immunization are added, every other change is undone, and the SAM's PIN is changed to the same PIN. Exit \
            code 7 means that there are deviations.
            """)

    @Argument(help: "The path of the library.")
    var library: String

    @Option(name: .long, help: "HEALTHCARD_READER for the library's process.")
    var reader: String?

    @Option(name: .long, help: "HEALTHCARD_SAM_READER for the library's process.")
    var samReader: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The file with the SAM's PIN on its first line; only its owner may have access to it.",
            discussion: "Default: the systemd credential healthcard-sam-pin.", valueName: "file"))
    var samPinFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Make the calls of this program only; may be repeated.",
            discussion: "Default: every program except photo-path; without --write, none that writes."))
    var program: [InterfaceProgram] = []

    @Flag(name: .long, help: "Also make the calls that write to the card.")
    var write = false

    @Option(name: .long, help: "How many seconds a call may take.")
    var patience: Double = 60

    @Flag(name: .long, help: "Print the report as JSON.")
    var json = false

    func validate() throws {
        guard patience >= 1, patience <= 3600 else {
            throw ValidationError(Terminal.words(InterfaceText.patienceForm))
        }
        // Left out in silence it would look like one without deviations.
        for one in program where !write && one.writes {
            throw ValidationError(Terminal.words(InterfaceText.writes(name: one.rawValue)))
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
        let programs = (program.isEmpty ? InterfaceProgram.allCases.filter(\.isForEvery) : program)
            .filter { write || !$0.writes }
        var environment = ProcessInfo.processInfo.environment
        if let reader { environment["HEALTHCARD_READER"] = reader }
        if let samReader { environment["HEALTHCARD_SAM_READER"] = samReader }
        let path = URL(fileURLWithPath: library).path
        let mayWrite = write
        let check = InterfaceCheck(path, programs: programs, patience: patience) { program in
            (
                ProcessStart.program ?? "/proc/self/exe",
                ["c-interface", "probe", path, program.rawValue] + (mayWrite ? ["--write"] : [])
            )
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

extension InterfaceProgram: ExpressibleByArgument {}

/// The process that makes one program's calls, for `check`.
struct CInterfaceProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Make the calls of one program, with the SAM's PIN on standard input. For `check`.",
        shouldDisplay: false)

    @Argument var library: String
    @Argument var program: InterfaceProgram
    @Flag(name: .long) var write = false

    mutating func run() throws {
        let pin = readLine() ?? ""
        do { try program.probe(library, pin: pin, mayWrite: write) } catch { throw Failure(error) }
    }
}
