import ArgumentParser
import CardProfiles
import HealthCard
import Personalization

/// One applicant of one batch.
struct BatchOptions: ParsableArguments {
    @Option(name: .long, help: "The batch folder: batch.json, applications.csv, replies, photos/ (Docs/items.md).")
    var batch: String

    @Option(name: .long, help: "The applicant's ID number, as in applications.csv.")
    var id: String

    @Option(
        name: .long,
        help: "An overlay on the batch's profile, by name or path, such as a maker's variation; may be repeated.")
    var overlay: [String] = []

    @Option(name: .long, help: "The dialect that makes the card. Default: the profile's own.")
    var dialect: String?

    @Flag(name: .long, help: "Use extended-length commands: fewer of them, where card and reader both have them.")
    var extended = false

    /// The batch, checked as a whole; the gate for formal batches comes before anything else is looked at.
    func open() throws -> Batch {
        let manifest = try Batch.readManifest(folder: batch)
        guard manifest.mode == .test else { throw PersonalizationError.noRelease }
        let profile =
            try overlay.isEmpty
            ? nil : CardProfile.bundled(manifest.profile, overlays: [Batch.testKeysOverlay] + overlay)
        let opened = try Batch(folder: batch, profile: profile)
        if let dialect, opened.profile.dialect(dialect) == nil {
            let known = opened.profile.dialects.keys.sorted().joined(separator: ", ")
            throw Failure(
                .usage,
                Terminal.text(
                    "--dialect: the profile has no dialect '\(dialect)'; it has \(known)",
                    "--dialect：配置中没有指令集 '\(dialect)'，可用的有 \(known)"))
        }
        return opened
    }

    var planOptions: PersonalizationPlan.Options { PersonalizationPlan.Options(usesExtendedLength: extended) }
}
