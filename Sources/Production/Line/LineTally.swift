import Ledger

/// The books as the line knows them between two looks into the ledger, and how fast it goes.
struct LineTally {
    var counts = BatchCounts()
    private(set) var made = 0
    /// When the last cards were made.
    private var moments: [ContinuousClock.Instant] = []
    private static let window = Duration.seconds(300)
    private static let mostMoments = 1_024

    mutating func began() {
        counts.waiting = max(0, counts.waiting - 1)
        counts.inWork += 1
    }

    mutating func madeOne(at now: ContinuousClock.Instant = .now) {
        counts.inWork = max(0, counts.inWork - 1)
        counts.made += 1
        made += 1
        moments.append(now)
        if moments.count > Self.mostMoments { moments.removeFirst(moments.count - Self.mostMoments) }
    }

    mutating func failed(_ order: OrderFate) {
        counts.inWork = max(0, counts.inWork - 1)
        if order == .waiting { counts.waiting += 1 } else { counts.rejected += 1 }
    }

    /// Cards a minute over the last minutes; 0 before there are two.
    func rate(at now: ContinuousClock.Instant = .now) -> Double {
        let recent = moments.filter { $0 > now - Self.window }
        guard recent.count > 1, let first = recent.first else { return 0 }
        let minutes = first.duration(to: now) / .seconds(60)
        return minutes > 0 ? Double(recent.count - 1) / minutes : 0
    }
}
