import Ledger

/// The books as the line knows them between two looks into the ledger, and how fast it goes.
struct LineTally {
    var counts = BatchCounts()
    private(set) var made = 0
    /// When the last cards were made.
    private var moments: [ContinuousClock.Instant] = []
    /// Since when the line stands still by the operator's wish, and how long it did before.
    private var heldSince: ContinuousClock.Instant?
    private var held = Duration.zero
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
        moments.append(running(now))
        if moments.count > Self.mostMoments { moments.removeFirst(moments.count - Self.mostMoments) }
    }

    mutating func failed(_ order: OrderFate) {
        counts.inWork = max(0, counts.inWork - 1)
        if order == .waiting { counts.waiting += 1 } else { counts.rejected += 1 }
    }

    /// The line is paused: its time stands still.
    mutating func hold(at now: ContinuousClock.Instant = .now) {
        if heldSince == nil { heldSince = now }
    }

    mutating func release(at now: ContinuousClock.Instant = .now) {
        guard let since = heldSince else { return }
        held += since.duration(to: now)
        heldSince = nil
    }

    /// The time at which it would be this, had the line never been paused.
    private func running(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant { (heldSince ?? now) - held }

    /// Cards a minute over the last minutes in which the line was not paused; 0 before there are two.
    func rate(at now: ContinuousClock.Instant = .now) -> Double {
        let now = running(now)
        let recent = moments.filter { $0 > now - Self.window }
        guard recent.count > 1, let first = recent.first else { return 0 }
        let minutes = first.duration(to: now) / .seconds(60)
        return minutes > 0 ? Double(recent.count - 1) / minutes : 0
    }
}
