import Messages
import TestCards

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
        case .timeLeft(let time): "，剩余 \(time)"
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
        case .failedForm: "--failed 须给出测试任务的文件夹，且不能与 --only、--case、--fault、--dialect、--out 同用"
        case .notInHand(let cards): .init("以下卡不在此处，未补做：\(list: cards)", hint: "请插入后再次运行 --failed")
        case .cause(let number, let title, let failed, let notRun, let first):
            "\(number). \(title)：不通过 \(failed) 项，因此未执行 \(notRun) 项；首见于 \(first)"
        case .moreCauses(let count): "另有 \(count) 个原因"
        case .staysBlocked(let place): "\(place) 仍处于锁定状态：用其密钥未能解锁"
        case .failedBefore(let count): "\(count) 项结果先前不通过，现已通过；检测证据中两者均保留"
        case .summary(let checks, let cards, let passed, let failed, let notApplicable, let notRun):
            "\(cards) 张卡、\(checks) 项检测：通过 \(passed)，不通过 \(failed)，不适用 \(notApplicable)，未执行 \(notRun)"
        case .evidence(let station, let path): "检测证据：\(path)，签名工作站 \(station)"
        case .failed(let count): "\(count) 项检测不通过"
        case .notRun(let count): "\(count) 项检测未执行"
        }
    }
}

extension ShortReportText {
    var chinese: Chinese {
        switch self {
        case .card(let serial, let verdict, let passed, let failed, let notRun):
            "卡 \(serial)：\(Self.word(verdict))；通过 \(passed)，不通过 \(failed)，未执行 \(notRun)"
        case .failure(let check, let card): "   \(check)（\(card)）"
        case .expected(let text): "     预期：\(text)"
        case .got(let text): "     实际：\(text)"
        }
    }

    private static func word(_ verdict: ReportVerdict) -> Chinese {
        switch verdict {
        case .passed: "合格"
        case .failed: "不合格"
        case .incomplete: "不完整"
        }
    }
}

extension ExplainText {
    var chinese: Chinese {
        switch self {
        case .does(let title, let family): "检测内容：\(title)（\(family)）"
        case .expected(let text): "合格的卡：\(text)"
        case .clause(let clause): "依据：\(clause)"
        case .destructive: "破坏性：检测后该卡不能再发行；最后进行，只用留出的卡"
        case .failure(let text): "不通过意味着：\(text)"
        case .commands(let got, let count): "在合格的卡上（\(got)），最后 \(count) 次交互："
        }
    }
}

extension CompareText {
    var chinese: Chinese {
        switch self {
        case .profileUnknown: "未比较卡片描述文件的各行：其中之一已不是检测时的内容，或不在此处"
        case .subject(let name, let from, let to):
            "\(name)：\(from.isEmpty ? "–" : Chinese(verbatim: from)) → \(to.isEmpty ? "–" : Chinese(verbatim: to))"
        case .onlyIn(let side, let check): "仅 \(side) 有：\(check)"
        case .redefined(let check): "要求不同：\(check)"
        case .result(let check, let from, let to, let got):
            "\(check)：\(Self.word(from)) → \(Self.word(to))（\(got)）"
        case .time(let operation, let from, let to): "\(operation)：\(from) 微秒 → \(to) 微秒"
        case .summary(let checks, let results, let times, let subject):
            "两者共有 \(checks) 项检测；结果不同 \(results) 项，耗时不同 \(times) 项，对象、环境与卡片描述文件不同 \(subject) 处"
        }
    }

    private static func word(_ verdict: CheckVerdict?) -> Chinese {
        switch verdict {
        case .passed: "通过"
        case .failed: "不通过"
        case .notApplicable: "不适用"
        case .notRun: "未执行"
        case nil: "无结果"
        }
    }
}
