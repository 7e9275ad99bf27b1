import Messages

/// The tables of a ledger and how they came to be: versions applied in order, each in the same transaction as its number.
enum LedgerSchema {
    /// The version this software writes.
    static var version: Int { migrations.count }

    /// Tables whose content follows from the entries, in an order in which they can be made.
    static let projections = [
        "stations", "batches", "orders", "set_aside_rows", "chips", "runs", "releases", "revocation_lists",
        "authorities",
    ]

    private static let migrations: [@Sendable (Dialect) -> [String]] = [
        firstTables, history, releases, anchors, chains,
    ]

    /// Brings the database to the version this software writes.
    ///
    /// - Parameter version: for tests of what older software left behind.
    /// - Throws: `.damaged` when it is of a newer one.
    static func migrate(_ database: any LedgerDatabase, to version: Int = version) throws(StoreError) {
        // The usual case needs no transaction, which on SQLite would wait for whoever is writing.
        if try current(database) == version { return }
        try database.transaction(database.dialect.begin) { () throws(StoreError) in
            if let lock = database.dialect.migrationLock { _ = try database.query(lock) }
            try apply(database, to: version)
        }
    }

    /// The same inside a transaction of the caller's.
    static func apply(_ database: any LedgerDatabase, to version: Int = version) throws(StoreError) {
        let present = try current(database)
        guard present <= Self.version else { throw newer(present) }
        let place = try self.place(database)
        for statement in statements(from: present, to: version, database.dialect, in: place) {
            try database.execute(statement)
        }
        guard (1..<chainsVersion).contains(present), version >= chainsVersion else { return }
        try requireSound(database)
    }

    /// The first version with a chain for each station.
    private static let chainsVersion = 5

    /// A history that stations are to go on from has to be as it was written.
    ///
    /// - Throws: `.damaged` naming what is not.
    private static func requireSound(_ database: any LedgerDatabase) throws(StoreError) {
        var report = LedgerVerification()
        try SchemaComparison.compare(database, isInTransaction: true, into: &report)
        try Ledger.withScratch(database) { scratch throws(StoreError) in
            var verifier = Verifier(database: database, scratch: scratch, report: report)
            defer { report = verifier.report }
            try verifier.run()
            try verifier.end()
        }
        guard let first = report.findings.first else { return }
        let more = report.findings.count + report.unlisted - 1
        throw .ledger(
            .damaged(
                "it is of earlier software, and is not brought up to date because it is not as it was written: \(first)\(more > 0 ? " (and \(more) more)" : ""). Export it and keep it as it is, and restore a backup",
                "它是早期软件的台账，与当初所写的不同，因此不予升级：\(first)\(more > 0 ? "（另有 \(more) 处）" : "")。请导出并原样保存，并从备份恢复"))
    }

    static func newer(_ present: Int) -> StoreError {
        .ledger(
            .damaged(
                "its schema is version \(present) and this software knows \(version): use the newer software",
                "其结构为第 \(present) 版，本软件为第 \(version) 版，请使用更新的软件"))
    }

    /// What brings a database from one version to another, in order.
    ///
    /// - Parameters:
    ///   - present: 0 for a database without a ledger.
    ///   - place: PostgreSQL's schema.
    static func statements(
        from present: Int, to version: Int = version, _ dialect: Dialect, in place: String
    ) -> [String] {
        var statements: [String] = []
        if present == 0 {
            statements.append(
                dialect.schema("CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT", in: place))
            statements.append("INSERT INTO schema_version (version) VALUES (0)")
        }
        for (index, migration) in migrations.enumerated() where index >= present && index < version {
            statements += migration(dialect).map { dialect.schema($0, in: place) }
            statements.append("UPDATE schema_version SET version = \(index + 1)")
        }
        return statements
    }

    /// The schema the tables are in, in quotes where it needs them; empty on SQLite.
    private static func place(_ database: any LedgerDatabase) throws(StoreError) -> String {
        guard database.dialect == .postgreSQL else { return "" }
        guard let place = try database.first("SELECT quote_ident(current_schema())")?.optionalText(0) else {
            throw .ledger(
                .misconfigured(
                    "the user's search_path names no schema of the database to keep a ledger in",
                    "该用户的 search_path 中没有可存放台账的模式"))
        }
        return place
    }

