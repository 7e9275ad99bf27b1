import Files
import Messages

extension CorrectIt {
    var chinese: Chinese { "请更正" }
}

extension BatchError {
    /// A line for each problem.
    public var chinese: Chinese { Chinese(verbatim: problems.map { $0.text(in: .chinese) }.joined(separator: "\n")) }
}

extension BatchProblem.Place {
    public var chinese: Chinese {
        switch self {
        case .file(let name): "\(name)"
        case .row(let number): "\(Batch.applicationsFile) 第 \(number) 行"
        case .record(let file, let number): "\(file) 第 \(number) 条"
        case .temporaryFolder: "临时文件夹"
        }
    }
}

extension SetAsideReason {
    public var chinese: Chinese {
        problems.isEmpty ? "由操作员搁置，该行本身没有问题" : "\(clauses: problems.map(NamedFinding.init))"
    }
}

extension NamedFinding {
    var chinese: Chinese { item.map { "\($0) \(finding)" } ?? "\(finding)" }
}

extension FileFinding {
    public var chinese: Chinese {
        switch self {
        case .noManifest(let problem): .init("无法读取：\(problem)", hint: "请指定批次所在的文件夹")
        case .unreadable(let problem): .init("无法读取：\(problem)", hintOf: problem)
        case .namedOtherwise(let names): .init("没有此文件，只有 \(list: names)", hint: "请将正确的文件改为规定的名称")
        case .otherOfAlmostTheName(let names): .init("旁边还有内容不同的 \(list: names)", hint: "请只保留正确的一个")
        case .linkToNothing: .init("是链接，所指文件不存在", hint: "请放入文件本身")
        case .photoFolders(let names): .init("有多个照片文件夹：\(list: names)", hint: "请将照片全部放入其中一个")
        case .noMemory: .init("内存不足", hint: "请释放内存后重试")
        case .empty: .init("文件为空", hint: "请向报送方重新索取")
        case .changed: .init("与核对时不同：该行或其照片已被改动", hint: "请重新核对批次")
        case .noRoomForNotes(let code):
            .init(
                "没有空间存放核对时的临时数据（\(code.map { "SQLite 错误 \($0)" } ?? "无法建立数据库" as Chinese)）",
                hint: "请释放空间，或用 SQLITE_TMPDIR 另指定文件夹")
        case .tooDeep(let limit): .init("超过 \(limit) 层的文件夹不予查找", hint: "请将此文件夹移出批次")
        case .batchNotListed: .init("无法列出批次文件夹", hint: Self.unseen)
        case .folderNotListed: .init("无法列出此文件夹", hint: Self.unseen)
        case .tooManyEntries(let limit): .init("批次文件夹内的文件和文件夹超过 \(limit) 个", hint: "请只在其中存放本批次的文件")
        case .tooManyFiles(let limit):
            .init("其他文件超过 \(limit) 个，其余未检查", hint: "请只在批次文件夹中存放本批次的文件")
        case .nameNotUTF8: .init("文件名不是 UTF-8，未打开", hint: "请改名，或移出批次文件夹")
        case .notExamined(let code): .init("无法检查：\(SystemReason(code))", hint: Self.right)
        case .brokenLink(let code): .init("是链接，其目标无法检查：\(SystemReason(code))", hint: Self.right)
        case .otherUnreadable(let problem): .init("\(problem)", hint: Self.right)
        case .mayBeReply(let likeness):
            .init(
                "\(likeness)",
                hint: """
                    请将回盘文件解压后以原名（XZY_HKXX_、XZY_HKYH_ 或 YCH_YCXX_ 加包号，扩展名 .XML）\
                    直接放入批次文件夹，并移走此文件
                    """)
        }
    }

    private static let unseen: Chinese = "请授予当前用户读取权限，否则看不到其中的回盘和异常回盘"
    private static let right: Chinese = "请授予当前用户读取权限，或将其移出批次文件夹"
}

extension ReplyLikeness {
    public var chinese: Chinese {
        switch self {
        case .nearName: "文件名与回盘文件相近，未读取"
        case .namedSo: "文件名像是回盘，未读取"
        case .linkToFolder: "是指向文件夹的链接，未查找其中的内容"
        case .archiveOrWorkbook: "是压缩包或工作簿，未打开"
        case .archive: "是压缩包，未打开"
        case .workbookOrDocument: "是工作簿或文档，未打开"
        case .containsReply: "含有回盘内容，未读取"
        case .xml: "是 XML 文件，未作为回盘读取"
        }
    }
}

