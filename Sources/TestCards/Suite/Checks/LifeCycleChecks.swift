import CardProfiles
import ISO7816

/// Personalization is over: the transport key is gone, and with it every command that makes a card (`Docs/protocol.md
/// §5`; `Docs/dialects.md §1`).
enum LifeCycleChecks: CheckSource {
    private static let clause = "Docs/protocol.md §5; Docs/dialects.md §1"
    /// What a card may answer to a command it does not do any more, or never knew.
    private static let refusals: [StatusWord] = [
        .securityStatusNotSatisfied, .referencedDataNotFound, .conditionsNotSatisfied, .instructionNotSupported,
        .classNotSupported,
    ]

    static func checks(_ plan: SuitePlan) -> [Check] {
        state(plan) + transportKey(plan) + creating(plan) + keys(plan) + activating(plan)
            + plan.profile.files.flatMap(content)
    }

    // MARK: What it says it is

    private static func state(_ plan: SuitePlan) -> [Check] {
        [
            Check(
                .lifeCycle, "state-byte", .init("life cycle in the FCI of the MF", "MF 的 FCI 中的生命周期"),
                clause: "Docs/protocol.md §5 Tree",
                expected: .init("activated; no 8A on a card without", "已激活；不支持者无 8A")
            ) { bench throws(CheckStop) in
                let master = bench.profile.directories[0]
                let information = try bench.controlInformation(
                    .select(file: master.fileIdentifier, answer: .information))
                let wanted =
                    bench.profile.capabilities.lifeCycleInFCI ? bench.profile.lifeCycle.stateBytes[.activated] : nil
                let got = information.lifeCycle?.rawValue
                try bench.expect(
                    got == wanted, "8A is \(got.map { Hex.encode([$0]) } ?? "missing")",
                    "8A 为 \(got.map { Hex.encode([$0]) } ?? "缺失")")
            },
            Check(
                .lifeCycle, "all-written", .init("the last record of every file is there", "每个文件的末条记录均存在"),
                clause: "Docs/protocol.md §5 Tree",
                expected: .init(
                    "none answers \(plan.profile.lifeCycle.unwrittenStatus)",
                    "不应答 \(plan.profile.lifeCycle.unwrittenStatus)")
            ) { bench throws(CheckStop) in
                for file in bench.profile.files where file.structure.recordCount > 0 {
                    _ = try bench.record(file.structure.recordCount, of: file)
                }
            },
        ]
    }

    // MARK: The transport key

    private static func transportKey(_ plan: SuitePlan) -> [Check] {
        guard let key = plan.profile.key(.transport), let directory = key.directory else { return [] }
        let status = plan.profile.lifeCycle.activatedStatus
        func check(
            _ place: String, _ title: CheckText, body: @escaping Check.Body
        ) -> Check {
            Check(
                .lifeCycle, place, title, clause: clause,
                expected: .init("\(status): there is no such key any more", "\(status)：该密钥已不存在"), body: body)
        }
        return [
            check("transport-key.without-challenge", .init("\(key.name) without a challenge", "未取随机数认证 \(key.title)")) {
                bench throws(CheckStop) in
                try bench.enter(directory)
                var how = Authentication.right
                how.takesChallenge = false
                try bench.expect(status, for: bench.authentication(key, how))
            },
            check("transport-key.right", .init("\(key.name) with its right value", "以正确的 \(key.title) 认证")) {
                bench throws(CheckStop) in
                try bench.enter(directory)
                try bench.expect(status, for: bench.authentication(key))
            },
            check("transport-key.versions", .init("\(key.name) of every version", "各版本的 \(key.title)")) {
                bench throws(CheckStop) in
                try bench.enter(directory)
                let rules = bench.profile.cryptography
                for version in [rules.formalKeyVersion, rules.testKeyVersion, 0x00, 0xFF] {
                    var how = Authentication.right
                    how.version = version
                    try bench.expect(status, for: bench.authentication(key, how))
                }
            },
        ]
    }

    // MARK: Making

    private static func refused(
        _ command: CommandAPDU, _ bench: CheckBench
    ) throws(CheckStop) {
        let answer = try bench.send(command)
        try bench.require(refusals, answer.status, for: command.header)
    }

