import Foundation

/// A factory in a folder: a batch, a ledger, and for each station a box of virtual chips and a folder of its own.
final class ProductionBench: Sendable {
    let batch: InventedBatch
    let folder: TestFolder
    /// The ledger as the command line names it.
    let ledger: String
    let environment: [String: String]

    static let station = "north"
    /// The program without its symbols: it hashes its own file at the start of a run, and these runs are many.
    private static let stripped = Task {
        let folder = try TestFolder()
        try await Programs.output("/usr/bin/strip", ["-s", "-o", folder.file("healthcard"), Programs.healthcard()])
        return folder
    }

    static func program() async throws -> String { try await stripped.value.file("healthcard") }

    /// Whether every place a run can be cut off at is taken in every way, and not in one of them.
    static let takesEveryPoint = ProcessInfo.processInfo.environment["HEALTHCARD_EVERY_POINT"] == "1"

    /// - Parameters:
    ///   - people: rows of the batch.
    ///   - ledger: nil for a file on this bench.
    init(people: Int = 1, ledger: String? = nil) async throws {
        batch = try await InventedBatch.of(people)
        folder = try TestFolder()
        try FileManager.default.createDirectory(atPath: folder.file("books"), withIntermediateDirectories: true)
        self.ledger = ledger ?? folder.file("books/ledger.sqlite")
        environment = ["XDG_STATE_HOME": folder.file("state"), "HEALTHCARD_LEDGER": "", "HEALTHCARD_STATION": ""]
    }

    /// Everything a run writes, chips left out.
    var books: String { folder.file("books") }

    func box(_ station: String = station) -> String { folder.file("box-\(station)") }

    func place(_ station: String = station, ledger other: String? = nil) -> [String] {
        ["--ledger", other ?? ledger, "--station", folder.file("books/\(station)")]
    }

    /// The command line of a line of virtual chips.
    func line(_ options: [String] = [], lanes: Int = 1, station: String = station) -> [String] {
        [
            "personalize", "--batch", batch.path, "--lanes", "virtual:\(lanes)", "--virtual-chips", box(station),
            "--json",
        ]
            + ["--out", folder.file("books/out-\(station)")] + place(station) + options
    }

    func run(
        _ options: [String] = [], lanes: Int = 1, station: String = station, environment more: [String: String] = [:]
    ) async throws -> LineOutcome {
        try await LineOutcome(
            Programs.run(
                Self.program(), line(options, lanes: lanes, station: station),
                environment: environment.merging(more) { $1 }))
    }

    func start(
        _ options: [String] = [], lanes: Int = 1, station: String = station
    ) async throws -> Programs.Running {
        try await Programs.Running(
            Self.program(), line(options, lanes: lanes, station: station), environment: environment)
    }

    /// What the rest of the command line says of the ledger, and the chips of all boxes.
    /// - Parameter ledger: nil for the bench's own.
    func look(station: String = station, ledger: String? = nil) async throws -> ProductionBooks {
        func ask(_ words: [String], allows: Set<Int32> = [0]) async throws -> Data {
            let outcome = try await Programs.healthcard(
                words + place(station, ledger: ledger), environment: environment)
            guard allows.contains(outcome.status) else {
                throw ProgramError(description: "\(words.prefix(2)) ended with \(outcome.status): \(outcome.errors)")
            }
            return outcome.output
        }
        let export = try await ask(["ledger", "export"])
        let decoder = JSONDecoder()
        let findings = try await JSONValue(ask(["ledger", "verify", "--json"], allows: [0, 6]))["findings"]?.elements
        let status = try await ask(["batch", "status", batch.path, "--json"], allows: [0, 7])
        let boxes = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("box-") }
        return ProductionBooks(
            entries: try export.split(separator: 0x0A).map {
                try decoder.decode(ProductionBooks.Entry.self, from: Data($0))
            },
            status: try decoder.decode(ProductionBooks.Status.self, from: status),
            findings: (findings ?? [.text("it said nothing")]).map { $0["place"]?.text ?? "\($0)" },
            chips: try boxes.sorted().flatMap { try BoxedChip.all(in: folder.file($0)) })
    }

    /// What an audit of everything finds wrong.
    func audit(station: String = station, ledger: String? = nil) async throws -> [String] {
        try await ProductionAudit(batch: batch, books: look(station: station, ledger: ledger)).findings()
    }
}

/// What a line said in JSON, and how its process ended.
struct LineOutcome: Sendable {
    let status: Int32
    let errors: String
    let lines: [JSONValue]

    /// Lines that a killed process left unfinished are not there.
    init(_ outcome: Programs.Outcome) {
        status = outcome.status
        errors = outcome.errors
        lines = Self.lines(of: outcome.output)
    }

    static func lines(of output: Data) -> [JSONValue] {
        output.split(separator: 0x0A).compactMap { try? JSONValue(Data($0)) }
    }

    var report: JSONValue? { lines.last?["report"] }
    var end: String? { report?["end"]?.text }
    func count(_ kind: String) -> Int { lines.count { $0["kind"]?.text == kind } }
}

extension Programs.Running {
    /// How often the line has told of such a thing so far.
    func count(_ kind: String) -> Int {
        String(decoding: output, as: UTF8.self).components(separatedBy: "\"kind\":\"\(kind)\"").count - 1
    }

    /// Waits until the line has made some cards.
    /// - Returns: false when it ended before.
    func makes(_ cards: Int) async throws -> Bool {
        try await eventually("\(cards) cards are made") { count("made") >= cards || !isRunning }
        return isRunning
    }
}

/// Whatever has to meet a program in the middle of its work is tried until it does: how fast the machine is decides nothing.
func untilCaught<Caught>(_ attempt: () async throws -> Caught?) async throws -> Caught {
    for _ in 0..<20 {
        if let caught = try await attempt() { return caught }
    }
    throw ProgramError(description: "twenty programs were done before anybody could meet them at work")
}

/// Runs what blocks on a thread of its own: there are only as many for tests as processors.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: work)) }
    }
}

/// Does things two at a time: as many as there are processors in the smallest machine this is tested on.
func twoAtATime<Element: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        var rest = elements[...]
        for _ in 0..<2 {
            if let first = rest.popFirst() { group.addTask { try await body(first) } }
        }
        while try await group.next() != nil {
            if let next = rest.popFirst() { group.addTask { try await body(next) } }
        }
    }
}
