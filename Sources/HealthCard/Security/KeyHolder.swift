import CardProfiles

/// Who holds the national keys that cards are made with: a software store, a device, a card. It lends a module to each
/// lane or session; no key value is ever asked of it.
public protocol KeyHolder: Sendable {
    /// The version byte that cards keep with these keys: 01 formal keys, F1 test keys.
    var version: UInt8 { get }

    /// The enrolment of the authority whose releases these keys are for, as the holder has it; nil where there is none,
    /// and no formal card is made then.
    var releaseAuthority: String? { get }

    /// A module for one session on one thread. It may be called from any thread.
    ///
    /// - Throws: ``SecurityModuleError`` where the holder has none for this profile.
    func module(for profile: CardProfile) throws(SecurityModuleError) -> any KeyWrappingModule
}

extension KeySet: KeyHolder {
    public var releaseAuthority: String? { authority }

    public func module(for profile: CardProfile) throws(SecurityModuleError) -> any KeyWrappingModule {
        try SoftwareSecurityModule(profile: profile, keys: self)
    }
}
