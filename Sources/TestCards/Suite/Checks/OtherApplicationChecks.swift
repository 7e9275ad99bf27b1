import CardProfiles
import ISO7816
import Messages

/// The payment side of a card: it is there as it says, no health command touches it, and the way to it and back leaves
/// nothing open (`Docs/card.md §8`). Nothing is written to it and no key of it is used: SELECT, and two counters that
/// anybody may read.
enum OtherApplicationChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        guard !plan.profile.otherApplications.isEmpty else { return [] }
        return [present, reachable, absent, wayBack, untouched, blocking]
    }

    private static let clause = "Docs/card.md §8; Docs/card.md §1.1"

    private static let present = check(
        "present", CheckText("what lies beside the health application", "居民健康卡以外的应用"),
        expected: CheckText(
            "each answers SELECT with its own name, and what an environment lists is there",
            "各应用对 SELECT 应答本应用名称，支付环境列出的应用均存在")
    ) { bench, found throws(CheckStop) in
        for application in found {
            try bench.expect(
                application.information.name?.bytes == application.definition.dfName,
                "\(application.definition.name) answers with the name \(named(application.information.name))",
                "\(application.definition.title)应答的名称为 \(named(application.information.name))")
            for listed in application.listed {
                guard let name = DedicatedFileName(listed) else { continue }
                try bench.enterMaster()
                try bench.expect([.ok, .fileDeactivated], for: .select(name: name, answer: .information))
            }
        }
        try bench.expect(
            found.contains { $0.definition.kind == .environment }, "no environment lists the applications",
            "没有支付环境列出这些应用")
        let names = found.map(\.definition.name).joined(separator: ", ")
        bench.found("\(names)", "\(names)")
    }

    private static let reachable = check(
        "reachable", CheckText("selecting them from each directory", "从各目录选择其他应用"),
        expected: CheckText("the same answer as from the MF", "与从主文件选择时应答相同")
    ) { bench, found throws(CheckStop) in
        for directory in bench.profile.directories {
            for application in found {
                try bench.enter(directory.name)
                let answer = try bench.expect(.ok, for: application.selection)
                try bench.expect(
                    answer.data == application.answer, "it answers otherwise from \(directory.name)",
                    "从 \(directory.name) 选择时应答不同")
            }
        }
    }

    /// On the way there: a name that nothing has changes nothing.
    private static let absent = Check(
        .otherApplications, "absent", CheckText("selecting one that is not there", "选择不存在的应用"), clause: clause,
        expected: CheckText("6A82; current directory and rights stay", "6A82；当前目录和权限不变")
    ) { bench throws(CheckStop) in
        try needNames(bench)
        let (file, key) = try subject(bench)
        guard let name = DedicatedFileName(unusedName(bench.profile)) else { return }
        try bench.approach(file, proving: [key])
        try bench.expect(.fileNotFound, for: .select(name: name, answer: .information))
        try bench.selectFile(file)
        try bench.expect(.ok, for: try bench.use(.read, of: file, KeptContent()))
    }

    private static let wayBack = check(
        "way-back", CheckText("going there with a right, and coming back", "带着权限进入其他应用后返回"),
        expected: CheckText(
            "the right is lost: 6982; proven again, it holds", "权限丧失：6982；重新认证后有效")
    ) { bench, found throws(CheckStop) in
        for directory in bench.profile.directories {
            guard let (file, key) = readable(in: directory, bench.profile) else { continue }
            for application in found {
                try bench.approach(file, proving: [key])
                try bench.expect(.ok, for: application.selection)
                try bench.enter(directory.name)
                try bench.selectFile(file)
                try bench.expect(.securityStatusNotSatisfied, for: try bench.use(.read, of: file, KeptContent()))
            }
            try bench.prove(key)
            try bench.selectFile(file)
            try bench.expect(.ok, for: try bench.use(.read, of: file, KeptContent()))
        }
    }

    private static let untouched = check(
        "untouched", CheckText("what health commands do to them", "居民健康卡命令对其他应用的影响"),
        expected: CheckText(
            "nothing: their answers and counters are as before", "没有影响：其应答和计数器不变")
    ) { bench, found throws(CheckStop) in
        let before = try marks(of: found, bench)
        for directory in bench.profile.directories {
            try work(in: directory, bench)
            try compare(before, found, bench, after: directory.name)
        }
    }

    private static let blocking = check(
        "blocking", CheckText("what blocking a health application does to them", "锁定健康应用对其他应用的影响"),
        expected: CheckText(
            "nothing: they answer while it is blocked as before", "没有影响：健康应用锁定期间其应答不变"),
        isDestructive: true
    ) { bench, found throws(CheckStop) in
        let before = try marks(of: found, bench)
        for directory in bench.profile.directories {
            guard let key = bench.profile.key(.applicationBlock, in: directory.name) else { continue }
            try bench.enter(directory.name)
            try bench.prove(key)
            let mode = Int(bench.profile.blocking.temporaryMode)
            try bench.expect(
                .ok,
                for: try bench.secured(.blockApplication, [.mode: .number(mode)], in: directory.name))
            try compare(before, found, bench, after: directory.name)
            try bench.enter(directory.name, expecting: [bench.profile.blocking.temporaryStatus])
            try bench.prove(key)
            try bench.expect(.ok, for: try bench.secured(.unblockApplication, [:], in: directory.name))
        }
    }
}

