import CardProfiles
import FaultyCards
import Foundation
import HealthCard
import ISO7816
import Messages
import PCSC
import Personalization
import ReaderLibraries
import ShangMi
import TestCards
import VirtualCard

/// Where the cards come from that are put to the suite.
struct TestCardSource {
    let campaign: CampaignFolder?
    let profile: CardProfile
    let dialect: String
    let faults: Set<CardFault>
    /// Without a campaign: cards may be spoiled.
    let isSetAside: Bool

    private static let mostCards = 64

    // MARK: In this process

    /// - Parameter lanes: `virtual` for the campaign's chips, `virtual:N` for cards made for the purpose.
    func virtual<Result>(_ lanes: String, _ body: ([CardInHand]) throws -> Result) throws -> Result {
        if let campaign {
            guard lanes == "virtual" || lanes.hasPrefix("virtual:") else { throw Self.usage }
            return try body(campaignChips(campaign))
        }
        guard lanes.hasPrefix("virtual:"), let count = Int(lanes.dropFirst(8)), (1...Self.mostCards).contains(count)
        else { throw Self.usage }
        return try body(newCards(count))
    }

    private static var usage: Failure {
        Failure(
            .usage,
            TestCardSourceText.lanesForm(most: mostCards))
    }

    private func campaignChips(_ folder: CampaignFolder) throws -> [CardInHand] {
        let images = try CampaignImages(folder, profile: profile)
        return try folder.cards().map { card in
            let path = "\(folder.chips)/\(ChipBox.Tray.made.rawValue)/\(card.chip).json"
            guard FileManager.default.fileExists(atPath: path) else {
                throw Failure(
                    .noCard,
                    TestCardSourceText.chipMissing(chip: card.chip, folder: folder.chips))
            }
            // What is tested is a copy: a suite that is run twice judges the cards as they were made.
            let made = try VirtualHealthCard.open(path: path, serial: nil, profile: profile)
            defer { made.close() }
            return try hand(made.copy(with: faults), image: images.image(of: card.chip), isSetAside: card.isSetAside)
        }
    }

