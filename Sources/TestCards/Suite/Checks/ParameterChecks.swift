import CardProfiles
import ISO7816
import Messages

/// P1 and P2 at and beyond their edges, of every command that has them (`Docs/protocol.md §4`, §5).
enum ParameterChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        return selection(profile) + authentication(profile) + blocking(profile) + data(profile)
            + profile.files.flatMap { file in
                file.structure.kind == .transparent ? binary(file, profile) : records(file, profile)
            }
    }

    private static func check(
        _ what: String, _ en: English, _ zh: Chinese, _ expected: StatusWord, _ body: @escaping Check.Body
    ) -> Check {
        HeaderChecks.robustness(
            what, CheckText(en, zh), CheckText("refused with \(expected)", "应答 \(expected)，拒绝"),
            clause: "Docs/protocol.md §4, §5", body)
    }

    // MARK: Commands without a file

    private static func selection(_ profile: CardProfile) -> [Check] {
        let master = FileIdentifier.masterFile
        return [
            check("select.p1", "SELECT with an unknown P1", "SELECT 的未知 P1", .incorrectP1P2) {
                bench throws(CheckStop) in
                for p1: UInt8 in [0x01, 0x02, 0x03, 0x05, 0x08, 0x09, 0x7F, 0xFF] {
                    var command = CommandAPDU.select(file: master)
                    command.p1 = p1
                    try bench.expect(.incorrectP1P2, for: command)
                }
            },
            check("select.p2", "SELECT with an unknown P2", "SELECT 的未知 P2", .incorrectP1P2) {
                bench throws(CheckStop) in
                for p2: UInt8 in [0x01, 0x02, 0x03, 0x10, 0x80, 0xFF] {
                    var command = CommandAPDU.select(file: master)
                    command.p2 = p2
                    try bench.expect(.incorrectP1P2, for: command)
                }
            },
            check("select.length", "SELECT with an identifier of 1, 3 bytes", "SELECT 标识符为 1、3 字节", .wrongLength) {
                bench throws(CheckStop) in
                for data: [UInt8] in [[0x3F], [0x3F, 0x00, 0x00]] {
                    var command = CommandAPDU.select(file: master)
                    command.data = data
                    try bench.expect(.wrongLength, for: command)
                }
            },
        ]
    }

    private static func authentication(_ profile: CardProfile) -> [Check] {
        let length = profile.cryptography.challengeLength
        return [
            check("challenge.p1-p2", "GET CHALLENGE with P1 or P2", "GET CHALLENGE 的 P1、P2", .incorrectP1P2) {
                bench throws(CheckStop) in
                for (p1, p2): (UInt8, UInt8) in [(1, 0), (0, 1), (0xFF, 0), (0, 0xFF)] {
                    var command = try bench.command(.getChallenge, [.length: .number(length)])
                    (command.p1, command.p2) = (p1, p2)
                    try bench.expect(.incorrectP1P2, for: command)
                }
            },
            check("challenge.length", "GET CHALLENGE with another Le", "GET CHALLENGE 的其他 Le", .wrongLength) {
                bench throws(CheckStop) in
                guard bench.link.transmissionProtocol != .t0 else {
                    throw .notApplicable(CheckText("over T=0 a card corrects Le", "T=0 下由卡片修正 Le"))
                }
                for ne in [1, length / 2, length - 1, length + 1, 2 * length, 256] {
                    try bench.expect(.wrongLength, for: .getChallenge(count: ne))
                }
            },
            check("external.p1", "EXTERNAL AUTHENTICATE with P1", "EXTERNAL AUTHENTICATE 的 P1", .incorrectP1P2) {
                bench throws(CheckStop) in
                let key = try bench.anyExternalKey()
                try KeyChecks.stand(bench, key)
                for p1: UInt8 in [0x01, 0x80, 0xFF] {
                    var command = try bench.authentication(key)
                    command.p1 = p1
                    try bench.expect(.incorrectP1P2, for: command)
                }
            },
            check("internal.p1", "INTERNAL AUTHENTICATE with P1", "INTERNAL AUTHENTICATE 的 P1", .incorrectP1P2) {
                bench throws(CheckStop) in
                guard let key = profile.key(.internalAuthentication) else {
                    throw .notApplicable(CheckText("no key for it", "没有相应密钥"))
                }
                try KeyChecks.stand(bench, key)
                for p1: UInt8 in [0x01, 0x80, 0xFF] {
                    var (command, _) = try bench.internalAuthentication(key)
                    command.p1 = p1
                    try bench.expect(.incorrectP1P2, for: command)
                }
            },
            check(
                "response.nothing-waiting", "GET RESPONSE with nothing waiting", "没有待取数据时 GET RESPONSE",
                .conditionsNotSatisfied
            ) { bench throws(CheckStop) in
                try bench.expect(.conditionsNotSatisfied, for: .getResponse(ne: 8))
                let length = try bench.challenge().count
                try bench.expect(.conditionsNotSatisfied, for: .getResponse(ne: length))
                guard let file = profile.files.first(where: { profile.key(of: $0.read) != nil }) else { return }
                try before(bench, file)
                try bench.expect(.ok, for: try bench.use(.read, of: file, KeptContent()))
                try bench.expect(.conditionsNotSatisfied, for: .getResponse(ne: length))
            },
        ]
    }

    /// With the right to block and without a MAC: nothing is blocked whatever comes.
    private static func blocking(_ profile: CardProfile) -> [Check] {
        profile.keys.filter { $0.role == .applicationBlock || $0.role == .cardBlock }.flatMap { key -> [Check] in
            let purposes: [CommandPurpose] =
                key.role == .cardBlock ? [.blockCard] : [.blockApplication, .unblockApplication]
            return purposes.map { purpose in
                check(
                    "\(key.directory ?? "").\(purpose.rawValue).p1-p2",
                    "\(key.directory ?? ""): \(purpose.rawValue) with another P1 and P2",
                    "\(key.directory ?? "")：\(purpose.rawValue) 的 P1、P2", .incorrectP1P2
                ) { bench throws(CheckStop) in
                    try KeyChecks.stand(bench, key)
                    try bench.prove(key)
                    let mode = Int(profile.blocking.temporaryMode)
                    let right = try bench.command(purpose, purpose == .blockApplication ? [.mode: .number(mode)] : [:])
                    for (p1, p2): (UInt8, UInt8) in [
                        (1, right.p2), (0x80, right.p2), (right.p1, 0x02), (right.p1, 0xFF),
                    ] {
                        var command = right
                        (command.p1, command.p2) = (p1, p2)
                        command.data = [UInt8](repeating: 0, count: profile.cryptography.mac.length)
                        try bench.expect(.incorrectP1P2, for: command)
                    }
                }
            }
        }
    }

    private static func data(_ profile: CardProfile) -> [Check] {
        [
            check("data.unknown-tag", "GET DATA of an unknown tag", "GET DATA 未知标签", .referencedDataNotFound) {
                bench throws(CheckStop) in
                let right = try bench.command(.getProductionData, [.length: .number(256)])
                for (p1, p2): (UInt8, UInt8) in [
                    (0, 0), (right.p1, right.p2 ^ 1), (right.p1 ^ 1, right.p2), (0xFF, 0xFF),
                ] {
                    var command = right
                    (command.p1, command.p2) = (p1, p2)
                    try bench.expect(.referencedDataNotFound, for: command)
                }
            }
        ]
    }

    // MARK: Records

    private static func before(_ bench: CheckBench, _ file: FileDefinition) throws(CheckStop) {
        try bench.approach(file, proving: bench.profile.key(of: file.read).map { [$0] } ?? [])
    }

    private static func records(_ file: FileDefinition, _ profile: CardProfile) -> [Check] {
        let capabilities = profile.capabilities
        let byNumber = capabilities.readByNumber || file.structure.kind != .linearVariableTLV
        let last = UInt8(truncatingIfNeeded: file.structure.recordCount)
        var checks = [
            check(
                "\(file.path).read.mode", "READ RECORD of \(file.path) in a mode that does not exist",
                "READ RECORD \(file.path)：不存在的方式", .incorrectP1P2
            ) { bench throws(CheckStop) in
                try before(bench, file)
                for mode: UInt8 in [1, 2, 3, 6, 7] {
                    var command = CommandAPDU.readRecord(1)
                    command.p2 = mode
                    try bench.expect(.incorrectP1P2, for: command)
                }
            },
            check(
                "\(file.path).read.beyond", "READ RECORD of \(file.path): records 0, \(Int(last) + 1), 255",
                "READ RECORD \(file.path)：第 0、\(Int(last) + 1)、255 条", byNumber ? .recordNotFound : .incorrectP1P2
            ) { bench throws(CheckStop) in
                try before(bench, file)
                for number: UInt8 in [0, last + 1, 0xFE, 0xFF] {
                    try bench.expect(
                        byNumber ? .recordNotFound : .incorrectP1P2, for: .readRecord(number))
                }
            },
            check(
                "\(file.path).read.as-binary", "READ BINARY of \(file.path)", "对 \(file.path) 使用 READ BINARY",
                .incompatibleFileStructure
            ) { bench throws(CheckStop) in
                try before(bench, file)
                try bench.expect(.incompatibleFileStructure, for: try bench.binaryCommand(offset: 0, count: 1))
            },
        ]
        if file.structure.kind == .linearVariableTLV, capabilities.readByTag {
            checks.append(
                check(
                    "\(file.path).read.unknown-tag", "READ RECORD of \(file.path) by tags it has not",
                    "READ RECORD \(file.path)：不存在的标签", .recordNotFound
                ) { bench throws(CheckStop) in
                    try before(bench, file)
                    let tags = Set(file.items.map(\.tag))
                    for tag: UInt8 in [0x00, 0x7F, 0xFE, 0xFF] where !tags.contains(tag) {
                        try bench.expect(.recordNotFound, for: .readRecord(tag, by: .tag))
                    }
                })
        }
        if !capabilities.multiRecordRead {
            checks.append(
                check(
                    "\(file.path).read.all", "READ RECORD of \(file.path), all from 1: this card has it not",
                    "READ RECORD \(file.path)：本卡不支持一次读多条", .incorrectP1P2
                ) { bench throws(CheckStop) in
                    try before(bench, file)
                    try bench.expect(.incorrectP1P2, for: .readRecord(1, by: .allFrom))
                })
        }
        return checks + updates(file, profile)
    }

    private static func updates(_ file: FileDefinition, _ profile: CardProfile) -> [Check] {
        guard let key = profile.key(of: file.update) else { return [] }
        let beyond = UInt8(truncatingIfNeeded: file.structure.recordCount + 1)
        let isCyclic = file.structure.kind == .cyclic
        return [
            check(
                "\(file.path).update.mode", "update of \(file.path) in a mode that is not its own",
                "更新 \(file.path)：不适用的方式", .incorrectP1P2
            ) { bench throws(CheckStop) in
                let kept = bench.keepIfReadable(file)
                try bench.reset()
                try bench.approach(file, proving: [key])
                let right = try bench.use(.update, of: file, kept)
                for mode: UInt8 in [0, 1, 2, isCyclic ? 4 : 3, 5, 6, 7] {
                    var command = right
                    command.p2 = command.p2 & ~0x07 | mode
                    try bench.expect(.incorrectP1P2, for: command)
                }
            },
            check(
                "\(file.path).update.beyond", "update of a record of \(file.path) that is not there",
                "更新 \(file.path)：不存在的记录", isCyclic ? .incorrectP1P2 : .recordNotFound
            ) { bench throws(CheckStop) in
                let kept = bench.keepIfReadable(file)
                try bench.reset()
                try bench.approach(file, proving: [key])
                let right = try bench.use(.update, of: file, kept)
                for number in isCyclic ? [1, 2, 0xFF] : [0, beyond, 0xFE, 0xFF] {
                    var command = right
                    command.p1 = number
                    try bench.expect(isCyclic ? .incorrectP1P2 : .recordNotFound, for: command)
                }
            },
        ]
    }

    // MARK: Binary files

    private static func binary(_ file: FileDefinition, _ profile: CardProfile) -> [Check] {
        let size = file.size
        return [
            check(
                "\(file.path).read.beyond", "READ BINARY of \(file.path) at its end and beyond",
                "READ BINARY \(file.path)：文件末尾及以后", .wrongP1P2
            ) { bench throws(CheckStop) in
                try before(bench, file)
                for offset in [size, size + 1, 0x7FFF] {
                    try bench.expect(.wrongP1P2, for: try bench.binaryCommand(offset: offset, count: 1))
                }
            },
            check(
                "\(file.path).read.as-record", "READ RECORD of \(file.path)", "对 \(file.path) 使用 READ RECORD",
                .incompatibleFileStructure
            ) { bench throws(CheckStop) in
                try before(bench, file)
                try bench.expect(.incompatibleFileStructure, for: .readRecord(1))
            },
        ]
            + ((size > 2 ? profile.key(of: file.update) : nil).map { key in
                [
                    check(
                        "\(file.path).update.over-end", "UPDATE BINARY of \(file.path) over its end",
                        "UPDATE BINARY \(file.path)：越过文件末尾", .notEnoughMemory
                    ) { bench throws(CheckStop) in
                        try bench.restoring(file) { () throws(CheckStop) in
                            try before(bench, file)
                            let last = try bench.readBinary(of: file, from: size - 2, count: 2)
                            try bench.approach(file, proving: [key])
                            let data = last.map { ~$0 } + [1, 2]
                            try bench.expect(.notEnoughMemory, for: try write(bench, data, at: size - 2))
                            try before(bench, file)
                            try bench.expect(
                                try bench.readBinary(of: file, from: size - 2, count: 2) == last,
                                "the bytes before the end were written", "文件末尾前的字节被写入")
                        }
                    },
                    check(
                        "\(file.path).update.beyond", "UPDATE BINARY of \(file.path) beyond its end",
                        "UPDATE BINARY \(file.path)：文件末尾以后", .wrongP1P2
                    ) { bench throws(CheckStop) in
                        try bench.approach(file, proving: [key])
                        for offset in [size, 0x7FFF] {
                            try bench.expect(.wrongP1P2, for: try write(bench, [1], at: offset))
                        }
                    },
                ]
            } ?? [])
    }

    private static func write(
        _ bench: CheckBench, _ data: [UInt8], at offset: Int
    ) throws(CheckStop) -> CommandAPDU {
        try bench.command(.updateBinary, [.offset: .number(offset), .sfi: .number(0), .data: .bytes(data)])
    }
}
