import Foundation
import Testing

@testable import CardAgent

@Suite("Pairing") struct PairingTests {
    let desk = PairingDesk()

    private func origin(_ text: String = "https://his.example") throws -> WebOrigin { try #require(WebOrigin(text)) }

    @Test("A person types the number, and the program that asked gets the token, once")
    func confirmed() throws {
        let origin = try origin()
        let (pairing, secret) = try desk.ask(holder: .origin(origin), name: "HIS", rights: [.readHolder, .write])
        #expect(pairing.number.count == 6 && pairing.number.allSatisfy(\.isNumber))
        #expect(try desk.collect(pairing.id, secret: secret, origin: origin).stage == .waiting)
        _ = try desk.confirm(pairing.id, number: pairing.number) { _ in "hca_token" }
        let collected = try desk.collect(pairing.id, secret: secret, origin: origin)
        #expect(collected.stage == .confirmed && collected.token == "hca_token")
        let again = try desk.collect(pairing.id, secret: secret, origin: origin)
        #expect(again.stage == .collected && again.token == nil)
    }

    @Test("Nobody collects another's token: not without the secret, not from another origin")
    func stolen() throws {
        let origin = try origin()
        let (pairing, secret) = try desk.ask(holder: .origin(origin), name: "HIS", rights: [.write])
        _ = try desk.confirm(pairing.id, number: pairing.number) { _ in "hca_token" }
        #expect(throws: AgentError.noSuchPairing) { try desk.collect(pairing.id, secret: "hcp_wrong", origin: origin) }
        let evil = try self.origin("https://evil.example")
        #expect(throws: AgentError.noSuchPairing) { try desk.collect(pairing.id, secret: secret, origin: evil) }
        #expect(throws: AgentError.noSuchPairing) { try desk.collect(pairing.id, secret: secret, origin: nil) }
        #expect(try desk.collect(pairing.id, secret: secret, origin: origin).token == "hca_token")
    }

    @Test("Three wrong numbers end it, also for the right one")
    func guessed() throws {
        let (pairing, secret) = try desk.ask(holder: .program("PACS"), name: "PACS", rights: [.write])
        let wrong = pairing.number == "000000" ? "000001" : "000000"
        for left in [2, 1, 0] {
            #expect(throws: AgentError.wrongNumber(attemptsLeft: left)) {
                try desk.confirm(pairing.id, number: wrong) { _ in "hca_token" }
            }
        }
        #expect(throws: AgentError.noSuchPairing) {
            try desk.confirm(pairing.id, number: pairing.number) { _ in "hca_token" }
        }
        #expect(try desk.collect(pairing.id, secret: secret, origin: nil).stage == .refused)
    }

    @Test("It ends after five minutes by a clock that nobody sets")
    func expired() throws {
        let start = ContinuousClock.now
        let (pairing, secret) = try desk.ask(holder: .program("PACS"), name: "PACS", rights: [.write], now: start)
        let late = start + PairingDesk.lifetime
        #expect(desk.waiting(now: late).isEmpty)
        #expect(throws: AgentError.noSuchPairing) {
            try desk.confirm(pairing.id, number: pairing.number, now: late) { _ in "hca_token" }
        }
        #expect(throws: AgentError.noSuchPairing) {
            try desk.collect(pairing.id, secret: secret, origin: nil, now: late)
        }
    }

    @Test("A page that asks again replaces its wish, and a crowd does not push the others out")
    func crowd() throws {
        let first = try desk.ask(holder: .origin(try origin()), name: "HIS", rights: [.write]).pairing
        let second = try desk.ask(holder: .origin(try origin()), name: "HIS", rights: [.write]).pairing
        #expect(desk.waiting().map(\.id) == [second.id] && first.id != second.id)
        for number in 1..<PairingDesk.most {
            _ = try desk.ask(holder: .program("P\(number)"), name: "P", rights: [.write])
        }
        #expect(throws: AgentError.tooMany(.pairings)) {
            try desk.ask(holder: .program("X"), name: "X", rights: [.write])
        }
        #expect(desk.waiting().contains { $0.id == second.id })
    }

    @Test("A token that cannot be kept is not given, and the wish waits on")
    func notKept() throws {
        let (pairing, _) = try desk.ask(holder: .program("PACS"), name: "PACS", rights: [.write])
        #expect(throws: AgentError.stateNotKept(file: "a")) {
            try desk.confirm(pairing.id, number: pairing.number) { _ throws(AgentError) in
                throw .stateNotKept(file: "a")
            }
        }
        #expect(desk.waiting().map(\.id) == [pairing.id])
    }

    @Test("Two secrets are the same only where every byte is")
    func comparison() {
        let digits = Array("0123456789abcdef")
        for one in digits {
            for other in digits {
                for (left, right) in [
                    ("\(one)0", "\(other)0"), ("0\(one)", "0\(other)"), ("\(one)\(one)", "\(other)\(other)"),
                ] {
                    #expect(AgentSecret.isSame(left, right) == (left == right))
                }
            }
        }
        #expect(!AgentSecret.isSame("a", "ab") && !AgentSecret.isSame("", "a") && AgentSecret.isSame("", ""))
    }

    @Test("Numbers and secrets are spread over all there are")
    func random() throws {
        let numbers = try (0..<2_000).map { _ in try AgentSecret.number() }
        #expect(Set(numbers).count > 1_900)
        #expect(numbers.contains { $0.hasPrefix("0") } && numbers.contains { $0.hasPrefix("9") })
        let secrets = try (0..<200).map { _ in try AgentSecret.make("hca_").text }
        #expect(Set(secrets).count == 200 && secrets.allSatisfy { $0.count == 36 })
    }

    @Test(
        "A program is called by a name that looks like nothing else",
        arguments: [
            ("PACS", true), ("医院信息系统 2.1", true), ("", false), (" PACS", false), ("a\u{202E}b", false),
            ("https://his.example", false), ("<b>", false), ("a\nb", false), (String(repeating: "a", count: 41), false),
        ])
    func names(_ name: String, _ isName: Bool) { #expect(TokenHolder.isProgramName(name) == isName) }

    @Test("Tokens outlive a restart by their digest; the file gives none away, and a damaged one is not empty")
    func kept() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID().uuidString).json").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (token, secret) = try TokenStore(path: path).issue(
            to: .origin(try origin()), name: "HIS", rights: [.write, .block], at: Date(), lifetime: 3_600)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!text.contains(secret) && text.contains(AgentSecret.digest(of: secret)))
        #expect(try TokenStore(path: path).find(secret, at: Date())?.id == token.id)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try Data("[{".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: AgentError.stateUnreadable(file: path)) { try TokenStore(path: path) }
    }
}
