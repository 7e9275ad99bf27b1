import ISO7816
import Messages

extension HealthCardError {
    public var chinese: Chinese { .init("\(place.map { "\($0)：" } ?? "")\(finding)", hintOf: finding) }
}

extension CardFinding {
    public var chinese: Chinese {
        switch self {
        case .link(let error): error.chinese
        case .command(let error): error.chinese
        case .unaskedData(let header, let asked, let bytes):
            "命令 \(header) 要求返回 \(asked) 字节，实际返回 \(bytes) 字节"
        case .noData(let header): "命令 \(header) 的应答没有数据"
        case .challengeLength(let bytes, let expected): "随机数为 \(bytes) 字节，应为 \(expected) 字节"
        case .after(let stop, let finding): .init("\(stop)：\(finding)", hintOf: finding)
        case .refused(let error, let advice?): .init("\(error)", hint: "\(advice)")
        case .refused(let error, nil): error.chinese
        case .module(let error): error.chinese
        case .keyNotHeld(let holder, let use, let key, let types):
            .init(
                "\(holder)不能\(use)：没有密钥 \(key)",
                hint: types.isEmpty ? "没有任何安全模块（SAM）持有该密钥" : "请使用类型为 \(list: types)的安全模块（SAM）")
        case .keyRefused(let key, let error, let left?):
            .init("\(key)：\(error)", hint: "还可尝试 \(left) 次；不会再次发送该密钥")
        case .keyRefused(let key, let error, nil): .init("\(key)：\(error)", hintOf: error)
        case .anotherKeyRefused(let key): "未认证：\(key) 已被拒绝，不再尝试其他密钥"
        case .nobodyMay: "卡不允许任何人执行此操作"
        case .keyNotProven(let version, let status, let hasNoKey):
            .init(
                """
                卡未通过内部认证（密钥版本 \(Hex.encode([version]))）：返回 \(status)\
                （\(status.meaning(for: 0x88))）
                """,
                hint: hasNoKey ? "测试卡须用测试密钥，正式卡须用安全模块（SAM）" : "卡可能已锁定，或尚未完成个人化")
        case .wrongAuthentication:
            .init(
                "卡的内部认证结果错误：卡中没有本系统的密钥",
                hint: "请勿信任此卡；测试卡须用测试密钥，正式卡须用安全模块（SAM）")
        case .answerToReset(let error): .init("复位应答有误：\(error)", hint: "请取出卡后重新插入")
        case .historicalBytes(let count, let needed):
            .init(
                "复位应答有 \(count) 个历史字节，卡片分散因子需要 \(needed) 个",
                hint: "这不是居民健康卡，或读卡器未给出历史字节")
        case .cardBlocked(let finding): .init("卡已锁定：\(finding)", hint: "卡锁定不可解除，持卡人需要换卡")
        case .notAHealthCard(let finding):
            .init("\(finding)", hint: "请插入已个人化的居民健康卡；空白卡须先个人化")
        case .directoryBlocked(let permanently):
            permanently
                ? .init("应用已永久锁定", hint: "永久锁定不可解除")
                : .init("应用已临时锁定", hint: "可由发行机构或具有解锁权限的安全模块（SAM）解锁")
        case .cityCodeUnreadable(let finding): .init("\(finding)", hint: "没有城市代码就无法分散出卡的密钥")
        case .noCityCode(let item, let name):
            .init("第 \(item) 项 \(name) 不是城市代码", hint: "没有城市代码就无法分散出卡的密钥")
        case .otherCard: .init("这不是刚才更新的那张卡", hint: "请插入原来的卡")
        case .notIdentified: "尚未识别卡"
        case .otherStateShown: "卡已确认命令，但状态没有相应改变"
        case .noRecord(let number): "没有第 \(number) 条记录"
        case .recordCount(let record, let count): "读第 \(record) 条记录时返回了 \(count) 条记录"
        case .emptyRecord(let record): "读第 \(record) 条记录时没有返回内容"
        case .moreRecords(let count): "记录多于应有的 \(count) 条"
        case .wrongTag(let record, let found, let expected):
            "第 \(record) 条记录的标签为 \(found)，应为第 \(expected) 项"
        case .wrongItemLength(let record, let tag, let length):
            "第 \(record) 条记录第 \(tag) 项的长度不是应有的 \(length) 字节"
        case .recordCutShort(let record, let left, let size):
            "第 \(record) 条记录不完整：应为 \(size) 字节，只有 \(left) 字节"
        case .shortBlock(let bytes, let offset, let end):
            "共 \(end) 字节，卡在偏移 \(offset) 处只返回 \(bytes) 字节"
        case .endsEarly(let byte): "内容不足 \(byte) 字节"
        case .doesNotFit(let bytes, let offset, let size):
            "从偏移 \(offset) 起写 \(bytes) 字节，超出文件的 \(size) 字节"
        case .outOfReach(let offset, let command): "偏移 \(offset) 超出 \(command) 的寻址范围"
        case .pictureWithoutLength: "内容不足以容纳照片长度"
        case .pictureTooLong(let bytes, let limit): "声明照片为 \(bytes) 字节，最多只能存放 \(limit) 字节"
        case .notWritten(let isVisit):
            .init("卡中内容与写入的不一致", hint: isVisit ? "请重新写入就诊记录；如再次出现，说明卡已老化" : "请重新写入")
        case .indexUnchanged(let isVisit):
            .init("卡返回成功，但索引没有改变", hint: isVisit ? "请重试；如再次出现，说明卡已老化或不是真卡" : "请重试")
        case .contradictions(let contradictions): "\(clauses: contradictions)"
        case .otherContent:
            .init(
                "卡已确认更新，但内容与写入的不一致",
                hint: "请重新读卡；如仍如此，说明芯片已老化或卡片描述文件不符")
        case .notNoted: .init("命令未能事先记录，因此没有发送", hint: "请检查磁盘和文件夹权限，然后重试")
        case .profile(let gap): gap.chinese
        }
    }
}

