/// What a connection to a server knows without asking it, so that a card's beginning and its outcome are one statement
/// each: the station's head, numbers that were drawn, orders that were claimed, places that are left.
///
/// Nothing rests on it: what it has wrong the server refuses, and the call is made the long way. It belongs to whoever uses
/// the connection.
final class QuickState {
    struct Head {
        let last: LedgerHead
        /// Entries since the last with the others' heads.
        let since: Int64

        init(_ last: LedgerHead, since: Int64) {
            self.last = last
            self.since = since
        }
    }

    /// An order that other sessions pass over while this one lives.
    struct Claim {
        let order: Order
        /// Chips begun for it.
        let attempts: Int
        /// What brought it where it is.
        let entry: Int64
        /// Whether its applicant has a card, which the new one makes void.
        let isReplacing: Bool
    }

    /// The station's last entry; nil when it has to be asked for.
    var head: Head?
    /// Places of its release that a run has left; nil when they have to be asked for.
    var places: [Int64: Int] = [:]
    /// Entries that were written without asking.
    private(set) var written = 0
    private var numbers: [Int64] = []
    private var claims: [String: [Claim]] = [:]
    /// Claims that are being used, and claims that were.
    private var pending: [String: [Int]] = [:]
    private var spent: [String: [Int]] = [:]

    private static let numbersAtOnce = 16
    static let claimsAtOnce = 8

    /// After a transaction that was undone: all of it is asked for anew.
    func forget() {
        head = nil
        places = [:]
        for batch in claims.keys { release(batch) }
    }

    /// A statement with what was taken has ended, well or not.
    func settle() {
        for (batch, sequences) in pending { spent[batch, default: []] += sequences }
        pending = [:]
    }

    /// An order waits again: what was claimed before is chosen anew.
    func release(_ batch: String) {
        spent[batch, default: []] += claims[batch, default: []].map(\.order.sequence)
        claims[batch] = nil
    }

    /// Entries that were written as single statements, and the numbers that were drawn with them.
    func add(_ drawn: [Int64], written count: Int) {
        numbers += drawn
        written += count
    }

    /// A number that is greater than the one given, and was not used.
    func number(after last: Int64, _ database: any LedgerDatabase) throws(StoreError) -> Int64 {
        numbers.removeAll { $0 <= last }
        if numbers.isEmpty {
            let rows = try database.query(
                "SELECT nextval('entries_number') FROM generate_series(1, \(Self.numbersAtOnce))")
            numbers = rows.map { $0.integer(0) }.filter { $0 > last }
        }
        guard !numbers.isEmpty else { throw .collision("a number") }
        return numbers.removeFirst()
    }

    /// The waiting order of a batch that comes next, of those nobody else has claimed.
    ///
    /// - Parameter most: how many are claimed when there is none left.
    func claim(
        _ batch: String, atOnce most: Int = claimsAtOnce, _ database: any LedgerDatabase
    ) throws(StoreError) -> Claim? {
        if claims[batch, default: []].isEmpty {
            // Its own claims a session sees as free.
            let behind = pending[batch]?.max() ?? 0
            let given = spent.removeValue(forKey: batch) ?? []
            claims[batch] = try database.query(
                "SELECT * FROM ledger_claim(?, ?, ?, ?)",
                [
                    .text(batch), LedgerValue(most), LedgerValue(behind),
                    .text("{\(given.map(String.init).joined(separator: ","))}"),
                ]
            ).map {
                Claim(
                    order: Order($0), attempts: Int(clamping: $0.integer(8)), entry: $0.integer(9),
                    isReplacing: $0.integer(10) > 0)
            }
        }
        guard claims[batch]?.isEmpty == false, let claim = claims[batch]?.removeFirst() else { return nil }
        pending[batch, default: []].append(claim.order.sequence)
        return claim
    }

    /// Gives everything back that was claimed.
    func end(_ database: any LedgerDatabase) throws(StoreError) {
        guard !claims.isEmpty || !pending.isEmpty || !spent.isEmpty else { return }
        (claims, pending, spent) = ([:], [:], [:])
        _ = try database.query("SELECT pg_advisory_unlock_all()")
    }
}
