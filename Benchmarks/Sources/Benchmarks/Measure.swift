import CPeers

/// Two ways of doing one thing, measured in turn in one run: what the machine does meanwhile hits both alike.
struct Pair {
    /// Median nanoseconds of one operation, ours and the peer's.
    let ours: Double
    let peer: Double

    /// How many times the peer's time ours takes.
    let ratio: Double

    /// - Parameters:
    ///   - samples: how many of each; the order within a pair changes from one to the next.
    ///   - operations: how many operations one call of either closure does.
    ///   - clock: the CPU time of this thread for work that never waits, the monotonic clock for work that does.
    static func measure(
        samples: Int, operations: Int, clock: () -> UInt64,
        ours: () throws -> Void, peer: () throws -> Void
    ) rethrows -> Pair {
        func sample(_ body: () throws -> Void) rethrows -> Double {
            let start = clock()
            try body()
            return Double(clock() - start) / Double(operations)
        }
        for _ in 0..<max(1, samples / 20) {
            try ours()
            try peer()
        }
        var oursSamples: [Double] = []
        var peerSamples: [Double] = []
        oursSamples.reserveCapacity(samples)
        peerSamples.reserveCapacity(samples)
        for index in 0..<samples {
            if index.isMultiple(of: 2) {
                oursSamples.append(try sample(ours))
                peerSamples.append(try sample(peer))
            } else {
                peerSamples.append(try sample(peer))
                oursSamples.append(try sample(ours))
            }
        }
        // Of neighbours, not of the medians: a machine that slows down for a while then slows both of a pair.
        let ratio = median(zip(oursSamples, peerSamples).map { $0 / $1 })
        return Pair(ours: median(oursSamples), peer: median(peerSamples), ratio: ratio)
    }

    /// Several measurements as one: the median of each number. For what differs from one set-up to the next (which
    /// thread of the daemon a connection got) and not within it.
    init(rounds: [Pair]) {
        self.init(
            ours: median(rounds.map(\.ours)), peer: median(rounds.map(\.peer)), ratio: median(rounds.map(\.ratio)))
    }

    private init(ours: Double, peer: Double, ratio: Double) {
        self.ours = ours
        self.peer = peer
        self.ratio = ratio
    }
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let middle = sorted.dropFirst(sorted.count / 2).first else { return .nan }
    return middle
}

/// Where results go so that no optimizer can leave the work out.
nonisolated(unsafe) var sink: UInt64 = 0
