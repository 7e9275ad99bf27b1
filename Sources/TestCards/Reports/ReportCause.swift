import Messages

/// Failures with one first cause, and what could not be done because of them.
public struct ReportCause: Sendable {
    /// What is wrong, as far as programs can tell.
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// A right command is refused.
        case refused
        /// What must be refused is done.
        case accepted
        /// Refused as it must be, or done, with another status word than the page's: strict, not open.
        case otherStatus
        /// No answer.
        case silent
        /// Later than allowed.
        case slow
        /// What the card holds or answers is not what it should be.
        case content
    }

    public let kind: Kind
    public let title: CheckText
    /// In the order of the suite.
    public let failures: [(check: CheckDescription, result: CheckResult)]
    /// Checks that were not run on a card because one of the failures had been found on it.
    public let followers: [(check: CheckDescription, result: CheckResult)]

    /// Serials, in the order they are met.
    public var cards: [String] {
        var seen: Set<String> = []
        return failures.map(\.result.card).filter { seen.insert($0).inserted }
    }

    /// Checks that failed, whatever the number of cards.
    public var checks: [String] {
        var seen: Set<String> = []
        return failures.map(\.check.id).filter { seen.insert($0).inserted }
    }

    /// The same of those that were not run.
    public var followerChecks: [String] {
        var seen = Set(checks)
        return followers.map(\.check.id).filter { seen.insert($0).inserted }
    }
}

extension ReportCause.Kind {
    /// What it means for those who will use such cards.
    public var meaning: CheckText {
        switch self {
        case .refused:
            CheckText(
                "The card refuses what it must do. Programs that follow the standard will not work with it.",
                "卡片拒绝了应当执行的命令，遵循规范的程序无法正常使用该卡。")
        case .accepted:
            CheckText(
                "The card does what it must refuse. What this rule protects is open to others.",
                "卡片执行了应当拒绝的命令，该规则所保护的内容对他人开放。")
        case .otherStatus:
            CheckText(
                "The card protects what it must, but answers another status word than the page. Programs that look at it may be misled.",
                "卡片仍起到保护作用，但应答的状态字与规范不同，依据状态字判断的程序可能误判。")
        case .silent: CheckText("The card does not answer.", "卡片没有应答。")
        case .slow:
            CheckText("The card takes longer than allowed.", "卡片耗时超过规定。")
        case .content:
            CheckText(
                "What the card holds or answers is not what it should be.", "卡片所存或所答的内容与应有的不同。")
        }
    }
}

/// Groups failures by what was found: the same answer where the same other one was due is one cause, whatever record, file
/// or directory it was about.
struct CauseFinder {
    private struct Key: Hashable {
        let kind: ReportCause.Kind
        let what: String
    }

    private struct Group {
        var failures: [(check: CheckDescription, result: CheckResult)] = []
        var followers: [(check: CheckDescription, result: CheckResult)] = []
    }

    private var order: [Key] = []
    private var groups: [Key: Group] = [:]

    /// - Parameter checks: of a report, in its order.
    init(_ checks: [CheckSummary]) {
        var found: [ResultPlace: Key] = [:]
        let gates = Gates(checks)
        for check in checks {
            for result in check.results where result.verdict == .failed {
                let key = Self.key(check.description, result, gates)
                if groups[key] == nil { order.append(key) }
                groups[key, default: Group()].failures.append((check.description, result))
                found[ResultPlace(result)] = key
            }
        }
        for check in checks {
            for result in check.results where result.verdict == .notRun {
                guard let cause = result.cause, let key = found[ResultPlace(check: cause, card: result.card)] else {
                    continue
                }
                groups[key]?.followers.append((check.description, result))
            }
        }
    }

    /// In the order in which each was found first.
    var causes: [ReportCause] {
        order.compactMap { key in
            groups[key].map { group in
                ReportCause(
                    kind: key.kind, title: Self.title(key.kind, group.failures), failures: group.failures,
                    followers: group.followers)
            }
        }
    }

    // MARK: Likeness

    /// Directories that a check left blocked which must not block any.
    private static func blocked(_ check: CheckDescription, _ result: CheckResult) -> [String] {
        guard !check.isDestructive else { return [] }
        return (result.recovery ?? []).filter { [.unblocked, .staysBlocked].contains($0.finding) }.map(\.place)
    }

    /// What right commands are refused with, and where what must be refused is done.
    private struct Gates {
        var refused: Set<String> = []
        var open: Set<String> = []

        init(_ checks: [CheckSummary]) {
            for result in checks.lazy.flatMap(\.results) where result.verdict == .failed {
                guard let step = result.step, !step.answered.isEmpty else { continue }
                switch kind(of: step) {
                case .refused: refused.insert(word(step.answered))
                case .accepted: open.insert(place(of: step))
                default: continue
                }
            }
        }
    }

    /// What kind of command must be refused, and how.
    private static func place(of step: FailedStep) -> String { "\(group(step)) \(step.expected.first.map(word) ?? "")" }

