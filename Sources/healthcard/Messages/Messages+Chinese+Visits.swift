import Messages

extension VisitAddText {
    var chinese: Chinese {
        switch self {
        case .gbkWithoutText: "--gbk 须与 --text 同用；JSON 为 UTF-8"
        case .commands(let count): "，\(count) 条命令"
        case .written(let kind, let record): "已写入第 \(record) 条\(kind)记录"
        case .notUTF8(let file): "\(file) 不是 UTF-8 编码；如为医院程序生成，请加 --gbk"
        case .askReimburse(let visit): "核销 \(visit)？此后无法再读取。"
        case .reimbursed(let kind, let record): "第 \(record) 条\(kind)记录已核销，可再次写入"
        }
    }
}

extension VisitText {
    var chinese: Chinese {
        switch self {
        case .whetherListed: "卡上就诊记录是否已更改"
        case .nothingChanged: "卡上就诊记录未变"
        case .changed: "卡上就诊记录已更改"
        case .noVisit(let number): "卡上没有第 \(number) 条就诊记录"
        case .bothKinds(let number): "住院和门诊均有第 \(number) 条记录：请加 --inpatient 或 --outpatient"
        case .dayForm: "--at 的格式为 2026-10-08"
        case .rootKeyForm: "--root-key 不是 SM2 公钥：应为 128 位十六进制数，或含有它的文件"
        }
    }
}

extension VisitListText {
    var chinese: Chinese {
        switch self {
        case .summary(let kind, let used, let all, let free): "\(kind)记录：共 \(all) 条，已用 \(used) 条，空闲 \(free) 条"
        case .unclear(let records): "卡的索引未说明下列记录是否有就诊记录：\(records)"
        case .notRead: "未读出："
        case .noVisit(let number): "卡上没有第 \(number) 条就诊记录"
        case .trusted: "可信"
        case .notTrusted: "不可信"
        case .notBoundToCard: "签名不含卡号和持卡人信息：不能证明该就诊使用的是这张卡，请与医院的记录核对。"
        case .someNotTrusted(let bad, let all): "\(bad)/\(all) 条记录不可信"
        }
    }
}
