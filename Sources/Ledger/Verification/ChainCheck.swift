import Messages

/// The chains of a ledger: the entries up to the root, which follow each other, and from there on each station's own, with
/// what each says of the others.
struct ChainCheck {
    private struct Chained {
        var last: LedgerHead
        /// Entries since the last with the others' heads.
        var since: Int64
        /// The heads it named last, by station.
        var seen: [String: Int64] = [:]
        /// Its last entry that a signature covers.
        var signed: Int64 = 0
    }

    /// What the ledger says of its root: 0 and zeros in an empty one.
    private(set) var root = LedgerHead(sequence: 0, hash: LedgerEntry.noHash)
    /// The last entry that lies before the chains.
    private var trunk = LedgerHead(sequence: 0, hash: LedgerEntry.noHash)
    /// Whether the root is the end of a ledger that had one chain for all.
    private var isMigrated: Bool { root.sequence > 1 }
    private var stations: [String: Chained] = [:]
    /// The last entry of the trunk that a signature covers.
    private var signedTrunk: Int64 = 0
    /// Numbers nobody has, on a server that leaves gaps: the last of them.
    private var gaps: [ClosedRange<Int64>] = []
    private static let mostGaps = 1000

    mutating func begin(_ database: any LedgerDatabase) throws(StoreError) {
        if let row = try database.first("SELECT seq, hash FROM heads WHERE station = ''") {
            root = LedgerHead(sequence: row.integer(0), hash: row.text(1))
        }
    }

    /// - Parameter last: the entry with the number before.
    mutating func check(
        _ checked: CheckedEntry, last: LedgerEntry?, _ place: LedgerPlace, _ database: any LedgerDatabase,
        _ report: inout LedgerVerification
    ) throws(StoreError) {
        let entry = checked.entry
        let expected = (last?.sequence ?? 0) + 1
        if entry.sequence != expected {
            if database.dialect == .sqlite || entry.sequence <= root.sequence || last == nil {
                report.missing(expected...max(expected, entry.sequence - 1))
            } else {
                if gaps.count == Self.mostGaps { gaps.removeFirst(Self.mostGaps / 2) }
                gaps.append(expected...max(expected, entry.sequence - 1))
            }
        }
        if entry.sequence <= root.sequence {
            if entry.previousHash != trunk.hash {
                report.find(place, "it does not follow the entry before it", "与前一条不相接")
            }
            trunk = entry.head
            if entry.sequence == 1, !isMigrated { stations[entry.station] = Chained(last: entry.head, since: 1) }
            return
        }
        let own = stations[entry.station]
        if entry.previousHash != own?.last.hash ?? root.hash {
            report.find(
                place, "it does not follow the entry before it of station \(entry.station)",
                "与工作站 \(entry.station) 的前一条不相接")
            // The first that could be what is missed.
            let before = own?.last.sequence ?? root.sequence
            if let gap = gaps.first(where: { $0.lowerBound > before }) { report.missing(gap) }
        }
        var next = own ?? Chained(last: root, since: 0)
        next.last = entry.head
        next.since += 1
        if let (kind, detail) = checked.content {
            if detail.root != (own == nil ? root : nil) {
                report.find(
                    place,
                    own == nil
                        ? "it is the first of station \(entry.station) and does not begin from the root, entry \(root.sequence)"
                        : "it begins a chain where station \(entry.station) has one",
                    own == nil
                        ? "它是工作站 \(entry.station) 的首条，却不从起点（第 \(root.sequence) 条）开始"
                        : "工作站 \(entry.station) 已有链，此条却另起一链")
            }
            if (detail.heads != nil) != kind.isWoven {
                report.find(place, "it does not say how far its station has seen the others", "未写明所见其他工作站的进度")
            }
            if let heads = detail.heads {
                next.since = 0
                for head in heads { try check(head, in: entry, &next, place, database, &report) }
            }
            if next.since >= Chain.longestUnwoven {
                report.find(
                    place,
                    "station \(entry.station) has not said for \(next.since) entries how far it has seen the others",
                    "工作站 \(entry.station) 已有 \(next.since) 条未写明所见其他工作站的进度")
            }
        }
        stations[entry.station] = next
    }

