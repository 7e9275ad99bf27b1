import CardProfiles
import ISO7816
import Messages

/// Every way of leaving a directory and entering it, and every SELECT that is refused: what is left of rights and of the
/// current file (`Docs/protocol.md §3`, §5 Tree, §11 SELECT).
enum WaysChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let subjects = plan.profile.directories.compactMap { Subject($0, plan.profile) }
        return subjects.flatMap { subject in
            leaving(subject, plan) + refused(subject, plan)
                + subjects.filter { $0.name != subject.name }.map { byName(subject, $0) }
        }
    }

    /// A directory with a file that a key opens.
    private struct Subject: Sendable {
        let directory: DirectoryDefinition
        let file: FileDefinition
        let key: KeyDefinition
        var name: String { directory.name }

        init?(_ directory: DirectoryDefinition, _ profile: CardProfile) {
            guard let file = directory.files.first(where: { profile.key(of: $0.read) != nil }),
                let key = profile.key(of: file.read)
            else { return nil }
            self.directory = directory
            self.file = file
            self.key = key
        }
    }

    private static func check(
        _ subject: Subject, _ what: String, _ en: English, _ zh: Chinese, holds: Bool,
        needsSelect: Bool = true, _ step: @escaping Check.Body
    ) -> Check {
        Check(
            .access, "\(subject.name).rights.\(what)",
            CheckText("\(subject.name): rights after \(en)", "\(subject.name)：\(zh)后的权限"),
            clause: "Docs/protocol.md §3, §5 Tree, §11 SELECT",
            expected: holds
                ? CheckText("the right stays, and so does the current file", "权限与当前文件保留")
                : CheckText("the right is lost: 6982", "权限丧失：6982")
        ) { bench throws(CheckStop) in
            try bench.approach(subject.file, proving: [subject.key])
            let command = try bench.use(.read, of: subject.file, KeptContent())
            try bench.expect(.ok, for: command)
            try step(bench)
            if needsSelect { try bench.selectFile(subject.file) }
            try bench.expect(holds ? .ok : .securityStatusNotSatisfied, for: command)
        }
    }

    /// SELECT by name; cards that have no names are not asked.
    private static func selectByName(_ directory: DirectoryDefinition, _ bench: CheckBench) throws(CheckStop) {
        guard bench.profile.capabilities.directoryNames, let bytes = directory.dfName,
            let name = DedicatedFileName(bytes)
        else { throw .notApplicable(CheckText("directories have no names here", "本卡目录不按名称选择")) }
        try bench.expect(.ok, for: .select(name: name))
    }

    private static func leaving(_ subject: Subject, _ plan: SuitePlan) -> [Check] {
        let profile = plan.profile
        let capabilities = profile.capabilities
        let other = profile.directories.first { $0.name != subject.name && $0.parent != nil && $0.dfName != nil }
        let sister = profile.directories.first { $0.name != subject.name && $0.parent == subject.directory.parent }
        let isDirect = capabilities.directoryIdentifiers && !capabilities.directoriesThroughMaster
        var checks = [
            check(
                subject, "selecting-by-name", "the directory is selected by its name", "按名称选择本目录",
                holds: capabilities.keepsRightsOnReselect
            ) { bench throws(CheckStop) in try selectByName(subject.directory, bench) },
            check(
                subject, "master-without-data", "SELECT of the MF without data, and coming back", "以空数据选择 MF 再返回",
                holds: false
            ) { bench throws(CheckStop) in
                try bench.expect(.ok, for: CommandAPDU(cla: 0, ins: InstructionByte.select, p1: 0, p2: 0))
                try bench.enter(subject.name)
            },
            check(subject, "warm-reset", "a warm reset", "热复位", holds: false) { bench throws(CheckStop) in
                try bench.warmReset()
                try bench.enter(subject.name)
            },
            check(subject, "power-off", "power-off", "断电", holds: false) { bench throws(CheckStop) in
                try bench.powerOff()
                try bench.enter(subject.name)
            },
        ]
        if let other {
            checks.append(
                check(
                    subject, "by-name-and-back", "another directory and this one are selected by name",
                    "按名称选择其他目录再按名称返回", holds: false
                ) { bench throws(CheckStop) in
                    try selectByName(other, bench)
                    try selectByName(subject.directory, bench)
                })
        }
        if let sister, isDirect {
            checks.append(
                check(
                    subject, "sister-and-back", "a sister directory and this one are selected by identifier",
                    "按标识符选择同级目录再返回", holds: false
                ) { bench throws(CheckStop) in
                    try bench.expect(.ok, for: try bench.selection(of: sister))
                    try bench.expect(.ok, for: try bench.selection(of: subject.directory))
                })
        }
        if let parent = subject.directory.parent.flatMap({ profile.directory($0) }), parent.parent != nil, isDirect {
            checks.append(
                check(
                    subject, "parent-and-back", "its parent and it are selected by identifier", "按标识符选择上级目录再返回",
                    holds: false
                ) { bench throws(CheckStop) in
                    try bench.expect(.ok, for: try bench.selection(of: parent))
                    try bench.expect(.ok, for: try bench.selection(of: subject.directory))
                })
        }
        return checks
    }

    /// A refused SELECT changes nothing.
    private static func refused(_ subject: Subject, _ plan: SuitePlan) -> [Check] {
        let elsewhere = plan.profile.files.first { file in
            file.directory != subject.name
                && !subject.directory.files.contains { $0.fileIdentifier == file.fileIdentifier }
        }
        var checks = [
            check(
                subject, "refused-select", "SELECT of an identifier that nothing has", "选择不存在的标识符", holds: true,
                needsSelect: false
            ) { bench throws(CheckStop) in
                try bench.expect(.fileNotFound, for: .select(file: bench.unusedIdentifier()))
            },
            check(
                subject, "refused-parameters", "SELECT with an unknown P1", "以未知 P1 选择", holds: true,
                needsSelect: false
            ) { bench throws(CheckStop) in
                var command = CommandAPDU.select(file: .masterFile)
                command.p1 = 0x7F
                try bench.expect(.incorrectP1P2, for: command)
            },
            check(
                subject, "refused-name", "SELECT of a name that nothing has", "选择不存在的名称", holds: true,
                needsSelect: false
            ) { bench throws(CheckStop) in
                guard bench.profile.capabilities.directoryNames,
                    let name = DedicatedFileName([0xF0, 0x4E, 0x4F, 0x4E, 0x45])
                else { throw .notApplicable(CheckText("directories have no names here", "本卡目录不按名称选择")) }
                try bench.expect(.fileNotFound, for: .select(name: name))
            },
        ]
        if let elsewhere {
            checks.append(
                check(
                    subject, "file-elsewhere", "SELECT of a file of another directory", "选择其他目录的文件", holds: true,
                    needsSelect: false
                ) { bench throws(CheckStop) in try bench.selectFile(elsewhere, expecting: [.fileNotFound]) })
        }
        return checks
    }

    private static func byName(_ subject: Subject, _ other: Subject) -> Check {
        Check(
            .access, "\(subject.name).rights.by-name-in-\(other.name)",
            CheckText(
                "rights won in \(subject.name), used in \(other.name) selected by name",
                "\(subject.name) 得到的权限用于按名称选择的 \(other.name)"),
            clause: "Docs/protocol.md §3; Docs/card.md §3.5",
            expected: CheckText("they do not count: 6982", "无效：6982")
        ) { bench throws(CheckStop) in
            try bench.approach(subject.file, proving: [subject.key])
            try selectByName(other.directory, bench)
            try bench.selectFile(other.file)
            try bench.expect(.securityStatusNotSatisfied, for: try bench.use(.read, of: other.file, KeptContent()))
        }
    }
}
