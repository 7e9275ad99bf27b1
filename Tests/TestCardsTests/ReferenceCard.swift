import CardProfiles
import FaultyCards
import Foundation
import HealthCard
import Personalization
import TestCards
import Testing
import VirtualCard

/// A right card of one maker, made by the real engine of the sample batch, and what it is to hold.
struct ReferenceCard {
    /// Every way a card is made: the reference dialect with and without its life cycle, then the makers'.
    static let makers = ["", "plain-cos", "pboc-cos", "huahong", "tongfang", "fudan", "huada"]
    static let serial: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    let batch: Batch
    let image: CardImage
    /// As it came from the engine; to be copied by who changes it.
    let card: VirtualHealthCard
    let state: CardState

    /// - Parameters:
    ///   - maker: an overlay; empty for the plain profile.
    ///   - person: by ID number; nil: the batch's first.
    ///   - hasPayment: every application that the profile knows lies beside the health application.
    init(
        maker: String = "", person: String? = "990059199606299731", serial: [UInt8] = Self.serial,
        faults: Set<CardFault> = [], hasPayment: Bool = false
    ) throws {
        let profile = try CardProfile.bundled(overlays: ["test-keys"] + (maker.isEmpty ? [] : [maker]))
        batch = try Batch(folder: Self.root + "/Samples/sample-batch", profile: profile)
        let module = try SoftwareSecurityModule.testKeys(profile)
        var options = VirtualCardOptions(profile: profile)
        options.behaviour = CardBehaviour(faults: faults)
        if hasPayment { options.otherApplications = profile.otherApplications }
        card = try VirtualHealthCard.blank(serial: serial, profile: profile, options: options)
        let personalizer = CardPersonalizer(channel: VirtualCardChannel(card: card), batch: batch, module: module)
        let application =
            if let person { try batch.application(idNumber: person) } else {
                try #require(batch.review().applications.first)
            }
        image = try personalizer.plan(for: application).image
        _ = try personalizer.personalize(application)
        state = card.state
    }

    var profile: CardProfile { batch.profile }

    /// Another chip in the same state, in the hands of the suite.
    func inHand(isSetAside: Bool = false, hasImage: Bool = true) throws -> CardInHand {
        let channel = VirtualCardChannel(card: try VirtualHealthCard(state: state, profile: profile))
        return CardInHand(
            channel: channel, image: hasImage ? image : nil, isSetAside: isSetAside, power: VirtualPower(channel))
    }
}

/// Power of a card in this process.
final class VirtualPower: CardPower {
    private let channel: VirtualCardChannel

    init(_ channel: VirtualCardChannel) { self.channel = channel }

    var writtenByteCount: Int? { channel.card.writtenByteCount }
    func cut(afterWrittenBytes count: Int?) { channel.card.cutPower(afterBytes: count) }
    func remove() { channel.remove() }
    func restore() {
        channel.card.cutPower(afterBytes: nil)
        channel.insert()
    }
}