    /// Cards made by the engine for invented people; the last may be spoiled.
    private func newCards(_ count: Int) throws -> [CardInHand] {
        let folder = NSTemporaryDirectory() + "healthcard-suite-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let campaign = try Campaign(
            id: "SUITE", maker: "-", chip: "-", product: "-", productVersion: "-", profile: profile.name, overlays: [],
            dialect: dialect, profileDigest: Hex.encode(profile.cardDigest).lowercased(), stations: [], equipment: [],
            cards: count, setAside: 1, seed: 1, tester: "-", startDate: "2026-01-15", endDate: "2026-01-15")
        let made = try CampaignFolder.create(campaign, at: folder, profile: profile)
        let batch = try Batch(folder: made.batch, profile: profile)
        let review = try batch.review()
        guard review.applications.count == count else {
            throw Failure(.bug, "invented people were refused: \(review.rejected.flatMap(\.problems))")
        }
        let module = try SoftwareSecurityModule.testKeys(profile)
        return try review.applications.enumerated().map { index, application in
            var serial = [UInt8](repeating: 0, count: profile.cryptography.cardFactor.length)
            serial[0] = 0x54
            serial[serial.count - 1] = UInt8(truncatingIfNeeded: index + 1)
            let chip = try VirtualHealthCard.blank(serial: serial, profile: profile, dialect: dialect)
            let personalizer = CardPersonalizer(
                channel: VirtualCardChannel(card: chip), batch: batch, module: module, dialect: dialect)
            _ = try personalizer.personalize(application)
            let image = try CardImage(application, batch: batch, chipSerial: serial, issuer: module)
            return try hand(chip.copy(with: faults), image: image, isSetAside: index == count - 1)
        }
    }

    private func hand(_ card: VirtualHealthCard, image: CardImage?, isSetAside: Bool) throws -> CardInHand {
        let channel = VirtualCardChannel(card: card)
        return CardInHand(
            channel: channel, image: image, isSetAside: isSetAside, power: VirtualPower(channel: channel),
            otherInterface: VirtualCardChannel(card: try card.copy(interface: .contactlessA)))
    }

    // MARK: In readers

    func inReaders<Result>(
        _ choices: [String], _ body: ([CardInHand], _ readers: String) throws -> Result
    ) throws -> Result {
        var line = LineOptions()
        line.lanes = choices
        let readers = try line.chosenReaders()
        let images = try campaign.map { try CampaignImages($0, profile: profile) }
        let present = try readers.filter { try Self.hasCard($0) }
        guard !present.isEmpty else {
            throw Failure(.noCard, TestCardSourceText.noCard)
        }
        let connections = try present.map {
            try SystemReaders().service().connect($0, patience: SharingPatience.usual)
        }
        var serials: Set<String> = []
        let hands = BothInterfaces.pairs(connections, profile)
        let cards = try hands.map { connection, other in
            let factor = try? HealthCardSession.cardFactor(of: connection, profile, tolerant: true)
            let serial = factor.map { Hex.encode($0) }
            // Without a campaign it is the suite that judges cards with one serial.
            if campaign != nil, let serial, !serials.insert(serial).inserted {
                throw Failure(
                    .badInput, TestCardSourceText.sameSerial(serial: serial))
            }
            let card = serial.flatMap { images?.card($0) }
            if campaign != nil, card == nil {
                throw Failure(
                    .badInput,
                    TestCardSourceText.foreign(reader: "\(connection.reader)"))
            }
            return CardInHand(
                channel: connection, image: try card.flatMap { try images?.image(of: $0.chip) },
                isSetAside: card?.isSetAside ?? isSetAside, power: ReaderPower(connection), otherInterface: other)
        }
        defer { connections.forEach { try? $0.disconnect(.unpower) } }
        return try body(cards, present.map(\.rawValue).joined(separator: ", "))
    }

    private static func hasCard(_ reader: ReaderName) throws -> Bool {
        try SystemReaders().service().state(of: reader).isCardPresent
    }
}

/// What the cards of a campaign are to hold.
struct CampaignImages {
    private let cards: [String: CampaignCard]
    private let batch: Batch
    private let module: SoftwareSecurityModule

    init(_ folder: CampaignFolder, profile: CardProfile) throws {
        cards = Dictionary(try folder.cards().map { ($0.chip, $0) }, uniquingKeysWith: { first, _ in first })
        batch = try Batch(folder: folder.batch, profile: profile)
        module = try SoftwareSecurityModule.testKeys(profile)
    }

    func card(_ chip: String) -> CampaignCard? { cards[chip] }

    func image(of chip: String) throws -> CardImage? {
        guard let card = cards[chip], let serial = Hex.decode(chip) else { return nil }
        return try CardImage(
            batch.application(idNumber: card.idNumber), batch: batch, chipSerial: serial, issuer: module)
    }
}

extension CampaignFolder {
    /// The edition the campaign's cards were made by.
    func testProfile() throws -> CardProfile {
        try CardProfile.bundled(campaign.profile, overlays: [Batch.testKeysOverlay] + campaign.overlays)
    }
}

/// The power of a virtual card.
final class VirtualPower: CardPower {
    private let channel: VirtualCardChannel

    init(channel: VirtualCardChannel) { self.channel = channel }

    var writtenByteCount: Int? { channel.card.writtenByteCount }
    func cut(afterWrittenBytes count: Int?) { channel.card.cutPower(afterBytes: count) }
    func remove() { channel.remove() }
    func restore() { channel.insert() }
}

/// The power of a card in a reader: it can be switched between commands, not within one.
final class ReaderPower: CardPower {
    private let connection: any ReaderConnection

    init(_ connection: any ReaderConnection) { self.connection = connection }

    var writtenByteCount: Int? { nil }
    func cut(afterWrittenBytes count: Int?) {}
    func remove() { try? connection.reconnect(.unpower) }
    func restore() {}
}
