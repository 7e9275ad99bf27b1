import CardProfiles
import ISO7816

/// How long operations take, against what the profile allows (`Docs/protocol.md §9`). The median counts: one slow answer
/// of a busy reader says nothing of the card.
enum TimingChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        let limits = Limits(profile)
        return [reset(limits), challenge(limits)] + profile.directories.map { select($0, limits) }
            + profile.keys.filter { $0.usage == .externalAuthentication && $0.role != .transport }.map {
                prove($0, limits)
            }
            + profile.keys.filter { $0.usage == .internalAuthentication }.map { internalProof($0, limits) }
            + profile.files.map { read($0, limits) }
            + profile.files.filter { profile.key(of: $0.update) != nil }.map { update($0, limits) }
    }

    private static let repetitions = 5

    /// Microseconds.
    private struct Limits: Sendable {
        let rules: TimingRules
        private let slowestLink: Int?
        /// Bytes of one READ BINARY.
        let piece: Int

        init(_ profile: CardProfile) {
            rules = profile.timing
            piece = min(profile.capabilities.maximumBinaryData, profile.capabilities.maximumResponseData)
            slowestLink = profile.links.map(\.bytesPerSecond).min()
        }

        /// - Parameters:
        ///   - milliseconds: of each of so many commands.
        ///   - bytes: of content that travels with them.
        func limit(_ milliseconds: Int, commands: Int = 1, bytes: Int = 32) -> Int {
            // Header, lengths and status word travel with every command.
            let carried = bytes + 8 * commands
            return commands * milliseconds * 1000 + (slowestLink.map { carried * 1_000_000 / max(1, $0) } ?? 0)
        }
    }

    private static func check(
        _ what: String, _ title: CheckText, limit: Int, _ body: @escaping Check.Body
    ) -> Check {
        let text = milliseconds(limit)
        return Check(
            .timing, what, title, clause: "Docs/protocol.md §9; Docs/card.md §4",
            expected: CheckText("at most \(text) ms", "不超过 \(text) 毫秒"), body: body)
    }

    private static func milliseconds(_ microseconds: Int) -> String {
        let tenths = (microseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// The median of what a check has measured is within the limit.
    private static func judge(_ bench: CheckBench, limit: Int) throws(CheckStop) {
        let measured = bench.times.flatMap(\.microseconds).sorted()
        guard !measured.isEmpty else { return }
        let median = milliseconds(measured[measured.count / 2])
        try bench.expect(
            measured[measured.count / 2] <= limit, "the median is \(median) ms", "中位数为 \(median) 毫秒")
        bench.found("median \(median) ms of \(measured.count)", "\(measured.count) 次的中位数为 \(median) 毫秒")
    }

    /// No place of a file is slower than one command may be; the slowest is named.
    private static func judge(
        _ bench: CheckBench, _ places: [CheckText], _ times: [[Int]], limit: Int
    ) throws(CheckStop) {
        let medians = times.map { $0.sorted()[$0.count / 2] }
        guard let slowest = medians.indices.max(by: { medians[$0] < medians[$1] }) else { return }
        let place = places[slowest]
        let median = milliseconds(medians[slowest])
        let text = milliseconds(limit)
        try bench.expect(
            medians[slowest] <= limit, "\(place.en) takes \(median) ms, at most \(text)",
            "\(place.zh)耗时 \(median) 毫秒，最多 \(text)")
        bench.found(
            "slowest place: \(place.en), median \(median) ms of \(times[slowest].count)",
            "最慢处：\(place.zh)，\(times[slowest].count) 次的中位数为 \(median) 毫秒")
    }

    // MARK: Commands

    private static func reset(_ limits: Limits) -> Check {
        let limit = limits.limit(limits.rules.reset)
        return check("reset", CheckText("reset", "复位"), limit: limit) { bench throws(CheckStop) in
            for _ in 0..<repetitions {
                try bench.measure("reset", limit: limit) { () throws(CheckStop) in _ = try bench.reset() }
            }
            try judge(bench, limit: limit)
        }
    }

    private static func challenge(_ limits: Limits) -> Check {
        let limit = limits.limit(limits.rules.challenge)
        return check("challenge", CheckText("GET CHALLENGE", "取随机数"), limit: limit) { bench throws(CheckStop) in
            for _ in 0..<repetitions {
                try bench.measure("challenge", limit: limit) { () throws(CheckStop) in _ = try bench.challenge() }
            }
            try judge(bench, limit: limit)
        }
    }

    private static func select(_ directory: DirectoryDefinition, _ limits: Limits) -> Check {
        let limit = limits.limit(limits.rules.select)
        let name = "select \(directory.name)"
        return check(
            "\(directory.name).select", CheckText("SELECT \(directory.name)", "选择 \(directory.name)"), limit: limit
        ) { bench throws(CheckStop) in
            for _ in 0..<repetitions {
                try bench.enter(directory.parent ?? directory.name)
                let command = try bench.selection(of: directory)
                try bench.measure(name, limit: limit) { () throws(CheckStop) in _ = try bench.expect(.ok, for: command)
                }
            }
            try judge(bench, limit: limit)
        }
    }

    private static func prove(_ key: KeyDefinition, _ limits: Limits) -> Check {
        let limit = limits.limit(limits.rules.authenticate)
        return check(
            "\(key.name).authenticate", CheckText("external authentication with \(key.name)", "用 \(key.name) 外部认证"),
            limit: limit
        ) { bench throws(CheckStop) in
            try KeyChecks.stand(bench, key)
            for _ in 0..<repetitions {
                let command = try bench.authentication(key)
                try bench.measure("authenticate \(key.name)", limit: limit) { () throws(CheckStop) in
                    _ = try bench.expect(.ok, for: command)
                }
            }
            try judge(bench, limit: limit)
        }
    }

    private static func internalProof(_ key: KeyDefinition, _ limits: Limits) -> Check {
        let limit = limits.limit(limits.rules.authenticate)
        return check(
            "\(key.name).authenticate", CheckText("internal authentication with \(key.name)", "用 \(key.name) 内部认证"),
            limit: limit
        ) { bench throws(CheckStop) in
            try KeyChecks.stand(bench, key)
            for _ in 0..<repetitions {
                let (command, _) = try bench.internalAuthentication(key)
                try bench.measure("authenticate \(key.name)", limit: limit) { () throws(CheckStop) in
                    _ = try bench.expect(.ok, for: command)
                }
            }
            try judge(bench, limit: limit)
        }
    }

    // MARK: Files

    private static func read(_ file: FileDefinition, _ limits: Limits) -> Check {
        let isBinary = file.structure.kind == .transparent
        let piece = max(1, limits.piece)
        let commands = isBinary ? (file.size + piece - 1) / piece : file.structure.recordCount
        let limit = limits.limit(limits.rules.read, commands: commands, bytes: file.size)
        let record = file.items.map { $0.length + 2 }.max() ?? file.structure.recordSize
        let longest = isBinary ? piece : max(record, file.structure.recordSize)
        return check(
            "\(file.path).read", CheckText("\(file.path): reading all of it", "\(file.path)：读全部内容"), limit: limit
        ) { bench throws(CheckStop) in
            try LengthChecks.before(bench, file)
            var places: [CheckText] = []
            var times: [[Int]] = []
            for repetition in 0..<repetitions {
                try bench.measure("read \(file.path)", limit: limit) { () throws(CheckStop) in
                    for index in 0..<commands {
                        let command: CommandAPDU
                        let place: CheckText
                        if isBinary {
                            let offset = index * piece
                            command = try bench.binaryCommand(offset: offset, count: min(piece, file.size - offset))
                            place = CheckText("offset \(offset)", "偏移 \(offset)")
                        } else {
                            command = try bench.recordCommand(index + 1, of: file)
                            place = CheckText("record \(index + 1)", "第 \(index + 1) 条记录")
                        }
                        let time = try bench.time(command, expecting: [.ok, .endOfFile])
                        if repetition == 0 {
                            places.append(place)
                            times.append([])
                        }
                        times[index].append(time)
                    }
                }
            }
            try judge(bench, limit: limit)
            try judge(bench, places, times, limit: limits.limit(limits.rules.read, bytes: longest))
        }
    }

    private static func update(_ file: FileDefinition, _ limits: Limits) -> Check {
        let limit = limits.limit(limits.rules.update, bytes: 256)
        return check(
            "\(file.path).update", CheckText("\(file.path): one update", "\(file.path)：更新一次"), limit: limit
        ) { bench throws(CheckStop) in
            try bench.restoring(file) { () throws(CheckStop) in
                for _ in 0..<repetitions {
                    let (command, _) = try bench.prepareChange(of: file, from: try bench.look(at: file))
                    try bench.measure("update \(file.path)", limit: limit) { () throws(CheckStop) in
                        _ = try bench.expect(.ok, for: command)
                    }
                }
            }
            try judge(bench, limit: limit)
        }
    }
}
