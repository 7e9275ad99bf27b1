import Foundation
import HTTPTypes
import Testing

@testable import CardAgent

@Suite("Gate") struct GateTests {
    let tokens: TokenStore
    let pairings = PairingDesk()
    let door = PageDoor(code: "0123456789abcdef")
    let gate: Gate
    let place = ListenerPlace(address: "127.0.0.1", port: 8327, isThisMachine: true, isTLS: false)
    let network = ListenerPlace(address: "0.0.0.0", port: 8443, isThisMachine: false, isTLS: true)
    static let his = "https://his.example"

    init() throws {
        tokens = try TokenStore(path: nil)
        gate = Gate(Gate.Rules(AgentConfiguration()), tokens: tokens, pairings: pairings, door: door)
    }

    private func head(_ fields: [String: String] = [:], host: String = "127.0.0.1:8327", _ method: String = "GET")
        -> Gate.Head
    {
        var headers = HTTPFields()
        for (name, value) in fields { if let name = HTTPField.Name(name) { headers[name] = value } }
        return Gate.Head(method: method, host: host, headers: headers)
    }

    private func result(
        _ fields: [String: String], _ access: Gate.Access, at place: ListenerPlace? = nil, method: String = "GET",
        host: String = "127.0.0.1:8327"
    ) -> Result<Caller, AgentError> {
        let (head, place) = (head(fields, host: host, method), place ?? self.place)
        return Result { () throws(AgentError) in
            try gate.checkHost(host, at: place)
            return try gate.caller(head, gate.asker(head, at: place), to: access, at: place)
        }
    }

    private func token(_ holder: TokenHolder, _ rights: Set<AccessRight>) throws -> String {
        try tokens.issue(to: holder, name: "HIS", rights: rights, at: Date(), lifetime: 3600).secret
    }

    private func error(_ result: Result<Caller, AgentError>) -> AgentError? {
        if case .failure(let error) = result { return error }
        return nil
    }

    @Test("A name that was made to lead here is not answered for: DNS rebinding ends at the host")
    func rebinding() {
        for host in ["evil.example:8327", "127.0.0.1", "localhost", "127.0.0.1.evil.example:8327", "", "a b"] {
            #expect(error(result([:], .watcher, host: host)) == .foreignHost, "\(host)")
        }
        #expect(error(result([:], .watcher)) == nil)
        #expect(error(result([:], .watcher, host: "LocalHost:8327")) == nil)
    }

    @Test("A page of another origin gets nothing before it is paired, and may only ask")
    func foreignOrigin() {
        let page = ["Origin": Self.his]
        for access: Gate.Access in [.everyone, .watcher, .right([.readHolder]), .anyToken, .page, .pageDoor, .machine] {
            #expect(error(result(page, access)) == .foreignOrigin, "\(access)")
        }
        #expect(error(result(page, .asker)) == nil)
        #expect(error(result(["Origin": "http://his.example"], .asker)) == .insecureOrigin)
        for origin in [
            "null", "", "https://his.example/", "http://127.0.0.1:8327/", "http://127.0.0.1:8327.evil.example",
        ] {
            #expect(error(result(["Origin": origin], .asker)) == .foreignOrigin, "\(origin)")
        }
    }

    @Test("A request of a page that hides its origin is refused: images, scripts, frames, forms")
    func hidden() {
        for fields in [
            ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"],
            ["Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"],
            ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"],
            ["Referer": "https://his.example/page"], ["Referer": "http://127.0.0.1:8327.evil.example/"],
        ] {
            #expect(error(result(fields, .watcher)) == .foreignOrigin, "\(fields)")
            #expect(error(result(fields, .everyone)) == .foreignOrigin, "\(fields)")
        }
        let link = ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"]
        #expect(error(result(link, .everyone)) == nil)
        #expect(error(result(link, .watcher)) == .foreignOrigin)
        #expect(error(result(link, .everyone, method: "POST")) == .foreignOrigin)
    }

