import Messages

extension CheckMessage {
    var chinese: Chinese {
        switch self {
        case .kind(let code, let count): "\(code) (\(count)) [\(code.rawValue)]"
        case .more(let count): "  …… 另有 \(count) 个"
        case .counts(let batch, let rows, let sound, let faulty, let setAside, let problems):
            "批次 \(batch)：共 \(rows) 行，合格 \(sound) 行，有误 \(faulty) 行，搁置 \(setAside) 行；问题 \(problems) 个"
        case .replies(let police, let bank, let exceptions): "核验回盘：公安\(police)，银行\(bank)，异常\(exceptions)"
        case .unverified: "申请人均未经核验：文件夹中没有公安或银行的回盘。"
        case .cutShort: "未能检查全部行：请先更正 batch.json 与 applications.csv，再重新核对"
        case .digest(let digest): "内容摘要 \(digest)"
        case .canBeMade: "未发现问题，可以制卡"
        case .allSetAside: "未发现问题，但所有行均已搁置，没有要制的卡"
        case .correctRows: "下一步：更正有误的行，或用 --set-aside 行号 将其搁置"
        case .correctFiles: "下一步：更正文件"
        case .reportIsIn(let file): "完整报告：\(file)"
        case .reportOption: "--report 文件 可写出全部问题"
        case .cannotBeMade(let problems): "该批次不能制卡：存在 \(problems) 个问题"
        case .setAsideRows: "--set-aside 应为从 2 起的行号，如 17,23；身份证号请写入文件（--set-aside-file）"
        case .reportNamedReply(let path): "\(path) 是回盘的文件名，会被当作回盘读取：请为报告另选文件名"
        case .reportNotWhole(let path): "报告未能完整写入\(path.map { " \($0)" } ?? "标准输出")"
        case .readingReplies: "读取核验回盘"
        case .rows(let count): "\(count) 行"
        case .ordering: "排定制卡顺序"
        }
    }
}

extension HeardCount {
    var chinese: Chinese { files == 0 ? "无" : " \(files) 个文件共 \(records) 条" }
}

extension BooksMessage {
    var chinese: Chinese {
        switch self {
        case .notInLedger(let batch): "批次 \(batch) 不在此台账中：尚未开始制作"
        case .books(let batch, let counts):
            """
            批次 \(batch.id)（\(batch.mode)，\(batch.profile)）：\(BooksSum(counts: counts))；\
            剔除芯片 \(counts.rejectedChips) 张\(counts.countedChips == 0 ? "" : Self.counted(counts.countedChips))
            """
        case .mayRelease(let name): "放行机构：\(name)"
        case .open(let chip, let order, let row):
            "未定：芯片 \(chip)，第 \(order) 号（第 \(row) 行）：继续制卡时放入，或执行 `healthcard ledger void \(chip)`"
        case .notAllMade(let open, let rejected, 0): "尚未全部制成：未完成 \(open)，剔除 \(rejected)"
        case .notAllMade(let open, let rejected, let void): "尚未全部制成：未完成 \(open)，剔除 \(rejected)，作废 \(void)"
        case .noCollectionPoint: "（未填领卡点）"
        case .lists(let lists):
            """
            制成 \(lists.made) + 剔除 \(lists.rejected) + 搁置 \(lists.setAside)\
            \(lists.void == 0 ? "" : " + 作废 \(lists.void)") + 未完成 \(lists.open) = \(lists.total) 行；\
            待销毁芯片 \(lists.scrap) 张；见 \(lists.folder)
            """
        }
    }

    private static func counted(_ chips: Int) -> Chinese {
        "；另有 \(chips) 张芯片不是任何人的卡，在登记销毁前仍计入放行数量"
    }
}

extension BooksSum {
    var chinese: Chinese {
        """
        制成 \(counts.made) + 剔除 \(counts.rejected) + 搁置 \(counts.setAside)\
        \(counts.void == 0 ? "" : " + 作废 \(counts.void)") + 制作中 \(counts.inWork) + 待制 \(counts.waiting) = \
        \(counts.total) 行
        """
    }
}

extension OrderStateName {
    var chinese: Chinese {
        switch state {
        case .waiting: "待制"
        case .inWork: "制作中"
        case .made: "已制成"
        case .rejected: "已剔除"
        case .setAside: "已搁置"
        }
    }
}
