import Messages

extension StatusMeaning {
    public var chinese: Chinese {
        if let count = status.triesLeft { return "验证失败，还可尝试 \(count) 次" }
        if let length = status.correctLength { return "Le 错误，应为 \(length)" }
        if let count = status.remaining { return "还有 \(count) 字节，需用 GET RESPONSE 取回" }
        switch (status.rawValue, ins) {
        case (0x6283, 0xA4): return "已选择，但处于临时锁定状态"
        case (0x6A88, 0x82), (0x6A88, 0x88), (0x6A88, 0xD4): return "没有该密钥，或密钥版本不同"
        case (0x6A82, 0xA4): return "此处没有该文件或目录"
        default: break
        }
        return switch status.rawValue {
        case 0x9000: "成功"
        case 0x6200: "警告，存储器未改变"
        case 0x6281: "部分数据可能有误"
        case 0x6282: "文件长度小于 Le"
        case 0x6283: "文件已失效"
        case 0x6300: "警告，认证失败"
        case 0x6400: "执行出错，存储器未改变"
        case 0x6581: "写存储器失败"
        case 0x6700: "长度错误"
        case 0x6881: "不支持逻辑通道"
        case 0x6882: "不支持安全报文"
        case 0x6883: "应为命令链的最后一条命令"
        case 0x6884: "不支持命令链"
        case 0x6900: "命令不允许"
        case 0x6981: "命令与文件结构不相容"
        case 0x6982: "安全状态不满足，须先通过密钥认证"
        case 0x6983: "密钥或 PIN 已锁定"
        case 0x6984: "未取随机数，或随机数已用过"
        case 0x6985: "使用条件不满足"
        case 0x6986: "没有当前文件"
        case 0x6987: "缺少安全报文数据"
        case 0x6988: "MAC、填充或密文错误"
        case 0x6A80: "数据域参数错误"
        case 0x6A81: "功能不支持，或卡已锁定"
        case 0x6A82: "未找到文件"
        case 0x6A83: "未找到记录"
        case 0x6A84: "存储空间不足"
        case 0x6A86: "P1、P2 参数错误"
        case 0x6A88: "未找到引用的数据或密钥"
        case 0x6A89: "文件已存在"
        case 0x6B00: "偏移超出文件范围"
        case 0x6D00: "INS 不支持"
        case 0x6E00: "CLA 不支持"
        case 0x6F00: "原因不明"
        case 0x9303: "应用永久锁定"
        default: "未知状态字"
        }
    }
}

extension CardError {
    public var chinese: Chinese {
        switch self {
        case .channel(let error, let header):
            .init("\(error)\(header.map { "（命令 \($0)）" } ?? "")", hintOf: error)
        case .status(let status, let header):
            "卡对命令 \(header) 返回 \(status)（\(status.meaning(for: header.ins))）"
        case .malformed(let answer, let header): "\(answer)（命令 \(header) 的应答）"
        case .command(let error, let header): "命令 \(header) 无法发送：\(error)"
        }
    }
}

extension MalformedAnswer {
    public var chinese: Chinese {
        switch self {
        case .tooShort(let bytes): "应答只有 \(bytes) 字节，缺少状态字 SW1、SW2"
        case .tooLong(let limit): "应答超过 \(limit) 字节"
        case .endless: "卡不停地返回 61xx"
        case .length(let bytes, let expected): "应答为 \(bytes) 字节，应为 \(expected) 字节"
        }
    }
}

extension APDUError {
    public var chinese: Chinese {
        switch self {
        case .commandTooShort(let count): "命令 APDU 至少 4 字节（CLA INS P1 P2），实际只有 \(count) 字节"
        case .lengthMismatch(let count): "命令 APDU 共 \(count) 字节，与 Lc、Le 不符"
        case .responseTooShort(let count): "应答至少 2 字节（SW1 SW2），实际只有 \(count) 字节"
        case .dataTooLong(let count, let maximum): "数据域为 \(count) 字节，这种 APDU 最多 \(maximum) 字节"
        case .expectedLengthOutOfRange(let ne, let maximum): "Ne 为 \(ne)，应在 1 至 \(maximum) 之间"
        }
    }
}

extension AnswerToResetError {
    public var chinese: Chinese {
        switch self {
        case .initialCharacter(let byte): "复位应答应以 3B 或 3F 开头，实际为 \(Hex.encode([byte]))"
        case .truncated(let expected): "复位应答不完整，缺少 \(expected)"
        case .trailingBytes(let offset): "复位应答从偏移 \(offset) 起有多余字节"
        case .tooLong(let count): "复位应答最多 33 字节，实际为 \(count) 字节"
        case .checkByteMissing: "复位应答缺少校验字节 TCK"
        case .checkByte(let found, let expected):
            .init(
                "复位应答的校验字节为 \(Hex.encode([found]))，应为 \(Hex.encode([expected]))",
                hint: "请清洁触点后重新插卡")
        }
    }
}

extension AnswerToResetCharacter {
    public var chinese: Chinese {
        switch self {
        case .named(let name): Chinese(verbatim: name)
        case .historical(let number): "第 \(number) 个历史字节"
        }
    }
}

extension BERTLVError {
    public var chinese: Chinese {
        switch self {
        case .truncated(let offset): "偏移 \(offset) 处数据对象的标签或长度不完整"
        case .tagTooLong(let offset): "偏移 \(offset) 处的标签超过 3 字节"
        case .indefiniteLength(let offset): "偏移 \(offset) 处为不定长度（80），卡只能使用确定长度"
        case .lengthOfLength(let byte, let offset):
            "不支持偏移 \(offset) 处的长度字节 \(Hex.encode([byte]))，只支持 00 至 7F 和 81 至 84"
        case .valueTooLong(let length, let available, let offset):
            "偏移 \(offset) 处的数据对象声明值长 \(length) 字节，实际只剩 \(available) 字节"
        case .tooDeep(let offset): "偏移 \(offset) 处的数据对象嵌套超过 \(BERTLV.maximumDepth) 层"
        case .empty: "没有数据对象"
        case .trailingBytes(let offset): "应只有一个数据对象，但偏移 \(offset) 处还有一个"
        case .inputTooLong(let count): "共 \(count) 字节，最多 \(BERTLV.maximumCount) 字节"
        }
    }
}

extension FileControlInformation.ParseError {
    public var chinese: Chinese {
        switch self {
        case .tlv(let error): error.chinese
        case .notATemplate(let tag): "\(tag) 不是文件控制模板，应为 62、64 或 6F"
        case .invalidValue(let tag, let offset): "偏移 \(offset) 处数据对象 \(tag) 的值无效"
        }
    }
}

extension RecordTLV.ParseError {
    public var chinese: Chinese {
        switch self {
        case .truncated(let offset): "偏移 \(offset) 处的记录不完整"
        case .valueTooLong(let count): "一条记录最多 255 字节，实际为 \(count) 字节"
        case .trailingBytes(let offset): "记录之后从偏移 \(offset) 起有多余字节"
        }
    }
}
