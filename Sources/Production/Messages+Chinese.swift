import Files
import Ledger
import Messages

extension LineError {
    public var chinese: Chinese {
        switch self {
        case .gate(let error): Self.said(by: error).chinese
        case .noLanes(let reason?): "没有一路就绪：\(reason)"
        case .noLanes(nil): "没有一路就绪：没有指定任何一路"
        case .ledger(let error): error.chinese
        case .hasRun: .init("这条生产线已运行过", hint: "请另建一条")
        }
    }
}

extension LineReason {
    var chinese: Chinese {
        switch self {
        case .noWork: "这一路已没有待制的申请"
        case .boxEmpty: .init("空白芯片已用完", hint: "请补充空白卡盒，再次运行")
        case .stopped: "生产线已停止"
        case .operatorStopped: "操作员停止了生产线"
        case .operatorStoppedNow: "操作员立即停止了生产线"
        case .inputEnded: .init("生产线暂停时标准输入已结束，无法再继续", hint: "请用 --resume 继续")
        case .finished: "所有申请均已制成、剔除或搁置"
        case .cardsWanted(let begun): .init("有 \(begun) 张已开始的卡没有结果", hint: "请重新放入，或到其他工作站查找")
        case .lanesStopped(let last?): .init("各路均已停止：\(last)", hint: "请排除各路所报的问题，再次运行")
        case .lanesStopped(nil): .init("各路均已停止：没有一路就绪", hint: "请排除各路所报的问题，再次运行")
        case .readerStuck(let seconds):
            .init("卡或读卡器对一条命令 \(seconds) 秒没有应答", hint: "请取出卡，重新插上读卡器，再继续该批次")
        case .sameChipTwice: "两个读卡器中同时有序列号相同的芯片，其中一枚不是它所称的那枚"
        case .madeBefore(let entry): "该卡此前已制成（台账第 \(entry) 条）"
        case .chipMade(let entry): "该芯片已是制成的卡（台账第 \(entry) 条）"
        case .factorRepeats(let entry):
            .init(
                "此序列号的芯片已制成卡（台账第 \(entry) 条），而此芯片是空白的：两枚芯片的分散因子相同，密钥也会相同",
                hint: "请将整盒芯片另行存放，并请芯片厂商查明重复的序列号")
        case .chipRejected(let entry, let reason): "该芯片此前已剔除（台账第 \(entry) 条）：\(reason)"
        case .chipVoid(let entry, let reason): "该芯片是已作废的卡（台账第 \(entry) 条）：\(reason)"
        case .otherBatch(let batch): .init("该芯片是为批次 \(batch) 开始的", hint: "请保留到该批次继续时使用")
        case .halfMade: "芯片只做了一半，且不是用本台账的生产线做的"
        case .finishedElsewhere: "芯片已是成卡，且不在本台账中"
        case .noOrder: "没有申请可用这枚芯片"
        case .otherCard(let chip): .init("应答的不是芯片 \(chip)", hint: "请放回该芯片")
        case .otherCardInReader(let chip): .init("读卡器中是另一张卡", hint: "请放回芯片 \(chip)")
        case .cardAway(let chip, let seconds, _): .init("卡已离开", hint: "请在 \(seconds) 秒内放回芯片 \(chip)")
        case .notRecorded: "卡已制成，但台账没有应答"
        case .notToBeIssued(let error): "\(error)；此卡不得发放"
        case .sameError(let lanes, let reason): "\(lanes) 路遇到同一错误，其间没有制成一张卡：\(reason)"
        case .inARow(let count, let reason): .init("连续 \(count) 张卡失败，最后一张因为：\(reason)", hint: "请检查读卡器及其芯片")
        case .transportKeyOfBox(let refused, _):
            .init("连续 \(refused) 枚芯片拒绝传输密钥：这盒芯片用的是另一个传输密钥", hint: "请先查明是哪个，以免更多芯片减少剩余次数")
        case .transportKey: .init("芯片拒绝传输密钥", hint: "请检查这盒芯片是否属于该批次")
        case .chipsFailed(let codes, let last): "这份申请已有 \(codes.count) 枚芯片失败（\(list: codes)），最后一枚因为：\(last)"
        case .noReason: "台账未给出原因"
        }
    }
}

