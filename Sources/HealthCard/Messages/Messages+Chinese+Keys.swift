import Messages

extension KeyStoreError {
    public var chinese: Chinese {
        switch self {
        case .file(let path, let problem): .init("\(path)：\(problem)", hintOf: problem)
        case .exposed(let path):
            .init(
                "\(path) 的所有者以外的用户也可读取或更改，内容可能已泄露",
                hint: "请执行 chmod 600，并考虑是否更换其中的内容")
        case .exists(let path): .init("\(path) 已存在", hint: "请用 keys import 添加，或指定其他文件")
        case .changedMeanwhile(let path): .init("\(path) 在读取之后被他人更改；未写入任何内容", hint: "请重新操作")
        case .notAKeyStore(let flaw): .init("密钥库文件已改动或不是密钥库：\(flaw)", hint: "请从备份中取回文件")
        case .notFormal: "这不是正式密钥的密钥库；测试密钥是公布的，不存入密钥库"
        case .cost(let error): "密钥库的参数：\(error)"
        case .cannotOpen: .init("口令不对，或密钥库被改动", hint: "请重新输入口令；仍不行请从备份中取回文件")
        case .openedByOne:
            .init(
                "此密钥库只需一个口令，即一个人就能打开，不能再用于制卡",
                hint: "请在各保管人在场时对其执行 `healthcard keys convert`")
        case .tooFewCustodians(let present, let wanted):
            .init(
                "打开密钥库需要 \(wanted) 位保管人，现只有 \(present) 个口令",
                hint: "请其他保管人到场，或为每人给出 --credential")
        case .cannotOpenShare(let custodian):
            .init("\(custodian) 的口令不对，或密钥库被改动", hint: "请重新输入口令；仍不行请从备份中取回文件")
        case .custody(let problem): problem.chinese
        case .weakPassphrase(let weakness, let custodian):
            .init("\(custodian.map { "\($0) 的" } ?? "")口令\(weakness)", hint: "请用几个互不相关的词")
        case .equalPassphrases(let one, let other): .init("\(one) 与 \(other) 的口令相同", hint: "请各自选用他人不知道的口令")
        case .weakComponent(let key, let component, let weakness):
            .init("\(key) 的分量 \(component) 不是随机产生的：\(weakness)", hint: "请随机产生")
        case .weakKey(let key, let weakness): .init("\(key) 将不是随机产生的密钥：\(weakness)", hint: "请重新产生其各分量")
        case .tooFewComponents(let key, let count):
            .init("\(key) 只有 \(count) 个分量", hint: "请给出两个或更多，每个由不同的保管人提供")
        case .wrongLength(let key, let component, let bytes, let expected):
            .init(
                "\(key) 的分量 \(component) 为 \(bytes) 字节，应为 \(expected) 字节",
                hint: "请给出 \(expected * 2) 位十六进制数字")
        case .zeroComponent(let key, let component): .init("\(key) 的分量 \(component) 全为零，不起作用", hint: "请重新产生")
        case .equalComponents(let key, let one, let other):
            .init("\(key) 的分量 \(one) 与 \(other) 相同，相互抵消", hint: "请重新产生其中一个")
        case .zeroKey(let key): .init("\(key) 的各分量相互抵消", hint: "请重新产生")
        case .sameAs(let key, let other): .init("\(key) 将与\(other)相同", hint: "请重新产生其各分量")
        case .published(let key, let name): .init("\(key) 将成为公布的测试密钥 \(name)，人人知晓", hint: "请重新产生其各分量")
        case .publishedKeys(let keys): .init("密钥库中有公布的测试密钥，人人知晓：\(list: keys)", hint: "请由保管人重新产生")
        case .unknownKey(let key): .init("卡片描述文件没有密钥 \(key)", hint: "传输密钥须与芯片批次的名称一同给出")
        case .alreadyHeld(let entry): .init("密钥库中已有\(entry)", hint: "如要更换，请明确指定")
        case .name(let name): "\(name)应为 1 至 \(KeyStoreFile.longestName) 字节，不含控制字符"
        case .componentLine(let path, let line, let problem):
            .init("\(path) 第 \(line) 行：\(problem)", hintOf: problem)
        case .componentMissing(let path, let key): .init("\(path) 没有 \(key) 的分量，而其他保管人的文件有", hint: "请补全")
        case .certificate(let name, let field, let problem):
            .init("证书 \(name)\(field.map { " 的 \($0)" } ?? "")：\(problem)", hint: "请导入为这些卡签发的证书")
        case .authorityTooLong(let limit): .init("放行机构登记书应为 1 至 \(limit) 字节", hint: "请给出登记书文件")
        case .testProfile(let name):
            .init("\(name) 是测试密钥的卡片描述文件，正式密钥不得写入其卡", hint: "请使用正式的卡片描述文件")
        case .otherProfile(let mark, let store, let profile):
            .init("密钥库的\(mark)为 \(store)，卡片描述文件的为 \(profile)", hint: "请使用与密钥库相符的卡片描述文件")
        case .chipBatchNeeded(let known): .init("密钥库中有多个芯片批次的传输密钥", hint: "请选择其一：\(list: known)")
        case .unknownChipBatch(let label, let known):
            .init(
                "密钥库中没有芯片批次 \(label) 的传输密钥\(known.isEmpty ? "" : "，只有 \(list: known) 的")", hint: "请先导入")
        case .module(let error): error.chinese
        }
    }
}

