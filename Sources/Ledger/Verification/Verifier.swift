import Foundation
import Messages
import ShangMi

/// Reads a ledger's entries and compares everything else with what follows from them: each station's chain from the root
/// on, what the chains say of each other, and the tables.
///
/// It works on one state of the ledger, writes to temporary tables alone, and keeps no more than some pages of rows in
/// memory. Entries are hashed and read on threads of their own (``EntryChecks``).
struct Verifier {
    let database: any LedgerDatabase
    /// Where tables are made anew: temporary ones of the ledger's own connection, where they cost nothing.
    let scratch: any LedgerDatabase
    var report = LedgerVerification()
    /// The last entry there is.
    private(set) var last: LedgerEntry?
    private(set) var firstHash: String?
    private var chains = ChainCheck()
    private var keys: [String: SM2.PublicKey] = [:]
    private var anchors = AnchorCheck()
    /// The last signature of a station's.
    private var seal: Int64 = 0
    /// By the run that rests on it.
    private var releases: [Int64: String] = [:]
    private var rebuilt = Projection(prefix: "rebuilt_")
    static let page = 500

    init(database: any LedgerDatabase, scratch: any LedgerDatabase, report: LedgerVerification) {
        self.database = database
        self.scratch = scratch
        self.report = report
    }

    /// - Throws: what keeps it from reading on.
    mutating func run(_ demands: LedgerDemands = LedgerDemands()) throws(StoreError) {
        try makeTables()
        try chains.begin(database)
        // A root that is the first entry is that of a ledger that had chains from the beginning.
        rebuilt.lastUndrawn = chains.root.sequence
        let checks = EntryChecks()
        defer { checks.end() }
        var place: Int64 = 0
        var isRead = false
        try scratch.execute("SAVEPOINT rebuilt")
        while !isRead || checks.pending > 0 {
            while !isRead, checks.pending < EntryChecks.depth {
                let rows = try database.query(
                    "SELECT \(LedgerEntry.columns) FROM entries WHERE seq > ? ORDER BY seq LIMIT \(Self.page)",
                    [.integer(place)])
                isRead = rows.count < Self.page
                if let end = rows.last { place = end.integer(0) }
                if !rows.isEmpty { checks.add(rows) }
            }
            guard checks.pending > 0 else { break }
            for checked in checks.next() {
                try check(checked)
                last = checked.entry
                report.entries += 1
            }
        }
        try scratch.execute("RELEASE SAVEPOINT rebuilt")
        report.head = last?.hash ?? LedgerEntry.noHash
        try chains.end(database, &report)
        for table in Self.tables { try compare(table) }
        for head in demands.heads where try Chain.entry(head.sequence, database)?.hash != head.hash {
            report.find(
                .entry(head.sequence), "it was written down with another hash, or it is missing",
                "与记下的摘要不同，或已缺失")
        }
        demands.check(anchors.countersignatures, seal: seal, into: &report)
        try chains.noteUnsigned(database, &report)
    }

    // MARK: - Entries

    private mutating func check(_ checked: CheckedEntry) throws(StoreError) {
        let entry = checked.entry
        let place = LedgerPlace.entryOf(entry.sequence, kind: entry.kind)
        try chains.check(checked, last: last, place, database, &report)
        if !checked.isHashed { report.find(place, "its hash does not fit", "摘要不符") }
        if firstHash == nil { firstHash = entry.hash }
        guard let (kind, detail) = checked.content else {
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
            try rebuilt.apply(entry, detail, to: scratch)
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
        if isSigned { chains.sign(entry) } else { report.find(place, "its signature does not fit", "签名不符") }
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
        try scratch.execute(
            """
            INSERT INTO rebuilt_orders (\(Projection.orderColumns))
            SELECT batch, sequence, id_number, row_number, row_offset, collection_point, replacement_reason, content_digest,
                digest, 'waiting', 0, NULL, 0, 0 FROM \(present("orders")) WHERE batch = ?
            """, [.text(batch)])
        try scratch.execute(
            """
            INSERT INTO rebuilt_set_aside_rows (\(Self.rowColumns))
            SELECT \(Self.rowColumns) FROM \(present("set_aside_rows")) WHERE batch = ?
            """, [.text(batch)])
    }

    private static let rowColumns = "batch, position, row_number, id_number, code, reason, digest"

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
        let columns: [String]

        init(_ name: String, key: [String], _ columns: String) {
            self.name = name
            self.key = key
            self.columns = columns.split(separator: " ").map(String.init)
        }
    }

