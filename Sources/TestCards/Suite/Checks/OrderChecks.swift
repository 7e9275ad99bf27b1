import CardProfiles
import ISO7816
import Messages

/// Which of two mistakes is told first (`Docs/protocol.md §5` Order of checks).
enum OrderChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        var checks = profile.directories.map { noFile($0) }
        checks += profile.files.flatMap { file in
            profile.key(of: file.read) == nil ? [] : [kindBeforeRight(file), rightBeforeParameters(file)]
        }
        if let use = ProtectedUse.all(profile).first(where: { $0.isEncrypted && $0.file.structure.kind != .cyclic }) {
            checks += protected(use, profile)
        }
        return checks + authentication(profile)
    }

    private static func check(
        _ what: String, _ en: English, _ zh: Chinese, _ status: StatusWord, _ body: @escaping Check.Body
    ) -> Check {
        HeaderChecks.robustness(
            "order.\(what)", CheckText(en, zh), CheckText("\(status)", "\(status)"), body)
    }

    private static func noFile(_ directory: DirectoryDefinition) -> Check {
        check(
            "\(directory.name).no-current-file", "\(directory.name): file commands before any file is selected",
            "\(directory.name)：未选择文件时的文件命令", .commandNotAllowed
        ) { bench throws(CheckStop) in
            try bench.enter(directory.name)
            let mac = [UInt8](repeating: 0, count: bench.profile.cryptography.mac.length)
            let commands = [
                try bench.binaryCommand(offset: 0, count: 1), .readRecord(1),
                try bench.command(.updateBinary, [.offset: .number(0), .sfi: .number(0), .data: .bytes([0])]),
                try command(bench, .updateRecord, [.record: .number(1), .sfi: .number(0), .data: .bytes(mac)]),
                try command(bench, .setIndex, [.record: .number(1), .sfi: .number(0)], data: mac),
                try command(bench, .eraseIndex, [.record: .number(1), .sfi: .number(0)], data: mac),
            ]
            for command in commands { try bench.expect(.commandNotAllowed, for: command) }
        }
    }

    private static func command(
        _ bench: CheckBench, _ purpose: CommandPurpose, _ values: [CommandHole: HoleValue], data: [UInt8]? = nil
    ) throws(CheckStop) -> CommandAPDU {
        var command = try bench.command(purpose, values)
        if let data { command.data = data }
        return command
    }

    private static func kindBeforeRight(_ file: FileDefinition) -> Check {
        check(
            "\(file.path).kind-before-right", "\(file.path) without a right: a command for another structure",
            "\(file.path) 无权限时使用不适用的命令", .incompatibleFileStructure
        ) { bench throws(CheckStop) in
            try bench.approach(file)
            let mac = [UInt8](repeating: 0, count: bench.profile.cryptography.mac.length)
            let kind = file.structure.kind
            var wrong: [CommandAPDU] = []
            if kind == .transparent {
                wrong.append(.readRecord(1))
                wrong.append(
                    try command(bench, .updateRecord, [.record: .number(1), .sfi: .number(0), .data: .bytes(mac)]))
            } else {
                wrong.append(try bench.binaryCommand(offset: 0, count: 1))
                wrong.append(
                    try bench.command(.updateBinary, [.offset: .number(0), .sfi: .number(0), .data: .bytes([0])]))
            }
            if kind == .linearFixed {
                wrong.append(
                    try command(bench, .updateRecord, [.record: .number(1), .sfi: .number(0), .data: .bytes(mac)]))
            } else {
                wrong.append(try command(bench, .setIndex, [.record: .number(1), .sfi: .number(0)], data: mac))
                wrong.append(try command(bench, .eraseIndex, [.record: .number(1), .sfi: .number(0)], data: mac))
            }
            for command in wrong { try bench.expect(.incompatibleFileStructure, for: command) }
        }
    }

    private static func rightBeforeParameters(_ file: FileDefinition) -> Check {
        check(
            "\(file.path).right-before-place", "\(file.path) without a right: a record or an offset that is not there",
            "\(file.path) 无权限时访问不存在的位置", .securityStatusNotSatisfied
        ) { bench throws(CheckStop) in
            try bench.approach(file)
            guard file.structure.kind != .transparent else {
                try bench.expect(.securityStatusNotSatisfied, for: try bench.binaryCommand(offset: 0x7FFF, count: 1))
                return
            }
            try bench.expect(.securityStatusNotSatisfied, for: .readRecord(0xFF))
            var mode = CommandAPDU.readRecord(1)
            mode.p2 = 7
            try bench.expect(.securityStatusNotSatisfied, for: mode)
        }
    }

    private static func protected(_ use: ProtectedUse, _ profile: CardProfile) -> [Check] {
        let path = use.file.path
        return [
            check(
                "\(path).record-before-length", "\(path): a record that is not there, with a wrong length",
                "\(path)：记录不存在且长度错误", .recordNotFound
            ) { bench throws(CheckStop) in
                try bench.approach(use.file, proving: [use.key])
                let number = use.file.structure.recordCount + 1
                try bench.expect(
                    .recordNotFound,
                    for: try bench.command(
                        .updateRecord, [.record: .number(number), .sfi: .number(0), .data: .bytes([0])]))
            },
            check(
                "\(path).length-before-challenge", "\(path): a wrong length without a challenge",
                "\(path)：长度错误且未取随机数", .wrongLength
            ) { bench throws(CheckStop) in
                try bench.approach(use.file, proving: [use.key])
                try bench.expect(
                    .wrongLength,
                    for: try bench.command(
                        .updateRecord, [.record: .number(1), .sfi: .number(0), .data: .bytes([0])]))
            },
            check(
                "\(path).challenge-before-mac", "\(path): a wrong MAC without a challenge",
                "\(path)：MAC 错误且未取随机数", profile.blocking.noChallengeStatus
            ) { bench throws(CheckStop) in
                try use.refuse(bench, profile.blocking.noChallengeStatus) { kept throws(CheckStop) in
                    var how = Securing.wrongMAC
                    how.takesChallenge = false
                    return try bench.use(use.right, of: use.file, kept, how)
                }
            },
            check(
                "\(path).mac-before-content", "\(path): a wrong tag with a wrong MAC", "\(path)：标签错误且 MAC 错误",
                .incorrectSecureMessagingData
            ) { bench throws(CheckStop) in
                try use.refuse(bench, .incorrectSecureMessagingData) { kept throws(CheckStop) in
                    let record = kept.records.first ?? []
                    return try bench.update(record: 1, of: use.file, record.map { ~$0 }, .wrongMAC)
                }
            },
            check(
                "\(path).right-before-challenge", "\(path) without the right and without a challenge",
                "\(path)：无权限且未取随机数", .securityStatusNotSatisfied
            ) { bench throws(CheckStop) in
                let kept = bench.keepIfReadable(use.file)
                try bench.reset()
                try bench.approach(use.file)
                var how = Securing()
                how.takesChallenge = false
                try bench.expect(
                    .securityStatusNotSatisfied, for: try bench.use(use.right, of: use.file, kept, how))
            },
        ]
    }

    private static func authentication(_ profile: CardProfile) -> [Check] {
        let noKey = profile.blocking.noKeyStatus
        guard let key = profile.keys.first(where: { $0.usage == .externalAuthentication && $0.role != .transport })
        else { return [] }
        let unknown = (UInt8(0x10)...0x1F).first { profile.key(reference: $0, in: key.directory ?? "") == nil } ?? 0x1F
        return [
            check("parameters-before-key", "an unknown key with a wrong P1", "未知密钥且 P1 错误", .incorrectP1P2) {
                bench throws(CheckStop) in
                try KeyChecks.stand(bench, key)
                var how = Authentication()
                how.reference = unknown
                var command = try bench.authentication(key, how)
                command.p1 = 1
                try bench.expect(.incorrectP1P2, for: command)
            },
            check("length-before-key", "an unknown key with a wrong length", "未知密钥且长度错误", .wrongLength) {
                bench throws(CheckStop) in
                try KeyChecks.stand(bench, key)
                var how = Authentication()
                how.reference = unknown
                how.data = { Array($0.dropLast()) }
                try bench.expect(.wrongLength, for: try bench.authentication(key, how))
            },
            check("key-before-challenge", "an unknown key without a challenge", "未知密钥且未取随机数", noKey) {
                bench throws(CheckStop) in
                try KeyChecks.stand(bench, key)
                var how = Authentication()
                how.reference = unknown
                how.takesChallenge = false
                try bench.expect(noKey, for: try bench.authentication(key, how))
            },
        ]
    }
}
