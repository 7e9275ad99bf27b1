import CardProfiles
import ISO7816
import VirtualCard

extension CardFault {
    /// Header, Lc, 255 bytes, Le.
    private static let longestShortCommand = 261

    /// Status words, and commands that are not on the page.
    static let robustness: [CardFault] = [
        CardFault(
            "status-6a82", "protocol §5",
            "no such file is 6A80, not 6A82", "文件不存在返回 6A80 而非 6A82",
            foundBy: "files.MF.other-short-identifiers"
        ) { behaviour in
            behaviour.answer(.wrongData, insteadOf: .fileNotFound)
        },
        CardFault(
            "status-6a83", "protocol §5",
            "no such record is 6A82, not 6A83", "记录不存在返回 6A82 而非 6A83",
            foundBy: "files.DDF1/EF05.unknown-tag"
        ) { behaviour in
            behaviour.answer(.fileNotFound, insteadOf: .recordNotFound)
        },
        CardFault(
            "status-6a86", "protocol §5",
            "wrong P1-P2 is 6B00, not 6A86", "P1-P2 错误返回 6B00 而非 6A86",
            foundBy: "robustness.select.p2"
        ) { behaviour in
            behaviour.answer(.wrongP1P2, insteadOf: .incorrectP1P2)
        },
        CardFault(
            "status-6a88", "protocol §5",
            "no such key is 6A82, not 6A88", "密钥不存在返回 6A82 而非 6A88",
            foundBy: "keys.BK_MF.in-DDF1"
        ) { behaviour in
            behaviour.answer(.fileNotFound, insteadOf: .referencedDataNotFound)
        },
        CardFault(
            "status-6700", "protocol §5",
            "a wrong length is 6A80, not 6700", "长度错误返回 6A80 而非 6700",
            foundBy: "keys.BK_MF.length"
        ) { behaviour in
            behaviour.answer(.wrongData, insteadOf: .wrongLength)
        },
        CardFault(
            "status-6d00", "protocol §5",
            "an unknown instruction is 6E00, not 6D00", "指令不支持返回 6E00 而非 6D00",
            foundBy: "robustness.instructions-00-0F"
        ) { behaviour in
            behaviour.answer(.classNotSupported, insteadOf: .instructionNotSupported)
        },
        CardFault(
            "status-6e00", "protocol §5",
            "an unknown class is 6D00, not 6E00", "类别不支持返回 6D00 而非 6E00",
            foundBy: "protection.DDF1/EF07.update.plain-alone"
        ) { behaviour in
            behaviour.answer(.instructionNotSupported, insteadOf: .classNotSupported)
        },
        CardFault(
            "status-6982", "protocol §5",
            "a missing right is 6985, not 6982", "权限不足返回 6985 而非 6982",
            foundBy: "records.DDF1/EF05.no-new-record"
        ) { behaviour in
            behaviour.answer(.conditionsNotSatisfied, insteadOf: .securityStatusNotSatisfied)
        },
        CardFault(
            "status-6983", "protocol §3",
            "a locked key is 63C0, not 6983", "密钥锁定返回 63C0 而非 6983",
            foundBy: "blocking.UK1_DDF1.locked"
        ) { behaviour in
            behaviour.answer(.triesLeft(0), insteadOf: .authenticationMethodBlocked)
        },
        CardFault(
            "status-6984", "protocol §3",
            "no challenge is 6985, not 6984", "无随机数返回 6985 而非 6984",
            foundBy: "keys.STK_MF.present"
        ) { behaviour in
            behaviour.answer(.conditionsNotSatisfied, insteadOf: .referenceDataNotUsable)
        },
        CardFault(
            "status-6988", "protocol §3",
            "a wrong MAC is 6982, not 6988", "MAC 错误返回 6982 而非 6988",
            foundBy: "protection.DF03/EF05.update.under-UK1_DF03"
        ) { behaviour in
            behaviour.answer(.securityStatusNotSatisfied, insteadOf: .incorrectSecureMessagingData)
        },
        CardFault(
            "status-6b00", "protocol §5",
            "an offset beyond the end is 6A84, not 6B00", "偏移越界返回 6A84 而非 6B00",
            foundBy: "files.DDF1/EF07.size"
        ) { behaviour in
            behaviour.answer(.notEnoughMemory, insteadOf: .wrongP1P2)
        },
        CardFault(
            "status-6981", "protocol §5",
            "a wrong kind of file is 6986, not 6981", "文件类型不符返回 6986 而非 6981",
            foundBy: "files.DDF1/EF05.kind"
        ) { behaviour in
            behaviour.answer(.commandNotAllowed, insteadOf: .incompatibleFileStructure)
        },
        CardFault(
            "status-6986", "protocol §5",
            "no current file is 6985, not 6986", "无当前文件返回 6985 而非 6986",
            foundBy: "robustness.DF03/EF05.erase.reset-before"
        ) { behaviour in
            behaviour.answer(.conditionsNotSatisfied, insteadOf: .commandNotAllowed)
        },
        CardFault(
            "class-ignored", "protocol §5",
            "any class is taken", "接受任意类别字节",
            foundBy: "robustness.classes-00-0F"
        ) { behaviour in
            behaviour.refusesUnknownClasses = false
        },
        CardFault(
            "instruction-unknown-done", "protocol §5",
            "an unknown instruction is answered by 9000", "未知指令返回 9000",
            foundBy: "robustness.instructions-00-0F"
        ) { behaviour in
            behaviour.refusesUnknownInstructions = false
        },
        CardFault(
            "parameters-ignored", "protocol §5",
            "authentication takes any P1", "认证命令忽略 P1",
            foundBy: "robustness.external.p1"
        ) { behaviour in
            behaviour.omit(.parameters, of: .externalAuthenticate)
            behaviour.omit(.parameters, of: .internalAuthenticate)
        },
        CardFault(
            "length-trailing-ignored", "protocol §5",
            "bytes behind Lc and Le are ignored", "忽略命令尾部多余字节",
            foundBy: "robustness.form.data-left"
        ) { behaviour in
            behaviour.malformed = { bytes in
                guard bytes.count > 5, bytes[4] != 0 else { return nil }
                return ReceivedCommand(Array(bytes.prefix(5 + Int(bytes[4]))), allowsExtended: false)
            }
        },
        CardFault(
            "order-record-before-right", "protocol §5",
            "a record is looked for before the right", "先查记录后查权限",
            foundBy: "records.DDF1/EF05.no-new-record"
        ) { behaviour in
            behaviour.findsPlaceFirst = true
        },
        CardFault(
            "chain-forgets-links", "protocol §5",
            "a chain keeps its last link alone", "命令链只保留最后一段",
            foundBy: "robustness.chain.two"
        ) { behaviour in
            behaviour.forgetsLinksOfChain = true
        },
        CardFault(
            "chain-unbroken", "protocol §5",
            "another command within a chain is served", "命令链被打断不报错",
            foundBy: "robustness.chain.broken"
        ) { behaviour in
            behaviour.refusesBrokenChain = false
        },
        CardFault(
            "extended-refused", "protocol §4",
            "extended length is refused", "拒绝扩展长度",
            foundBy: "robustness.extended.select"
        ) { behaviour in
            behaviour.takesExtended = false
        },
        CardFault(
            "extended-cut", "protocol §4",
            "an extended Le gives 256 bytes at most", "扩展 Le 最多返回 256 字节",
            foundBy: "robustness.DDF1/EF07.read.extended"
        ) { behaviour in
            behaviour.longestExtendedAnswer = 256
        },
        CardFault(
            "mute-after-long-command", "protocol §5",
            "after a command that is too long the card is mute until reset", "超长命令后卡无应答直至复位",
            foundBy: "robustness.form.oversized"
        ) { behaviour in
            behaviour.isSilent = { $0.count > longestShortCommand }
        },
    ]
}
