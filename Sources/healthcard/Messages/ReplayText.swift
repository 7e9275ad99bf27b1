import HealthCard
import Messages

/// Why a command that a trace names is not run.
struct ReplayText: Message {
    let problem: ReplayList.Problem

    var english: English {
        let why: English =
            switch problem {
            case .command: "it is not one of those that may be replayed (\(list: ReplayList.names))"
            case .argument(let argument): "'\(ReplayList.shown([argument]))' may not be replayed"
            case .value(let option): "the value of \(option) may not be replayed"
            }
        return
            "the trace names a command that is not run: \(why). Show the trace, or give a command of your own after --"
    }

    var chinese: Chinese {
        let why: Chinese =
            switch problem {
            case .command: "不在可重放的命令之列（\(list: ReplayList.names)）"
            case .argument(let argument): "不可重放参数 \(ReplayList.shown([argument]))"
            case .value(let option): "不可重放 \(option) 的取值"
            }
        return "不执行跟踪记录中的命令：\(why)。可查看该跟踪记录，或在 -- 之后给出自己的命令"
    }
}
