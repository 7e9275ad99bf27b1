import Personalization

/// The report as a person reads it: problems of one kind together, the first of each kind in full.
struct ReportSummary {
    /// Problems of one kind that are shown.
    private static let shown = 10

    private var first: [BatchProblem.Code: [BatchProblem]] = [:]

    mutating func add(_ problem: BatchProblem) {
        guard first[problem.code, default: []].count < Self.shown else { return }
        first[problem.code, default: []].append(problem)
    }

    func lines(_ report: BatchReport, folder: String, reportFile: String?) -> [String] {
        var lines: [String] = []
        for code in BatchProblem.Code.allCases {
            guard let count = report.problems[code], let problems = first[code] else { continue }
            lines.append("\(code.title) (\(count)) [\(code.rawValue)]")
            lines += problems.map { "  \($0)" }
            if count > problems.count {
                let rest = count - problems.count
                lines.append(Terminal.text("  … and \(rest) more", "  …… 另有 \(rest) 个"))
            }
        }
        if !lines.isEmpty { lines.append("") }
        lines += Self.counts(report)
        lines += nextSteps(report, reportFile: reportFile)
        return lines
    }

    static func counts(_ report: BatchReport) -> [String] {
        var lines = [
            Terminal.text(
                "batch \(report.batch): \(report.rows) rows, \(report.sound) sound, \(report.faulty) faulty, "
                    + "\(report.setAside.count) set aside; \(report.problemCount) problem(s)",
                "批次 \(report.batch)：共 \(report.rows) 行，合格 \(report.sound) 行，有误 \(report.faulty) 行，"
                    + "搁置 \(report.setAside.count) 行；问题 \(report.problemCount) 个")
        ]
        lines += replies(report)
        if report.isCutShort {
            lines.append(
                Terminal.text(
                    "Some rows could not be checked. Fix batch.json and applications.csv, then run the check again.",
                    "未能检查全部行：请先更正 batch.json 与文件，再重新检查"))
        }
        if let digest = report.prepared?.contentDigest {
            lines.append(Terminal.text("content digest \(digest)", "内容摘要 \(digest)"))
        }
        return lines
    }

    /// Who was heard of these applicants; in so many words where it was nobody.
    static func replies(_ report: BatchReport) -> [String] {
        func count(_ verifier: Verifier?, isException: Bool) -> (files: Int, records: Int) {
            let found = report.replies.filter {
                $0.isException == isException && (verifier == nil || $0.verifier == verifier)
            }
            return (Set(found.map(\.file)).count, found.reduce(0) { $0 + $1.records })
        }
        func said(_ count: (files: Int, records: Int)) -> String {
            count.files == 0
                ? Terminal.text("none", "无")
                : Terminal.text(
                    "\(count.records) record(s) in \(count.files) file(s)", "\(count.files) 个文件共 \(count.records) 条")
        }
        let police = said(count(.police, isException: false))
        let bank = said(count(.bank, isException: false))
        let exceptions = said(count(nil, isException: true))
        var lines = [
            Terminal.text(
                "replies: police \(police), bank \(bank), exceptions \(exceptions)",
                "核验回盘：公安 \(police)，银行 \(bank)，异常 \(exceptions)")
        ]
        if report.isUnverified, report.mode == .formal {
            lines.append(
                Terminal.text(
                    "Nobody has verified these applicants: the folder holds no reply of the police or the bank.",
                    "申请人均未经核验：文件夹中没有公安或银行的回盘。"))
        }
        return lines
    }

    private func nextSteps(_ report: BatchReport, reportFile: String?) -> [String] {
        var lines: [String] = []
        if report.problemCount == 0 {
            lines.append(Terminal.text("no problems found: the batch can be made", "可以制卡"))
        } else if report.faulty > 0 {
            lines.append(
                Terminal.text(
                    "next: have the rows corrected, or leave them out with --set-aside ROWS",
                    "下一步：更正有误的行，或用 --set-aside 行号 将其搁置"))
        } else {
            lines.append(Terminal.text("next: have the files corrected", "下一步：更正文件"))
        }
        if let reportFile {
            lines.append(Terminal.text("the whole report is in \(reportFile)", "完整报告：\(reportFile)"))
        } else if report.problems.values.contains(where: { $0 > Self.shown }) {
            lines.append(Terminal.text("--report FILE writes all of them", "--report 文件 可写出全部问题"))
        }
        return lines
    }
}

