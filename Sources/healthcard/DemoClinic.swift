import CardProfiles
import Foundation
import HealthCard
import Messages
import PCSC
import ShangMi
import VirtualCard

/// The second half of the demo: what a clinic does with a card, through a SAM in a reader of its own.
struct DemoClinic: Sendable {
    /// Where the card is.
    let card: ReaderName
    /// The slot the SAM goes into.
    let port: UInt16
    let profile: CardProfile

    /// The kind that may change everything a clinic ever changes.
    private static let samType = 5

    func work() async throws {
        let sam = try VirtualSAM(type: Self.samType, profile: profile)
        let slot = VPCDLink(chip: sam, options: VPCDLink.Options(port: port))
        slot.start()
        defer {
            slot.stop()
            slot.waitUntilEnded()
        }
        let clinic = self
        let lines = try await CardThread(name: "demo clinic").run { () throws -> [String] in
            let context = try PCSCContext()
            let samConnection = try CardConnection(context.reader(of: sam, port: clinic.port), context: context)
            let cardConnection = try CardConnection(clinic.card, context: context)
            return try samConnection.withTransaction(endingWith: .reset) { _ in
                try cardConnection.withTransaction(endingWith: .reset) { _ in
                    try clinic.visit(cardConnection, samConnection)
                }
            }
        }
        for line in lines { Terminal.print(line) }
    }

    private func visit(_ card: CardConnection, _ samConnection: CardConnection) throws -> [String] {
        let sam = try SAMCard(channel: samConnection, profile: profile)
        let session = HealthCardSession(channel: card, profile: profile, securityModule: sam)
        var lines = [
            Terminal.words(DemoClinicText.clinic(reader: "\(samConnection.reader)", type: Self.samType))
        ]
        func add(_ what: String, since before: (card: Int, sam: Int)) {
            let commands = (card: session.commands - before.card, sam: sam.commands - before.sam)
            lines.append(
                "  " + what
                    + Terminal.words(DemoClinicText.commands(card: commands.card, sam: commands.sam)))
        }
        var before = (card: session.commands, sam: sam.commands)
        _ = try session.read(ReadScope(visits: .none))
        add(Terminal.words(DemoClinicText.read), since: before)

        var changes = CardChanges(profile: profile)
        try changes.set("phone1", to: "13900000000")
        try changes.add(to: "allergies", ["allergen": "青霉素", "allergyReaction": "皮疹"])
        before = (session.commands, sam.commands)
        let report = try session.update(changes)
        let written = report.records(.written).map(\.place).joined(separator: ", ")
        add(Terminal.words(DemoClinicText.updated(written: written)), since: before)

        if let pin = profile.testKeys?.samPIN { try sam.verifyPIN(SecretBytes(copying: Array(pin.utf8))) }
        let layout = try VisitLayout(.outpatient, of: profile)
        let content = try VisitContent(jsonText: Array(VisitTemplateCommand.outpatient.utf8), layout: layout)
        before = (session.commands, sam.commands)
        let visit = try session.writeVisit(content)
        add(
            Terminal.words(DemoClinicText.visit(record: visit.record)), since: before)

        before = (session.commands, sam.commands)
        let trust = VisitTrust(anchors: [try .testRoot(profile, of: layout.certificateLayout)])
        let verification = try session.verify(session.visit(.outpatient, record: visit.record), by: trust)
        guard verification.isTrusted else {
            throw Failure(.bug, verification.problems.map(Terminal.words).joined(separator: "; "))
        }
        add(Terminal.words(DemoClinicText.verified), since: before)
        return lines
    }
}

extension PCSCContext {
    /// Slots have ports and readers have names; the chip's own answer to reset tells which belong together.
    func reader(of chip: any Chip, port: UInt16) throws -> ReaderName {
        let deadline = ContinuousClock.now + .seconds(20)
        var states = try readers().map { ReaderState(reader: $0) }
        while ContinuousClock.now < deadline {
            do {
                states = try statusChange(states, milliseconds: 1_000)
            } catch {
                guard error.number == PCSCError.timeout else { throw error }
            }
            if let found = states.first(where: { $0.answerToReset == chip.answerToReset }) { return found.reader }
        }
        throw Failure(
            .noCard,
            DemoClinicText.noReader(port: "\(port)"))
    }
}
