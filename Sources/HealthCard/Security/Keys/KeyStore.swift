import CardProfiles
import ISO7816
import ShangMi

/// The keys of formal production, open: national values by name, transport keys by chip batch, certificates
/// (`Docs/keys.md`). Values come in by components and leave as a ``KeySet`` alone.
public struct KeyStore: Sendable {
    /// Bytes a passphrase must have.
    public static let shortestPassphrase = 12

    public private(set) var header: KeyStoreFile.Header
    /// In the order of `header.keys` and `header.transportKeys`.
    private var keys: [SecretBytes] = []
    private var transportKeys: [SecretBytes] = []

    /// A store without keys, for the cards of a formal profile.
    ///
    /// - Throws: ``KeyStoreError/testProfile(_:)``, ``KeyStoreError/name(_:)``, ``KeyStoreError/module(_:)`` for a
    ///   cipher that exists in hardware only.
    public init(name: String, created: CalendarDate, profile: CardProfile) throws(KeyStoreError) {
        guard profile.testKeys == nil else { throw .testProfile(profile.name) }
        guard profile.cryptography.cipher == .sm4 else {
            throw .module(.cipherNeedsHardware(profile.cryptography.cipher))
        }
        guard Self.isName(name) else { throw .name("the name of a store") }
        header = KeyStoreFile.Header(
            name: name, created: created, keyVersion: profile.cryptography.formalKeyVersion,
            cipher: profile.cryptography.cipher)
    }

