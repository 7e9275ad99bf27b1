import Foundation
import HealthCard
import Logging
import Testing

@testable import CardAgent

@Suite("Description of the API") struct DescriptionTests {
    private func agent() throws -> Agent {
        var configuration = AgentConfiguration()
        configuration.stateFolder =
            FileManager.default.temporaryDirectory.appending(path: "agent-\(UUID().uuidString)").path()
        return try Agent(configuration, environment: [:], version: "0", logger: Logger(label: "test"))
    }

    private func members(_ value: JSONValue?) -> [JSONValue.Member] {
        if case .object(let members)? = value { return members }
        return []
    }

    private func elements(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let elements)? = value { return elements }
        return []
    }

    @Test("Docs/openapi.json has every route there is and no other, with its query, body and need of a token")
    func complete() throws {
        let agent = try agent()
        defer { try? FileManager.default.removeItem(atPath: agent.folder) }
        let document = try JSONValue(parsing: PackageResources.openapi_json)
        var described: Set<String> = []
        for path in members(document["paths"]) {
            for method in members(path.value) {
                guard case .string(let name)? = method.value["operationId"] else { continue }
                described.insert("\(method.name.uppercased()) \(path.name) \(name)")
            }
        }
        let routes = agent.routes.table.routes
        #expect(described == Set(routes.map { "\($0.method.rawValue) \($0.template) \($0.name)" }))
        for route in routes {
            let operation = document["paths"]?[route.template]?[route.method.rawValue.lowercased()]
            let query = elements(operation?["parameters"]).compactMap { parameter -> String? in
                guard parameter["in"] == .string("query"), case .string(let name)? = parameter["name"] else {
                    return nil
                }
                return name
            }
            #expect(Set(query) == route.query, "\(route.name)")
            #expect((operation?["requestBody"] != nil) == (route.body == .json), "\(route.name)")
            let schemes = elements(operation?["security"]).flatMap { members($0).map(\.name) }
            let expected: [String] =
                switch route.access {
                case .right, .anyToken: ["token"]
                case .page: ["page"]
                case .watcher: ["token"]
                case .pageOr: ["page", "token"]
                case .asker: route.method == .get ? ["pairingSecret"] : []
                case .everyone, .pageDoor, .machine: []
                }
            #expect(schemes == expected, "\(route.name)")
        }
    }

    @Test("Every act on a card needs a right; what only watches and what only the page may is told apart")
    func access() throws {
        let agent = try agent()
        defer { try? FileManager.default.removeItem(atPath: agent.folder) }
        for route in agent.routes.table.routes {
            let isCard = route.template.hasPrefix("/v1/cards/")
            if case .right(let rights) = route.access { #expect(isCard && !rights.isEmpty) } else { #expect(!isCard) }
            let isCollection = route.template.hasPrefix("/v1/collection")
            #expect(isCollection == (route.access == .pageOr(.collect)), "\(route.name)")
            if route.method != .get, !isCard, !isCollection {
                #expect([.asker, .page, .pageDoor, .anyToken].contains(route.access), "\(route.name)")
            }
        }
    }
}
