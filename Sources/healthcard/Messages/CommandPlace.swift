import Messages

/// Where a command was given: as an argument, or on a line of standard input; from 1.
enum CommandPlace: Message {
    case argument(Int)
    case line(Int)

    var english: English {
        switch self {
        case .argument(let number): "command \(number)"
        case .line(let number): "line \(number)"
        }
    }

    var chinese: Chinese {
        switch self {
        case .argument(let number): "第 \(number) 条命令"
        case .line(let number): "第 \(number) 行"
        }
    }
}