    static func isName(_ text: String) -> Bool {
        (1...KeyStoreFile.longestName).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    // MARK: Sealed and opened

    /// Opens a store.
    ///
    /// - Throws: ``KeyStoreError/cannotOpen`` for another passphrase and for a file that was changed: telling the two
    ///   apart would help whoever guesses.
    public init(opening file: KeyStoreFile, passphrase: SecretBytes) throws(KeyStoreError) {
        let key: SecretBytes
        do {
            key = try Scrypt.key(passphrase: passphrase, salt: file.salt, cost: file.cost)
        } catch { throw .module(.cryptography(error)) }
        try self.init(opening: file, key: key)
    }

    /// Opens a store with what its passphrase becomes.
    init(opening file: KeyStoreFile, key: SecretBytes) throws(KeyStoreError) {
        let values: SecretBytes
        do {
            values = try ChaCha20Poly1305.open(
                file.sealed, associatedData: file.associatedData, nonce: file.nonce, key: key)
        } catch .notAuthentic { throw .cannotOpen } catch { throw .module(.cryptography(error)) }
        header = file.header
        let entries = header.keys + header.transportKeys
        let length = SM4.blockSize
        guard values.count == entries.count * length else { throw .cannotOpen }
        for (index, entry) in entries.enumerated() {
            let value = values.withUnsafeBytes { SecretBytes(copying: $0[index * length..<(index + 1) * length]) }
            guard try checkValue(of: value) == entry.check else { throw .cannotOpen }
            if index < header.keys.count { keys.append(value) } else { transportKeys.append(value) }
        }
    }

    /// Seals it under a passphrase, each time with a new salt and so a new key.
    ///
    /// - Throws: ``KeyStoreError/weakPassphrase(minimum:)``, ``KeyStoreError/module(_:)``.
    public func sealed(
        under passphrase: SecretBytes, cost: Scrypt.Cost = .standard
    ) throws(KeyStoreError) -> KeyStoreFile {
        guard passphrase.count >= Self.shortestPassphrase else {
            throw .weakPassphrase(minimum: Self.shortestPassphrase)
        }
        do throws(ShangMiError) {
            let salt = try SystemRandom.bytes(KeyStoreFile.saltByteCount)
            let nonce = try SystemRandom.bytes(ChaCha20Poly1305.nonceByteCount)
            let key = try Scrypt.key(passphrase: passphrase, salt: salt, cost: cost)
            let file = KeyStoreFile(header: header, cost: cost, salt: salt, nonce: nonce, sealed: [])
            let values = SecretBytes(count: (keys.count + transportKeys.count) * SM4.blockSize) { bytes in
                for (index, value) in (keys + transportKeys).enumerated() {
                    let place = UnsafeMutableRawBufferPointer(rebasing: bytes[(index * SM4.blockSize)...])
                    value.withUnsafeBytes { place.copyMemory(from: $0) }
                }
            }
            let sealed = try ChaCha20Poly1305.seal(
                values, associatedData: file.associatedData, nonce: nonce, key: key)
            return KeyStoreFile(header: header, cost: cost, salt: salt, nonce: nonce, sealed: sealed)
        } catch { throw .module(.cryptography(error)) }
    }

    private func checkValue(of key: SecretBytes) throws(KeyStoreError) -> KeyCheckValue {
        do { return try KeyCheckValue(of: key, cipher: header.cipher) } catch { throw .module(error) }
    }

    // MARK: Filling it

    /// Takes a key of the profile.
    ///
    /// - Parameters:
    ///   - published: the test keys everybody knows, none of which may become a formal key.
    ///   - replaces: whether a key of this name may be there already.
    /// - Returns: the key's check value.
    /// - Throws: ``KeyStoreError`` for a key the profile has not, one that is there, and a value that may not be.
    @discardableResult
    public mutating func add(
        _ components: KeyComponents, profile: CardProfile, published: KeySet, on date: CalendarDate,
        replacing replaces: Bool = false
    ) throws(KeyStoreError) -> KeyCheckValue {
        let name = components.key
        guard let key = profile.key(name), key.role != .transport else { throw .unknownKey(name) }
        let place = header.keys.firstIndex { $0.name == name }
        guard place == nil || replaces else { throw .alreadyHeld(name) }
        let value = try accepted(components, published, besides: place.map { .key($0) })
        let entry = KeyStoreFile.Entry(
            name: name, check: try checkValue(of: value), components: components.components.count, date: date)
        if let place {
            (header.keys[place], keys[place]) = (entry, value)
        } else {
            header.keys.append(entry)
            keys.append(value)
        }
        return entry.check
    }

    /// Takes the transport key of a chip batch; the components' own name is for errors.
    ///
    /// - Parameters:
    ///   - chipBatch: the label under which the chips' maker delivered it.
    ///   - published: the test keys everybody knows.
    ///   - replaces: whether there may be one of this label already.
    /// - Throws: as ``add(_:profile:published:on:replacing:)``; ``KeyStoreError/name(_:)``.
    @discardableResult
    public mutating func add(
        _ components: KeyComponents, chipBatch: String, published: KeySet, on date: CalendarDate,
        replacing replaces: Bool = false
    ) throws(KeyStoreError) -> KeyCheckValue {
        guard Self.isName(chipBatch) else { throw .name("the label of a chip batch") }
        let place = header.transportKeys.firstIndex { $0.name == chipBatch }
        guard place == nil || replaces else { throw .alreadyHeld("\(components.key) of chip batch \(chipBatch)") }
        let value = try accepted(components, published, besides: place.map { .transportKey($0) })
        let entry = KeyStoreFile.Entry(
            name: chipBatch, check: try checkValue(of: value), components: components.components.count, date: date)
        if let place {
            (header.transportKeys[place], transportKeys[place]) = (entry, value)
        } else {
            header.transportKeys.append(entry)
            transportKeys.append(value)
        }
        return entry.check
    }

    private enum Place: Equatable { case key(Int), transportKey(Int) }

    private func accepted(
        _ components: KeyComponents, _ published: KeySet, besides place: Place?
    ) throws(KeyStoreError) -> SecretBytes {
        let value = try components.combined()
        if let known = published.values.filter({ $0.value == value }).keys.min() {
            throw .published(key: components.key, as: known)
        }
        for (index, other) in keys.enumerated() where other == value && place != .key(index) {
            throw .sameAs(key: components.key, other: header.keys[index].name)
        }
        for (index, other) in transportKeys.enumerated() where other == value && place != .transportKey(index) {
            throw .sameAs(
                key: components.key, other: "the transport key of chip batch \(header.transportKeys[index].name)")
        }
        return value
    }

    /// Takes a certificate that somebody else signed (`Docs/protocol.md §7`): a factory has no key of the root.
    ///
    /// - Throws: ``KeyStoreError/certificate(_:field:problem:)`` when it is not of the layout,
    ///   ``KeyStoreError/alreadyHeld(_:)``.
    public mutating func add(
        certificate bytes: [UInt8], as layout: CertificateLayout, on date: CalendarDate,
        replacing replaces: Bool = false
    ) throws(KeyStoreError) {
        try layout.checkForm(of: bytes)
        let certificate = KeyStoreFile.Certificate(name: layout.name, bytes: bytes, date: date)
        if let place = header.certificates.firstIndex(where: { $0.name == layout.name }) {
            guard replaces else { throw .alreadyHeld("the certificate \(layout.name)") }
            header.certificates[place] = certificate
        } else {
            header.certificates.append(certificate)
        }
    }

    // MARK: Using it

    /// The keys for the chips of one batch, ready for a security module.
    ///
    /// - Parameter chipBatch: the label of the transport key; nil where there is one at most.
    /// - Throws: ``KeyStoreError/testProfile(_:)``, ``KeyStoreError/otherProfile(what:store:profile:)``,
    ///   ``KeyStoreError/unknownChipBatch(_:known:)``, ``KeyStoreError/chipBatchNeeded(known:)``.
    public func keySet(for profile: CardProfile, chipBatch: String? = nil) throws(KeyStoreError) -> KeySet {
        try header.check(against: profile)
        var values: [String: SecretBytes] = [:]
        for (entry, value) in zip(header.keys, keys) { values[entry.name] = value }
        let labels = header.transportKeys.map(\.name)
        if chipBatch == nil, labels.count > 1 { throw .chipBatchNeeded(known: labels) }
        if let label = chipBatch ?? labels.first {
            guard let place = labels.firstIndex(of: label) else { throw .unknownChipBatch(label, known: labels) }
            for key in profile.keys where key.role == .transport { values[key.name] = transportKeys[place] }
        }
        var certificates: [String: [UInt8]] = [:]
        for certificate in header.certificates { certificates[certificate.name] = certificate.bytes }
        return KeySet(version: header.keyVersion, values: values, certificates: certificates)
    }
}

extension KeyStoreFile.Header {
    /// - Throws: ``KeyStoreError/testProfile(_:)``, ``KeyStoreError/otherProfile(what:store:profile:)``.
    public func check(against profile: CardProfile) throws(KeyStoreError) {
        guard profile.testKeys == nil else { throw .testProfile(profile.name) }
        let rules = profile.cryptography
        guard cipher == rules.cipher else {
            throw .otherProfile(what: "the cipher", store: cipher.rawValue, profile: rules.cipher.rawValue)
        }
        guard keyVersion == rules.formalKeyVersion else {
            throw .otherProfile(
                what: "the key version", store: Hex.encode([keyVersion]), profile: Hex.encode([rules.formalKeyVersion]))
        }
    }

