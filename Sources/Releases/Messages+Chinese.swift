import Messages

extension ReleaseRefusal {
    public var chinese: Chinese {
        switch self {
        case .missing: .init("制作正式卡需要放行书", hint: "请先将测试卡送审，再给出放行书文件")
        case .malformed(let error): .init("这不是放行书：\(error)", hintOf: error)
        case .signature: .init("放行书被改动，或不是由所列密钥签署", hint: "请向放行机构重新索取")
        case .authorityUnknown(let name): .init("放行书由\(shown(name))签署，本单位没有其公钥", hint: "如确是放行机构，请给出其公钥或根证书")
        case .certificate(let problem): .init("放行机构的证书无效：\(problem)", hint: "请询问放行机构")
        case .authorityNotEnrolled(let place):
            .init(
                "此处无人有权放行：\(place)中没有登记放行机构",
                hint: """
                    请由两人签署其登记书（`healthcard release authority enrol`、`healthcard sign`），再写入密钥库\
                    （`healthcard keys authority`）
                    """)
        case .otherAuthority(let enrolled, let given):
            .init("登记的放行机构是\(shown(enrolled))，而这是\(shown(given))", hint: "放行机构只能凭登记书更换，不能改用其他名称")
        case .enrolment(let problem): .init("放行机构登记书无效：\(problem)", hint: "请重新索取")
        case .notSigned(let missing): "缺少两位登记人员的签署：\(missing)"
        case .otherMaker(let released, let given): other("制卡单位", released, given)
        case .otherProduct(let released, let given): other("产品", released, given)
        case .otherProductVersion(let released, let given): other("产品版本", released, given)
        case .otherDialect(let released, let given): other("制卡命令集", released, given)
        case .profileChanged(let parts):
            .init(
                "卡片描述文件与放行的不同：\(parts.isEmpty ? "无法指出哪一部分" : "有改动的部分：\(names(parts))")",
                hint: "请撤回改动，或用改动后的文件制作测试卡并重新送审")
        case .notYetValid(let from): .init("放行书自 \(from) 起有效", hint: "请等待，或检查时钟")
        case .expired(let until): .init("放行书已过期（\(until)）", hint: "请办理续期")
        case .revoked(let reason): .init("放行书已撤销：\(shown(reason))", hint: "请询问放行机构")
        case .revocationListOlder(let number, let seen):
            .init("撤销清单第 \(number) 号早于已知的第 \(seen) 号", hint: "请索取最新的撤销清单")
        case .revocationListMissing(let number): .init("需要放行机构第 \(number) 号或更新的撤销清单", hint: "请索取后给出")
        case .revocationListForked(let number):
            .init("有两份第 \(number) 号撤销清单，其中一份不是放行机构所签", hint: "请停止制卡，并询问放行机构")
        case .revocationListStale(let until): .init("撤销清单应在 \(until) 前更新", hint: "请索取最新的撤销清单")
        case .revocationList(let error): .init("这不是撤销清单：\(error)", hintOf: error)
        case .revocationListNotUsed(let authority):
            .init(
                "\(shown(authority))的撤销清单与放行书不是同一密钥签署，与此放行书无关",
                hint: "请给出所登记放行机构的撤销清单，或去掉这一份")
        case .usedUp(let limit): .init("放行书的数量上限为 \(limit) 张，已全部用完", hint: "请申请增加")
        case .otherStation(let station): .init("放行书没有列出本工作站 \(station)", hint: "请在列出的工作站制卡，或申请增加")
        case .otherLedger: .init("放行书指定了另一本台账", hint: "请使用该台账")
        case .ledgerHeadMissing(let sequence):
            .init(
                "放行书所列的台账第 \(sequence) 条不存在或内容不同：台账被退回过，或不是那本台账",
                hint: "请停止制卡，并查明谁能写入台账")
        case .clockSetBack(let now, let last): .init("时钟显示 \(now)，而 \(last) 已有记录", hint: "请校准时钟")
        case .otherEngine(let released, let running):
            .init("测试卡由软件 \(released) 制作，现在运行的是 \(running)", hint: "请使用该软件，或用现在的软件制作测试卡并送审")
        case .otherReport: .init("检测报告不是放行书所依据的那份", hint: "请给出正确的报告")
        case .testKeysLoaded(let keys): .init("装入了公布的测试密钥 \(names(keys))，人人知晓", hint: "请使用正式密钥库")
        case .formalKeysLoaded(let keys): .init("测试卡装入了公布密钥以外的密钥：\(names(keys))", hint: "正式密钥不得写入测试卡")
        case .keyNotChecked(let name):
            .init("密钥 \(name) 没有应答，无法判断它是不是公布的测试密钥", hint: "请重新开始；如内存不足，请增加内存")
        case .testRulesChanged(let rules):
            .init("测试卡的规则内置于程序，卡片描述文件与之不同：\(names(rules))", hint: "请从卡片描述文件或差异描述文件中去掉")
        case .testRegionApplicant: .init("申请人属于测试区划，只用于测试卡", hint: "请放入 mode 为 \"test\" 的批次")
        case .notInLedger: "台账中没有为此人开始制作这枚芯片：正式卡只能在生产线上制作"
        case .ledgerChanged(let finding):
            .init("台账核对不符（\(finding)）", hint: "请运行 `healthcard ledger verify`，并查明谁能写入台账")
        }
    }

