import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// SELECT and what it answers.
    static let selecting: [CardFault] = [
        CardFault(
            "fci-name", "protocol §5",
            "the FCI of a directory cuts its name", "目录 FCI 中名称被截短",
            foundBy: "directories.DDF1.fci-name"
        ) { behaviour in
            behaviour.nameInFCI = { $0.dropLast() }
        },
        CardFault(
            "fci-serial", "protocol §5",
            "the FCI of a directory has another serial", "目录 FCI 中序列号不符",
            foundBy: "directories.MF.fci-serial"
        ) { behaviour in
            behaviour.serialInFCI = { $0.flipped(at: $0.indices.last) }
        },
        CardFault(
            "fci-size", "protocol §4",
            "the FCI of a file says a byte less", "文件 FCI 大小少一",
            foundBy: "files.DDF1/EF05.fci-size"
        ) { behaviour in
            behaviour.sizeInFCI = { max(0, $0 - 1) }
        },
        CardFault(
            "fci-descriptor", "protocol §4",
            "the FCI calls every file transparent", "FCI 将所有文件描述为透明文件",
            foundBy: "files.DDF1/EF05.fci-structure"
        ) { behaviour in
            behaviour.descriptorInFCI = { $1.descriptors[.transparent] ?? $0 }
        },
        CardFault(
            "fci-identifier", "protocol §4",
            "the FCI gives the file identifier backwards", "FCI 中文件标识字节颠倒",
            foundBy: "files.DDF1/EF05.fci-identifier"
        ) { behaviour in
            behaviour.identifierInFCI = { $0.byteSwapped }
        },
        CardFault(
            "fci-length", "protocol §4",
            "the outer length of the FCI is one too many", "FCI 外层长度多一",
            foundBy: "directories.MF.fci-identifier"
        ) { behaviour in
            behaviour.controlInformation = { information in
                guard information.count > 1 else { return information }
                var wrong = information
                wrong[1] &+= 1
                return wrong
            }
        },
        CardFault(
            "fci-unasked", "protocol §5",
            "SELECT with P2 0C answers an FCI", "P2=0C 时仍返回 FCI",
            foundBy: "directories.MF.silent"
        ) { behaviour in
            behaviour.givesFCIUnasked = true
        },
        CardFault(
            "fci-missing", "protocol §4",
            "SELECT answers no FCI though Le asks for it", "要求 FCI 时不返回",
            foundBy: "directories.MF.fci-short-le"
        ) { behaviour in
            behaviour.givesFCI = false
        },
        CardFault(
            "life-cycle-byte", "protocol §5",
            "8A says \"being made\" on an activated card", "已激活卡的 8A 仍为个人化状态",
            foundBy: "lifeCycle.state-byte"
        ) { behaviour in
            behaviour.lifeCycleInFCI = { _ in .beingMade }
        },
        CardFault(
            "select-partial-name", "protocol §5",
            "SELECT takes the beginning of a name", "按部分名称可选目录",
            foundBy: "directories.DDF1.part-of-name"
        ) { behaviour in
            behaviour.isName = { [right = behaviour.isName] in right($0, $1) || $0.starts(with: $1) }
        },
        CardFault(
            "select-name-too-long", "protocol §5",
            "SELECT takes a name with more behind it", "名称后带多余字节仍可选目录",
            foundBy: "directories.DDF1.longer-name"
        ) { behaviour in
            behaviour.isName = { [right = behaviour.isName] in right($0, $1) || $1.starts(with: $0) }
        },
        CardFault(
            "select-grandchild", "protocol §5",
            "SELECT reaches directories two levels below", "可越级选择下下级目录",
            foundBy: "directories.MF.to.DF01"
        ) { behaviour in
            behaviour.reachesGrandchildren = true
        },
        CardFault(
            "select-no-sister", "protocol §5",
            "SELECT does not reach a sister directory", "不能选择同级目录",
            foundBy: "directories.DF01.to.DF02"
        ) { behaviour in
            behaviour.reachesSisters = false
        },
        CardFault(
            "select-unknown-file", "protocol §5",
            "SELECT of an unknown identifier answers 9000", "选择不存在的标识返回 9000",
            foundBy: "directories.MF.nothing-else"
        ) { behaviour in
            behaviour.refusesUnknownIdentifiers = false
        },
        CardFault(
            "select-failure-leaves", "protocol §5",
            "a SELECT that fails leaves the directory", "选择失败后离开当前目录",
            foundBy: "directories.refused-select"
        ) { behaviour in
            behaviour.staysAfterFailedSelect = false
        },
        CardFault(
            "sfi-not-current", "protocol §4",
            "a short identifier does not make its file current", "短标识不使文件成为当前文件",
            foundBy: "files.DDF1/EF05.short-identifier"
        ) { behaviour in
            behaviour.shortIdentifierBecomesCurrent = false
        },
        CardFault(
            "reset-keeps-directory", "card §1.1",
            "after reset the directory before is still current", "复位后仍在原目录",
            foundBy: "answerToReset.master-file"
        ) { behaviour in
            behaviour.afterReset { $0.directory = $1.directory }
        },
    ]
}
