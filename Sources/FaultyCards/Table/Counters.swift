import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// What fills a retry counter, and what is counted together.
    static let counters: [CardFault] = [
        CardFault(
            "tries-back-after-other-key", "protocol §3",
            "success of another key restores the tries", "其他密钥认证成功恢复计数",
            foundBy: "keys.RK1_DF01.not-refilled.other-key"
        ) { behaviour in
            behaviour.refills = { $0.ins == Operation.externalAuthenticate.rawValue ? .directory : .none }
        },
        CardFault(
            "tries-back-after-unblock", "protocol §3",
            "APPLICATION UNBLOCK restores the tries", "应用解锁恢复计数",
            foundBy: "blocking.DF01.unblock.counters"
        ) { behaviour in
            behaviour.refills = { $0.ins == Operation.applicationUnblock.rawValue ? .directory : .none }
        },
        CardFault(
            "tries-back-after-select", "protocol §3",
            "SELECT of a directory by identifier restores the tries", "选择目录恢复计数",
            foundBy: "keys.UK2_DF02.not-refilled.selecting-again"
        ) { behaviour in
            behaviour.refills = { $0.ins == 0xA4 && $0.p1 == 0 && $0.data.first == 0xDF ? .card : .none }
        },
        CardFault(
            "tries-back-after-name", "protocol §3",
            "SELECT by name restores the tries", "按名称选择恢复计数",
            foundBy: "keys.UK1_DF01.not-refilled.by-name"
        ) { behaviour in
            behaviour.refills = { $0.ins == 0xA4 && $0.p1 == 4 ? .card : .none }
        },
        CardFault(
            "tries-back-after-elsewhere", "protocol §3",
            "success in another directory restores the tries of all", "其他目录认证成功恢复全部计数",
            foundBy: "keys.RK1_DF03.not-refilled.elsewhere"
        ) { behaviour in
            behaviour.refills = { $0.ins == Operation.externalAuthenticate.rawValue && $0.p2 < 0x80 ? .card : .none }
        },
        CardFault(
            "tries-back-after-internal", "protocol §3",
            "INTERNAL AUTHENTICATE restores the tries", "内部认证恢复计数",
            foundBy: "keys.RK1_DDF1.not-refilled.internal"
        ) { behaviour in
            behaviour.refills = { $0.ins == Operation.internalAuthenticate.rawValue ? .directory : .none }
        },
        CardFault(
            "tries-back-after-update", "protocol §3",
            "a protected update restores the tries", "安全报文更新恢复计数",
            foundBy: "keys.RK1_DF02.not-refilled.update"
        ) { behaviour in
            behaviour.refills = { $0.ins == Operation.updateRecord.rawValue ? .directory : .none }
        },
        CardFault(
            "tries-shared-across", "protocol §3",
            "keys of one reference in different directories are counted together", "不同目录同一标识的密钥共用计数",
            foundBy: "keys.counters.each-its-own"
        ) { behaviour in
            behaviour.countsTogether = { $0.key == $1.key && $0.directory != $1.directory }
        },
        CardFault(
            "tries-shared-pair", "protocol §3",
            "the read key and the block key of a directory are counted together", "读密钥与应用锁定密钥共用计数",
            foundBy: "keys.counters.each-its-own"
        ) { behaviour in
            behaviour.countsTogether = { $0.directory == $1.directory && $0.key == 0x84 && $1.key == 0x83 }
        },
    ]
}
