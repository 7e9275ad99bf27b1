import CPostgreSQL
import Foundation

/// Where a ledger is: a file, or a database server that several stations share.
///
/// Its description never shows a password.
public struct LedgerLocation: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    enum Place: Sendable, Hashable {
        /// An absolute path.
        case file(String)
        case server(url: String)
    }

    let place: Place
    public let description: String

    /// - Parameter text: `postgres://user:password@host/database` or `postgresql://…`, a path, or `sqlite:PATH`.
    /// - Throws: `.misconfigured` when it is neither a path nor a URL that libpq takes.
    public init(_ text: String) throws(LedgerError) {
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            place = .server(url: text)
            description = try Self.describe(url: text)
            return
        }
        let path = text.hasPrefix("sqlite:") ? String(text.dropFirst("sqlite:".count)) : text
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .misconfigured(
                "a ledger is a path, sqlite:PATH or postgres://USER@HOST/DATABASE; this is none of them")
        }
        guard !path.contains("://") else {
            throw .misconfigured("ledgers are kept in SQLite files and PostgreSQL databases; this URL names neither")
        }
        let absolute = URL(filePath: path).standardizedFileURL.path
        place = .file(absolute)
        description = absolute
    }

    /// The path of the file; nil for a server.
    public var path: String? {
        if case .file(let path) = place { path } else { nil }
    }

    /// Nothing but the description, so that `dump` shows no password either.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    private static func describe(url: String) throws(LedgerError) -> String {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &message) else {
            PQfreemem(message)
            // libpq's own message repeats parts of the URL, a password perhaps among them.
            throw .misconfigured(
                "the ledger's URL is not one libpq takes: postgres://USER:PASSWORD@HOST:PORT/DATABASE, "
                    + "with other characters than letters and digits as %XX")
        }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        let user = values["user"].map { $0 + "@" } ?? ""
        let port = values["port"].map { ":" + $0 } ?? ""
        return "postgres://" + user + (values["host"] ?? values["hostaddr"] ?? "") + port + "/"
            + (values["dbname"] ?? "")
    }
}
