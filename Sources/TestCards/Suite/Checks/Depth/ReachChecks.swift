import CardProfiles
import ISO7816
import Messages

/// A right is asked for at every place of a file and by every way to it: other pages, other records, short identifiers,
/// extended and chained commands; without a key, and with every other key of the directory proven (`Docs/card.md §1.1`,
/// `Docs/protocol.md §4`, §5 Order of checks).
enum ReachChecks: CheckSource {
    static func checks(_ plan: SuitePlan) -> [Check] {
        plan.profile.files.flatMap { file -> [Check] in
            (file.read == .always ? [] : Way.allCases.filter { $0 != .chained }.map { read(file, $0) })
                + (file.update == .always ? [] : Way.allCases.map { update(file, $0) })
        }
    }

    /// How a place is named and a command travels.
    private enum Way: String, CaseIterable, Sendable {
        case places = "other-places"
        case short = "short-identifier-places"
        case extended, chained

        var name: CheckText {
            switch self {
            case .places: CheckText("at every kind of place", "在各处")
            case .short: CheckText("by short identifier at every kind of place", "按短标识符在各处")
            case .extended: CheckText("by extended commands", "以扩展命令")
            case .chained: CheckText("in links", "分段")
            }
        }

        func need(_ bench: CheckBench) throws(CheckStop) {
            switch self {
            case .places: break
            case .short: try bench.needShortIdentifiers()
            case .extended:
                guard bench.profile.capabilities.extendedLength, bench.link.transmissionProtocol != .t0 else {
                    throw .notApplicable(CheckText("no extended length here", "此处不支持扩展长度"))
                }
            case .chained:
                guard bench.profile.capabilities.commandChaining else {
                    throw .notApplicable(CheckText("this card knows no chaining", "本卡不支持命令链"))
                }
            }
        }
    }

    private static func check(
        _ file: FileDefinition, _ right: FileRight, _ way: Way, _ body: @escaping Check.Body
    ) -> Check {
        Check(
            .access, "\(file.path).\(right.rawValue).\(way.rawValue)",
            CheckText(
                "\(file.path): \(right.name.en) \(way.name.en) without its right",
                "\(file.path)：无权限\(way.name.zh)\(right.name.zh)"),
            clause: "Docs/card.md §1.1; Docs/protocol.md §4, §5 Order of checks",
            expected: CheckText("6982 everywhere, with every other key proven too", "均应答 6982，认证其他全部密钥后亦然"), body: body)
    }

    /// No key, then all keys but the right's.
    private static func standings(_ file: FileDefinition, _ right: FileRight, _ profile: CardProfile)
        -> [[KeyDefinition]]
    {
        let rights =
            right == .update && file.structure.kind == .linearFixed
            ? [file.update, file.erase] : [file.condition(of: right)]
        let own = rights.compactMap { profile.key(of: $0) }
        let others = profile.externalKeys(in: file.directory).filter { !own.contains($0) }
        return others.isEmpty ? [[]] : [[], others]
    }

    // MARK: Reading

    private static func read(_ file: FileDefinition, _ way: Way) -> Check {
        check(file, .read, way) { bench throws(CheckStop) in
            try way.need(bench)
            for keys in standings(file, .read, bench.profile) {
                try bench.reset()
                try bench.approach(file, proving: keys)
                for command in try readings(of: file, way, bench) {
                    let answer = try bench.send(command, form: way == .extended ? .extended : .automatic)
                    try bench.require([.securityStatusNotSatisfied], answer.status, for: command.header)
                }
            }
        }
    }