extension KeyStoreEntry {
    public var chinese: Chinese {
        switch self {
        case .key(let name): "密钥 \(name)"
        case .transportKey(let chipBatch): "芯片批次 \(chipBatch) 的传输密钥"
        case .certificate(let name): "证书 \(name)"
        }
    }
}

extension PublishedEntry {
    public var chinese: Chinese {
        entry == name.map { .key($0) } ? "\(entry)" : "\(entry)\(name.map { "（\($0)）" } ?? "")"
    }
}

extension KeyStoreFlaw {
    public var chinese: Chinese {
        switch self {
        case .tooLong(let limit): "超过 \(limit) 字节"
        case .json(let error): error.chinese
        case .format(let expected): "format 不是 \"\(expected)\""
        case .unknownCipher: "cipher 不是已知的算法"
        case .nameTwice: "名称重复"
        case .spelling: "写法与密钥库不同"
        case .shareNumber: "custodians.share 不是从 1 起连续编号"
        case .shareLength: "custodians.chacha20-poly1305.sealed 不是密钥份额"
        case .custodianTwice: "保管人重复"
        case .threshold(let fewest): "threshold 不在 \(fewest) 至保管人数之间"
        case .member(let name, let kind): "\(name) 不是\(kind)"
        }
    }
}

extension KeyStoreFlaw.Kind {
    public var chinese: Chinese {
        switch self {
        case .text: "文本"
        case .name: "名称"
        case .number: "数"
        case .date: "日期"
        case .object: "对象"
        case .list(let most): "不超过 \(most) 项的数组"
        case .hexadecimal(let digits): "\(digits.map { " \($0) 位" } ?? "")十六进制数字"
        }
    }
}

extension CustodyProblem {
    public var chinese: Chinese {
        switch self {
        case .count(let count, let fewest, let most):
            .init("密钥库应有 \(fewest) 至 \(most) 位保管人，而不是 \(count) 位", hint: "请逐一列出姓名")
        case .threshold(let threshold, let custodians, let fewest):
            .init("\(custodians) 位保管人的门限不能是 \(threshold)", hint: "请取 \(fewest) 至 \(custodians)")
        case .namedTwice: .init("有保管人列出了两次", hint: "每人只列一次")
        case .hasCustodians: "密钥库已有保管人，须用他们的口令打开"
        case .noShare(let custodian): "\(custodian) 没有打开过此密钥库的份额"
        }
    }
}

extension KeyStoreName {
    public var chinese: Chinese {
        switch self {
        case .store: "密钥库名称"
        case .custodian: "保管人姓名"
        case .chipBatch: "芯片批次名称"
        }
    }
}

extension KeyStoreMark {
    public var chinese: Chinese {
        switch self {
        case .cipher: "算法"
        case .keyVersion: "密钥版本"
        }
    }
}

extension ComponentLineProblem {
    public var chinese: Chinese {
        switch self {
        case .form: .init("不是 NAME HEX [CHECK] 的形式", hint: "请更正")
        case .keyTwice(let key): .init("\(key) 第二次出现", hint: "请只留一个")
        case .notHexadecimal(let key): .init("\(key) 的分量不是偶数位十六进制数字", hint: "请更正")
        case .length(let key, let bytes, let expected):
            .init("\(key) 的分量为 \(bytes) 字节，应为 \(expected) 字节", hint: "请更正")
        case .checkForm(let key): .init("\(key) 的校验值不是 6 位十六进制数字", hint: "请更正")
        case .check(let key, let computed, let stated):
            .init("\(key) 的校验值应为 \(computed)，写的是 \(stated)", hint: "有一位写错")
        }
    }
}

extension CertificateFieldProblem {
    public var chinese: Chinese {
        switch self {
        case .length(let bytes, let expected): "长 \(bytes) 字节，应为 \(expected) 字节"
        case .constant(let value): "不是 \(value)"
        case .zeros: "不全为零"
        case .curve: "不是曲线上的点"
        }
    }
}

extension ComponentWeakness {
    public var chinese: Chinese {
        switch self {
        case .repeats: "数字重复"
        case .counts: "数字依次递增或递减"
        case .fewDigits: "只有少数几种数字"
        case .mirrored: "后半可由前半推出"
        case .text: "是一段文字"
        case .published(let name): "是公布的密钥 \(name)，人人知晓"
        case .otherKey(let entry): "与\(entry)相同"
        }
    }
}

extension PassphraseWeakness {
    public var chinese: Chinese {
        switch self {
        case .tooShort: "不足 \(KeyStore.shortestPassphrase) 字节"
        case .fewCharacters: "的不同字符少于 \(Self.fewestCharacters) 个"
        case .guessable: "几乎全是重复、顺序、姓名和最先被猜的词"
        }
    }
}
