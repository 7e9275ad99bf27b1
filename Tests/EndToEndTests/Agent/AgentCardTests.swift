import Foundation
import Testing

/// Cards over HTTP, by the daemon and virtual readers.
@Suite("Agent: cards") struct AgentCardTests {
    private static let id = "99646919970325667X"
    private static let everything = ["read-holder", "read-clinical", "write", "visits", "block"]

    private func personalize(_ card: CardInSlot) async throws {
        try await Programs.output(
            Programs.healthcard(),
            ["personalize", "--batch", Programs.sampleBatch, "--id", Self.id, "--reader", card.reader, "--json"])
    }

    private func key() -> String { UUID().uuidString }

    @Test("A card is read by its token, in the very bytes of the command line; photo, FHIR and inspection too")
    func reading() async throws {
        let card = try await CardInSlot.insert("5248430000000411")
        try await personalize(card)
        let expected = try await Programs.healthcard(["read", "--reader", card.reader, "--json"])
        let fhir = try await Programs.healthcard(["read", "--reader", card.reader, "--format", "fhir"])
        let agent = try await AgentProgram()
        let token = try await agent.pair(Self.everything)
        let id = try await agent.card(in: card.reader)
        let read = try await agent.ask("GET", "/v1/cards/\(id)", token: token)
        #expect(read.status == 200, "\(read.body)")
        #expect(read.body + "\n" == String(decoding: expected.output, as: UTF8.self))
        #expect(read.headers["healthcard-card"] == id)
        let bundle = try await agent.ask("GET", "/v1/cards/\(id)/fhir", token: token)
        #expect(bundle.body + "\n" == String(decoding: fhir.output, as: UTF8.self))
        let photo = try await agent.ask("GET", "/v1/cards/\(id)/photo", token: token)
        #expect(photo.headers["content-type"] == "image/jpeg")
        guard case .text(let base64)? = try JSONValue(expected.output)["photo"] else {
            Issue.record("no photo")
            return
        }
        #expect(photo.bytes == Data(base64Encoded: base64))
        let inspection = try await agent.ask("GET", "/v1/cards/\(id)/inspection", token: token)
        #expect(inspection.status == 200, "\(inspection.body)")
        let holder = try await agent.ask("GET", "/v1/cards/\(id)?sections=holder&visits=none", token: token)
        #expect(holder.json["holder"] != nil && holder.json["clinical"] == nil)
        let unknown = try await agent.ask("GET", "/v1/cards/\(id)?sections=nonsense", token: token)
        #expect(unknown.status == 400)
        // Not a word of the card is in the log or in the state folder.
        guard case .text(let name)? = try JSONValue(expected.output)["holder"]?["name"] else {
            Issue.record("no name")
            return
        }
        let journal = try FileManager.default.contentsOfDirectory(
            at: agent.folder.appending(path: "journal"), includingPropertiesForKeys: nil)
        let written = try journal.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
        for secret in [name, Self.id, token] {
            #expect(!agent.log.contains(secret) && !written.contains(secret))
        }
        #expect(written.contains("5248430000000411") && written.contains("\"act\":\"read\""))
        #expect(try await agent.stop().status == 0)
        try await card.stop()
    }

