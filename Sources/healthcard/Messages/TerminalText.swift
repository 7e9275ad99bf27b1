import Messages

/// What is asked and said at a terminal, whatever the command.
enum TerminalText: Message {
    /// A question that nobody is there to answer.
    case nobodyToAsk(String)
    case typeYes(String)
    case nothingDone
    case standardInput
    case lineTooLong(bytes: Int)
    case statistics(commands: Int, sent: Int, received: Int, milliseconds: String)

    var english: English {
        switch self {
        case .nobodyToAsk(let question): "\(question) Nobody is there to ask: give --yes to do it without being asked."
        case .typeYes(let question): "\(question) Type yes to go on: "
        case .nothingDone: "nothing was done"
        case .standardInput: "standard input"
        case .lineTooLong(let bytes): "a line has \(bytes) bytes at most; type it again"
        case .statistics(let commands, let sent, let received, let milliseconds):
            "\(commands, "command"), \(sent, "byte") sent, \(received) received, \(milliseconds) ms"
        }
    }

    var chinese: Chinese {
        switch self {
        case .nobodyToAsk(let question): "\(question)无人可确认：如确需执行，请加 --yes。"
        case .typeYes(let question): "\(question)输入 yes 继续："
        case .nothingDone: "未执行任何操作"
        case .standardInput: "标准输入"
        case .lineTooLong(let bytes): "每行最多 \(bytes) 字节，请重新输入"
        case .statistics(let commands, let sent, let received, let milliseconds):
            "\(commands) 条命令，发送 \(sent) 字节，接收 \(received) 字节，\(milliseconds) 毫秒"
        }
    }
}
