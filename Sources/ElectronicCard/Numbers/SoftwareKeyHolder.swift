import ShangMi

/// Keys in memory that wipes itself.
public final class SoftwareKeyHolder: ElectronicCardKeyHolder {
    private let root: SM4?
    private let protection: SM4?
    /// Takes each holder's key in turn.
    private let user: SM4?
    public let isPublished: Bool

    public var hasRootKey: Bool { root != nil }
    public var hasProtectionKey: Bool { protection != nil }

    /// - Parameters:
    ///   - root: 16 bytes; nil where ids are not to be computed.
    ///   - protection: 16 bytes; nil where the validity of dynamic codes is not to be read.
    /// - Throws: ``ElectronicCardError/cryptography(_:)`` for another length.
    public init(root: SecretBytes?, protection: SecretBytes?) throws(ElectronicCardError) {
        do throws(ShangMiError) {
            self.root = try Self.cipher(root)
            self.protection = try Self.cipher(protection)
            user = try Self.cipher(root)
        } catch {
            throw .cryptography(error)
        }
        let published = try Self.published.get()
        isPublished = root == published.root || protection == published.protection
    }

    /// The published test keys (`Docs/electronic-card.md §2`): nothing in them is a secret, and a code made with them
    /// proves nothing to anybody.
    public static func test() throws(ElectronicCardError) -> SoftwareKeyHolder {
        let keys = try published.get()
        return try SoftwareKeyHolder(root: keys.root, protection: keys.protection)
    }

    private static let published = Result { () throws(ElectronicCardError) in
        do throws(ShangMiError) {
            return (
                root: try SecretBytes(hex: "0123456789ABCDEFFEDCBA9876543210"),
                protection: try SecretBytes(hex: "11223344556677888877665544332211")
            )
        } catch {
            throw .cryptography(error)
        }
    }

    private static func cipher(_ key: SecretBytes?) throws(ShangMiError) -> SM4? {
        guard let key else { return nil }
        return try SM4(key: key)
    }

    public func encrypt(_ blocks: [UInt8], factor: [UInt8]) throws(ElectronicCardError) -> [UInt8] {
        guard let root, let user else { throw .keyNotHeld(.root) }
        do throws(ShangMiError) {
            guard factor.count == 8 else { throw .notWholeBlocks(count: 2 * factor.count) }
            try user.rekey(root.deriveECB(factor + factor.map { ~$0 }))
            return try user.encryptECB(blocks)
        } catch {
            throw .cryptography(error)
        }
    }

    public func encryptValidity(_ block: [UInt8]) throws(ElectronicCardError) -> [UInt8] {
        guard let protection else { throw .keyNotHeld(.protection) }
        do throws(ShangMiError) { return try protection.encryptECB(block) } catch { throw .cryptography(error) }
    }

    public func decryptValidity(_ block: [UInt8]) throws(ElectronicCardError) -> [UInt8] {
        guard let protection else { throw .keyNotHeld(.protection) }
        do throws(ShangMiError) { return try protection.decryptECB(block) } catch { throw .cryptography(error) }
    }
}
