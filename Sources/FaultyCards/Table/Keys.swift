import CardProfiles
import ISO7816

extension CardFault {
    /// Keys.
    static let keys: [CardFault] = [
        content(
            "key-missing", "card §2.1",
            "a read key is missing", "缺少读密钥",
            foundBy: "keys.RK1_DF01.no-challenge"
        ) { card in
            card.remove(key: card.name(.read, 1))
        },
        content(
            "key-version", "protocol §2",
            "a key has the version of formal keys", "密钥版本为正式版本",
            foundBy: "keys.UK1_DF01.formal-version"
        ) { card in
            let formal = Hex.encode([card.profile.cryptography.formalKeyVersion])
            card.edit(key: card.name(.update, 1)) { $0.version = formal }
        },
        content(
            "keys-swapped", "card §2.1",
            "two keys of a directory are swapped", "同目录两个密钥互换",
            foundBy: "keys.UK1_DF01.in-DF02"
        ) { card in
            guard let directory = card.file(of: "clinical.bloodABO")?.directory else { return }
            let names = card.profile.keys(in: directory).filter { $0.role == .update }.map(\.name)
            guard names.count > 1, let first = card.value(ofKey: names[0]), let second = card.value(ofKey: names[1])
            else { return }
            card.edit(key: names[1]) { $0.value = first }
            card.edit(key: names[0]) { $0.value = second }
        },
        content(
            "keys-equal", "card §2.1",
            "two keys of a directory have one value", "同目录两个密钥值相同",
            foundBy: "keys.UK2_DF03.in-DF02"
        ) { card in
            guard let directory = card.file(of: "clinical.bloodABO")?.directory else { return }
            let names = card.profile.keys(in: directory).filter { $0.role == .update }.map(\.name)
            guard names.count > 1, let first = card.value(ofKey: names[0]) else { return }
            card.edit(key: names[1]) { $0.value = first }
        },
        content(
            "key-undiversified", "protocol §2",
            "a key is the national key itself", "密钥未分散（国家密钥）",
            foundBy: "keys.IRK.leaves-challenge"
        ) { card in
            card.derive(.update, 0) { national, _ in national }
        },
        content(
            "key-provincial", "protocol §2",
            "a key is the provincial key, not the card's", "密钥只分散到省级",
            foundBy: "keys.RK1_DF02.in-DF01"
        ) { card in
            card.derive(.read, 1) { national, factors in try factors.derive(national, factors.province) }
        },
        content(
            "key-without-province", "protocol §2",
            "a key is derived by the card factor alone", "密钥未经省级分散",
            foundBy: "keys.RK1_DF01.in-DF02"
        ) { card in
            card.derive(.read, 2) { national, factors in try factors.derive(national, factors.card) }
        },
        content(
            "key-other-province", "protocol §2",
            "a key is derived by another province", "密钥用其他省份因子分散",
            foundBy: "keys.LK_DF01.in-DF02"
        ) { card in
            card.derive(.applicationBlock, 1) { national, factors in
                let other = Array("11".utf8) + factors.province.dropFirst(2)
                let province = other == factors.province ? Array("12".utf8) + other.dropFirst(2) : other
                return try factors.derive(factors.derive(national, province), factors.card)
            }
        },
        content(
            "key-other-card", "protocol §2",
            "a key is another card's", "密钥属于另一张卡",
            foundBy: "keys.RK1_DDF1.right"
        ) { card in
            card.derive(.read, 0) { national, factors in
                try factors.derive(factors.derive(national, factors.province), factors.card.reversed())
            }
        },
        content(
            "key-reference", "card §2.2",
            "a key has another reference", "密钥标识错误",
            foundBy: "keys.DF03.unknown-references"
        ) { card in
            card.edit(key: card.name(.read, 3)) { key in
                key.right = key.right ?? key.reference
                key.reference = "8F"
            }
        },
        content(
            "key-tries", "protocol §3",
            "a key has fifteen tries", "密钥计数为 15",
            foundBy: "keys.RK1_DF01.in-DF02"
        ) { card in
            card.edit(key: card.name(.read, 2)) { ($0.tries, $0.triesLeft) = (15, 15) }
        },
        content(
            "key-locked", "protocol §3",
            "a key is locked on the new card", "新卡密钥已锁定",
            foundBy: "keys.LK_DF01.no-challenge"
        ) { card in
            card.edit(key: card.name(.applicationBlock)) { $0.triesLeft = 0 }
        },
        content(
            "key-internal", "protocol §3",
            "the internal authentication key is wrong", "内部认证密钥错误",
            foundBy: "keys.IRK.level"
        ) { card in
            card.derive(.internalAuthentication, 0) { national, _ in national }
        },
        content(
            "key-maintenance-other-directory", "card §2.1",
            "a directory has the maintenance key of another", "维护密钥为其他目录的密钥",
            foundBy: "keys.sam-2.DF02"
        ) { card in
            let names = card.profile.keys.filter { $0.role == .maintenance }.map(\.name)
            guard names.count > 3, let other = card.value(ofKey: names[2]) else { return }
            card.edit(key: names[3]) { $0.value = other }
        },
        content(
            "key-block-missing", "card §2.1",
            "the key to CARD BLOCK is missing", "缺少卡锁定密钥",
            foundBy: "keys.STK_MF.present"
        ) { card in
            card.remove(key: card.name(.cardBlock))
        },
        content(
            "key-extra", "card §2.1",
            "a directory holds a key that it must not have", "目录中有多余密钥",
            foundBy: "keys.DDF1.unknown-references"
        ) { card in
            guard let key = card.profile.key(.read), let directory = key.directory else { return }
            card.edit(directory: directory) { directory in
                guard var extra = directory.keys.first(where: { $0.reference == Hex.encode([key.reference]) }) else {
                    return
                }
                extra.reference = Hex.encode([key.reference &+ 2])
                extra.right = nil
                directory.keys.append(extra)
            }
        },
    ]
}
