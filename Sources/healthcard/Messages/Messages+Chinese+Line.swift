import Messages

extension LedgerActText {
    var chinese: Chinese {
        switch self {
        case .twoPeopleNeeded: "此台账已登记放行机构：须由其两名人员签署同意本工作站重新接管；请用 --out 文件 生成待签署的文书"
        case .willContinue(let location, let entry): "本工作站将从第 \(entry) 条起继续使用 \(location)；其他副本中之后的记录在此不计。"
        case .takenUp(let entry): "已自第 \(entry) 条起接管并登记"
        case .destroyed(let count): "已登记：销毁芯片 \(count) 张，不再计数"
        case .adopted(let station, let entry): "已登记：工作站 \(station) 自第 \(entry) 条起接管台账"
        case .haveSigned(let path): "\(path)：请由两名已登记人员签署（healthcard sign \(path)），再执行 healthcard ledger enter \(path)"
        }
    }
}

extension LedgerArgumentText {
    var chinese: Chinese {
        switch self {
        case .serialForm: "芯片序列号为 16 位十六进制数字：请从装箱单或废卡清单中复制"
        case .numberInReason(let option): "\(option) 中有公民身份号码：请去掉，原因会出现在清单和提示中"
        case .textForm(let option, let most): "\(option) 应为 1 至 \(most) 字节的文字，不含控制字符"
        }
    }
}

extension LedgerOutputText {
    var chinese: Chinese {
        switch self {
        case .outputLost: "无法写入标准输出：输出不完整"
        }
    }
}

extension LedgerCreateText {
    var chinese: Chinese {
        switch self {
        case .ownerMissing: "--ledger 应为带所有者的 PostgreSQL 数据库：postgres://OWNER@HOST/DATABASE"
        case .stationsWriteAs(let location, let stationRole): "\(location)：工作站以 \(stationRole) 身份写入"
        }
    }
}

extension LedgerHeadText {
    var chinese: Chinese {
        switch self {
        case .nothingSigned: "尚无结束的制卡，未有签名"
        case .empty: "台账为空"
        }
    }
}

extension LedgerOptionText {
    var chinese: Chinese {
        switch self {
        case .process(let process): "进程 \(process)"
        case .program(let name): "（\(name)）"
        case .anotherProgram: "其他程序"
        case .waiting(let path, let who, let seconds): "台账 \(path) 正被\(who)占用，最多等待 \(seconds) 秒。"
        case .missing(let path): "\(path) 处没有台账：请用 --ledger 或 HEALTHCARD_LEDGER 指定"
        }
    }
}

extension LedgerPersonText {
    var chinese: Chinese {
        switch self {
        case .unknownNumber: "台账中没有此号码的记录"
        case .willBeVoid(let serial): "芯片 \(serial) 上的卡将永久作废。"
        case .voidAndWaiting(let serial): "已作废：\(serial)；其申请人等待重新制卡：请用 --resume 继续该批次"
        case .void(let serial): "已作废：\(serial)"
        }
    }
}

extension LedgerVerifyText {
    var chinese: Chinese {
        switch self {
        case .headForm: "--head 应为 healthcard ledger head 输出的编号和摘要"
        case .note: "说明："
        case .more(let count): "…… 另有 \(count) 处"
        case .countersigned(let name, let entry, let all): "\(name) 已会签至第 \(entry) 条（共 \(all) 条）"
        case .checked(let entries, let signatures, let head): "已核对 \(entries) 个条目、\(signatures) 个签名，末条 \(head)"
        case .changed(let count): "台账被改动：\(count) 处；请保持原状并查明何人可写"
        }
    }
}

extension LineOptionText {
    var chinese: Chinese {
        switch self {
        case .replaceWithReason: "--replace 须与 --reason 同用"
        case .oneReplacement: "--replace 补换一张卡，--replacements 用于新批次，请只给其一"
        case .atLeastOne: "--failures-in-row、--chips-per-card 应不小于 1，--lanes-with-same-error 应不小于 2"
        case .seconds: "--return-wait、--reader-wait、--command-limit 应为不小于 0 的秒数"
        case .virtualForm: "virtual:N 应为 1 至 64 路，且不能与读卡器同用"
        case .virtualChips: "--virtual-chips 须与 --lanes virtual:N 同用"
        case .readerTwice: "--lanes 重复指定了同一读卡器"
        case .viewAddress: "--view 需要本机的 IP 地址和端口，例如 127.0.0.1:8330"
        }
    }
}

extension LineRunText {
    var chinese: Chinese {
        switch self {
        case .feeder: "送卡机："
        case .ledgerNeeded: "正式卡须登记在保留的台账中：请用 --ledger 或 HEALTHCARD_LEDGER 指定"
        case .batchRefused(let count): "该批次不能制卡：存在 \(count) 个问题，尚未开始"
        case .batchKnown(let batch, let made, let inWork, let waiting):
            "批次 \(batch) 已在台账中：已制成 \(made)，制作中 \(inWork)，待制 \(waiting)；请用 --resume 继续"
        case .batchUnknown(let batch): "批次 \(batch) 不在此台账中：没有可补换的卡"
        case .cardVoid(let sequence, let row): "第 \(sequence) 号（第 \(row) 行）的卡已作废，其申请人等待重新制卡。"
        case .releasedBy: "放行机构 "
        case .noFolder: "无法创建临时文件夹"
        case .notEntered:
            Chinese("虚拟路为演练，不登记到 HEALTHCARD_LEDGER 的台账", hint: "如需保留，请用 --ledger 指定台账")
        case .browserView(let address): "在浏览器中查看生产线：\(address)"
        case .operatorToken(let token, let address): "  在浏览器中暂停、停止：口令 \(token)，或打开 \(address)#\(token)"
        case .viewOnly: "  浏览器中只能查看：请在此处暂停、停止"
        }
    }
}

