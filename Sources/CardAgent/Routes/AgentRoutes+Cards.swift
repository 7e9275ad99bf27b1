import CardProfiles
import ElectronicCard
import Foundation
import HTTPTypes
import HealthCard
import HummingbirdCore
import ISO7816
import Messages
import NIOCore
import ShangMi

/// What is done to cards.
extension AgentRoutes {
    var cardRoutes: [Route] {
        [
            Route(
                .get, "/v1/cards/{card}", "readCard", .right([.readHolder, .readClinical]),
                query: ["sections", "visits"]
            ) { request in
                let scope = try scope(request)
                return try await reading(.read, request) { caller in
                    let result = try await acts.read(request.card, scope, for: caller)
                    let text = result.value.publishedJSON(profile: acts.profile)
                    return (.text(text, type: "application/json"), result.chip)
                }
            },
            Route(.get, "/v1/cards/{card}/photo", "photo", .right([.readHolder])) { request in
                try await reading(.photo, request) { caller in
                    let result = try await acts.photo(request.card, for: caller)
                    return (.bytes(ByteBuffer(bytes: result.value), type: "image/jpeg"), result.chip)
                }
            },
            Route(
                .get, "/v1/cards/{card}/fhir", "fhir", .right([.readHolder, .readClinical]),
                query: ["sections", "visits"]
            ) { request in
                let scope = try scope(request)
                return try await reading(.fhir, request) { caller in
                    let result = try await acts.fhir(request.card, scope, for: caller)
                    return (.text(result.value, type: "application/fhir+json"), result.chip)
                }
            },
            Route(.get, "/v1/cards/{card}/inspection", "inspection", .right([.readHolder])) { request in
                try await reading(.inspect, request) { caller in
                    let result = try await acts.inspect(request.card, for: caller)
                    return (.text(result.value, type: "application/json"), result.chip)
                }
            },
            Route(.get, "/v1/cards/{card}/visits", "visits", .right([.readClinical]), query: ["kind"]) { request in
                let kind = try kind(request.query["kind"])
                return try await reading(.visits, request) { caller in
                    let result = try await acts.visits(request.card, kind, for: caller)
                    return (.text(result.value.text(pretty: true), type: "application/json"), result.chip)
                }
            },
            Route(
                .get, "/v1/cards/{card}/visits/verification", "verifyVisits", .right([.visits]), query: ["kind"]
            ) { request in
                let kind = try kind(request.query["kind"])
                return try await reading(.verify, request) { caller in
                    let result = try await acts.verify(request.card, kind, for: caller)
                    return (.text(result.value.text(pretty: true), type: "application/json"), result.chip)
                }
            },
            Route(.patch, "/v1/cards/{card}", "updateCard", .right([.write]), query: ["dryRun"], body: .json) {
                request in
                let changes = try acts.changes(request.body)
                if try request.flag("dryRun") {
                    let key = request.head.headerFields[.idempotencyKey]
                    guard key.map(IdempotencyDesk.isKey) ?? true else { throw AgentError.keyNeeded }
                    return try await reading(.update, request) { caller in
                        let result = try await acts.update(request.card, changes, dryRun: true, for: caller)
                        return (.json(result.value), result.chip)
                    }
                }
                return try await writing(.update, request) { caller in
                    let result = try await acts.update(request.card, changes, dryRun: false, for: caller)
                    return (result.value, result.chip)
                }
            },
            Route(.post, "/v1/cards/{card}/visits/{kind}", "addVisit", .right([.visits]), body: .json) { request in
                let kind = try kind(request.parts["kind"]) ?? .outpatient
                let content = try acts.visitContent(kind, request.body)
                return try await writing(.addVisit, request, status: .created) { caller in
                    let result = try await acts.addVisit(request.card, content, for: caller)
                    return (result.value.json, result.chip)
                }
            },
            Route(
                .post, "/v1/cards/{card}/visits/{kind}/{record}/reimburse", "reimburseVisit", .right([.visits]),
                body: .json
            ) { request in
                let kind = try kind(request.parts["kind"]) ?? .outpatient
                let record = try AgentRequest.number(request.parts["record"] ?? "", "record", 1...99)
                let unverified = try request.object(["unverified"]).flag("unverified")
                return try await writing(.reimburse, request) { caller in
                    let result = try await acts.reimburse(
                        request.card, kind, record: record, unverified: unverified, for: caller)
                    return (result.value.json, result.chip)
                }
            },
            Route(.post, "/v1/cards/{card}/block", "block", .right([.block]), body: .json) { request in
                let body = try request.object(["directory", "permanently", "serial"])
                let directory = try directory(body)
                let (permanently, serial) = (try body.flag("permanently"), try body.text("serial", longest: 40))
                return try await writing(.block, request) { caller in
                    let result = try await acts.block(
                        request.card, directory: directory, permanently: permanently, serial: serial, for: caller)
                    return (result.value, result.chip)
                }
            },
            Route(.post, "/v1/cards/{card}/unblock", "unblock", .right([.block]), body: .json) { request in
                guard let directory = try directory(request.object(["directory"])) else {
                    throw AgentError.badMember("directory")
                }
                return try await writing(.unblock, request) { caller in
                    let result = try await acts.unblock(request.card, directory: directory, for: caller)
                    return (result.value, result.chip)
                }
            },
            Route(.post, "/v1/cards/{card}/settle", "settle", .right([.write, .visits, .block])) { request in
                try await reading(.settle, request) { caller in
                    let result = try await acts.settle(request.card, for: caller)
                    return (.json(result.value), result.chip)
                }
            },
        ]
    }

