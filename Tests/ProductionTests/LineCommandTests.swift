import Foundation
import Ledger
import Testing

@testable import Production

@Suite struct LineCommandTests {
    /// Events of a line of one lane and two orders without trouble.
    private static let eventCount = 2 + 2 * (5 + PaperCard.writes) + 1

    /// Stopped after the card at every event: the card in work is finished and unloaded, another run makes the rest.
    @Test(arguments: Array(0..<eventCount - 1))
    func stopAfterThisCard(event: Int) throws {
        let factory = Factory(orders: 2)
        let line = factory.line(lanes: 1)
        factory.onEvent { _, number in if number == event { line.stopAfterThisCard() } }
        let report = try line.run()
        factory.audit(report)
        #expect(report.counts?.inWork == 0)
        #expect(factory.fed.allSatisfy { $0.owner == nil || $0.isActive }, "a card was left in the middle")
        #expect(report.end == .stopped || report.end == .finished)
        #expect(line.status.phase == .ended)
        try finish(factory)
    }

    /// Stopped at once at every event: no command reaches the card after it, and another run goes on with the same
    /// chip.
    @Test(arguments: Array(0..<eventCount - 1))
    func stopNow(event: Int) throws {
        let factory = Factory(orders: 2)
        let line = factory.line(lanes: 1)
        let seen = Seen()
        factory.onEvent { _, number in
            guard number == event else { return }
            line.stopNow()
            seen.commands = factory.fed.reduce(0) { $0 + $1.commands }
        }
        let report = try line.run()
        factory.audit(report)
        #expect(factory.fed.reduce(0) { $0 + $1.commands } <= seen.commands + 1, "the one that was on its way")
        #expect(report.open?.count == report.counts?.inWork)
        if let open = report.open?.first { #expect(open.place.description == "in lane 1, Reader 0") }
        try finish(factory)
        #expect(factory.fed.count == 2, "no chip was lost")
    }

    private final class Seen: @unchecked Sendable { var commands = 0 }

    private func finish(_ factory: Factory) throws {
        factory.onEvent { _, _ in }
        let report = try factory.run()
        factory.audit(report)
        #expect((report.end, report.counts?.made) == (.finished, 2))
        #expect(factory.ledger.log.filter { $0.hasPrefix("made") }.count == 2)
    }

    /// Paused at every event: the card in work is finished, nothing is fed, and it all goes on.
    @Test(arguments: Array(0..<eventCount - 2))
    func pauseAndResume(event: Int) throws {
        let factory = Factory(orders: 2)
        let line = factory.line(lanes: 1)
        let resumed = Meeting(1)
        factory.onEvent { _, number in
            guard number == event else { return }
            line.pause()
            Thread.detachNewThread {
                // Until the lane stands still, or has nothing left to pause.
                while line.status.phase != .ended, line.status.lanes[0].state != .paused {
                    Thread.sleep(forTimeInterval: 0.001)
                }
                let made = line.status.made
                Thread.sleep(forTimeInterval: 0.005)
                #expect(line.status.made == made)
                if line.status.phase != .ended { #expect(line.status.phase == .pausing) }
                line.resume()
                resumed.arrive()
            }
        }
        let report = try line.run()
        resumed.await()
        factory.audit(report)
        #expect((report.end, report.made) == (.finished, 2))
        #expect(factory.count(of: .paused) == 1)
    }

    @Test func aPausedLineCanBeStopped() throws {
        let factory = Factory(orders: 50)
        let line = factory.line(lanes: 3)
        factory.onEvent { event, _ in
            if event.kind == .made { line.pause() }
            if event.kind == .paused {
                Thread.detachNewThread {
                    while line.status.lanes.contains(where: { $0.state != .paused }) {
                        Thread.sleep(forTimeInterval: 0.001)
                    }
                    line.stopAfterThisCard()
                }
            }
        }
        let report = try line.run()
        factory.audit(report)
        #expect(report.end == .stopped)
        #expect((1...3).contains(report.made))
        #expect(report.counts?.inWork == 0)
    }

    @Test func commandsThatChangeNothing() throws {
        let factory = Factory(orders: 1)
        let line = factory.line(lanes: 1)
        line.resume()
        line.pause()
        line.pause()
        line.resume()
        #expect(factory.events.map(\.kind) == [.paused, .resumed])
        line.stopAfterThisCard()
        line.stopAfterThisCard()
        line.pause()
        line.resume()
        #expect(factory.events.map(\.kind) == [.paused, .resumed, .stopping])
        let report = try line.run()
        #expect((report.end, report.made) == (.stopped, 0))
        #expect(factory.fed.isEmpty)
    }

    /// Stopping at once overrules what was asked before.
    @Test func stopTwice() throws {
        let factory = Factory(orders: 5)
        let line = factory.line(lanes: 2)
        factory.onEvent { event, _ in
            if event.kind == .begun { line.stopAfterThisCard() }
            if event.kind == .progress { line.stopNow() }
        }
        let report = try line.run()
        factory.audit(report)
        #expect(report.end == .stoppedNow)
        #expect(report.reason.code == "stoppedNow")
        #expect((report.counts?.inWork ?? 0) > 0)
    }
}
