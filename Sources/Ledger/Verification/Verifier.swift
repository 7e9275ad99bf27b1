import Foundation
import Messages
import ShangMi

/// Reads a ledger from its first entry to its last and compares everything else with what follows from them.
///
/// It works on one state of the ledger, writes to temporary tables alone, and keeps no more than a page of rows in memory.
struct Verifier {
    let database: any LedgerDatabase
    var report = LedgerVerification()
    /// The last entry there is.
    private(set) var last: LedgerEntry?
    private(set) var firstHash: String?
    /// The last entry a signature covers.
    private var sealed: Int64 = 0
    private var keys: [String: SM2.PublicKey] = [:]
    private var anchors = AnchorCheck()
    /// The last signature of a station's.
    private var seal: Int64 = 0
    /// By the run that rests on it.
    private var releases: [Int64: String] = [:]
    private let rebuilt = Projection(prefix: "rebuilt_")
    private static let page = 500

    init(database: any LedgerDatabase, report: LedgerVerification) {
        self.database = database
        self.report = report
    }

    /// - Throws: what keeps it from reading on.
    mutating func run(_ demands: LedgerDemands = LedgerDemands()) throws(StoreError) {
        try makeTables()
        var place: Int64 = 0
        while true {
            let rows = try database.query(
                "SELECT \(LedgerEntry.columns) FROM entries WHERE seq > ? ORDER BY seq LIMIT \(Self.page)",
                [.integer(place)])
            for row in rows {
                let entry = LedgerEntry(row)
                try check(entry)
                last = entry
                place = entry.sequence
                report.entries += 1
            }
            if rows.count < Self.page { break }
        }
        report.head = last?.hash ?? LedgerEntry.noHash
        try checkHead()
        for table in Self.tables { try compare(table) }
        for head in demands.heads where try Chain.entry(head.sequence, database)?.hash != head.hash {
            report.find(
                .entry(head.sequence), "it was written down with another hash, or it is missing",
                "与记下的摘要不同，或已缺失")
        }
        demands.check(anchors.countersignatures, seal: seal, into: &report)
        let unsealed = (last?.sequence ?? 0) - sealed
        if unsealed > 0 {
            report.note(
                "\(unsealed) entries after entry \(sealed) are not signed yet: their run has not ended",
                "第 \(sealed) 条之后的 \(unsealed) 条尚未签名：其制卡尚未结束")
        }
    }

    // MARK: - Entries

    private mutating func check(_ entry: LedgerEntry) throws(StoreError) {
        let place = LedgerPlace.entryOf(entry.sequence, kind: entry.kind)
        let expected = (last?.sequence ?? 0) + 1
        if entry.sequence != expected {
            if entry.sequence == expected + 1 {
                report.find(
                    .entry(expected), "entries are numbered without gaps and \(expected) is missing",
                    "条目连续编号，缺第 \(expected) 条")
            } else {
                report.find(
                    .entry(expected),
                    "entries are numbered without gaps and \(expected) to \(entry.sequence - 1) are missing",
                    "条目连续编号，缺第 \(expected) 至 \(entry.sequence - 1) 条")
            }
        }
        if entry.previousHash != last?.hash ?? LedgerEntry.noHash {
            report.find(place, "it does not follow the entry before it", "与前一条不相接")
        }
        if entry.computedHash != entry.hash { report.find(place, "its hash does not fit", "摘要不符") }
        if firstHash == nil { firstHash = entry.hash }
        guard let kind = LedgerEntry.Kind(rawValue: entry.kind), let detail = EntryDetail(entry.detail) else {
            report.find(place, "it is of no known kind, or its detail is none", "种类未知，或内容无效")
            return
        }
        if kind == .station {
            keys[entry.station] = detail.publicKey.flatMap(LowercaseHex.decode).flatMap { try? SM2.PublicKey($0) }
        }
        if keys[entry.station] == nil { report.find(place, "its station has no key in the ledger", "台账中没有该工作站的公钥") }
        if kind == .run, let release = detail.run?.releaseDigest { releases[entry.sequence] = release }
        if detail.release != releases[entry.run] {
            report.find(place, "it does not name the release of its run", "未写明其所属制卡的放行书")
        }
        if kind == .seal { checkSeal(entry, detail, place) }
        let wrong = try anchors.problem(entry, kind, detail, key: keys[entry.station]) {
            [database] sequence throws(StoreError) in
            try Chain.entry(sequence, database)?.hash
        }
        if let wrong { report.find(place, wrong) }
        if kind == .enrol, let batch = detail.batch { try checkOrders(of: batch.id, detail, place) }
        do throws(StoreError) {
            try rebuilt.apply(entry, detail, to: database)
        } catch .collision {
            report.find(place, "it cannot follow from the entries before it", "与之前的条目矛盾")
        }
    }

