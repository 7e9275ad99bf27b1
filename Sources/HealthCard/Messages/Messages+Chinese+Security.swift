import ISO7816
import Messages

extension SecurityModuleError {
    public var chinese: Chinese {
        switch self {
        case .cipherNeedsHardware(let cipher):
            .init(
                "\(cipher.rawValue.uppercased()) 算法未公开，只有硬件实现，软件无法计算",
                hint: "请使用安全模块（SAM）或加密机")
        case .keyNotHeld(let name): .init("该安全模块没有密钥 \(name)", hint: "请使用持有该密钥的安全模块")
        case .provinceUnknown(let key): .init("\(key) 按省份分散，但省份未知", hint: "请先读取发行机构文件")
        case .wrongLength(let what, let bytes, let expected): "\(what)为 \(bytes) 字节，应为 \(expected) 字节"
        case .dataTooLong(let bytes, let limit):
            .init("\(bytes) 字节超出一条安全报文命令的容量（\(limit) 字节）", hint: "请分段发送")
        case .missingValue(let name): "“\(name)”没有可用的值"
        case .certificateDiffers(let name, let field):
            .init("导入的证书 \(name) 的 \(field) 与这些卡不一致", hint: "请导入为这些卡签发的证书")
        case .noTestKeys(let profile):
            .init("卡片描述文件 \(profile) 没有公布测试密钥", hint: "请使用其测试密钥版，正式卡请使用安全模块（SAM）")
        case .notSupported(let act): "该安全模块不能\(act)"
        case .cryptography(let error): error.chinese
        case .device(let message): Chinese(verbatim: message)
        case .unfit(let problem): problem.chinese
        case .noSAM: .init("没有可用的安全模块（SAM）", hint: "请插入安全模块（SAM），或选择其读卡器")
        case .sam(let error): error.chinese
        }
    }
}

extension ModuleInput {
    public var chinese: Chinese {
        switch self {
        case .header: "命令头"
        case .original: "原始信息"
        case .challenge: "随机数"
        case .factor: "分散因子"
        case .digest: "摘要"
        case .certificate(let name): "证书 \(name) "
        case .field(let name): "\(name) "
        }
    }
}

extension ModuleAct {
    public var chinese: Chinese {
        switch self {
        case .protectCommands: "生成安全报文"
        case .signVisits: "签名：卡片描述文件中的就诊记录没有证书"
        }
    }
}

extension SAMError {
    public var chinese: Chinese {
        switch self {
        case .wrongPIN(0?): .init("安全模块（SAM）的 PIN 错误，已无剩余次数", hint: "只能由其发行机构解锁或更换")
        case .wrongPIN(let left?):
            .init("安全模块（SAM）的 PIN 错误，还可尝试 \(left) 次", hint: "不会自动重试；请先核实 PIN")
        case .wrongPIN(nil):
            .init("安全模块（SAM）的 PIN 错误，剩余次数未知", hint: "请询问安全模块（SAM）的保管人")
        case .refusedBefore:
            .init("安全模块（SAM）曾拒绝此 PIN，因此没有再次发送", hint: "请向保管人索取正确的 PIN")
        case .pinBlocked: .init("安全模块（SAM）的 PIN 因错误次数过多已锁定", hint: "须由其发行机构解锁或更换")
        case .lastTry:
            .init("安全模块（SAM）的 PIN 只剩一次尝试机会，因此没有发送已保存的 PIN", hint: "确认无误后请亲自输入 PIN")
        case .pinNeeded(let header):
            .init("须先验证安全模块（SAM）的 PIN（命令 \(header) 返回 6982）", hint: "请给出 PIN 后重试")
        case .notAPIN: "安全模块（SAM）的 PIN 应为 4 至 16 位数字；未发送"
        case .notASAM(let status, let header):
            .init(
                "SAM 读卡器中的卡不是安全模块（SAM）：对命令 \(header) 返回 \(status)",
                hint: "请插入安全模块（SAM），或选择其读卡器")
        case .levelMismatch(let key):
            .init(
                "\(key) 在安全模块（SAM）中的分散级数与请求不符（6A80）",
                hint: "请先读取卡的发行机构文件，或更正卡片描述文件中的密钥地址")
        case .anotherProvince(let key, let sam, let card):
            .init("安全模块（SAM）的 \(key) 属于省份 \(sam)，卡属于省份 \(card)", hint: "请使用该省的安全模块（SAM）")
        case .noSuchFile(let name): "卡片描述文件中没有安全模块（SAM）的文件“\(name)”"
        case .refused(let status, let header):
            .init(
                "安全模块（SAM）对命令 \(header) 返回 \(status)（\(status.meaning(for: header.ins))）",
                hint: advice(status, header))
        case .malformed(let answer, let header):
            .init("\(answer)（安全模块（SAM）对命令 \(header) 的应答）", hint: "请清洁触点后重试")
        case .channel(let error, let header):
            .init("安全模块（SAM）：\(error)\(header.map { "（命令 \($0)）" } ?? "")", hintOf: error)
        case .command(let error, let header): "命令 \(header) 无法发送给安全模块（SAM）：\(error)"
        }
    }

    private func advice(_ status: StatusWord, _ header: CommandHeader) -> Chinese {
        switch (status, header.ins) {
        case (.conditionsNotSatisfied, InstructionByte.cipherData):
            "没有过程密钥，或密钥不允许这样使用：请确认没有其他程序在使用该安全模块（SAM）"
        case (.incorrectP1P2, _), (.instructionNotSupported, _), (.classNotSupported, _):
            "此类安全模块（SAM）不支持该命令，请换用其他安全模块（SAM）"
        default: "请取出安全模块（SAM）后重新插入，再试一次"
        }
    }
}

extension MalformedSAMAnswer {
    public var chinese: Chinese {
        switch self {
        case .answer(let answer): answer.chinese
        case .digest(let bytes, let expected): "摘要为 \(bytes) 字节，应为 \(expected) 字节"
        case .signature(let bytes, let expected): "签名为 \(bytes) 字节，应为 \(expected) 字节"
        case .ciphertext(let bytes, let expected): "密文为 \(bytes) 字节，应为 \(expected) 字节"
        case .mac(let bytes, let expected): "MAC 为 \(bytes) 字节，应为 \(expected) 字节"
        case .file(let name, let bytes, let expected): "文件 \(name) 应返回 \(expected) 字节，实际返回 \(bytes) 字节"
        }
    }
}
