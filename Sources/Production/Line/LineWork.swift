import Ledger

/// Which lane may feed what. The ledger alone gives orders out; this keeps lanes from feeding chips nobody has an
/// order for, without asking it before every card.
struct LineWork {
    /// Lanes that have fed a blank, or are about to, and have no order yet.
    private var claims: Set<Int> = []
    /// Lanes with a card whose outcome is open.
    private var busy: Set<Int> = []
    /// Begun chips of earlier runs that were not seen yet, and those this run had to leave open.
    private var wanted: [String: Int64] = [:]
    /// The lane whose reader begun cards are asked for at.
    private var searching: (lane: Int, wanted: Int)?
    /// Searches in a row that settled none of them.
    private var vainSearches = 0
    private static let mostVainSearches = 3
    /// Lanes that failed with an order and leave it to another one.
    private var deferring: Set<Int> = []
    private var asking: Int?
    /// Whether the ledger has been asked since anything happened that could make work.
    private var isCertain = false

    mutating func claim(waiting: Int, lane: Int) -> LineControl.Claim? {
        if let searching, searching.lane == lane { endSearch() }
        if deferring.contains(lane) {
            // Somebody else comes for it after their card. A lane that waits for a card may wait for ever.
            guard busy.isEmpty else { return nil }
            deferring.remove(lane)
        }
        if waiting > claims.count {
            claims.insert(lane)
            isCertain = false
            return .feed(.blank)
        }
        // An order whose card fails comes back, and somebody has to be there for it.
        guard claims.isEmpty, busy.isEmpty, asking == nil, searching == nil else { return nil }
        if !isCertain {
            asking = lane
            return .askLedger
        }
        if !wanted.isEmpty, vainSearches < Self.mostVainSearches {
            searching = (lane, wanted.count)
            return .feed(.begun(chips: wanted.keys.sorted()))
        }
        return .finished
    }

    private mutating func endSearch() {
        guard let searching else { return }
        vainSearches = wanted.count < searching.wanted ? 0 : vainSearches + 1
        self.searching = nil
    }

    /// Nobody brings any of them.
    mutating func giveUpSearch() { vainSearches = Self.mostVainSearches }

    mutating func answered() {
        asking = nil
        isCertain = true
    }

    mutating func giveUpClaim(_ lane: Int) { claims.remove(lane) }

    mutating func begin(_ lane: Int) {
        claims.remove(lane)
        busy.insert(lane)
        deferring.formIntersection([lane])
    }

    /// The next chip for the order this lane failed with is another lane's, if there is one at work: whose fault it is
    /// shows at once then, and a bad order stops no lane.
    mutating func leaveToOthers(_ lane: Int) { deferring.insert(lane) }

    mutating func settle(_ lane: Int) {
        busy.remove(lane)
        isCertain = false
    }

    mutating func want(_ chip: String, _ attempt: Int64) { wanted[chip] = attempt }
    mutating func found(_ chip: String) { wanted[chip] = nil }

    /// A lane that ended has nothing and asks nobody.
    mutating func remove(_ lane: Int) {
        claims.remove(lane)
        busy.remove(lane)
        deferring.remove(lane)
        if asking == lane { asking = nil }
        if searching?.lane == lane { endSearch() }
    }
}
