import Messages

extension DeliveredKeyText {
    var chinese: Chinese {
        switch self {
        case .form(let transportKey): "\(transportKey) 不是 32 位十六进制数"
        }
    }
}

extension FaultText {
    var chinese: Chinese {
        switch self {
        case .cardIsMade(let names): "卡已制成，而 \(names) 在制卡时产生：请换一个 --state 文件"
        }
    }
}

extension VirtualText {
    var chinese: Chinese {
        switch self {
        case .atLeastZero: "--delay-ms 与 --remove-after 应不小于 0"
        case .idleForm: "--exit-when-idle 应为大于 0 的秒数"
        case .onlyForSAM: "--type、--pin、--province 须与 --sam 同用"
        case .faultOnlyForCard: "--fault 只用于卡"
        case .challengeOnlyForCard: "--challenge 只用于卡"
        case .waitForm: "--wait 应为不小于 0 的秒数"
        case .noSAMType(let type, let known): "--type \(type) 不是该卡片描述文件中的 SAM 类型，可选：\(known)"
        case .digitsForm(let digits, let option): "\(option) 应为 \(digits) 位十六进制数"
        }
    }
}

extension VirtualFeederText {
    var chinese: Chinese {
        switch self {
        case .numbers: "--changeover、--chips 应不小于 0，--faults 应为 0 至 100"
        case .noReaders: "没有虚拟读卡器：请给出 --ports，或在 Scripts/with-virtual-readers 中运行"
        }
    }
}

extension InterfaceText {
    var chinese: Chinese {
        switch self {
        case .patienceForm: "--patience 应为 1 至 3600 的秒数"
        case .writes(let name): "程序 \(name) 会写卡，须加 --write"
        case .pinNeeded: "需要 SAM 卡的 PIN：--sam-pin-file 或凭据 healthcard-sam-pin"
        case .program(let name): "程序 \(name)"
        case .deviates(let count): "动态库有 \(count) 处不符，或未完成任何调用"
        case .calls(let name, let calls, let done): "\(name)：调用 \(calls) 次，成功 \(done) 次"
        case .noDeviations: "未发现不符"
        case .notLoaded(let reason): "无法加载动态库：\(reason)"
        case .notStarted(let reason): "无法启动检查：\(reason)"
        case .checkFailed(let reason): "检查自身失败：\(reason)"
        case .noMemory: "没有可用的内存"
        }
    }
}

extension DemoClinicText {
    var chinese: Chinese {
        switch self {
        case .clinic(let reader, let type): "\n医疗机构：\(reader) 中的 \(type) 类 SAM 卡，密钥不出 SAM 卡："
        case .commands(let card, let sam): "：卡 \(card) 条命令，SAM 卡 \(sam) 条"
        case .read: "读卡"
        case .updated(let written): "写入电话和过敏史（\(written)）"
        case .visit(let record): "写入门诊记录 \(record)，由 SAM 卡签名，最后置索引"
        case .verified: "签名与证书验证通过"
        case .noReader(let port): "没有读卡器显示端口 \(port) 的虚拟卡：请确认读卡器属于该 pcscd"
        }
    }
}

extension DemoText {
    var chinese: Chinese {
        switch self {
        case .cardsForm: "--cards 应不小于 1"
        case .noReaders: "没有虚拟读卡器：请运行 make demo，或 Scripts/with-virtual-readers 4 -- healthcard demo"
        case .shown(let count, let reader): "\n其中一张，经 \(reader) 以 \(count) 条命令读出：\n"
        }
    }
}

extension DemoFactoryText {
    var chinese: Chinese {
        switch self {
        case .refused: "该批次不能制卡"
        case .batch(let name, let cards, let readers): "批次 \(name)：在 \(readers) 个虚拟读卡器上制作 \(cards) 张测试卡"
        case .made(let made, let seconds, let rejected, let left):
            "\(made) 张卡已制成、逐字节读回比对并激活，用时 \(seconds) 秒；剔除 \(rejected)，剩余 \(left)"
        case .ledger(let entries): "台账：\(entries) 个条目，以 SM3 串联并由工作站签名，核对无误"
        case .ledgerChanged: "台账被改动！"
        }
    }
}

extension PersonalizeText {
    var chinese: Chinese {
        switch self {
        case .idOrLanes: "--id 制一张卡，--lanes 制整批，请只给其一"
        case .formalByLine: "正式卡只能由生产线制作并登记台账：请去掉 --id"
        case .notMade: "未制成"
        case .made(let chip, let commands, let milliseconds):
            "制成：芯片 \(chip)，\(commands) 条命令，\(milliseconds) 毫秒，已读回比对并激活"
        }
    }
}

extension PlanText {
    var chinese: Chinese {
        switch self {
        case .serialForm: "--serial 应为 16 位十六进制数"
        }
    }
}
