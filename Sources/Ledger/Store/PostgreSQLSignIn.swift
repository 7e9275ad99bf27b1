import CPostgreSQL
import CStandardDescriptors
import Foundation
import Messages

/// Makes a connection to a PostgreSQL server, and says what stands in the way: what will be well when the server answers
/// again, apart from what never will.
enum PostgreSQLSignIn {
    private static let parameters = [
        ("application_name", "healthcard"), ("client_encoding", "UTF8"), ("keepalives_idle", "10"),
        ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
    ]
    /// Seconds for each host.
    private static let patience = 5.0

    private enum Failure: Error {
        case certain(StoreError)
        /// The server was reached, and the connection ended in a way that its own end could explain as well.
        case doubtful(LedgerError)
    }

    /// - Returns: a connection that is in use by nobody else.
    static func connect(to address: PostgreSQLAddress) throws(StoreError) -> OpaquePointer {
        // What libpq thinks of a password file, and a server's notices, it prints before anybody can take them.
        healthcard_silence_libraries()
        defer { healthcard_hear_libraries() }
        do throws(Failure) {
            return try attempt(address)
        } catch {
            guard case .doubtful = error else { throw told(error) }
        }
        // A server that is being ended does not end in the same way twice.
        usleep(300_000)
        do throws(Failure) {
            return try attempt(address)
        } catch {
            throw told(error)
        }
    }

    private static func told(_ failure: Failure) -> StoreError {
        switch failure {
        case .certain(let error): error
        case .doubtful(let error): .ledger(error)
        }
    }

