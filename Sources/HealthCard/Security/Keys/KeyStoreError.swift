import CardProfiles
import Files
import Messages
import ShangMi

/// Why keys were not taken, kept or given. Names keys and files; never tells a value.
public enum KeyStoreError: AdvisedError, Equatable {
    /// A file that cannot be read, made or written.
    case file(path: String, problem: FileProblem)
    /// Others than its owner may read or write a file that holds keys or what opens them.
    case exposed(path: String)
    /// There is a store where a new one was to be made.
    case exists(path: String)
    /// Somebody else wrote the store since it was read.
    case changedMeanwhile(path: String)
    /// Text that is no key store; says what was expected, never what stands there.
    case notAKeyStore(KeyStoreFlaw)
    /// A store of another mode than formal.
    case notFormal
    /// Parameters of scrypt that are not computed.
    case cost(ShangMiError)
    /// Another passphrase than the one that sealed it, or a store that was changed since: it does not show which.
    case cannotOpen
    /// It is of the old format, which one secret opens.
    case openedByOne
    /// Fewer custodians than it takes.
    case tooFewCustodians(present: Int, wanted: Int)
    /// A custodian's passphrase is another one, or the store was changed: it does not show which.
    case cannotOpenShare(custodian: String)
    /// Custodians and how many of them it takes cannot be so.
    case custody(CustodyProblem)
    /// A passphrase anybody might guess.
    case weakPassphrase(PassphraseWeakness, custodian: String?)
    /// Two custodians took the same.
    case equalPassphrases(String, String)
    /// One person must not know a key.
    case tooFewComponents(key: String, count: Int)
    /// A component is not as long as a key.
    case wrongLength(key: String, component: Int, bytes: Int, expected: Int)
    /// A component that adds nothing.
    case zeroComponent(key: String, component: Int)
    /// A component nobody drew.
    case weakComponent(key: String, component: Int, ComponentWeakness)
    /// The components make a key nobody drew.
    case weakKey(key: KeyStoreEntry, ComponentWeakness)
    /// Two custodians gave the same.
    case equalComponents(key: String, Int, Int)
    /// The components cancel each other out.
    case zeroKey(key: String)
    /// The same value is there under another name.
    case sameAs(key: KeyStoreEntry, other: KeyStoreEntry)
    /// The value is one of those everybody knows.
    case published(key: String, as: String)
    /// Keys of a store that everybody knows, and the published keys they are.
    case publishedKeys([PublishedEntry])
    /// The profile has no key of that name, or not one that is given so.
    case unknownKey(String)
    /// The store has the key already.
    case alreadyHeld(KeyStoreEntry)
    /// A name that cannot stand in a store.
    case name(KeyStoreName)
    /// A line of a custodian's file; from 1.
    case componentLine(path: String, line: Int, problem: ComponentLineProblem)
    /// A custodian's file lacks a key that another one's has.
    case componentMissing(path: String, key: String)
    /// A certificate that does not fit its layout, or not the values it is wanted for.
    ///
    /// `field` is nil for the certificate as a whole.
    case certificate(String, field: String?, problem: CertificateFieldProblem)
    /// Text that is no enrolment of an authority by its length.
    case authorityTooLong(limit: Int)
    /// Formal keys for a profile of test keys.
    case testProfile(String)
    /// The store was made for another cipher or key version.
    case otherProfile(KeyStoreMark, store: String, profile: String)
    /// Several transport keys, and none chosen.
    case chipBatchNeeded(known: [String])
    /// No transport key of this label.
    case unknownChipBatch(String, known: [String])
    /// What computes failed.
    case module(SecurityModuleError)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case file, exposed, exists, changedMeanwhile, notAKeyStore, notFormal, cost, cannotOpen, openedByOne
        case tooFewCustodians, cannotOpenShare, custody, weakPassphrase, equalPassphrases, tooFewComponents, wrongLength
        case zeroComponent, weakComponent, weakKey, equalComponents, zeroKey, sameAs, published, publishedKeys,
            unknownKey
        case alreadyHeld, name, componentLine, componentMissing, certificate, authorityTooLong, testProfile,
            otherProfile
        case chipBatchNeeded, unknownChipBatch, module
    }

    public static let domain = "keyStore"

    public var kind: ErrorKind {
        switch self {
        case .testProfile, .otherProfile, .notFormal, .openedByOne, .publishedKeys: .notAllowed
        case .custody, .chipBatchNeeded, .unknownChipBatch: .usage
        default: .badInput
        }
    }

    public var underlying: (any AdvisedError)? {
        switch self {
        case .cost(let error): error
        case .module(let error): error
        default: nil
        }
    }

    public var code: Code {
        switch self {
        case .file: .file
        case .exposed: .exposed
        case .exists: .exists
        case .changedMeanwhile: .changedMeanwhile
        case .notAKeyStore: .notAKeyStore
        case .notFormal: .notFormal
        case .cost: .cost
        case .cannotOpen: .cannotOpen
        case .openedByOne: .openedByOne
        case .tooFewCustodians: .tooFewCustodians
        case .cannotOpenShare: .cannotOpenShare
        case .custody: .custody
        case .weakPassphrase: .weakPassphrase
        case .equalPassphrases: .equalPassphrases
        case .tooFewComponents: .tooFewComponents
        case .wrongLength: .wrongLength
        case .zeroComponent: .zeroComponent
        case .weakComponent: .weakComponent
        case .weakKey: .weakKey
        case .equalComponents: .equalComponents
        case .zeroKey: .zeroKey
        case .sameAs: .sameAs
        case .published: .published
        case .publishedKeys: .publishedKeys
        case .unknownKey: .unknownKey
        case .alreadyHeld: .alreadyHeld
        case .name: .name
        case .componentLine: .componentLine
        case .componentMissing: .componentMissing
        case .certificate: .certificate
        case .authorityTooLong: .authorityTooLong
        case .testProfile: .testProfile
        case .otherProfile: .otherProfile
        case .chipBatchNeeded: .chipBatchNeeded
        case .unknownChipBatch: .unknownChipBatch
        case .module: .module
        }
    }
}
