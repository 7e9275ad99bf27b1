import Messages

/// What the daemon's commands say.
public enum ConsoleText: Message, Hashable {
    case error(String)
    case hint(String)
    case configurationGood(listeners: [String], state: String)
    case fingerprint(String)
    case page(String)
    case pageNotYet(code: String)
    case journalWhole
    case badListener(String)

    public var english: English {
        switch self {
        case .error(let what): "error: \(what)"
        case .hint(let hint): "hint: \(hint)"
        case .configurationGood(let listeners, let state):
            "the configuration is valid; the agent would listen on \(list: listeners) and keep its files in \(state)"
        case .fingerprint(let fingerprint): "SHA-256 fingerprint of the agent's certificate: \(fingerprint)"
        case .page(let link): "open this link in a browser on this machine; whoever has it can pair programs: \(link)"
        case .pageNotYet(let code): "the agent is not running; on its page, enter the page code \(code)"
        case .journalWhole: "the chain of the access journal holds"
        case .badListener(let text):
            "\(text) is not 127.0.0.1:PORT, [::1]:PORT or unix:PATH; an address of the network needs a configuration with TLS"
        }
    }

    public var chinese: Chinese {
        switch self {
        case .error(let what): "错误：\(what)"
        case .hint(let hint): "提示：\(hint)"
        case .configurationGood(let listeners, let state):
            "配置有效；代理服务将监听 \(list: listeners)，其文件保存在 \(state)"
        case .fingerprint(let fingerprint): "代理服务证书的 SHA-256 指纹：\(fingerprint)"
        case .page(let link): "请在本机浏览器中打开此链接；持有该链接的人可以配对程序：\(link)"
        case .pageNotYet(let code): "代理服务未在运行；请在其页面上输入页面口令 \(code)"
        case .journalWhole: "访问日志的链是完整的"
        case .badListener(let text):
            "\(text) 不是 127.0.0.1:PORT、[::1]:PORT 或 unix:PATH；网络地址需要带 TLS 的配置"
        }
    }
}

/// A chain that does not hold.
public struct JournalFlaw: AdvisedError, Hashable {
    public enum Code: String, Sendable, Hashable, CaseIterable { case chain }

    public let file: String
    public let line: Int
    public static let domain = "journal"

    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    public var kind: ErrorKind { .cardRefused }
    public var code: Code { .chain }
    public var english: English {
        .init(
            "\(file):\(line): this line does not follow from the one before it",
            hint: "a line was changed or taken out; compare the file with a backup")
    }
    public var chinese: Chinese { .init("\(file):\(line)：该行与前一行不相连", hint: "有一行被修改或删除；请与备份比较") }
}

/// The help of the daemon's commands.
public enum AgentHelp: Message, Hashable, CaseIterable {
    case program, programMore, run, check, page, journal, config, listen

    public var english: English {
        switch self {
        case .program: "The local service for hospital programs: health cards as JSON over HTTP, with events"
        case .programMore:
            """
            Without a file it serves this machine on the first free port of 8327-8336. Docs/agent.md has the \
            configuration, the rules of pairing and the API. SIGTERM ends it once acts on cards are done, SIGHUP reads the \
            configuration again. Exit codes: 0 ended by a signal, 2 usage, 6 configuration or state, 70 a bug
            """
        case .run: "Serve until a signal ends it"
        case .check: "Check the configuration, the state folder and the certificate; serve nothing"
        case .page: "Print the link that opens the agent's own page with the right to pair programs"
        case .journal: "Verify the chain of the access journal"
        case .config: "The configuration, YAML. Default: /etc/healthcard/agent.yaml where it is there"
        case .listen: "Where to listen, instead of what the configuration says; may be repeated"
        }
    }

    public var chinese: Chinese {
        switch self {
        case .program: "面向医院程序的本地服务：以 HTTP 上的 JSON 和事件提供居民健康卡"
        case .programMore:
            """
            不带配置文件时，在本机 8327-8336 中第一个空闲端口上提供服务。配置、配对规则和 API 见 Docs/agent.md。收到 SIGTERM 后，\
            待卡操作完成即结束；收到 SIGHUP 时重新读取配置。退出码：0 由信号结束，2 用法错误，6 配置或状态错误，70 程序缺陷
            """
        case .run: "提供服务，直到收到结束信号"
        case .check: "检查配置、状态文件夹和证书；不提供服务"
        case .page: "输出打开代理服务自身页面的链接，持有该链接即可配对程序"
        case .journal: "验证访问日志的链"
        case .config: "YAML 配置文件。默认：存在时用 /etc/healthcard/agent.yaml"
        case .listen: "监听地址，代替配置中的设置；可重复给出"
        }
    }
}
