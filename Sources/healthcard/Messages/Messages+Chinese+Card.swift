import Messages

extension APDUText {
    var chinese: Chinese {
        switch self {
        case .expectForm: "--expect 应为 4 位十六进制数"
        case .notHexadecimal(let place): "\(place)不是十六进制数"
        case .notACommand(let place): "\(place)不是命令 APDU；不加 --follow 可发送任意字节"
        case .noCommand: "未给出命令"
        case .tooShort(let count): "卡应答 \(count) 字节，不足一个状态字"
        case .otherStatus(let status, let expected): "卡应答 \(status)，应为 \(expected)"
        }
    }
}

extension BlockText {
    var chinese: Chinese {
        switch self {
        case .noTarget: "请给出目录（DF02）或 --card"
        case .cardIsPermanent: "整卡锁定总是永久的：只需 --card"
        case .confirmNeeded: "永久锁定仅有 --yes 不够：请输入芯片序列号，或用 --confirm 给出"
        case .confirmWithout: "--confirm 须与 --permanent 或 --card 同用"
        case .wholeCard: "整张卡"
        case .willBlock(let what, let serial): "将临时锁定卡 \(serial) 的 \(what)。"
        case .willBlockPermanently(let what, let serial): "将永久锁定卡 \(serial) 的 \(what)，任何办法都不能解除。"
        case .typeSerial: "请输入芯片序列号以继续："
        case .noTerminal: "无终端可确认：请用 --confirm 给出芯片序列号"
        case .otherSerial: "与读卡器中的卡的序列号不符，未做任何操作"
        case .card: "卡"
        case .whetherBlocked(let what): "\(what) 是否已锁定"
        case .otherCard: "这不是刚才的卡，请放入原卡"
        case .asBefore: "（原已如此）"
        case .open(let what): "\(what) 未锁定"
        case .blocked(let what): "\(what) 已临时锁定"
        case .blockedPermanently(let what): "\(what) 已永久锁定"
        }
    }
}

extension ReturnText {
    var chinese: Chinese {
        switch self {
        case .cardAway(let seconds, let what): "卡已离开：请在 \(seconds) 秒内放回，以确认\(what)"
        }
    }
}

extension CommandText {
    var chinese: Chinese {
        switch self {
        case .stuck(let seconds): "卡或读卡器收到命令后 \(seconds) 秒没有应答，且无法中止：请取出卡，并重新插拔读卡器"
        case .emptyArgument(let place): "有一个参数为空（在“\(place)”之后）：它所用的变量是否已设置？"
        }
    }
}

extension OptionText {
    var chinese: Chinese {
        switch self {
        case .sameReader(let reader): "卡与 SAM 卡不能同在 \(reader) 中，请选择两个读卡器"
        case .waiting(let reader): "等待读卡器中的卡：\(reader)"
        case .waitForm: "--wait 应为不小于 0 的秒数"
        case .noDialect(let name, let known): "--dialect：卡片描述文件中没有制卡命令集“\(name)”，可用的有 \(known)"
        }
    }
}

extension OutputText {
    var chinese: Chinese {
        switch self {
        case .notUTF8(let path): "\(path) 含有非 UTF-8 字节：请以 UTF-8 指定要写入的文件名"
        case .isInput(let path): "\(path) 是本次要读取的文件：请另指定要写入的文件"
        case .otherKind(let path, true): "\(path) 已存在且内容不同类，未作改动：请另选文件名，或加 --force"
        case .otherKind(let path, false): "\(path) 已存在且内容不同类，未作改动：请另选文件名"
        case .notWritten(let path): "无法写入 \(path)"
        }
    }
}

extension ReadText {
    var chinese: Chinese {
        switch self {
        case .formatsDiffer(let format): "--json 与 --format \(format) 不一致"
        case .otherApplicationsInJSON: "--other-applications 须与 --json 同用；要看文字请用 `healthcard inspect`"
        case .testCard: "这是测试卡。"
        case .answerToReset(let flaw): "警告：复位应答有误，仍按其历史字节使用（\(flaw)）"
        case .damaged: "数据损坏："
        case .notRead: "未读出："
        case .partUnread(let names): "卡的部分内容未能读出：\(names)。未读出不等于没有。"
        case .unknownSection(let unknown): "没有 “\(unknown)” 的数据组，可用的有："
        }
    }
}

extension ReadersText {
    var chinese: Chinese {
        switch self {
        case .mute: "卡无应答"
        case .card: "有卡 "
        case .inUse: "，使用中"
        case .empty: "空"
        }
    }
}

extension RecordingText {
    var chinese: Chinese {
        switch self {
        case .existsAlready(let path): "\(path) 已存在，未作改动：请另选文件名，或先将其删除"
        case .notWritten(let path): "无法写入 \(path)"
        }
    }
}

