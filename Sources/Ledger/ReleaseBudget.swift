import Foundation

/// What this process may still begin under releases that have a limit: counted here beside the ledger, from the number
/// it was verified with. Whatever becomes of the ledger's own count while a run goes on, the run makes no card more.
struct ReleaseBudget: Sendable {
    private struct Account {
        let limit: Int
        var rest: Int
        /// Calls that are under way.
        var reserved: Set<UUID> = []
        /// Attempts that are in `rest`.
        var begun: Set<Int64> = []
    }

    /// By the release's digest; none for one without a limit.
    private var accounts: [String: Account] = [:]
    private var releases: [Int64: String] = [:]

    func isOpen(_ release: String) -> Bool { accounts[release] != nil }

    mutating func open(_ release: String, limit: Int, used: Int) {
        var account = accounts[release] ?? Account(limit: limit, rest: 0)
        account.rest = limit - used
        accounts[release] = account
    }

    mutating func add(run: Int64, release: String?) { releases[run] = release }

    /// - Throws: `.releaseUsedUp` when nothing is left for this call. Asked again for the same one, it is the same.
    mutating func reserve(_ call: UUID, run: Int64) throws(LedgerError) {
        guard let release = releases[run], var account = accounts[release] else { return }
        guard account.reserved.contains(call) || account.reserved.count < account.rest else {
            throw .releaseUsedUp(limit: account.limit)
        }
        account.reserved.insert(call)
        accounts[release] = account
    }

    /// - Parameter attempt: what the call has begun, or been told again.
    mutating func settle(_ call: UUID, run: Int64, attempt: Int64?) {
        guard let release = releases[run], var account = accounts[release] else { return }
        account.reserved.remove(call)
        if let attempt, account.begun.insert(attempt).inserted { account.rest -= 1 }
        accounts[release] = account
    }

    /// One that was begun made no card, and nothing was written to its chip.
    mutating func giveBack(run: Int64) {
        guard let release = releases[run], accounts[release] != nil else { return }
        accounts[release]?.rest += 1
    }
}

extension Ledger {
    /// Counts what may still be begun under a release from what the ledger says now.
    func openBudget(_ release: String) throws(LedgerError) {
        let row = try read { database throws(StoreError) in
            try database.first(
                """
                SELECT quota, used - (SELECT CAST(COALESCE(SUM(places), 0) AS BIGINT) FROM runs
                    WHERE runs.release_digest = releases.digest) FROM releases WHERE digest = ?
                """, [.text(release)])
        }
        guard let row, let limit = row.optionalText(0).flatMap({ Int($0) }) else { return }
        state.withLock { $0.budget.open(release, limit: limit, used: Int(clamping: row.integer(1))) }
    }
}