extension ManifestFinding {
    public var chinese: Chinese {
        switch self {
        case .tooLong(let limit): .init("超过 \(limit) 字节", hint: Self.again)
        case .notAnObject: .init("是 JSON，但不是对象", hint: Self.again)
        case .notJSON(let reason): .init("不是 JSON：\(reason)", hint: Self.again)
        case .keyMissing: .init("缺少此字段", hint: "请补上")
        case .keyUnknown: .init("没有这样的字段", hint: "请删除或更正字段名")
        case .blank: "应为至少一个字的文本"
        case .text(let problem): problem.chinese
        case .notDigits: "含有数字以外的字符"
        case .notADate: "不是 YYYY-MM-DD 格式的日期"
        case .notOneOf(let choices): "应为 \(Chinese(choices: choices.map { "“\($0)”" }))"
        case .notObjects: "应为由对象组成的数组"
        case .validUntilBeforeIssue: .init("应晚于 issueDate", hint: "请更正其中一个日期")
        case .authorityTwice: .init("同一审批单位出现两次", hint: "每个单位只保留一份审批")
        case .approvalAfterIssue: .init("晚于发卡日期", hint: "请更正有误的一项")
        case .approvalMissing(let authority): .init("缺少“\(authority)”的审批，正式批次必须有", hint: "请先完成审批再报送")
        case .approvalUnknown(let known): "应为 \(Chinese(choices: known))"
        case .value(let problem): problem.chinese
        case .profileIsAFile: "这是文件，应为卡片描述文件的名称"
        case .profileUnusable(let reason): "指定的卡片描述文件无法使用（\(reason)）"
        case .unknownField: .init("卡片描述文件要用到此字段，但批次没有", hint: "请更正卡片描述文件")
        }
    }

    private static let again: Chinese = "请向报送方重新索取"
}

extension TableFinding {
    public var chinese: Chinese {
        switch self {
        case .columnUnknown: .init("没有这样的列", hint: "请删除或更正列名")
        case .columnRepeated: .init("此列出现两次", hint: "请删除其中一列")
        case .columnMissing: .init("缺少此列，每张卡都需要", hint: "请补上")
        case .valueWithoutColumn: .init("没有列名，却有值", hint: "请补上列名或清空此列")
        case .fieldCount(let count, let header):
            .init("有 \(count) 栏，标题行有 \(header) 栏", hint: "含逗号的栏请加引号")
        case .form(let form): form.chinese
        case .quote: .init("引号的位置不对，或没有配对", hint: "引号内的引号请写两遍")
        case .notUTF8: .init("不是 UTF-8", hint: "请另存为“CSV UTF-8”")
        case .emptyLines(let limit): .init("此前连续空行超过 \(limit) 行", hint: "请删除空行")
        case .fieldTooLong(let limit): .init("超过 \(limit) 字节", hint: "请查找没有配对的引号")
        case .roundedColumn(let numbers):
            .init("已被变成位数较少的数值：\(numbers) 个值的末尾数字均被舍入", hint: "请从原始资料重新导出，各列均作为文本")
        case .spreadsheet(let values, let columns, let hasMore):
            .init(
                "经过电子表格，文本被当成了数值：共 \(values) 个值，所在列：\(list: columns)\(hasMore ? "……" : "")",
                hint: "请从原始资料重新导出；如需查看，导入时请将各列设为文本（Docs/batch.md）")
        }
    }
}

extension ChoiceFinding {
    public var chinese: Chinese {
        switch self {
        case .notARow: .init("既不是行号，也不是身份证号", hint: "请填写行号，\(Self.counted)")
        case .noSuchRow(let row): .init("没有可搁置的第 \(row) 行", hint: "请给出行号，\(Self.counted)")
        case .noSuchApplicant(let line): .init("没有搁置清单第 \(line) 行所指申请人的行", hint: "请更正清单")
        case .notARowAndReason: .init("不是行号和原因", hint: "请按 `row,reason` 填写；标题行为第 1 行")
        case .numberForRow: .init("应填行号处填了身份证号", hint: "请按 `row,reason` 填写；标题行为第 1 行")
        case .rowTwice(let row): .init("再次给出第 \(row) 行", hint: "每行只写一次")
        case .reason(let problem): problem.chinese
        case .notInBatch: .init("没有所查号码的合格行", hint: "请核对号码")
        }
    }

    private static let counted: Chinese = "与文本编辑器的行号一致，标题行为第 1 行"
}

extension ReplacementReasonProblem {
    public var chinese: Chinese {
        let limit = ReplacementList.longestReason
        let hint: Chinese = "请填写 1 至 \(limit) 字节的文字"
        return switch self {
        case .blank: .init("没有填写原因", hint: hint)
        case .tooLong(let limit): .init("原因超过 \(limit) 字节", hint: hint)
        case .idNumber: .init("原因中有公民身份号码，而原因会出现在清单和提示中", hint: "请去掉号码")
        case .damaged: .init("原因已被电子表格改坏", hint: hint)
        case .text(let problem): .init("原因\(problem)", hint: hint)
        }
    }
}

extension Chinese {
    /// `a 或 b`。
    init(choices: [String]) { self.init(verbatim: choices.joined(separator: " 或 ")) }
}
