import CardProfiles
import HealthCard
import Releases
import ShangMi

/// Whether cards of a batch may be made with a module (`Docs/protocol.md §9`): the keys of its mode and no others, people
/// of its mode and no others, and for formal cards a release that holds at this moment.
///
/// It holds on to what it has looked at, so that nothing can be put in its place between the look and the card. It
/// belongs to the module's thread.
public final class PersonalizationGate {
    let batch: Batch
    let module: any KeyWrappingModule
    let dialect: String?
    let release: VerifiedRelease?
    /// Asking for every key costs as much as a few commands: once for each gate.
    private var areKeysProven = false

    /// - Parameters:
    ///   - dialect: nil for the profile's own.
    ///   - release: nil for test cards.
    public init(
        batch: Batch, module: any KeyWrappingModule, dialect: String? = nil, release: VerifiedRelease? = nil
    ) {
        self.batch = batch
        self.module = module
        self.dialect = dialect
        self.release = release
    }

    /// Asks no card.
    ///
    /// - Throws: `.wrongKeys` when the profile or the module has keys of the other mode than the batch, `.noRelease` for a
    ///   formal batch without one, `.release` with what stands against it.
    public func pass() throws(PersonalizationError) {
        let mode = batch.manifest.mode
        try Self.check(
            mode, profile: batch.profile, keyVersion: module.keyVersion, dialect: dialect, release: release)
        guard !areKeysProven else { return }
        do throws(ReleaseRefusal) {
            try PublishedKeys.check(module, mode, batch.profile)
        } catch {
            throw .release(error)
        }
        areKeysProven = true
    }

    /// The same for one card.
    ///
    /// - Parameter chip: its serial number, hexadecimal digits in capitals.
    /// - Throws: also `.batch` for a person of the other mode.
    func pass(_ application: Application, chip: String) throws(PersonalizationError) {
        try pass()
        let region = batch.profile.modes.testRegion
        let isOfTestRegion = application.idNumber.text.hasPrefix(region)
        guard let release else {
            guard isOfTestRegion else {
                let problem = BatchProblem(
                    .wrongRegion, .row(application.row), item: batch.profile.application.idNumber.item,
                    "is not of region \(region), the only one test cards may have",
                    remedy: "use fictitious people for test cards")
                throw .batch(BatchError([problem]))
            }
            return
        }
        do throws(ReleaseRefusal) {
            guard !isOfTestRegion else { throw .testRegionApplicant }
            try release.check(chip: chip, idNumber: application.idNumber.text)
        } catch {
            throw .release(error)
        }
    }

    static func check(
        _ mode: BatchManifest.Mode, profile: CardProfile, keyVersion: UInt8, dialect: String?,
        release: VerifiedRelease?
    ) throws(PersonalizationError) {
        let rules = profile.cryptography
        let version = mode == .test ? rules.testKeyVersion : rules.formalKeyVersion
        guard profile.keyVersion == version else {
            throw .wrongKeys(expected: version, found: profile.keyVersion)
        }
        guard keyVersion == version else { throw .wrongKeys(expected: version, found: keyVersion) }
        guard mode == .formal else { return }
        guard let release else { throw .noRelease }
        do throws(ReleaseRefusal) {
            try release.check(profile: profile, dialect: dialect)
        } catch {
            throw .release(error)
        }
    }
}

/// The test keys everybody knows, as this program was built with them.
private enum PublishedKeys {
    private static let edition = Result { try CardProfile.builtInTestEdition() }

    /// Whether the module's keys are those of the mode. A version byte is only what a module says; the keys are asked for
    /// themselves, each by a cryptogram both must or must not agree on.
    static func check(
        _ module: any KeyWrappingModule, _ mode: BatchManifest.Mode, _ profile: CardProfile
    ) throws(ReleaseRefusal) {
        // A test batch's own edition may publish other keys than this program's: those of a province.
        guard let builtIn = try? edition.get() else { throw .testKeysLoaded([]) }
        let editions = profile.testKeys == nil ? [builtIn] : [profile]
        let published = editions.compactMap { try? SoftwareSecurityModule.testKeys($0) }
        let zeros = [UInt8](repeating: 0, count: 8)
        let card = CardFactors(card: zeros, province: zeros, third: zeros)
        var equal: [String] = []
        var other: [String] = []
        for key in profile.keys {
            guard let answer = try? module.cryptogram(key: key, card: card, seed: zeros, original: zeros) else {
                continue
            }
            let isPublished = published.contains {
                (try? $0.cryptogram(key: key, card: card, seed: zeros, original: zeros)) == answer
            }
            if isPublished { equal.append(key.name) } else if key.role != .transport { other.append(key.name) }
        }
        switch mode {
        case .formal where !equal.isEmpty: throw .testKeysLoaded(equal)
        case .test where !other.isEmpty: throw .formalKeysLoaded(other)
        default: break
        }
    }
}
