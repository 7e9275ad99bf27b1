import ElectronicCard
import Foundation
import HTTPTypes
import HealthCard
import HummingbirdCore
import ISO7816
import Messages
import ShangMi

/// What the agent's own page needs as a counter: who may be one, how it is to behave, what fields and codes mean.
extension AgentRoutes {
    var counterRoutes: [Route] {
        [
            Route(.get, "/v1/counter", "counter", .watcher) { _ in .json(Self.json(counterSettings())) },
            Route(.get, "/v1/words", "words", .everyone) { _ in .json(words) },
            Route(.post, "/v1/page/counters", "admitCounter", .page, body: .json) { request in
                let body = try request.object(["name", "key"])
                let name = try body.needed("name", longest: 120)
                guard TokenHolder.isProgramName(name) else { throw AgentError.badMember("name") }
                let encoded = try body.needed("key").data(using: .utf8).flatMap { Data(base64Encoded: $0) }
                guard let key = encoded.flatMap({ CounterKey(Array($0)) }) else { throw AgentError.badMember("key") }
                // What the preset allows is looked at each time: a kiosk that becomes a clerk's needs no new key.
                let token = try tokens.admit(
                    key, name: name, rights: CounterSettings().rights, at: Date(),
                    lifetime: Double(tokenDays()) * 86_400)
                try note("token.issued", request.caller, token)
                return .json(Self.json(token), status: .created)
            },
            Route(.post, "/v1/page/challenges", "challenge", .pageDoor) { _ in
                .json(.object([.init("challenge", .string(try door.challenge()))]), status: .created)
            },
            Route(
                .post, "/v1/codes", "recognizeCode", .right([.readHolder, .readClinical]), body: .json
            ) { request in
                guard case .string(let text)? = try request.object(["text"]).value["text"] else {
                    throw AgentError.badMember("text")
                }
                return .json(ScannedCode(Recognition(of: text)).json)
            },
            Route(.post, "/v1/checks", "check", .right([.write, .visits]), body: .json) { request in
                let body = try request.object(["changes", "kind", "visit"])
                let checks = FieldChecks(profile: acts.profile)
                if let changes = body.value["changes"] { return .json(try checks.result(ofChanges: changes)) }
                guard let visit = body.value["visit"] else { throw AgentError.badMember("changes") }
                guard let kind = try kind(body.needed("kind")) else { throw AgentError.badMember("kind") }
                return .json(try checks.result(ofVisit: visit, kind))
            },
        ]
    }

    /// - Parameter body: `{"code"}` of the page code, or `{"counter","challenge","signature"}`.
    func openPage(_ request: AgentRequest) throws -> Response {
        let body = try request.object(["code", "counter", "challenge", "signature"])
        let secret: String
        if let id = try body.text("counter") {
            let signature = try Data(base64Encoded: body.needed("signature")).map { Array($0) }
            guard let signature else { throw AgentError.badMember("signature") }
            // The name the agent was called by is part of what is signed.
            secret = try door.open(
                tokens.counter(id, at: Date()), challenge: body.needed("challenge"), signature: signature,
                authority: request.head.authority ?? "")
        } else {
            secret = try door.open(body.needed("code"))
        }
        return .json(.object([.init("session", .string(secret))]), status: .created)
    }

    private static func json(_ settings: CounterSettings) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("schemaVersion", .number(AgentSchema.version)), .init("preset", .string(settings.preset.rawValue)),
            .init("clearSeconds", .number(settings.clearSeconds)),
            .init("language", .string(settings.language.rawValue)),
            .init("verifyVisits", .boolean(settings.verifiesVisits)),
        ]
        for (name, value) in [
            ("facilityName", settings.facilityName), ("facilityCode", settings.facilityCode),
            ("department", settings.department),
        ] {
            if let value { members.append(.init(name, .string(value))) }
        }
        return .object(members)
    }

    /// `{"items":{"outpatient.symptoms.name":{"zh","en","table"?}},"tables":{"sex":[{"code","zh","en"}]},
    /// "unreadable":{"blocked":{"zh","en"}}}`.
    private var words: JSONValue {
        let tables = acts.profile.codeTables.sorted { $0.key < $1.key }.map { name, table in
            JSONValue.Member(
                name,
                .array(
                    table.entries.map { entry in
                        .object([
                            .init("code", .string(entry.code)), .init("zh", .string(entry.label)),
                            // What has no English name is called by its own.
                            .init("en", .string(entry.english ?? entry.label)),
                        ])
                    }))
        }
        let unreadable = UnreadableFile.Code.allCases.map { code in
            JSONValue.Member(code.rawValue, JSONValue(words: code))
        }
        var items: [JSONValue.Member] = []
        var named: Set<String> = []
        for file in acts.profile.files where file.shape != .index {
            for item in file.items {
                let name = ([file.section] + (item.group.map { [$0.name] } ?? []) + [item.name]).joined(separator: ".")
                guard named.insert(name).inserted else { continue }
                var members: [JSONValue.Member] = [
                    .init("zh", .string(item.label)), .init("en", .string(CardDocument.words(item.name))),
                ]
                if case .code(let table) = item.format { members.append(.init("table", .string(table))) }
                items.append(.init(name, .object(members)))
            }
        }
        return .object([
            .init("schemaVersion", .number(AgentSchema.version)), .init("items", .object(items)),
            .init("tables", .object(tables)), .init("unreadable", .object(unreadable)),
        ])
    }
}

extension JSONValue {
    /// A message in every language: `{"en","zh"}`.
    init(words message: some Message) {
        self = .object(
            Language.allCases.map { language in .init(language.rawValue, .string(message.text(in: language))) })
    }
}

/// A scanned text as the counter shows it: what it is, never the whole of what identifies a person or is worth money.
struct ScannedCode {
    let json: JSONValue

    init(_ recognition: Recognition) {
        var members: [JSONValue.Member] = [.init("schemaVersion", .number(AgentSchema.version))]
        func add(_ name: String, _ text: String?) { if let text { members.append(.init(name, .string(text))) } }
        func add(_ code: CardCode) {
            add("id", Self.masked(code.idDigits, 4, 4))
            members.append(.init("hasValidity", .boolean(code.validity != nil)))
            members.append(.init("hasPayment", .boolean(code.payment != nil)))
            add("issuer", code.issuer)
        }
        switch recognition.content {
        case .code(let code):
            add("kind", code.kind.rawValue)
            add(code)
        case .unknownPrefix(let code):
            add("kind", "unknownPrefix")
            add("prefix", code.prefix)
            add(code.rest)
        case .identityNumber(let number, let mayBePayment):
            add("kind", "identityNumber")
            add("number", Self.masked(number.text, 3, 4))
            members.append(.init("mayBePayment", .boolean(mayBePayment)))
        case .payment(let service):
            add("kind", "paymentCode")
            add("service", service.rawValue)
            members.append(.init("serviceWords", JSONValue(words: service)))
        case .unknown(let reason):
            add("kind", "unknown")
            add("reason", reason.rawValue)
            members.append(.init("reasonWords", JSONValue(words: reason)))
        }
        members.append(.init("normalized", .array(recognition.normalizations.names.map { .string($0) })))
        json = .object(members)
    }

    private static func masked(_ text: String, _ first: Int, _ last: Int) -> String {
        guard text.count > first + last else { return String(repeating: "*", count: text.count) }
        return "\(text.prefix(first))…\(text.suffix(last))"
    }
}