    private mutating func checkSeal(_ entry: LedgerEntry, _ detail: EntryDetail, _ place: LedgerPlace) {
        report.seals += 1
        let isSigned =
            if let head = detail.head.flatMap(LowercaseHex.decode),
                let signature = detail.signature.flatMap(LowercaseHex.decode), let key = keys[entry.station]
            {
                detail.head == entry.previousHash && key.isValid(signature: signature, message: head)
            } else {
                false
            }
        seal = entry.sequence
        if isSigned { sealed = entry.sequence } else { report.find(place, "its signature does not fit", "签名不符") }
    }

    private mutating func checkHead() throws(StoreError) {
        let rows = try database.query("SELECT id, seq, hash FROM head")
        let expected = LedgerRow(values: [
            .integer(1), .integer(last?.sequence ?? 0), .text(last?.hash ?? LedgerEntry.noHash),
        ])
        if rows != [expected] {
            let end = last?.sequence ?? 0
            if let told = rows.first?.integer(1) {
                report.find(
                    .head, "differs from the last entry, \(end), it says entry \(told): the end was cut off or changed",
                    "与最后一条（第 \(end) 条）不符，其中为第 \(told) 条：末尾被截去或改动")
            } else {
                report.find(
                    .head, "differs from the last entry, \(end): the end was cut off or changed",
                    "与最后一条（第 \(end) 条）不符：末尾被截去或改动")
            }
        }
    }

    // MARK: - Orders

    /// A batch's orders against the digest in its entry; then they stand in the rebuilt table as they were enrolled.
    private mutating func checkOrders(
        of batch: String, _ detail: EntryDetail, _ place: LedgerPlace
    ) throws(StoreError) {
        let orders = try digest(
            "orders", key: "sequence", columns: Ledger.orderColumns + ", digest", batch: batch
        ) { digest, row in
            digest.append(Order(row))
            return (Int(clamping: row.integer(1)), row.text(8))
        }
        if orders.count != detail.orders || orders.value != detail.ordersDigest {
            report.find(
                place, "the orders of batch \(batch) are not those that were enrolled",
                "批次 \(batch) 的申请不是登记时的申请")
        }
        let rows = try digest(
            "set_aside_rows", key: "position", columns: "position, row_number, id_number, code, reason, digest",
            batch: batch
        ) { digest, row in
            let reason = LedgerReason(code: row.text(3), text: row.text(4))
            let row = (
                SetAsideRow(row: Int(clamping: row.integer(1)), idNumber: row.optionalText(2), reason: reason),
                Int(clamping: row.integer(0)), row.text(5)
            )
            digest.append(row.0, batch: batch)
            return (row.1, row.2)
        }
        if rows.count != detail.setAside || rows.value != detail.setAsideDigest {
            report.find(
                place, "the rows set aside of batch \(batch) are not those that were enrolled",
                "批次 \(batch) 搁置的行不是登记时的行")
        }
        try database.execute(
            """
            INSERT INTO rebuilt_orders (\(Projection.orderColumns))
            SELECT batch, sequence, id_number, row_number, row_offset, collection_point, replacement_reason, content_digest,
                digest, 'waiting', 0, NULL, 0, 0 FROM orders WHERE batch = ?
            """, [.text(batch)])
        try database.execute(
            "INSERT INTO rebuilt_set_aside_rows SELECT * FROM set_aside_rows WHERE batch = ?", [.text(batch)])
    }

