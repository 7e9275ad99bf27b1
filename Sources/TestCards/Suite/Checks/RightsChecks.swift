import CardProfiles
import ISO7816

/// How long a right that was won lasts, and where it counts (`Docs/protocol.md §3`).
enum RightsChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        let directories = plan.profile.directories.compactMap { Subject($0, plan.profile) }
        return directories.flatMap { subject in
            lasting(subject, plan)
                + directories.filter { $0.name != subject.name }.map { elsewhere(subject, $0, plan) }
        }
    }

    private static let clause = "Docs/protocol.md §3; Docs/card.md §3.5"

    /// A directory with a file that a key opens.
    private struct Subject: Sendable {
        let directory: DirectoryDefinition
        let file: FileDefinition
        /// Another file of the same directory and key.
        let second: FileDefinition?
        let key: KeyDefinition
        var name: String { directory.name }

        init?(_ directory: DirectoryDefinition, _ profile: CardProfile) {
            let readable = directory.files.filter { profile.key(of: $0.read) != nil }
            guard let file = readable.first, let key = profile.key(of: file.read) else { return nil }
            self.directory = directory
            self.file = file
            self.key = key
            second = readable.dropFirst().first { $0.read == file.read }
        }
    }

    private static func lasting(_ subject: Subject, _ plan: SuitePlan) -> [Check] {
        let keeps = plan.profile.capabilities.keepsRightsOnReselect
        let name = subject.name
        let stays = CheckText("the right stays", "权限保留")
        let lost = CheckText("the right is lost: 6982", "权限丧失：6982")
        var checks = [
            check(
                subject, "selecting-again",
                CheckText("\(name): rights after the directory is selected again", "\(name)：重新选择本目录后的权限"),
                keeps ? stays : lost, holds: keeps
            ) { bench throws(CheckStop) in
                try bench.expect(.ok, for: try bench.selection(of: subject.directory))
            },
            check(
                subject, "coming-back",
                CheckText(
                    "\(name): rights after leaving by way of the MF and coming back", "\(name)：经主文件离开再返回后的权限"),
                lost, holds: false
            ) { bench throws(CheckStop) in try bench.enter(name) },
            check(
                subject, "reset", CheckText("\(name): rights after a reset", "\(name)：复位后的权限"), lost, holds: false
            ) { bench throws(CheckStop) in
                try bench.reset()
                try bench.enter(name)
            },
            check(
                subject, "failed-authentication",
                CheckText("\(name): what a wrong cryptogram wins", "\(name)：错误认证之后的权限"),
                CheckText("nothing: 6982", "不得到权限：6982"), holds: false, provesFirst: false
            ) { bench throws(CheckStop) in
                let status = try bench.authenticate(subject.key, .wrong)
                try bench.expect(
                    status.triesLeft != nil, "a wrong cryptogram was answered \(status)", "错误认证应答 \(status)")
            },
        ]
        if let second = subject.second {
            checks.append(
                check(
                    subject, "selecting-a-file",
                    CheckText("\(name): rights after another file is selected", "\(name)：选择另一文件后的权限"), stays,
                    holds: true
                ) { bench throws(CheckStop) in try bench.selectFile(second) })
        }
        return checks
    }

    /// Proves the key, does something, and looks whether the file can be read.
    private static func check(
        _ subject: Subject, _ what: String, _ title: CheckText, _ expected: CheckText, holds: Bool,
        provesFirst: Bool = true, _ step: @escaping Check.Body
    ) -> Check {
        Check(.access, "\(subject.name).rights.\(what)", title, clause: clause, expected: expected) {
            bench throws(CheckStop) in
            try bench.approach(subject.file, proving: provesFirst ? [subject.key] : [])
            if provesFirst {
                try bench.expect(.ok, for: try bench.use(.read, of: subject.file, KeptContent()))
            }
            try step(bench)
            try bench.selectFile(subject.file)
            let command = try bench.use(.read, of: subject.file, KeptContent())
            try bench.expect(holds ? .ok : .securityStatusNotSatisfied, for: command)
            // A try that was lost comes back.
            if !provesFirst { try bench.prove(subject.key) }
        }
    }

    private static func elsewhere(_ subject: Subject, _ other: Subject, _ plan: SuitePlan) -> Check {
        let capabilities = plan.profile.capabilities
        let areSisters =
            subject.directory.parent == other.directory.parent || subject.directory.parent == other.name
            || other.directory.parent == subject.name
        let isDirect = areSisters && capabilities.directoryIdentifiers && !capabilities.directoriesThroughMaster
        return Check(
            .access, "\(subject.name).rights.in-\(other.name)",
            CheckText(
                "rights won in \(subject.name), used in \(other.name)", "\(subject.name) 得到的权限用于 \(other.name)"),
            clause: clause, expected: CheckText("they do not count: 6982", "无效：6982")
        ) { bench throws(CheckStop) in
            try bench.approach(subject.file, proving: [subject.key])
            if isDirect {
                try bench.expect(.ok, for: try bench.selection(of: other.directory))
            } else {
                try bench.enter(other.name)
            }
            try bench.selectFile(other.file)
            try bench.expect(
                .securityStatusNotSatisfied, for: try bench.use(.read, of: other.file, KeptContent()))
        }
    }
}
