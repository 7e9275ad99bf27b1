import Foundation
import HealthCard
import Testing
import VirtualCard

/// A card in a reader that kills the agent at one of its commands, and a SAM beside it.
final class KilledAgentBench {
    /// The agent dies when the chip has carried out so many commands of the act: before it gets the last one's answer, or as
    /// soon as it may have it.
    struct Point: Sendable, CustomTestStringConvertible {
        let command: Int
        let isAnswered: Bool
        /// The card is out of the reader when the agent starts again.
        let isOut: Bool
        var testDescription: String { "\(command)\(isAnswered ? ":answered" : "")\(isOut ? ":out" : "")" }
    }

    enum Act: CaseIterable { case update, visit, reimbursement }

    /// Counts the commands since it was armed, and kills at one.
    private final class Trigger: @unchecked Sendable {
        private let lock = NSLock()
        private var point: (command: Int, isAnswered: Bool, victim: pid_t)?
        private var start: Int?
        private(set) var last = 0

        func arm(_ point: Point?, _ victim: pid_t) {
            lock.withLock {
                start = nil
                last = 0
                self.point = point.map { ($0.command, $0.isAnswered, victim) }
            }
        }

        func note(_ index: Int, _ isAnswered: Bool) {
            lock.withLock {
                let first = start ?? index
                start = first
                last = index - first
                guard let point, point.command == index - first, point.isAnswered == isAnswered else { return }
                kill(point.victim, SIGKILL)
                self.point = nil
            }
        }
    }

    private static let pin = "24681357"

    /// Each bench's own: every agent sees the cards in all readers.
    private let serial: String
    private let reader: String
    private let card: VirtualHealthCard
    private let link: VPCDLink
    private let trigger = Trigger()
    private let slots: (card: VirtualSlot, sam: VirtualSlot)
    private let sam: CardInSlot
    private var agent: AgentProgram
    private let token: String
    private let yaml: String
    private let environment: [String: String]
    private let visit: String
    private var number = 0

    init(_ serial: String) async throws {
        self.serial = serial
        slots = try await VirtualSlot.pair()
        let state = FileManager.default.temporaryDirectory.appending(path: "card-\(UUID().uuidString).json").path(
            percentEncoded: false)
        let made = try await CardInSlot.insert(serial, slot: slots.card, ["--state", state])
        try await Programs.output(
            Programs.healthcard(),
            [
                "personalize", "--batch", Programs.sampleBatch, "--id", "99646919970325667X", "--reader", made.reader,
                "--json",
            ])
        try await made.stop()
        reader = slots.card.reader.rawValue
        card = try VirtualHealthCard.open(
            path: state, serial: nil, profile: .bundled("resident-health-card", overlays: ["test-keys"]))
        guard let port = UInt16(slots.card.port) else { throw ProgramError(description: "no port") }
        let chip = FlawedChip(card, ChipFlaws())
        link = VPCDLink(chip: chip, options: VPCDLink.Options(port: port))
        let trigger = trigger
        chip.onCommand { trigger.note($0, $1) }
        link.start()
        try await slots.card.waitForCard(serial, nil)
        sam = try await CardInSlot.insert(
            "", slot: slots.sam, ["--sam", "--type", "5", "--pin", Self.pin])
        yaml = "sam: { reader: \"\(sam.reader)\" }\n"
        environment = ["CREDENTIALS_DIRECTORY": try Programs.credentials(pin: Self.pin)]
        agent = try await AgentProgram(yaml, environment: environment)
        agent.removesFolder = false
        token = try await agent.pair(["read-holder", "read-clinical", "write", "visits", "block"])
        visit = String(
            decoding: try await Programs.output(Programs.healthcard(), ["visit", "template", "--outpatient"]),
            as: UTF8.self)
    }

    /// What the card says, as the agent reads it.
    private struct Content: Hashable {
        let phone: String
        let name: String
        /// The newest entry.
        let allergen: String
        let visits: Int
    }

    private func content() async throws -> Content {
        let id = try await agent.card(in: reader)
        let read = try await agent.ask("GET", "/v1/cards/\(id)?visits=valid", token: token)
        guard read.status == 200 else { throw ProgramError(description: "not read: \(read.status) \(read.body)") }
        func text(_ section: String, _ item: String) -> String {
            if case .text(let text)? = read.json[section]?[item] { return text }
            return ""
        }
        var allergen = ""
        if case .text(let text)? = read.json["allergies"]?.elements.first?["allergen"] { allergen = text }
        return Content(
            phone: text("validity", "phone1"), name: text("contacts", "contactName1"),
            allergen: allergen, visits: read.json["outpatient"]?.elements.count ?? 0
        )
    }

    /// Another one for each act.
    private var name: String {
        let characters = Array("赵钱孙李周吴郑王冯陈")
        return "张\(characters[number / 10 % 10])\(characters[number % 10])"
    }

    private func ask(_ act: Act, _ id: String, _ key: String) async throws -> HTTPAnswer {
        let head = ["Idempotency-Key": key]
        return switch act {
        case .update:
            try await agent.ask(
                "PATCH", "/v1/cards/\(id)", head,
                body: """
                    {"validity":{"phone1":"138\(number)"},"contacts":{"contactName1":"\(name)"},\
                    "allergies":[{"allergen":"a\(number)"}]}
                    """, token: token)
        case .visit:
            try await agent.ask("POST", "/v1/cards/\(id)/visits/outpatient", head, body: visit, token: token)
        case .reimbursement:
            try await agent.ask(
                "POST", "/v1/cards/\(id)/visits/outpatient/1/reimburse", head, body: "{}", token: token)
        }
    }

