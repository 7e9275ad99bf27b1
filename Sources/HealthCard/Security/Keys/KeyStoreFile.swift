import CardProfiles
import ISO7816
import ShangMi

/// A key store as it lies on a disk (`Docs/keys.md §4`): what may be read without a passphrase, and the values sealed.
///
/// There is one way to write it: text that is spelled otherwise is refused, so every byte of the file is either
/// authenticated with the values or not as it must be.
public struct KeyStoreFile: Sendable, Hashable {
    /// What the store says of a key.
    public struct Entry: Sendable, Hashable {
        /// The key's name in the profile; for a transport key the label of its chip batch.
        public let name: String
        public let check: KeyCheckValue
        /// How many custodians brought it.
        public let components: Int
        /// When it came into the store.
        public let date: CalendarDate
    }

    /// A certificate, which is no secret.
    public struct Certificate: Sendable, Hashable {
        /// Its layout in the profile: `issuer`.
        public let name: String
        public let bytes: [UInt8]
        public let date: CalendarDate
    }

    /// Everything but how it is sealed.
    public struct Header: Sendable, Hashable {
        public let name: String
        public let created: CalendarDate
        /// The version byte cards keep with these keys.
        public let keyVersion: UInt8
        public let cipher: CardCipher
        public internal(set) var keys: [Entry] = []
        public internal(set) var transportKeys: [Entry] = []
        public internal(set) var certificates: [Certificate] = []
        /// The enrolment of the authority whose releases these keys are for, to the byte; nil before there is one
        /// (`Docs/keys.md §6`).
        public internal(set) var authority: String?
    }

    /// How a passphrase becomes a key.
    struct Derivation: Sendable, Hashable {
        let cost: Scrypt.Cost
        let salt: [UInt8]

        init(_ cost: Scrypt.Cost, salt: [UInt8]) {
            self.cost = cost
            self.salt = salt
        }

        static func fresh(_ cost: Scrypt.Cost) throws(ShangMiError) -> Derivation {
            Derivation(cost, salt: try SystemRandom.bytes(KeyStoreFile.saltByteCount))
        }

        func key(of passphrase: SecretBytes) throws(ShangMiError) -> SecretBytes {
            try Scrypt.key(passphrase: passphrase, salt: salt, cost: cost)
        }
    }

    /// Bytes sealed by ChaCha20-Poly1305.
    struct Sealed: Sendable, Hashable {
        let nonce: [UInt8]
        /// Ciphertext ‖ tag; empty where the text that is authenticated is made.
        let bytes: [UInt8]

        var empty: Sealed { Sealed(nonce: nonce, bytes: []) }
    }

    /// A custodian's part of what opens the store: a share, under a passphrase.
    struct Share: Sendable, Hashable {
        let custodian: String
        /// Where the polynomial was evaluated, from 1.
        let index: UInt8
        let derivation: Derivation
        let sealed: Sealed

        var empty: Share { Share(custodian: custodian, index: index, derivation: derivation, sealed: sealed.empty) }
    }

    /// Who opens it.
    enum Lock: Sendable, Hashable {
        /// Whoever has the one passphrase: format 1, which is read to be converted and for nothing else.
        case passphrase(Derivation)
        /// So many of the custodians together.
        case custodians(id: [UInt8], threshold: Int, [Share])
    }

    static let format = "healthcard key store 2"
    static let oldFormat = "healthcard key store 1"
    static let mode = "formal"
    /// Bytes a store may have.
    static let longestFile = 1 << 20
    static let longestName = 64
    /// Bytes of an authority's enrolment.
    static let longestAuthority = 1 << 17
    static let mostEntries = 1024
    static let saltByteCount = 32
    static let idByteCount = 16
    /// Bytes of the key that seals the values, and of each share of it.
    static let keyByteCount = ChaCha20Poly1305.keyByteCount
    /// Less would let a passphrase be guessed too cheaply.
    static let smallestN = 1 << 10

    public let header: Header
    let lock: Lock
    /// The values of `keys`, then of `transportKeys`, 16 bytes each.
    let sealed: Sealed

    /// The custodians' names, any ``threshold`` of whom open it; none for a store that one passphrase opens.
    public var custodians: [String] {
        guard case .custodians(_, _, let shares) = lock else { return [] }
        return shares.map(\.custodian)
    }

    /// How many custodians it takes; 1 for a store that one passphrase opens.
    public var threshold: Int {
        guard case .custodians(_, let threshold, _) = lock else { return 1 }
        return threshold
    }

    /// Whether it is of the format in which one secret opens everything.
    public var isOpenedByOne: Bool {
        if case .passphrase = lock { return true }
        return false
    }
}

extension KeyStoreFile {
    /// Reads a store from its file; with the rights of the installation's group, where there is one.
    ///
    /// - Throws: ``KeyStoreError/exposed(path:)`` when others have rights to it, ``KeyStoreError/file(path:problem:)``,
    ///   and what ``init(parsing:)`` throws.
    public init(path: String) throws(KeyStoreError) {
        let text = try PrivateFile.read(path, atMost: Self.longestFile, access: .installation)
        try self.init(parsing: text.withUnsafeBytes { Array($0) })
    }

    /// Writes it, for its owner alone, or for the installation's group where it lies in that group's folder. Whatever
    /// happens, the file holds the old store or the new one.
    ///
    /// - Parameter old: what must be there still; nil for a file that must not be there.
    /// - Throws: ``KeyStoreError/exists(path:)``, ``KeyStoreError/changedMeanwhile(path:)``,
    ///   ``KeyStoreError/file(path:problem:)``.
    public func write(to path: String, replacing old: KeyStoreFile?) throws(KeyStoreError) {
        try PrivateFile.replace(path, expecting: old?.bytes, with: bytes)
    }
}