extension UpdateNote.Outcome {
    public var chinese: Chinese {
        switch self {
        case .old: "卡中仍是原内容，没有写入任何改动"
        case .new: "卡中已是新内容，操作已完成"
        case .partly: "卡中只写入了部分改动，每条记录都是完整的"
        case .noPhoto: "卡中现在没有照片：原照片已清除，新照片没有写入"
        case .other: "卡中是其他内容：在此期间有人写过这张卡"
        }
    }
}

extension ReadingStop {
    public var chinese: Chinese {
        switch self {
        case .record(let record, let count): "读到第 \(record) 条记录（共 \(count) 条）时停止"
        case .offset(let offset, let end): "读到偏移 \(offset)（共 \(end) 字节）时停止"
        }
    }
}

extension ProfileGap {
    public var chinese: Chinese {
        switch self {
        case .master: "卡片描述文件中没有 MF"
        case .directory(let name): "卡片描述文件中没有目录 \(name)"
        case .file: "卡片描述文件中没有该文件"
        case .key(let name): "卡片描述文件中没有密钥 \(name)"
        case .keyOfRole(let role, let directory): "卡片描述文件中 \(directory) 没有 \(role) 类密钥"
        case .internalKey: "卡片描述文件未指定内部认证密钥"
        case .cardBlockKey: "卡片描述文件中没有用于卡锁定的密钥"
        case .cityCode: "卡片描述文件未指明城市代码的位置"
        case .picturePlace: "卡片描述文件中没有存放照片的位置"
        case .pictureLength: "卡片描述文件未给出照片长度"
        case .way: "卡片描述文件没有给出选择它的方法"
        case .command(let name): "卡片描述文件的制卡命令集中没有命令“\(name)”"
        case .fileCommand: "卡片描述文件中没有可用的命令"
        case .incompleteCommand(let name): "卡片描述文件中的命令“\(name)”不完整"
        case .unusableCommand(let name, let reason): "卡片描述文件中的命令“\(name)”无法生成：\(reason)"
        case .blockableApplication(let name, let known):
            .init("“\(name)”不是可锁定的应用", hint: "可用：\(list: known)")
        }
    }
}

