import Messages

extension ShangMiError {
    public var chinese: Chinese {
        switch self {
        case .wrongLength(let what, let expected, let actual): "\(what)为 \(actual) 字节，应为 \(expected) 字节"
        case .notWholeBlocks(let count): .init("\(count) 字节不是 16 字节分组的整数倍", hint: "请先填充数据")
        case .malformedHex: .init("十六进制数字不是偶数个", hint: "请检查是否有空格或缺少数字")
        case .invalidPadding: "填充不是 80 00…，密钥、数据或其长度有误"
        case .invalidPrivateKey: "不是 SM2 私钥，私钥应为 1 至 n−2 之间的数"
        case .invalidPublicKey: "不是 SM2 公钥，公钥应为推荐曲线上的点"
        case .userIDTooLong(let count): "SM2 用户标识为 \(count) 字节，最多 8191 字节"
        case .scryptCost(let n, let r, let p):
            .init(
                "不支持 scrypt 参数 N=\(n)、r=\(r)、p=\(p)",
                hint: "N 须为不小于 2 的 2 的幂，r 为 1 至 32，p 为 1 至 16，且 128·r·N 不超过 \(Scrypt.Cost.largestMemory) 字节")
        case .sharing(let threshold, let shares):
            .init("秘密不能按 \(shares) 份取 \(threshold) 份分割", hint: "请使用同一秘密的 1 至 255 份，每份一次")
        case .notAuthentic: .init("密钥不对，或密封的数据已被改动", hint: "请使用正确的密钥，或原始数据")
        case .notPEM(let expected): .init("不是 PEM 格式的\(expected)", hint: "请检查文件")
        case .wrongPassphrase: .init("口令打不开密钥", hint: "请输入保护该密钥时使用的口令")
        case .certificate(let flaw): .init("证书不能使用：\(flaw)", hintOf: flaw)
        case .library(let call, let reason):
            .init(
                "\(call) 失败（\(reason)）",
                hint: "请检查所安装的 libcrypto（OpenSSL 3.0 及以上，支持 SM2、SM3、SM4）")
        }
    }
}

extension Measured {
    public var chinese: Chinese {
        switch self {
        case .sm2PrivateKey: "SM2 私钥"
        case .sm2PublicKey: "SM2 公钥"
        case .digest: "摘要"
        case .sm4Key: "SM4 密钥"
        case .initialValue: "初始向量"
        case .chaChaKey: "ChaCha20-Poly1305 密钥"
        case .chaChaNonce: "ChaCha20-Poly1305 随机数"
        case .associatedData: "附加数据"
        case .message: "消息"
        }
    }
}

extension PEMContent {
    public var chinese: Chinese {
        switch self {
        case .certificate: "证书"
        case .publicKey: "SM2 公钥"
        case .privateKey: "受口令保护的 SM2 私钥"
        }
    }
}

extension CertificateFlaw {
    public var chinese: Chinese {
        switch self {
        case .notX509(let limit): "不是 \(limit) 字节以内的 X.509 证书"
        case .otherCurve: .init("密钥不在 SM2 曲线上", hint: "请签发使用 SM2 密钥的证书")
        case .otherSignature: .init("不是用 SM2 和 SM3 签名的", hint: "请签发用 SM2 和 SM3 签名的证书")
        case .noName: "证书主题没有通用名，或有多个通用名"
        case .unusableName: "通用名为空、过长或不是文本"
        case .chainLength(let count, let maximum): "证书链有 \(count) 张证书，应为 1 至 \(maximum) 张"
        case .notForSigning: "不是签名证书：属于认证机构，或密钥用途不含签名"
        case .rootIsNoAuthority: "根证书不是认证机构证书"
        case .chainBroken(let reason): "证书链不能追溯到根证书\(reason.map { "（\($0)）" } ?? "")"
        case .rootAlone:
            .init("这是根证书，其下可能有许多人持有证书", hint: "请指定签名人及其证书中用于放行的对象标识符")
        case .notForUse(let name, let use): "\(name) 的证书不适用：其策略和用途均未包含 \(use)"
        }
    }
}

extension ProcessObjection {
    public var chinese: Chinese {
        switch self {
        case .dumpable:
            .init(
                "自启动以来，本用户的其他进程可查看本进程内存",
                hint: "请使用由 Scripts/install 安装的程序（Docs/keys.md）")
        case .traced(let process): .init("进程 \(process) 正在跟踪本进程", hint: "请结束它后重新启动")
        case .loaderVariable(let name):
            .init(
                "启动本程序时设置了环境变量 \(name)，可能使其他代码先于本程序运行", hint: "请取消该变量后重新启动")
        case .codeWithoutFile(let place):
            .init("本进程中运行着不在任何文件中的代码（\(place)）", hint: "请重新启动并查明来源")
        case .changeableCode(let path):
            .init("本进程运行 \(path) 中的代码，而您可以修改该文件", hint: "该文件只应由 root 修改")
        }
    }
}
