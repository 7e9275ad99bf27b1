import CardProfiles
import ISO7816
import ShangMi

/// A security access module: a card that holds the keys a terminal may use, so that no key value and no cipher is in
/// this process (`Docs/card.md §2.3-§2.6`, §3.3; `Docs/protocol.md §6`).
///
/// Keys are used in the SAM's master file, its signature in the directory of its certificate; a directory is selected
/// only when it is not the current one. Belongs to one thread, and to the SAM for as long as it is powered.
public final class SAMCard: SecurityModule {
    public let identity: SAMIdentity
    /// That of test keys in a SAM of the test region, else that of formal ones.
    public let keyVersion: UInt8
    public let profile: CardProfile
    /// Where a PIN comes from when the SAM wants one: called once at most, with the tries left if the SAM tells them.
    /// A wrong PIN ends the matter.
    public var pinSource: ((_ triesLeft: Int?) throws(SAMError) -> SecretBytes?)?
    let link: SAMLink
    /// At how many levels the SAM was found to keep a key.
    var levels: [String: Int] = [:]
    private let memory: any PINTryMemory
    /// What this SAM has called wrong since it took a PIN.
    var refusedPINs: [SecretBytes] = []

    /// Selects the master file and reads the public file and the terminal number: three commands, no PIN.
    ///
    /// - Parameter memory: where the attempts left of its PIN are remembered; nil for this object alone.
    /// - Throws: ``SAMError``: `notASAM` for a card that refuses them, `malformed`, `channel`.
    public init(
        channel: any CardChannel, profile: CardProfile, memory: (any PINTryMemory)? = nil
    ) throws(SAMError) {
        self.memory = memory ?? TransientPINTries()
        let link = SAMLink(channel, profile: profile)
        let rules = profile.sam
        do {
            try link.enter(nil)
            identity = SAMIdentity(
                publicFile: try link.fields("public"), terminal: try link.fields("terminal"))
            let field = rules.provinceField
            let province = try link.fields(rules.provinceFile).digits(field)
            let isTest = province.hasPrefix(profile.modes.testRegion)
            keyVersion = isTest ? profile.cryptography.testKeyVersion : profile.cryptography.formalKeyVersion
            self.province = province
        } catch {
            guard case .refused(let status, let header) = error else { throw error }
            throw .notASAM(status, header)
        }
        self.link = link
        self.profile = profile
    }

    /// Digits of GB/T 2260; where the SAM's provincial keys are from.
    let province: String

    public var title: ModuleTitle { .sam(type: "\(identity.keyCardType)") }

    /// Commands sent so far, continuations included.
    public var commands: Int { link.channel.commands }

    /// A file the profile names, `samCertificate`; read once.
    ///
    /// - Throws: ``SAMError``: `noSuchFile`, `refused`, `malformed`, `channel`.
    public func file(_ name: String) throws(SAMError) -> [UInt8] { try link.file(name) }

    /// Takes nothing for granted of where another program may have left the SAM: the next command is preceded by the
    /// SELECT it needs, which gives up a text that was begun.
    public func forgetDirectory() { link.forgetDirectory() }

    // MARK: PIN

    /// What is known of its PIN.
    private var tries: PINTries {
        get { memory.tries(ofSAM: identity.memoryName) ?? PINTries() }
        set { if newValue != tries { memory.remember(newValue, ofSAM: identity.memoryName) } }
    }

    /// The attempts left without asking, where asking is not safe; nil where it is to be asked.
    var triesToTakeForGranted: PINTries? {
        let tries = tries
        return tries.mustNotAsk ? tries : nil
    }

    func note(askingGave left: Int?) { tries = tries.after(asking: left) }

    func note(sendingLeft left: Int?) { tries = tries.after(sending: left) }

    /// Whose the SAM is, and from when to when it may be used.
    public func application() throws(SAMError) -> SAMApplication {
        let fields = try link.fields("application")
        return SAMApplication(
            keyIndex: fields.byte("keyIndex"), issuer: fields.bytes("issuer"), receiver: fields.bytes("receiver"),
            startDate: fields.date("startDate"), expiryDate: fields.date("expiryDate"))
    }

    /// What the SAM's kind may hold; nil for a kind the profile does not name.
    public var type: SAMType? { profile.sam.type(Int(identity.keyCardType)) }
}
