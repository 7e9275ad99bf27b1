import Messages

/// Whether a PostgreSQL role could do more to a ledger than add to it. What it could take back it could count anew.
enum DatabaseRights {
    /// - Parameter role: nil: whoever this connection is, and was when it began.
    /// - Returns: what it could do, in words; nothing when it can only add.
    static func excess(of role: String? = nil, _ database: any LedgerDatabase) throws(StoreError) -> [AnyMessage] {
        guard database.dialect == .postgreSQL else { return [] }
        var reasons: [AnyMessage] = []
        let roles: [String]
        if let role {
            roles = [role]
        } else {
            let row = try database.first("SELECT session_user::text, current_user::text")
            roles = Array(Set([row?.text(0) ?? "", row?.text(1) ?? ""])).sorted()
        }
        let version = try database.first("SELECT current_setting('server_version_num')::bigint")?.integer(0) ?? 0
        for role in roles {
            let checks: [(AnyMessage, String)] = [
                (AnyMessage("is a superuser", "是超级用户"), "SELECT rolsuper FROM pg_roles WHERE rolname = ?"),
                (
                    AnyMessage("may make roles and enter them", "可创建并使用其他角色"),
                    "SELECT rolcreaterole FROM pg_roles WHERE rolname = ?"
                ),
                (
                    AnyMessage("owns the database, or is a member of a role that does", "拥有该数据库，或属于拥有它的角色"),
                    "SELECT pg_has_role(r.oid, d.datdba, 'MEMBER') FROM pg_roles r, pg_database d "
                        + "WHERE r.rolname = ? AND d.datname = current_database()"
                ),
                (
                    AnyMessage("owns the ledger's schema or makes things there", "拥有台账所在的模式，或可在其中创建对象"),
                    "SELECT pg_has_role(r.oid, n.nspowner, 'MEMBER') OR has_schema_privilege(r.oid, n.oid, 'CREATE') "
                        + "FROM pg_roles r, pg_namespace n WHERE r.rolname = ? AND n.nspname = current_schema()"
                ),
                (
                    AnyMessage(
                        "owns tables or functions of the ledger, or is a member of a role that does",
                        "拥有台账的表或函数，或属于拥有它们的角色"),
                    "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                        + "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'i') "
                        + "AND pg_has_role(r.oid, c.relowner, 'MEMBER')) OR EXISTS (SELECT 1 FROM pg_proc p "
                        + "JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema() "
                        + "AND pg_has_role(r.oid, p.proowner, 'MEMBER')) FROM pg_roles r WHERE r.rolname = ?"
                ),
                (
                    AnyMessage(
                        "may change or empty tables of the ledger (UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES)",
                        "可更改或清空台账的表（UPDATE、DELETE、TRUNCATE、TRIGGER、REFERENCES）"),
                    "SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                        + "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') "
                        + "AND (has_table_privilege(r.oid, c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES') "
                        + "OR has_any_column_privilege(r.oid, c.oid, 'UPDATE, REFERENCES') "
                        + "OR c.relname NOT IN ('entries', 'orders', 'set_aside_rows') "
                        + "AND has_any_column_privilege(r.oid, c.oid, 'INSERT'))) FROM pg_roles r WHERE r.rolname = ?"
                ),
                (
                    AnyMessage("is a member of a role that writes everywhere on the server", "属于可写入整个服务器的角色"),
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
            if switches?.text(0) == "t" {
                reasons.append(AnyMessage("may switch triggers off for its sessions", "可在会话中关闭触发器"))
            }
        }
        var seen: Set<AnyMessage> = []
        return reasons.filter { seen.insert($0).inserted }
    }

    static func refusal(_ role: String?, _ reasons: [AnyMessage]) -> LedgerError {
        .releaseRefused(
            "the role \(role.map { $0 + " " } ?? "")that writes to this ledger \(reasons.map(\.description).joined(separator: "; it ")): it could count cards anew. Formal cards are entered by a station's role, which may only add: have another role own the ledger, and give this one its rights (`healthcard ledger create --station-role`)",
            "写入此台账的角色 \(role.map { $0 + " " } ?? "")\(clauses: reasons)，因此可以重新计数。正式卡须由只能追加的工作站角色登记：请让另一角色拥有台账，并授予该角色相应权限（`healthcard ledger create --station-role`）"
        )
    }
}
