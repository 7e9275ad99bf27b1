import Files
import Messages

extension ReportError {
    public var chinese: Chinese {
        switch self {
        case .evidence(let flaw): .init("检测证据不可用：\(flaw)", hint: "请重新运行检测")
        case .file(let path, let problem): .init("\(path)：\(problem)", hintOf: problem)
        case .reportDiffers(let path):
            .init("\(path) 与其检测证据得出的报告不同：被改动过，或由其他软件生成", hint: "请用 `healthcard testcards report` 重新生成")
        case .unsigned(let path):
            .init("\(path) 没有签名：缺少 \(path)\(EvidenceSignature.suffix)", hint: "请从运行检测的工作站取回这两个文件")
        case .signature(let path, let station, let problem):
            .init("\(path) 不是工作站 \(station) 所签的内容：\(problem)", hint: "请从该工作站重新取回这两个文件，或重新运行检测")
        case .notAdded(let problem): .init("本次检测不能并入检测证据：\(problem)", hintOf: problem)
        case .drawing(let problem): "无法绘制报告：\(problem ?? "cairo 没有给出页面")"
        case .library(let missing): .init("无法绘制报告：\(missing)", hintOf: missing)
        }
    }
}

extension EvidenceFlaw {
    public var chinese: Chinese {
        switch self {
        case .notWritable: "无法写成 JSON"
        case .notJSON(let format): "不是格式 \(format) 的 JSON"
        case .spelling: "写法与检测程序所写的不同（键须排序，且不得有未知的键）"
        case .checkTwice: "有两个检测项同名"
        case .cardTwice: "有一张卡列出了两次"
        case .unknownCheck(let name): "有一项结果不属于所列的检测项（\(name)）"
        case .unknownCard: "有一项结果属于没有列出的卡"
        case .twoResults(let check): "\(check) 在一张卡上有两项结果"
        case .profileDigest: "profileDigest 不是 64 位小写十六进制数字"
        case .digest: "有一个摘要不是 64 位小写十六进制数字"
        case .time: "有一个时间不是 YYYY-MM-DDThh:mm:ssZ 的形式"
        case .duration: "有一段时长为负或超过一天"
        case .runs: "各次检测的记载互相矛盾"
        case .otherStation(let signer): "所写的工作站不是将要签名的 \(signer)"
        case .notSigned(let signer): "不是由工作站 \(signer) 的密钥签名"
        case .format(let current, let unsigned): "格式既不是 \(current)，也不是 \(unsigned)"
        case .foreignMembers: "含有其格式没有的成员"
        case .membersMissing: "缺少 station、chip、equipment 或 scope"
        case .stationForm: "station 不是名称和指纹"
        case .negativeScope: "scope 中有负数"
        case .noCampaignDigest: "测试任务没有摘要"
        case .campaign(let error): "测试任务无效：\(error)"
        case .differsFromCampaign(let member): "\(member) 与测试任务的不同"
        }
    }
}

extension AdditionProblem {
    public var chinese: Chinese {
        switch self {
        case .noEvidence: .init("尚无全套检测的证据", hint: "请先不带 --failed 运行全套检测")
        case .nothingFailed: "其中没有不通过项"
        case .otherStation(let station): .init("由工作站 \(station) 签名", hint: "请在该工作站补做，或在本站运行全套检测")
        case .otherSoftware: .init("由本软件的另一版本收集", hint: "请运行全套检测")
        case .otherSubject: .init("测试任务、卡片描述文件或制卡命令集不同", hint: "请运行全套检测")
        case .strangeCard(let serial): .init("其中没有卡 \(serial)", hint: "请将该卡取出")
        case .otherBuild(let serial): .init("卡 \(serial) 的复位应答与先前不同，已不是同一产品", hint: "请为新版本新建测试任务")
        case .noCard(let serials): .init("有不通过项的卡都不在读卡器中：\(list: serials)", hint: "请插入这些卡")
        }
    }
}

extension SignatureProblem {
    public var chinese: Chinese {
        switch self {
        case .otherKey: "签名与其密钥不符"
        case .changed(let time): "在 \(time) 之后被改动，或属于另一次检测"
        case .otherStation(let station): "其中写明由\(station.map { "工作站 \($0) " } ?? "不明工作站")收集"
        case .otherCampaign: "测试任务与签名的不同"
        }
    }
}

