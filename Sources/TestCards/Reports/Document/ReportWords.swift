import Messages

extension CheckVerdict {
    func title(_ language: Language) -> String {
        switch self {
        case .passed: language("passed", "通过")
        case .failed: language("failed", "不通过")
        case .notApplicable: language("not applicable", "不适用")
        case .notRun: language("not run", "未执行")
        }
    }
}

extension ReportVerdict {
    func title(_ language: Language) -> String {
        switch self {
        case .passed: language("PASSED", "合格")
        case .failed: language("FAILED", "不合格")
        case .incomplete: language("INCOMPLETE", "检测不完整")
        }
    }
}

extension CheckFamily {
    public func title(_ language: Language) -> String {
        switch self {
        case .answerToReset: language("Answer to reset", "复位应答")
        case .directories: language("Directories", "目录与名称")
        case .files: language("Files", "文件")
        case .records: language("Records", "记录与编码")
        case .personalization: language("Personalization", "个人化内容")
        case .access: language("Access", "访问权限")
        case .protection: language("Protection", "安全报文")
        case .writeOnce: language("Write once", "一次写入文件")
        case .cyclic: language("Cyclic files", "循环文件")
        case .visits: language("Visits", "就诊记录")
        case .keys: language("Keys", "密钥")
        case .certificates: language("Certificates", "证书与安全码")
        case .lifeCycle: language("Life cycle", "生命周期")
        case .robustness: language("Robustness", "健壮性")
        case .persistence: language("Persistence", "掉电保持")
        case .collateral: language("Side effects of writing", "写入的连带影响")
        case .cards: language("Cards compared", "卡间比较")
        case .otherApplications: language("Other applications on the chip", "芯片上的其他应用")
        case .timing: language("Timing", "时间")
        case .endurance: language("Endurance", "耐久性")
        case .blocking: language("Blocking", "锁定与解锁")
        }
    }
}
