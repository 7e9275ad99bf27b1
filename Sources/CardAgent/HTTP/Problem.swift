import HealthCard
import Messages
import Personalization

/// An error as the agent answers it (RFC 9457): its stable code, and its words in every language.
struct Problem: Sendable {
    static let mediaType = "application/problem+json"

    let status: Int
    let json: JSONValue

    var text: String { json.text() }

    /// - Parameter members: more of them, behind those every problem has.
    init(_ error: any AdvisedError, adding members: [JSONValue.Member] = []) {
        status = Self.status(of: error)
        var own: [JSONValue.Member] = [
            .init("schemaVersion", .number(AgentSchema.version)),
            .init("type", .string("urn:healthcard:problem:\(error.identifier)")),
            .init("title", .string(error.what(in: .english))), .init("status", .number(status)),
            .init("code", .string(error.identifier)),
            .init(
                "texts",
                .object(
                    Language.allCases.map { language in
                        var parts = [JSONValue.Member("what", .string(error.what(in: language)))]
                        if let hint = error.hint(in: language) { parts.append(.init("hint", .string(hint))) }
                        return .init(language.rawValue, .object(parts))
                    })),
        ]
        if let cause = error.underlying?.identifier { own.append(.init("cause", .string(cause))) }
        json = .object(own + members)
    }

    private static func status(of error: any AdvisedError) -> Int {
        if let error = error as? AgentError { return error.status }
        if error is JSONError { return 400 }
        if let error = error as? CollectionError { return error.status }
        return switch error.kind {
        case .usage: 400
        case .noReader, .noCard, .partFailed: 409
        case .cardRefused, .badInput: 422
        case .notAllowed: 403
        case .bug: 500
        }
    }
}

/// What every answer carries: it is kept nowhere, shown in no frame, and runs nothing but the agent's own files.
enum SecurityHeaders {
    static let all: [(String, String)] = [
        ("Cache-Control", "no-store"),
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
    ]
}
