import CardProfiles
import Foundation
import ISO7816
import Testing
import VirtualCard

@testable import HealthCard

/// A finished virtual card for visits, and sessions with what a SAM of a type holds.
struct VisitCard {
    let channel: VirtualCardChannel
    let profile: CardProfile

    /// A fresh chip in the same state, whatever becomes of it.
    static func fresh(_ profile: CardProfile? = nil) throws -> VisitCard {
        let profile = try profile ?? TestProfile.shared
        let made = try blanks.card(profile)
        return VisitCard(channel: VirtualCardChannel(card: try made.copy()), profile: profile)
    }

    func copy() throws -> VisitCard {
        VisitCard(channel: VirtualCardChannel(card: try channel.card.copy()), profile: profile)
    }

    /// No more removal, no power cut, nothing between card and reader.
    func endTrouble() {
        channel.commandsUntilRemoval = nil
        channel.intercept = nil
        channel.card.cutPower(afterBytes: nil)
    }

    /// A session after a reset, with all published keys or those of one SAM type.
    func session(type: Int? = nil) throws -> HealthCardSession {
        if channel.isInserted { _ = try channel.reset() } else { channel.insert() }
        return HealthCardSession(channel: channel, profile: profile, securityModule: try module(type), habits: nil)
    }

    func module(_ type: Int?) throws -> SoftwareSecurityModule {
        guard let type else { return try SoftwareSecurityModule.testKeys(profile) }
        let all = try KeySet.test(profile)
        let held = try #require(profile.sam.type(type)).keys
        return try SoftwareSecurityModule(
            profile: profile,
            keys: KeySet(
                version: all.version, values: all.values.filter { held.contains($0.key) },
                signatureKeys: all.signatureKeys))
    }

    /// What the card lists, and that each of it can be trusted.
    func visits(_ kind: VisitKind) throws -> [Visit] {
        let session = try session()
        let visits = try session.visits(kind)
        let trust = try VisitCard.trust(profile)
        for visit in visits { #expect(try session.verify(visit, by: trust).problems == []) }
        return visits
    }

    static func trust(_ profile: CardProfile) throws -> VisitTrust {
        VisitTrust(anchors: [try .testRoot(profile, of: #require(profile.certificate("sam")))])
    }

    private static let blanks = Blanks()

    /// Making a card takes hundreds of commands; one of each profile serves all tests.
    private final class Blanks: @unchecked Sendable {
        private let lock = NSLock()
        private var cards: [[UInt8]: VirtualHealthCard] = [:]

        func card(_ profile: CardProfile) throws -> VirtualHealthCard {
            try lock.withLock {
                if let card = cards[profile.digest] { return card }
                let card = try CardMaker.card(SampleCard.card(profile)).card
                cards[profile.digest] = card
                return card
            }
        }
    }
}
