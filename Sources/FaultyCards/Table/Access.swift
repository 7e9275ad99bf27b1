import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Rights, and how they are gained and lost.
    static let access: [CardFault] = [
        CardFault(
            "access-any-key", "card §1.1",
            "any proven key of the directory gives every right", "目录内任一密钥认证后获全部权限",
            foundBy: "access.DF02/EF05.update.with-UK3_DF02"
        ) { behaviour in
            behaviour.opens = { right, _, granted, never in right != never && !granted.isEmpty }
        },
        CardFault(
            "access-any-key-reads", "card §1.1",
            "any proven key of the directory lets read", "目录内任一密钥认证后可读",
            foundBy: "access.DF02/EF05.read.with-UK3_DF02"
        ) { behaviour in
            behaviour.opens = { [other = behaviour.opens] right, isReading, granted, never in
                isReading && right != never && !granted.isEmpty || other(right, isReading, granted, never)
            }
        },
        CardFault(
            "access-update-unasked", "protocol §5",
            "a protected update needs no update right", "带保护的更新不检查更新权限",
            foundBy: "access.DF02/EF05.update.with-UK3_DF02"
        ) { behaviour in
            behaviour.omit(.right, of: .updateRecord)
        },
        CardFault(
            "access-erase-unasked", "card §1.1",
            "ERASE RECORD needs no right", "ERASE RECORD 不检查权限",
            foundBy: "access.DF03/EF05.erase.without-key"
        ) { behaviour in
            behaviour.omit(.right, of: .eraseRecord)
        },
        CardFault(
            "access-sfi-unchecked", "card §1.1",
            "reading by short identifier needs no right", "按短标识读不检查权限",
            foundBy: "access.DDF1/EF06.read.by-short-identifier"
        ) { behaviour in
            behaviour.omit(.right, of: .readBinary) { $0.p1 & 0x80 != 0 }
            behaviour.omit(.right, of: .readRecord) { $0.p2 >> 3 != 0 }
        },
        CardFault(
            "access-read-all-unchecked", "card §1.1",
            "reading all records needs no right", "读全部记录不检查权限",
            foundBy: "access.DDF1/EF06.read.all-records"
        ) { behaviour in
            behaviour.omit(.right, of: .readRecord) { $0.p2 & 7 == 5 }
        },
        CardFault(
            "access-plain-update", "protocol §5",
            "a plain update is taken where ciphertext is wanted", "要求密文的文件接受明文更新",
            foundBy: "protection.DDF1/EF08.update.plain"
        ) { behaviour in
            behaviour.takesPlainUpdates = true
        },
        CardFault(
            "rights-from-failure", "protocol §3",
            "a failed authentication wins the right too", "认证失败也获得权限",
            foundBy: "access.DDF1.rights.failed-authentication"
        ) { behaviour in
            behaviour.failureGrantsRight = true
        },
        CardFault(
            "rights-survive-reselect", "protocol §3",
            "rights survive SELECT of the same directory", "重新选择本目录后权限仍在",
            foundBy: "access.DDF1.rights.selecting-again"
        ) { behaviour in
            behaviour.keepsRights = { [right = behaviour.keepsRights] in $0 || right($0) }
        },
        CardFault(
            "rights-survive-reset", "protocol §3",
            "rights survive reset", "复位后权限仍在",
            foundBy: "access.DF02/EF05.read.with-UK3_DF02"
        ) { behaviour in
            behaviour.afterReset { new, old in
                new.leftovers = old.leftovers
                new.leftovers[old.directory, default: []].formUnion(old.rights)
            }
        },
        CardFault(
            "rights-leak", "protocol §3",
            "rights go along into another directory", "权限带入另一目录",
            foundBy: "access.DF02.rights.in-DF01"
        ) { behaviour in
            behaviour.keepsRights = { [right = behaviour.keepsRights] in !$0 || right($0) }
        },
        CardFault(
            "rights-lost-on-file", "protocol §3",
            "SELECT of a file drops rights", "选择文件使权限丢失",
            foundBy: "access.DDF1/EF07.update.by-short-identifier"
        ) { behaviour in
            behaviour.selectingFileKeepsRights = false
        },
        CardFault(
            "rights-used-up", "protocol §3",
            "a right serves one command", "权限只能用一次",
            foundBy: "access.DDF1/EF07.update.by-short-identifier"
        ) { behaviour in
            behaviour.afterUse = { command, session in
                if Operation.usingRights.contains(command.ins) { session.rights = [] }
            }
        },
        CardFault(
            "rights-last-key-only", "protocol §3",
            "proving a key drops what another won", "认证新密钥使先前权限丢失",
            foundBy: "visits.DF03/EF05.outside"
        ) { behaviour in
            behaviour.keepsRightsOfOtherKeys = false
        },
    ]
}
