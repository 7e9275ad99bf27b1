import Ledger

/// What became of a batch's rows, as its ledger has it.
public struct LedgerOutcomes: BatchOutcomes {
    /// Rows asked for at a time.
    private static let page = 500

    private let ledger: Ledger
    private let batch: String
    private var ready: ArraySlice<OrderOutcome> = []
    private var lastSequence = 0
    private var ordersAreOver = false
    private var setAside = 0
    private var scrap: ArraySlice<ScrapChip> = []
    private var lastScrap: Int64 = 0

    public init(_ ledger: Ledger, batch: String) {
        self.ledger = ledger
        self.batch = batch
    }

    public mutating func next() throws(LedgerError) -> OrderOutcome? {
        if ready.isEmpty { try fill() }
        return ready.popFirst()
    }

    public mutating func nextScrap() throws(LedgerError) -> ScrapChip? {
        if scrap.isEmpty {
            scrap = try ledger.scrapChips(batch: batch, after: lastScrap, limit: Self.page)[...]
            lastScrap = scrap.last?.entry ?? lastScrap
        }
        return scrap.popFirst()
    }

    private mutating func fill() throws(LedgerError) {
        if !ordersAreOver {
            let page = try ledger.conclusions(batch: batch, after: lastSequence, limit: Self.page)
            ready = page.map(Self.outcome)[...]
            lastSequence = page.last?.order.sequence ?? lastSequence
            ordersAreOver = page.isEmpty
        }
        guard ready.isEmpty else { return }
        let page = try ledger.setAsideRows(batch: batch, after: setAside, limit: Self.page)
        setAside += page.count
        ready =
            page.map {
                OrderOutcome(
                    sequence: nil, row: $0.row, idNumber: $0.idNumber, collectionPoint: "", result: .setAside($0.reason)
                )
            }[...]
    }

    private static func outcome(_ conclusion: OrderConclusion) -> OrderOutcome {
        let unknown = LedgerReason(.noReason)
        let result: OrderOutcome.Result =
            switch conclusion.state {
            case .made where conclusion.isVoid:
                .void(chip: conclusion.chip ?? "", conclusion.reason ?? unknown)
            case .made: conclusion.chip.map { .made(chip: $0) } ?? .open(chip: nil)
            case .rejected: .rejected(conclusion.reason ?? unknown)
            case .setAside: .setAside(conclusion.reason ?? unknown)
            case .inWork: .open(chip: conclusion.chip)
            case .waiting: .open(chip: nil)
            }
        let order = conclusion.order
        return OrderOutcome(
            sequence: order.sequence, row: order.row, idNumber: order.idNumber,
            collectionPoint: order.collectionPoint, result: result)
    }
}
