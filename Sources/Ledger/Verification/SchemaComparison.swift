/// Compares the tables, indexes, constraints and triggers there are with what the migrations make: a trigger that was
/// dropped lets entries be changed, an index that was dropped lets an applicant have two cards.
enum SchemaComparison {
    /// What the migrations make in SQLite; nil when they could not be run.
    private static let expectedInSQLite: Set<String>? = try? SQLiteStore.inMemory().use { database throws(StoreError) in
        try LedgerSchema.migrate(database)
        return try inSQLite(database)
    }

    /// Adds a finding for every object that differs. Runs before the transaction the ledger is read in.
    static func compare(_ database: any LedgerDatabase, into report: inout LedgerVerification) throws(StoreError) {
        let version = try LedgerSchema.current(database)
        guard version == LedgerSchema.version else {
            let older = version < LedgerSchema.version
            throw .ledger(
                .damaged(
                    "its schema is version \(version) and this software knows \(LedgerSchema.version): "
                        + (older ? "open it once to have it brought up to date" : "use the newer software")))
        }
        let expected: Set<String>
        let present: Set<String>
        switch database.dialect {
        case .sqlite:
            guard let made = expectedInSQLite else {
                throw .ledger(.unavailable("no memory to make a ledger's tables in"))
            }
            expected = made
            present = try inSQLite(database)
        case .postgreSQL:
            present = try inPostgreSQL(database)
            expected = try expectedInPostgreSQL(database)
        }
        for object in present.symmetricDifference(expected).map({ $0.prefix { $0 != "\u{1F}" } }).sorted() {
            guard !report.findings.contains(where: { $0.place == "schema: " + object }) else { continue }
            report.find("schema: " + object, "is missing, was added or differs from what this software makes")
        }
    }

    /// `type name`, a separator, and its text.
    private static func inSQLite(_ database: any LedgerDatabase) throws(StoreError) -> Set<String> {
        Set(
            try database.query("SELECT type, name, tbl_name, sql FROM sqlite_schema").map {
                "\($0.text(0)) \($0.text(1))\u{1F}\($0.text(2))\u{1F}\($0.text(3))"
            })
    }

    private static func expectedInPostgreSQL(_ database: any LedgerDatabase) throws(StoreError) -> Set<String> {
        let schema = "healthcard_verify"
        try database.execute(database.dialect.begin)
        do throws(StoreError) {
            if let lock = database.dialect.migrationLock { _ = try database.query(lock) }
            try database.execute("CREATE SCHEMA \(schema)")
            try database.execute("SET LOCAL search_path TO \(schema)")
            try LedgerSchema.apply(database)
            let objects = try inPostgreSQL(database)
            try database.execute("ROLLBACK")
            return objects
        } catch {
            _ = try? database.execute("ROLLBACK")
            throw error
        }
    }

    private static func inPostgreSQL(_ database: any LedgerDatabase) throws(StoreError) -> Set<String> {
        let schema = try database.first("SELECT current_schema()")?.text(0) ?? ""
        let rows = try database.query(
            """
            SELECT 'column ' || table_name || '.' || column_name,
                data_type || ' ' || is_nullable || ' ' || COALESCE(column_default, '') || ' ' || ordinal_position
                FROM information_schema.columns WHERE table_schema = current_schema()
            UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
            UNION ALL SELECT 'constraint ' || c.conname || ' of ' || r.relname, pg_get_constraintdef(c.oid)
                FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
                JOIN pg_namespace n ON n.oid = r.relnamespace WHERE n.nspname = current_schema()
            UNION ALL SELECT 'trigger ' || t.tgname, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid)
                FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid
                JOIN pg_namespace n ON n.oid = r.relnamespace
                WHERE n.nspname = current_schema() AND NOT t.tgisinternal
            UNION ALL SELECT 'function ' || p.proname, p.prosrc
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema()
            UNION ALL SELECT 'rule ' || rulename, definition FROM pg_rules WHERE schemaname = current_schema()
            """)
        return Set(rows.map { "\($0.text(0))\u{1F}\($0.text(1).replacing(schema + ".", with: ""))" })
    }
}
