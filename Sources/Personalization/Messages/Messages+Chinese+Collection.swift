import Messages

extension CollectionError {
    public var chinese: Chinese {
        switch self {
        case .off:
            .init("本代理服务没有启用申请采集", hint: "请在其配置中设置 collection（参见 Docs/collection.md），再重新启动")
        case .folderMissing(let path): .init("采集文件夹不存在：\(path)", hint: "请新建，权限设为 0700")
        case .inUse(let path): .init("另一个程序正在 \(path) 中采集申请", hint: "请停止该程序，或改用其他文件夹")
        case .exposed(let path, let reason):
            .init("所有者以外的用户对 \(path) 也有权限，且无法收回：\(reason)", hint: "请由所有者执行 chmod -R go=")
        case .notKept(let file, let reason): .init("无法写入 \(file)：\(reason)", hint: "没有保存任何内容；有空间后请重试")
        case .unreadable(let file, let problem): .init("\(file)：\(problem)", hintOf: problem)
        case .noBatch(let error): .init("batch.json：\(error)", hintOf: error)
        case .folderName(let name): .init("文件夹 \(name) 的名称不可用", hint: "请只用 ASCII 字母、数字、- 和 _")
        case .batchInRoot: .init("batch.json 直接放在了采集文件夹下", hint: "请在其中为该批次新建文件夹，并把 batch.json 移入")
        case .otherColumns(let file): .init("\(file) 的列与采集的列不同", hint: "请使用单独的文件夹")
        case .filesApart: .init("applications.csv 与 collection.csv 的行不一致", hint: "请把两者恢复为保存时的内容")
        case .handedOver: .init("该批次已移交，不再改动", hint: "请为其他批次采集")
        case .tooMany(let limit): .init("该批次已有 \(limit) 份申请，达到上限", hint: "请移交该批次，另开新批次")
        case .noSuchBatch: .init("没有该批次", hint: "GET /v1/collection 列出所有批次")
        case .noSuchDraft: .init("没有该草稿", hint: "GET /v1/collection/drafts 列出所有草稿")
        case .noSuchApplication: "批次中没有该申请"
        case .draftUnreadable: .init("草稿无法读取", hint: "请从备份恢复，或将其丢弃")
        case .tooManyDrafts(let limit): .init("已有 \(limit) 份草稿", hint: "请完成或丢弃一部分")
        case .incomplete(let count): .init("申请有 \(count) 个问题，没有保存", hint: "请更正标出的内容")
        case .photoChanged: .init("文件夹中的照片不是采集时的照片", hint: "请恢复为保存时的内容")
        case .noPhoto: "没有照片"
        case .draftsOpen(let count): .init("该批次还有 \(count) 份草稿未完成", hint: "请先完成或丢弃")
        case .nothingCollected: "该批次还没有采集任何申请"
        case .batchRefused(let count):
            .init("收件检查发现文件夹有 \(count) 个问题，没有移交", hint: "请用 batch check 命令查看全部问题")
        }
    }
}

extension CollectionFinding {
    public var chinese: Chinese {
        switch self {
        case .noCollector: .init("为空", hint: "请填写采集人")
        case .text(let problem): problem.chinese
        case .tooLong(let limit): "超过 \(limit) 字节"
        case .noDocuments: .init("未查验任何证件", hint: "请勾选申请人出示的每一种证件")
        case .noGuardianDocuments: .init("未查验任何证件", hint: "请勾选监护人出示的每一种证件")
        case .notADocument: "不是证件类别"
        }
    }
}