    private static func making(
        _ place: String, _ title: CheckText, body: @escaping Check.Body
    ) -> Check {
        Check(
            .lifeCycle, place, title, clause: clause,
            expected: .init("refused, and nothing is made", "被拒绝，未生成任何内容"), body: body)
    }

    private static func creating(_ plan: SuitePlan) -> [Check] {
        plan.profile.directories.flatMap { directory in
            [
                making(
                    "create-file.\(directory.name)",
                    .init("CREATE FILE in \(directory.name)", "在 \(directory.name) 下建文件")
                ) { bench throws(CheckStop) in
                    guard let sample = bench.profile.files.first(where: { $0.structure.kind == .transparent }) else {
                        throw .notApplicable(.init("there is no such file", "没有此类文件"))
                    }
                    let stranger = bench.unusedIdentifier()
                    let command = try creation(of: sample, stranger, bench)
                    try bench.enter(directory.name)
                    try refused(command, bench)
                    try bench.expect(.fileNotFound, for: .select(file: stranger))
                },
                making(
                    "create-directory.\(directory.name)",
                    .init("CREATE FILE of a directory in \(directory.name)", "在 \(directory.name) 下建目录")
                ) { bench throws(CheckStop) in
                    let stranger = bench.unusedIdentifier()
                    let command = try creation(ofDirectory: stranger, bench)
                    try bench.enter(directory.name)
                    try refused(command, bench)
                    try bench.expect(.fileNotFound, for: .select(file: stranger))
                },
            ]
        }
    }

    /// As the dialect makes files; on chips that come with theirs, as the reference dialect does.
    private static func creation(
        of file: FileDefinition, _ identifier: FileIdentifier, _ bench: CheckBench
    ) throws(CheckStop) -> CommandAPDU {
        let dialect = creator(bench)
        let always = Int(dialect.codes.always)
        let values: [CommandHole: HoleValue] = [
            .fid: .number(Int(identifier.rawValue)), .sfi: .number(30), .size: .number(16), .contentSize: .number(16),
            .descriptor: .number(Int(dialect.codes.descriptors[.transparent] ?? 0)), .recordSize: .number(0),
            .recordCount: .number(0), .read: .number(always), .update: .number(always), .erase: .number(always),
            .protection: .number(Int(dialect.codes.protections[.plain] ?? 0)),
        ]
        return try rendered(dialect.command(for: .createFile, kind: .transparent), values)
    }

    private static func creation(
        ofDirectory identifier: FileIdentifier, _ bench: CheckBench
    ) throws(CheckStop) -> CommandAPDU {
        let dialect = creator(bench)
        let values: [CommandHole: HoleValue] = [
            .fid: .number(Int(identifier.rawValue)), .name: .bytes(Array("TEST.NEW".utf8)), .size: .number(64),
            .contentSize: .number(64), .descriptor: .number(Int(dialect.codes.descriptors[.directory] ?? 0)),
        ]
        return try rendered(dialect.command(for: .createDirectory), values)
    }

    private static func creator(_ bench: CheckBench) -> Dialect {
        guard bench.dialect.command(for: .createFile, kind: .transparent) == nil else { return bench.dialect }
        let others = bench.profile.dialects.sorted { $0.key < $1.key }.map(\.value)
        return others.first { $0.command(for: .createFile, kind: .transparent) != nil } ?? bench.dialect
    }

    private static func rendered(
        _ template: CommandTemplate?, _ values: [CommandHole: HoleValue]
    ) throws(CheckStop) -> CommandAPDU {
        guard let rendered = try? template?.render(values), rendered.header.count == 4, let data = rendered.data else {
            throw .notApplicable(.init("no dialect of the profile makes files", "卡型文件的方言均不建文件"))
        }
        return CommandAPDU(
            cla: rendered.header[0], ins: rendered.header[1], p1: rendered.header[2], p2: rendered.header[3],
            data: data, ne: rendered.ne)
    }

    // MARK: Keys

