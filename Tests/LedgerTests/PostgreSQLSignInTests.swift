import Foundation
import PostgreSQLServer
import Synchronization
import Testing

@testable import Ledger

/// What calls itself a PostgreSQL server, without TLS: it answers the first message by `replies`, one after the other, each
/// after something came, and keeps what it was sent.
private final class FalseServer: Sendable {
    let port: UInt16
    private let listener: CInt
    private let heard = Mutex<[UInt8]>([])

    var received: [UInt8] { heard.withLock { $0 } }

    init(_ replies: [[UInt8]], tls: UInt8 = UInt8(ascii: "N")) throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(isBound)
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let thread = Thread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                serve(client, replies, tls)
                close(client)
            }
        }
        thread.start()
    }

    func stop() {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ client: CInt, _ replies: [[UInt8]], _ tls: UInt8) {
        var patience = timeval(tv_sec: 3, tv_usec: 0)
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var buffer = [UInt8](repeating: 0, count: 4096)
        var rest = replies[...]
        while true {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            // A demand for encryption is eight bytes.
            if count == 8, rest.count == replies.count {
                _ = send(client, [tls], 1, CInt(MSG_NOSIGNAL))
                continue
            }
            heard.withLock { $0 += buffer[..<count] }
            guard let reply = rest.popFirst() else { return }
            _ = send(client, reply, reply.count, CInt(MSG_NOSIGNAL))
        }
    }

    static func message(_ kind: Character, _ body: [UInt8]) -> [UInt8] {
        let length = UInt32(body.count + 4)
        return [kind.asciiValue ?? 0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + body
    }

    static func demand(_ kind: UInt8, _ more: [UInt8] = []) -> [UInt8] { message("R", [0, 0, 0, kind] + more) }

    static func refusal(_ state: String, severity: String = "致命错误") -> [UInt8] {
        message("E", Array("S\(severity)\0VFATAL\0C\(state)\0M用户 \"hc\" Password 认证失败\0\0".utf8))
    }
}

@Suite("Signing in to PostgreSQL", .serialized) struct PostgreSQLSignInTests {
    private func passwords(_ folder: String) throws -> String {
        let path = folder + "/pgpass"
        try Data("*:*:*:*:sesame\n".utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o600)
        return path
    }

    /// What connecting to a false server says, and what the server was sent.
    private func outcome(
        _ replies: [[UInt8]], _ parameters: String = "", tls: UInt8 = UInt8(ascii: "N"), host: String = "127.0.0.1"
    ) throws -> (error: LedgerError?, received: String) {
        let workshop = try Workshop()
        let server = try FalseServer(replies, tls: tls)
        defer { server.stop() }
        let address = try PostgreSQLAddress(
            url: "postgres://station@\(host):\(server.port)/led?passfile=\(try passwords(workshop.folder))"
                + parameters,
            environment: [:])
        var outcome: LedgerError?
        do throws(StoreError) { _ = try PostgreSQLConnection(address) } catch { outcome = error.asLedgerError }
        return (outcome, String(decoding: server.received, as: UTF8.self))
    }

    private func isMisconfigured(_ error: LedgerError?) -> Bool {
        if case .misconfigured? = error { true } else { false }
    }

    private func isUnavailable(_ error: LedgerError?) -> Bool {
        if case .unavailable? = error { true } else { false }
    }

    @Test("A password in clear is sent to nobody, in whatever way it is asked for")
    func inClear() throws {
        let clear = FalseServer.demand(3)
        let salted = FalseServer.demand(5, [1, 2, 3, 4])
        let scram = FalseServer.demand(10, Array("SCRAM-SHA-256\0\0".utf8))
        // At once, behind another demand, in one piece with it, in two pieces, behind a notice, and of an unknown kind.
        for replies in [
            [clear], [salted, clear], [salted + clear], [scram, clear], [scram + clear],
            [FalseServer.message("N", Array("SNOTICE\0VNOTICE\0C00000\0Mhello\0\0".utf8)) + clear],
            [FalseServer.demand(2)], [FalseServer.demand(4)], [FalseServer.demand(99)],
        ] {
            let (error, received) = try outcome(replies)
            #expect(isMisconfigured(error) || isUnavailable(error))
            #expect(!received.contains("sesame"), "\(replies)")
        }
        #expect(try isMisconfigured(outcome([clear]).error))
        let told = try outcome([clear]).error
        #expect("\(String(describing: told))".contains("was not sent"))
        // The other demand of a server without TLS.
        for mode in ["verify-full", "verify-ca", "require"] {
            let (error, received) = try outcome([clear], "&sslmode=\(mode)")
            #expect(isMisconfigured(error), "\(mode)")
            #expect(!received.contains("sesame"))
        }
    }