extension WriteAdvice {
    public var chinese: Chinese {
        switch self {
        case .wrongKey(let key, let isProvincial, let limit, let directory):
            """
            该安全模块（SAM）中的\(key.map { "密钥 \($0) " } ?? "目录密钥")与卡不符；\
            \(isProvincial ? "这是省级密钥，安全模块（SAM）须与卡同省；" : "")\
            \(limit.map { "连续 \($0) 次错误将锁定 \(directory)，请勿重试；" } ?? "")\
            请换用其他安全模块（SAM）
            """
        case .otherProfile(let key):
            "卡中此处没有\(key.map { "密钥 \($0)" } ?? "所需密钥")，卡使用的是其他卡片描述文件"
        case .otherProtection:
            "卡要求的密钥或保护方式与卡片描述文件不同，请选用与卡相符的卡片描述文件"
        case .directoryBlocked(let directory):
            "\(directory) 可能已锁定，可由发行机构或具有解锁权限的安全模块（SAM）解锁"
        case .cardBlocked: "卡可能已锁定，持卡人需要换卡"
        case .keyLocked: "密钥已锁定，须由发行机构处理"
        case .challengeLost: "卡已丢失随机数，请重新开始"
        case .wornChip: "芯片写入失败，请读卡检查；如再次出现，请换卡"
        }
    }
}

extension KeyUse {
    public var chinese: Chinese {
        switch self {
        case .proveGenuine: "对卡进行内部认证"
        case .read(let directory): "读 \(directory)"
        case .erase(let files): "擦除 \(list: files) 中的记录"
        case .update(let files): "更新 \(list: files)"
        case .maintain(let directory): "改写 \(directory)"
        case .block(let directory): "锁定或解锁 \(directory)"
        case .blockCard: "锁定卡"
        case .other: "执行此操作"
        }
    }
}

extension SAMTypeTitle {
    public var chinese: Chinese { "\(number)（\(title)）" }
}

extension ModuleTitle {
    public var chinese: Chinese {
        switch self {
        case .unnamed: "该安全模块"
        case .sam(let type): "该安全模块（SAM，类型 \(type)）"
        }
    }
}

extension BlockError {
    public var chinese: Chinese {
        isInDoubt
            ? .init("\(cause)；无法确定\(directory.map { " \($0) " } ?? "卡")是否已锁定", hint: "请查看其状态")
            : .init("\(cause)；没有任何改变", hintOf: cause)
    }
}

extension UpdateError {
    public var chinese: Chinese {
        let parts = [
            places(.written).isEmpty ? nil : "；已写入：\(list: places(.written))" as Chinese,
            places(.notWritten).isEmpty ? nil : "；未写入：\(list: places(.notWritten))",
            places(.inDoubt).isEmpty ? nil : "；存疑（可能是新内容，也可能是旧内容）：\(list: places(.inDoubt))",
        ].compactMap { $0?.what }
        return .init("\(cause)\(parts.joined())", hintOf: cause)
    }
}

extension ItemContradiction {
    public var chinese: Chinese { .init("\(item) \(problem)", hintOf: problem) }
}

extension VisitContradiction {
    public var chinese: Chinese { .init("\(item) \(rule)", hintOf: rule) }
}

extension VisitContradiction.Rule {
    public var chinese: Chinese {
        switch self {
        case .nameless(let named):
            .init("没有说明对象：\(Chinese(verbatim: named.joined(separator: "、"))) 未填写", hint: "请填写名称，或不填此组其他项")
        case .after(let later): .init("晚于 \(later)", hint: "请更正有误的一项")
        case .inFuture: .init("晚于今天", hint: "请更正，并检查本机时钟")
        case .moreThan(let more): .init("大于 \(more)", hint: "请更正有误的一项")
        case .longerThanStay: .init("多于入院至出院的天数", hint: "请更正天数或日期")
        }
    }
}
