import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Rights that are asked for at the first place alone, or by one way alone.
    static let reach: [CardFault] = [
        CardFault(
            "reach-offset-256", "card §1.1",
            "reading from offset 256 on needs no right", "从偏移 256 起读取不检查权限",
            foundBy: "access.DDF1/EF07.read.other-places"
        ) { behaviour in
            behaviour.omit(.right, of: .readBinary) { $0.binaryOffset >= 256 }
        },
        CardFault(
            "reach-other-records", "card §1.1",
            "reading records other than the first needs no right", "读首条以外的记录不检查权限",
            foundBy: "access.DF01/EF06.read.other-places"
        ) { behaviour in
            behaviour.omit(.right, of: .readRecord) { $0.p1 > 1 && $0.p2 & 7 == 4 }
        },
        CardFault(
            "reach-record-nine", "card §1.1",
            "reading record 9 needs no right", "读第 9 条记录不检查权限",
            foundBy: "access.DF02/EF05.read.other-places"
        ) { behaviour in
            behaviour.omit(.right, of: .readRecord) { $0.p1 == 9 }
        },
        CardFault(
            "reach-short-identifier-offset", "card §1.1",
            "READ BINARY by short identifier behind the first byte needs no right", "按短标识从首字节以后读取不检查权限",
            foundBy: "access.DF03/EE02.read.short-identifier-places"
        ) { behaviour in
            behaviour.omit(.right, of: .readBinary) { $0.namesShortIdentifier && $0.p2 > 0 }
        },
        CardFault(
            "reach-extended", "card §1.1",
            "an extended READ needs no right", "扩展长度读取不检查权限",
            foundBy: "access.DDF1/EF07.read.extended"
        ) { behaviour in
            behaviour.omit(.right, of: .readBinary) { $0.isExtended }
            behaviour.omit(.right, of: .readRecord) { $0.isExtended }
        },
        CardFault(
            "reach-all-from-second", "card §1.1",
            "reading all records from the second on needs no right", "从第二条起读全部记录不检查权限",
            foundBy: "access.DF01/EF05.read.other-places"
        ) { behaviour in
            behaviour.omit(.right, of: .readRecord) { $0.p2 & 7 == 5 && $0.p1 > 1 }
        },
        CardFault(
            "reach-update-offset", "card §1.1",
            "UPDATE BINARY behind the first page needs no right", "首页以后的 UPDATE BINARY 不检查权限",
            foundBy: "access.DF03/ED01.update.other-places"
        ) { behaviour in
            behaviour.omit(.right, of: .updateBinary) { $0.binaryOffset >= 255 }
        },
        CardFault(
            "reach-update-record", "card §1.1",
            "updating a record other than the first needs no right", "更新首条以外的记录不检查权限",
            foundBy: "access.DDF1/EF08.update.other-places"
        ) { behaviour in
            behaviour.omit(.right, of: .updateRecord) { $0.p1 > 1 }
        },
        CardFault(
            "reach-update-short-identifier", "card §1.1",
            "updating a record by short identifier needs no right", "按短标识更新记录不检查权限",
            foundBy: "access.DF02/EF06.update.short-identifier-places"
        ) { behaviour in
            behaviour.omit(.right, of: .updateRecord) { $0.p2 >> 3 != 0 }
        },
        CardFault(
            "reach-update-chained", "card §1.1",
            "an update in links needs no right", "分段更新不检查权限",
            foundBy: "access.DF01/EF08.update.chained"
        ) { behaviour in
            behaviour.omit(.right, of: .updateRecord) { $0.isChained }
            behaviour.omit(.right, of: .updateBinary) { $0.isChained }
        },
        CardFault(
            "reach-mark-last", "card §1.1",
            "marking an index record other than the first needs no right", "标记首条以外的索引不检查权限",
            foundBy: "access.DF03/EF06.update.other-places"
        ) { behaviour in
            behaviour.omit(.right, of: .writeRecord) { $0.p1 > 1 }
        },
        CardFault(
            "rights-kept-by-name", "protocol §3",
            "rights survive SELECT of the directory by name", "按名称选择目录后权限仍在",
            foundBy: "access.DF02.rights.selecting-by-name"
        ) { behaviour in
            behaviour.keepsRightsOnSelect = { $0.p1 == 4 && $1 }
        },
        CardFault(
            "rights-leak-by-name", "protocol §3",
            "rights go along when another directory is selected by name", "按名称选择另一目录时权限带入",
            foundBy: "access.DF01.rights.by-name-in-DF03"
        ) { behaviour in
            behaviour.keepsRightsOnSelect = { $0.p1 == 4 && !$1 }
        },
        CardFault(
            "rights-return", "protocol §3",
            "rights are back when the directory is entered again", "重新进入目录后权限恢复",
            foundBy: "access.DF03.rights.sister-and-back"
        ) { behaviour in
            behaviour.afterUse = { [right = behaviour.afterUse] command, session in
                right(command, &session)
                guard command.ins == Operation.externalAuthenticate.rawValue else { return }
                session.leftovers[session.directory] = session.rights
            }
        },
        CardFault(
            "rights-dropped-by-refusal", "protocol §11",
            "a SELECT that is refused drops rights", "选择失败使权限丢失",
            foundBy: "access.DDF1.rights.refused-select"
        ) { behaviour in
            behaviour.afterRefusal = { command, _, session in if command.ins == 0xA4 { session.rights = [] } }
        },
        CardFault(
            "file-lost-by-refusal", "protocol §11",
            "a SELECT that is refused leaves no file current", "选择失败后没有当前文件",
            foundBy: "access.DF02.rights.refused-select"
        ) { behaviour in
            behaviour.afterRefusal = { command, _, session in if command.ins == 0xA4 { session.file = nil } }
        },
    ]
}
