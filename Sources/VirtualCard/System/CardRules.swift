import CardProfiles
import ISO7816

/// What a virtual card does beyond or short of the whole protocol.
public struct VirtualCardOptions: Sendable {
    /// READ RECORD with P2 05.
    public var multiRecordRead = true
    /// READ RECORD with P2 00.
    public var readByTag = true
    /// READ RECORD with P2 04 of a record that has a tag.
    public var readByNumber = true
    /// Short EF identifiers in READ and UPDATE commands; else 6A86.
    public var shortFileIdentifiers = true
    public var extendedLength = true
    public var commandChaining = true
    /// SELECT of the directory one is in leaves the rights won there.
    public var keepsRightsOnReselect = false
    /// From a directory SELECT by identifier reaches those in it, itself and the MF alone.
    public var directoriesThroughMaster = false
    /// SELECT by identifier reaches directories; else the MF alone.
    public var directoryIdentifiers = true
    /// SELECT by name; else 6A86.
    public var directoryNames = true
    /// What Le of READ RECORD, one record at a time, and READ BINARY may be.
    public var expectedLength = ExpectedLengthRule.any
    /// A wrong Le is answered by 6Cxx where there is a right one; else by 6700.
    public var correctsLength = true
    /// The longest piece that a short READ or UPDATE BINARY carries; a longer one answers 6700.
    public var maximumBinaryData = 256
    /// The FCI of the MF has the life cycle in 8A.
    public var lifeCycleInFCI = true
    /// Answers as cards do on a T=0 link: data of a command that brought data waits for GET RESPONSE (61xx), a wrong Le
    /// is refused with the right one (6Cxx).
    public var behavesAsT0 = false
    /// Bytes of non-volatile memory, 256 to 1,048,576.
    public var memorySize = 65_536
    /// The chip production data of GET DATA, by the names the profile gives its fields; others are zeros.
    public var productionData: [String: [UInt8]] = [:]
    /// What lies on the chip beside the health application, from its delivery on.
    public var otherApplications: [OtherApplicationDefinition] = []
    /// Through which interface the card is seen. On a contactless one the reader makes the answer to reset.
    public var interface = CardInterface.contact
    /// How the card decides once it is activated; the default is a right card.
    public var behaviour = CardBehaviour()

    public init() {}

    /// What the profile says of its cards.
    public init(profile: CardProfile) {
        multiRecordRead = profile.capabilities.multiRecordRead
        readByTag = profile.capabilities.readByTag
        readByNumber = profile.capabilities.readByNumber
        shortFileIdentifiers = profile.capabilities.shortFileIdentifiers
        extendedLength = profile.capabilities.extendedLength
        commandChaining = profile.capabilities.commandChaining
        keepsRightsOnReselect = profile.capabilities.keepsRightsOnReselect
        directoriesThroughMaster = profile.capabilities.directoriesThroughMaster
        directoryIdentifiers = profile.capabilities.directoryIdentifiers
        directoryNames = profile.capabilities.directoryNames
        expectedLength = profile.capabilities.expectedLength
        correctsLength = profile.capabilities.correctsLength
        maximumBinaryData = profile.capabilities.maximumBinaryData
        lifeCycleInFCI = profile.capabilities.lifeCycleInFCI
        otherApplications = profile.otherApplications.filter(\.isCarried)
    }
}

/// Everything decided about the card (Docs/protocol.md), out of the profile; the operating system holds no such value
/// itself.
struct CardRules: Sendable {
    /// For ``CardBehaviour/contentAtActivation``: the operating system does not know what the card holds.
    let profile: CardProfile
    var profileName: String
    var cryptography: CardCryptography
    var blocking: BlockingRules
    var lifeCycle: LifeCycleRules
    var codes: DialectCodes
    /// The name of the dialect, unless it is the profile's own choice.
    var dialectName: String?
    var convention: ChipConvention
    /// The directory that is activated last, where one is.
    var activationDirectory: UInt16?
    /// What a chip has when it is delivered, the MF first: nothing but that where it is made blank.
    var delivered: [DeliveredDirectory]
    var answerToReset: AnswerToResetLayout
    var productionData: ProductionDataLayout
    var transportKey: KeyDefinition
    /// The version byte the transport key has.
    var keyVersion: UInt8
    /// References of the keys that protect commands, by depth below the MF: 02, 02, 82 (Docs/protocol.md §2). Never
    /// empty; the last holds for all that is deeper.
    var maintenanceReferences: [UInt8]
    /// Proving it allows APPLICATION BLOCK and UNBLOCK; a directory that holds it counts wrong MACs.
    var applicationBlockReference: UInt8
    var cardBlockReference: UInt8
    /// Tries of each external authentication key.
    var authenticationTries: UInt8
    /// Record content of new one-byte fixed records; other new content is 00.
    var indexByte: UInt8

    init(profile: CardProfile, dialect name: String? = nil) throws(VirtualCardError) {
        guard profile.cryptography.cipher == .sm4 else {
            throw .cipherUnavailable(profile.cryptography.cipher.rawValue)
        }
        let name = name ?? profile.defaultDialect
        guard let dialect = profile.dialect(name) else { throw .profile(.noDialect(String(name.prefix(80)))) }
        guard let transport = profile.key(.transport), let lock = profile.key(.applicationBlock),
            let cardBlock = profile.key(.cardBlock)
        else { throw .profile(.roles(["transport", "applicationBlock", "cardBlock"])) }
        guard profile.cryptography.blockLength == 16, profile.cryptography.keyLength == 16 else {
            throw .profile(.keyLength)
        }
        self.profile = profile
        profileName = profile.name
        cryptography = profile.cryptography
        blocking = profile.blocking
        lifeCycle = profile.lifeCycle
        codes = dialect.codes
        dialectName = name == profile.defaultDialect ? nil : name
        convention = dialect.chip
        activationDirectory = dialect.activationDirectory.flatMap { profile.directory($0) }?.fileIdentifier.rawValue
        delivered = dialect.isPreStructured ? try DeliveredDirectory.all(of: profile, dialect) : []
        answerToReset = profile.answerToReset
        productionData = profile.productionData
        transportKey = transport
        keyVersion = profile.keyVersion
        maintenanceReferences = try Self.maintenanceReferences(profile)
        applicationBlockReference = lock.reference
        cardBlockReference = cardBlock.reference
        authenticationTries = transport.tries
        let index = profile.files.first { $0.structure.kind == .linearFixed && $0.structure.recordSize == 1 }
        indexByte = index?.initialByte ?? 0xFF
    }

    private static func maintenanceReferences(_ profile: CardProfile) throws(VirtualCardError) -> [UInt8] {
        var references: [UInt8] = []
        for key in profile.keys where key.role == .maintenance {
            let depth = profile.path(to: key.directory ?? "").count - 1
            guard depth >= 0 else { continue }
            while references.count <= depth { references.append(key.reference) }
            references[depth] = key.reference
        }
        guard !references.isEmpty else { throw .profile(.roles(["maintenance"])) }
        return references
    }

    func kind(of descriptor: UInt8) -> FileKind? { codes.descriptors.first { $0.value == descriptor }?.key }
    func protection(of code: UInt8) -> Protection? { codes.protections.first { $0.value == code }?.key }
    func usage(of code: UInt8) -> KeyUsage? { codes.usages.first { $0.value == code }?.key }
}