    // MARK: What is asked for

    /// The sections that the token may read: those that were named, else all of them.
    private func scope(_ request: AgentRequest) throws -> ReadScope {
        let rights = request.caller.token?.rights ?? []
        let allowed = acts.sections.filter { rights.contains(AccessRight.toRead($0)) }
        var visits = ReadScope.Visits.valid
        switch request.query["visits"] {
        case nil: if !rights.contains(.readClinical) { visits = .none }
        case "none"?: visits = .none
        case "valid"?: if !rights.contains(.readClinical) { throw AgentError.rightMissing(.readClinical) }
        default: throw AgentError.badParameter("visits")
        }
        guard let text = request.query["sections"] else {
            // Everything is not the same as each section by name: both say it as the command line does.
            return ReadScope(sections: allowed.count == acts.sections.count ? nil : Set(allowed), visits: visits)
        }
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy(acts.sections.contains) else { throw AgentError.badParameter("sections") }
        if let refused = names.first(where: { !allowed.contains($0) }) {
            throw AgentError.rightMissing(AccessRight.toRead(refused))
        }
        return ReadScope(sections: Set(names), visits: visits)
    }

    private func kind(_ text: String?) throws -> VisitKind? {
        guard let text else { return nil }
        guard let kind = try VisitLayout.all(in: acts.profile).map(\.kind).first(where: { $0.rawValue == text }) else {
            throw AgentError.badParameter("kind")
        }
        return kind
    }

    private func directory(_ body: JSONObject) throws -> String? {
        guard let name = try body.text("directory", longest: 16) else { return nil }
        guard acts.profile.directory(name) != nil else { throw AgentError.badMember("directory") }
        return name
    }

    private func caller(_ request: AgentRequest, _ act: AgentEvent.Act) throws(AgentError) -> ActCaller {
        guard let token = request.caller.token else { throw .tokenNeeded }
        let right: AccessRight =
            switch act {
            case .read, .fhir: token.rights.contains(.readClinical) ? .readClinical : .readHolder
            case .photo, .inspect: .readHolder
            case .visits: .readClinical
            case .update: .write
            case .verify, .addVisit, .reimburse: .visits
            case .block, .unblock: .block
            case .settle: [.write, .visits, .block].first(where: token.rights.contains) ?? .write
            }
        return ActCaller(
            line: request.caller.line, name: request.caller.name, tokenID: token.id, right: right,
            actID: AgentSecret.encoded(try AgentSecret.random(8)))
    }

    private func entry(
        _ act: AgentEvent.Act, _ caller: ActCaller, _ outcome: AccessJournal.Entry.Outcome
    ) -> AccessJournal.Entry {
        AccessJournal.Entry(
            act: act.rawValue, actID: caller.actID, who: caller.name, token: caller.tokenID,
            right: caller.right.rawValue,
            outcome: outcome)
    }

    // MARK: Doing it

    /// An act that changes nothing: written down before its answer leaves.
    private func reading(
        _ act: AgentEvent.Act, _ request: AgentRequest,
        _ body: (ActCaller) async throws -> (response: Response, chip: String)
    ) async throws -> Response {
        let caller = try caller(request, act)
        var entry = entry(act, caller, .done)
        do {
            var (response, chip) = try await body(caller)
            entry.chip = chip
            try journal.add(entry)
            response.headers[.cardToken] = request.card
            return response
        } catch {
            // A token that is no card's, and a queue that is full, never reached one.
            if !(error is AgentError) {
                entry.outcome = .failed
                entry.code = (error as? any AdvisedError)?.identifier
                try journal.add(entry)
            }
            throw error
        }
    }

