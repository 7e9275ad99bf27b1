import CardProfiles
import ISO7816
import ShangMi

/// What a store is for.
extension KeyStore {
    /// Whether a key of the store, of any chip batch, is one that everybody knows, or that anybody might guess: whoever
    /// sealed the store may have put in what no ceremony takes.
    ///
    /// - Throws: ``KeyStoreError/publishedKeys(_:)``, ``KeyStoreError/weakKey(key:_:)``,
    ///   ``KeyStoreError/sameAs(key:other:)`` for two that are equal.
    public func checkForPublishedKeys(_ profile: CardProfile) throws(KeyStoreError) {
        let values = keys + transportKeys
        let entries = entries
        guard let published = try? KeySet.published(for: profile) else {
            throw .publishedKeys(entries.map { PublishedEntry($0, as: nil) })
        }
        let known = values.indices.compactMap { index in
            published.filter { $0.value == values[index] }.keys.min().map { PublishedEntry(entries[index], as: $0) }
        }
        guard known.isEmpty else { throw .publishedKeys(known) }
        for (index, value) in values.enumerated() {
            if let weakness = ComponentWeakness(of: value) { throw .weakKey(key: entries[index], weakness) }
            if let other = values[..<index].firstIndex(of: value) {
                throw .sameAs(key: entries[index], other: entries[other])
            }
        }
    }

    /// The keys for the chips of one batch, ready for a security module.
    ///
    /// - Parameter chipBatch: the label of the transport key; nil where there is one at most.
    /// - Throws: ``KeyStoreError/testProfile(_:)``, `KeyStoreError.otherProfile`,
    ///   ``KeyStoreError/unknownChipBatch(_:known:)``, ``KeyStoreError/chipBatchNeeded(known:)``,
    ///   and those of ``checkForPublishedKeys(_:)``.
    public func keySet(for profile: CardProfile, chipBatch: String? = nil) throws(KeyStoreError) -> KeySet {
        try header.check(against: profile)
        try checkForPublishedKeys(profile)
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
        return KeySet(
            version: header.keyVersion, values: values, certificates: certificates, authority: header.authority)
    }
}

extension KeyStoreFile.Header {
    /// - Throws: ``KeyStoreError/testProfile(_:)``, `KeyStoreError.otherProfile`.
    public func check(against profile: CardProfile) throws(KeyStoreError) {
        guard profile.testKeys == nil else { throw .testProfile(profile.name) }
        let rules = profile.cryptography
        guard cipher == rules.cipher else {
            throw .otherProfile(.cipher, store: cipher.rawValue, profile: rules.cipher.rawValue)
        }
        guard keyVersion == rules.formalKeyVersion else {
            throw .otherProfile(
                .keyVersion, store: Hex.encode([keyVersion]), profile: Hex.encode([rules.formalKeyVersion]))
        }
    }

    /// What making cards of a profile needs and the store has not: key names, the transport key of any chip batch,
    /// the certificates; in the profile's order.
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
