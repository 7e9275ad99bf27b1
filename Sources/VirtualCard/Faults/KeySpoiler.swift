import CardProfiles
import ISO7816
import ShangMi

/// Keys that are not what they should be. Their wrong values come from the published test keys, as a making that went
/// wrong would have come to them; on a card with other keys a value that cannot be computed is merely changed.
struct KeySpoiler {
    private let rules: CardRules
    private var profile: CardProfile { rules.profile }

    init(_ rules: CardRules) { self.rules = rules }

    func apply(_ fault: ContentFault, _ card: inout ContentEditor) {
        switch fault {
        case .keyMissing: card.remove(key: name(.read, 1))
        case .blockKeyMissing: card.remove(key: name(.cardBlock))
        case .keyVersion:
            let formal = Hex.encode([profile.cryptography.formalKeyVersion])
            card.edit(key: name(.update, 1)) { $0.version = formal }
        case .keyTries: card.edit(key: name(.read, 2)) { ($0.tries, $0.triesLeft) = (15, 15) }
        case .keyLocked: card.edit(key: name(.applicationBlock)) { $0.triesLeft = 0 }
        case .keyReference:
            card.edit(key: name(.read, 3)) { key in
                key.right = key.right ?? key.reference
                key.reference = "8F"
            }
        case .keysSwapped, .keysEqual:
            guard let directory = card.file(of: "clinical.bloodABO")?.directory else { return }
            let names = profile.keys(in: directory).filter { $0.role == .update }.map(\.name)
            guard names.count > 1, let first = card.value(ofKey: names[0]), let second = card.value(ofKey: names[1])
            else { return }
            card.edit(key: names[1]) { $0.value = first }
            if fault == .keysSwapped { card.edit(key: names[0]) { $0.value = second } }
        case .keyUndiversified: derive(.update, 0, &card) { national, _ in national }
        case .keyProvincial:
            derive(.read, 1, &card) { national, factors in try factors.derive(national, factors.province) }
        case .keyWithoutProvince:
            derive(.read, 2, &card) { national, factors in try factors.derive(national, factors.card) }
        case .keyOtherProvince:
            derive(.applicationBlock, 1, &card) { national, factors in
                let other = Array("11".utf8) + factors.province.dropFirst(2)
                let province = other == factors.province ? Array("12".utf8) + other.dropFirst(2) : other
                return try factors.derive(factors.derive(national, province), factors.card)
            }
        case .keyOtherCard:
            derive(.read, 0, &card) { national, factors in
                try factors.derive(factors.derive(national, factors.province), factors.card.reversed())
            }
        case .internalKey: derive(.internalAuthentication, 0, &card) { national, _ in national }
        case .maintenanceKey:
            let names = profile.keys.filter { $0.role == .maintenance }.map(\.name)
            guard names.count > 3, let other = card.value(ofKey: names[2]) else { return }
            card.edit(key: names[3]) { $0.value = other }
        case .keyExtra:
            guard let key = profile.key(.read), let directory = key.directory else { return }
            card.edit(directory: directory) { directory in
                guard var extra = directory.keys.first(where: { $0.reference == Hex.encode([key.reference]) }) else {
                    return
                }
                extra.reference = Hex.encode([key.reference &+ 2])
                extra.right = nil
                directory.keys.append(extra)
            }
        default: break
        }
    }

    /// The name of key number `index` of a role; of the first where there are fewer.
    private func name(_ role: KeyRole, _ index: Int = 0) -> String {
        let names = profile.keys.filter { $0.role == role }.map(\.name)
        return names.indices.contains(index) ? names[index] : names.first ?? ""
    }

    private struct Factors {
        let messaging: SecureMessaging
        let expansion: FactorExpansion
        let card: [UInt8]
        let province: [UInt8]

        func derive(_ key: SecretBytes, _ factor: [UInt8]) throws -> SecretBytes {
            try messaging.derive(key, factor: factor, expansion: expansion)
        }
    }

    private func derive(
        _ role: KeyRole, _ index: Int, _ card: inout ContentEditor,
        _ value: (SecretBytes, Factors) throws -> SecretBytes
    ) {
        let name = name(role, index)
        let wrong = computed(name, card, value)
        card.edit(key: name) { key in
            let bytes = Hex.decode(key.value) ?? []
            key.value = Hex.encode(wrong ?? bytes.map { $0 ^ 0xFF })
        }
    }

    private func computed(
        _ name: String, _ card: ContentEditor, _ value: (SecretBytes, Factors) throws -> SecretBytes
    ) -> [UInt8]? {
        let cryptography = profile.cryptography
        let item = cryptography.provinceFactor.item
        guard let published = profile.testKeys, published.keys.contains(name),
            let city = card.value(of: "\(item.section).\(item.item)"), let serial = Hex.decode(card.state.serial),
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
