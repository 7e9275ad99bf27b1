import CardProfiles

/// Who holds the issuer's keys of electronic cards and computes under them: a file, a key store, a device. No key value
/// crosses it in either direction.
///
/// A holder belongs to one thread.
public protocol ElectronicCardKeyHolder {
    /// Whether it has the root (安全密钥), which ids are made under.
    var hasRootKey: Bool { get }
    /// Whether it has the protection key (保护密钥), which the validity of dynamic codes is encrypted under.
    var hasProtectionKey: Bool { get }
    /// Whether anybody has these keys, because they are published.
    var isPublished: Bool { get }

    /// Encrypts whole 16-byte blocks, each by itself, under the root diversified by a factor:
    /// `E(E(root, factor ‖ ~factor), blocks)`.
    ///
    /// - Parameter factor: 8 bytes.
    /// - Throws: ``ElectronicCardError/keyNotHeld(_:)``, ``ElectronicCardError/cryptography(_:)``,
    ///   ``ElectronicCardError/device(_:)``.
    func encrypt(_ blocks: [UInt8], factor: [UInt8]) throws(ElectronicCardError) -> [UInt8]

    /// Encrypts one block under the protection key.
    func encryptValidity(_ block: [UInt8]) throws(ElectronicCardError) -> [UInt8]

    /// Decrypts one block under the protection key.
    func decryptValidity(_ block: [UInt8]) throws(ElectronicCardError) -> [UInt8]
}

extension ElectronicCardKeyHolder {
    /// The electronic card id of a person, 32 bytes.
    public func cardID(of identity: HolderIdentity) throws(ElectronicCardError) -> CardID {
        CardID(encrypted: try encrypt(identity.idContent, factor: identity.mainIndex.factor))
    }

    /// The validity of a dynamic code.
    ///
    /// - Parameter time: in China.
    public func seal(validUntil time: CalendarDateTime) throws(ElectronicCardError) -> SealedValidity {
        SealedValidity(encrypted: try encryptValidity(SealedValidity.block(time)))
    }

    /// Until when a dynamic code is valid, in China; nil where the block decrypts to no time: another key sealed it, or
    /// it was changed.
    public func validUntil(_ validity: SealedValidity) throws(ElectronicCardError) -> CalendarDateTime? {
        SealedValidity.time(in: try decryptValidity(validity.bytes))
    }
}

/// Which of the issuer's keys.
public enum ElectronicCardKey: String, Sendable, Hashable, CaseIterable {
    case root, protection
}
