import Foundation
import Messages

/// What the parser of arguments says of them: English by itself, in Chinese where its sentence is one of those known here.
struct UsageError: Message {
    private let lines: [String]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var english: English { English(verbatim: lines.joined(separator: "\n")) }
    /// Without what the help says of the argument, which is in English alone.
    var chinese: Chinese {
        var isHelp = false
        let said = lines.filter { line in
            if line.hasPrefix("Help:  ") { isHelp = true } else if line.hasPrefix("Usage: ") { isHelp = false }
            return !isHelp
        }
        return Chinese(verbatim: said.map(Self.translated).joined(separator: "\n"))
    }

    private static func translated(_ line: String) -> String {
        for (beginning, words) in [("Error: ", "错误："), ("Usage: ", "用法：")]
        where line.hasPrefix(beginning) {
            let rest = String(line.dropFirst(beginning.count))
            return words + (beginning == "Error: " ? sentence(rest) : rest)
        }
        if let match = line.wholeMatch(of: /\s+See '(.+)' for more information\./) { return "  详见 \(match.1)" }
        return line
    }

    private static func sentence(_ text: String) -> String {
        if let match = text.wholeMatch(of: /Unknown option '(.+?)'(?:\. Did you mean '(.+)'\?)?/) {
            return "没有选项 \(match.1)" + (match.2.map { "，是否为 \($0)？" } ?? "")
        }
        if let match = text.wholeMatch(of: /Unexpected argument '(.+?)'(?:\. Did you mean '(.+)'\?)?/) {
            return "多余的参数 \(match.1)" + (match.2.map { "，是否为 \($0)？" } ?? "")
        }
        if let match = text.wholeMatch(of: /\d+ unexpected arguments: (.+)/) { return "多余的参数 \(match.1)" }
        if let match = text.wholeMatch(of: /Missing expected argument '(.+)'/) { return "缺少参数 \(match.1)" }
        if let match = text.wholeMatch(of: /Missing value for '(.+)'/) { return "\(match.1) 缺少值" }
        if let match = text.wholeMatch(of: /The value '(.*)' is invalid for '(.+?)'(?:\. (.+))?/) {
            let allowed = match.3.map { $0.replacing("Please provide one of ", with: "可用：") } ?? ""
            return "\(match.2) 的值 \(match.1) 无效" + (allowed.isEmpty ? "" : "；\(allowed)")
        }
        if let match = text.wholeMatch(of: /Value to be set with flag '(.+)' had already been set with flag '(.+)'/) {
            return "\(match.1) 与 \(match.2) 不能同时使用"
        }
        return text
    }
}