    /// 0 for a database without a ledger.
    static func current(_ database: any LedgerDatabase) throws(StoreError) -> Int {
        guard try database.first(database.dialect.countTables, [.text("schema_version")])?.integer(0) == 1 else {
            return 0
        }
        let rows = try database.query("SELECT version FROM schema_version")
        guard rows.count == 1, let version = rows.first?.integer(0), version > 0 else {
            throw .ledger(
                .damaged(
                    "its table schema_version has \(rows.count) rows or no version; restore a backup",
                    "表 schema_version 有 \(rows.count) 行或没有版本；请从备份恢复"))
        }
        return Int(clamping: version)
    }

    private static func firstTables(_ dialect: Dialect) -> [String] {
        [
            """
            CREATE TABLE entries (
                seq INTEGER PRIMARY KEY CHECK (seq > 0), time TEXT NOT NULL, station TEXT NOT NULL, run INTEGER NOT NULL,
                kind TEXT NOT NULL, batch TEXT NOT NULL, id_number TEXT NOT NULL, chip TEXT NOT NULL, lane TEXT NOT NULL,
                detail TEXT NOT NULL, request TEXT NOT NULL UNIQUE, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT
            """,
            "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT",
            "INSERT INTO head (id, seq, hash) VALUES (1, 0, '\(LedgerEntry.noHash)')",
            "CREATE TABLE stations (name TEXT PRIMARY KEY, public_key TEXT NOT NULL UNIQUE, entry INTEGER NOT NULL) STRICT",
            """
            CREATE TABLE batches (
                id TEXT PRIMARY KEY, mode TEXT NOT NULL, profile TEXT NOT NULL, profile_digest TEXT NOT NULL,
                content_digest TEXT NOT NULL, orders INTEGER NOT NULL, orders_digest TEXT NOT NULL,
                set_aside INTEGER NOT NULL, set_aside_digest TEXT NOT NULL, entry INTEGER NOT NULL) STRICT
            """,
            """
            CREATE TABLE orders (
                batch TEXT NOT NULL REFERENCES batches (id) DEFERRABLE INITIALLY DEFERRED, sequence INTEGER NOT NULL,
                id_number TEXT NOT NULL, row_number INTEGER NOT NULL, row_offset INTEGER NOT NULL,
                collection_point TEXT NOT NULL, replacement_reason TEXT, digest TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('waiting', 'inWork', 'made', 'rejected', 'setAside')),
                holds_card INTEGER NOT NULL CHECK (holds_card IN (0, 1)), chip TEXT, entry INTEGER NOT NULL,
                PRIMARY KEY (batch, sequence), UNIQUE (batch, id_number)) STRICT
            """,
            // An applicant has one card, or one chip begun for them, in all batches together …
            "CREATE UNIQUE INDEX orders_one_card ON orders (id_number) WHERE holds_card = 1",
            // … and one order that is still to be made.
            "CREATE UNIQUE INDEX orders_one_open ON orders (id_number) WHERE state IN ('waiting', 'inWork')",
            "CREATE INDEX orders_waiting ON orders (batch, sequence) WHERE state = 'waiting'",
            """
            CREATE TABLE set_aside_rows (
                batch TEXT NOT NULL REFERENCES batches (id) DEFERRABLE INITIALLY DEFERRED, position INTEGER NOT NULL,
                row_number INTEGER NOT NULL, id_number TEXT, code TEXT NOT NULL, reason TEXT NOT NULL,
                digest TEXT NOT NULL, PRIMARY KEY (batch, position)) STRICT
            """,
            """
            CREATE TABLE chips (
                serial TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('open', 'made', 'rejected', 'void', 'unused')),
                attempt INTEGER, batch TEXT NOT NULL, sequence INTEGER, run INTEGER NOT NULL, entry INTEGER NOT NULL) STRICT
            """,
            """
            CREATE TABLE runs (
                id INTEGER PRIMARY KEY, batch TEXT NOT NULL, station TEXT NOT NULL, ended INTEGER) STRICT
            """,
        ] + keptForEver(dialect)
    }

