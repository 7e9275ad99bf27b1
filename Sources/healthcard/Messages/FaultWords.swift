import FaultyCards
import Messages
import TestCards

/// A fault that nobody knows.
struct UnknownFaultText: Message {
    let name: String
    /// Names that may have been meant.
    let like: [String]

    var english: English {
        "there is no fault '\(name)'\(like.isEmpty ? "" : "; did you mean \(list: like)?") --list-faults shows all"
    }

    var chinese: Chinese {
        "没有名为“\(name)”的故障\(like.isEmpty ? "" : "，是否为 \(list: like)？") --list-faults 列出全部"
    }
}

/// A run that is not whole, and what it lacks.
struct PartialRunText: Message {
    let missing: [CheckText]

    var english: English { "not a whole run: \(clauses: missing)" }
    var chinese: Chinese { "并非完整检测：\(clauses: missing)" }
}

/// A virtual card or SAM that is put into a slot.
struct InsertedText: Message {
    let chip: AnyMessage
    let host: String
    let port: String

    var english: English { "\(chip) for the slot at \(host):\(port); Ctrl-C takes it out" }
    var chinese: Chinese { "\(chip)插入 \(host):\(port)；Ctrl-C 取出" }
}

/// A language that is not spoken here.
struct UnknownLanguageText: Message {
    let value: String
    let known: [String]

    var english: English {
        .init("unknown language '\(value)'", hint: "use --lang \(known.joined(separator: " or --lang "))")
    }

    var chinese: Chinese {
        .init("不支持语言“\(value)”", hint: "可用 --lang \(known.joined(separator: " 或 --lang "))")
    }
}