    /// What making cards of a profile needs and the store has not: key names, the transport key of any chip batch,
    /// `certificate issuer`; in the profile's order.
    public func missing(for profile: CardProfile) -> [String] {
        let keys = profile.keys.filter { key in
            key.role == .transport ? transportKeys.isEmpty : !self.keys.contains { $0.name == key.name }
        }
        // What visits carry is made in a clinic.
        let items = profile.files.flatMap { file -> [Item] in
            if case .visits = file.shape { return [] }
            return file.items
        }
        let certificates = items.compactMap { item -> String? in
            guard case .certificate(let name) = item.source else { return nil }
            return self.certificates.contains { $0.name == name } ? nil : "certificate \(name)"
        }
        return keys.map(\.name) + certificates
    }

    /// Keys of the store the profile knows nothing of.
    public func unknown(to profile: CardProfile) -> [String] {
        keys.map(\.name).filter { profile.key($0) == nil }
    }

    /// The chip batch whose label is what a chip says of its batch in its production data, in hexadecimal
    /// (`GET DATA 9F7F`, `Docs/protocol.md §4`); nil for a chip of a batch that goes by another name here.
    public func chipBatch(ofProductionData data: [UInt8], _ profile: CardProfile) -> String? {
        guard let field = profile.productionData.field("batch"), data.count >= field.offset + field.length else {
            return nil
        }
        let batch = Hex.encode(data[field.offset..<field.offset + field.length])
        return transportKeys.map(\.name).first { $0.uppercased() == batch }
    }
}
