import CardProfiles
import ISO7816
import ShangMi

/// The keys of formal production, open: national values by name, transport keys by chip batch, certificates
/// (`Docs/keys.md`). Values come in by components and leave as a ``KeySet`` alone.
public struct KeyStore: Sendable {
    /// Bytes a passphrase must have.
    public static let shortestPassphrase = 12

    public internal(set) var header: KeyStoreFile.Header
    /// In the order of `header.keys` and `header.transportKeys`.
    var keys: [SecretBytes] = []
    var transportKeys: [SecretBytes] = []

    /// A store without keys, for the cards of a formal profile.
    ///
    /// - Throws: ``KeyStoreError/testProfile(_:)``, ``KeyStoreError/name(_:)``, ``KeyStoreError/module(_:)`` for a
    ///   cipher that exists in hardware only.
    public init(name: String, created: CalendarDate, profile: CardProfile) throws(KeyStoreError) {
        guard profile.testKeys == nil else { throw .testProfile(profile.name) }
        guard profile.cryptography.cipher == .sm4 else {
            throw .module(.cipherNeedsHardware(profile.cryptography.cipher))
        }
        guard Self.isName(name) else { throw .name(.store) }
        header = KeyStoreFile.Header(
            name: name, created: created, keyVersion: profile.cryptography.formalKeyVersion,
            cipher: profile.cryptography.cipher)
    }

