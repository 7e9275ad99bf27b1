import Messages

extension VirtualCardError {
    public var chinese: Chinese {
        switch self {
        case .serialLength(let expected, let actual):
            .init("此卡的芯片序列号为 \(expected) 字节，而不是 \(actual) 字节", hint: "请给出 \(2 * expected) 位十六进制数字")
        case .cipherUnavailable(let cipher, let why):
            .init("算法 \(cipher) 只有硬件实现\(why.map { "（\($0)）" } ?? "")", hint: "虚拟卡须使用算法为 sm4 的卡片描述文件")
        case .profile(let problem): .init("卡片描述文件不适用于虚拟卡：\(problem)", hintOf: problem)
        case .state(let place, let problem):
            .init("卡的状态\(place.map { "在 \($0) 处" } ?? "")有误：\(problem)", hintOf: problem)
        case .file(let path, let problem): .init("\(path)：\(problem)", hintOf: problem)
        case .notAPIN: "SAM 卡的 PIN 应为 4 至 16 位数字"
        case .link(let problem): problem.chinese
        }
    }
}

extension VirtualProfileProblem {
    public var chinese: Chinese {
        switch self {
        case .noTestKeys: .init("没有公布测试密钥", hint: "请给出卡的传输密钥，或使用其测试密钥版")
        case .noTestKeysForSAM: .init("没有公布测试密钥，而虚拟 SAM 卡没有其他密钥", hint: "请使用其测试密钥版")
        case .noSAMAddress(let key, let type): "类型 \(type) 的 SAM 卡的密钥 \(key) 没有卡内地址"
        case .level(let key, let level): "SAM 卡中 \(key) 的分散级数应为 1 至 3，而不是 \(level)"
        case .noCertificateLayout(let name): "没有证书 \(name) 的格式"
        case .noSignatureKey(let name): "没有公布签名密钥 \(name)"
        case .signatureKey(let name, let why): "签名密钥 \(name) 无效：\(why)"
        case .certificateTooLong(let name, let bytes): "证书 \(name) 超出 SAM 卡文件的 \(bytes) 字节"
        case .certificateNotSigned(let name, let why): "无法签发证书 \(name)：\(why)"
        case .noFieldValue(let field, let bytes): "测试密钥没有给出 \(field) 的 \(bytes) 字节"
        case .noSAMType(let type, let known): "没有类型 \(type) 的 SAM 卡，只有 \(list: known)"
        case .notAProvince(let text): .init("“\(text)”不是省份代码", hint: "请给出 GB/T 2260 的两位数字")
        case .noProvinceField(let file, let field): "SAM 卡文件 \(file) 没有字段 \(field)"
        case .noDialect(let name): "没有制卡命令集 \(name)"
        case .roles(let roles): "须有 \(list: roles) 类密钥"
        case .keyLength: "SM4 的密钥和分组应为 16 字节"
        case .noCode(let dialect, let file): "制卡命令集 \(dialect) 没有 \(file) 的类型或权限的代码"
        case .memoryTooSmall: .init("芯片的存储空间不足以容纳出厂文件", hint: "请增大")
        }
    }
}

extension CardStateProblem {
    public var chinese: Chinese {
        switch self {
        case .notWritable: "无法写成 JSON"
        case .missing: "缺少"
        case .wrongKind: "值的类型不对"
        case .notJSON: "不是 JSON"
        case .outOfRange: "值超出范围"
        case .unreadable: "无法读取"
        case .mustBe(let text): "应为 \(text)"
        case .found(let value, let low, let high): "为 \(value)，应为 \(low) 至 \(high)"
        case .range(let low, let high): "应为 \(low) 至 \(high)"
        case .bytesRange(let low, let high): "应为 \(low) 至 \(high) 字节"
        case .negative: "不能为负"
        case .otherProfile(let name): "此卡属于卡片描述文件 \(name)"
        case .neededUntilActivation: "激活之前必须有"
        case .length(let bytes, let expected): "应为 \(expected) 字节，而不是 \(bytes) 字节"
        case .tooManyAttempts: "剩余次数多于总次数"
        case .firstIsMaster: "第一个目录应为 MF（3F00）"
        case .notEarlierDirectory: "应为前面某个目录的序号"
        case .longName(let limit): "超过 \(limit) 字节"
        case .keyTwice: "密钥已存在"
        case .noSuchKind: "没有这种文件类型"
        case .recordForm: "标签、长度和值不相符"
        case .recordLength: "每条应为 recordSize 字节"
        case .fileTooLarge: "文件过大"
        case .noRoom: "空间不足：memorySize 过小"
        case .doesNotFit: "超出存储空间"
        case .notHexadecimal: "不是十六进制文本"
        case .otherSAMType(let type, let wanted): "这是类型 \(type) 的 SAM 卡，而不是类型 \(wanted)"
        case .otherSAM(let serial): "这是 SAM 卡 \(serial)"
        case .pin: "PIN 应为 4 至 16 位数字"
        }
    }
}

extension CardFileProblem {
    public var chinese: Chinese {
        switch self {
        case .file(let problem): problem.chinese
        case .system(let reason): reason.chinese
        case .call(let name, let reason): "\(name)：\(reason)"
        case .inUse: "此卡正被另一个进程使用"
        case .folderNotMade: "无法创建文件夹"
        case .noRandomSerial(let why): "无法产生随机序列号：\(why)"
        case .holdsChip(let serial): "其中是芯片 \(serial)"
        case .error(let error): .init("\(error)", hintOf: error)
        case .memoryUnreadable: "无法读取存储内容"
        case .lineOutsideMemory(let line): "第 \(line) 行超出存储范围"
        case .lineDamaged(let line): "第 \(line) 行已损坏"
        case .impossiblePIN: "得出的 PIN 或剩余次数不可能存在"
        case .olderThanJournal(let journal): .init("文件被改动过，而 \(journal) 中仍有卡此后的操作", hint: "如不再需要这些操作，请删除该日志文件")
        }
    }
}

extension VirtualLinkProblem {
    public var chinese: Chinese {
        switch self {
        case .unknownHost(let host, let why): "找不到主机 \(host)（\(why)）"
        case .threadRefused(let why): why.chinese
        case .nobodyListens(let host, let port, let reason): "\(host):\(port) 没有虚拟读卡器：\(reason)"
        }
    }
}