extension LineWord {
    var chinese: Chinese {
        switch self {
        case .lane(let number): "第 \(number) 路："
        case .order(let sequence, let row): "第 \(sequence) 号\(row.map { "（第 \($0) 行）" } ?? "")"
        case .chip(let serial): "芯片 \(serial)"
        case .begun(let left): "生产线开始运行：待制 \(left) 张"
        case .wanted(let order, let chip): "请找回\(chip)（\(order)）：已开始，未完成"
        case .continued(let order, let chip): "\(chip)继续制作，\(order)"
        case .made(let order, let chip): "制成\(order)，\(chip)"
        case .retrying(let chip, let why): "重试\(chip)：\(why)"
        case .away(let chip, let why): "请放回\(chip)，制卡未完成：\(why)"
        case .unused(let chip, let why): "\(chip)未使用，退回：\(why)"
        case .chipRejected(let chip, let why): "\(chip)剔除：\(why)"
        case .orderRejected(let order, let why): "\(order)剔除：\(why)"
        case .open(let order, let chip, let why): "\(chip)（\(order)）结果未定：\(why)"
        case .ledgerWaiting(let why): "等待台账：\(why)"
        case .ledgerBack: "台账已恢复"
        case .stopped(let why): "停止：\(why)"
        case .finished(let why): "完成：\(why)"
        case .pausing: "完成当前卡后暂停"
        case .resumed: "继续"
        case .stopping(let why): "正在停止：\(why)"
        case .ended(let why): "生产线结束：\(why)"
        case .laneAndReader(let number, let reader): "第 \(number) 路（\(reader)）："
        case .insertBlank: "请放入空白卡"
        case .insertBegun(let chips): "请放入已开始未完成的卡：\(chips)"
        case .takeOut: "请取出卡："
        case .trayMade: "放入“制成”盒"
        case .trayReject: "放入“剔除”盒"
        case .trayUnused: "放回空白卡盒"
        case .unbalanced: "账目不符：请先运行 healthcard ledger verify，再继续制卡"
        case .run(let made, let time, let chips, let applicants):
            "本次：\(time)内制成 \(made) 张，剔除芯片 \(chips) 张、申请人 \(applicants) 人"
        case .batch: "全批："
        case .openCard(let chip, let sequence, let row, let place, let advice):
            "未定：芯片 \(chip)，第 \(sequence) 号（第 \(row) 行）：\(place)；\(advice)"
        case .laneStopped(let number): "第 \(number) 路停止："
        case .lists(let count, let folder): "清单在 \(folder)：装箱单 \(count) 份、未制成清单、废卡清单、汇总"
        case .rehearsal: "演练：台账未保留；如需保留请用 --ledger 指定"
        }
    }
}

extension PersonWord {
    var chinese: Chinese {
        switch self {
        case .lane(let name): "路 \(name)"
        case .operatorNamed(let name): "操作员 \(name)"
        case .station(let name): "工作站 \(name)"
        case .line(let time, let text, let by): "\(time)  \(text)（\(list: by)）"
        case .order(let sequence, let row, let batch): "批次 \(batch) 第 \(sequence) 号\(row.map { "（第 \($0) 行）" } ?? "")"
        case .enrolled(let order): "申请已登记为\(order)。"
        case .rowExcluded(let batch): "批次 \(batch) 已登记；此申请所在行被搁置。"
        case .begun(let order, let chip): "\(order ?? "")开始在芯片 \(chip) 上制卡。"
        case .continued(let chip): "芯片 \(chip) 继续制卡。"
        case .made(let chip): "芯片 \(chip) 上的卡已制成，已读回比对并激活。"
        case .seenAgain(let chip, let why): "再次见到芯片 \(chip)，已剔除：\(why)。"
        case .destroyed(let chip): "经两人签署登记：芯片 \(chip) 已销毁。"
        case .chipReusable: "芯片可再次使用"
        case .chipRejected: "芯片剔除"
        case .chipSpoiled: "芯片成为废卡"
        case .noCard: "此申请不再制卡"
        case .waitsForChip: "申请人等待另一芯片"
        case .failed(let chip, let why, let fate, let next): "芯片 \(chip) 未制成卡：\(why)；\(fate)，\(next)。"
        case .orderNumber(let number): "第 \(number) 号"
        case .place(let batch, let row, let order): "批次 \(batch)\(order)（第 \(row) 行）"
        case .since(let time): "（自 \(time)）"
        case .chip(let serial): "芯片 \(serial)"
        case .colon: "："
        case .now: "现状："
        case .another(let batch): "；批次 \(batch) 中待制新卡"
        case .valid(let chip, let since, let place): "有效卡，\(chip)\(since)，\(place)"
        case .waiting(let place): "无有效卡，待制（\(place)）"
        case .inWork(let chip, let since, let place): "无有效卡，已在\(chip)上开始\(since)，结果未知（\(place)）"
        case .void(let chip, let since, let why, let place): "无有效卡，\(chip)上的卡已作废\(since)\(why)（\(place)）"
        case .none(let since, let why, let place): "未制卡\(since)\(why)（\(place)）"
        case .excluded(let why, let place): "未制卡，该行被搁置\(why)（\(place)）"
        }
    }
}