    private static func attempt(_ address: PostgreSQLAddress) throws(Failure) -> OpaquePointer {
        // What the URL says itself comes after the defaults and counts; what comes after it counts more.
        let given = address.defaults.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let parameters = Self.parameters + given + [("dbname", address.url), ("gssencmode", "disable")]
        var keywords = parameters.map { UnsafePointer(strdup($0.0)) } + [nil]
        var values = parameters.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer { for text in keywords + values { free(UnsafeMutablePointer(mutating: text)) } }
        guard let handle = PQconnectStartParams(&keywords, &values, 1) else {
            throw .certain(
                .ledger(
                    .unavailable(
                        "\(address.name): no memory for a connection",
                        "\(address.name)：内存不足，无法连接")))
        }
        // Servers speak the language of their country; the code alone is understood everywhere.
        PQsetErrorVerbosity(handle, PQERRORS_SQLSTATE)
        do throws(Failure) {
            try signIn(handle, address)
            let encoding = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? ""
            guard encoding == "UTF8" else {
                throw .certain(
                    .ledger(
                        .misconfigured(
                            "\(address.name): the database's encoding is not UTF8; make it anew with the encoding UTF8",
                            "\(address.name)：数据库编码不是 UTF8，请以 UTF8 编码重建")
                    ))
            }
            return handle
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    private static func signIn(_ handle: OpaquePointer, _ address: PostgreSQLAddress) throws(Failure) {
        let end = Date(timeIntervalSinceNow: patience * Double(address.hostCount))
        /// How far the last host was reached: nothing, connected, the server has heard who we are.
        var stage = 0
        var plain: PlainSignIn?
        var wanted = PGRES_POLLING_WRITING
        while true {
            if PQstatus(handle) == CONNECTION_BAD { throw reason(handle, address, stage) }
            let milliseconds = CInt(max(0, min(end.timeIntervalSinceNow * 1000, 60_000)))
            guard milliseconds > 0 else {
                throw .certain(
                    .ledger(
                        .unavailable(
                            "\(address.name) cannot be reached",
                            "无法连接 \(address.name)")))
            }
            if let plain {
                if !plain.carry(milliseconds: milliseconds), plain.isRefused { throw .certain(inClear(address)) }
            } else if !wait(for: wanted, on: PQsocket(handle), milliseconds) {
                continue
            }
            wanted = PQconnectPoll(handle)
            switch wanted {
            case PGRES_POLLING_OK:
                guard plain?.finish() ?? true else {
                    throw .certain(
                        .ledger(
                            .unavailable(
                                "\(address.name): the server speaks out of turn",
                                "\(address.name)：服务器的应答不合协议")))
                }
                return
            case PGRES_POLLING_FAILED:
                if plain?.isRefused == true { throw .certain(inClear(address)) }
                throw reason(handle, address, stage)
            default: break
            }
            switch PQstatus(handle) {
            case CONNECTION_NEEDED, CONNECTION_STARTED:
                // The next host.
                (stage, plain) = (0, nil)
            case CONNECTION_MADE, CONNECTION_SSL_STARTUP: stage = 1
            case CONNECTION_AWAITING_RESPONSE:
                stage = 2
                guard plain == nil, PQsslInUse(handle) == 0 else { break }
                plain = PlainSignIn(replacing: PQsocket(handle))
                guard plain != nil else {
                    throw .certain(
                        .ledger(
                            .unavailable(
                                "\(address.name): no descriptors are left",
                                "\(address.name)：可打开的文件数已用完")))
                }
            default: break
            }
        }
    }

    /// False when the time is over.
    private static func wait(for wanted: PostgresPollingStatusType, on socket: CInt, _ milliseconds: CInt) -> Bool {
        let events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT
        var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    private static func inClear(_ address: PostgreSQLAddress) -> StoreError {
        .ledger(
            .misconfigured(
                "\(address.name): the server asks for the password in clear on a connection without TLS; it was not sent. Set scram-sha-256 in its pg_hba.conf, or add ?sslmode=verify-full to the URL. If the server does neither, find out who answers there",
                "\(address.name)：服务器要求在没有 TLS 的连接上以明文发送口令，因此没有发送。请在其 pg_hba.conf 中设置 scram-sha-256，或在 URL 中加 ?sslmode=verify-full；如服务器两者均未设置，请查明应答者是谁"
            ))
    }

    private static func reason(_ handle: OpaquePointer, _ address: PostgreSQLAddress, _ stage: Int) -> Failure {
        let name = address.name
        if let state = sqlState(String(cString: PQerrorMessage(handle))) {
            switch state.prefix(2) {
            case "53" where state == "53300":
                return .certain(
                    .ledger(
                        .unavailable(
                            "\(name): the server has no connection left for this user or database (SQLSTATE 53300)",
                            "\(name)：服务器对该用户或数据库的连接数已用完（SQLSTATE 53300）")))
            case "55" where state == "55000":
                return .certain(
                    .ledger(
                        .misconfigured(
                            "\(name): the database takes no connections (SQLSTATE 55000)",
                            "\(name)：该数据库不接受连接（SQLSTATE 55000）")))
            // The server is overloaded, starting, stopping or ill.
            case "08", "53", "55", "57", "58", "XX":
                return .certain(
                    .ledger(
                        .unavailable(
                            "\(name): SQLSTATE \(state)",
                            "\(name)：SQLSTATE \(state)")))
            default:
                return .certain(
                    .ledger(
                        .misconfigured(
                            "\(name): SQLSTATE \(state): \(advice(state))",
                            "\(name)：SQLSTATE \(state)：\(advice(state))")))
            }
        }
        if PQconnectionNeedsPassword(handle) != 0 {
            return .certain(
                .ledger(
                    .misconfigured(
                        "\(name): the server asks for a password and none is there; write HOST:PORT:DATABASE:USER:PASSWORD into ~/.pgpass (mode 0600)",
                        "\(name)：服务器要求口令，但没有口令；请在 ~/.pgpass（权限 0600）中写入 HOST:PORT:DATABASE:USER:PASSWORD")))
        }
        guard address.wantsTLS, stage > 0 else {
            return .certain(
                .ledger(
                    .unavailable(
                        "\(name) cannot be reached",
                        "无法连接 \(name)")))
        }
        return .doubtful(
            stage == 1
                ? .misconfigured(
                    "\(name): no TLS connection comes about; the server has no TLS, or its certificate is not of its name, not valid today, or not of an authority in ~/.postgresql/root.crt (or sslrootcert= in the URL)",
                    "\(name)：无法建立 TLS 连接：服务器没有 TLS，或其证书与名称不符、目前无效，或不是由 ~/.postgresql/root.crt（或 URL 中的 sslrootcert=）中的机构签发"
                )
                : .misconfigured(
                    "\(name): the server asks for a way to sign in that gives the password away, or none that is known; set scram-sha-256 in its pg_hba.conf, or use sslmode=verify-full",
                    "\(name)：服务器要求的登录方式会泄露口令，或不是已知的方式；请在其 pg_hba.conf 中设置 scram-sha-256，或使用 sslmode=verify-full"))
    }

    /// libpq gives no code of a connection that failed; told to be terse, it ends the server's line with it, and may add a
    /// line of its own about where the password was found.
    private static func sqlState(_ message: String) -> String? {
        for line in message.split(whereSeparator: \.isNewline) {
            guard let word = line.split(separator: " ").last, word.utf8.count == 5,
                word.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }),
                word.utf8.contains(where: { $0 < 0x3A })
            else { continue }
            return String(word)
        }
        return nil
    }

    private static func advice(_ state: String) -> AnyMessage {
        switch state {
        case "28P01":
            AnyMessage("the password is wrong, or there is no such user; check ~/.pgpass", "口令错误，或没有该用户；请检查 ~/.pgpass")
        case "28000":
            AnyMessage(
                """
                the server does not let this user in from here, or not without TLS; check its pg_hba.conf and sslmode in \
                the URL
                """, "服务器不允许该用户从此处登录，或不允许不用 TLS；请检查其 pg_hba.conf 和 URL 中的 sslmode")
        case "3D000": AnyMessage("the server has no such database", "服务器没有该数据库")
        case "42501":
            AnyMessage("this user may not connect to the database; grant the right", "该用户无权连接该数据库；请授予权限")
        default:
            AnyMessage("the server refuses the connection; its log says more", "服务器拒绝连接；详情见其日志")
        }
    }
}
