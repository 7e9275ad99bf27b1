import CardProfiles
import HealthCard
import ISO7816
import ShangMi
import Testing
import VirtualCard

@Suite("Visits with a SAM of their own")
struct VisitSAMTests {
    private static let pin = SecretBytes(copying: Array("123456".utf8))

    private func sam(_ type: Int, pin: SecretBytes? = pin) throws -> (card: SAMCard, channel: VirtualSAMChannel) {
        let profile = try TestProfile.shared
        let channel = VirtualSAMChannel(sam: try VirtualSAM(type: type, profile: profile))
        let card = try SAMCard(channel: channel, profile: profile)
        card.pinSource = { _ throws(SAMError) in pin }
        return (card, channel)
    }

    private func session(_ card: VisitCard, _ sam: SAMCard) throws -> HealthCardSession {
        _ = try card.channel.reset()
        return HealthCardSession(channel: card.channel, profile: card.profile, securityModule: sam, habits: nil)
    }

    @Test("a clinic's SAM writes, another one erases, and both sign what anybody can verify")
    func twoSAMs() throws {
        let card = try VisitCard.fresh()
        let content = try VisitSamples.random(.outpatient, seed: 1)
        let clinic = try sam(3).card
        #expect(try session(card, clinic).writeVisit(content).record == 1)
        #expect(try card.visits(.outpatient).map(\.content) == [content])
        let trust = try VisitCard.trust(card.profile)
        let error = #expect(throws: VisitError.self) {
            try session(card, clinic).reimburseVisit(.outpatient, record: 1, ifTrustedBy: trust)
        }
        guard case .card(let reason)? = error?.problem else { return }
        #expect(reason.code == .notPermitted && error?.effect == VisitEffect.none)
        _ = try session(card, sam(5).card).reimburseVisit(.outpatient, record: 1, ifTrustedBy: trust)
        #expect(try card.visits(.outpatient).isEmpty)
    }

    @Test("a wrong PIN, or none, is sent at most once and writes nothing")
    func wrongPIN() throws {
        let card = try VisitCard.fresh()
        let written = card.channel.card.writtenByteCount
        for pin in [SecretBytes(copying: Array("654321".utf8)), nil] {
            let sam = try sam(3, pin: pin)
            var verifications = 0
            sam.channel.intercept = { command, _ in
                // Without data it only asks for the tries left.
                if command[1] == 0x20, command.count > 5 { verifications += 1 }
                return nil
            }
            let error = #expect(throws: VisitError.self) {
                try session(card, sam.card).writeVisit(VisitSamples.content(.inpatient))
            }
            guard case .securityModule? = error?.problem else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.effect == VisitEffect.none)
            #expect(verifications == (pin == nil ? 0 : 1))
        }
        #expect(card.channel.card.writtenByteCount == written)
    }

    @Test("the SAM pulled out before each of its commands: the card lists what it listed before")
    func removal() throws {
        let start = try VisitCard.fresh()
        let content = try VisitSamples.random(.inpatient, seed: 3)
        var isDone = false
        for index in 0..<200 where !isDone {
            let card = try start.copy()
            let sam = try sam(5)
            sam.channel.commandsUntilRemoval = index
            do {
                _ = try session(card, sam.card).writeVisit(content)
                isDone = true
                #expect(index > 20)
                #expect(try card.visits(.inpatient).map(\.content) == [content])
            } catch let error as VisitError {
                #expect(error.effect == VisitEffect.none, "command \(index): \(error)")
                #expect(try card.visits(.inpatient).isEmpty, "command \(index)")
            }
        }
        #expect(isDone)
    }
}
