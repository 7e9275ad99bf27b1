import Foundation
import HealthCard
import Messages

/// Standard output and error of the daemon's commands, and the one way out of the process.
enum Console {
    static let language = Language.preferred(in: ProcessInfo.processInfo.environment)

    /// The exit codes of `healthcard`: one for each kind of error.
    private static func status(_ kind: ErrorKind) -> Int32 {
        switch kind {
        case .usage: 2
        case .noReader: 3
        case .noCard: 4
        case .cardRefused: 5
        case .badInput: 6
        case .partFailed: 7
        case .notAllowed: 8
        case .bug: 70
        }
    }

    static func print(_ line: String) { write(line, to: FileHandle.standardOutput) }
    static func print(_ message: some Message) { print(message.text(in: language)) }
    static func note(_ line: String) { write(line, to: FileHandle.standardError) }

    private static func write(_ line: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data((line.visible + "\n").utf8))
    }

    static func fail(_ error: any Error) -> Never {
        guard let error = error as? any AdvisedError else {
            note(ConsoleText.error("\(error)").text(in: language))
            leave(70)
        }
        note(ConsoleText.error(error.what(in: language)).text(in: language))
        if let hint = error.hint(in: language) { note(ConsoleText.hint(hint).text(in: language)) }
        leave(status(error.kind))
    }

    /// Threads may be at work in libraries that take themselves down when a process exits; so it ends without their clean-up.
    /// Files are whole at every instant.
    static func leave(_ status: Int32) -> Never { _exit(status) }
}

/// What the daemon's commands say.
enum ConsoleText: Message {
    case error(String)
    case hint(String)
    case configurationGood(listeners: [String], state: String)
    case fingerprint(String)
    case page(String)
    case pageNotYet(code: String)
    case journalWhole
    case badListener(String)

    var english: English {
        switch self {
        case .error(let what): "error: \(what)"
        case .hint(let hint): "hint: \(hint)"
        case .configurationGood(let listeners, let state):
            "the configuration is valid; the agent would listen on \(list: listeners) and keep its files in \(state)"
        case .fingerprint(let fingerprint): "SHA-256 fingerprint of the agent's certificate: \(fingerprint)"
        case .page(let link):
            "open this link in the counter's browser; whoever has it can set up counters and pair programs: \(link)"
        case .pageNotYet(let code): "the agent is not running; on its page, enter the page code \(code)"
        case .journalWhole: "the chain of the access journal holds"
        case .badListener(let text):
            "\(text) is not 127.0.0.1:PORT, [::1]:PORT or unix:PATH; an address of the network needs a configuration with TLS"
        }
    }

    var chinese: Chinese {
        switch self {
        case .error(let what): "错误：\(what)"
        case .hint(let hint): "提示：\(hint)"
        case .configurationGood(let listeners, let state):
            "配置有效；代理服务将监听 \(list: listeners)，其文件保存在 \(state)"
        case .fingerprint(let fingerprint): "代理服务证书的 SHA-256 指纹：\(fingerprint)"
        case .page(let link): "请用服务台的浏览器打开此链接；持有它的人可以设置服务台和配对程序：\(link)"
        case .pageNotYet(let code): "代理服务未在运行；请在其页面上输入页面口令 \(code)"
        case .journalWhole: "访问日志的链是完整的"
        case .badListener(let text):
            "\(text) 不是 127.0.0.1:端口、[::1]:端口 或 unix:路径；网络地址需要带 TLS 的配置"
        }
    }
}

/// A chain that does not hold.
struct JournalFlaw: AdvisedError, Hashable {
    enum Code: String, Sendable, Hashable, CaseIterable { case chain }

    let file: String
    let line: Int
    static let domain = "journal"
    var kind: ErrorKind { .cardRefused }
    var code: Code { .chain }
    var english: English {
        .init(
            "\(file):\(line): this line does not follow from the one before it",
            hint: "a line was changed or taken out; compare the file with a backup")
    }
    var chinese: Chinese { .init("\(file):\(line)：该行与前一行不相连", hint: "有一行被修改或删除；请与备份比较") }
}
