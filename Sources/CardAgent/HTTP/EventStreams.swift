import Foundation
import HTTPTypes
import HealthCard
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Synchronization

/// Events for those who stay: Server-Sent Events, WebSockets, and answers that wait.
final class EventStreams: Sendable {
    /// Something is sent so often, so that both sides learn of a line that is dead.
    static let heartbeat = Duration.seconds(15)
    /// A WebSocket whose client has not answered for so long is closed.
    static let silence = Duration.seconds(45)
    static let longestWait = 60

    let board: ReaderBoard
    private let tokens: TokenStore
    private let limit: Int
    private let open = Mutex<[String: Int]>([:])

    init(board: ReaderBoard, tokens: TokenStore, limit: Int) {
        self.board = board
        self.tokens = tokens
        self.limit = limit
    }

    private var log: EventLog { board.events }
    var openCount: Int { open.withLock { $0.values.reduce(0, +) } }

    /// - Throws: ``AgentError/tooMany(_:)``: half of all streams may be of one caller.
    private func enter(_ caller: String) throws(AgentError) {
        let isRoom = open.withLock { open in
            guard open.values.reduce(0, +) < limit, open[caller, default: 0] < max(1, limit / 2) || caller == "local"
            else {
                return false
            }
            open[caller, default: 0] += 1
            return true
        }
        guard isRoom else { throw .tooMany(.streams) }
    }

    private func leave(_ caller: String) {
        open.withLock { open in
            open[caller, default: 1] -= 1
            if open[caller] == 0 { open[caller] = nil }
        }
    }

    /// Where a stream begins: behind the event that the client saw last, else now, with the state there is.
    ///
    /// - Returns: the place, and what is told first.
    private func beginning(_ lastID: String?) -> (cursor: EventLog.Cursor, first: [JSONValue]) {
        if let lastID, let cursor = log.cursor(of: lastID) { return (cursor, []) }
        // The state is taken after the place: what happens in between is told twice at most, as state and as event, never
        // not at all.
        let cursor = log.end
        return (cursor, [state(isReset: lastID != nil)])
    }

    /// What a listener that has missed events, or has seen none, has to know.
    private func state(isReset: Bool) -> JSONValue {
        guard case .object(let members) = board.json else { return board.json }
        return .object(
            [.init("type", .string("state")), .init("missed", .boolean(isReset))] + members.filter { $0.name != "type" }
        )
    }

    /// Whether the caller still has the right it came with: a token may be revoked, or expire, while a stream is open.
    private func isAllowed(_ caller: Caller) -> Bool {
        guard case .token(let token) = caller.kind else { return true }
        return tokens.holds(token, at: Date())
    }

    /// The next events of a stream; empty after ``heartbeat`` without one. Nil when the agent stops, and when the caller has
    /// lost its right.
    private func next(_ cursor: inout EventLog.Cursor, for caller: Caller) async -> [JSONValue]? {
        var slice = log.after(cursor)
        if slice.events.isEmpty, !slice.hasMissed {
            guard !log.isClosed, !Task.isCancelled else { return nil }
            await log.wait(after: cursor, atMost: Self.heartbeat)
            slice = log.after(cursor)
        }
        guard isAllowed(caller) else { return nil }
        if slice.hasMissed {
            cursor = log.end
            return [state(isReset: true)]
        }
        cursor = slice.cursor
        return slice.events.map { $0.json(epoch: log.epoch) }
    }

    // MARK: Server-Sent Events

