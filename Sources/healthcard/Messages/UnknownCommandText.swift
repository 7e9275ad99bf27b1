import Messages

/// A word that names no command.
struct UnknownCommandText: Message, Hashable {
    let word: String
    /// The command that was to have it: `healthcard ledger`.
    let group: String
    let like: [String]

    var english: English {
        English(
            "\(group) has no command \(word)",
            hint: like.isEmpty ? "see `\(group) --help`" : "did you mean \(list: like)? See `\(group) --help`")
    }

    var chinese: Chinese {
        Chinese(
            "\(group) 没有命令 \(word)",
            hint: like.isEmpty ? "请查看 `\(group) --help`" : "是否为 \(list: like)？请查看 `\(group) --help`")
    }
}
