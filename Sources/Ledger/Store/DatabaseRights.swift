/// Whether a PostgreSQL role could do more to a ledger than add to it. What it could take back it could count anew.
enum DatabaseRights {
    /// - Parameter role: nil: whoever this connection is, and was when it began.
    /// - Returns: what it could do, in words; nothing when it can only add.
    static func excess(of role: String? = nil, _ database: any LedgerDatabase) throws(StoreError) -> [String] {
        guard database.dialect == .postgreSQL else { return [] }
        var reasons: [String] = []
        let roles: [String]
        if let role {
            roles = [role]
        } else {
            let row = try database.first("SELECT session_user::text, current_user::text")
            roles = Array(Set([row?.text(0) ?? "", row?.text(1) ?? ""])).sorted()
        }
        let version = try database.first("SELECT current_setting('server_version_num')::bigint")?.integer(0) ?? 0
        for role in roles {
            let checks: [(String, String)] = [
                ("is a superuser", "SELECT rolsuper FROM pg_roles WHERE rolname = ?"),
                ("may make roles and enter them", "SELECT rolcreaterole FROM pg_roles WHERE rolname = ?"),
                (
                    "owns the database, or is a member of a role that does",
                    "SELECT pg_has_role(r.oid, d.datdba, 'MEMBER') FROM pg_roles r, pg_database d "
                        + "WHERE r.rolname = ? AND d.datname = current_database()"
                ),
                (
                    "owns the ledger's schema or makes things there",
                    "SELECT pg_has_role(r.oid, n.nspowner, 'MEMBER') OR has_schema_privilege(r.oid, n.oid, 'CREATE') "
                        + "FROM pg_roles r, pg_namespace n WHERE r.rolname = ? AND n.nspname = current_schema()"
                ),
                (
                    "owns tables or functions of the ledger, or is a member of a role that does",
                    "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                        + "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'i') "
                        + "AND pg_has_role(r.oid, c.relowner, 'MEMBER')) OR EXISTS (SELECT 1 FROM pg_proc p "
                        + "JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema() "
                        + "AND pg_has_role(r.oid, p.proowner, 'MEMBER')) FROM pg_roles r WHERE r.rolname = ?"
                ),
                (
                    "may change or empty tables of the ledger (UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES)",
                    "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                        + "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') "
                        + "AND (has_table_privilege(r.oid, c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES') "
                        + "OR has_any_column_privilege(r.oid, c.oid, 'UPDATE, REFERENCES') "
                        + "OR c.relname NOT IN ('entries', 'orders', 'set_aside_rows') "
                        + "AND has_any_column_privilege(r.oid, c.oid, 'INSERT'))) FROM pg_roles r WHERE r.rolname = ?"
                ),
                (
                    "is a member of a role that writes everywhere on the server",
                    "SELECT EXISTS (SELECT 1 FROM pg_roles w WHERE w.rolname IN ('pg_write_all_data', "
                        + "'pg_write_server_files', 'pg_execute_server_program') "
                        + "AND pg_has_role(r.oid, w.oid, 'MEMBER')) FROM pg_roles r WHERE r.rolname = ?"
                ),
            ]
            for (what, check) in checks where try database.first(check, [.text(role)])?.text(0) == "t" {
                reasons.append(what)
            }
            // Servers before version 15 let superusers alone do it.
            guard version >= 150_000 else { continue }
            let switches = try database.first(
                "SELECT has_parameter_privilege(oid, 'session_replication_role', 'SET') FROM pg_roles WHERE rolname = ?",
                [.text(role)])
            if switches?.text(0) == "t" { reasons.append("may switch triggers off for its sessions") }
        }
        var seen: Set<String> = []
        return reasons.filter { seen.insert($0).inserted }
    }

    static func refusal(_ role: String?, _ reasons: [String]) -> LedgerError {
        .releaseRefused(
            "the role \(role.map { $0 + " " } ?? "")that writes to this ledger \(reasons.joined(separator: "; it ")): it "
                + "could count cards anew. Formal cards are entered by a station's role, which may only add: have "
                + "another role own the ledger, and give this one its rights (`healthcard ledger create --station-role`)"
        )
    }
}