    private func other(_ what: Chinese, _ released: String, _ given: String) -> Chinese {
        .init("放行书中的\(what)是\(shown(released))，而这是\(shown(given))", hint: "不同的\(what)须另做测试卡，另行放行")
    }

    private func names(_ names: [String]) -> Chinese {
        names.count > 8 ? "\(list: Array(names.prefix(8))) 等 \(names.count) 项" : "\(list: names)"
    }
}

extension ReleaseRefusal.Place {
    public var chinese: Chinese {
        switch self {
        case .keyStore: "密钥库"
        case .ledger: "台账"
        }
    }
}

extension SignerProblem {
    public var chinese: Chinese {
        switch self {
        case .otherName(let certificate, let file): "证书属于\(certificate)，而文件写的是\(file)"
        case .chain(let error): error.chinese
        case .flaw(let flaw): flaw.chinese
        }
    }
}

extension EnrolmentProblem {
    public var chinese: Chinese {
        switch self {
        case .file(let error): error.chinese
        case .none: "没有登记书"
        case .number(let number, let next): "编号为 \(number)，接下来应是 \(next)"
        case .notFollowing: "它接续的不是现行的登记书"
        case .earlier(let time, let before): "签署时间 \(time) 早于前一份的 \(before)"
        case .enteredOtherwise: "编号或摘要与台账所记的不同"
        }
    }
}

extension SignaturesMissing {
    public var chinese: Chinese {
        switch self {
        case .unknownKey(let key): "有一个签名出自密钥 \(key)，不属于所列的任何人"
        case .ofItsPeople(let count): "所列人员中有 \(count) 人签署，需要 2 人"
        case .ofThePeopleBefore(let count): "前一份所列人员中有 \(count) 人签署，需要 2 人，或由前一放行机构签署"
        case .ofEnrolledPeople(let count): "登记人员中有 \(count) 人签署，需要 2 人"
        }
    }
}

extension ReleaseFileError {
    public var chinese: Chinese {
        .init("\(line > 0 ? "第 \(line) 行：" : "")\(flaw)", hint: "请向放行机构重新索取文件")
    }
}

extension ReleaseFileFlaw {
    public var chinese: Chinese {
        switch self {
        case .unreadable(let why): why.chinese
        case .tooLong(let limit): "超过 \(limit) 字节"
        case .notUTF8: "不是 UTF-8 文本"
        case .noLineEnd: "末行没有换行"
        case .lineTooLong: "行过长"
        case .controlCharacter: "含有控制字符"
        case .otherFormat(let expected): "不是 \"\(expected)\""
        case .missing(let label): "此处应有一行 \"\(label)\""
        case .tooOften(let label): "\"\(label)\" 过多"
        case .unexpected: "此处不应有内容"
        case .value(let label, let kind): "\"\(label)\" 应为\(kind)"
        case .linesBefore(let label, let fault): "前面有一行 \"\(label)\" \(fault)"
        case .fewPeople: "此处应有两行或更多 \"person\""
        case .previous: "只有编号 1 的 \"previous\" 为 none"
        case .deed(let deeds): "\"deed\" 应为 \(list: deeds) 之一"
        case .sharedKey: "放行机构的密钥与某人的密钥相同，两者须各用各的密钥"
        case .signedAlready: "此密钥已签署过"
        case .signaturesFull(let most): "已有 \(most) 个签名"
        case .signerDiffers: "签名与签署者的密钥不符"
        case .untrusted: "签名不是由所信任的任何一方作出"
        case .endsBeforeItBegins: "\"valid-until\" 早于 \"valid-from\""
        case .validTooLong: "有效期超过五年"
        case .doesNotFit(let kind): "所给的值不能写入\(kind)"
        }
    }
}

extension ReleaseFileFlaw.LineFault {
    public var chinese: Chinese {
        switch self {
        case .orderedText: "不是文本，或顺序不对"
        case .ordered: "格式不对，或顺序不对"
        case .twice: "格式不对，或重复"
        case .keyOrNameTwice: "格式不对，或其密钥或姓名重复"
        case .certificate: "不是 SM2 密钥的证书"
        }
    }
}

extension ReleaseFileFlaw.Kind {
    public var chinese: Chinese {
        switch self {
        case .release: "放行书"
        case .revocationList: "撤销清单"
        case .enrolment: "放行机构登记书"
        case .act: "双签文书"
        }
    }
}

extension ReleaseValueKind {
    public var chinese: Chinese {
        switch self {
        case .text: " 1 至 \(SignedValue.longestText) 字节的可见文本"
        case .number: "数"
        case .numberFromOne: "不小于 1 的数"
        case .time: "时间 YYYY-MM-DDThh:mm:ssZ"
        case .day: "日期 YYYY-MM-DD"
        case .dayOrNone: " none 或日期 YYYY-MM-DD"
        case .digest: " 64 位小写十六进制数字"
        case .digestOrNone: " none 或 64 位小写十六进制数字"
        case .signature: " 128 位小写十六进制数字"
        case .certificate: " SM2 密钥的证书"
        case .key: "曲线上的点（128 位小写十六进制数字）"
        case .objectIdentifier: "放行机构自有的对象标识符"
        case .station: " NAME@FINGERPRINT"
        case .limit(let most): " none 或 1 至 \(most) 的数"
        case .head: "不小于 1 的数、空格和摘要"
        }
    }
}

private func shown(_ text: String) -> Chinese { "“\(usualLetters(of: text))”" }
