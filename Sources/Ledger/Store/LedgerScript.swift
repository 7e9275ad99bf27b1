import Messages

/// A ledger in PostgreSQL as its owner makes it: the tables, what follows from entries, and what stations may do.
public enum LedgerScript {
    /// All of it for an empty database, for `psql` as the owner (`Docs/sql/ledger.sql`).
    ///
    /// - Parameter stationRole: the role, or nil: `psql -v station=ROLE` says it.
    public static func text(stationRole: String? = nil) -> String {
        let schema = "public"
        let role = stationRole.map(quoted) ?? ":\"station\""
        let statements = LedgerSchema.statements(from: 0, .postgreSQL, in: schema) + grants(to: role, in: schema)
        return """
            -- A ledger of resident health cards, version \(LedgerSchema.version): run by the role that is to own it, which
            -- no station uses.
            --     psql -v ON_ERROR_STOP=1\(stationRole == nil ? " -v station=ROLE" : "") -f ledger.sql postgres://OWNER@HOST/DATABASE
            -- The stations' role (CREATE ROLE … LOGIN) reads, adds entries, draws their numbers, and calls a few functions; the rest follows.
            -- Docs/ledger.md says more.
            BEGIN;
            SET LOCAL search_path = \(schema);

            """ + statements.map { $0 + ";\n" }.joined() + "COMMIT;\n"
    }

    /// - Parameter role: as it stands in a statement.
    static func grants(to role: String, in schema: String) -> [String] {
        let tables = (["entries", "heads", "schema_version"] + LedgerSchema.projections).map { "\(schema).\($0)" }
        let functions = LedgerFunctions.called.map { "\(schema).\($0)" }.joined(separator: ", ")
        let triggered = LedgerFunctions.triggered.map { "\(schema).\($0)" }.joined(separator: ", ")
        return [
            "REVOKE ALL ON FUNCTION \(functions), \(triggered) FROM PUBLIC",
            "GRANT USAGE ON SCHEMA \(schema) TO \(role)",
            "GRANT SELECT ON \(tables.joined(separator: ", ")) TO \(role)",
            "GRANT INSERT ON \(schema).entries, \(schema).orders, \(schema).set_aside_rows TO \(role)",
            "GRANT EXECUTE ON FUNCTION \(functions) TO \(role)",
            "GRANT USAGE, SELECT ON SEQUENCE \(schema).entries_number TO \(role)",
        ]
    }

    static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}

extension Ledger {
    /// Makes a ledger in a PostgreSQL database, or brings one to this software's schema, as its owner; a role of the
    /// stations may read it and add to it from then on. It is there already: it stays as it is.
    ///
    /// - Parameter location: with the owner's name.
    /// - Throws: `.misconfigured` for a file, for a role that is not there or could change the ledger, and for an owner
    ///   who may not do this.
    public static func create(_ location: LedgerLocation, stationRole role: String) throws(LedgerError) {
        guard location.path == nil else {
            throw .misconfigured(
                "a file has one owner, who may do everything to it: only a database has roles",
                "文件只有一个所有者，对其有全部权限；只有数据库才有角色")
        }
        do throws(StoreError) {
            try store(location).use { database throws(StoreError) in
                guard try database.first("SELECT 1 FROM pg_roles WHERE rolname = ?", [.text(role)]) != nil else {
                    throw .ledger(
                        .misconfigured(
                            "the server has no role \(role): make it (CREATE ROLE … LOGIN), without other rights",
                            "服务器没有角色 \(role)，请创建（CREATE ROLE … LOGIN），不授予其他权限"))
                }
                try LedgerSchema.migrate(database)
                let schema = try database.first("SELECT quote_ident(current_schema())")?.text(0) ?? ""
                try database.transaction(database.dialect.begin) { () throws(StoreError) in
                    for statement in LedgerScript.grants(to: LedgerScript.quoted(role), in: schema) {
                        try database.execute(statement)
                    }
                    let reasons = try DatabaseRights.excess(of: role, database)
                    guard reasons.isEmpty else { throw .ledger(DatabaseRights.refusal(role, reasons)) }
                }
            }
        } catch {
            throw error.asLedgerError
        }
    }
}