// MARK: - What is found

extension OtherApplicationChecks {
    /// One that is on the card.
    fileprivate struct Found {
        let definition: OtherApplicationDefinition
        let selection: CommandAPDU
        let answer: [UInt8]
        let information: FileControlInformation

        /// AIDs that an environment lists in its answer: `BF0C{61{4F AID}}`.
        var listed: [[UInt8]] {
            guard definition.kind == .environment, let objects = information.proprietaryObjects else { return [] }
            return objects.filter { $0.tag == 0xBF0C }.flatMap { list in
                list.children.filter { $0.tag == 0x61 }.compactMap { entry in
                    entry.children.first { $0.tag == 0x4F }.map { Array($0.value) }
                }
            }
        }
    }

    fileprivate static func check(
        _ what: String, _ title: CheckText, expected: CheckText, isDestructive: Bool = false,
        body: @escaping @Sendable (CheckBench, [Found]) throws(CheckStop) -> Void
    ) -> Check {
        Check(
            .otherApplications, what, title, clause: clause, expected: expected, isDestructive: isDestructive
        ) { bench throws(CheckStop) in
            try needNames(bench)
            try body(bench, try found(bench))
        }
    }

    private static func needNames(_ bench: CheckBench) throws(CheckStop) {
        guard bench.profile.capabilities.directoryNames else {
            throw .notApplicable(CheckText("this card selects nothing by name", "本卡不支持按名称选择"))
        }
    }

    /// - Throws: `notApplicable` for a card that has none and need not.
    private static func found(_ bench: CheckBench) throws(CheckStop) -> [Found] {
        var found: [Found] = []
        for definition in bench.profile.otherApplications {
            guard let name = DedicatedFileName(definition.dfName) else { continue }
            try bench.enterMaster()
            let selection = CommandAPDU.select(name: name, answer: .information)
            let answer = try bench.expect(
                definition.isCarried ? [.ok] : [.ok, .fileNotFound], for: selection)
            guard answer.status == .ok else { continue }
            let information: FileControlInformation
            do { information = try FileControlInformation(answer.data) } catch {
                throw bench.fail(
                    "\(definition.name): no FCI: \(AnyMessage(of: error))",
                    "\(definition.title)：不是 FCI：\(AnyMessage(of: error))")
            }
            found.append(
                Found(definition: definition, selection: selection, answer: answer.data, information: information))
        }
        guard !found.isEmpty else {
            throw .notApplicable(
                CheckText("no other application lies on this card", "本卡没有居民健康卡以外的应用"))
        }
        return found
    }

