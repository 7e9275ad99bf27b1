import CardProfiles
import ISO7816
import ShangMi

/// What comes into a store.
extension KeyStore {
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
        guard place == nil || replaces else { throw .alreadyHeld(.key(name)) }
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
        guard Self.isName(chipBatch) else { throw .name(.chipBatch) }
        let place = header.transportKeys.firstIndex { $0.name == chipBatch }
        guard place == nil || replaces else { throw .alreadyHeld(.transportKey(chipBatch: chipBatch)) }
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

    /// All values, in the order of the keys and then of the transport keys.
    var entries: [KeyStoreEntry] {
        header.keys.map { .key($0.name) } + header.transportKeys.map { .transportKey(chipBatch: $0.name) }
    }

    private enum Place: Equatable { case key(Int), transportKey(Int) }

    private func accepted(
        _ components: KeyComponents, _ published: KeySet, besides place: Place?
    ) throws(KeyStoreError) -> SecretBytes {
        // What is built in is known to everybody too, where the profile's own edition has other keys.
        guard let builtIn = try? KeySet.published() else {
            throw .publishedKeys([PublishedEntry(.key(components.key), as: nil)])
        }
        let everybody = published.values.merging(builtIn) { first, _ in first }
        func known(_ value: SecretBytes) -> String? { everybody.filter { $0.value == value }.keys.min() }
        for (index, component) in components.components.enumerated() {
            if let name = known(component) {
                throw .weakComponent(key: components.key, component: index + 1, .published(name))
            }
            // Who knows a key of the store knows this part of another.
            if let other = (keys + transportKeys).firstIndex(of: component) {
                throw .weakComponent(key: components.key, component: index + 1, .otherKey(entries[other]))
            }
        }
        let value = try components.combined()
        if let name = known(value) { throw .published(key: components.key, as: name) }
        for (index, other) in keys.enumerated() where other == value && place != .key(index) {
            throw .sameAs(key: .key(components.key), other: .key(header.keys[index].name))
        }
        for (index, other) in transportKeys.enumerated() where other == value && place != .transportKey(index) {
            throw .sameAs(
                key: .key(components.key), other: .transportKey(chipBatch: header.transportKeys[index].name))
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
            guard replaces else { throw .alreadyHeld(.certificate(layout.name)) }
            header.certificates[place] = certificate
        } else {
            header.certificates.append(certificate)
        }
    }

    /// Binds these keys to an authority: with them the document is authenticated, and whoever opens them is told whose
    /// releases they are for (`Docs/keys.md §6`).
    ///
    /// - Parameter document: the enrolment, to the byte. Whether it is one, and follows the one that is there, is for
    ///   whoever knows enrolments to check before.
    /// - Throws: ``KeyStoreError/authorityTooLong(limit:)``.
    public mutating func enrol(authority document: String) throws(KeyStoreError) {
        guard (1...KeyStoreFile.longestAuthority).contains(document.utf8.count) else {
            throw .authorityTooLong(limit: KeyStoreFile.longestAuthority)
        }
        header.authority = document
    }
}