    private static func readings(
        of file: FileDefinition, _ way: Way, _ bench: CheckBench
    ) throws(CheckStop) -> [CommandAPDU] {
        let sfi = way == .short ? Int(file.sfi.rawValue) : 0
        var commands: [CommandAPDU] = []
        guard file.structure.kind != .transparent else {
            for offset in bench.borders(of: file) where way != .short || offset <= 255 {
                let count = min(16, file.size - offset)
                let values: [CommandHole: HoleValue] = [
                    .offset: .number(offset), .sfi: .number(sfi), .length: .number(bench.expectedLength(count)),
                ]
                commands.append(try bench.command(way == .short ? .readBinaryShort : .readBinary, values))
            }
            return commands
        }
        let capabilities = bench.profile.capabilities
        let isTagged = file.structure.kind == .linearVariableTLV
        for number in 1...max(1, file.structure.recordCount) {
            if capabilities.readByNumber || !isTagged {
                commands.append(try bench.recordCommand(number, of: file, sfi: sfi))
            }
            if isTagged, capabilities.readByTag, let item = file.item(record: number) {
                let values: [CommandHole: HoleValue] = [
                    .tag: .number(Int(item.tag)), .sfi: .number(sfi),
                    .length: .number(bench.expectedLength(item.length + 2)),
                ]
                commands.append(try bench.command(.readRecordByTag, values))
            }
            if capabilities.multiRecordRead {
                commands.append(
                    try bench.command(
                        .readRecordsFrom, [.record: .number(number), .sfi: .number(sfi), .length: .number(256)]))
            }
        }
        return commands
    }

    // MARK: Writing

    private static func update(_ file: FileDefinition, _ way: Way) -> Check {
        check(file, .update, way) { bench throws(CheckStop) in
            try way.need(bench)
            let kept = bench.keepIfReadable(file)
            let work = { () throws(CheckStop) in
                for keys in standings(file, .update, bench.profile) {
                    try bench.reset()
                    try bench.approach(file, proving: keys)
                    for place in places(of: file, way, bench) {
                        let command = try updating(file, kept, place, way, bench)
                        let answer = try bench.send(
                            command, form: way == .extended ? .extended : .automatic, chains: way == .chained,
                            maximumData: way == .chained ? max(1, command.data.count / 2) : 255)
                        try bench.require([.securityStatusNotSatisfied], answer.status, for: command.header)
                    }
                }
            }
            // What a wrong card takes is put back where that can be done.
            guard bench.profile.key(of: file.update) != nil else { return try work() }
            try bench.restoring(file, work)
        }
    }

    private static func places(of file: FileDefinition, _ way: Way, _ bench: CheckBench) -> [Int] {
        let all: [Int] =
            switch file.structure.kind {
            case .transparent: bench.borders(of: file).filter { way != .short || $0 <= 255 }
            case .cyclic: [1]
            // Marking valid, and free, which is another right.
            case .linearFixed: (1...max(1, file.structure.recordCount)).flatMap { [$0, -$0] }
            default: Array(1...max(1, file.structure.recordCount))
            }
        guard way == .extended || way == .chained else { return all }
        return Set([all.first, all[all.count / 2], all.last].compactMap { $0 }).sorted()
    }

    private static func updating(
        _ file: FileDefinition, _ kept: KeptContent, _ place: Int, _ way: Way, _ bench: CheckBench
    ) throws(CheckStop) -> CommandAPDU {
        let sfi = way == .short ? Int(file.sfi.rawValue) : 0
        func record(_ index: Int) -> [UInt8] { kept.records.indices.contains(index) ? kept.records[index] : [0, 0] }
        switch file.structure.kind {
        case .transparent:
            let end = min(place + (way == .chained ? 2 : 1), kept.bytes.count)
            let data = place < end ? Array(kept.bytes[place..<end]) : [0]
            return try bench.command(
                way == .short ? .updateBinaryShort : .updateBinary,
                [.offset: .number(place), .sfi: .number(sfi), .data: .bytes(data)])
        case .linearFixed:
            return try bench.secured(
                place > 0 ? .setIndex : .eraseIndex, [.record: .number(abs(place)), .sfi: .number(sfi)],
                in: file.directory)
        case .cyclic:
            return try bench.secured(
                .appendRecord, [.sfi: .number(sfi), .data: .bytes(record(kept.records.count - 1))], in: file.directory)
        default:
            return try bench.secured(
                .updateRecord, [.record: .number(place), .sfi: .number(sfi), .data: .bytes(record(place - 1))],
                in: file.directory)
        }
    }
}