    @Test("A token holds for its origin and its rights, and for nobody else")
    func bound() throws {
        let origin = try #require(WebOrigin(Self.his))
        let secret = try token(.origin(origin), [.readHolder])
        let bearer = "Bearer \(secret)"
        #expect(error(result(["Origin": Self.his, "Authorization": bearer], .right([.readHolder]))) == nil)
        #expect(
            error(result(["Origin": Self.his, "Authorization": bearer], .right([.write]))) == .rightMissing(.write))
        #expect(error(result(["Origin": "https://evil.example", "Authorization": bearer], .watcher)) == .foreignOrigin)
        // Nor for a program that found it.
        #expect(error(result(["Authorization": bearer], .right([.readHolder]))) == .tokenRefused)
        let program = try token(.program("PACS"), [.readHolder])
        #expect(error(result(["Authorization": "Bearer \(program)"], .right([.readHolder]))) == nil)
        #expect(
            error(result(["Origin": Self.his, "Authorization": "Bearer \(program)"], .right([.readHolder])))
                == .tokenRefused)
        for text in [
            "Bearer", "Bearer  \(secret)", "Basic \(secret)", "Bearer \(secret) x", "Bearer \(secret)x", secret,
        ] {
            #expect(
                error(result(["Origin": Self.his, "Authorization": text], .right([.readHolder]))) == .tokenRefused,
                "\(text)")
        }
    }

    @Test("A token that expired or was revoked is worth nothing")
    func over() throws {
        let issued = try tokens.issue(
            to: .program("PACS"), name: "PACS", rights: [.write], at: Date(timeIntervalSinceNow: -7200), lifetime: 3600)
        #expect(error(result(["Authorization": "Bearer \(issued.secret)"], .anyToken)) == .tokenRefused)
        let (token, secret) = try tokens.issue(
            to: .program("PACS"), name: "PACS", rights: [.write], at: Date(), lifetime: 3600)
        #expect(error(result(["Authorization": "Bearer \(secret)"], .anyToken)) == nil)
        try tokens.revoke(token.id)
        #expect(error(result(["Authorization": "Bearer \(secret)"], .anyToken)) == .tokenRefused)
    }

    @Test("Pairing, tokens and the PIN belong to the page that knows its code, on this machine")
    func page() throws {
        #expect(error(result([:], .page)) == .tokenNeeded)
        #expect(error(result(["Authorization": "Bearer hcs_guessed"], .page)) == .pageOnly)
        #expect(throws: AgentError.wrongPageCode) { try door.open("wrong") }
        let session = try door.open("0123456789abcdef")
        let own = ["Origin": "http://127.0.0.1:8327", "Authorization": "Bearer \(session)"]
        #expect(error(result(own, .page)) == nil)
        #expect(error(result(["Origin": Self.his, "Authorization": "Bearer \(session)"], .page)) == .foreignOrigin)
        #expect(
            error(
                result(
                    ["Authorization": "Bearer \(session)"], .page, at: network, host: "localhost:8443"))
                == .thisMachineOnly)
        // Its session reads no card.
        #expect(error(result(own, .right([.readHolder]))) == .tokenRefused)
        door.close(session)
        #expect(error(result(own, .page)) == .pageOnly)
    }

    @Test("Beyond this machine nothing is told without a token")
    func beyond() throws {
        #expect(error(result([:], .watcher, at: network, host: "localhost:8443")) == .tokenNeeded)
        #expect(error(result([:], .machine, at: network, host: "localhost:8443")) == .thisMachineOnly)
        let secret = try token(.program("PACS"), [.readHolder])
        #expect(
            error(result(["Authorization": "Bearer \(secret)"], .watcher, at: network, host: "localhost:8443")) == nil)
    }

    @Test("A rule of the configuration keeps pages from asking at all")
    func rules() throws {
        var configuration = AgentConfiguration()
        configuration.pairing = .listed
        configuration.origins = [try #require(WebOrigin(Self.his))]
        gate.change(Gate.Rules(configuration))
        #expect(error(result(["Origin": Self.his], .asker)) == nil)
        #expect(error(result(["Origin": "https://other.example"], .asker)) == .pairingOff)
        #expect(gate.admitsPreflight(try #require(WebOrigin(Self.his)), to: .right([.write])))
        #expect(!gate.admitsPreflight(try #require(WebOrigin("https://other.example")), to: .asker))
        configuration.pairing = .off
        configuration.origins = []
        gate.change(Gate.Rules(configuration))
        #expect(error(result(["Origin": Self.his], .asker)) == .pairingOff)
    }

    @Test("A preflight is answered for what the page may send, and for nothing of the agent's own page")
    func preflights() throws {
        let origin = try #require(WebOrigin(Self.his))
        #expect(gate.admitsPreflight(origin, to: .asker))
        #expect(!gate.admitsPreflight(origin, to: .watcher))
        _ = try token(.origin(origin), [.readHolder])
        #expect(gate.admitsPreflight(origin, to: .watcher))
        #expect(gate.admitsPreflight(origin, to: .right([.write])))
        for access: Gate.Access in [.page, .pageDoor, .machine, .everyone] {
            #expect(!gate.admitsPreflight(origin, to: access))
        }
    }

    @Test("Wrong page codes are taken ten times a minute")
    func guessing() throws {
        for _ in 0..<PageDoor.wrongCodesAMinute { #expect(throws: AgentError.wrongPageCode) { try door.open("x") } }
        #expect(throws: AgentError.tooMany(.requests)) { try door.open("0123456789abcdef") }
        _ = try door.open("0123456789abcdef", now: .now + .seconds(61))
    }
}
