import HTTPTypes
import HealthCard
import HummingbirdCore
import Logging
import Messages
import NIOCore
import NIOHTTP1

/// Answers every request: host, origin, path, token, limits, in this order; then the route.
struct AgentResponder: Sendable {
    let table: RouteTable
    let gate: Gate
    let limiter: RateLimiter
    let metrics: Metrics
    let limits: AgentConfiguration.Limits
    let logger: Logger

    func respond(to request: Request, at place: ListenerPlace) async -> Response {
        let began = ContinuousClock.now
        let head = Gate.Head(
            method: request.method.rawValue, host: request.head.authority, headers: request.headers)
        var response: Response
        var readers: WebOrigin?
        var name = "none"
        do {
            try gate.checkHost(head.host, at: place)
            let asker = gate.asker(head, at: place)
            // Whether the page may know why it was refused.
            if case .page(let origin) = asker, gate.knows(origin) { readers = origin }
            let target = (request.head.path ?? "/").split(
                separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            let (found, parts) = try table.place(of: target[0])
            if request.method == .options {
                response = try preflight(asker, found, head)
            } else {
                guard let route = found.routes.first(where: { $0.method == request.method }) else {
                    throw NotAllowed(methods: found.methods)
                }
                name = route.name
                let caller = try gate.caller(head, asker, to: route.access, at: place)
                if let origin = caller.origin { readers = origin }
                try limiter.take(caller.line)
                let query = try QueryText.parse(target.count == 2 ? target[1] : "", names: route.query)
                let body = try await body(of: request, route)
                response = try await route.answer(
                    AgentRequest(head: request.head, parts: parts, query: query, body: body, caller: caller))
            }
        } catch let error as NotAllowed {
            response = .problem(AgentError.methodNotAllowed)
            response.headers[.allow] = error.methods
        } catch {
            response = .problem(error)
            if !(error is any AdvisedError) {
                // The type says where to look; what it says of itself may be anything.
                logger.error("internal error", metadata: ["type": "\(type(of: error))", "operation": "\(name)"])
            }
        }
        for (header, value) in SecurityHeaders.all {
            if let header = HTTPField.Name(header), response.headers[header] == nil { response.headers[header] = value }
        }
        response.headers[.vary] = "Origin"
        if let readers, response.headers[.accessControlAllowOrigin] == nil {
            response.headers[.accessControlAllowOrigin] = readers.description
            response.headers[.accessControlExposeHeaders] =
                "HealthCard-Card, HealthCard-Test-Card, Idempotency-Replayed, Retry-After"
        }
        metrics.note(request: name, status: response.status.code, time: ContinuousClock.now - began)
        logger.debug(
            "request",
            metadata: ["operation": "\(name)", "method": "\(request.method)", "status": "\(response.status.code)"])
        return response
    }

    private struct NotAllowed: Error {
        let methods: String
    }

    /// Fetch standard §4.8, and what Chromium asked before its prompt for local networks.
    private func preflight(_ asker: Gate.Asker, _ place: RouteTable.Place, _ head: Gate.Head) throws -> Response {
        var response = Response(status: .noContent, headers: [.allow: place.methods])
        guard let wanted = head.headers[.accessControlRequestMethod] else {
            if case .page = asker { throw AgentError.foreignOrigin }
            return response
        }
        guard case .page(let origin) = asker else { throw AgentError.foreignOrigin }
        guard let route = place.routes.first(where: { $0.method.rawValue == wanted }) else {
            throw gate.knows(origin) ? NotAllowed(methods: place.methods) : AgentError.foreignOrigin
        }
        guard gate.admitsPreflight(origin, to: route.access) else { throw AgentError.foreignOrigin }
        response.headers[.accessControlAllowOrigin] = origin.description
        response.headers[.accessControlAllowMethods] = wanted
        response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Idempotency-Key, Last-Event-ID"
        response.headers[.accessControlMaxAge] = "600"
        if head.headers[.privateNetworkRequest] == "true" { response.headers[.privateNetworkAllow] = "true" }
        return response
    }

    private func body(of request: Request, _ route: Route) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        // A request that announces no body has none; of one that asked for an upgrade and got none, no end may ever come.
        let isAnnounced = request.headers[.contentLength] != nil || request.headers[.transferEncoding] != nil
        if route.body == .none, !isAnnounced { return [] }
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= limits.body else {
                throw AgentError.bodyTooLong(limit: limits.body)
            }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        switch route.body {
        case .none:
            guard bytes.isEmpty else { throw AgentError.malformedRequest(.length) }
        case .json:
            // A simple request of a page of old, which no preflight goes before, cannot say this.
            let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
            guard type?.filter({ $0 != " " }) == "application/json" else { throw AgentError.notJSON }
        }
        return bytes
    }
}