    /// Entries are added and never changed, whoever asks.
    private static func keptForEver(_ dialect: Dialect) -> [String] {
        switch dialect {
        case .sqlite:
            ["UPDATE", "DELETE"].map { verb in
                """
                CREATE TRIGGER entries_no_\(verb.lowercased()) BEFORE \(verb) ON entries
                BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END
                """
            }
        case .postgreSQL:
            [
                """
                CREATE FUNCTION entries_are_kept() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'entries are never changed' USING ERRCODE = 'HCL01'; END $$
                """,
                """
                CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
                FOR EACH STATEMENT EXECUTE FUNCTION {schema}.entries_are_kept()
                """,
            ]
        }
    }

    /// Releases: which one a run rests on, and how many cards were begun under it. Runs before were of test cards.
    private static func releases(_: Dialect) -> [String] {
        [
            "ALTER TABLE runs ADD COLUMN release_digest TEXT",
            "ALTER TABLE chips ADD COLUMN release_digest TEXT",
            """
            CREATE TABLE releases (
                digest TEXT PRIMARY KEY, id TEXT NOT NULL, quota INTEGER, used INTEGER NOT NULL CHECK (used >= 0),
                entry INTEGER NOT NULL) STRICT
            """,
            """
            CREATE TABLE revocation_lists (
                authority TEXT PRIMARY KEY, number INTEGER NOT NULL, digest TEXT NOT NULL, entry INTEGER NOT NULL) STRICT
            """,
        ]
    }

    /// What holds against whoever runs the line: the digest of what each card is made of, which chips count against a
    /// release although no card was entered, and who may release.
    private static func anchors(_ dialect: Dialect) -> [String] {
        [
            "ALTER TABLE stations ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE orders ADD COLUMN content_digest TEXT",
            "ALTER TABLE chips ADD COLUMN counted INTEGER NOT NULL DEFAULT 0",
            "UPDATE chips SET counted = 1 WHERE release_digest IS NOT NULL AND state IN ('open', 'made', 'void')",
            """
            CREATE TABLE authorities (
                number INTEGER PRIMARY KEY CHECK (number > 0), digest TEXT NOT NULL UNIQUE, document TEXT NOT NULL,
                entry INTEGER NOT NULL) STRICT
            """,
        ] + (dialect == .postgreSQL ? LedgerFunctionsOfVersion4.all : [])
    }

    /// A chain for each station. What was there stays as one chain, whose last entry is the root of the others: its head
    /// stands under the station ''. A release's places are drawn by runs.
    private static func chains(_ dialect: Dialect) -> [String] {
        let tables = [
            """
            CREATE TABLE heads (
                station TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL, since INTEGER NOT NULL) STRICT
            """,
            "INSERT INTO heads (station, seq, hash, since) SELECT '', seq, hash, 0 FROM head",
            // A ledger of one entry is as one that has chains from the beginning.
            "INSERT INTO heads (station, seq, hash, since) SELECT station, seq, hash, 1 FROM entries WHERE 1 = (SELECT seq FROM head)",
            "DROP TABLE head",
            "ALTER TABLE runs ADD COLUMN places INTEGER NOT NULL DEFAULT 0 CHECK (places >= 0)",
        ]
        guard dialect == .postgreSQL else { return tables }
        return tables + [
            "CREATE SEQUENCE {schema}.entries_number",
            "SELECT setval('{schema}.entries_number', GREATEST(1, (SELECT seq FROM heads WHERE station = '')))",
        ] + LedgerFunctions.chains
    }

    /// What was asked most and read the whole ledger each time: a person's entries, a chip's, a batch's states, and how
    /// many chips an order has taken.
    private static func history(_: Dialect) -> [String] {
        [
            "CREATE INDEX entries_person ON entries (id_number, seq) WHERE id_number <> ''",
            "CREATE INDEX entries_chip ON entries (chip, seq) WHERE chip <> ''",
            "CREATE INDEX orders_state ON orders (batch, state, sequence)",
            "CREATE INDEX orders_person ON orders (id_number)",
            "CREATE INDEX chips_batch ON chips (batch, state)",
            "ALTER TABLE orders ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0",
            """
            UPDATE orders SET attempts = (SELECT COUNT(*) FROM entries
                WHERE kind = 'begin' AND entries.batch = orders.batch AND entries.id_number = orders.id_number)
            """,
        ]
    }
}