extension CampaignFileProblem {
    public var chinese: Chinese {
        switch self {
        case .file(let problem): problem.chinese
        case .system(let reason): reason.chinese
        case .notAFolder: .init("是链接或文件", hint: "请指定文件夹")
        case .existsAlready: .init("已存在", hint: "请换一个名称")
        case .notAFile: .init("是链接、设备或文件夹，只能替换文件", hint: "请先将其移走")
        case .earlierNotKept: "无法在此保留先前的检测证据"
        case .missing: "不存在"
        case .noEvidence: "不存在：报告须与其检测证据核对"
        case .differs(let other): .init("与 \(other) 不同", hint: "请用测试任务的检测证据重新生成报告")
        case .signature(let flaw): "不是检测证据的签名：\(flaw)"
        case .campaignMissing: .init("不存在", hint: "请指定测试任务的文件夹")
        case .environmentMissing: .init("不存在", hint: "请先用 `healthcard testcards make` 制作测试卡")
        case .notAnObject(let limit): "不是 \(limit) 字节以内的 JSON 对象"
        case .notCards: .init("不是卡的清单", hint: "请重新制作测试卡")
        case .notAnEnvironment: .init("不是生产环境的记录", hint: "请重新制作测试卡")
        case .notJSON: "无法写成 JSON"
        case .evidence(let flaw): "检测证据不可用：\(flaw)"
        }
    }
}

extension SignatureFileFlaw {
    public var chinese: Chinese {
        switch self {
        case .notText: "过长，或不是文本"
        case .lines(let format): "各行不是 \(format) 的内容"
        case .missing(let label): "缺少 \(label)"
        case .form: "有一个值的格式不对"
        case .spelling: "写法与工作站所写的不同"
        }
    }
}

extension CampaignError {
    public var chinese: Chinese {
        switch self {
        case .value(let file, let key, let problem): .init("\(file)：\(key) \(problem)", hintOf: problem)
        case .file(let path, let problem): .init("\(path)：\(problem)", hintOf: problem)
        case .exists(let path): .init("\(path) 中已有测试任务", hint: "请另选文件夹；测试卡不会重做覆盖")
        case .profileChanged(let campaign, let now):
            .init(
                "卡片描述文件与测试任务开始时的不同（SM3 \(now)，测试任务所记为 \(campaign)）",
                hint: "请恢复原来的卡片描述文件，或新建测试任务")
        case .photo(let flaw): .init("无法为测试人员绘制照片：\(AnyMessage(of: flaw))", hintOf: AnyMessage(of: flaw))
        }
    }
}

extension CampaignValueProblem {
    public var chinese: Chinese {
        switch self {
        case .unknownKey: .init("不是此文件的键", hint: "请删除，或更正拼写")
        case .missing: .init("缺少", hint: "请补上")
        case .wrongType: .init("类型不对", hint: "请更正")
        case .format(let format): .init("不是 \(format)", hint: "请使用相应版本的软件")
        case .text: .init("应为一行 1 至 200 字节的文本", hint: "请更正")
        case .cards(let most): .init("应为 1 至 \(most)", hint: "请更正")
        case .setAside: .init("应为 0 至卡的张数", hint: "请更正")
        case .days: .init("与 endDate 应是先后两个日期", hint: "请更正")
        case .notADay: "不是日期"
        case .testRegion: .init("不能组成身份证号", hint: "应为两位数字")
        }
    }
}

extension SuiteError {
    public var chinese: Chinese {
        switch self {
        case .noDialect(let name, let known): .init("卡片描述文件没有制卡命令集 \(name)", hint: "可用：\(list: known)")
        case .repeatedCheck(let id): .init("有两个检测项都叫 \(id)", hint: "请在卡片描述文件中将相应的文件或数据项改名")
        case .unknownCheck(let name, let like):
            .init(
                "没有名为“\(name)”或以其开头的检测项",
                hint: like.isEmpty ? "可用 `healthcard testcards list` 列出全部" : "是否为 \(list: like)？")
        }
    }
}

extension ReportProblem {
    public var chinese: Chinese {
        switch self {
        case .edited: .init("报告被改动过：其中有未列出的卡的结果", hint: "请从生成之处重新取回")
        case .failed(let checks): "\(checks.count) 项检测不通过：\(names(checks))；不能据此放行"
        case .notRun(let checks):
            .init("\(checks.count) 项检测未执行：\(names(checks))", hint: "请补做；破坏性检测须用另备的卡")
        case .lacks(let checks): .init("报告缺少 \(checks.count) 项检测：\(names(checks))", hint: "请运行全套检测")
        case .strange(let checks):
            .init("有 \(checks.count) 项检测不属于本软件的全套检测：\(names(checks))", hint: "请使用生成报告的软件")
        case .otherProfile(let name):
            .init("报告所用的卡片描述文件不是 \(name) 及所给的差异描述文件", hint: "请给出制作这些卡所用的卡片描述文件")
        case .noCards: "报告中没有卡"
        case .part(let reasons): .init("报告不是对测试任务的卡所做的全套检测：\(clauses: reasons)", hint: "请对这些卡运行全套检测")
        case .noCampaign:
            .init("报告不属于任何测试任务", hint: "请用 `healthcard testcards new` 新建测试任务，制作测试卡并运行检测")
        case .otherCards(let cards):
            .init("补做不通过项时卡片已不同：\(names(cards))", hint: "请为新版本新建测试任务")
        }
    }

    private func names(_ checks: [String]) -> Chinese {
        "\(list: Array(checks.prefix(8)))\(checks.count > 8 ? "……" : "")"
    }
}
