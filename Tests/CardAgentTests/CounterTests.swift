import COpenSSL
import CardProfiles
import ElectronicCard
import Foundation
import HTTPTypes
import HealthCard
import Testing

@testable import CardAgent

/// The private half of a counter's key, as a browser has it.
final class BrowserKey {
    private let key: OpaquePointer

    init?(_ group: String = "P-256") {
        // EVP_PKEY_Q_keygen takes its parameters as a variable list, which Swift cannot call.
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_group_name(context, group) == 1,
            EVP_PKEY_generate(context, &made) == 1, let made
        else { return nil }
        key = made
    }

    deinit { EVP_PKEY_free(key) }

    /// SubjectPublicKeyInfo.
    var publicKey: [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_PUBKEY(key, &bytes)
        defer { healthcard_OPENSSL_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: max(0, Int(count))))
    }

    /// r ‖ s, as `crypto.subtle.sign` gives them.
    func sign(_ text: String) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { return [] }
        defer { EVP_MD_CTX_free(context) }
        let message = Array(text.utf8)
        var encoded = [UInt8](repeating: 0, count: 80)
        var count = encoded.count
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, &encoded, &count, message, message.count) == 1
        else { return [] }
        // SEQUENCE of two INTEGERs, each shorter than 128 bytes.
        var place = 2
        var numbers: [UInt8] = []
        for _ in 0..<2 {
            let length = Int(encoded[place + 1])
            let number = encoded[(place + 2)..<(place + 2 + length)].drop { $0 == 0 }
            numbers += [UInt8](repeating: 0, count: 32 - number.count) + number
            place += 2 + length
        }
        return numbers
    }
}

@Suite("Counter") struct CounterTests {
    let tokens: TokenStore
    let door = PageDoor(code: "0123456789abcdef")
    let gate: Gate
    let place = ListenerPlace(address: "127.0.0.1", port: 8327, isThisMachine: true, isTLS: false)
    let own = ["Sec-Fetch-Site": "same-origin"]
    static let authority = "127.0.0.1:8327"

    init() throws {
        tokens = try TokenStore(path: nil)
        gate = Gate(Gate.Rules(AgentConfiguration()), tokens: tokens, pairings: PairingDesk(), door: door)
    }

    private func admit(_ key: BrowserKey, lifetime: TimeInterval = 3_600) throws -> AccessToken {
        let publicKey = try #require(CounterKey(key.publicKey))
        return try tokens.admit(
            publicKey, name: "Chromium 156 Linux", rights: CounterSettings().rights, at: Date(), lifetime: lifetime)
    }

    private func session(_ key: BrowserKey, _ token: AccessToken) throws -> String {
        let challenge = try door.challenge()
        let statement = PageDoor.statement(challenge: challenge, authority: Self.authority)
        return try door.open(
            token, challenge: challenge, signature: key.sign(statement), authority: Self.authority)
    }

    private func result(
        _ fields: [String: String], _ access: Gate.Access, at place: ListenerPlace? = nil
    ) -> Result<Caller, AgentError> {
        var headers = HTTPFields()
        for (name, value) in fields { if let name = HTTPField.Name(name) { headers[name] = value } }
        let (head, place) = (
            Gate.Head(method: "GET", host: Self.authority, headers: headers), place ?? self.place
        )
        return Result { () throws(AgentError) in
            try gate.caller(head, gate.asker(head, at: place), to: access, at: place)
        }
    }

    private func error(_ result: Result<Caller, AgentError>) -> AgentError? {
        if case .failure(let error) = result { return error }
        return nil
    }

    @Test("A browser's key opens a session that reads and writes cards, and nothing of the administration")
    func session() throws {
        let key = try #require(BrowserKey())
        let secret = try session(key, admit(key))
        let fields = own.merging(["Authorization": "Bearer \(secret)"]) { $1 }
        #expect(try result(fields, .right([.readClinical])).get().token?.holder == .counter("Chromium 156 Linux"))
        #expect(error(result(fields, .right([.write]))) == nil)
        #expect(error(result(fields, .watcher)) == nil)
        #expect(error(result(fields, .ownPage)) == nil)
        #expect(error(result(fields, .right([.block]))) == .rightMissing(.block))
        #expect(error(result(fields, .page)) == .pageOnly)
        #expect(error(result(fields, .anyToken)) == .tokenRefused)
    }

