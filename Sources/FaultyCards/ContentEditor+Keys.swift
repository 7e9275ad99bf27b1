import CardProfiles
import ISO7816
import ShangMi
import VirtualCard

/// Keys that are not what they should be.
extension ContentEditor {
    /// The name of key number `index` of a role; of the first where there are fewer.
    func name(_ role: KeyRole, _ index: Int = 0) -> String {
        let names = profile.keys.filter { $0.role == role }.map(\.name)
        return names.indices.contains(index) ? names[index] : names.first ?? ""
    }

    struct Factors {
        fileprivate let messaging: SecureMessaging
        fileprivate let expansion: FactorExpansion
        let card: [UInt8]
        let province: [UInt8]

        func derive(_ key: SecretBytes, _ factor: [UInt8]) throws -> SecretBytes {
            try messaging.derive(key, factor: factor, expansion: expansion)
        }
    }

    /// Gives key number `index` of a role another value, made of the national key that is published for tests; on a card
    /// with other keys the value is merely changed.
    mutating func derive(_ role: KeyRole, _ index: Int, _ value: (SecretBytes, Factors) throws -> SecretBytes) {
        let name = name(role, index)
        let wrong = computed(name, value)
        edit(key: name) { key in
            let bytes = Hex.decode(key.value) ?? []
            key.value = Hex.encode(wrong ?? bytes.map { $0 ^ 0xFF })
        }
    }

    private func computed(_ name: String, _ value: (SecretBytes, Factors) throws -> SecretBytes) -> [UInt8]? {
        let cryptography = profile.cryptography
        let item = cryptography.provinceFactor.item
        guard let published = profile.testKeys, published.keys.contains(name),
            let city = self.value(of: "\(item.section).\(item.item)"), let serial = Hex.decode(state.serial),
            let province = cryptography.provinceFactor.factor(of: Hex.encode(city)),
            let messaging = try? SecureMessaging(cryptography)
        else { return nil }
        let national = SecretBytes(
            copying: Array(SM3.hash(Array(published.text(of: name).utf8)).prefix(cryptography.keyLength)))
        let factors = Factors(
            messaging: messaging, expansion: cryptography.diversification, card: serial, province: province)
        return (try? value(national, factors)).map { $0.withUnsafeBytes { Array($0) } }
    }
}
