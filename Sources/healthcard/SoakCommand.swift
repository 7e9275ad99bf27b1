import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import Messages

/// The same card read many times, each time from connecting to disconnecting, as a counter would all day.
struct SoakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Read a card again and again, to find out whether the reader is reliable with it.",
        discussion: """
            Each reading connects, opens the card anew, reads all of it and disconnects; all readings must give the \
            same result. At the end, the program prints the median and worst time, and the memory and open files of \
            its process after the first tenth and at the end. Exit code 7 means that a reading failed.
            """)

    @OptionGroup var readerOptions: ReaderOptions
    @OptionGroup var profileOptions: ProfileOptions
    @OptionGroup var securityOptions: SecurityOptions
    @OptionGroup var traceOptions: TraceOptions

    @Option(name: .long, help: "How many readings, 1 to 1000000.")
    var reads = 100

    @Flag(name: .long, help: "Print JSON: reads, failed, commands, milliseconds, residentKiB, openFiles, failures.")
    var json = false

    func validate() throws {
        guard (1...1_000_000).contains(reads) else {
            throw ValidationError(Terminal.words(SoakText.readsForm))
        }
    }

    struct Report: Encodable {
        struct Times: Encodable {
            var median: Double
            var worst: Double
        }
        struct Growth: Encodable {
            var early: Int
            var late: Int
        }
        var reads: Int
        var failed: Int
        /// Of one reading.
        var commands: Int
        var milliseconds: Times?
        var residentKiB: Growth
        var openFiles: Growth
        /// The first ten, `17: …` for the seventeenth reading.
        var failures: [String]
    }

    /// After so many in a row nobody believes that the next one works.
    private static let patience = 10

    mutating func run() throws {
        let profile = try profileOptions.load(testKeys: true)
        var soak = Soak()
        for number in 1...reads {
            do {
                try soak.time { try read(profile) }
            } catch {
                guard let failure = Failure(any: error) else { throw error }
                // What is wrong from the start is no matter of lasting.
                guard number > 1 else { throw failure }
                soak.fail(number, failure.text)
            }
            if number == max(1, reads / 10) { soak.rememberProcess() }
            guard soak.failuresInARow < Self.patience else { break }
        }
        let report = soak.report()
        if json { try Terminal.print(json: report) } else { Self.print(report) }
        guard report.failed == 0 else {
            throw Failure(
                .partFailed,
                SoakText.failed(failed: report.failed, reads: report.reads)
            )
        }
    }

    private func read(_ profile: CardProfile) throws -> (said: String, commands: Int) {
        try securityOptions.use(readerOptions, profile, traceOptions) { channel, module in
            let reading = try CardSource.session(channel, profile, module).readWhatIsOpen()
            return (reading.json(), reading.commands)
        }
    }

    private static func print(_ report: Report) {
        Terminal.print(
            SoakText.summary(reads: report.reads, failed: report.failed, commands: report.commands))
        if let times = report.milliseconds {
            Terminal.print(
                SoakText.times(median: times.median, worst: times.worst))
        }
        let (memory, files) = (report.residentKiB, report.openFiles)
        Terminal.print(
            SoakText.memory(early: memory.early, late: memory.late, filesEarly: files.early, filesLate: files.late))
        for failure in report.failures { Terminal.note(failure) }
    }
}

/// What is counted over many readings.
private struct Soak {
    private(set) var failuresInARow = 0
    private var times: [Duration] = []
    private var failed = 0
    private var failures: [String] = []
    private var first: (said: String, commands: Int)?
    private var early = (residentKiB: 0, openFiles: 0)

    mutating func time(_ read: () throws -> (said: String, commands: Int)) throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let reading = try read()
        let time = begin.duration(to: clock.now)
        if let first {
            guard reading.said == first.said else {
                throw Failure(
                    .cardRefused,
                    SoakText.differs)
            }
        } else {
            first = reading
        }
        times.append(time)
        failuresInARow = 0
    }

    mutating func fail(_ number: Int, _ message: String) {
        failed += 1
        failuresInARow += 1
        if failures.count < 10 { failures.append("\(number): \(message)") }
    }

    mutating func rememberProcess() { early = Self.process() }

    func report() -> SoakCommand.Report {
        func milliseconds(_ duration: Duration) -> Double { (duration / .milliseconds(1) * 1000).rounded() / 1000 }
        let sorted = times.sorted()
        let late = Self.process()
        return SoakCommand.Report(
            reads: times.count + failed, failed: failed, commands: first?.commands ?? 0,
            milliseconds: sorted.last.map {
                .init(median: milliseconds(sorted[sorted.count / 2]), worst: milliseconds($0))
            },
            residentKiB: .init(early: early.residentKiB, late: late.residentKiB),
            openFiles: .init(early: early.openFiles, late: late.openFiles), failures: failures)
    }

    /// proc(5): the second field of `statm` counts resident pages.
    private static func process() -> (residentKiB: Int, openFiles: Int) {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        let pages = fields.count > 1 ? Int(fields[1]) ?? 0 : 0
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return (pages * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024, open.count)
    }
}
