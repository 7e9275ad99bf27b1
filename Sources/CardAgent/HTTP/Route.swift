import HTTPTypes
import HummingbirdCore

/// One path with one method: who may ask, what may be in the query, whether there is a body, and what answers.
struct Route: Sendable {
    enum Body: Sendable, Hashable {
        case none
        /// `application/json`.
        case json
    }

    let method: HTTPRequest.Method
    /// `/v1/cards/{card}/photo`.
    let template: String
    let access: Gate.Access
    let query: Set<String>
    let body: Body
    /// The OpenAPI operation.
    let name: String
    let answer: @Sendable (AgentRequest) async throws -> Response

    init(
        _ method: HTTPRequest.Method, _ template: String, _ name: String, _ access: Gate.Access,
        query: Set<String> = [],
        body: Body = .none, _ answer: @escaping @Sendable (AgentRequest) async throws -> Response
    ) {
        self.method = method
        self.template = template
        self.name = name
        self.access = access
        self.query = query
        self.body = body
        self.answer = answer
    }
}

/// Every path there is. What is not in the table does not exist, and what is cannot be asked for without its access.
struct RouteTable: Sendable {
    struct Place: Sendable {
        let segments: [Substring]
        let routes: [Route]

        var methods: String { (routes.map(\.method.rawValue) + ["OPTIONS"]).joined(separator: ", ") }

        /// The open parts of a path that fits; nil for one that does not.
        func parts(of path: [Substring]) -> [String: String]? {
            guard path.count == segments.count else { return nil }
            var parts: [String: String] = [:]
            for (segment, given) in zip(segments, path) {
                if segment.first == "{" {
                    parts[String(segment.dropFirst().dropLast())] = String(given)
                } else if segment != given {
                    return nil
                }
            }
            return parts
        }
    }

    let routes: [Route]
    private let places: [Place]

    init(_ routes: [Route]) {
        self.routes = routes
        var order: [String] = []
        for route in routes where !order.contains(route.template) { order.append(route.template) }
        places = order.map { template in
            Place(
                segments: template.dropFirst().split(separator: "/", omittingEmptySubsequences: false),
                routes: routes.filter { $0.template == template })
        }
    }

    /// The first place that fits; written-out paths come before open ones in the table.
    func place(of path: Substring) throws(AgentError) -> (place: Place, parts: [String: String]) {
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for place in places { if let parts = place.parts(of: segments) { return (place, parts) } }
        throw .noSuchPath
    }
}