    private static func named(_ name: DedicatedFileName?) -> String { name?.description ?? "-" }

    /// An AID of the payment system's own registered provider that no application of the profile has.
    private static func unusedName(_ profile: CardProfile) -> [UInt8] {
        let known = Set(profile.otherApplications.map(\.dfName) + profile.directories.compactMap(\.dfName))
        let start = profile.otherApplications.first { $0.kind == .application }?.dfName.dropLast() ?? []
        let free = (UInt8.min...UInt8.max).lazy.reversed().map { start + [$0] }.first { !known.contains(Array($0)) }
        return Array(free ?? [0xFF])
    }

    // MARK: Work of the health application

    /// A file of a directory that a key opens.
    private static func readable(
        in directory: DirectoryDefinition, _ profile: CardProfile
    ) -> (FileDefinition, KeyDefinition)? {
        for file in directory.files {
            if let key = profile.key(of: file.read) { return (file, key) }
        }
        return nil
    }

    private static func subject(_ bench: CheckBench) throws(CheckStop) -> (FileDefinition, KeyDefinition) {
        for directory in bench.profile.directories {
            if let found = readable(in: directory, bench.profile) { return found }
        }
        throw .notApplicable(CheckText("no file of the profile is read under a key", "卡型文件中没有须认证后读取的文件"))
    }

    /// One of each kind of command in a directory: a wrong authentication and a right one of each key, reading, and an
    /// update that leaves the content as it is.
    private static func work(in directory: DirectoryDefinition, _ bench: CheckBench) throws(CheckStop) {
        let keys = bench.profile.externalKeys(in: directory.name)
        for key in keys {
            try bench.enter(directory.name)
            let status = try bench.authenticate(key, .wrong)
            try bench.expect(
                status.triesLeft != nil, "a wrong cryptogram was answered \(status)", "错误认证应答 \(status)")
            try bench.prove(key)
        }
        guard let (file, key) = readable(in: directory, bench.profile) else { return }
        try bench.approach(file, proving: [key])
        try bench.expect(.ok, for: try bench.use(.read, of: file, KeptContent()))
        let updated = directory.files.first { file in
            file.structure.kind == .linearVariableTLV && bench.profile.key(of: file.update) != nil
        }
        guard let updated, let right = bench.profile.key(of: updated.update) else { return }
        let kept = try bench.keep(updated)
        try bench.approach(updated, proving: [right])
        try bench.expect(.ok, for: try bench.use(.update, of: updated, kept))
    }

    // MARK: Marks

    /// What shows that one was used: its answer to SELECT, and the counters of transactions and PIN attempts (tags 9F36 and
    /// 9F17), with the status word for one that does not give them.
    private static func marks(of found: [Found], _ bench: CheckBench) throws(CheckStop) -> [[[UInt8]]] {
        var marks: [[[UInt8]]] = []
        for application in found {
            try bench.enterMaster()
            var own = [try answer(application.selection, bench)]
            if application.definition.kind == .application {
                for tag: UInt8 in [0x36, 0x17] {
                    let counter = CommandAPDU(
                        cla: 0x80, ins: InstructionByte.getData, p1: 0x9F, p2: tag, ne: 256)
                    own.append(try answer(counter, bench))
                }
            }
            marks.append(own)
        }
        return marks
    }

    private static func answer(_ command: CommandAPDU, _ bench: CheckBench) throws(CheckStop) -> [UInt8] {
        let answer = try bench.send(command)
        return answer.data + answer.status.bytes
    }

    private static func compare(
        _ before: [[[UInt8]]], _ found: [Found], _ bench: CheckBench, after place: String
    ) throws(CheckStop) {
        let now = try marks(of: found, bench)
        for (index, application) in found.enumerated() where now[index] != before[index] {
            throw bench.fail(
                "\(application.definition.name) is otherwise after commands in \(place)",
                "在 \(place) 中执行命令后，\(application.definition.title)发生了变化")
        }
    }
}
