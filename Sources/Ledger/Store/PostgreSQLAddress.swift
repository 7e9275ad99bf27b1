import CPostgreSQL
import Foundation
import Messages
import SystemLibraries

/// Where a PostgreSQL server is and how it is talked to, as a URL and the environment say it.
struct PostgreSQLAddress: Sendable, Hashable {
    let url: String
    /// What errors call it; without a password.
    let name: String
    /// Added where the URL is silent.
    let defaults: [String: String]
    /// Whether the connection is encrypted, and only then used.
    let wantsTLS: Bool
    /// Servers that are tried one after the other.
    let hostCount: Int

    /// - Throws: `.misconfigured`, with nothing of a password in it; also without libpq.
    init(url: String, environment: [String: String] = ProcessInfo.processInfo.environment) throws(LedgerError) {
        // Every connection begins with an address: nothing of libpq is called before this.
        do { try SystemLibrary.postgreSQL.load() } catch { throw .misconfigured(AnyMessage(error)) }
        self.url = url
        let values = try Self.values(of: url)
        let user = values["user"].map { $0 + "@" } ?? ""
        let port = values["port"].map { ":" + $0 } ?? ""
        name = "postgres://\(user)\(values["host"] ?? values["hostaddr"] ?? "")\(port)/\(values["dbname"] ?? "")"
        guard values["password"] == nil, values["sslpassword"] == nil else {
            throw .misconfigured(
                "the ledger's URL holds a password, which every user of this machine can see in the list of processes, and every program that inherits the variable: take it out and change it; write HOST:PORT:DATABASE:USER:PASSWORD into ~/.pgpass (mode 0600), or into a file that PGPASSFILE names",
                "台账 URL 中含有口令，本机的任何用户都能在进程列表中看到，继承该变量的程序也能得到：请去掉并更换口令；请在 ~/.pgpass（权限 0600）或 PGPASSFILE 所指的文件中写入 HOST:PORT:DATABASE:USER:PASSWORD"
            )
        }
        func setting(_ keyword: String, _ variable: String) -> String? {
            [values[keyword], environment[variable]].compactMap { $0 }.first { !$0.isEmpty }
        }
        // Where the address itself is given, that is where the connection goes, whatever it is called.
        let hosts = (setting("hostaddr", "PGHOSTADDR") ?? setting("host", "PGHOST") ?? "").split(
            separator: ",", omittingEmptySubsequences: false)
        hostCount = max(1, hosts.count)
        // A service file may name any host.
        let isService = setting("service", "PGSERVICE") != nil
        let isHere = hosts.allSatisfy { host in Self.isThisMachine(host, isService: isService) }
        let mode = values["sslmode"] ?? (isHere ? "disable" : "verify-full")
        switch mode {
        case "verify-full": wantsTLS = true
        case "verify-ca", "require": wantsTLS = true
        case "disable": wantsTLS = false
        case "allow", "prefer":
            throw .misconfigured(
                "sslmode=\(mode) takes whatever it is offered, by whomever: say sslmode=verify-full, or disable",
                "sslmode=\(mode) 接受任何一方提供的任何连接，请用 sslmode=verify-full 或 disable")
        default:
            throw .misconfigured(
                "the ledger's URL has an sslmode that libpq does not know: say verify-full",
                "台账 URL 中的 sslmode 不为 libpq 所知，请用 verify-full")
        }
        var defaults = ["sslmode": mode]
        // Who has not shown a certificate with the right name gets no password, only the proof of knowing it for this
        // very connection.
        if mode == "require" || mode == "verify-ca" { defaults["channel_binding"] = "require" }
        self.defaults = defaults
    }

    private static func isThisMachine(_ host: some StringProtocol, isService: Bool) -> Bool {
        if host.isEmpty { return !isService }
        if host.hasPrefix("/") || host.hasPrefix("@") || host.lowercased() == "localhost" || host == "::1" {
            return true
        }
        var address = in_addr()
        return inet_pton(AF_INET, String(host), &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
    }

    /// What the URL says itself.
    private static func values(of url: String) throws(LedgerError) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &message) else {
            PQfreemem(message)
            // libpq's own message repeats parts of the URL, a password perhaps among them.
            throw .misconfigured(
                "the ledger's URL is not one libpq takes: postgres://USER@HOST:PORT/DATABASE, with other characters than letters and digits as %XX",
                "libpq 不接受此台账 URL：应为 postgres://USER@HOST:PORT/DATABASE，字母和数字以外的字符写成 %XX")
        }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return values
    }
}
