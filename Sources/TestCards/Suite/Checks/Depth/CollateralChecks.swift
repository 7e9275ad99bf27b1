import CardProfiles
import ISO7816
import Messages

/// A write changes what it names and nothing else: after each kind of write the whole card is compared with what it was
/// (`Docs/protocol.md §5` Writing).
enum CollateralChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        return profile.files.filter { profile.key(of: $0.update) != nil }.flatMap { file in
            [update(file)] + (profile.externalKeys(in: file.directory).isEmpty ? [] : [counters(file)])
        }
    }

    private static let clause = "Docs/protocol.md §5 Writing, §3"

    private static func update(_ file: FileDefinition) -> Check {
        Check(
            .collateral, "\(file.path).update",
            CheckText(
                "\(file.path): every place written, and the whole card read", "\(file.path)：逐处写入后读全卡"), clause: clause,
            expected: CheckText("what was written, and every other byte as before", "仅写入处改变，其余逐字节不变")
        ) { bench throws(CheckStop) in
            let before = try known(bench)
            try bench.restoring(file) { () throws(CheckStop) in
                let own = before[file.path] ?? []
                try bench.approach(file, proving: bench.keysToUse(file))
                let after = try bench.changeEverywhere(in: file, from: own) { expected throws(CheckStop) in
                    try bench.expectSame(
                        try bench.currentContent(of: file), expected, file, CheckText("after a write to it", "写入后"))
                }
                let found = try bench.wholeCard()
                for other in bench.profile.files {
                    guard let content = found[other.path], let wanted = before[other.path] else { continue }
                    try bench.expectSame(
                        content, other == file ? after : wanted, other,
                        CheckText("after a write to \(file.path)", "写入 \(file.path) 后"))
                }
            }
            // The file was put back and read: everything is as it was.
            bench.knownCard = (before, bench.link.changeCount)
        }
    }

    /// The card as it is now: read, unless nothing was sent that could have changed it since it was.
    private static func known(_ bench: CheckBench) throws(CheckStop) -> [String: [[UInt8]]] {
        if let known = bench.knownCard, known.changes == bench.link.changeCount { return known.content }
        return try bench.wholeCard()
    }

    private static func counters(_ file: FileDefinition) -> Check {
        Check(
            .collateral, "\(file.path).counters",
            CheckText("\(file.path): retry counters of its directory after an update", "\(file.path)：更新后本目录密钥计数器"),
            clause: clause,
            expected: CheckText("every key has all its attempts", "各密钥次数均为满")
        ) { bench throws(CheckStop) in
            let keys = bench.profile.externalKeys(in: file.directory).filter { $0.tries > 2 }
            try bench.restoring(file) { () throws(CheckStop) in
                let before = try bench.wholeContent(of: file)
                try bench.approach(file, proving: bench.keysToUse(file))
                try bench.changeEverywhere(in: file, from: before)
                for key in keys {
                    try bench.expect(.triesLeft(Int(key.tries) - 1), for: try bench.authentication(key, .wrong))
                    try bench.prove(key)
                }
            }
        }
    }
}
