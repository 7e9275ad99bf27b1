import CardProfiles
import Foundation
import HealthCard
import VirtualCard

@testable import Personalization

/// The sample batch on chips of one maker, read once.
struct MakersBatch {
    /// Every way a card is made: the reference dialect with and without its life cycle, then the makers'.
    static let all = ["", "plain-cos", "pboc-cos", "huahong", "tongfang", "fudan", "huada"]

    /// The overlay; empty for the plain profile.
    let maker: String
    let batch: Batch
    let module: SoftwareSecurityModule

    private static let opened: [String: Result<Batch, any Error>] = Dictionary(
        uniqueKeysWithValues: all.map { maker in (maker, Result { try open(maker) }) })

    static func of(_ maker: String) throws -> MakersBatch {
        guard let batch = try opened[maker]?.get() else { throw Missing(maker: maker) }
        return MakersBatch(maker: maker, batch: batch, module: try Sample.module(batch))
    }

    private static func open(_ maker: String) throws -> Batch {
        let profile = try CardProfile.bundled(overlays: ["test-keys"] + (maker.isEmpty ? [] : [maker]))
        return try Batch(folder: Repository.sampleBatch, profile: profile)
    }

    struct Missing: Error { let maker: String }

    func blank(_ serial: [UInt8] = Sample.serial) throws -> VirtualHealthCard {
        try .blank(serial: serial, profile: batch.profile)
    }

    func personalizer(_ reader: TestReader) -> CardPersonalizer {
        CardPersonalizer(channel: reader, batch: batch, module: module)
    }

    func application(_ idNumber: String) throws -> Application { try batch.application(idNumber: idNumber) }

    func plan(_ application: Application) throws -> PersonalizationPlan {
        try personalizer(TestReader(try blank())).plan(for: application)
    }

    /// The plans for a blank chip and for one that is continued: the same for every copy of a chip.
    func plans(_ application: Application) throws -> (blank: PersonalizationPlan, begun: PersonalizationPlan) {
        let personalizer = personalizer(TestReader(try blank()))
        return (
            try personalizer.plan(for: application),
            try personalizer.plan(for: application, rewritesCyclicFiles: true)
        )
    }

    /// What `personalize(_:continuing:)` does, without making the plans each time.
    func goOn(
        _ reader: TestReader, _ plans: (blank: PersonalizationPlan, begun: PersonalizationPlan),
        _ application: Application
    ) throws -> PersonalizedCard {
        let personalizer = personalizer(reader)
        let condition = try personalizer.recognize()
        return try personalizer.run(
            condition == .blank ? plans.blank : plans.begun, application, on: condition)
    }

    /// A card made in one go, and what was sent.
    func whole(_ application: Application) throws -> (state: CardState, done: [[UInt8]]) {
        let card = try blank()
        let reader = TestReader(card)
        _ = try personalizer(reader).personalize(application)
        return (card.state, reader.done)
    }
}

/// What a piece of work threw; nil when it threw nothing of this kind.
func personalizationError(_ work: () throws -> PersonalizedCard) -> PersonalizationError? {
    do {
        _ = try work()
        return nil
    } catch {
        return error as? PersonalizationError
    }
}
