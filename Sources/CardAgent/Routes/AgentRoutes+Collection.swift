import Foundation
import HTTPTypes
import HealthCard
import HummingbirdCore
import Messages
import NIOCore
import Personalization

/// First collection at the counter (`Docs/collection.md`).
extension AgentRoutes {
    private static let drafts = "/v1/collection/drafts"
    private static let draft = "/v1/collection/drafts/{draft}"
    private static let batch = "/v1/collection/batches/{batch}"
    /// Problems of the intake that one answer lists.
    private static let mostProblems = 100

    var collectionRoutes: [Route] {
        func route(
            _ method: HTTPRequest.Method, _ path: String, _ name: String, body: Route.Body = .none,
            _ answer: @escaping @Sendable (AgentRequest, CollectionDesk) async throws -> Response
        ) -> Route {
            Route(method, path, name, .pageOr(.collect), body: body) { request in
                guard let collection else { throw CollectionError.off }
                return try await answer(request, collection)
            }
        }
        return collectionPages + [
            route(.get, "/v1/collection", "collection") { _, desk in
                try await desk.run { .json(CollectionJSON.overview($0, try $0.batches())) }
            },
            route(.get, Self.batch + "/form", "collectionForm") { request, desk in
                let batch = request.part("batch")
                return try await desk.run { .json(CollectionJSON.form(batch, try $0.folder(batch).form)) }
            },
            route(.get, Self.batch + "/applications", "collectedApplications") { request, desk in
                let batch = request.part("batch")
                return try await desk.run { .json(CollectionJSON.applications(batch, try $0.folder(batch))) }
            },
            route(.post, Self.batch + "/applications/{application}/reopen", "reopenApplication") { request, desk in
                let (batch, id) = (request.part("batch"), request.part("application"))
                let through = request.caller.name
                return try await desk.run {
                    .json(CollectionJSON.look(try $0.reopen(id, of: batch, through: through)), status: .created)
                }
            },
            route(.delete, Self.batch + "/applications/{application}", "removeApplication") { request, desk in
                let (batch, id) = (request.part("batch"), request.part("application"))
                try await desk.run { try $0.removeApplication(id, of: batch) }
                note("application.removed", id, request.caller)
                return Response(status: .noContent)
            },
            route(.post, Self.batch + "/handover", "handOverBatch", body: .json) { try await handOver($0, $1) },
            route(.get, Self.drafts, "collectionDrafts") { _, desk in
                let rules = acts.profile.application
                return try await desk.run {
                    .json(
                        CollectionJSON.drafts($0.draftList(), name: rules.name.item, number: rules.idNumber.item))
                }
            },
            route(.post, Self.drafts, "beginDraft", body: .json) { request, desk in
                let body = try request.object(["batch", "collector"])
                let (batch, through) = (try body.needed("batch", longest: 64), request.caller.name)
                let collector = try body.text("collector") ?? ""
                return try await desk.run {
                    .json(
                        CollectionJSON.look(try $0.beginDraft(batch, collector: collector, through: through)),
                        status: .created)
                }
            },
            route(.get, Self.draft, "collectionDraft") { request, desk in
                let id = request.part("draft")
                return try await desk.run { .json(CollectionJSON.look(try $0.look(id))) }
            },
            route(.put, Self.draft, "saveDraft", body: .json) { request, desk in
                let (id, changes) = (request.part("draft"), try Self.changes(request))
                return try await desk.run { .json(CollectionJSON.look(try $0.save(id, changes))) }
            },
            route(.delete, Self.draft, "discardDraft") { request, desk in
                let id = request.part("draft")
                try await desk.run { try $0.discard(id) }
                return Response(status: .noContent)
            },
            route(.get, Self.draft + "/photo", "draftPhoto") { request, desk in
                let id = request.part("draft")
                return try await desk.run { .bytes(ByteBuffer(bytes: try $0.photo(id)), type: "image/jpeg") }
            },
            route(.put, Self.draft + "/photo", "takeDraftPhoto", body: .json) { request, desk in
                let (id, picture) = (request.part("draft"), try Self.picture(request))
                return try await desk.run {
                    .json(CollectionJSON.look(try $0.take(photo: picture.jpeg, from: picture.source, for: id)))
                }
            },
            route(.delete, Self.draft + "/photo", "removeDraftPhoto") { request, desk in
                let id = request.part("draft")
                return try await desk.run { .json(CollectionJSON.look(try $0.removePhoto(id))) }
            },
            route(.post, Self.draft + "/submit", "submitDraft") { try await submit($0, $1) },
        ]
    }