extension Then {
    var chinese: Chinese { "\(clauses: [first, second])" }
}

extension OpenCardPlace {
    var chinese: Chinese {
        switch self {
        case .inLane(let lane): "在\(lane)"
        case .takenOut(let lane): "已从\(lane)取出"
        case .takenOutOrSilent(let lane): "已从\(lane)取出，或在其中没有应答"
        case .rejectTray(let lane): "在\(lane)的“剔除”盒"
        case .deadReader(let lane): "在\(lane)，其读卡器没有应答"
        case .notSeen: "本次运行未见到"
        }
    }
}

extension OpenCardAdvice {
    var chinese: Chinese {
        switch self {
        case .goOn: "继续该批次时放入，即可接着制作"
        case .mayBeFinished:
            """
            可能已是成卡：请重新放入以确定结果，在此之前不得发放；如仍未定，请登记作废（`healthcard ledger void`），\
            为申请人另制一张
            """
        case .rescue: "请取出卡，检查读卡器，继续该批次时重新放入"
        case .lookForIt: "请在各卡盒和其他工作站查找；继续该批次时放入，即可确定结果"
        }
    }
}

extension BatchChange {
    var chinese: Chinese {
        .init(
            "applications.csv 第 \(row) 行或其照片与核对、登记时不同\(problem.map { "（\($0)）" } ?? "")",
            hint: "请恢复登记时的批次文件夹")
    }
}

extension SlotError {
    public var chinese: Chinese {
        switch self {
        case .noCard: .init("没有卡放入", hint: "请放入卡")
        case .mute: .init("卡没有应答", hint: "请检查放卡方向，或按坏卡处理")
        case .stillThere: .init("卡没有取出", hint: "请取出卡")
        case .inUse(let what): .init("卡正被其他程序使用（\(what)）", hint: "请结束该程序")
        case .gone(let what): .init("读卡器已断开（\(what)）", hint: "请重新插上读卡器，并确认 pcscd 正在运行")
        case .cancelled: "等待已结束"
        }
    }
}

extension HandlingError {
    public var chinese: Chinese {
        switch self {
        case .jammed(let text): .init("送卡机卡住：\(text)", hint: "请排除后再次运行")
        case .silent(let seconds): .init("送卡机 \(seconds) 秒没有应答", hint: "请检查机器后再次运行")
        case .ended(let how): .init("送卡机程序已结束（\(how)）", hint: "请查明原因后再次运行")
        case .nonsense(let what): .init("送卡机程序不符合协议：\(what)", hint: "请更正该程序")
        case .slot(let error): error.chinese
        case .cancelled: "等待已结束"
        }
    }
}

extension FeederEnd {
    public var chinese: Chinese {
        switch self {
        case .noProgram: "没有指定程序"
        case .noSocket(let reason): "无法建立其输入：\(reason)"
        case .notStarted(let why): "无法启动：\(why)"
        case .toldToQuit: "已要求其退出"
        case .readsNoMore(let reason): "不再读取输入：\(reason)"
        case .closedOutput: "关闭了输出"
        case .exited(let status): "退出码 \(status)"
        case .signalled(let signal): "信号 \(signal)"
        case .gone: "已不存在"
        }
    }
}

extension FeederNonsense {
    public var chinese: Chinese {
        switch self {
        case .version(let found, let expected): "其协议为第 \(found) 版，本程序为第 \(expected) 版"
        case .readsNothing: "没有读取所发的内容"
        case .lineTooLong(let limit): "一行超过 \(limit) 字节"
        case .notAnAnswer(let bytes): "一行 \(bytes) 字节的内容不是应答"
        case .helloTwice: "发送了两次 HELLO"
        case .notAsked(let id): "应答了 \(id)，而此请求没有发出或已应答"
        case .hello(let command): "对 \(command) 回答 HELLO"
        case .emptyToUnload: "对 UNLOAD 回答 EMPTY"
        }
    }
}

extension LaneName {
    public var chinese: Chinese { "第 \(number) 路（\(reader)）" }
}