    private static let tables = [
        Table("stations", key: ["name"], "name public_key entry adopted"),
        Table(
            "batches", key: ["id"],
            "id mode profile profile_digest content_digest orders orders_digest set_aside set_aside_digest entry"),
        Table(
            "orders", key: ["batch", "sequence"],
            "batch sequence id_number row_number row_offset collection_point replacement_reason content_digest digest "
                + "state holds_card chip entry attempts"),
        Table(
            "set_aside_rows", key: ["batch", "position"], "batch position row_number id_number code reason digest"),
        Table("chips", key: ["serial"], "serial state attempt batch sequence run entry release_digest counted"),
        Table("runs", key: ["id"], "id batch station ended release_digest places"),
        Table("releases", key: ["digest"], "digest id quota used entry"),
        Table("revocation_lists", key: ["authority"], "authority number digest entry"),
        Table("authorities", key: ["number"], "number digest document entry"),
    ]

    /// Where a table's rows are beside what is rebuilt of it.
    private func present(_ table: String) -> String { database.dialect == .sqlite ? table : "present_" + table }

    /// Rows of a server come over once: what is rebuilt, and compared, is so without it.
    private func makeTables() throws(StoreError) {
        for table in Self.tables {
            let columns = table.columns.joined(separator: ", ")
            let key = table.key.joined(separator: ", ")
            // With the same types, or an index of one would not serve the other.
            try scratch.execute(
                database.dialect == .sqlite
                    ? "CREATE TEMP TABLE rebuilt_\(table.name) AS SELECT \(columns) FROM \(table.name) WHERE 1 = 0"
                    : "CREATE TEMP TABLE rebuilt_\(table.name) (\(columns))")
            try scratch.execute("CREATE UNIQUE INDEX rebuilt_\(table.name)_key ON rebuilt_\(table.name) (\(key))")
            guard database.dialect == .postgreSQL else { continue }
            try scratch.execute("CREATE TEMP TABLE present_\(table.name) (\(columns))")
            try scratch.execute("SAVEPOINT present")
            try database.execute("DECLARE present CURSOR FOR SELECT \(columns) FROM \(table.name)")
            while true {
                let rows = try database.query("FETCH \(Self.page) FROM present")
                for row in rows {
                    let places = repeatElement("?", count: row.values.count).joined(separator: ", ")
                    try scratch.execute("INSERT INTO present_\(table.name) VALUES (\(places))", row.values)
                }
                if rows.count < Self.page { break }
            }
            try database.execute("CLOSE present")
            try scratch.execute("RELEASE SAVEPOINT present")
            try scratch.execute("CREATE INDEX present_\(table.name)_key ON present_\(table.name) (\(key))")
        }
    }

    /// In a transaction that goes on: what was made for the comparison is removed.
    func end() throws(StoreError) {
        for table in Self.tables { try scratch.execute("DROP TABLE rebuilt_\(table.name)") }
    }

    private mutating func compare(_ table: Table) throws(StoreError) {
        let key = table.key.joined(separator: ", ")
        let (there, rebuilt) = (present(table.name), "rebuilt_" + table.name)
        let same = table.columns.map { "a.\($0) IS b.\($0)" }.joined(separator: " AND ")
        var named: Set<String> = []
        for (left, right) in [(there, rebuilt), (rebuilt, there)] {
            let rows = try scratch.query(
                """
                SELECT DISTINCT \(key) FROM \(left) a WHERE NOT EXISTS (SELECT 1 FROM \(right) b WHERE \(same))
                ORDER BY \(key) LIMIT \(LedgerVerification.mostFindings)
                """)
            for row in rows {
                let name = row.values.indices.map { row.text($0) }.joined(separator: "/")
                if named.insert(name).inserted {
                    report.find(.row(table: table.name, key: name), "differs from the entries", "与条目不符")
                }
            }
        }
        let counts = try scratch.first("SELECT (SELECT COUNT(*) FROM \(there)), (SELECT COUNT(*) FROM \(rebuilt))")
        if named.isEmpty, counts?.integer(0) != counts?.integer(1) {
            report.find(.table(table.name), "a row is there twice", "有一行重复")
        }
    }
}
