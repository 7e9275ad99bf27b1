import Messages

extension AuthorityText {
    var chinese: Chinese {
        switch self {
        case .fingerprint: "指纹 "
        case .certificate: "证书 "
        case .personForm: "--person 应为 姓名=公钥文件"
        case .peopleRule: "；须两人以上，姓名与密钥各不相同，且不得为放行机构的密钥"
        case .sign(let out): "尚无人签名：请由两人分别执行 healthcard sign \(out) --key PEM"
        case .missing: "缺少 --authority：请给出放行机构的公钥、根证书或登记书"
        }
    }
}

extension EvidenceStationText {
    var chinese: Chinese {
        switch self {
        case .unsigned: "检测证据未签名（由旧版软件生成）：请用本软件重新检测"
        case .noneEnrolled:
            "未登记可接受其检测证据的工作站：请以检测证据以外的途径向制卡单位取得检测工作站的 NAME@FINGERPRINT，并用 --evidence-station 或 --evidence-stations 指定"
        case .notEnrolled(let station): "检测证据由工作站 \(station) 签名，该工作站未登记：若制卡单位以其他途径确认此指纹，请用 --evidence-station 指定"
        case .virtualCards: "注意：受检卡为虚拟卡，未检测任何实体芯片"
        case .form: "--evidence-station 应为 NAME@FINGERPRINT（16 或 64 位）"
        case .lineForm(let line, let path): "\(path)：第 \(line) 行不是 NAME@FINGERPRINT"
        }
    }
}

extension ReleaseFileText {
    var chinese: Chinese {
        switch self {
        case .notMade(let reason, let path): "无法创建 \(path)：\(reason)"
        case .notWritten(let path): "无法写入 \(path)"
        }
    }
}

extension GrantText {
    var chinese: Chinese {
        switch self {
        case .authorityNameMissing: "缺少 --authority-name"
        case .limitPerLedger: "注意：数量上限在每本台账中分别计数；可用 --ledger-id 绑定到一本台账"
        case .released: "已放行："
        case .otherBuild: "该报告由另一版本程序生成：请使用该程序，或用 --engine-version 说明其版本"
        case .headForm: "--after-head 应为 条目号:摘要，见 release station"
        case .stationForm: "--station 应为 名称 或 NAME@FINGERPRINT"
        case .dayForm(let option): "\(option) 应为 YYYY-MM-DD"
        }
    }
}

extension ReleaseOptionText {
    var chinese: Chinese {
        switch self {
        case .makerMissing: "正式制卡须给出 --maker、--product 和 --product-version：按卡盒标签填写"
        case .releaseMissing: "缺少 --release"
        case .notForTestCards: "测试卡不需要放行书：请去掉 --release"
        }
    }
}

extension RevokeText {
    var chinese: Chinese {
        switch self {
        case .reasonMissing: "撤销放行书须给出 --reason"
        case .authorityNameMissing: "缺少 --authority-name"
        case .dayForm: "--next-update 应为 YYYY-MM-DD"
        case .numberNotKept: "注意：本机未能记录清单号；下次请用 --previous 给出本清单"
        case .listed(let number, let releases): "撤销清单第 \(number) 号：共撤销 \(releases) 份放行书"
        case .previousNeeded(let number): "该放行机构已有第 \(number) 号撤销清单：请用 --previous 给出最近一份，否则其中撤销的内容将失效"
        }
    }
}

extension ReleaseShowText {
    var chinese: Chinese {
        switch self {
        case .whatToShow: "请给出文件、--ledger 或 --keys"
        case .nobody: "无"
        }
    }
}

extension ReleaseVerifyText {
    var chinese: Chinese {
        switch self {
        case .holds: "有效："
        }
    }
}

extension RevocationMemoryText {
    var chinese: Chinese {
        switch self {
        case .unreadable(let path): "\(path) 中没有最近一份撤销清单的编号"
        case .remedy: "请写入最近一份清单的编号和摘要（见 `healthcard release list`）"
        }
    }
}

extension SignText {
    var chinese: Chinese {
        switch self {
        case .otherPerson(let person, let name): "文件中该密钥属于 \(person)，而不是 \(name)"
        case .nobody: "文件中没有使用该密钥的人员"
        case .willBeSigned: "将签署以上内容。"
        case .signatures: "签名数："
        }
    }
}

extension SignedWord {
    var chinese: Chinese {
        switch self {
        case .enrolment: "正式卡放行机构登记书，第 "
        case .numberEnd: " 号"
        case .authority: "  放行机构："
        case .fingerprint: "  指纹："
        case .root: "  根证书 "
        case .signer: "  签发人："
        case .policy: "  用途："
        case .person: "  人员："
        case .destroyed(let count): "已销毁芯片 \(count) 张："
        case .adopted(let station, let entry): "工作站 \(station) 自第 \(entry) 条起接管台账"
        case .ledger: "  台账："
        case .reason: "  原因："
        case .drawnUp: "  拟定时间："
        case .signedBy: "  已签名："
        }
    }
}

extension SignerText {
    var chinese: Chinese {
        switch self {
        case .keyOrSigner: "请给出 --key，或同时给出 --signer 与 --public-key"
        case .noPKCS11: "PKCS#11 没有 SM2 签名机制，不能直接使用令牌：请通过 --signer 使用制造商的程序（Docs/releases.md）"
        case .noSignature: "--signer 未输出 128 位十六进制签名"
        }
    }
}