    @Test(
        "What waiting cannot cure is told at once, in whatever language the server speaks",
        arguments: ["28P01", "28000", "3D000", "42501", "22023"])
    func refused(_ state: String) throws {
        for severity in ["FATAL", "致命错误"] {
            let (error, _) = try outcome([FalseServer.refusal(state, severity: severity)])
            #expect(isMisconfigured(error), "\(state): \(String(describing: error))")
            let told = try #require(error)
            #expect("\(told)".contains(state))
            #expect(!"\(told)".contains("认证失败"))
        }
    }

    @Test(
        "A server that is starting, stopping, full or ill is waited for",
        arguments: ["57P03", "57P01", "53300", "58000", "08006"])
    func ill(_ state: String) throws {
        #expect(try isUnavailable(outcome([FalseServer.refusal(state)]).error))
    }

    @Test("Nobody there, and one who hangs up, are waited for; garbage ends in time")
    func gone() throws {
        let address = try PostgreSQLAddress(url: "postgres://station@127.0.0.1:1/led", environment: [:])
        #expect { _ = try PostgreSQLConnection(address) } throws: {
            isUnavailable(($0 as? StoreError)?.asLedgerError)
        }
        #expect(try isUnavailable(outcome([]).error))
        let begin = ContinuousClock.now
        for garbage: [UInt8] in [
            [0x52, 0, 0, 0, 3], [0x52, 0xFF, 0xFF, 0xFF, 0xFF, 0], Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8),
            [UInt8](repeating: 0, count: 4096), [0x52],
        ] {
            #expect(try outcome([garbage]).error != nil)
        }
        #expect(begin.duration(to: .now) < .seconds(60))
    }

    @Test("TLS with a verified name for hosts that are not this machine, unless the URL says otherwise")
    func modes() throws {
        func mode(_ url: String, _ environment: [String: String] = [:]) throws -> String? {
            try PostgreSQLAddress(url: url, environment: environment).defaults["sslmode"]
        }
        for here in [
            "postgres:///led", "postgres://127.0.0.1/led", "postgres://127.8.9.1/led", "postgres://localhost/led",
            "postgres://[::1]/led", "postgres://%2Frun%2Fpostgresql/led", "postgres://localhost,127.0.0.1/led",
            "postgres://db.example/led?hostaddr=127.0.0.1",
        ] {
            #expect(try mode(here) == "disable", "\(here)")
        }
        for elsewhere in [
            "postgres://db.example/led", "postgres://10.0.0.1/led", "postgres://localhost,db.example/led",
            "postgres://localhost.example/led", "postgres://127.evil.example/led", "postgres://[fe80::1]/led",
            "postgres://localhost/led?hostaddr=10.0.0.1", "postgres:///led?service=cards", "postgres://128.0.0.1/led",
        ] {
            #expect(try mode(elsewhere) == "verify-full", "\(elsewhere)")
        }
        #expect(try mode("postgres:///led", ["PGHOST": "db.example"]) == "verify-full")
        #expect(try mode("postgres:///led", ["PGSERVICE": "cards"]) == "verify-full")
        #expect(try mode("postgres://db.example/led?sslmode=require") == "require")
        #expect(try mode("postgres://db.example/led?sslmode=disable") == "disable")
        #expect(
            try PostgreSQLAddress(url: "postgres://db.example/led?sslmode=verify-ca", environment: [:])
                .defaults["channel_binding"] == "require")
        for vague in ["allow", "prefer", "whatever"] {
            #expect(throws: LedgerError.self) { try mode("postgres://db.example/led?sslmode=\(vague)") }
        }
    }

    @Test("What is no file is no SQLite ledger")
    func places() throws {
        let workshop = try Workshop()
        mkfifo(workshop.folder + "/pipe", 0o600)
        for wrong in [workshop.folder, workshop.folder + "/pipe", "/dev/zero", "sqlite:/dev/null"] {
            #expect(throws: LedgerError.self) { try LedgerLocation(wrong) }
        }
    }

    @Test("A real server: SCRAM and MD5 without TLS on this machine, all with a verified name, and never in clear")
    func realServer() throws {
        let workshop = try Workshop()
        let server = try PostgreSQLServer()
        let admin = try server.makeDatabase()
        let database = try #require(admin.split(separator: "/").last)
        let store = PostgreSQLStore(try PostgreSQLAddress(url: admin, environment: [:]))
        try store.use { (connection) throws(StoreError) in
            for (name, method) in [("scram", "scram-sha-256"), ("salted", "md5"), ("clear", "scram-sha-256")] {
                try connection.execute("SET password_encryption = '\(method)'")
                try connection.execute("CREATE ROLE \(name) LOGIN SUPERUSER PASSWORD 'sesame'")
            }
        }
        let data = server.folder + "/data"
        // A certificate for the address 127.0.0.1 and no name.
        let making = try Process.run(
            URL(filePath: "/usr/bin/openssl"),
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=cards", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", data + "/server.key", "-out",
                data + "/server.crt",
            ])
        making.waitUntilExit()
        try #require(making.terminationStatus == 0)
        let owner = try FileManager.default.attributesOfItem(atPath: data)[.ownerAccountID] as? Int ?? 0
        for name in ["server.key", "server.crt"] {
            chmod(data + "/" + name, 0o600)
            chown(data + "/" + name, uid_t(owner), gid_t.max)
        }
        let root = workshop.folder + "/root.crt"
        try FileManager.default.copyItem(atPath: data + "/server.crt", toPath: root)
        try Data(
            """
            host all scram 127.0.0.1/32 scram-sha-256
            host all salted 127.0.0.1/32 md5
            host all clear 127.0.0.1/32 password
            host all all 127.0.0.1/32 trust
            local all all trust

            """.utf8
        ).write(to: URL(fileURLWithPath: data + "/pg_hba.conf"))
        let settings = try FileHandle(forWritingTo: URL(fileURLWithPath: data + "/postgresql.conf"))
        try settings.seekToEnd()
        try settings.write(contentsOf: Data("\nssl = on\n".utf8))
        server.kill(signal: SIGQUIT)
        try server.start()
        let passfile = try passwords(workshop.folder)
        func signIn(_ user: String, _ more: String = "", host: String = "127.0.0.1", pass: String? = nil)
            -> LedgerError?
        {
            do {
                let address = try PostgreSQLAddress(
                    url:
                        "postgres://\(user)@\(host):\(server.port)/\(database)?passfile=\(pass ?? passfile)&sslrootcert=\(root)"
                        + more, environment: [:])
                return try { () throws(StoreError) -> LedgerError? in
                    let connection = try PostgreSQLConnection(address)
                    return try connection.query("SELECT 1", []).count == 1 ? nil : .unavailable("no row")
                }()
            } catch let error as StoreError {
                return error.asLedgerError
            } catch {
                return error as? LedgerError ?? .unavailable("\(error)")
            }
        }
        let local = "%2F" + server.folder.dropFirst().replacing("/", with: "%2F")
        for host in ["127.0.0.1", local] {
            #expect(signIn("scram", host: host) == nil)
            #expect(signIn("salted", host: host) == nil)
            #expect(signIn("postgres", host: host) == nil)
        }
        #expect(isMisconfigured(signIn("clear")))
        for user in ["scram", "salted", "clear", "postgres"] {
            #expect(signIn(user, "&sslmode=verify-full") == nil, "\(user)")
        }
        // Encrypted, but whoever answers has not shown its name.
        for mode in ["require", "verify-ca"] {
            #expect(signIn("scram", "&sslmode=\(mode)") == nil)
            #expect(isMisconfigured(signIn("clear", "&sslmode=\(mode)")))
        }
        // Another name, another authority, no authority, no password, a wrong one, nobody, no database.
        #expect(isMisconfigured(signIn("scram", "&sslmode=verify-full", host: "localhost")))
        #expect(isMisconfigured(signIn("scram", "&sslmode=verify-full&sslrootcert=/nowhere")))
        #expect(isMisconfigured(signIn("scram", pass: "/dev/null")))
        let wrong = workshop.folder + "/wrong"
        try Data("*:*:*:*:open\n".utf8).write(to: URL(fileURLWithPath: wrong))
        chmod(wrong, 0o600)
        #expect(isMisconfigured(signIn("scram", pass: wrong)))
        #expect(isMisconfigured(signIn("nobody")))
        #expect(isMisconfigured(signIn("postgres", "&dbname=none")))
        // A ledger works over the socket that was handed back.
        let url = "postgres://scram@127.0.0.1:\(server.port)/\(database)?passfile=\(passfile)"
        let ledger = try Ledger.open(LedgerLocation(url), station: workshop.station())
        try ledger.enrol(3)
        server.kill(signal: SIGKILL)
        #expect(isUnavailable(signIn("scram")))
        #expect(isUnavailable(signIn("scram", "&sslmode=verify-full")))
    }
}
