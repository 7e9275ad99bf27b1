import Messages

extension EnvironmentWord {
    var chinese: Chinese {
        switch self {
        case .stops: "禁止制卡："
        case .note: "注意："
        case .difference(let field, let tested, let now): "\(field) 测试卡时为 \(tested)，现为 \(now)"
        case .otherEnvironment(let list): "与测试卡环境不一致（\(list)）：须先重新制作并检测测试卡"
        }
    }
}

extension EvidenceText {
    var chinese: Chinese {
        switch self {
        case .existsAlready(let out): "\(out) 已存在：检测证据不可覆盖，请另选文件名"
        case .otherCampaign(let field, let campaign, let made):
            "campaign.json 中 \(field) 为 \(campaign)，而测试卡制作时为 \(made)：请先为该测试任务制作测试卡"
        }
    }
}

extension FaultsText {
    var chinese: Chinese {
        switch self {
        case .workersForm: "--workers 应不小于 1"
        case .falseAlarm(let check): "误报：\(check)"
        case .notFound(let count, let total, let missed, let alarms):
            "\(total) 个故障中 \(count) 个未发现（\(list: missed)）；误报 \(alarms) 个"
        case .nobody: "批次中没有可制卡的申请人"
        }
    }
}

extension SuiteText {
    var chinese: Chinese {
        switch self {
        case .failed: "不通过："
        case .failures(let count): "，不通过 \(count)"
        }
    }
}

extension TestCardSourceText {
    var chinese: Chinese {
        switch self {
        case .lanesForm(let most): "--lanes 应为 virtual:N（N 为 1 至 \(most)）；有测试任务的文件夹时为 virtual"
        case .chipMissing(let chip, let folder): "虚拟芯片 \(chip) 不在 \(folder) 中：若在读卡器中制作，请用 --reader"
        case .noCard: "所选读卡器中均无卡"
        case .sameSerial(let serial): "两张卡的序列号均为 \(serial)"
        case .foreign(let reader): "\(reader) 中的卡不属于该测试任务"
        }
    }
}

extension TestCardListText {
    var chinese: Chinese {
        switch self {
        case .destructive: " [破坏性]"
        case .count(let count): "共 \(count) 项"
        }
    }
}

extension TestCardMakeText {
    var chinese: Chinese {
        switch self {
        case .made(let count, let spare): "测试卡 \(count) 张，其中 \(spare) 张留作破坏性检测"
        }
    }
}

extension TestCardNewText {
    var chinese: Chinese {
        switch self {
        case .noDialect(let dialect): "卡片描述文件中没有制卡命令集 “\(dialect)”"
        case .begun(let id, let cards, let folder, let digest):
            "测试任务 \(id)：已在 \(folder) 生成 \(cards) 名虚构人员；SM3 \(digest)"
        }
    }
}

extension TestCardReportText {
    var chinese: Chinese {
        switch self {
        case .missing(let source): "\(source) 不存在"
        case .matches(let number, let digest): "报告与检测证据一致：\(number)，SM3 \(digest)"
        case .signedBy: "签名工作站："
        case .notWhole: "并非完整检测："
        case .noEvidence(let folder, let part): "\(folder) 尚无全套检测的检测证据：请执行全套检测，或指定其中一次部分检测，例如 \(part)"
        }
    }
}

extension TestCardRunText {
    var chinese: Chinese {
        switch self {
        case .lanesOrReader: "--lanes 与 --reader 请只给其一"
        case .faultWithout: "--fault 须与 --lanes virtual:N 同用"
        case .enduranceForm: "--endurance 应为 1 至 1000000"
        case .summary(let checks, let cards, let passed, let failed, let notApplicable, let notRun):
            "\(cards) 张卡、\(checks) 项检测：通过 \(passed)，不通过 \(failed)，不适用 \(notApplicable)，未执行 \(notRun)"
        case .evidence(let station, let path): "检测证据：\(path)，签名工作站 \(station)"
        case .failed(let count): "\(count) 项检测不通过"
        case .notRun(let count): "\(count) 项检测未执行"
        }
    }
}