    @Test("A counter's session is worth nothing to another page, to a program, or on the network")
    func elsewhere() throws {
        let key = try #require(BrowserKey())
        let bearer = ["Authorization": "Bearer \(try session(key, admit(key)))"]
        #expect(error(result(bearer, .right([.readHolder]))) == .tokenRefused)
        for fields in [
            ["Origin": "https://his.example"], ["Origin": "http://127.0.0.1:9999"], ["Origin": "null"],
            ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "cross-site"],
        ] {
            let problem = error(result(bearer.merging(fields) { $1 }, .right([.readHolder])))
            #expect(problem == .foreignOrigin, "\(fields)")
        }
        let network = ListenerPlace(address: "0.0.0.0", port: 8327, isThisMachine: false, isTLS: true)
        #expect(error(result(bearer.merging(own) { $1 }, .right([.readHolder]), at: network)) == .tokenRefused)
    }

    @Test("A challenge is good once, for a minute, for one name of the agent and for the key that was admitted")
    func challenges() throws {
        let (key, other) = (try #require(BrowserKey()), try #require(BrowserKey()))
        let token = try admit(key)
        func open(
            _ signer: BrowserKey, _ token: AccessToken?, challenge: String, signed: String? = nil,
            authority: String = Self.authority, later: Duration = .zero
        ) throws {
            let statement = PageDoor.statement(challenge: signed ?? challenge, authority: Self.authority)
            _ = try door.open(
                token, challenge: challenge, signature: signer.sign(statement), authority: authority, now: .now + later)
        }
        let challenge = try door.challenge()
        try open(key, token, challenge: challenge)
        #expect(throws: AgentError.counterUnknown) { try open(key, token, challenge: challenge) }
        #expect(throws: AgentError.counterUnknown) { try open(other, token, challenge: door.challenge()) }
        #expect(throws: AgentError.counterUnknown) { try open(key, nil, challenge: door.challenge()) }
        #expect(throws: AgentError.counterUnknown) { try open(key, token, challenge: "made up") }
        #expect(throws: AgentError.counterUnknown) {
            try open(key, token, challenge: door.challenge(), authority: "127.0.0.1:8328")
        }
        #expect(throws: AgentError.counterUnknown) {
            try open(key, token, challenge: door.challenge(), later: .seconds(61))
        }
        // Whoever asks for many pushes out the oldest, and fills no memory.
        let first = try door.challenge()
        for _ in 0..<PageDoor.mostChallenges { _ = try door.challenge() }
        #expect(throws: AgentError.counterUnknown) { try open(key, token, challenge: first) }
    }

    @Test("A counter that is revoked or has expired opens nothing, and its session has ended")
    func revoked() throws {
        let key = try #require(BrowserKey())
        let token = try admit(key)
        let fields = own.merging(["Authorization": "Bearer \(try session(key, token))"]) { $1 }
        try tokens.revoke(token.id)
        #expect(error(result(fields, .right([.readHolder]))) == .tokenRefused)
        #expect(error(result(fields, .ownPage)) == .pageOnly)
        #expect(tokens.counter(token.id, at: Date()) == nil)
        #expect(tokens.counter(try admit(key, lifetime: -1).id, at: Date()) == nil)
        // A program's token is no counter's, whatever its id.
        let program = try tokens.issue(to: .program("PACS"), name: "PACS", rights: [.write], at: Date(), lifetime: 60)
        #expect(tokens.counter(program.token.id, at: Date()) == nil)
        #expect(tokens.find("", at: Date()) == nil)
    }

    @Test("Sixteen reloads of a counter end nobody's administration")
    func manySessions() throws {
        let key = try #require(BrowserKey())
        let token = try admit(key)
        let administration = try door.open("0123456789abcdef")
        var sessions: [String] = []
        for _ in 0...PageDoor.mostSessions { sessions.append(try session(key, token)) }
        #expect(door.entry(of: administration) == .administration)
        #expect(door.entry(of: sessions[0]) == nil)
        #expect(door.entry(of: sessions[1]) == .counter(token.id))
    }

    @Test("In a kiosk a counter reads only, also one that was admitted before")
    func kiosk() throws {
        let key = try #require(BrowserKey())
        let fields = own.merging(["Authorization": "Bearer \(try session(key, admit(key)))"]) { $1 }
        var configuration = AgentConfiguration()
        configuration.counter.preset = .kiosk
        gate.change(Gate.Rules(configuration))
        #expect(error(result(fields, .right([.readHolder]))) == nil)
        #expect(error(result(fields, .right([.write]))) == .rightMissing(.write))
        #expect(error(result(fields, .right([.visits]))) == .rightMissing(.visits))
        #expect(configuration.counter.clearSeconds == 20)
    }

    @Test("A key is a point on P-256 and nothing else; a signature is 64 bytes of it")
    func keys() throws {
        let key = try #require(BrowserKey())
        let publicKey = try #require(CounterKey(key.publicKey))
        for _ in 0..<64 {
            let text = UUID().uuidString
            var signature = key.sign(text)
            #expect(publicKey.signed(text, signature))
            #expect(!publicKey.signed(text + "x", signature))
            signature[Int.random(in: 0..<64)] ^= 1
            #expect(!publicKey.signed(text, signature))
        }
        for signature in [[], [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xFF, count: 64)] {
            #expect(!publicKey.signed("", signature))
        }
        #expect(CounterKey(try #require(BrowserKey("secp256k1")).publicKey) == nil)
        #expect(CounterKey(try #require(BrowserKey("P-384")).publicKey) == nil)
        var bytes = key.publicKey
        bytes[40] ^= 1
        #expect(CounterKey(bytes) == nil)
        #expect(CounterKey(Array(key.publicKey.dropLast())) == nil)
        #expect(CounterKey(key.publicKey + [0]) == nil)
        #expect(CounterKey(hexadecimal: publicKey.hexadecimal) == publicKey)
    }

    @Test("A counter survives a restart of the agent, and a file of before counters is read")
    func kept() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "tokens-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let store = try TokenStore(path: path)
        let key = try #require(BrowserKey())
        let publicKey = try #require(CounterKey(key.publicKey))
        let token = try store.admit(publicKey, name: "Firefox", rights: [.write], at: Date(), lifetime: 60)
        _ = try store.issue(to: .program("PACS"), name: "PACS", rights: [.write], at: Date(), lifetime: 60)
        // The same browser again takes the place of the entry it had.
        let again = try store.admit(publicKey, name: "Firefox", rights: [.write], at: Date(), lifetime: 60)
        let read = try TokenStore(path: path)
        #expect(read.counter(again.id, at: Date())?.publicKey == publicKey.hexadecimal)
        #expect(read.counter(token.id, at: Date()) == nil)
        #expect(read.list(at: Date()).count == 2)
    }

    @Test("The configuration says how the counter behaves; mistakes are told with file and line")
    func configuration() throws {
        let counter = try AgentConfiguration(
            yaml: """
                counter:
                  preset: kiosk
                  clearSeconds: 0
                  language: zh
                  verifyVisits: false
                  facilityName: 示范卫生服务中心
                  facilityCode: "123456788"
                  department: 全科
                """, file: "agent.yaml"
        ).counter
        #expect(counter.preset == .kiosk && counter.clearSeconds == 0 && counter.language == .chinese)
        #expect(!counter.verifiesVisits && counter.facilityName == "示范卫生服务中心" && counter.department == "全科")
        #expect(AgentConfiguration().counter.clearSeconds == 300)
        let error = #expect(throws: ConfigurationError.self) {
            try AgentConfiguration(
                yaml: """
                    counter:
                      preset: nurse
                      clearSeconds: 3601
                      language: fr
                      verifyVisits: perhaps
                      facility: x
                    """, file: "agent.yaml")
        }
        guard case .problems(let problems)? = error else { return }
        #expect(problems.map(\.line) == [6, 2, 3, 4, 5])
    }

    // MARK: Codes and fields

    private func code(_ text: String) -> JSONValue { ScannedCode(Recognition(of: text)).json }

    @Test("A scanned code is said by its form, and nothing of it identifies a person or is worth money")
    func codes() {
        let id = String(repeating: "98FF9F2C05145CB9", count: 4)
        let fixed = code("\(id):1\r\n")
        #expect(fixed["kind"] == .string("static"))
        #expect(fixed["id"] == .string("98FF…5CB9"))
        #expect(fixed["normalized"] == .array([.string("lineEnd")]))
        #expect(code("85:\(id):1")["prefix"] == .string("85"))
        #expect(code("11010020171225006X")["number"] == .string("110…006X"))
        #expect(code("134567890123456789")["service"] == .string("weChat"))
        #expect(code("hello")["reasonWords"]?["zh"] != nil)
        for text in ["\(id):1", "11010020171225006X", "134567890123456789"] {
            #expect(!code(text).text().contains(text.prefix(17)), "\(text)")
        }
    }

    private func problems(_ json: JSONValue) -> [String] {
        guard case .array(let problems)? = json["problems"] else { return [] }
        return problems.compactMap { if case .string(let item)? = $0["item"] { item } else { nil } }
    }

    @Test("Each field has its own problem, with what to do in both languages")
    func fields() throws {
        let checks = FieldChecks(profile: try CardProfile.bundled(overlays: ["test-keys"]))
        let json = try JSONValue(
            parsing: Array(
                #"{"validity":{"phone1":"abc","phone2":"0731-1234567"},"address":{"addressType1":"9"},"contacts":{"contactName1":""},"allergies":[{"allergyReaction":"x"}],"photo":"AAAA"}"#
                    .utf8))
        let found = try checks.result(ofChanges: json)
        #expect(
            problems(found) == [
                "validity.phone1", "address.addressType1", "contacts.contactName1", "allergies.0", "photo",
            ])
        guard case .array(let all)? = found["problems"] else { return }
        for problem in all { #expect(problem["texts"]?["zh"]?["what"] != nil && problem["texts"]?["en"] != nil) }
        let visit = try JSONValue(
            parsing: Array(#"{"visitTime":"yesterday","symptoms":[{"durationMinutes":"long"}],"payment":"77"}"#.utf8))
        #expect(
            problems(try checks.result(ofVisit: visit, .outpatient)) == [
                "visitTime", "symptoms[1].durationMinutes", "payment",
            ])
        let empty = problems(try checks.result(ofVisit: .object([]), .outpatient))
        #expect(empty.contains("facilityName") && empty.contains("symptoms[1].name") && !empty.contains(""))
    }
}