    /// A head that a station has seen of another one.
    private func check(
        _ head: StationHead, in entry: LedgerEntry, _ next: inout Chained, _ place: LedgerPlace,
        _ database: any LedgerDatabase, _ report: inout LedgerVerification
    ) throws(StoreError) {
        let isOlder = next.seen[head.station].map { head.sequence < $0 } ?? false
        next.seen[head.station] = head.sequence
        // The usual case is known already.
        if let last = stations[head.station]?.last, last.sequence == head.sequence, last.hash == head.hash, !isOlder {
            return
        }
        let named = head.sequence < entry.sequence ? try Chain.entry(head.sequence, database) : nil
        guard let named, named.hash == head.hash, named.station == head.station, !isOlder else {
            report.find(
                place,
                "station \(entry.station) has seen entry \(head.sequence) of station \(head.station), which is \(named == nil ? "not there" : "another one"): the chain of station \(head.station) was cut off, put back or exchanged",
                "工作站 \(entry.station) 见过工作站 \(head.station) 的第 \(head.sequence) 条，现在\(named == nil ? "已不在" : "内容不同")：工作站 \(head.station) 的链被截断、退回或替换"
            )
            return
        }
    }

    /// A station's signature was found right: it covers what the station has written, and what it had seen.
    mutating func sign(_ entry: LedgerEntry) {
        guard entry.sequence > root.sequence else {
            signedTrunk = entry.sequence
            return
        }
        signedTrunk = root.sequence
        stations[entry.station]?.signed = entry.sequence
        for (station, sequence) in stations[entry.station]?.seen ?? [:] {
            let signed = stations[station]?.signed ?? 0
            stations[station]?.signed = max(sequence, signed)
        }
    }

    /// The table of heads against the entries.
    func end(_ database: any LedgerDatabase, _ report: inout LedgerVerification) throws(StoreError) {
        var rest = stations.mapValues { (head: $0.last, since: $0.since) }
        rest[Chain.root] = (head: trunk, since: 0)
        for row in try database.query("SELECT station, seq, hash, since FROM heads ORDER BY station") {
            let station = row.text(0)
            let told = LedgerHead(sequence: row.integer(1), hash: row.text(2))
            let own = rest.removeValue(forKey: station)
            guard own?.head != told || own?.since != row.integer(3) else { continue }
            let end = own?.head.sequence ?? 0
            report.find(
                .head(station: station),
                "differs from the last entry, \(end), it says entry \(told.sequence): the end was cut off or changed",
                "与最后一条（第 \(end) 条）不符，其中为第 \(told.sequence) 条：末尾被截去或改动")
        }
        for (station, own) in rest.sorted(by: { $0.key < $1.key }) {
            report.find(
                .head(station: station),
                "differs from the last entry, \(own.head.sequence): the end was cut off or changed",
                "与最后一条（第 \(own.head.sequence) 条）不符：末尾被截去或改动")
        }
    }

    /// Says of each station what nobody has signed yet.
    func noteUnsigned(_ database: any LedgerDatabase, _ report: inout LedgerVerification) throws(StoreError) {
        if isMigrated || stations.isEmpty, trunk.sequence > signedTrunk {
            note(trunk.sequence - signedTrunk, after: signedTrunk, nil, &report)
        }
        for (name, own) in stations.sorted(by: { $0.key < $1.key }) where own.last.sequence > own.signed {
            let count = try database.first(
                "SELECT COUNT(*) FROM entries WHERE seq > ? AND station = ?",
                [.integer(max(own.signed, isMigrated ? root.sequence : 0)), .text(name)])
            note(count?.integer(0) ?? 0, after: own.signed, name, &report)
        }
    }

    private func note(_ count: Int64, after signed: Int64, _ station: String?, _ report: inout LedgerVerification) {
        guard let station else {
            report.note(
                "\(count) entries after entry \(signed) are not signed yet: their run has not ended",
                "第 \(signed) 条之后的 \(count) 条尚未签名：其制卡尚未结束")
            return
        }
        report.note(
            "\(count) entries after entry \(signed) of station \(station) are not signed yet: their run has not ended",
            "工作站 \(station) 在第 \(signed) 条之后的 \(count) 条尚未签名：其制卡尚未结束")
    }
}

extension LedgerVerification {
    /// Entries that should be there and are not.
    fileprivate mutating func missing(_ numbers: ClosedRange<Int64>) {
        if numbers.count == 1 {
            find(
                .entry(numbers.lowerBound), "entries are numbered without gaps and \(numbers.lowerBound) is missing",
                "条目连续编号，缺第 \(numbers.lowerBound) 条")
        } else {
            find(
                .entry(numbers.lowerBound),
                "entries are numbered without gaps and \(numbers.lowerBound) to \(numbers.upperBound) are missing",
                "条目连续编号，缺第 \(numbers.lowerBound) 至 \(numbers.upperBound) 条")
        }
    }
}
