import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Ledger
import Messages
import PCSC
import Personalization
import Production
import ShangMi
import VirtualCard

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Personalize a batch of test cards on virtual readers; read one, update it and write a visit on it.",
        discussion: """
            Needs the virtual readers that Scripts/with-virtual-readers provides; `make demo` does both. The last of \
            several readers holds the SAM, the others are lanes. The cards and the SAM are virtual; the PC/SC daemon \
            between them and this program is the real one. Nothing is kept.
            """)

    @Option(name: .long, help: "The test batch that the applicants are taken from.")
    var batch = "Samples/sample-batch"

    @Option(name: .long, help: "How many cards to produce. Default: the whole batch.")
    var cards: Int?

    func validate() throws {
        guard cards ?? 1 > 0 else { throw ValidationError(Terminal.words(DemoText.cardsForm)) }
    }

    mutating func run() async throws {
        Terminal.outliveReaders()
        let ports = (ProcessInfo.processInfo.environment["HEALTHCARD_VPCD_PORTS"] ?? "").split(separator: ",")
            .compactMap { UInt16($0) }
        guard !ports.isEmpty else {
            throw Failure(
                .noReader,
                DemoText.noReaders)
        }
        guard try Batch.readManifest(folder: batch).mode == .test else { throw PersonalizationError.noRelease }
        let lanes = ports.count > 1 ? Array(ports.dropLast()) : ports
        let factory = try DemoFactory(folder: batch, cards: cards, ports: lanes)
        let report = try await CardThread(name: "demo line").run { try factory.work() }
        for line in try factory.lines(of: report) { Terminal.print(line) }
        guard report.end == .finished, let chip = factory.madeCard else { return }
        let slot = VPCDLink(chip: chip, options: VPCDLink.Options(port: ports[0]))
        slot.start()
        defer {
            slot.stop()
            slot.waitUntilEnded()
        }
        let reader = try await read(chip, port: ports[0], factory.profile)
        if ports.count > 1, let port = ports.last {
            try await DemoClinic(card: reader, port: port, profile: factory.profile).work()
        }
    }

    /// Another connection, knowing nothing of the one that wrote, reads a card that was put back into a reader.
    private func read(_ chip: VirtualHealthCard, port: UInt16, _ profile: CardProfile) async throws -> ReaderName {
        let (reader, text, commands) = try await CardThread(name: "demo reader").run {
            () throws -> (ReaderName, String, Int) in
            let context = try PCSCContext()
            let reader = try context.reader(of: chip, port: port)
            let connection = try CardConnection(
                reader, context: context, patience: CardConnection.usualPatience)
            let module = try SoftwareSecurityModule.testKeys(profile)
            let session = HealthCardSession(channel: connection, profile: profile, securityModule: module)
            let reading = try connection.withTransaction(endingWith: .reset) { _ in try session.read() }
            return (reader, reading.document.text(profile: profile, in: Terminal.language), reading.commands)
        }
        Terminal.print(
            DemoText.shown(count: commands, reader: "\(reader)"))
        Terminal.print(text)
        return reader
    }
}
