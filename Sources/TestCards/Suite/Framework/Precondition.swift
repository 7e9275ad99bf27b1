import Messages

/// What most checks rest on and few are about: when it does not hold, they say nothing of the card. The check that meets it
/// first fails; those after it are not run, and name that check.
public struct Precondition: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// Answer to reset and city code give the factors that every key is derived by.
        case factors
        /// A directory is selected from the MF.
        case directory
        /// A file is selected in its directory.
        case file
        /// A key is accepted by EXTERNAL AUTHENTICATE.
        case key
        /// A file is read under its right.
        case reading
        /// A right command with a MAC is taken in a directory.
        case messaging
        /// A directory lives through fewer wrong MACs than block it.
        case wrongMACs
    }

    public let kind: Kind
    /// The name of a directory or key, the path of a file; empty for the card.
    public let place: String

    public init(_ kind: Kind, _ place: String = "") {
        self.kind = kind
        self.place = place
    }

    /// What a right card does.
    public var holds: CheckText {
        switch kind {
        case .factors:
            CheckText("the answer to reset and the city code give the factors of the keys", "由复位应答和应用城市代码可得密钥分散因子")
        case .directory: CheckText("\(place) is selected", "可选择 \(place)")
        case .file: CheckText("\(place) is selected in its directory", "可在所属目录中选择 \(place)")
        case .key: CheckText("\(place) is accepted by EXTERNAL AUTHENTICATE", "外部认证接受 \(place)")
        case .reading: CheckText("\(place) is read under its right", "取得权限后可读 \(place)")
        case .messaging: CheckText("\(place) takes a right command with a MAC", "\(place) 接受带正确 MAC 的命令")
        case .wrongMACs:
            CheckText("\(place) is blocked by no fewer wrong MACs than the page says", "\(place) 不因少于规定次数的 MAC 错误而锁定")
        }
    }

    /// What a card does on which it does not hold.
    public var fails: CheckText {
        switch kind {
        case .factors: CheckText("the factors of the keys cannot be had", "得不到密钥分散因子")
        case .directory: CheckText("\(place) cannot be selected", "无法选择 \(place)")
        case .file: CheckText("\(place) cannot be selected in its directory", "无法在所属目录中选择 \(place)")
        case .key: CheckText("EXTERNAL AUTHENTICATE refuses \(place)", "外部认证拒绝 \(place)")
        case .reading: CheckText("\(place) cannot be read under its right", "取得权限后仍无法读 \(place)")
        case .messaging: CheckText("\(place) refuses right commands with a MAC", "\(place) 拒绝带正确 MAC 的命令")
        case .wrongMACs: CheckText("\(place) is blocked by too few wrong MACs", "\(place) 因过少的 MAC 错误而锁定")
        }
    }
}

/// The step that ended a check.
public struct FailedStep: Codable, Sendable, Hashable {
    /// Class, instruction, P1 and P2: `04 DC 01 04`.
    public let command: String
    /// The status word that came, `9000`; empty where none came.
    public let answered: String
    /// The status words of which one was to come.
    public let expected: [String]

    public init(command: String, answered: String, expected: [String]) {
        self.command = command
        self.answered = answered
        self.expected = expected
    }
}

/// What a check that failed left on a card, and what became of it: the card is not to be left blocked, nor the next check to
/// find what is of this one.
public struct CardRecovery: Codable, Sendable, Hashable {
    public enum Finding: String, Codable, Sendable, Hashable {
        /// Blocked by wrong MACs, and unblocked with its key to APPLICATION BLOCK.
        case unblocked
        /// Blocked, and still so.
        case staysBlocked
        /// Wrong MACs are counted, and could not be made forgotten.
        case countStays
        /// A key has lost attempts, and could not be given them back.
        case attemptsStay
        /// A file was changed, and has its content again.
        case restored
        /// A file was changed, and its content could not be put back.
        case contentStays
    }

    /// The name of a directory; of a key where attempts are meant, the path of a file where its content is.
    public let place: String
    public let finding: Finding
    /// The key that lifted the block.
    public let key: String?
    /// Why it stays.
    public let reason: CheckText?

    public init(place: String, finding: Finding, key: String? = nil, reason: CheckText? = nil) {
        self.place = place
        self.finding = finding
        self.key = key
        self.reason = reason
    }

    public var text: CheckText {
        let why = reason.map { CheckText(": \($0)", "：\($0)") } ?? CheckText("", "")
        return switch finding {
        case .unblocked:
            CheckText(
                "this check blocked \(place); it was unblocked with \(key ?? "LK")",
                "本项使 \(place) 锁定，已用 \(key ?? "LK") 解锁")
        case .staysBlocked:
            CheckText("this check blocked \(place), and it stays blocked\(why)", "本项使 \(place) 锁定，且未能解锁\(why)")
        case .countStays:
            CheckText("wrong MACs stay counted in \(place)\(why)", "\(place) 的 MAC 错误计数未能清零\(why)")
        case .attemptsStay:
            CheckText("\(place) has not got its attempts back\(why)", "\(place) 的剩余次数未能恢复\(why)")
        case .restored:
            CheckText("this check changed \(place); its content was put back", "本项改变了 \(place)，内容已恢复")
        case .contentStays:
            CheckText("\(place) could not be put back as it was\(why)", "\(place) 的原内容未能恢复\(why)")
        }
    }
}