    func serverSentEvents(_ caller: Caller, lastID: String?) throws(AgentError) -> Response {
        let line = caller.line
        try enter(line)
        let ticket = Ticket { [self] in leave(line) }
        let body = ResponseBody { [self] writer in
            defer { ticket.close() }
            var (cursor, first) = beginning(lastID)
            try await writer.write(ByteBuffer(string: "retry: 1000\n" + Self.lines(first, cursor, log) + "\n"))
            while let events = await next(&cursor, for: caller) {
                try await writer.write(
                    ByteBuffer(string: events.isEmpty ? ": \n\n" : Self.lines(events, cursor, log)))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream"], body: body)
    }

    private static func lines(_ events: [JSONValue], _ cursor: EventLog.Cursor, _ log: EventLog) -> String {
        events.map { event in
            var lines = ""
            if case .string(let id)? = event["id"] {
                lines += "id: \(id)\n"
            } else {
                lines += "id: \(log.id(of: cursor))\n"
            }
            if case .string(let type)? = event["type"] { lines += "event: \(type)\n" }
            return lines + "data: \(event.text())\n\n"
        }.joined()
    }

    /// Leaves once, also when a response is never written.
    private final class Ticket: Sendable {
        private let action: Mutex<(@Sendable () -> Void)?>
        init(_ action: @escaping @Sendable () -> Void) { self.action = Mutex(action) }
        deinit { close() }
        func close() {
            action.withLock { action in
                defer { action = nil }
                return action
            }?()
        }
    }

    // MARK: Waiting answers

    /// The events behind a place, or the first that comes within `seconds`.
    func poll(_ caller: Caller, after id: String?, seconds: Int) async throws(AgentError) -> Response {
        try enter(caller.line)
        defer { leave(caller.line) }
        var (cursor, first) = beginning(id)
        var events = first
        if id != nil, first.isEmpty {
            var slice = log.after(cursor)
            if slice.events.isEmpty, !slice.hasMissed, seconds > 0 {
                await log.wait(after: cursor, atMost: .seconds(seconds))
                slice = log.after(cursor)
            }
            guard isAllowed(caller) else { throw .tokenRefused }
            if slice.hasMissed {
                cursor = log.end
                events = [state(isReset: true)]
            } else {
                cursor = slice.cursor
                events = slice.events.map { $0.json(epoch: log.epoch) }
            }
        }
        return .json(
            .object([
                .init("schemaVersion", .number(AgentSchema.version)), .init("lastEventId", .string(log.id(of: cursor))),
                .init("events", .array(events)),
            ]))
    }

    // MARK: WebSockets

    /// Sends events as text frames until either side has had enough.
    func run(_ channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, caller: Caller, lastID: String?) async {
        guard (try? enter(caller.line)) != nil else {
            try? await channel.executeThenClose { _, outbound in
                try await outbound.write(Self.farewell(.unexpectedServerError))
            }
            return
        }
        defer { leave(caller.line) }
        try? await channel.executeThenClose { inbound, outbound in
            let heard = LastHeard()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.listen(inbound, outbound) { heard.note() } }
                group.addTask {
                    var (cursor, first) = self.beginning(lastID)
                    for event in first { try await outbound.write(Self.frame(event)) }
                    while let events = await self.next(&cursor, for: caller) {
                        for event in events { try await outbound.write(Self.frame(event)) }
                        if events.isEmpty {
                            guard heard.silence < Self.silence else { return }
                            try await outbound.write(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()))
                        }
                    }
                    try await outbound.write(Self.farewell(.goingAway))
                }
                // Whoever ends first ends the other.
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// When a client was heard last.
    private final class LastHeard: Sendable {
        private let time = Mutex(ContinuousClock.now)
        var silence: Duration { time.withLock { ContinuousClock.now - $0 } }
        func note() { time.withLock { $0 = .now } }
    }

    private func listen(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>, _ heard: @Sendable () -> Void
    ) async throws {
        for try await frame in inbound {
            heard()
            switch frame.opcode {
            case .connectionClose:
                try await outbound.write(Self.farewell(.normalClosure))
                return
            case .ping:
                try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
            case .pong: break
            default:
                // Nothing is taken this way: acts have paths of their own, with answers.
                try await outbound.write(Self.farewell(.unacceptableData))
                return
            }
        }
    }

    private static func frame(_ event: JSONValue) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: event.text()))
    }

    private static func farewell(_ code: WebSocketErrorCode) -> WebSocketFrame {
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        return WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
    }
}
