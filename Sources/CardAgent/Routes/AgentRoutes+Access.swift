import Foundation
import HTTPTypes
import HealthCard
import HummingbirdCore
import ShangMi

/// Pairing, tokens, the page's session and the SAM's PIN.
extension AgentRoutes {
    var accessRoutes: [Route] {
        [
            Route(.post, "/v1/pairings", "askPairing", .asker, body: .json) { try ask($0) },
            Route(.get, "/v1/pairings", "pairings", .page) { _ in
                list("pairings", pairings.waiting().map { Self.json($0) })
            },
            Route(.get, "/v1/pairings/{pairing}", "pairing", .asker) { try collect($0) },
            Route(.post, "/v1/pairings/{pairing}/confirm", "confirmPairing", .page, body: .json) { try confirm($0) },
            Route(.post, "/v1/pairings/{pairing}/refuse", "refusePairing", .page) { request in
                let pairing = try pairings.refuse(request.parts["pairing"] ?? "")
                board.events.add(.pairingChanged)
                return .json(Self.json(pairing))
            },
            Route(.get, "/v1/tokens", "tokens", .page) { _ in
                list("tokens", tokens.list(at: Date()).map { Self.json($0) })
            },
            Route(.delete, "/v1/tokens/{token}", "revokeToken", .page) { request in
                guard let token = try tokens.revoke(request.parts["token"] ?? "") else { throw AgentError.noSuchToken }
                try note("token.revoked", request.caller, token)
                // Its streams wake up and end.
                board.events.add(.pairingChanged)
                return Response(status: .noContent)
            },
            Route(.get, "/v1/token", "ownToken", .anyToken) { request in
                guard let token = request.caller.token else { throw AgentError.tokenNeeded }
                return .json(Self.json(token))
            },
            Route(.delete, "/v1/token", "giveUpToken", .anyToken) { request in
                guard let token = request.caller.token else { throw AgentError.tokenNeeded }
                try tokens.revoke(token.id)
                try note("token.givenUp", request.caller, token)
                board.events.add(.pairingChanged)
                return Response(status: .noContent)
            },
            Route(.post, "/v1/page/session", "openPage", .pageDoor, body: .json) { request in
                let code = try request.object(["code"]).needed("code")
                let secret = try door.open(code)
                return .json(.object([.init("session", .string(secret))]), status: .created)
            },
            Route(.delete, "/v1/page/session", "closePage", .page) { request in
                if let secret = request.head.headerFields[.authorization]?.split(separator: " ").last {
                    door.close(String(secret))
                }
                return Response(status: .noContent)
            },
            Route(.put, "/v1/sam/pin", "typePIN", .page, body: .json) { request in
                guard usesSAM else { throw AgentError.noSAMReader }
                let pin = try request.object(["pin"]).needed("pin", longest: 16)
                try await acts.desk.submitPIN(SecretBytes(copying: Array(pin.utf8)))
                return Response(status: .noContent)
            },
            Route(.delete, "/v1/sam/pin", "forgetPIN", .page) { _ in
                pins.forget()
                return Response(status: .noContent)
            },
        ]
    }

    private func list(_ name: String, _ values: [JSONValue]) -> Response {
        .json(.object([.init("schemaVersion", .number(AgentSchema.version)), .init(name, .array(values))]))
    }

    // MARK: Pairing

    private func ask(_ request: AgentRequest) throws -> Response {
        // Each wish costs as much as many other requests: nobody can keep the person at the page busy.
        try pairingLimiter.take(request.caller.line)
        let body = try request.object(["name", "rights"])
        let name = try body.needed("name", longest: 120)
        guard TokenHolder.isProgramName(name) else { throw AgentError.badMember("name") }
        guard let rights = try body.rights("rights") else { throw AgentError.badMember("rights") }
        let holder = request.caller.origin.map(TokenHolder.origin) ?? .program(name)
        let (pairing, secret) = try pairings.ask(holder: holder, name: name, rights: rights)
        board.events.add(.pairingChanged)
        guard case .object(let members) = Self.json(pairing) else { throw AgentError.internalError }
        return .json(
            .object(
                members + [
                    .init("number", .string(pairing.number)), .init("secret", .string(secret)),
                    .init("expiresIn", .number(Int(PairingDesk.lifetime / .seconds(1)))),
                ]), status: .created)
    }

    /// The program that asked finds out, with the secret it was given as its bearer token.
    private func collect(_ request: AgentRequest) throws -> Response {
        let parts = request.head.headerFields[.authorization]?.split(separator: " ") ?? []
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw AgentError.tokenNeeded }
        let pairing = try pairings.collect(
            request.parts["pairing"] ?? "", secret: String(parts[1]), origin: request.caller.origin)
        guard case .object(var members) = Self.json(pairing) else { throw AgentError.internalError }
        if let token = pairing.token { members.append(.init("token", .string(token))) }
        return .json(.object(members))
    }

    private func confirm(_ request: AgentRequest) throws -> Response {
        let body = try request.object(["number", "rights", "days"])
        let number = try body.needed("number", longest: 16).filter { $0 != " " }
        let chosen = try body.rights("rights")
        let days = try body.number("days", 1...3_650)
        let caller = request.caller
        let pairing = try pairings.confirm(request.parts["pairing"] ?? "", number: number) {
            pairing throws(AgentError) in
            // A person may give less than was asked for, never more.
            let rights = chosen.map { pairing.rights.intersection($0) } ?? pairing.rights
            guard !rights.isEmpty else { throw .badMember("rights") }
            let (token, secret) = try tokens.issue(
                to: pairing.holder, name: pairing.name, rights: rights, at: Date(),
                lifetime: Double(days ?? tokenDays()) * 86_400)
            try note("token.issued", caller, token)
            return secret
        }
        board.events.add(.pairingChanged)
        return .json(Self.json(pairing))
    }

    private func note(_ act: String, _ caller: Caller, _ token: AccessToken) throws(AgentError) {
        try journal.add(
            AccessJournal.Entry(
                act: act, actID: token.id, who: "\(caller.name) for \(token.holder)", token: token.id,
                right: token.rights.map(\.rawValue).sorted().joined(separator: " "), outcome: .noted))
    }

    private static func json(_ pairing: Pairing) -> JSONValue {
        .object([
            .init("schemaVersion", .number(AgentSchema.version)), .init("id", .string(pairing.id)),
            .init("holder", .string(pairing.holder.description)), .init("name", .string(pairing.name)),
            .init("rights", rights(pairing.rights)), .init("state", .string(pairing.stage.rawValue)),
        ])
    }

    private static func json(_ token: AccessToken) -> JSONValue {
        .object([
            .init("schemaVersion", .number(AgentSchema.version)), .init("id", .string(token.id)),
            .init("holder", .string(token.holder.description)), .init("name", .string(token.name)),
            .init("rights", rights(token.rights)), .init("made", .string(AgentSchema.text(of: token.made))),
            .init("expires", .string(AgentSchema.text(of: token.expires))),
        ])
    }

    private static func rights(_ rights: Set<AccessRight>) -> JSONValue {
        .array(AccessRight.allCases.filter(rights.contains).map { .string($0.rawValue) })
    }
}
