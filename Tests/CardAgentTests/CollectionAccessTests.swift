import Foundation
import HTTPTypes
import Testing

@testable import CardAgent

@Suite("Collection: who may, and the configuration") struct CollectionAccessTests {
    private let place = ListenerPlace(address: "127.0.0.1", port: 8327, isThisMachine: true, isTLS: false)
    private let network = ListenerPlace(address: "0.0.0.0", port: 8327, isThisMachine: false, isTLS: true)
    private static let his = "https://his.example"

    @Test("The agent's own page, and a token with the right; no other token, origin or machine")
    func access() throws {
        let tokens = try TokenStore(path: nil)
        let door = PageDoor(code: "0123456789abcdef")
        let gate = Gate(
            Gate.Rules(AgentConfiguration()), tokens: tokens, pairings: PairingDesk(), door: door)
        func error(_ secret: String?, origin: String? = nil, at place: ListenerPlace? = nil) -> AgentError? {
            var headers = HTTPFields()
            if let secret { headers[.authorization] = "Bearer \(secret)" }
            if let origin { headers[.origin] = origin }
            let head = Gate.Head(method: "POST", host: "127.0.0.1:8327", headers: headers)
            let place = place ?? self.place
            do throws(AgentError) {
                _ = try gate.caller(head, gate.asker(head, at: place), to: .pageOr(.collect), at: place)
                return nil
            } catch { return error }
        }
        func token(_ holder: TokenHolder, _ rights: Set<AccessRight>) throws -> String {
            try tokens.issue(to: holder, name: "HIS", rights: rights, at: Date(), lifetime: 3_600).secret
        }
        let page = try door.open("0123456789abcdef")
        #expect(error(page) == nil)
        #expect(error(page, origin: Self.his) == .foreignOrigin)
        // The page's session is of this machine alone.
        #expect(error(page, at: network) == .tokenRefused)
        #expect(error(nil) == .tokenNeeded)
        #expect(error(try token(.program("HIS"), [.collect])) == nil)
        #expect(error(try token(.program("HIS"), [.collect]), at: network) == nil)
        let others = Set(AccessRight.allCases).subtracting([.collect])
        #expect(error(try token(.program("HIS"), others)) == .rightMissing(.collect))
        let origin = try #require(WebOrigin(Self.his))
        let paired = try token(.origin(origin), [.collect])
        #expect(error(paired, origin: Self.his) == nil)
        #expect(error(paired, origin: "https://evil.example") == .foreignOrigin)
        #expect(error(paired) == .tokenRefused)
        #expect(gate.admitsPreflight(origin, to: .pageOr(.collect)))
    }

    @Test("The configuration says where, and for whom")
    func configuration() throws {
        #expect(AgentConfiguration().collection == nil)
        let short = try AgentConfiguration(yaml: "collection: { folder: /c, institution: 医院 }", file: "a").collection
        #expect(short == AgentConfiguration.Collection(folder: "/c", institution: "医院"))
        #expect(short?.collectionPoint == "医院")
        let long = try AgentConfiguration(
            yaml: "collection: { folder: /c, institution: 医院, institutionCode: 12345678-9, collectionPoint: 窗口 }",
            file: "a"
        ).collection
        #expect(long?.institutionCode == "12345678-9" && long?.collectionPoint == "窗口")
    }

    @Test("Every mistake in it is told, with its line")
    func mistakes() {
        let error = #expect(throws: ConfigurationError.self) {
            try AgentConfiguration(
                yaml: "collection:\n  folder: relative\n  institution: \"a\\u0007b\"\n  colour: red\n", file: "a.yaml")
        }
        guard case .problems(let problems)? = error else { return #expect(Bool(false)) }
        #expect(problems.map(\.line).sorted() == [2, 3, 4])
        #expect(problems.map(\.flaw).contains(.notAbsolute("collection.folder")))
        #expect(problems.map(\.flaw).contains(.notText("collection.institution")))
        #expect(throws: ConfigurationError.self) { try AgentConfiguration(yaml: "collection: {}", file: "a") }
    }
}
