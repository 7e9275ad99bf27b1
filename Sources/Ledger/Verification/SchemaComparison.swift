import Messages

/// Compares the tables, indexes, constraints and triggers there are with what the migrations make: a trigger that was
/// dropped lets entries be changed, an index that was dropped lets an applicant have two cards.
enum SchemaComparison {
    /// What the migrations make in SQLite; nil when they could not be run.
    private static let expectedInSQLite: Set<String>? = try? SQLiteStore.inMemory().use { database throws(StoreError) in
        try LedgerSchema.migrate(database)
        return try inSQLite(database)
    }

    /// Adds a finding for every object that differs. Runs before the transaction the ledger is read in.
    ///
    /// - Parameter isInTransaction: it runs in one that goes on afterwards.
    static func compare(
        _ database: any LedgerDatabase, isInTransaction: Bool = false, into report: inout LedgerVerification
    ) throws(StoreError) {
        let version = try LedgerSchema.current(database)
        guard version == LedgerSchema.version else {
            let older = version < LedgerSchema.version
            throw .ledger(
                .damaged(
                    "its schema is version \(version) and this software knows \(LedgerSchema.version): \(older ? "open it once to have it brought up to date" : "use the newer software")",
                    "其结构为第 \(version) 版，本软件为第 \(LedgerSchema.version) 版，\(older ? "请先打开一次以升级" : "请使用更新的软件")"))
        }
        let expected: Set<String>
        let present: Set<String>
        switch database.dialect {
        case .sqlite:
            guard let made = expectedInSQLite else {
                throw .ledger(
                    .unavailable(
                        "no memory to make a ledger's tables in",
                        "内存不足，无法建立台账的表"))
            }
            expected = made
            present = try inSQLite(database)
        case .postgreSQL:
            present = try inPostgreSQL(database)
            expected = try expectedInPostgreSQL(database, isInTransaction: isInTransaction)
        }
        for object in present.symmetricDifference(expected).map({ $0.prefix { $0 != "\u{1F}" } }).sorted() {
            let place = LedgerPlace.schema(object: String(object))
            guard !report.findings.contains(where: { $0.place == AnyMessage(place) }) else { continue }
            report.find(
                place, "is missing, was added or differs from what this software makes", "缺失、被添加，或与本软件所建的不同")
        }
    }

    /// `type name`, a separator, and its text.
    private static func inSQLite(_ database: any LedgerDatabase) throws(StoreError) -> Set<String> {
        Set(
            try database.query("SELECT type, name, tbl_name, sql FROM sqlite_schema").map {
                "\($0.text(0)) \($0.text(1))\u{1F}\($0.text(2))\u{1F}\($0.text(3))"
            })
    }

    /// What the migrations make, among this session's temporary objects: a station may make nothing else.
    private static func expectedInPostgreSQL(
        _ database: any LedgerDatabase, isInTransaction: Bool
    ) throws(StoreError) -> Set<String> {
        let back = isInTransaction ? "ROLLBACK TO SAVEPOINT expected" : "ROLLBACK"
        try database.execute(isInTransaction ? "SAVEPOINT expected" : database.dialect.begin)
        do throws(StoreError) {
            try database.execute("SET LOCAL search_path TO pg_temp")
            // The temporary schema has its name from its first object on.
            try database.execute("CREATE TABLE first_of_all (a BIGINT)")
            try database.execute("DROP TABLE first_of_all")
            try LedgerSchema.apply(database)
            let objects = try inPostgreSQL(database)
            try database.execute(back)
            return objects
        } catch {
            _ = try? database.execute(back)
            throw error
        }
    }

    private static func inPostgreSQL(_ database: any LedgerDatabase) throws(StoreError) -> Set<String> {
        let row = try database.first("SELECT n, quote_ident(n) FROM current_schema() n")
        let (schema, quoted) = (row?.text(0) ?? "", row?.text(1) ?? "")
        let rows = try database.query(
            """
            SELECT 'column ' || c.relname || '.' || a.attname,
                format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' ||
                COALESCE(pg_get_expr(e.adbin, e.adrelid), '') || ' ' || a.attnum
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v')
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
                WHERE n.nspname = current_schema() AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
            UNION ALL SELECT 'constraint ' || c.conname || ' of ' || r.relname, pg_get_constraintdef(c.oid)
                FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
                JOIN pg_namespace n ON n.oid = r.relnamespace WHERE n.nspname = current_schema()
            UNION ALL SELECT 'trigger ' || t.tgname, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid)
                FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid
                JOIN pg_namespace n ON n.oid = r.relnamespace
                WHERE n.nspname = current_schema() AND NOT t.tgisinternal
            UNION ALL SELECT 'function ' || p.proname,
                p.prosrc || ' ' || p.prosecdef || ' ' || COALESCE(array_to_string(p.proconfig, ','), '')
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema()
            UNION ALL SELECT 'rule ' || rulename, definition FROM pg_rules WHERE schemaname = current_schema()
            """)
        return Set(
            rows.map { row in
                let text = row.text(1).replacing(quoted + ".", with: "").replacing(schema + ".", with: "")
                    .replacing("pg_temp.", with: "").replacing("search_path=\(quoted), ", with: "search_path=")
                    .replacing("search_path=\(schema), ", with: "search_path=")
                return "\(row.text(0))\u{1F}\(text)"
            })
    }
}
