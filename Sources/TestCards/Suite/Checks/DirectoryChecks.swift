import CardProfiles
import ISO7816

/// The tree as SELECT shows it (`Docs/card.md §1.1`, `Docs/protocol.md §4`, §5 Tree).
enum DirectoryChecks: CheckSource {
    private static let clause = "Docs/protocol.md §4 SELECT, §5 Tree"

    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.directories.flatMap { directory in
            selection(directory) + information(directory) + names(directory) + neighbours(directory, plan.profile)
        } + whole(plan.profile)
    }

    // MARK: One directory

    private static func selection(_ directory: DirectoryDefinition) -> [Check] {
        let name = directory.name
        return [
            Check(
                .directories, "\(name).by-identifier", .init("SELECT \(name) by identifier", "按标识符选择 \(name)"),
                clause: clause, expected: .init("9000 on the way from the MF", "自 MF 逐级选择应答 9000")
            ) { bench throws(CheckStop) in
                try needIdentifiers(bench, directory)
                try bench.enter(name)
            },
            Check(
                .directories, "\(name).silent", .init("SELECT \(name) with P2 0C", "以 P2=0C 选择 \(name)"),
                clause: clause, expected: .init("9000 and no data", "应答 9000，无数据")
            ) { bench throws(CheckStop) in
                try needIdentifiers(bench, directory)
                try bench.enter(name)
                let answer = try bench.expect(.ok, for: .select(file: directory.fileIdentifier, answer: .none))
                try bench.expect(answer.data.isEmpty, "data came all the same", "仍返回了数据")
            },
            Check(
                .directories, "\(name).again", .init("SELECT \(name) from within itself", "在 \(name) 内再次选择自身"),
                clause: clause, expected: .init("9000", "9000")
            ) { bench throws(CheckStop) in
                try needIdentifiers(bench, directory)
                try bench.enter(name)
                try bench.expect(.ok, for: bench.selection(of: directory))
            },
            Check(
                .directories, "\(name).to-master", .init("from \(name) to the MF", "自 \(name) 返回 MF"),
                clause: clause, expected: .init("9000, and the MF is current", "9000，当前目录为 MF")
            ) { bench throws(CheckStop) in
                try bench.enter(name)
                let master = bench.profile.directories[0]
                try bench.expect(.ok, for: bench.selection(of: master))
                guard let child = bench.profile.directories.first(where: { $0.parent == master.name }) else { return }
                try bench.expect(.ok, for: bench.selection(of: child))
            },
        ]
    }

    private static func needIdentifiers(
        _ bench: CheckBench, _ directory: DirectoryDefinition
    ) throws(CheckStop) {
        guard directory.parent == nil || bench.profile.capabilities.directoryIdentifiers else {
            throw .notApplicable(.init("directories have no identifiers here", "本卡目录不用标识符选择"))
        }
    }

    // MARK: File control information

    private static func information(_ directory: DirectoryDefinition) -> [Check] {
        let name = directory.name
        var checks = [
            Check(
                .directories, "\(name).fci", .init("FCI of \(name)", "\(name) 的 FCI"), clause: clause,
                expected: .init("a template 6F, every object well-formed", "模板 6F，各数据对象结构正确")
            ) { bench throws(CheckStop) in _ = try controlInformation(directory, bench) },
            Check(
                .directories, "\(name).fci-serial", .init("serial number in the FCI of \(name)", "\(name) 的 FCI 中的序列号"),
                clause: clause, expected: .init("9F0C in A5 holds the chip serial", "A5 中的 9F0C 为芯片序列号")
            ) { bench throws(CheckStop) in
                let information = try controlInformation(directory, bench)
                let serial = try bench.factorBytes()
                let object = Array([0x9F, 0x0C, UInt8(serial.count)] + serial)
                let got = information.proprietary ?? []
                try bench.expect(
                    got == object, "A5 holds \(Hex.encode(got)), expected \(Hex.encode(object))",
                    "A5 为 \(Hex.encode(got))，应为 \(Hex.encode(object))")
            },
            Check(
                .directories, "\(name).fci-short-le",
                .init("Le smaller than the FCI of \(name)", "Le 小于 \(name) 的 FCI"),
                clause: "Docs/protocol.md §11 SELECT",
                expected: .init("6Cxx with the right length, and nothing is selected", "6Cxx 给出正确长度，且不改变当前目录")
            ) { bench throws(CheckStop) in
                guard bench.link.transmissionProtocol != .t0 else {
                    throw .notApplicable(.init("a T=0 link carries no Le beside data", "T=0 链路上命令带数据时没有 Le"))
                }
                try needIdentifiers(bench, directory)
                try bench.enter(name)
                var command = CommandAPDU.select(file: directory.fileIdentifier, answer: .information)
                let whole = try bench.expect(.ok, for: command).data
                try bench.enterMaster()
                for step in bench.profile.path(to: name).dropLast() where step.parent != nil {
                    try bench.expect(.ok, for: bench.selection(of: step))
                }
                command.ne = 1
                let answer = try bench.sendUncorrected(command)
                try bench.require([.correctLength(whole.count)], answer.status, for: command.header)
            },
        ]
        if directory.parent == nil {
            checks.append(
                Check(
                    .directories, "\(name).fci-identifier", .init("identifier in the FCI of the MF", "MF 的 FCI 中的标识符"),
                    clause: clause, expected: .init("83 3F00", "83 为 3F00")
                ) { bench throws(CheckStop) in
                    let got = try controlInformation(directory, bench).fileIdentifier
                    try bench.expect(
                        got == directory.fileIdentifier, "83 is \(got?.description ?? "missing")",
                        "83 为 \(got?.description ?? "缺失")")
                })
        } else {
            checks.append(
                Check(
                    .directories, "\(name).fci-name", .init("name in the FCI of \(name)", "\(name) 的 FCI 中的名称"),
                    clause: "Docs/card.md §1.1; Docs/protocol.md §5 Tree",
                    expected: .init("84 holds the whole name", "84 为完整名称")
                ) { bench throws(CheckStop) in
                    let got = try controlInformation(directory, bench).name?.bytes
                    try bench.expect(
                        got == directory.dfName, "84 is \(got.map { Hex.encode($0) } ?? "missing")",
                        "84 为 \(got.map { Hex.encode($0) } ?? "缺失")")
                })
        }
        return checks
    }

    private static func controlInformation(
        _ directory: DirectoryDefinition, _ bench: CheckBench
    ) throws(CheckStop) -> FileControlInformation {
        try bench.enter(directory.name)
        let command: CommandAPDU
        if directory.parent != nil, !bench.profile.capabilities.directoryIdentifiers {
            guard let name = directory.dfName.flatMap({ DedicatedFileName($0) }) else {
                throw .notApplicable(.init("the directory has no name", "该目录没有名称"))
            }
            command = .select(name: name, answer: .information)
        } else {
            command = .select(file: directory.fileIdentifier, answer: .information)
        }
        return try bench.controlInformation(command)
    }

    // MARK: Names

    private static func names(_ directory: DirectoryDefinition) -> [Check] {
        guard let bytes = directory.dfName, let name = DedicatedFileName(bytes) else { return [] }
        let path = directory.name
        @Sendable func select(_ bytes: [UInt8]) -> CommandAPDU {
            CommandAPDU(cla: 0, ins: InstructionByte.select, p1: 4, p2: 0, data: bytes)
        }
        return [
            Check(
                .directories, "\(path).by-name", .init("SELECT \(path) by its name \(name)", "按名称 \(name) 选择 \(path)"),
                clause: "Docs/card.md §1.1; \(clause)", expected: .init("9000 from the MF", "自 MF 选择应答 9000")
            ) { bench throws(CheckStop) in
                try needNames(bench)
                try bench.enterMaster()
                try bench.expect(.ok, for: .select(name: name))
                try bench.expectCurrent(directory)
            },
            Check(
                .directories, "\(path).by-name-anywhere",
                .init("SELECT \(path) by name from every directory", "自各目录按名称选择 \(path)"), clause: clause,
                expected: .init("9000 from everywhere", "自任何目录均应答 9000")
            ) { bench throws(CheckStop) in
                try needNames(bench)
                for place in bench.profile.directories {
                    try bench.enter(place.name)
                    try bench.expect(.ok, for: .select(name: name))
                }
            },
            Check(
                .directories, "\(path).part-of-name", .init("part of the name of \(path)", "\(path) 名称的一部分"),
                clause: "Docs/protocol.md §5 Tree: exact name only",
                expected: .init("6A82 for every shorter beginning", "任何较短前缀均应答 6A82")
            ) { bench throws(CheckStop) in
                try needNames(bench)
                try bench.enterMaster()
                let others = Set(bench.profile.directories.compactMap(\.dfName))
                for count in 1..<bytes.count {
                    let part = Array(bytes.prefix(count))
                    if !others.contains(part) { try bench.expect(.fileNotFound, for: select(part)) }
                }
            },
            Check(
                .directories, "\(path).longer-name", .init("the name of \(path) with more behind it", "\(path) 名称后加字节"),
                clause: "Docs/protocol.md §5 Tree: exact name only", expected: .init("6A82", "6A82")
            ) { bench throws(CheckStop) in
                try needNames(bench)
                try bench.enterMaster()
                guard bytes.count < 16 else {
                    throw .notApplicable(.init("the name is as long as names are", "名称已达最大长度"))
                }
                try bench.expect(.fileNotFound, for: select(bytes + [0x00]))
            },
            Check(
                .directories, "\(path).other-name", .init("a name with one bit changed", "名称改变一位"),
                clause: "Docs/protocol.md §5 Tree: exact name only",
                expected: .init("6A82 for the first and the last byte", "首字节或末字节不同均应答 6A82")
            ) { bench throws(CheckStop) in
                try needNames(bench)
                try bench.enterMaster()
                for place in [0, bytes.count - 1] {
                    var other = bytes
                    other[place] ^= 0x20
                    guard !bench.profile.directories.contains(where: { $0.dfName == other }) else { continue }
                    try bench.expect(.fileNotFound, for: select(other))
                }
            },
        ]
    }

    private static func needNames(_ bench: CheckBench) throws(CheckStop) {
        guard bench.profile.capabilities.directoryNames else {
            throw .notApplicable(.init("directories are not selected by name here", "本卡不支持按名称选择目录"))
        }
    }

    // MARK: From one directory to another

    private static func neighbours(_ directory: DirectoryDefinition, _ profile: CardProfile) -> [Check] {
        profile.directories.compactMap { other in
            guard other.name != directory.name, other.parent != nil else { return nil }
            let isChild = other.parent == directory.name
            let isSister = other.parent == directory.parent
            let isParent = directory.parent == other.name
            return Check(
                .directories, "\(directory.name).to.\(other.name)",
                .init(
                    "from \(directory.name) to \(other.name) by identifier", "自 \(directory.name) 按标识符选择 \(other.name)"),
                clause: "Docs/protocol.md §5 Tree; Docs/card.md §3.5",
                expected: .init(
                    "reached when it is a child, a sister or the parent, else 6A82",
                    "下级、同级、上级目录可达，其余应答 6A82")
            ) { bench throws(CheckStop) in
                try needIdentifiers(bench, other)
                let roundabout =
                    bench.profile.capabilities.directoriesThroughMaster || bench.dialect.directoriesThroughMaster
                let isReached = isChild || (!roundabout && (isSister || isParent))
                try bench.enter(directory.name)
                try bench.expect(isReached ? .ok : .fileNotFound, for: bench.selection(of: other))
            }
        }
    }

    // MARK: What is not there

    private static func whole(_ profile: CardProfile) -> [Check] {
        var checks = [
            Check(
                .directories, "refused-select", .init("a refused SELECT changes nothing", "选择失败不改变状态"),
                clause: "Docs/protocol.md §11 SELECT",
                expected: .init("the file current before is still current", "原当前文件仍为当前文件")
            ) { bench throws(CheckStop) in
                guard
                    let file = bench.profile.files.first(where: { $0.read == .always && $0.structure.recordCount > 0 })
                else { throw .notApplicable(.init("no file is free to read", "没有可自由读取的文件")) }
                try bench.enter(reading: file)
                try bench.expect(.fileNotFound, for: .select(file: bench.unusedIdentifier()))
                try bench.expect(.ok, for: bench.recordCommand(1, of: file))
            },
            Check(
                .directories, "identifier-length", .init("identifiers of one and three bytes", "一字节与三字节标识符"),
                clause: "Docs/protocol.md §11 SELECT", expected: .init("6700", "6700")
            ) { bench throws(CheckStop) in
                try bench.enterMaster()
                for data in [[0x3F], [0x3F, 0x00, 0x00]] as [[UInt8]] {
                    try bench.expect(
                        .wrongLength, for: CommandAPDU(cla: 0, ins: InstructionByte.select, p1: 0, p2: 0, data: data))
                }
            },
            Check(
                .directories, "name-length", .init("a name of 17 bytes", "17 字节名称"),
                clause: "Docs/protocol.md §11 SELECT", expected: .init("6700", "6700")
            ) { bench throws(CheckStop) in
                try needNames(bench)
                try bench.enterMaster()
                let name = [UInt8](repeating: 0x41, count: 17)
                try bench.expect(
                    .wrongLength, for: CommandAPDU(cla: 0, ins: InstructionByte.select, p1: 4, p2: 0, data: name))
            },
        ]
        for directory in profile.directories {
            checks.append(
                Check(
                    .directories, "\(directory.name).nothing-else",
                    .init("nothing else lies in \(directory.name)", "\(directory.name) 下没有其他文件"),
                    clause: "Docs/card.md §1.1",
                    expected: .init(
                        "6A82 for identifiers beside those of the profile", "卡型文件以外的相邻标识符应答 6A82")
                ) { bench throws(CheckStop) in
                    try bench.enter(directory.name)
                    for identifier in strangers(bench.profile) {
                        try bench.expect(.fileNotFound, for: .select(file: identifier))
                    }
                })
        }
        return checks
    }

    /// Identifiers a maker might have left behind: one more and one fewer than each that the profile has.
    private static func strangers(_ profile: CardProfile) -> [FileIdentifier] {
        let known = Set(profile.directories.map(\.fileIdentifier) + profile.files.map(\.fileIdentifier))
        let near = known.flatMap { identifier in
            [1, 2].flatMap { [identifier.rawValue &+ $0, identifier.rawValue &- $0] }
        }
        let makers: [UInt16] = [0x0001, 0x0002, 0x2F00, 0x2F01, 0xDDF2, 0xEF00, 0xEF01, 0xEF0A]
        return Set(near + makers).map { FileIdentifier(rawValue: $0) }.filter {
            !known.contains($0) && $0.rawValue != 0
        }
        .sorted { $0.rawValue < $1.rawValue }
    }
}
