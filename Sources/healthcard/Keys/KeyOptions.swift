import ArgumentParser
import CardProfiles
import Foundation
import HealthCard
import Messages
import ShangMi

/// The formal keys that cards are made with.
struct KeyOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The key store for production cards (`healthcard keys`).",
            discussion: "Default: the published keys, which produce only test cards.", valueName: "store"))
    var keys: String?

    @OptionGroup var credentialOptions: CredentialOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Which chips these are: the label of their transport key in the store.",
            discussion: "Needed if the store holds several transport keys.", valueName: "label"))
    var chipBatch: String?

    func validate() throws {
        guard keys != nil || chipBatch == nil && credentialOptions.credential.isEmpty else {
            throw ValidationError(
                Terminal.words(KeyOptionText.withoutKeys))
        }
    }

    /// A module for one session on one thread; ``holder(for:)`` is for several.
    func module(for profile: CardProfile) throws -> any KeyWrappingModule {
        try holder(for: profile).module(for: profile)
    }

    /// The published keys of a profile of test keys, which make test cards alone.
    static func published(for profile: CardProfile) throws -> any KeyHolder { try KeySet.test(profile) }

    /// Who holds the keys: the store, opened, or the published ones for a profile of test keys.
    ///
    /// - Throws: ``Failure`` of code 6 where something is missing, of code 8 for a process that is given no keys, ``KeyStoreError``.
    func holder(for profile: CardProfile) throws -> any KeyHolder {
        guard let keys else { return try Self.published(for: profile) }
        let file = try KeyStoreFile(path: keys)
        try file.header.check(against: profile)
        let missing = file.header.missing(for: profile).joined(separator: ", ")
        guard missing.isEmpty else {
            throw Failure(.badInput, KeyOptionText.lacks(keys: keys, missing: missing))
        }
        return try credentialOptions.open(file).keySet(for: profile, chipBatch: chipBatch)
    }
}
