import Messages

extension PassphraseText {
    var chinese: Chinese {
        switch self {
        case .onlyOne(let count): "此处只需一个口令，却给出了 \(count) 个文件"
        case .ask(let owner): "\(owner)口令："
        case .askNew(let owner, let bytes): "设置\(owner)口令（至少 \(bytes) 字节）："
        case .again: "再次输入："
        case .differ: "两次输入不同"
        case .missing: "缺少口令：请用 --credential 或 HEALTHCARD_KEYS_CREDENTIAL 给出，或在终端输入"
        case .howMany(let threshold, let all): "打开本密钥库需 \(all) 位保管人中的 \(threshold) 位。不在场者不输入，直接按回车。"
        case .askCustodian(let custodian): "保管人 \(custodian) 的口令："
        case .otherNumber(let custodians, let files): "\(custodians) 位保管人各需一个口令，却给出了 \(files) 个文件；请按保管人顺序各给一个"
        case .takenAlready: "其他保管人已使用该口令"
        }
    }
}

extension CeremonyText {
    var chinese: Chinese {
        switch self {
        case .noTerminal: "分量须在终端输入；无终端时请为每位保管人给出 --components"
        case .turn(let number, let all, let name, let digits, let keys):
            "第 \(number)/\(all) 位，\(name)：共 \(keys) 个密钥，每个输入 \(digits) 位十六进制数。输入不回显，请他人回避。"
        case .component(let number, let key): "\(key) 分量 \(number)："
        case .brokenOff: "已中止，未写入任何内容"
        case .notHexadecimal(let digits): "不是 \(digits) 位十六进制数，请重新输入"
        case .checkValue(let check): "  校验值 \(check)"
        case .checkValues(let path): "\(path)：各分量校验值"
        case .folderNotMade(let folder): "无法创建 \(folder)"
        case .giveTo(let number, let path): "\(path)：仅交第 \(number) 位保管人，本机不得留存"
        case .chipBatchNeeded(let key): "\(key) 是传输密钥：请用 --chip-batch 指明芯片批次"
        case .noCertificate(let name, let known): "卡片描述文件中没有证书“\(name)”，可用的有 \(known)"
        }
    }
}

extension KeyOptionText {
    var chinese: Chinese {
        switch self {
        case .withoutKeys: "--chip-batch 与 --credential 须与 --keys 同用"
        case .lacks(let keys, let missing): "\(keys) 缺少：\(missing)"
        }
    }
}

extension KeyProtectionText {
    var chinese: Chinese {
        switch self {
        case .note: "注意："
        case .noKeyOpened: "此处不打开任何密钥："
        case .mayBeLookedInto: "本用户的其他进程可查看本进程内存"
        case .coreFile: "崩溃时可能写出 core 文件"
        case .swapped: "密钥可能被换出到磁盘：锁定内存上限过低（ulimit -l）"
        case .inDump: "本进程的内存转储中会含有密钥"
        }
    }
}

extension KeyAuthorityText {
    var chinese: Chinese {
        switch self {
        case .onlyThisAuthority: "此后使用该密钥库制卡，只认可该放行机构签发的放行书。"
        case .enrolled: "已登记："
        case .notAuthenticated: "未经验证：请用 `healthcard keys check` 打开密钥库核对"
        }
    }
}

extension KeyStoreText {
    var chinese: Chinese {
        switch self {
        case .components(let count): "\(count) 个分量"
        case .formal: "正式"
        case .threshold(let count, let names): "\(names) 中的 \(count) 位"
        case .onePassphrase: "单一口令：请转换（keys convert）"
        case .keys: "密钥及校验值："
        case .transportKeys: "传输密钥（按芯片批次）："
        case .certificates: "证书："
        case .notAuthenticated: "未经验证：请用 `healthcard keys check` 打开密钥库核对"
        case .unknown(let names): "卡片描述文件中没有的密钥：\(names)"
        case .lacks(let store, let names): "\(store) 缺少：\(names)；请用 `healthcard keys import` 补充"
        case .complete: "齐全"
        }
    }
}

extension KeyConvertText {
    var chinese: Chinese {
        switch self {
        case .notACustodian(let custodian, let names): "\(custodian) 不是本密钥库的保管人；保管人为：\(names)"
        case .notAmongOpeners(let custodian): "\(custodian) 须为打开密钥库的保管人之一"
        case .changed(let custodian): "\(custodian) 的口令已更换"
        }
    }
}

extension KeyCreateText {
    var chinese: Chinese {
        switch self {
        case .custodiansForm: "--custodians 应为 2 至 16：任何人不得独自掌握密钥"
        case .generateWithInto: "--generate 与 --into 须同时使用"
        case .generateAlone: "--generate 不能与 --components、--chip-batch 同时使用"
        case .twoFiles: "请为至少两位保管人各给出一个 --components"
        case .folderNotWritable(let folder): "无法写入 \(folder)"
        case .written(let store): "已写入 \(store)"
        case .stillMissing(let missing): "尚需导入：\(missing)"
        }
    }
}

extension KeyImportText {
    var chinese: Chinese {
        switch self {
        case .custodiansForm: "--custodians 应为 2 至 16：任何人不得独自掌握密钥"
        case .twoFiles: "请为至少两位保管人各给出一个 --components"
        case .keyOrComponents: "--key 与 --components 不能同时使用"
        case .nothingMissing: "没有缺少的密钥，未执行任何操作"
        case .certificate(let name): "证书 \(name)"
        case .willReplace(let list): "将替换 \(list)，用原密钥制成的卡不能再与新密钥配合使用。"
        }
    }
}
