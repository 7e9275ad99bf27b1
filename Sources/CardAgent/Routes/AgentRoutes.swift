import CardProfiles
import Foundation
import HTTPTypes
import HealthCard
import HummingbirdCore
import Messages
import Synchronization

/// What every route works with.
struct AgentRoutes: Sendable {
    let board: ReaderBoard
    let streams: EventStreams
    let acts: CardActs
    let tokens: TokenStore
    let pairings: PairingDesk
    let door: PageDoor
    let gate: Gate
    let pins: PINKeeper
    let journal: AccessJournal
    let idempotency: IdempotencyDesk
    /// Nil where nothing is collected.
    let collection: CollectionDesk?
    let metrics: Metrics
    /// Of wishes for pairing: nobody can keep the person at the page busy.
    let pairingLimiter: RateLimiter
    let usesSAM: Bool
    let version: String
    let tokenDays: @Sendable () -> Int
    let gauges: @Sendable () -> [(name: String, help: String, value: Int)]

    var table: RouteTable { RouteTable(pageRoutes + readerRoutes + cardRoutes + collectionRoutes + accessRoutes) }

    // MARK: Page and description

    private var pageRoutes: [Route] {
        func file(_ path: String, _ name: String, _ type: String, _ content: [UInt8]) -> Route {
            let text = String(decoding: content, as: UTF8.self)
            return Route(.get, path, name, .everyone) { _ in .text(text, type: type) }
        }
        return [
            file("/", "page", "text/html; charset=utf-8", PackageResources.index_html),
            file("/page.css", "pageStyle", "text/css; charset=utf-8", PackageResources.page_css),
            file("/page.js", "pageScript", "text/javascript; charset=utf-8", PackageResources.page_js),
            file("/texts.js", "pageTexts", "text/javascript; charset=utf-8", PackageResources.texts_js),
            file("/openapi.json", "description", "application/json", PackageResources.openapi_json),
            Route(.get, "/metrics", "metrics", .machine) { _ in
                .text(metrics.text(gauges: gauges()), type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }

    // MARK: Readers and events

    private var readerRoutes: [Route] {
        [
            Route(.get, "/v1/readers", "readers", .watcher) { _ in .json(board.json) },
            Route(.get, "/v1/sam", "sam", .watcher) { _ in .json(sam) },
            Route(.get, "/v1/status", "status", .watcher) { _ in .json(status) },
            Route(.get, "/v1/events", "events", .watcher, query: ["after", "wait"]) { request in
                let headers = request.head.headerFields
                if headers[.upgrade] != nil { throw AgentError.malformedRequest(.upgrade) }
                let last = request.query["after"] ?? headers[.lastEventID]
                if let last, last.utf8.count > 64 { throw AgentError.badParameter("after") }
                let seconds = try request.number("wait", 0...EventStreams.longestWait)
                if headers[.accept]?.contains("text/event-stream") == true {
                    return try streams.serverSentEvents(request.caller, lastID: last)
                }
                return try await streams.poll(request.caller, after: last, seconds: seconds ?? 0)
            },
        ]
    }

    private var sam: JSONValue {
        var members: [JSONValue.Member] = [
            .init("schemaVersion", .number(AgentSchema.version)), .init("isConfigured", .boolean(usesSAM)),
            .init("pinTyped", .boolean(pins.isTyped)),
        ]
        if let reader = board.readers.first(where: \.isSAMReader) {
            members.append(.init("reader", .string(reader.name.rawValue)))
            members.append(.init("isPresent", .boolean(reader.content == .sam)))
        }
        return .object(members)
    }

    private var status: JSONValue {
        let unfinished = journal.remembered.filter { !$0.isFinished }
        return .object([
            .init("schemaVersion", .number(AgentSchema.version)), .init("version", .string(version)),
            .init("service", .string(board.isServiceRunning ? "running" : "stopped")),
            .init("actsRunning", .number(acts.desk.runningCount)), .init("streams", .number(streams.openCount)),
            .init(
                "unfinishedActs",
                .array(
                    unfinished.map { act in
                        .object([
                            .init("act", .string(act.entry.act)), .init("id", .string(act.entry.actID)),
                            .init("time", .string(AgentSchema.text(of: act.time))),
                        ])
                    })),
        ])
    }
}