extension BatchProblem.Code {
    /// What the kind is called.
    var title: String {
        switch self {
        case .fileUnreadable: Terminal.text("File cannot be read", "文件无法读取")
        case .fileMalformed: Terminal.text("File is damaged", "文件损坏")
        case .scratchSpace: Terminal.text("No temporary space", "临时空间不足")
        case .manifestKey: Terminal.text("Keys of batch.json", "batch.json 的字段")
        case .manifestValue: Terminal.text("Values of batch.json", "batch.json 的值")
        case .approvalMissing: Terminal.text("Approval missing", "缺少审批")
        case .approvalUnknown: Terminal.text("Approval of somebody else", "审批单位不符")
        case .profileUnknown: Terminal.text("Card profile", "卡配置")
        case .spreadsheet: Terminal.text("Spoiled by a spreadsheet", "电子表格改动了数据")
        case .columnUnknown: Terminal.text("Unknown column", "未知列")
        case .columnRepeated: Terminal.text("Column twice", "重复列")
        case .columnMissing: Terminal.text("Column missing", "缺少列")
        case .fieldCount: Terminal.text("Wrong number of fields", "字段数不符")
        case .valueMissing: Terminal.text("Value missing", "缺少必填值")
        case .valueWrong: Terminal.text("Wrong value", "值有误")
        case .wrongRegion: Terminal.text("Region of the ID number", "身份证号地区不符")
        case .birthDateDiffers: Terminal.text("Birth date against the ID number", "出生日期与身份证号不符")
        case .sexDiffers: Terminal.text("Sex against the ID number", "性别与身份证号不符")
        case .dateContradicts: Terminal.text("Dates that contradict each other", "日期相互矛盾")
        case .documentDiffers: Terminal.text("Document against the ID number", "证件号码与身份证号不符")
        case .guardianMissing: Terminal.text("Guardian missing", "缺少监护人")
        case .guardianWrong: Terminal.text("Guardian's details", "监护人信息有误")
        case .duplicateRow: Terminal.text("Applicant twice", "申请人重复")
        case .replyName: Terminal.text("May be a reply, and is not read", "疑似回盘但未读取")
        case .replyDamaged: Terminal.text("Head of a reply", "回盘文件头有误")
        case .recordDamaged: Terminal.text("Record of a reply", "回盘记录有误")
        case .refusalUnattributed: Terminal.text("Refusal that cannot be attributed", "异常记录无法对应到人")
        case .recordRepeated: Terminal.text("Record twice", "回盘记录重复")
        case .tooManyRecords: Terminal.text("Too many records in a reply", "回盘记录过多")
        case .contradiction: Terminal.text("Matched and an exception at once", "同时在正常与异常回盘中")
        case .stranger: Terminal.text("Reply for nobody in the batch", "回盘中有批次外人员")
        case .notVerified: Terminal.text("In no reply", "未经核验")
        case .nameDiffers: Terminal.text("Name against a reply", "姓名与回盘不符")
        case .policeNoSuchNumber: Terminal.text("Police: no such number (60)", "公安：查无此号（60）")
        case .policeNameDiffers: Terminal.text("Police: another name (61)", "公安：姓名不符（61）")
        case .policeException: Terminal.text("Police: other exception", "公安：其他异常")
        case .bankException: Terminal.text("Bank: refused", "银行：未通过")
        case .photoMissing: Terminal.text("Photo missing", "缺少照片")
        case .photoUnreadable: Terminal.text("Photo cannot be read", "照片无法读取")
        case .photoTooLarge: Terminal.text("Photo too large to read", "照片过大")
        case .photoPrintColours: Terminal.text("Photo in print colours", "照片为印刷色彩（CMYK）")
        case .photoTiny: Terminal.text("Photo too small", "照片过小")
        case .photoWrongRatio: Terminal.text("Photo of another shape", "照片比例不符")
        case .photoGrey: Terminal.text("Photo without colours", "照片不是彩色")
        case .photoBlank: Terminal.text("Photo shows nothing", "照片空白")
        case .photoDoesNotFit: Terminal.text("Photo does not fit the card", "照片无法放入卡内")
        case .setAsideUnknown: Terminal.text("Row to set aside is not there", "要搁置的行不存在")
        case .notInBatch: Terminal.text("Applicant not in the batch", "批次中无此申请人")
        }
    }
}
