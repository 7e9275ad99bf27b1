import Messages

/// The headings and marks of a page of help.
enum HelpText: Message, Hashable {
    case usage
    case options
    case optionsWord
    case sharedOptions
    case arguments
    case commands
    case examples
    case defaultValue(String)
    case values([String])
    case everyCommand
    case moreOn(String)
    case completion
    case language

    var english: English {
        switch self {
        case .usage: "Usage:"
        case .options: "Options:"
        case .optionsWord: "[options]"
        case .sharedOptions: "Options that other commands have too:"
        case .arguments: "Arguments:"
        case .commands: "Commands:"
        case .examples: "Examples:"
        case .defaultValue(let value): "(default: \(value))"
        case .values(let values): "(one of: \(list: values))"
        case .everyCommand: "Every command:"
        case .moreOn(let command): "`\(command) COMMAND --help` says more about one of them."
        case .completion:
            "`healthcard completion bash` (zsh, fish) writes completions for your shell, `healthcard man` the manual."
        case .language: "The language of what is printed: en or zh. Default: HEALTHCARD_LANG, else the locale's."
        }
    }

    var chinese: Chinese {
        switch self {
        case .usage: "用法："
        case .options: "选项："
        case .optionsWord: "[选项]"
        case .sharedOptions: "与其他命令共有的选项："
        case .arguments: "参数："
        case .commands: "命令："
        case .examples: "示例："
        case .defaultValue(let value): "（默认：\(value)）"
        case .values(let values): "（可选：\(list: values)）"
        case .everyCommand: "所有命令："
        case .moreOn(let command): "各命令的详细说明见 `\(command) 命令 --help`。"
        case .completion: "`healthcard completion bash`（或 zsh、fish）输出命令行补全脚本，`healthcard man` 输出手册页。"
        case .language: "输出所用语言：en 或 zh。默认取 HEALTHCARD_LANG，其次取系统区域设置。"
        }
    }
}

/// The headings of a manual page.
enum ManualHeading: Message, Hashable {
    case name
    case synopsis
    case description
    case options
    case commands
    case examples

    var english: English {
        switch self {
        case .name: "NAME"
        case .synopsis: "SYNOPSIS"
        case .description: "DESCRIPTION"
        case .options: "OPTIONS"
        case .commands: "COMMANDS"
        case .examples: "EXAMPLES"
        }
    }

    var chinese: Chinese {
        switch self {
        case .name: "名称"
        case .synopsis: "用法"
        case .description: "说明"
        case .options: "选项"
        case .commands: "命令"
        case .examples: "示例"
        }
    }
}
