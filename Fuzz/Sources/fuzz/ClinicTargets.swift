import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Personalization
import ShangMi
import VirtualCard

/// What a clinic does with a card that tells the truth most of the time.
extension FuzzTarget {
    static let clinicTargets: [String: Target] = [
        "crooked-card-read": { bytes in
            guard let session = crookedSession(bytes) else { return }
            if let reading = try? session.read(), let profile {
                _ = reading.json()
                _ = reading.fhir(profile: profile).text()
            }
        },
        "crooked-card-updated": { bytes in
            guard let session = crookedSession(bytes), let changes = everyChange else { return }
            do throws(UpdateError) {
                _ = try session.update(changes)
            } catch {
                _ = error.description
                if let doubt = error.doubt { _ = try? session.settle(doubt) }
            }
        },
        "crooked-card-visited": { bytes in
            guard let session = crookedSession(bytes), let visit else { return }
            do throws(VisitError) {
                let report = try session.writeVisit(visit)
                _ = try session.reimburseVisit(report.kind, record: report.record, ifTrustedBy: nil)
            } catch {
                if case .inDoubt(let pending) = error.effect { _ = try? session.settleVisit(pending) }
            }
        },
        "crooked-card-blocked": { bytes in
            guard let session = crookedSession(bytes) else { return }
            _ = try? session.blockApplication("DF02")
            _ = try? session.unblockApplication("DF02")
        },
        "card-changes": { bytes in
            guard let profile else { return }
            var changes = CardChanges(profile: profile)
            try? changes.merge(json: bytes)
        },
        "habits": { bytes in
            // What a file remembers may be anything; a card must be read all the same, or refused.
            guard let profile, let module, let card = clinicCard, let habits = LyingMemory(bytes) else { return }
            guard let copy = try? card.copy() else { return }
            let session = HealthCardSession(
                channel: VirtualCardChannel(card: copy), profile: profile, securityModule: module, habits: habits)
            guard let reading = try? session.read() else { return }
            check(reading.unreadable.isEmpty, "wrong habits cost commands, not files")
        },
    ]

    /// A made card, with nothing but the profile's own abilities.
    static let clinicCard: VirtualHealthCard? = {
        guard let profile, let card = try? VirtualHealthCard.blank(serial: serial, profile: profile),
            let batch = try? Batch(folder: "Samples/sample-batch"), let module,
            let person = try? batch.review().applications.first
        else { return nil }
        let personalizer = CardPersonalizer(channel: VirtualCardChannel(card: card), batch: batch, module: module)
        guard (try? personalizer.personalize(person)) != nil else { return nil }
        return card
    }()

    static let everyChange: CardChanges? = {
        guard let profile else { return nil }
        var changes = CardChanges(profile: profile)
        do {
            try changes.set("phone1", to: "13900000000")
            try changes.set("address2", to: "示范路1号")
            try changes.set("asthma", to: "true")
            try changes.set("psychiatric", to: "true")
            try changes.add(to: "allergies", ["allergen": "青霉素"])
            try changes.setPhoto([0xFF, 0xD8] + [UInt8](repeating: 0x55, count: 700) + [0xFF, 0xD9])
        } catch {
            return nil
        }
        return changes
    }()

    static let visit: VisitContent? = {
        guard let layout = visitLayouts.first(where: { $0.kind == .outpatient }) else { return nil }
        let text = """
            {"facilityName":"A","facilityCode":"99010012-3","visitTime":"2026-10-08T09:30:00","outpatientNumber":"1",\
            "department":"B","payment":"3","symptoms":[{"name":"C","code":"R50.9","diagnosedDate":"2026-10-08",\
            "diagnosisName":"D","diagnosisCode":"J06.9","onsetTime":"2026-10-07T22:15:00","durationMinutes":6}]}
            """
        return try? VisitContent(jsonText: Array(text.utf8), layout: layout)
    }()

    private static func crookedSession(_ bytes: [UInt8]) -> HealthCardSession? {
        guard let profile, let module, let card = clinicCard, let copy = try? card.copy() else { return nil }
        copy.setRandomSource { [UInt8](repeating: 0xA5, count: $0) }
        return HealthCardSession(
            channel: CrookedCard(copy, bytes), profile: profile, securityModule: module,
            habits: nil, random: { (count) throws(ShangMiError) in [UInt8](repeating: 0x5A, count: count) })
    }
}

/// A card that answers some commands with what the input says: pieces of a command's number, how, and the lie.
private final class CrookedCard: CardChannel {
    private let card: VirtualCardChannel
    private var lies: [Int: [UInt8]] = [:]
    private var number = 0

    init(_ card: VirtualHealthCard, _ bytes: [UInt8]) {
        self.card = VirtualCardChannel(card: card)
        for piece in FuzzTarget.pieces(bytes) {
            guard let index = piece.first else { continue }
            lies[Int(index)] = Array(piece.dropFirst())
        }
    }

    var answerToReset: [UInt8] { card.answerToReset }
    var transmissionProtocol: TransmissionProtocol { card.transmissionProtocol }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        defer { number += 1 }
        guard let lie = lies[number], let kind = lie.first else { return try card.transmit(command) }
        let rest = Array(lie.dropFirst())
        switch kind & 3 {
        // In the card's place.
        case 0: return rest
        // The card does it and another answer comes.
        case 1:
            _ = try card.transmit(command)
            return rest
        // Gone before, or after, it is done.
        case 2: throw ChannelError(.cardRemoved, "pulled out")
        default:
            _ = try card.transmit(command)
            throw ChannelError(.cardUnresponsive, "mute")
        }
    }

    func reset() throws(ChannelError) -> [UInt8] { try card.reset() }
}

/// Remembers what the input says of every product.
private final class LyingMemory: CardHabitMemory, @unchecked Sendable {
    private let remembered: CardHabits

    init?(_ bytes: [UInt8]) {
        guard let habits = try? JSONDecoder().decode(CardHabits.self, from: Data(bytes)) else { return nil }
        remembered = habits
    }

    func habits(of product: CardProduct) -> CardHabits? { remembered }
    func remember(_ habits: CardHabits, of product: CardProduct) {}
}