    private static func key(_ check: CheckDescription, _ result: CheckResult, _ gates: Gates) -> Key {
        if check.family == .timing { return Key(kind: .slow, what: "") }
        if !blocked(check, result).isEmpty { return Key(kind: .refused, what: "blocked") }
        guard let step = result.step else {
            let answered = result.got.en.split(separator: " ").suffix(2)
            if answered.first == "answered", let last = answered.last, gates.refused.contains(word(String(last))) {
                return Key(kind: .refused, what: word(String(last)))
            }
            return Key(kind: .content, what: pattern(result.got.en))
        }
        guard !step.answered.isEmpty else { return Key(kind: .silent, what: "") }
        let answered = word(step.answered)
        let expected = step.expected.first.map(word) ?? ""
        let kind = kind(of: step)
        switch kind {
        case .refused: return Key(kind: kind, what: answered)
        case .accepted: return Key(kind: kind, what: place(of: step))
        // A card that refuses right commands so refuses others so too, before it comes to what is wrong with them.
        case .otherStatus where gates.refused.contains(answered) && !isDone(step.answered):
            return Key(kind: .refused, what: answered)
        // One that does not ask for what must refuse a command comes to the next thing that is wrong with it.
        case .otherStatus where gates.open.contains(place(of: step)):
            return Key(kind: .accepted, what: place(of: step))
        // Which other refusal comes is what the card looks at first.
        default: return Key(kind: kind, what: isDone(step.answered) ? "\(answered) \(expected)" : expected)
        }
    }

    private static func kind(of step: FailedStep) -> ReportCause.Kind {
        let isDone = isDone(step.answered)
        let isDue = step.expected.contains(where: isDone(_:))
        return isDone == isDue ? .otherStatus : isDue ? .refused : .accepted
    }

    /// 9000, 61xx and the warnings 62xx: the command was carried out.
    private static func isDone(_ status: String) -> Bool {
        ["90", "61", "62"].contains(status.prefix(2))
    }

    /// A refused authentication is one, however many attempts it says are left; so is a wrong length, whichever is right.
    private static func word(_ status: String) -> String {
        if status.hasPrefix("63C") || status == "6983" { return "63Cx" }
        return ["6C", "61"].contains(status.prefix(2)) ? status.prefix(2) + "xx" : status
    }

    /// Reading and writing are two things that may be open.
    private static func group(_ step: FailedStep) -> String {
        guard let name = step.name else {
            return step.command.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        }
        if name.hasPrefix("READ") { return "READ" }
        return ["UPDATE", "WRITE", "ERASE", "APPLICATION", "CARD"].contains(where: name.hasPrefix) ? "WRITE" : name
    }

    /// A finding without the places, numbers and bytes in it.
    private static func pattern(_ text: String) -> String {
        var words: [String] = []
        for word in text.split(separator: " ") {
            let isValue = word.contains { $0.isNumber } || word.hasSuffix(":")
            if isValue, words.last == "#" { continue }
            words.append(isValue ? "#" : String(word))
        }
        return words.joined(separator: " ")
    }

    // MARK: Words

    private static func title(
        _ kind: ReportCause.Kind, _ failures: [(check: CheckDescription, result: CheckResult)]
    ) -> CheckText {
        guard let first = failures.first else { return CheckText("", "") }
        let all = failures.compactMap(\.result.step)
        let steps = all.filter { Self.kind(of: $0) == kind || kind == .silent }
        let names = list(steps.map { $0.name ?? $0.command })
        let step = steps.first
        let answered = step.map { word($0.answered) } ?? ""
        let due = step?.expected.joined(separator: "/") ?? ""
        let places = list(failures.flatMap { blocked($0.check, $0.result) })
        switch kind {
        case .refused where !places.isEmpty:
            return CheckText("blocked by too few wrong MACs: \(places)", "因过少的 MAC 错误而锁定：\(places)")
        case .refused where answered == "63Cx":
            return CheckText("right keys are refused: \(keys(failures))", "拒绝正确的密钥：\(keys(failures))")
        case .refused:
            return CheckText("\(names): refused with \(answered), though right", "\(names)：正确的命令被拒绝（\(answered)）")
        case .accepted:
            return CheckText("\(names): done where \(due) is due", "\(names)：应拒绝（\(due)）而被执行")
        case .otherStatus:
            let came = list(steps.map { word($0.answered) })
            return CheckText("\(names): \(came) where \(due) is due", "\(names)：应答 \(came)，应为 \(due)")
        case .silent: return CheckText("\(names): no answer", "\(names)：没有应答")
        case .slow: return CheckText("slower than allowed", "耗时超过规定")
        case .content: return first.result.got
        }
    }

    /// Each once, in the order they are met.
    private static func list(_ words: [String]) -> String {
        var seen: Set<String> = []
        let names = words.filter { seen.insert($0).inserted }
        return names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " …" : "")
    }

    private static func keys(_ failures: [(check: CheckDescription, result: CheckResult)]) -> String {
        let names = failures.compactMap(\.result.precondition).filter { $0.kind == .key }.map(\.place)
        return names.isEmpty ? "EXTERNAL AUTHENTICATE" : list(names)
    }
}