extension BatchListsError {
    public var chinese: Chinese {
        switch self {
        case .file(let path, let problem): .init("\(path)：\(problem)", hint: "请指定可写入的文件夹")
        case .otherBatch(let folder, let batch):
            .init(
                "\(folder) 中有\(batch.map { "批次 \(ListWriter.shown($0)) " } ?? "不明批次")的清单，未作改动", hint: "请指定其他文件夹")
        case .ledger(let error): error.chinese
        }
    }
}

extension ListFileProblem {
    public var chinese: Chinese {
        switch self {
        case .file(let problem): problem.chinese
        case .system(let text): Chinese(verbatim: text)
        case .noJSON: "汇总无法写成 JSON"
        case .notAFile: "不是普通文件，未作改动"
        }
    }
}

extension ListText {
    var chinese: Chinese {
        switch self {
        case .rejects: "未制成清单"
        case .scrap: "废卡清单"
        case .packing(let point): "装箱单，\(point ?? "未指定领卡点")"
        case .heading(let batch, let title, let authority):
            "批次 \(batch)：\(list: title)\(authority.map { "\n放行机构：\($0)" } ?? "")"
        case .sequence: "序号"
        case .row: "行"
        case .idNumber: "身份证号"
        case .chip: "芯片号"
        case .state: "状态"
        case .code: "代码"
        case .reason: "原因"
        case .voidCard(let chip, let reason): "芯片 \(chip) 上的卡已作废：\(clauses: [reason])"
        case .begun(let chip): "已在芯片 \(chip) 上开始，结果未知"
        case .notBegun: "未开始"
        case .cards(let count), .chips(let count): "共 \(count) 张"
        case .rows(let count): "共 \(count) 行"
        }
    }
}

extension LineViewText {
    var chinese: Chinese {
        switch self {
        case .pauseKey: "p 暂停"
        case .resumeKey: "r 继续"
        case .stopKey: "s 完成当前卡后停止"
        case .stopNowKey: "q 立即停止"
        case .boxEmptyKey: "e 空白卡已用完"
        case .made(let count): "制成 \(count)"
        case .rejected(let count): "剔除 \(count)"
        case .setAside(let count): "搁置 \(count)"
        case .void(let count): "作废 \(count)"
        case .left(let count): "剩余 \(count)"
        case .rate(let rate): "每分钟 \(rate) 张"
        case .timeLeft(let time): "还需 \(time)"
        case .state(let state, let why): "\(state.chinese)\(why.map { "：\(clauses: [$0])" } ?? "")"
        case .insertBlank: "请放入空白卡"
        case .insertBegun(let chips, let hasMore): "请放入已开始未完成的卡：\(list: chips)\(hasMore ? " 等" : "")"
        case .remove(let tray, let why): "\(tray.chinese)\(why.map { "（\($0)）" } ?? "")"
        case .putBack(let chip, let why): "请放回卡 \(chip ?? "")\(why.map { "（\($0)）" } ?? "")"
        case .ledgerTrouble(let why): "等待台账：\(clauses: [why])"
        case .stopping: "正在停止：先完成当前卡"
        case .pausing: "正在暂停：先完成当前卡"
        case .pausedUntilKey: "已暂停：按 r 继续"
        case .paused: "已暂停"
        case .moreLanes(let count): "另有 \(count) 路"
        case .lane(let made, let rejected): "制成 \(made)，剔除 \(rejected)"
        }
    }
}

extension Tray {
    fileprivate var chinese: Chinese {
        switch self {
        case .made: "请取出，放入“制成”盒"
        case .reject: "请取出，放入“剔除”盒"
        case .unused: "请取出，放回空白卡盒"
        }
    }
}

extension LaneStatus.State {
    fileprivate var chinese: Chinese {
        switch self {
        case .preparing: "准备中"
        case .idle: "空闲"
        case .loading: "等待放卡"
        case .looking: "识别中"
        case .making: "制作中"
        case .recording: "登记中"
        case .cardAway: "卡已离开"
        case .unloading: "出卡中"
        case .paused: "已暂停"
        case .stopped: "已停止"
        case .finished: "已完成"
        }
    }
}

extension LineDuration {
    public var chinese: Chinese {
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        if hours > 0 { return "\(hours) 小时 \(minutes) 分" }
        return minutes > 0 ? "\(minutes) 分 \(seconds % 60) 秒" : "\(seconds) 秒"
    }
}
