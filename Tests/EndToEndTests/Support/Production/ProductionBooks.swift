import Foundation

/// What is left of a production when no process is at it: the ledger as it is exported, what the program says of it, and
/// the chips that lie about.
struct ProductionBooks: Sendable {
    /// An entry of the export.
    struct Entry: Decodable, Sendable {
        var sequence: Int
        var station: String
        var run: Int
        var kind: String
        var batch: String
        var idNumber: String
        var chip: String
        var detail: String

        var members: [String: JSONValue] { (try? JSONValue(Data(detail.utf8)))?.members ?? [:] }
    }

    struct Counts: Decodable, Sendable, Equatable {
        var waiting = 0
        var inWork = 0
        var made = 0
        var rejected = 0
        var setAside = 0
    }

    /// `batch status --json`.
    struct Status: Decodable, Sendable {
        struct Open: Decodable, Sendable { var chip: String }
        var counts: Counts
        var total: Int
        var open: [Open]
    }

    var entries: [Entry]
    var status: Status
    /// The places `ledger verify` found changed.
    var findings: [String]
    var chips: [BoxedChip]
}
