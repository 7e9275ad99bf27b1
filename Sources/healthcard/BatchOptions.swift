import ArgumentParser
import CardProfiles
import HealthCard
import Personalization

/// A batch and how its cards are made.
struct BatchSourceOptions: ParsableArguments {
    @Option(name: .long, help: "The batch folder: batch.json, applications.csv, reply files, photos/ (Docs/batch.md).")
    var batch: String

    @Option(
        name: .long,
        help: "An overlay on the batch's profile, by name or path, such as a manufacturer's; may be repeated.")
    var overlay: [String] = []

    @Option(name: .long, help: "The dialect used to personalize the card. Default: the profile's own.")
    var dialect: String?

    @Flag(
        name: .long,
        help: "Use extended-length commands, of which fewer are needed, where card and reader both support them.")
    var extended = false

    /// The profile the batch names, with its overlays, in the edition of its mode.
    ///
    /// - Throws: also ``PersonalizationError`` for one that says otherwise what a test card is.
    func profile(for manifest: BatchManifest) throws -> CardProfile {
        let own = manifest.mode == .test ? [Batch.testKeysOverlay] : []
        let profile = try CardProfile.bundled(manifest.profile, overlays: own + overlay)
        if manifest.mode == .test { try PersonalizationGate.checkTestRules(profile) }
        if let dialect, profile.dialect(dialect) == nil {
            let known = profile.dialects.keys.sorted().joined(separator: ", ")
            throw Failure(
                .usage, OptionText.noDialect(name: dialect, known: known))
        }
        return profile
    }

    /// The profile for checking a batch, where it is another than the batch's own.
    func chosenProfile(for manifest: BatchManifest) throws -> CardProfile? {
        let profile = overlay.isEmpty && dialect == nil ? nil : try profile(for: manifest)
        return overlay.isEmpty ? nil : profile
    }

    var planOptions: PersonalizationPlan.Options { PersonalizationPlan.Options(usesExtendedLength: extended) }
}

/// One applicant of one batch.
struct BatchOptions: ParsableArguments {
    @OptionGroup var source: BatchSourceOptions

    @Option(name: .long, help: "The applicant's ID number, as in applications.csv.")
    var id: String

    /// The batch, checked as a whole; the gate for formal batches comes before anything else is looked at.
    func open() throws -> Batch { try Self.open(source) }

    static func open(_ source: BatchSourceOptions) throws -> Batch {
        let manifest = try Batch.readManifest(folder: source.batch)
        guard manifest.mode == .test else { throw PersonalizationError.noRelease }
        _ = try source.profile(for: manifest)
        return try Batch(folder: source.batch, profile: source.chosenProfile(for: manifest))
    }
}
