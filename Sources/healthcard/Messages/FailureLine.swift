import Messages

/// The lines of an error, whose words are in the language of the run already.
enum FailureLine: Message {
    case error(String)
    case hint(String)

    var english: English {
        switch self {
        case .error(let text): "error: \(text)"
        case .hint(let text): "hint: \(text)"
        }
    }

    var chinese: Chinese {
        switch self {
        case .error(let text): "错误：\(text)"
        case .hint(let text): "提示：\(text)"
        }
    }
}