    private static func keys(_ plan: SuitePlan) -> [Check] {
        plan.profile.keys.compactMap { key in
            guard key.role != .transport, key.usage != .host, let directory = key.directory else { return nil }
            return making(
                "write-key.\(key.name)", .init("WRITE KEY of \(key.name)", "写密钥 \(key.name)（\(key.title)）")
            ) { bench throws(CheckStop) in
                guard let template = bench.dialect.command(for: .writeKey),
                    let transport = bench.profile.key(.transport)
                else { throw .notApplicable(.init("this dialect writes no keys", "本方言不写密钥")) }
                let rules = bench.profile.cryptography
                let value = try bench.randomBytes(rules.keyLength)
                guard
                    let rendered = try? template.render([
                        .reference: .number(Int(key.reference)), .version: .number(Int(bench.profile.keyVersion)),
                        .usage: .number(Int(bench.dialect.codes.usages[key.usage] ?? 0)),
                        .algorithm: .number(Int(rules.algorithm ?? 0)), .tries: .number(Int(key.tries)),
                        .right: .number(Int(bench.dialect.code(of: .key(key.name), in: bench.profile) ?? 0)),
                        .key: .live(count: value.count),
                    ]), let data = rendered.data(filling: [.key: value])
                else { throw .notApplicable(.init("WRITE KEY cannot be written", "写密钥命令无法组成")) }
                let plain = CommandAPDU(
                    cla: rendered.header[0], ins: rendered.header[1], p1: rendered.header[2], p2: rendered.header[3],
                    data: data)
                try bench.enter(directory)
                let command = try bench.secured(
                    plain, rendered.protection?.protection ?? .encryptedMAC, transport)
                try refused(command, bench)
                guard key.usage == .externalAuthentication else { return }
                // The key that was there still is.
                try bench.reset()
                try bench.enter(directory)
                try bench.prove(key)
            }
        }
    }

    // MARK: Ending it once more

    private static func activating(_ plan: SuitePlan) -> [Check] {
        [
            making("activate-again", .init("the command that ends personalization, again", "再次发送结束个人化的命令")) {
                bench throws(CheckStop) in
                let transport = bench.profile.key(.transport)
                let place = bench.dialect.activationDirectory.flatMap { bench.profile.directory($0) }
                var values: [CommandHole: HoleValue] = [.reference: .number(Int(transport?.reference ?? 0))]
                if let place {
                    values[.fid] = .number(Int(place.fileIdentifier.rawValue))
                    if let name = place.dfName { values[.name] = .bytes(name) }
                }
                let directory = place?.name ?? bench.profile.directories[0].name
                try bench.enter(directory)
                try refused(bench.secured(.activate, values, in: directory), bench)
            }
        ]
    }

    // MARK: Writing as before activation

    /// Nobody's right, and the forms in which content was written when the card was made.
    private static func content(_ file: FileDefinition) -> [Check] {
        [
            Check(
                .lifeCycle, "\(file.path).first-writing",
                .init("\(file.path): the command its content was made with", "\(file.path)：个人化时的写入命令"),
                clause: clause,
                expected: .init(
                    "6982 or a wrong kind (6981) without its key, nothing changes", "未认证应答 6982 或 6981，内容不变")
            ) { bench throws(CheckStop) in
                let before = try bench.wholeContent(of: file)
                try bench.reset()
                try bench.enter(file.directory)
                try bench.selectFile(file)
                let values: [CommandHole: HoleValue] = [
                    .record: .number(1), .sfi: .number(0), .offset: .number(0),
                    .data: .bytes(Array((before.first ?? []).prefix(16))),
                ]
                let purpose = firstWriting(of: file, bench.dialect)
                let command = try bench.secured(purpose, values, in: file.directory, kind: file.structure.kind)
                let answer = try bench.send(command)
                try bench.require(
                    [.securityStatusNotSatisfied, .incompatibleFileStructure], answer.status, for: command.header)
                try bench.reset()
                try bench.expect(
                    try bench.wholeContent(of: file) == before, "the content changed", "内容被改变")
            }
        ]
    }

    private static func firstWriting(of file: FileDefinition, _ dialect: Dialect) -> CommandPurpose {
        let isPlain = dialect.initialWriting(of: file) == .with(.plain)
        switch file.structure.kind {
        case .transparent: return .writeBinary
        case .cyclic: return dialect.command(for: .writeCyclicRecord) == nil ? .appendRecord : .writeCyclicRecord
        default:
            if isPlain, dialect.command(for: .writeRecordPlain) != nil { return .writeRecordPlain }
            return dialect.command(for: .writeRecord) == nil ? .updateRecord : .writeRecord
        }
    }
}
