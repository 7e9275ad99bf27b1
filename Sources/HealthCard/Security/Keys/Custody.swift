import ShangMi

/// Who opens a key store: its custodians, each with a passphrase of their own, and how many of them it takes
/// (`Docs/keys.md §2`).
public struct Custody: Sendable {
    public struct Custodian: Sendable {
        public let name: String
        public let passphrase: SecretBytes

        public init(name: String, passphrase: SecretBytes) {
            self.name = name
            self.passphrase = passphrase
        }
    }

    /// One person alone must not open a store.
    public static let fewest = 2
    public static let most = 16

    public let threshold: Int
    public let custodians: [Custodian]

    /// - Parameter store: what the store is called.
    /// - Throws: ``KeyStoreError/custody(_:)``, ``KeyStoreError/weakPassphrase(_:custodian:)``,
    ///   ``KeyStoreError/equalPassphrases(_:_:)``.
    public init(threshold: Int, _ custodians: [Custodian], store: String) throws(KeyStoreError) {
        try Self.check(threshold: threshold, names: custodians.map(\.name))
        for (index, custodian) in custodians.enumerated() {
            try Self.check(custodian.passphrase, of: custodian.name, store: store)
            if let other = custodians[..<index].first(where: { $0.passphrase == custodian.passphrase }) {
                throw .equalPassphrases(other.name, custodian.name)
            }
        }
        self.threshold = threshold
        self.custodians = custodians
    }

    /// What can be told before anybody has typed.
    ///
    /// - Throws: ``KeyStoreError/custody(_:)``, ``KeyStoreError/name(_:)``.
    public static func check(threshold: Int, names: [String]) throws(KeyStoreError) {
        guard (fewest...most).contains(names.count) else {
            throw .custody(.count(names.count, fewest: fewest, most: most))
        }
        guard (fewest...names.count).contains(threshold) else {
            throw .custody(.threshold(threshold, custodians: names.count, fewest: fewest))
        }
        guard names.allSatisfy(KeyStore.isName) else { throw .name(.custodian) }
        guard Set(names).count == names.count else { throw .custody(.namedTwice) }
    }

    /// - Throws: ``KeyStoreError/weakPassphrase(_:custodian:)``.
    public static func check(
        _ passphrase: SecretBytes, of custodian: String, store: String
    ) throws(KeyStoreError) {
        if let weakness = PassphraseWeakness(of: passphrase, names: [custodian, store]) {
            throw .weakPassphrase(weakness, custodian: custodian)
        }
    }
}

/// A store on its way open: custodians come one after the other, until they are enough.
public struct KeyStoreOpening: Sendable {
    public let file: KeyStoreFile
    private let id: [UInt8]
    private let shares: [KeyStoreFile.Share]
    private var found: [(share: KeyStoreFile.Share, value: SecretBytes)] = []

    /// - Throws: ``KeyStoreError/openedByOne`` for a store of the old format.
    public init(_ file: KeyStoreFile) throws(KeyStoreError) {
        guard case .custodians(let id, _, let shares) = file.lock else { throw .openedByOne }
        self.file = file
        self.id = id
        self.shares = shares
    }

    /// How many custodians are still wanted; 0 when it can be opened.
    public var wanted: Int { file.threshold - found.count }

    /// The custodians who have opened their share.
    public var present: [String] { found.map(\.share.custodian) }

    /// Those who have not.
    public var absent: [String] {
        let present = present
        return shares.map(\.custodian).filter { !present.contains($0) }
    }

    /// What a custodian who is present has opened.
    func share(of custodian: String) -> SecretBytes? { found.first { $0.share.custodian == custodian }?.value }

    /// Tries a passphrase.
    ///
    /// - Parameter custodian: whose it is; nil to try it on the share of everybody who has not come yet, at the cost of a
    ///   calculation each.
    /// - Returns: whose share it opened; nil when none: it is another one, or the store was changed.
    /// - Throws: ``KeyStoreError/module(_:)``.
    public mutating func offer(
        _ passphrase: SecretBytes, of custodian: String? = nil
    ) throws(KeyStoreError) -> String? {
        let present = present
        for share in shares where !present.contains(share.custodian) && custodian ?? share.custodian == share.custodian
        {
            do {
                let value = try ChaCha20Poly1305.open(
                    share.sealed.bytes,
                    associatedData: KeyStoreFile.associatedData(
                        of: share, id: id, threshold: file.threshold, custodians: file.custodians),
                    nonce: share.sealed.nonce, key: share.derivation.key(of: passphrase))
                found.append((share, value))
                return share.custodian
            } catch .notAuthentic { continue } catch { throw .module(.cryptography(error)) }
        }
        return nil
    }

    /// - Throws: ``KeyStoreError/tooFewCustodians(present:wanted:)``, ``KeyStoreError/cannotOpen`` for a store that was
    ///   changed.
    public func open() throws(KeyStoreError) -> KeyStore {
        guard wanted <= 0 else { throw .tooFewCustodians(present: found.count, wanted: file.threshold) }
        let key: SecretBytes
        do {
            key = try SecretSharing.combine(found.map { SecretSharing.Share(index: $0.share.index, value: $0.value) })
        } catch { throw .module(.cryptography(error)) }
        return try KeyStore(opening: file, key: key)
    }
}
