import Foundation
import Messages

/// Where a ledger is: a file, or a database server that several stations share.
///
/// Its description never shows a password.
public struct LedgerLocation: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    enum Place: Sendable, Hashable {
        /// An absolute path.
        case file(String)
        case server(PostgreSQLAddress)
    }

    let place: Place
    public let description: String

    /// - Parameter text: `postgres://user@host/database` or `postgresql://…`, a path, or `sqlite:PATH`.
    /// - Throws: `.misconfigured` when it is neither a path of a file nor a URL that libpq takes, and for a URL with a
    ///   password in it: what is on a command line everybody reads.
    public init(_ text: String) throws(LedgerError) {
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            let address = try PostgreSQLAddress(url: text)
            place = .server(address)
            description = address.name
            return
        }
        try Self.checkForSecret(text)
        let path = text.hasPrefix("sqlite:") ? String(text.dropFirst("sqlite:".count)) : text
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .misconfigured(
                "a ledger is a path, sqlite:PATH or postgres://USER@HOST/DATABASE; this is none of them",
                "台账应为路径、sqlite:PATH 或 postgres://USER@HOST/DATABASE，而这都不是")
        }
        guard !path.contains("://") else {
            throw .misconfigured(
                "ledgers are kept in SQLite files and PostgreSQL databases; this URL names neither",
                "台账存放在 SQLite 文件或 PostgreSQL 数据库中，此 URL 两者都不是")
        }
        let absolute = URL(filePath: path).standardizedFileURL.path
        try Self.check(absolute)
        place = .file(absolute)
        description = absolute
    }

    /// The path of the file; nil for a server.
    public var path: String? {
        if case .file(let path) = place { path } else { nil }
    }

    /// Nothing but the description, so that `dump` shows no password either.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    /// What libpq would read as a server with a password in it is not repeated as the name of a file.
    private static func checkForSecret(_ text: String) throws(LedgerError) {
        let spelled = text.lowercased().replacing(" ", with: "")
        guard !spelled.contains("password="), !spelled.hasPrefix("postgres:"), !spelled.hasPrefix("postgresql:") else {
            throw .misconfigured(
                "a ledger on a server is named by postgres://USER@HOST/DATABASE, without a password: that belongs in a password file (Docs/ledger.md)",
                "服务器上的台账写作 postgres://USER@HOST/DATABASE，不含口令；口令应放在口令文件中（Docs/ledger.md）")
        }
    }

    /// Anything but a file would be waited for, or written into.
    private static func check(_ path: String) throws(LedgerError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
        throw .place(path, .notAFile)
    }
}
