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
    /// What cannot change while the gate holds on to profile and module is asked once: every key costs a few commands.
    private var isProven = false

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
        if mode == .test, !isProven { try Self.checkTestRules(batch.profile) }
        try Self.checkMode(
            mode, profile: batch.profile, keyVersion: module.keyVersion, dialect: dialect, release: release)
        guard !isProven else { return }
        do throws(ReleaseRefusal) {
            if mode == .formal, let release { try Self.check(release, keys: module.releaseAuthority) }
            try PublishedKeys.check(module, mode, batch.profile)
        } catch {
            throw .release(error)
        }
        isProven = true
    }

    /// The keys are for the releases of one authority: whoever verified this one may have believed another.
    private static func check(_ release: VerifiedRelease, keys enrolment: String?) throws(ReleaseRefusal) {
        guard let enrolment else { throw .authorityNotEnrolled(.keyStore) }
        let enrolled = try AuthorityChain(enrolment).current
        guard enrolled.digest == release.enrolment else {
            throw .otherAuthority(enrolled: enrolled.label, given: release.release.terms.authority)
        }
    }

    /// The same for one card.
    ///
    /// - Parameter chip: its serial number, hexadecimal digits in capitals.
    /// - Throws: also `.batch` for a person of the other mode.
    func pass(_ application: Application, chip: String) throws(PersonalizationError) {
        try pass()
        // The region that is built in: a released profile may call its own test region otherwise, and people of either
        // are none.
        guard let region = try? CardProfile.builtInTestRegion() else { throw .release(.testRulesChanged([])) }
        let number = application.idNumber.text
        let isOfTestRegion = number.hasPrefix(region)
        // By the mode and not by what was handed over: a release makes no test batch a formal one.
        guard batch.manifest.mode == .formal, let release else {
            guard isOfTestRegion else {
                let problem = BatchProblem(
                    .row(.notTestRegion(region)), .row(application.row), item: batch.profile.application.idNumber.item)
                throw .batch(BatchError([problem]))
            }
            return
        }
        do throws(ReleaseRefusal) {
            guard !isOfTestRegion, !number.hasPrefix(batch.profile.modes.testRegion) else {
                throw .testRegionApplicant
            }
            try release.check(chip: chip, idNumber: number)
        } catch {
            throw .release(error)
        }
    }

    static func check(
        _ mode: BatchManifest.Mode, profile: CardProfile, keyVersion: UInt8, dialect: String?,
        release: VerifiedRelease?
    ) throws(PersonalizationError) {
        if mode == .test { try checkTestRules(profile) }
        try checkMode(mode, profile: profile, keyVersion: keyVersion, dialect: dialect, release: release)
    }

    private static func checkMode(
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

    /// Test cards need no release, so what they are is nobody's to say. Asked before anything else is looked at, where a
    /// batch may be long.
    ///
    /// - Throws: `.release(.testRulesChanged)` with the rules the profile has otherwise.
    public static func checkTestRules(_ profile: CardProfile) throws(PersonalizationError) {
        guard let changed = try? profile.changedTestRules() else { throw .release(.testRulesChanged([])) }
        guard changed.isEmpty else { throw .release(.testRulesChanged(changed)) }
    }
}