    private var collectionPages: [Route] {
        func file(_ path: String, _ name: String, _ type: String, _ content: [UInt8]) -> Route {
            let text = String(decoding: content, as: UTF8.self)
            return Route(.get, path, name, .everyone) { _ in .text(text, type: type + "; charset=utf-8") }
        }
        return [
            file("/base.css", "baseStyle", "text/css", PackageResources.base_css),
            file("/collect", "collectPage", "text/html", PackageResources.collect_html),
            file("/collect.css", "collectStyle", "text/css", PackageResources.collect_css),
            file("/collect.js", "collectScript", "text/javascript", PackageResources.collect_js),
            file("/collect-form.js", "collectFormScript", "text/javascript", PackageResources.collect_form_js),
            file("/collect-texts.js", "collectTexts", "text/javascript", PackageResources.collect_texts_js),
        ]
    }

    // MARK: What is asked

    private static func changes(_ request: AgentRequest) throws -> CollectionDesk.Changes {
        let body = try request.object(["values", "documents", "guardianDocuments", "collector"])
        var changes = CollectionDesk.Changes()
        switch body.value["values"] {
        case nil: break
        case .object(let members)?:
            var values: [String: String] = [:]
            for member in members {
                guard case .string(let text) = member.value, values[member.name] == nil else {
                    throw AgentError.badMember("values")
                }
                values[member.name] = text
            }
            changes.values = values
        default: throw AgentError.badMember("values")
        }
        changes.documents = try codes(body, "documents")
        changes.guardianDocuments = try codes(body, "guardianDocuments")
        changes.collector = try body.text("collector")
        return changes
    }

    /// A list of different codes.
    private static func codes(_ body: JSONObject, _ name: String) throws(AgentError) -> [String]? {
        guard let member = body.value[name] else { return nil }
        guard case .array(let elements) = member, elements.count <= 16 else { throw .badMember(name) }
        var codes: [String] = []
        for element in elements {
            guard case .string(let code) = element, (1...8).contains(code.utf8.count), !codes.contains(code),
                code.utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { throw .badMember(name) }
            codes.append(code)
        }
        return codes
    }

    private static func picture(
        _ request: AgentRequest
    ) throws -> (jpeg: [UInt8], source: Provenance.PhotoSource) {
        let body = try request.object(["jpeg", "source"])
        guard let jpeg = Data(base64Encoded: try body.needed("jpeg", longest: .max)), !jpeg.isEmpty else {
            throw AgentError.badMember("jpeg")
        }
        guard let source = Provenance.PhotoSource(rawValue: try body.text("source") ?? "file") else {
            throw AgentError.badMember("source")
        }
        return (Array(jpeg), source)
    }

    // MARK: Doing it

    private func submit(_ request: AgentRequest, _ desk: CollectionDesk) async throws -> Response {
        let id = request.part("draft")
        let outcome = try await desk.run { desk -> Result<CollectionDesk.Kept, Standing> in
            var against: [JSONValue] = []
            do {
                return .success(try desk.submit(id) { against = CollectionJSON.problems($0) })
            } catch CollectionError.incomplete(let count) {
                return .failure(Standing(count: count, problems: against))
            }
        }
        switch outcome {
        case .success(let kept):
            note("application.collected", kept.id, request.caller)
            return .json(CollectionJSON.kept(kept))
        case .failure(let standing):
            return .problem(
                CollectionError.incomplete(count: standing.count),
                adding: [.init("problems", .array(standing.problems))])
        }
    }

    private struct Standing: Error {
        let count: Int
        let problems: [JSONValue]
    }

    private func handOver(_ request: AgentRequest, _ desk: CollectionDesk) async throws -> Response {
        let batch = request.part("batch")
        let collector = try request.object(["collector"]).needed("collector")
        guard CollectionDesk.problem(collector: collector) == nil else { throw AgentError.badMember("collector") }
        let refused = try await desk.run { desk -> Standing? in
            var problems: [JSONValue] = []
            do {
                try desk.handOver(batch, collector: collector) {
                    if problems.count < Self.mostProblems { problems.append(CollectionJSON.problem($0)) }
                }
                return nil
            } catch CollectionError.batchRefused(let count) {
                return Standing(count: count, problems: problems)
            }
        }
        if let refused {
            return .problem(
                CollectionError.batchRefused(count: refused.count),
                adding: [.init("problems", .array(refused.problems))])
        }
        note("batch.handedOver", batch, request.caller)
        return try await desk.run { .json(CollectionJSON.overview($0, try $0.batches())) }
    }

    /// The folder has changed, and has its own notes, whatever becomes of this line.
    private func note(_ act: String, _ id: String, _ caller: Caller) {
        try? journal.add(
            AccessJournal.Entry(
                act: act, actID: id, who: caller.name, token: caller.token?.id, right: AccessRight.collect.rawValue,
                outcome: .noted))
    }
}

extension AgentRequest {
    func part(_ name: String) -> String { parts[name] ?? "" }
}
