import ArgumentParser
import Foundation
import HealthCard
import ISO7816
import PCSC
import Personalization
import ShangMi
import VirtualCard

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Make test cards on virtual readers, all at once; read one, update it and write a visit on it.",
        discussion: """
            Wants the virtual readers that Scripts/with-virtual-readers gives it; `make demo` does both. One more reader \
            than cards gives the SAM its place. Cards and SAM are virtual, the PC/SC daemon between them and this program is the real one.
            """)

    @Option(name: .long, help: "The test batch to take applicants from.")
    var batch = "Samples/sample-batch"

    @Option(name: .long, help: "How many cards to make; more than readers are made in turns.")
    var cards = 4

    func validate() throws {
        guard cards > 0 else { throw ValidationError(Terminal.text("--cards takes 1 or more", "--cards 应不小于 1")) }
    }

    mutating func run() async throws {
        Terminal.outliveReaders()
        let ports = (ProcessInfo.processInfo.environment["HEALTHCARD_VPCD_PORTS"] ?? "").split(separator: ",")
            .compactMap { UInt16($0) }
        guard !ports.isEmpty else {
            throw Failure(
                .noReader,
                Terminal.text(
                    "no virtual readers: run `make demo`, or Scripts/with-virtual-readers 4 -- healthcard demo",
                    "没有虚拟读卡器：请运行 make demo，或 Scripts/with-virtual-readers 4 -- healthcard demo"))
        }
        let folder = batch
        guard try Batch.readManifest(folder: folder).mode == .test else { throw PersonalizationError.noRelease }
        let batch = try Batch(folder: folder)
        let people = Array(try batch.review().applications.prefix(cards))
        guard let first = people.first else {
            throw Failure(
                .badInput, Terminal.text("the batch has nobody to make a card for", "该批次没有可制卡的申请人"))
        }
        let lanes = Array(ports.prefix(people.count))
        Terminal.print(
            Terminal.text(
                "Batch \(batch.manifest.id): \(people.count) test cards on \(lanes.count) virtual readers",
                "批次 \(batch.manifest.id)：在 \(lanes.count) 个虚拟读卡器上制作 \(people.count) 张测试卡"))

        let board = LaneBoard(count: lanes.count)
        let start = ContinuousClock.now
        let made = try await withThrowingTaskGroup(of: [DemoLane.Made].self) { group in
            for (number, port) in lanes.enumerated() {
                let share = stride(from: number, to: people.count, by: lanes.count).map { people[$0] }
                let lane = DemoLane(number: number, port: port, batch: batch, board: board)
                group.addTask { try await lane.make(share) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        board.finish()
        let seconds = start.duration(to: .now) / .seconds(1)
        let commands = made.map(\.card.cost.commands).reduce(0, +)
        let bytes = made.map { $0.card.cost.bytesOut + $0.card.cost.bytesIn }.reduce(0, +)
        Terminal.print(
            Terminal.text(
                "\(made.count) cards made, read back byte for byte and activated: \(commands) commands, \(bytes) bytes, \(Self.round(seconds)) s",
                "\(made.count) 张卡已制成、逐字节读回比对并激活：\(commands) 条命令，\(bytes) 字节，\(Self.round(seconds)) 秒"))

        defer {
            for card in made { card.slot?.stop() }
            for card in made { card.slot?.waitUntilEnded() }
        }
        guard
            let chosen = made.first(where: { $0.card.idNumber == first.idNumber && $0.slot != nil })
                ?? made.first(where: { $0.slot != nil })
        else { return }
        try await read(chosen, batch)
        if let port = ports.dropFirst(lanes.count).first {
            try await DemoClinic(card: chosen.reader, port: port, profile: batch.profile).work()
        }
    }

    /// Another connection, knowing nothing of the one that wrote, reads a card that is still in its reader.
    private func read(_ made: DemoLane.Made, _ batch: Batch) async throws {
        let thread = CardThread(name: "demo reader")
        let profile = batch.profile
        let reader = made.reader
        let (text, commands) = try await thread.run { () throws -> (String, Int) in
            let context = try PCSCContext()
            let connection = try CardConnection(reader, context: context)
            let module = try SoftwareSecurityModule.testKeys(profile)
            let session = HealthCardSession(channel: connection, profile: profile, securityModule: module)
            let reading = try connection.withTransaction(endingWith: .reset) { _ in try session.read() }
            return (reading.document.text(profile: profile), reading.commands)
        }
        Terminal.print(
            Terminal.text(
                "\nOne of them, read in \(commands) commands through \(reader):\n",
                "\n其中一张，经 \(reader) 以 \(commands) 条命令读出：\n"))
        Terminal.print(text)
    }

    private static func round(_ seconds: Double) -> String {
        seconds.formatted(.number.precision(.fractionLength(1)).locale(Locale(identifier: "en_US_POSIX")))
    }
}

/// One virtual reader of the demo: blank chips go in, cards come out.
struct DemoLane: Sendable {
    struct Made: Sendable {
        let card: PersonalizedCard
        let reader: ReaderName
        /// Nil for a card that has made room for the next.
        var slot: VPCDLink?
    }

    let number: Int
    let port: UInt16
    let batch: Batch
    let board: LaneBoard

    func make(_ people: [Application]) async throws -> [Made] {
        let thread = CardThread(name: "demo lane \(number)")
        let lane = self
        return try await thread.run { () throws -> [Made] in
            var made: [Made] = []
            for person in people {
                if var last = made.popLast() {
                    last.slot?.stop()
                    last.slot?.waitUntilEnded()
                    last.slot = nil
                    made.append(last)
                }
                made.append(try lane.make(person))
            }
            return made
        }
    }

    /// The card stays in the slot.
    private func make(_ person: Application) throws -> Made {
        let chip = try VirtualHealthCard.blank(serial: SystemRandom.bytes(8), profile: batch.profile)
        let slot = VPCDLink(chip: chip, options: VPCDLink.Options(port: port))
        slot.start()
        let name = person.idNumber.text
        board.show(number, Terminal.text("waiting for the chip", "等待芯片"), done: 0, of: 1)
        let context = try PCSCContext()
        let reader = try context.reader(of: chip, port: port)
        let connection = try CardConnection(reader, context: context)
        let module = try SoftwareSecurityModule.testKeys(batch.profile)
        let personalizer = CardPersonalizer(channel: connection, batch: batch, module: module)
        let card = try connection.withTransaction(endingWith: .reset) { _ in
            try personalizer.personalize(person) { progress in
                board.show(
                    number, "\(name)  \(progress.position.phase.rawValue)", done: progress.position.index,
                    of: progress.total)
            }
        }
        board.show(number, Terminal.text("\(name)  made", "\(name)  制成"), done: 1, of: 1)
        return Made(card: card, reader: reader, slot: slot)
    }
}

/// What the lanes of a demo are doing: a block of bars on a terminal, a line for each change of phase elsewhere.
final class LaneBoard: @unchecked Sendable {
    private let lock = NSLock()
    // Guarded by `lock`.
    private var lines: [String]
    private var phases: [String]
    private var isDrawn = false
    private var lastDrawing = ContinuousClock.now

    init(count: Int) {
        lines = Array(repeating: "", count: count)
        phases = lines
    }

    func show(_ lane: Int, _ phase: String, done: Int, of total: Int) {
        lock.withLock {
            let isNew = phases[lane] != phase
            phases[lane] = phase
            if Terminal.errorIsTerminal {
                lines[lane] = "  \(lane)  \(Terminal.bar(done, of: total))  \(phase)"
                // Thousands of commands a second need no thousands of pictures.
                guard isNew || ContinuousClock.now - lastDrawing > .milliseconds(40) else { return }
                draw()
            } else if isNew, done == 0 || done == total {
                Terminal.note("  \(lane)  \(phase)")
            }
        }
    }

    func finish() {
        lock.withLock { if Terminal.errorIsTerminal { draw() } }
    }

    private func draw() {
        lastDrawing = .now
        let up = isDrawn ? "\u{1B}[\(lines.count)A" : ""
        isDrawn = true
        Terminal.note(up + lines.map { "\u{1B}[K" + $0 }.joined(separator: "\n"))
    }
}
