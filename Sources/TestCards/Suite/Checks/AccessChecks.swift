import CardProfiles
import ISO7816

/// Every file, every right: without a key, with every wrong key of its directory, with the right one
/// (`Docs/card.md §1.1`, `Docs/protocol.md §3`).
enum AccessChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.files.flatMap { file in
            file.rights.flatMap { checks(file, $0, plan.profile) }
        }
    }

    private static let clause = "Docs/card.md §1.1; Docs/protocol.md §3, §5"

    private static func checks(_ file: FileDefinition, _ right: FileRight, _ profile: CardProfile) -> [Check] {
        let others = profile.externalKeys(in: file.directory).filter { file.condition(of: right) != .key($0.name) }
        var checks = [without(file, right)]
        switch file.condition(of: right) {
        case .always: break
        case .never:
            checks += others.map { withKey($0, file, right, isNever: true) }
            checks.append(withAllKeys(others, file, right))
        case .key(let name):
            checks += others.map { withKey($0, file, right, isNever: false) }
            if let key = profile.key(name) { checks.append(withRightKey(key, file, right)) }
        }
        return checks
    }

    private static func title(_ file: FileDefinition, _ right: FileRight, _ how: CheckText) -> CheckText {
        CheckText("\(file.path): \(right.name.en) \(how.en)", "\(file.path)：\(how.zh)\(right.name.zh)")
    }

    private static let refused = CheckText("refused with 6982", "应答 6982，拒绝")

    private static func without(_ file: FileDefinition, _ right: FileRight) -> Check {
        let isFree = file.condition(of: right) == .always
        return Check(
            .access, "\(file.path).\(right.rawValue).without-key",
            title(file, right, CheckText("without a key", "无密钥")), clause: clause,
            expected: isFree ? CheckText("allowed to everyone", "任何人均可") : refused
        ) { bench throws(CheckStop) in
            let kept = bench.keepIfReadable(file)
            try bench.reset()
            try bench.approach(file)
            let command = try bench.use(right, of: file, kept)
            try bench.expect(isFree ? .ok : .securityStatusNotSatisfied, for: command)
        }
    }

    private static func withKey(
        _ key: KeyDefinition, _ file: FileDefinition, _ right: FileRight, isNever: Bool
    ) -> Check {
        Check(
            .access, "\(file.path).\(right.rawValue).with-\(key.name)",
            title(file, right, CheckText("with \(key.name), another's key", "用不相干的密钥 \(key.name) ")),
            clause: clause,
            expected: isNever
                ? CheckText("refused with 6982: nobody may", "应答 6982：任何人都不允许") : refused
        ) { bench throws(CheckStop) in
            let kept = bench.keepIfReadable(file)
            try bench.reset()
            try bench.approach(file, proving: [key])
            try bench.expect(.securityStatusNotSatisfied, for: try bench.use(right, of: file, kept))
        }
    }

    private static func withAllKeys(_ keys: [KeyDefinition], _ file: FileDefinition, _ right: FileRight) -> Check {
        Check(
            .access, "\(file.path).\(right.rawValue).with-all-keys",
            title(
                file, right, CheckText("with every key of \(file.directory) proven", "用 \(file.directory) 的全部密钥")),
            clause: clause, expected: CheckText("refused with 6982: nobody may", "应答 6982：任何人都不允许")
        ) { bench throws(CheckStop) in
            let kept = bench.keepIfReadable(file)
            try bench.reset()
            try bench.approach(file, proving: keys)
            try bench.expect(.securityStatusNotSatisfied, for: try bench.use(right, of: file, kept))
        }
    }

    private static func withRightKey(_ key: KeyDefinition, _ file: FileDefinition, _ right: FileRight) -> Check {
        Check(
            .access, "\(file.path).\(right.rawValue).with-right-key",
            title(file, right, CheckText("with \(key.name) alone", "仅用密钥 \(key.name) ")), clause: clause,
            expected: CheckText("allowed", "允许")
        ) { bench throws(CheckStop) in
            guard right != .read else {
                try bench.approach(file, proving: [key])
                return _ = try bench.expect(.ok, for: try bench.use(right, of: file, KeptContent()))
            }
            let kept = try bench.keep(file)
            try bench.reset()
            try bench.approach(file, proving: [key])
            try bench.useAndRestore(right, of: file, kept)
            try bench.approach(file, proving: bench.profile.key(of: file.read).map { [$0] } ?? [])
            try bench.expectContent(file, kept)
        }
    }
}