extension SAMText {
    var chinese: Chinese {
        switch self {
        case .unknownType: "（未知类型）"
        case .testKeys: "（测试密钥）"
        case .notADate: "非日期"
        case .notRead: "未读出："
        case .checkOrChange: "--check 与 --change 不能同时使用"
        case .newPINFileWithout: "--new-pin-file 须与 --change 同用"
        case .changed: "PIN 已修改。"
        case .right: "PIN 正确。"
        case .blocked: "已锁定"
        case .triesLeft(let tries): "剩余 \(tries) 次"
        case .triesUnknown: "SAM 卡未告知剩余次数"
        case .newPIN: "新 PIN："
        case .newPINAgain: "再次输入新 PIN："
        case .newPINsDiffer: "两次输入的新 PIN 不同，未发送"
        case .noPIN: "缺少 PIN：请用 --sam-pin-file 给出，或在终端输入"
        }
    }
}

extension SecurityText {
    var chinese: Chinese {
        switch self {
        case .samOrTestKeys: "--sam 与测试密钥不能同时使用"
        case .severalReaders: "有多个读卡器，请用 --sam 或 HEALTHCARD_SAM_READER 选择 SAM 卡所在的读卡器："
        case .noReader: "没有 SAM 读卡器"
        case .reader(let reader): "SAM 读卡器 \(reader)："
        case .environmentPIN(let credential):
            "不读取 HEALTHCARD_SAM_PIN：环境变量会传给所启动的每个程序。请取消该变量，改用 --sam-pin-file 指定权限为 0600 的文件，或使用 systemd 凭据 \(credential)，或在提示时输入"
        case .triesLeft(let tries): "（剩余 \(tries) 次）"
        case .pin(let left): "SAM 卡 PIN\(left)："
        }
    }
}

extension SoakText {
    var chinese: Chinese {
        switch self {
        case .readsForm: "--reads 应为 1 至 1000000"
        case .failed(let failed, let reads): "\(reads) 次读取中有 \(failed) 次失败"
        case .summary(let reads, let failed, let commands): "读取 \(reads) 次，失败 \(failed) 次，每次 \(commands) 条命令"
        case .times(let median, let worst): "中位数 \(median) 毫秒，最长 \(worst) 毫秒"
        case .memory(let early, let late, let filesEarly, let filesLate):
            "内存 \(early) → \(late) KiB，打开的文件 \(filesEarly) → \(filesLate)"
        case .differs: "与第一次读取的内容不一致"
        }
    }
}

extension EndingText {
    var chinese: Chinese {
        switch self {
        case .finishingCard: "先完成这张卡；再按一次立即中止，芯片可能只写了一半"
        case .cardHalfMade: "已中止：芯片可能只写了一半，请勿发放"
        case .finishing: "先完成已开始的操作；再按一次立即中止"
        case .inTheMiddle: "已中途停止：请读卡查看写入了哪些内容"
        }
    }
}

extension TraceText {
    var chinese: Chinese {
        switch self {
        case .noCardOfItsOwn: "该命令不直接与卡通信"
        case .notReplayable: "只有单纯与一张卡通信的命令可用跟踪记录重放：read、inspect、visit、sam、update、block、unblock、apdu"
        case .noCommand: "未给出命令：healthcard trace record 文件 -- read"
        case .notATestCard: "未能确认为测试卡：跟踪记录中不含数据"
        case .portOrCommand: "--port 与命令不能同时使用"
        case .idleForm: "--exit-when-idle 应为大于 0 的秒数"
        case .command: "跟踪记录中的命令："
        case .error: "错误："
        }
    }
}

extension UpdateText {
    var chinese: Chinese {
        switch self {
        case .photoOrNone: "--photo 与 --no-photo 不能同时使用"
        case .nothing: "没有要修改的内容：请给出 --set、--clear、--add-allergy … 或 --from"
        case .photo(let flaw): .init("照片不能写入：\(flaw)", hintOf: flaw)
        case .noEqualsSign(let option): "\(option) 的格式是 数据项=值"
        case .whichContent(let doubt): "\(doubt) 是旧内容还是新内容"
        case .new(let doubt): "\(doubt) 已是新内容"
        case .old(let doubt): "\(doubt) 仍是旧内容"
        case .photoGone(let doubt): "\(doubt) 现在没有照片，请重新写入"
        case .neither(let doubt): "\(doubt) 既非旧内容也非新内容"
        case .alreadySo: "已是如此"
        case .written: "已写入  "
        case .wouldWrite: "将写入  "
        case .notWritten: "未写入  "
        case .inDoubt: "存疑    "
        }
    }
}
