import Foundation
import Testing

@testable import CardAgent

@Suite("Event log") struct EventLogTests {
    @Test("A listener gets each event once and in order, from its place on")
    func order() {
        let log = EventLog(epoch: "e", capacity: 100)
        for _ in 0..<30 { log.add(.cardInserted) }
        var cursor = EventLog.Cursor(sequence: 4)
        var seen: [Int] = []
        while true {
            let slice = log.after(cursor, most: 7)
            #expect(!slice.hasMissed)
            if slice.events.isEmpty { break }
            seen += slice.events.map(\.sequence)
            cursor = slice.cursor
        }
        #expect(seen == Array(5...30))
    }

    @Test("Who was away too long is told so, and nothing kept is lost: ten thousand insertions")
    func missed() {
        let log = EventLog(epoch: "e", capacity: 64)
        for _ in 0..<10_000 { log.add(.cardInserted) }
        let slice = log.after(EventLog.Cursor(sequence: 1), most: 1_000)
        #expect(slice.hasMissed && slice.events.map(\.sequence) == Array(9_937...10_000))
        #expect(!log.after(EventLog.Cursor(sequence: 9_936), most: 1_000).hasMissed)
        #expect(log.after(log.end).events.isEmpty)
    }

    @Test("An id of another start, of the future, or of nothing is no place")
    func ids() {
        let log = EventLog(epoch: "abc", capacity: 8)
        log.add(.cardInserted)
        #expect(log.cursor(of: "abc-1") == EventLog.Cursor(sequence: 1))
        #expect(log.cursor(of: "abc-0") == EventLog.Cursor(sequence: 0))
        for id in ["abd-1", "abc-2", "abc--1", "abc-", "abc", "1", "", "abc-99999999999999999999", "abc-1x"] {
            #expect(log.cursor(of: id) == nil, "\(id)")
        }
    }

    @Test("Who waits is woken by an event, by the end, by time and by being cancelled; nobody is left behind")
    func waiting() async {
        let log = EventLog(epoch: "e", capacity: 8)
        let start = log.end
        let waiters = (0..<50).map { _ in Task { await log.wait(after: start, atMost: .seconds(60)) } }
        while log.listenerCount < 50 { await Task.yield() }
        log.add(.cardInserted)
        for waiter in waiters { await waiter.value }
        #expect(log.listenerCount == 0)
        // One that has not seen the last event does not wait at all.
        await log.wait(after: start, atMost: .seconds(60))
        await log.wait(after: log.end, atMost: .milliseconds(5))
        let cancelled = Task { await log.wait(after: log.end, atMost: .seconds(60)) }
        while log.listenerCount < 1 { await Task.yield() }
        cancelled.cancel()
        await cancelled.value
        let last = Task { await log.wait(after: log.end, atMost: .seconds(60)) }
        while log.listenerCount < 1 { await Task.yield() }
        log.close()
        await last.value
        await log.wait(after: log.end, atMost: .seconds(60))
        #expect(log.listenerCount == 0)
    }

    @Test("What happens while many listen is neither lost nor doubled for any of them")
    func crowd() async {
        let log = EventLog(epoch: "e", capacity: 4_096)
        let listeners = (0..<20).map { _ in
            Task { () -> [Int] in
                var cursor = EventLog.Cursor(sequence: 0)
                var seen: [Int] = []
                while seen.count < 1_000 {
                    let slice = log.after(cursor)
                    if slice.events.isEmpty { await log.wait(after: cursor, atMost: .seconds(60)) }
                    seen += slice.events.map(\.sequence)
                    cursor = slice.cursor
                }
                return seen
            }
        }
        for number in 0..<1_000 {
            log.add(.cardInserted)
            if number % 10 == 0 { await Task.yield() }
        }
        for listener in listeners { #expect(await listener.value == Array(1...1_000)) }
    }
}