    /// - Parameter append: adds a row to the digest; its place and the digest it keeps.
    private mutating func digest(
        _ table: String, key: String, columns: String, batch: String,
        append: (inout OrderDigest, LedgerRow) -> (Int, String)
    ) throws(StoreError) -> OrderDigest {
        var digest = OrderDigest()
        var last: Int64 = 0
        var isNamed = false
        while true {
            let rows = try database.query(
                "SELECT \(columns) FROM \(table) WHERE batch = ? AND \(key) > ? ORDER BY \(key) LIMIT \(Self.page)",
                [.text(batch), .integer(last)])
            for row in rows {
                let (place, kept) = append(&digest, row)
                last = Int64(place)
                if !isNamed, kept != digest.value || place != digest.count {
                    if place > digest.count {
                        report.find(
                            .row(table: table, key: "\(batch)/\(digest.count)"),
                            "is missing, or was given another number", "缺失，或编号被改")
                    }
                    report.find(
                        .row(table: table, key: "\(batch)/\(place)"),
                        "is not the one that was enrolled, or does not follow it", "不是登记时的行，或与前一行不相接")
                    isNamed = true
                }
            }
            if rows.count < Self.page { return digest }
        }
    }

    // MARK: - Tables

    private struct Table {
        let name: String
        /// Columns that name a row; none of them personal.
        let key: [String]
    }

    private static let tables = [
        Table(name: "stations", key: ["name"]), Table(name: "batches", key: ["id"]),
        Table(name: "orders", key: ["batch", "sequence"]), Table(name: "set_aside_rows", key: ["batch", "position"]),
        Table(name: "chips", key: ["serial"]), Table(name: "runs", key: ["id"]),
        Table(name: "releases", key: ["digest"]), Table(name: "revocation_lists", key: ["authority"]),
        Table(name: "authorities", key: ["number"]),
    ]

    private func makeTables() throws(StoreError) {
        for table in Self.tables {
            try database.execute("CREATE TEMP TABLE rebuilt_\(table.name) AS SELECT * FROM \(table.name) WHERE 1 = 0")
            try database.execute(
                "CREATE UNIQUE INDEX rebuilt_\(table.name)_key ON rebuilt_\(table.name) (\(table.key.joined(separator: ", ")))"
            )
        }
    }

    private mutating func compare(_ table: Table) throws(StoreError) {
        let key = table.key.joined(separator: ", ")
        var named: Set<String> = []
        for (left, right) in [(table.name, "rebuilt_" + table.name), ("rebuilt_" + table.name, table.name)] {
            let rows = try database.query(
                """
                SELECT DISTINCT \(key) FROM (SELECT * FROM \(left) EXCEPT SELECT * FROM \(right)) AS difference
                ORDER BY \(key) LIMIT \(LedgerVerification.mostFindings)
                """)
            for row in rows {
                let name = row.values.indices.map { row.text($0) }.joined(separator: "/")
                if named.insert(name).inserted {
                    report.find(.row(table: table.name, key: name), "differs from the entries", "与条目不符")
                }
            }
        }
        let counts = try database.first(
            "SELECT (SELECT COUNT(*) FROM \(table.name)), (SELECT COUNT(*) FROM rebuilt_\(table.name))")
        if named.isEmpty, counts?.integer(0) != counts?.integer(1) {
            report.find(.table(table.name), "a row is there twice", "有一行重复")
        }
    }
}
