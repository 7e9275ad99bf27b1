import CardProfiles
import ShangMi

/// Why keys were not taken, kept or given. Names keys and files; never tells a value.
public enum KeyStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file that cannot be read, made or written; `problem` is the system's.
    case file(path: String, problem: String)
    /// Others than its owner may read or write a file that holds keys or what opens them.
    case exposed(path: String)
    /// There is a store where a new one was to be made.
    case exists(path: String)
    /// Somebody else wrote the store since it was read.
    case changedMeanwhile(path: String)
    /// Text that is no key store; says what was expected, never what stands there.
    case notAKeyStore(String)
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
    case custody(String)
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
    case weakKey(key: String, ComponentWeakness)
    /// Two custodians gave the same.
    case equalComponents(key: String, Int, Int)
    /// The components cancel each other out.
    case zeroKey(key: String)
    /// The same value is there under another name.
    case sameAs(key: String, other: String)
    /// The value is one of those everybody knows.
    case published(key: String, as: String)
    /// Keys of a store that everybody knows; their names.
    case publishedKeys([String])
    /// The profile has no key of that name, or not one that is given so.
    case unknownKey(String)
    /// The store has the key already.
    case alreadyHeld(String)
    /// A name that cannot stand in a store.
    case name(String)
    /// A line of a custodian's file; from 1.
    case componentLine(path: String, line: Int, problem: String)
    /// A custodian's file lacks a key that another one's has.
    case componentMissing(path: String, key: String)
    /// A certificate that does not fit its layout, or not the values it is wanted for.
    case certificate(String, field: String, problem: String)
    /// Text that is no enrolment of an authority by its length.
    case authorityTooLong(limit: Int)
    /// Formal keys for a profile of test keys.
    case testProfile(String)
    /// The store was made for another cipher or key version.
    case otherProfile(what: String, store: String, profile: String)
    /// Several transport keys, and none chosen.
    case chipBatchNeeded(known: [String])
    /// No transport key of this label.
    case unknownChipBatch(String, known: [String])
    /// What computes failed.
    case module(SecurityModuleError)

    public var description: String {
        switch self {
        case .file(let path, let problem): "\(path): \(problem)"
        case .exposed(let path):
            "\(path) may be read or changed by others than its owner: whoever did so may have it; run chmod 600 on it, "
                + "and think whether it must be replaced"
        case .exists(let path): "\(path) is there already; add to it with keys import, or name another file"
        case .changedMeanwhile(let path):
            "\(path) was changed by somebody else since it was read; nothing was written; do it again"
        case .notAKeyStore(let problem):
            "this is no key store as it was written: \(problem); take the file from its backup"
        case .notFormal: "this is no store of formal keys; test keys are published and kept in no store"
        case .cost(let error): "the parameters of the key store: \(error)"
        case .cannotOpen:
            "the passphrase is another one, or the key store was changed; try the passphrase again, else take the file "
                + "from its backup"
        case .openedByOne:
            "this key store is opened by one passphrase, so by one person: such a store makes no cards any more; run "
                + "`healthcard keys convert` on it, with its custodians present"
        case .tooFewCustodians(let present, let wanted):
            "the key store is opened by \(wanted) of its custodians together, and \(present) passphrase"
                + "\(present == 1 ? "" : "s") of \(present == 1 ? "one" : "them") \(present == 1 ? "is" : "are") there; "
                + "have the others come, or give a --credential for each"
        case .cannotOpenShare(let custodian):
            "the passphrase of \(custodian) is another one, or the key store was changed; try the passphrase again, else "
                + "take the file from its backup"
        case .custody(let problem): problem
        case .weakPassphrase(let weakness, let custodian):
            "the passphrase\(custodian.map { " of \($0)" } ?? "") \(weakness); take several words that do not belong "
                + "together"
        case .equalPassphrases(let one, let other):
            "\(one) and \(other) have the same passphrase; each takes one that nobody else knows"
        case .weakComponent(let key, let component, let weakness):
            "component \(component) of \(key) was not drawn: \(weakness); have it drawn by chance"
        case .weakKey(let key, let weakness):
            "\(key) would be a key that was not drawn: \(weakness); have its components drawn again"
        case .tooFewComponents(let key, let count):
            "\(key) has \(count) component\(count == 1 ? "" : "s"); give two or more, each by its own custodian"
        case .wrongLength(let key, let component, let bytes, let expected):
            "component \(component) of \(key) has \(bytes) bytes, not \(expected); give \(expected * 2) hexadecimal digits"
        case .zeroComponent(let key, let component):
            "component \(component) of \(key) is all zeros and adds nothing; have it drawn again"
        case .equalComponents(let key, let one, let other):
            "components \(one) and \(other) of \(key) are equal and cancel each other out; have one drawn again"
        case .zeroKey(let key): "the components of \(key) cancel each other out; have them drawn again"
        case .sameAs(let key, let other): "\(key) would be equal to \(other); have its components drawn again"
        case .published(let key, let name):
            "\(key) would be the published test key \(name), which everybody knows; have its components drawn again"
        case .publishedKeys(let names):
            "the store holds published test keys, which everybody knows: \(names.joined(separator: ", ")); have them made "
                + "anew by the custodians"
        case .unknownKey(let key):
            "the profile takes no key \(key); transport keys are given with the label of their chip batch"
        case .alreadyHeld(let key): "the store holds \(key) already; say that it is to be replaced"
        case .name(let what): "\(what) must have 1 to \(KeyStoreFile.longestName) bytes without control characters"
        case .componentLine(let path, let line, let problem): "\(path), line \(line): \(problem)"
        case .componentMissing(let path, let key):
            "\(path) has no component of \(key), which another custodian's file has; complete it"
        case .certificate(let name, let field, let problem):
            "certificate \(name), \(field): \(problem); import the certificate that belongs to these cards"
        case .authorityTooLong(let limit):
            "an authority's enrolment has 1 to \(limit) bytes; give the enrolment's file"
        case .testProfile(let name):
            "\(name) is a profile of test keys: formal keys never go onto its cards; use the formal profile"
        case .otherProfile(let what, let store, let profile):
            "the store was made for \(what) \(store), the profile has \(profile); use the profile the store belongs to"
        case .chipBatchNeeded(let known):
            "the store holds transport keys of several chip batches; choose one of \(known.joined(separator: ", "))"
        case .unknownChipBatch(let label, let known):
            "the store holds no transport key of chip batch \(label)"
                + (known.isEmpty ? "" : ", only of \(known.joined(separator: ", "))") + "; import it first"
        case .module(let error): error.description
        }
    }
}