    @Test("A token shows what its rights allow, and nothing else")
    func rights() async throws {
        let card = try await CardInSlot.insert("5248430000000412")
        try await personalize(card)
        let agent = try await AgentProgram()
        let id = try await agent.card(in: card.reader)
        let token = try await agent.pair(["read-holder"])
        let read = try await agent.ask("GET", "/v1/cards/\(id)", token: token)
        #expect(read.json["holder"] != nil)
        for section in ["clinical", "allergies", "immunizations", "special", "inpatient", "outpatient"] {
            #expect(read.json[section] == nil, "\(section)")
        }
        for path in ["?sections=clinical", "?visits=valid", "/visits", "/visits/verification"] {
            let answer = try await agent.ask("GET", "/v1/cards/\(id)\(path)", token: token)
            #expect(answer.status == 403 && answer.code == "agent.rightMissing", "\(path) \(answer.body)")
        }
        let bundle = try await agent.ask("GET", "/v1/cards/\(id)/fhir", token: token)
        #expect(bundle.body.contains("\"Patient\"") && !bundle.body.contains("AllergyIntolerance"))
        for (method, path, body) in [
            ("PATCH", "", #"{"validity":{"phone1":"13800000000"}}"#), ("POST", "/block", #"{"directory":"DF03"}"#),
            ("POST", "/unblock", #"{"directory":"DF03"}"#), ("POST", "/visits/outpatient", "{}"),
        ] {
            let answer = try await agent.ask(
                method, "/v1/cards/\(id)\(path)", ["Idempotency-Key": key()], body: body, token: token)
            #expect(answer.status == 403 && answer.code == "agent.rightMissing", "\(method) \(path) \(answer.body)")
        }
        let nobody = try await agent.ask("GET", "/v1/cards/\(id)")
        #expect(nobody.status == 401 && nobody.headers["www-authenticate"] == "Bearer")
        try await agent.stop()
        try await card.stop()
    }

    @Test("A card that was exchanged is not written: 409, and it holds what it held")
    func exchanged() async throws {
        let slot = try await VirtualSlot()
        var card = try await CardInSlot.insert("5248430000000413", slot: slot)
        try await personalize(card)
        let agent = try await AgentProgram()
        let token = try await agent.pair(Self.everything)
        let first = try await agent.card(in: card.reader)
        #expect(try await agent.ask("GET", "/v1/cards/\(first)", token: token).status == 200)
        try await card.stop()
        card = try await CardInSlot.insert("5248430000000414", slot: slot)
        try await personalize(card)
        let second = try await agent.card(in: card.reader)
        #expect(first != second)
        let before = try await agent.ask("GET", "/v1/cards/\(second)", token: token).body
        for (method, path, body) in [
            ("PATCH", "", #"{"validity":{"phone1":"13800000000"}}"#), ("POST", "/block", #"{"directory":"DF03"}"#),
            ("GET", "", nil), ("GET", "/photo", nil), ("POST", "/settle", nil),
        ] {
            let answer = try await agent.ask(
                method, "/v1/cards/\(first)\(path)", ["Idempotency-Key": key()], body: body, token: token)
            #expect(
                answer.status == 409 && answer.code == "agent.cardGone",
                "\(method) \(path) \(answer.status) \(answer.body)")
        }
        #expect(try await agent.ask("GET", "/v1/cards/\(second)", token: token).body == before)
        let never = try await agent.ask("GET", "/v1/cards/abcdefghijkmnpqrstuvwxyz23", token: token)
        #expect(never.status == 404 && never.code == "agent.noSuchCard")
        try await agent.stop()
        try await card.stop()
    }

    @Test("An update is written once for its key, also after a restart; a visit too")
    func writing() async throws {
        let card = try await CardInSlot.insert("5248430000000415")
        try await personalize(card)
        var agent = try await AgentProgram()
        let token = try await agent.pair(Self.everything)
        var id = try await agent.card(in: card.reader)
        let change = #"{"validity":{"phone1":"13800000000"}}"#
        let unkeyed = try await agent.ask("PATCH", "/v1/cards/\(id)", body: change, token: token)
        #expect(unkeyed.status == 400 && unkeyed.code == "agent.keyNeeded", "\(unkeyed.body)")
        let plan = try await agent.ask("PATCH", "/v1/cards/\(id)?dryRun=true", body: change, token: token)
        #expect(plan.json["records"]?.elements.map { $0["outcome"] } == [.text("notWritten")], "\(plan.body)")
        let firstKey = key()
        let changed = try await agent.ask(
            "PATCH", "/v1/cards/\(id)", ["Idempotency-Key": firstKey], body: change, token: token)
        #expect(changed.json["records"]?.elements.map { $0["outcome"] } == [.text("written")], "\(changed.body)")
        let repeated = try await agent.ask(
            "PATCH", "/v1/cards/\(id)", ["Idempotency-Key": firstKey], body: change, token: token)
        #expect(repeated.body == changed.body && repeated.headers["idempotency-replayed"] == "true")
        let anew = try await agent.ask(
            "PATCH", "/v1/cards/\(id)", ["Idempotency-Key": key()], body: change, token: token)
        #expect(anew.json["records"]?.elements.map { $0["outcome"] } == [.text("alreadySo")], "\(anew.body)")
        let wrong = try await agent.ask(
            "PATCH", "/v1/cards/\(id)", ["Idempotency-Key": key()], body: #"{"holder":{"nonsense":"x"}}"#, token: token)
        #expect(wrong.status == 422, "\(wrong.body)")
        let updateKey = key()
        let template = try await Programs.output(Programs.healthcard(), ["visit", "template", "--outpatient"])
        let visit = String(decoding: template, as: UTF8.self)
        let added = try await agent.ask(
            "POST", "/v1/cards/\(id)/visits/outpatient", ["Idempotency-Key": updateKey], body: visit, token: token)
        #expect(added.status == 201, "\(added.body)")
        let again = try await agent.ask(
            "POST", "/v1/cards/\(id)/visits/outpatient", ["Idempotency-Key": updateKey], body: visit, token: token)
        #expect(again.status == 201 && again.body == added.body && again.headers["idempotency-replayed"] == "true")
        let other = try await agent.ask(
            "POST", "/v1/cards/\(id)/visits/inpatient", ["Idempotency-Key": updateKey], body: visit, token: token)
        #expect(other.status == 422, "\(other.body)")
        let list = try await agent.ask("GET", "/v1/cards/\(id)/visits", token: token)
        #expect(list.json["outpatient"]?.elements.count == 1)
        let told = try await Programs.healthcard(["visit", "list", "--reader", card.reader, "--json"])
        #expect(list.body + "\n" == String(decoding: told.output, as: UTF8.self))
        let verified = try await agent.ask("GET", "/v1/cards/\(id)/visits/verification", token: token)
        #expect(verified.json.elements.map { $0["trusted"] } == [.flag(true)], "\(verified.body)")
        // kill -9: what was done is known, and not done again.
        try await agent.stop(SIGKILL)
        agent.removesFolder = false
        agent = try await AgentProgram(folder: agent.folder)
        id = try await agent.card(in: card.reader)
        let replayed = try await agent.ask(
            "POST", "/v1/cards/\(id)/visits/outpatient", ["Idempotency-Key": updateKey], body: visit, token: token)
        #expect(replayed.status == 409 && replayed.code == "agent.doneBefore", "\(replayed.status) \(replayed.body)")
        #expect(
            try await agent.ask("GET", "/v1/cards/\(id)/visits", token: token).json["outpatient"]?.elements.count == 1)
        let erased = try await agent.ask(
            "POST", "/v1/cards/\(id)/visits/outpatient/1/reimburse", ["Idempotency-Key": key()], body: "{}",
            token: token)
        #expect(erased.status == 200, "\(erased.body)")
        let blocked = try await agent.ask(
            "POST", "/v1/cards/\(id)/block", ["Idempotency-Key": key()], body: #"{"directory":"DF03"}"#, token: token)
        #expect(blocked.status == 200, "\(blocked.body)")
        let final = try await agent.ask(
            "POST", "/v1/cards/\(id)/block", ["Idempotency-Key": key()],
            body: #"{"directory":"DF03","permanently":true,"serial":"0000000000000000"}"#, token: token)
        #expect(final.status == 403 && final.code == "agent.wrongSerial", "\(final.body)")
        let unblocked = try await agent.ask(
            "POST", "/v1/cards/\(id)/unblock", ["Idempotency-Key": key()], body: #"{"directory":"DF03"}"#, token: token)
        #expect(unblocked.status == 200, "\(unblocked.body)")
        let journal = try await Programs.run(
            AgentProgram.path(), ["journal", "--config", agent.folder.path(percentEncoded: false) + "/agent.yaml"])
        #expect(journal.status == 0, "\(journal.errors)")
        try await agent.stop()
        try await card.stop()
    }

    @Test("With a SAM: its PIN by a credential or by the page, a wrong one is not sent twice")
    func sam() async throws {
        let slots = try await VirtualSlot.pair()
        let card = try await CardInSlot.insert("5248430000000416", slot: slots.card)
        try await personalize(card)
        let sam = try await CardInSlot(
            "", slots.sam, Programs.healthcard(), ["virtual", "--sam", "--type", "5", "--pin", "24681357"])
        let yaml = "sam: { reader: \"\(sam.reader)\" }\n"
        let agent = try await AgentProgram(yaml)
        let token = try await agent.pair(Self.everything)
        let id = try await agent.card(in: card.reader)
        let readers = try await agent.ask("GET", "/v1/readers").json["readers"]?.elements ?? []
        #expect(readers.contains { $0["role"] == .text("sam") && $0["state"] == .text("sam") && $0["card"] == nil })
        let template = try await Programs.output(Programs.healthcard(), ["visit", "template", "--outpatient"])
        let visit = String(decoding: template, as: UTF8.self)
        func add() async throws -> HTTPAnswer {
            try await agent.ask(
                "POST", "/v1/cards/\(id)/visits/outpatient", ["Idempotency-Key": key()], body: visit, token: token)
        }
        #expect(try await add().status == 422)
        let session = try await agent.ask("POST", "/v1/page/session", body: #"{"code":"\#(agent.pageCode)"}"#).text(
            "session")
        let wrong = try await agent.ask("PUT", "/v1/sam/pin", body: #"{"pin":"11111111"}"#, token: session)
        #expect(wrong.status == 422 && wrong.code == "sam.wrongPIN", "\(wrong.body)")
        // A foreign page types none, whatever it has.
        for secret in [token, session] {
            let foreign = try await agent.ask(
                "PUT", "/v1/sam/pin", ["Origin": "https://evil.example"], body: #"{"pin":"24681357"}"#, token: secret)
            #expect(foreign.status == 403 && foreign.code == "agent.foreignOrigin")
        }
        let program = try await agent.ask("PUT", "/v1/sam/pin", body: #"{"pin":"24681357"}"#, token: token)
        #expect(program.status == 403 && program.code == "agent.pageOnly")
        let right = try await agent.ask("PUT", "/v1/sam/pin", body: #"{"pin":"24681357"}"#, token: session)
        #expect(right.status == 204, "\(right.body)")
        let added = try await add()
        #expect(added.status == 201, "\(added.body)")
        let told = try await agent.ask("GET", "/v1/events?after=zzzz-0")
        #expect(told.json["events"]?.elements.first?["type"] == .text("state"))
        #expect(!agent.log.contains("24681357"))
        try await agent.stop()
        let credential = try await AgentProgram(
            yaml, environment: ["CREDENTIALS_DIRECTORY": try Programs.credentials(pin: "24681357")])
        let other = try await credential.pair(Self.everything)
        let card2 = try await credential.card(in: card.reader)
        let signed = try await credential.ask(
            "POST", "/v1/cards/\(card2)/visits/outpatient", ["Idempotency-Key": key()], body: visit, token: other)
        #expect(signed.status == 201, "\(signed.body)")
        try await credential.stop()
        try await sam.stop()
        try await card.stop()
    }

    @Test("The examples in Python and C read a card")
    func examples() async throws {
        let card = try await CardInSlot.insert("5248430000000417")
        try await personalize(card)
        let agent = try await AgentProgram()
        let id = try await agent.card(in: card.reader)
        let token = try await agent.pair(["read-holder"])
        let holder = try await agent.ask("GET", "/v1/cards/\(id)?sections=holder&visits=none", token: token).json[
            "holder"]
        let file = agent.folder.appending(path: "token").path(percentEncoded: false)
        try token.write(toFile: file, atomically: true, encoding: .utf8)
        let address = "http://127.0.0.1:\(agent.port)"
        func example(_ name: String) -> String {
            Programs.root.appending(path: "Examples/Agent/\(name)").path(percentEncoded: false)
        }
        let python = try await Programs.output(
            Programs.python, [example("read_card.py"), address, "--token", file, "--reader", card.reader, "--once"])
        #expect(try JSONValue(python) == holder)
        let built = agent.folder.appending(path: "read_card").path(percentEncoded: false)
        try await Programs.output("/usr/bin/cc", ["-Wall", "-Werror", "-o", built, example("read_card.c")])
        let c = try await Programs.output(built, ["\(agent.port)", file, id])
        #expect(try JSONValue(c)["holder"] == holder)
        try await agent.stop()
        try await card.stop()
    }

    @Test("The example in Java pairs, hears of a card and reads it")
    func java() async throws {
        let card = try await CardInSlot.insert("5248430000000418")
        try await personalize(card)
        let agent = try await AgentProgram()
        let id = try await agent.card(in: card.reader)
        let token = try await agent.pair(["read-holder"])
        let read = try await agent.ask("GET", "/v1/cards/\(id)?sections=holder&visits=none", token: token)
        let file = agent.folder.appending(path: "java-token").path(percentEncoded: false)
        let source = Programs.root.appending(path: "Examples/Agent/ReadCard.java").path(percentEncoded: false)
        let program = try Programs.Running(
            "/usr/bin/java",
            [
                source, "--agent", "http://127.0.0.1:\(agent.port)", "--token", file, "--reader", card.reader, "--once",
            ])
        try await eventually("its number") {
            guard program.isRunning else {
                throw ProgramError(description: String(decoding: program.errors, as: UTF8.self))
            }
            return String(decoding: program.errors, as: UTF8.self).contains("type ")
        }
        let number = String(decoding: program.errors, as: UTF8.self).split(separator: " ")[1]
        let session = try await agent.ask("POST", "/v1/page/session", body: #"{"code":"\#(agent.pageCode)"}"#).text(
            "session")
        let waiting = try await agent.ask("GET", "/v1/pairings", token: session).json["pairings"]?.elements ?? []
        guard case .text(let wish)? = waiting.first?["id"] else {
            Issue.record("no wish: \(waiting)")
            return
        }
        let confirmed = try await agent.ask(
            "POST", "/v1/pairings/\(wish)/confirm", body: #"{"number":"\#(number)"}"#, token: session)
        #expect(confirmed.status == 200, "\(confirmed.body)")
        let outcome = try await program.wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try JSONValue(outcome.output)["holder"] == read.json["holder"])
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try await agent.stop()
        try await card.stop()
    }
}
