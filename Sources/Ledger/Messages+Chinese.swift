import Messages

extension LedgerError {
    public var chinese: Chinese {
        switch self {
        case .unavailable(let what): .init("台账没有应答：\(what)", hint: "请待其恢复后重新运行")
        case .full(let what): .init("台账空间已满：\(what)", hint: "请腾出空间；没有数据丢失")
        case .batchChanged(let batch):
            .init("批次 \(batch) 已以其他内容登记，登记后不得改动", hint: "请为改动后的批次另取编号")
        case .applicantHasCard(let rows):
            .init(
                "有 \(rows.count) 行的申请人已有卡，或在其他批次中已有申请：第 \(LedgerRefusal.named(rows)) 行",
                hint: "请将其排除，或给出补换原因")
        case .chipUsed(let chip, let entry): "芯片 \(chip) 已在台账中（第 \(entry) 条）"
        case .attemptOver(let attempt): "台账中第 \(attempt) 次制卡已结束"
        case .releaseUsedUp(let limit): .init("放行书允许制卡 \(limit) 张，已全部开始制作", hint: "请申请增加数量")
        case .releaseRefused(let what), .stationMemory(let what), .misconfigured(let what): what.chinese
        case .refused(let why): why.chinese
        case .unknown(let what): "台账中没有\(what)"
        case .damaged(let what): "台账已损坏：\(what)"
        case .place(let path, let problem): .init("\(path) \(problem)", hintOf: problem)
        }
    }
}

extension LedgerPlaceProblem {
    public var chinese: Chinese {
        switch self {
        case .notAFile: .init("是文件夹、设备或管道，不是文件", hint: "请指定台账的 SQLite 文件")
        case .noFolder: .init("所在的文件夹不存在", hint: "请先建立文件夹，或另指定位置")
        case .notPermitted: .init("当前用户无权读写", hint: "请由所有者授予权限")
        case .folderNotPermitted: .init("所在的文件夹当前用户无权写入", hint: "请由所有者授予权限")
        case .readOnlyMedium: .init("位于只读介质上", hint: "请复制到可写的磁盘")
        case .tooManyFiles: .init("无法打开：打开的文件过多", hint: "请提高上限（ulimit -n）")
        case .notADatabase: .init("不是 SQLite 数据库", hint: "请指定台账文件，或从备份恢复")
        case .notALedger: .init("不是台账", hint: "请另指定；如果这里原来是台账，则它已被替换")
        case .notOpened(let code): .init("无法打开（SQLite 错误 \(code)）", hint: "请检查文件、所在文件夹及其权限")
        case .notMade(let code): .init("无法建立（errno \(code)）", hint: "请另指定位置")
        }
    }
}

extension LedgerRefusal {
    public var chinese: Chinese {
        switch self {
        case .alreadyVoid(let chip, let entry, let reason, let instead):
            .init("芯片 \(chip) 上的卡已作废（第 \(entry) 条）：\(reason)", hint: instead.chinese)
        case .hasOrder(let row, let batch):
            .init("第 \(row) 行的申请人在批次 \(batch) 中尚有待制的卡", hint: "请继续该批次，或不加 --remake 作废此卡")
        case .noCardYet(let batch, let sequence, let row):
            .init("批次 \(batch) 第 \(sequence) 号（第 \(row) 行）尚未制卡", hint: "请用 --resume 继续，不加 --replace")
        case .noCardMade(let batch, let sequence, let row):
            .init("批次 \(batch) 第 \(sequence) 号（第 \(row) 行）未制成卡", hint: "请在新批次中制卡")
        case .closed(let batch, let sequence, let row, let entry, let instead):
            .init(
                "批次 \(batch) 第 \(sequence) 号（第 \(row) 行）的卡已作废（第 \(entry) 条）", hint: instead.chinese)
        case .noOrder(let rows):
            .init("清单中的第 \(Self.named(rows)) 行不制卡", hint: "请从清单中删除")
        case .enrolledWithout(let batch, let rows):
            .init(
                "批次 \(batch) 已登记，其第 \(Self.named(rows)) 行没有这些补换原因，不会重新制卡",
                hint: "请用 --replace 身份证号 --reason 原因 逐张补换，或为这些申请人另建批次")
        case .enrolledWith(let batch, let rows):
            .init(
                "批次 \(batch) 登记时已包含第 \(Self.named(rows)) 行：只能在批次开始之前排除行，本次未制卡",
                hint: "请从排除清单中删除这些行；不得发放的卡请用 `healthcard ledger void` 作废")
        }
    }
}

extension LedgerRefusal.Instead {
    var chinese: Chinese {
        switch self {
        case .order(let batch): "其申请人正等待重新制卡（批次 \(batch)）；请用 --resume 继续该批次"
        case .card(let chip, let batch): "其申请人已另有一张卡（批次 \(batch)，芯片 \(chip)）；如该卡遗失，请补换该卡"
        case .nothing: "该申请已结束；请在新批次中为申请人制卡"
        }
    }
}

extension LedgerWait {
    public var chinese: Chinese { holders.isEmpty ? "\(path) 正被其他程序占用" : "\(path) 正被\(list: holders)占用" }
}

extension LedgerWait.Holder {
    public var chinese: Chinese { program.isEmpty ? "进程 \(process)" : "进程 \(process)（\(program)）" }
}
