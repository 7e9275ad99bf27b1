import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Personalization
import ShangMi

/// The plan for one invented person on one invented chip: two set-ups whose plans are the same make cards by the same
/// commands.
public enum ReferencePlan {
    /// SM3 over the plan's JSON, lower-case hexadecimal.
    ///
    /// - Parameter profile: the edition with the test keys, for formal cards too.
    public static func digest(
        profile: CardProfile, dialect: String?, options: PersonalizationPlan.Options
    ) throws -> String {
        let folder = NSTemporaryDirectory() + "healthcard-plan-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let campaign = try Campaign(
            id: "PLAN", maker: "-", chip: "-", product: "-", productVersion: "-", profile: profile.name, overlays: [],
            dialect: dialect ?? profile.defaultDialect, profileDigest: Hex.encode(profile.cardDigest).lowercased(),
            stations: [], equipment: [], cards: 1, setAside: 0, seed: 0, tester: "-", startDate: "2026-01-01",
            endDate: "2026-01-01")
        let people = try PeopleInventor(profile: profile, campaign: campaign).people()
        try BatchFolderWriter(folder: folder, campaign: campaign, profile: profile).write(people)
        let batch = try Batch(folder: folder, profile: profile)
        let application = try batch.application(idNumber: people[0].idNumber)
        let image = try CardImage(
            application, batch: batch,
            chipSerial: [UInt8](repeating: 0, count: profile.cryptography.cardFactor.length),
            issuer: SoftwareSecurityModule.testKeys(profile))
        let plan = try PersonalizationPlan(image: image, profile: profile, dialect: dialect, options: options)
        return Hex.encode(SM3.hash([UInt8](plan.prettyJSON))).lowercased()
    }
}