    /// An act that changes a card: written down before it begins and when it has ended, and done once for each key.
    private func writing(
        _ act: AgentEvent.Act, _ request: AgentRequest, status: HTTPResponse.Status = .ok,
        _ body: (ActCaller) async throws -> (json: JSONValue, chip: String)
    ) async throws -> Response {
        var caller = try caller(request, act)
        guard let key = request.head.headerFields[.idempotencyKey] else { throw AgentError.keyNeeded }
        guard IdempotencyDesk.isKey(key) else { throw AgentError.keyNeeded }
        let name = IdempotencyDesk.name(caller: caller.line, key: key)
        caller.key = name
        // Without the card's token: after a restart of the agent the same act names the card by another one.
        let parts = request.parts.filter { $0.key != "card" }.sorted { $0.key < $1.key }
        let asked = ([act.rawValue] + parts.map { "\($0.key)=\($0.value)" }).joined(separator: "\n") + "\n\n"
        let digest = IdempotencyDesk.digest(Array(asked.utf8) + request.body)
        if case .replay(let answer) = try idempotency.begin(name, request: digest, card: request.card) {
            var response = Response.text(
                answer.body, type: answer.isProblem ? Problem.mediaType : "application/json",
                status: HTTPResponse.Status(code: answer.status))
            response.headers[.idempotencyReplayed] = "true"
            return response
        }
        var answer: IdempotencyDesk.Answer?
        defer { idempotency.finish(name, answer) }
        // Nothing is written down, and the key stays free, where the card is not there to begin with.
        _ = try board.insertion(request.card)
        var entry = entry(act, caller, .begun)
        entry.key = name
        entry.request = digest
        try journal.add(entry)
        do {
            let (json, chip) = try await body(caller)
            answer = IdempotencyDesk.Answer(status: status.code, body: json.text(), isProblem: false)
            entry.chip = chip
            entry.outcome = .done
            // The card has changed, whatever becomes of this line: without it the act counts as cut short.
            if (try? journal.add(entry)) != nil { acts.unfinished.end(caller.actID) }
            var response = Response.json(json, status: status)
            response.headers[.cardToken] = request.card
            return response
        } catch {
            let members = Self.members(error)
            entry.outcome = Self.outcome(error)
            entry.code = (error as? any AdvisedError)?.identifier
            if let error = error as? any AdvisedError, Self.mayHaveChanged(error) {
                let problem = Problem(error, adding: members)
                answer = IdempotencyDesk.Answer(status: problem.status, body: problem.text, isProblem: true)
            }
            let isKept = (try? journal.add(entry)) != nil
            if entry.outcome == .inDoubt {
                acts.unfinished.doubt(caller.actID, act, key: name)
            } else if isKept {
                acts.unfinished.end(caller.actID)
            }
            return .problem(error, adding: members)
        }
    }

    /// What has been written of an act that was cut short.
    private static func members(_ error: any Error) -> [JSONValue.Member] {
        if let error = error as? UpdateError { return [.init("report", error.report.json)] }
        return []
    }

    /// What the journal says of an act that threw.
    private static func outcome(_ error: any Error) -> AccessJournal.Entry.Outcome {
        switch error {
        case let error as UpdateError where error.doubt != nil: .inDoubt
        case let error as UpdateError where !error.report.records(.written).isEmpty: .foundPart
        case let error as BlockError where error.isInDoubt: .inDoubt
        case let error as VisitError:
            switch error.effect {
            case .none: .failed
            case .done: .done
            case .inDoubt: .inDoubt
            }
        default: .failed
        }
    }

    /// Whether the card may hold something else than before: the same key then gives the same answer, and does nothing.
    private static func mayHaveChanged(_ error: any AdvisedError) -> Bool {
        switch error {
        case let error as UpdateError: error.doubt != nil || !error.report.records(.written).isEmpty
        case let error as BlockError: error.isInDoubt
        case let error as VisitError: error.effect != .none
        default: false
        }
    }
}

extension AgentRequest {
    /// The card token of the path.
    var card: String { parts["card"] ?? "" }
}
