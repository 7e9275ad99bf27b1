import Messages

/// What goes wrong below the ledger's own calls.
enum StoreError: Error {
    /// What the caller is told.
    case ledger(LedgerError)
    /// Another transaction was there first: a unique column, a deadlock. The transaction is run anew and then sees what
    /// the other one wrote.
    case collision(String)

    /// Whether the transaction it happened in is lost, and every call in it with it.
    var endsTransaction: Bool {
        switch self {
        case .collision, .ledger(.unavailable), .ledger(.full), .ledger(.damaged), .ledger(.place(_, .notADatabase)):
            true
        case .ledger: false
        }
    }

    /// What the caller is told when running it anew did not help.
    var asLedgerError: LedgerError {
        switch self {
        case .ledger(let error): error
        case .collision(let what):
            .damaged(
                "\(what) collides again and again; run `healthcard ledger verify`",
                "\(what) 反复冲突；请运行 `healthcard ledger verify`")
        }
    }
}