    /// What the card says when the act is done.
    private func goal(_ act: Act, _ before: Content) -> Content {
        switch act {
        case .update:
            Content(
                phone: "138\(number)", name: name, allergen: "a\(number)",
                visits: before.visits)
        case .visit:
            Content(phone: before.phone, name: before.name, allergen: before.allergen, visits: before.visits + 1)
        case .reimbursement:
            Content(phone: before.phone, name: before.name, allergen: before.allergen, visits: before.visits - 1)
        }
    }

    /// Makes the card ready for an act: one visit to reimburse, or room for one.
    private func prepare(_ act: Act) async throws {
        var count = try await content().visits
        while act == .visit && count > 0 || act == .reimbursement && count == 0 {
            let id = try await agent.card(in: reader)
            let answer = try await ask(count > 0 ? .reimbursement : .visit, id, UUID().uuidString)
            guard answer.status < 300 else { throw ProgramError(description: "not ready: \(answer.body)") }
            count = try await content().visits
        }
    }

    /// Commands of an act that is not disturbed.
    func commands(_ act: Act) async throws -> Int {
        number += 1
        try await prepare(act)
        let id = try await agent.card(in: reader)
        trigger.arm(nil, 0)
        let answer = try await ask(act, id, UUID().uuidString)
        guard answer.status < 300 else { throw ProgramError(description: "not done: \(answer.body)") }
        return trigger.last + 1
    }

    /// Kills the agent at a point of an act, starts it again, and holds what it says against what the card holds.
    ///
    /// - Returns: what the card holds: `old`, `new`, `partly`.
    func run(_ act: Act, _ point: Point) async throws -> String {
        number += 1
        try await prepare(act)
        let before = try await content()
        let goal = goal(act, before)
        let id = try await agent.card(in: reader)
        let key = UUID().uuidString
        trigger.arm(point, agent.program.identifier)
        _ = try? await ask(act, id, key)
        try await eventually("the agent is killed") { !agent.program.isRunning }
        try await slots.card.waitUntilIdle()
        if point.isOut {
            link.remove()
            try await slots.card.waitUntilEmpty()
        }
        let written = card.writtenByteCount
        agent = try await AgentProgram(yaml, folder: agent.folder, environment: environment)
        agent.removesFolder = false
        if point.isOut {
            // Nobody has asked the card; only what had sent nothing is certain.
            for act in try await unfinished() {
                #expect(act["outcome"] == nil || act["outcome"] == .text("old"), "\(point)")
                guard case .text(let text)? = act["texts"]?["zh"]?["what"] else {
                    throw ProgramError(description: "no text")
                }
                #expect(text.contains("卡"))
            }
            link.insert()
            try await slots.card.waitForCard(serial, nil)
        }
        var acts: [JSONValue] = []
        for _ in 0..<2_000 {
            acts = try await unfinished()
            if acts.last?["outcome"] != nil || acts.isEmpty { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        // Asked, and nothing finished by itself.
        #expect(card.writtenByteCount == written, "\(act) \(point): the agent wrote by itself")
        let after = try await content()
        let holds =
            after == before ? "old" : after == goal ? "new" : act == .update ? "partly" : "neither: \(after), \(before)"
        guard let told = acts.last else {
            // The act came to its end before the agent did.
            #expect(after == goal, "\(act) \(point): \(after)")
            #expect(try await ask(act, agent.card(in: reader), key).code == "agent.doneBefore", "\(act) \(point)")
            return holds
        }
        #expect(acts.count == 1 && told["outcome"] == .text(holds), "\(act) \(point): \(told) \(holds)")
        #expect(["old", "new", "partly"].contains(holds), "\(act) \(point): \(holds)")
        let next = try await agent.card(in: reader)
        let events = try await agent.ask("GET", "/v1/events?after=x-0").json["events"]?.elements ?? []
        #expect(!events.isEmpty)
        let settled = try await agent.ask("POST", "/v1/cards/\(next)/settle", token: token)
        if settled.status == 200 {
            #expect(settled.json["outcome"] == .text(holds), "\(act) \(point): \(settled.body)")
        }
        #expect(holds == "old" || settled.status == 200, "\(act) \(point): \(settled.body)")
        // Asked for again under its key: done where nothing was done, else left to a person.
        let again = try await ask(act, next, key)
        switch holds {
        case "old": #expect(again.status < 300, "\(act) \(point): \(again.body)")
        case "new": #expect(again.code == "agent.doneBefore", "\(act) \(point): \(again.body)")
        default: #expect(again.code == "agent.unfinishedBefore", "\(act) \(point): \(again.body)")
        }
        return holds
    }

    private func unfinished() async throws -> [JSONValue] {
        try await agent.ask("GET", "/v1/status").json["unfinishedActs"]?.elements ?? []
    }

    func end() async throws {
        let journal = try await Programs.run(
            AgentProgram.path(), ["journal", "--config", agent.folder.path(percentEncoded: false) + "/agent.yaml"])
        #expect(journal.status == 0, "\(journal.errors)")
        let left = try FileManager.default.contentsOfDirectory(
            atPath: agent.folder.appending(path: "acts").path(percentEncoded: false))
        #expect(left == [])
        agent.removesFolder = true
        try await agent.stop()
        try await slots.card.waitUntilIdle()
        link.stop()
        try await onThread { [link] in link.waitUntilEnded() }
        try await sam.stop()
        try await slots.card.waitUntilEmpty()
    }
}