    static func isName(_ text: String) -> Bool {
        (1...KeyStoreFile.longestName).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    // MARK: Sealed and opened

    /// Who opens it, and the key that seals its values, which their shares make; nil before it was sealed.
    private var custody: (lock: KeyStoreFile.Lock, key: SecretBytes)?

    /// Opens a store with the passphrases of its custodians, in any order.
    ///
    /// - Throws: ``KeyStoreError/cannotOpen`` when one of them is nobody's and for a file that was changed: telling the
    ///   two apart would help whoever guesses; ``KeyStoreError/tooFewCustodians(present:wanted:)``,
    ///   ``KeyStoreError/openedByOne``.
    public init(opening file: KeyStoreFile, passphrases: [SecretBytes]) throws(KeyStoreError) {
        var opening = try KeyStoreOpening(file)
        for passphrase in passphrases where opening.wanted > 0 {
            guard try opening.offer(passphrase) != nil else { throw .cannotOpen }
        }
        self = try opening.open()
    }

    /// Opens a store of the old format, to be sealed for custodians.
    ///
    /// - Throws: ``KeyStoreError/cannotOpen``, ``KeyStoreError/custody(_:)`` for a store that has custodians.
    public init(converting file: KeyStoreFile, passphrase: SecretBytes) throws(KeyStoreError) {
        guard case .passphrase(let derivation) = file.lock else {
            throw .custody(.hasCustodians)
        }
        let key: SecretBytes
        do { key = try derivation.key(of: passphrase) } catch { throw .module(.cryptography(error)) }
        try self.init(opening: file, key: key)
        custody = nil
    }

    /// Opens a store with the key that seals its values.
    init(opening file: KeyStoreFile, key: SecretBytes) throws(KeyStoreError) {
        let values: SecretBytes
        do {
            values = try ChaCha20Poly1305.open(
                file.sealed.bytes, associatedData: file.associatedData, nonce: file.sealed.nonce, key: key)
        } catch .notAuthentic { throw .cannotOpen } catch { throw .module(.cryptography(error)) }
        header = file.header
        custody = (file.lock, key)
        let entries = header.keys + header.transportKeys
        let length = SM4.blockSize
        guard values.count == entries.count * length else { throw .cannotOpen }
        for (index, entry) in entries.enumerated() {
            let value = values.withUnsafeBytes { SecretBytes(copying: $0[index * length..<(index + 1) * length]) }
            guard try checkValue(of: value) == entry.check else { throw .cannotOpen }
            if index < header.keys.count { keys.append(value) } else { transportKeys.append(value) }
        }
    }

    /// Seals it for its custodians, under a new key, of which each gets a share under a salt of their own.
    ///
    /// - Throws: ``KeyStoreError/module(_:)``.
    public func sealed(
        for custody: Custody, cost: Scrypt.Cost = .standard
    ) throws(KeyStoreError) -> KeyStoreFile {
        do throws(ShangMiError) {
            let key = try SystemRandom.secret(KeyStoreFile.keyByteCount)
            let id = try SystemRandom.bytes(KeyStoreFile.idByteCount)
            let names = custody.custodians.map(\.name)
            let parts = try SecretSharing.split(key, threshold: custody.threshold, count: names.count)
            var shares: [KeyStoreFile.Share] = []
            for (custodian, part) in zip(custody.custodians, parts) {
                shares.append(
                    try Self.share(
                        part, of: custodian, id: id, threshold: custody.threshold, custodians: names, cost: cost))
            }
            return try sealed(.custodians(id: id, threshold: custody.threshold, shares), key)
        } catch { throw .module(.cryptography(error)) }
    }

    /// Seals it for the custodians it was opened by and the others, whose shares stay as they are.
    ///
    /// - Throws: ``KeyStoreError/openedByOne`` for a store that has no custodians yet, ``KeyStoreError/module(_:)``.
    public func resealed() throws(KeyStoreError) -> KeyStoreFile {
        guard let custody else { throw .openedByOne }
        do { return try sealed(custody.lock, custody.key) } catch { throw .module(.cryptography(error)) }
    }

    /// Seals it with another passphrase for one custodian; everybody else's share stays as it is.
    ///
    /// - Throws: ``KeyStoreError/custody(_:)`` for somebody who is no custodian,
    ///   ``KeyStoreError/weakPassphrase(_:custodian:)``, ``KeyStoreError/module(_:)``.
    public func resealed(
        passphrase: SecretBytes, of custodian: String, opening: KeyStoreOpening, cost: Scrypt.Cost = .standard
    ) throws(KeyStoreError) -> KeyStoreFile {
        guard let custody, case .custodians(let id, let threshold, var shares) = custody.lock else {
            throw .openedByOne
        }
        guard let place = shares.firstIndex(where: { $0.custodian == custodian }),
            let value = opening.share(of: custodian)
        else { throw .custody(.noShare(custodian: custodian)) }
        try Custody.check(passphrase, of: custodian, store: header.name)
        do throws(ShangMiError) {
            shares[place] = try Self.share(
                SecretSharing.Share(index: shares[place].index, value: value),
                of: Custody.Custodian(name: custodian, passphrase: passphrase), id: id, threshold: threshold,
                custodians: shares.map(\.custodian), cost: cost)
            return try sealed(.custodians(id: id, threshold: threshold, shares), custody.key)
        } catch { throw .module(.cryptography(error)) }
    }

    private static func share(
        _ part: SecretSharing.Share, of custodian: Custody.Custodian, id: [UInt8], threshold: Int,
        custodians: [String], cost: Scrypt.Cost
    ) throws(ShangMiError) -> KeyStoreFile.Share {
        let empty = KeyStoreFile.Share(
            custodian: custodian.name, index: part.index, derivation: try .fresh(cost),
            sealed: .init(nonce: try SystemRandom.bytes(ChaCha20Poly1305.nonceByteCount), bytes: []))
        let sealed = try ChaCha20Poly1305.seal(
            part.value,
            associatedData: KeyStoreFile.associatedData(
                of: empty, id: id, threshold: threshold, custodians: custodians),
            nonce: empty.sealed.nonce, key: empty.derivation.key(of: custodian.passphrase))
        return KeyStoreFile.Share(
            custodian: empty.custodian, index: empty.index, derivation: empty.derivation,
            sealed: .init(nonce: empty.sealed.nonce, bytes: sealed))
    }

    /// The values under a key, with a nonce that is drawn anew.
    private func sealed(_ lock: KeyStoreFile.Lock, _ key: SecretBytes) throws(ShangMiError) -> KeyStoreFile {
        let nonce = try SystemRandom.bytes(ChaCha20Poly1305.nonceByteCount)
        let file = KeyStoreFile(header: header, lock: lock, sealed: .init(nonce: nonce, bytes: []))
        let values = SecretBytes(count: (keys.count + transportKeys.count) * SM4.blockSize) { bytes in
            for (index, value) in (keys + transportKeys).enumerated() {
                let place = UnsafeMutableRawBufferPointer(rebasing: bytes[(index * SM4.blockSize)...])
                value.withUnsafeBytes { place.copyMemory(from: $0) }
            }
        }
        let sealed = try ChaCha20Poly1305.seal(values, associatedData: file.associatedData, nonce: nonce, key: key)
        return KeyStoreFile(header: header, lock: lock, sealed: .init(nonce: nonce, bytes: sealed))
    }

    func checkValue(of key: SecretBytes) throws(KeyStoreError) -> KeyCheckValue {
        do { return try KeyCheckValue(of: key, cipher: header.cipher) } catch { throw .module(error) }
    }
}
