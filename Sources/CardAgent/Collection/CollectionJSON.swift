import CardProfiles
import HealthCard
import Messages
import Personalization

/// What is collected, as the API says it (`Docs/openapi.json`).
enum CollectionJSON {
    static func texts(_ message: some Message) -> JSONValue {
        .object(
            Language.allCases.map { language in
                var parts = [JSONValue.Member("what", .string(message.what(in: language)))]
                if let hint = message.hint(in: language) { parts.append(.init("hint", .string(hint))) }
                return .init(language.rawValue, .object(parts))
            })
    }

    private static let version = JSONValue.Member("schemaVersion", .number(AgentSchema.version))

    // MARK: Batches and their form

    static func overview(_ desk: CollectionDesk, _ entries: [CollectionFolders.Entry]) -> JSONValue {
        .object([
            version, .init("institution", .string(desk.configuration.institution)),
            .init("institutionCode", .string(desk.configuration.institutionCode)),
            .init("folder", .string(desk.configuration.folder)), .init("batches", .array(entries.map(batch))),
        ])
    }

    private static func batch(_ entry: CollectionFolders.Entry) -> JSONValue {
        var members: [JSONValue.Member] = [.init("name", .string(entry.name))]
        switch entry.folder {
        case .success(let folder):
            let manifest = folder.form.manifest
            members += [
                .init("state", .string(folder.isHandedOver ? "handedOver" : "open")), .init("id", .string(manifest.id)),
                .init("mode", .string(manifest.mode.rawValue)), .init("issuerName", .string(manifest.issuerName)),
                .init("issueDate", .string(manifest.issueDate.description)),
                .init("applications", .number(folder.applications.count)),
                .init("problems", .array(folder.manifestProblems.map { problem($0) })),
            ]
        case .failure(let error):
            members += [
                .init("state", .string("unusable")),
                .init(
                    "problems",
                    .array([
                        .object([
                            .init("field", .string("batch")), .init("code", .string(error.identifier)),
                            .init("texts", texts(error)),
                        ])
                    ])),
            ]
        }
        return .object(members)
    }

    static func form(_ name: String, _ form: ApplicationForm) -> JSONValue {
        let profile = form.profile
        let rules = profile.application
        let tables = Set(
            form.fields.compactMap { field -> String? in
                if case .code(let table) = field.kind { table } else { nil }
            } + ["documentType"])
        return .object([
            version, .init("batch", .string(name)), .init("mode", .string(form.manifest.mode.rawValue)),
            .init("issueDate", .string(form.manifest.issueDate.description)),
            .init("guardianBelowYears", .number(rules.guardianBelowYears)),
            .init("guardianColumns", .array(rules.guardianColumns.map { .string($0) })),
            .init(
                "photo",
                .object([
                    .init("field", .string(form.photoName)), .init("width", .number(rules.portrait.width)),
                    .init("height", .number(rules.portrait.height)),
                ])), .init("fields", .array(form.fields.map(field))),
            .init(
                "codeTables",
                .object(
                    tables.sorted().compactMap { name in
                        profile.codeTable(name).map { .init(name, table($0)) }
                    })),
        ])
    }

    private static func field(_ field: ApplicationForm.Field) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(field.name)), .init("label", .string(field.label)),
            .init("section", .string(field.section)), .init("required", .boolean(field.isRequired)),
        ]
        switch field.kind {
        case .text: members.append(.init("kind", .string("text")))
        case .date: members.append(.init("kind", .string("date")))
        case .flag: members.append(.init("kind", .string("flag")))
        case .idNumber: members.append(.init("kind", .string("idNumber")))
        case .code(let table):
            members += [.init("kind", .string("code")), .init("table", .string(table))]
        case .choice(let words):
            members += [.init("kind", .string("choice")), .init("words", .array(words.map { .string($0) }))]
        }
        if let entry = field.entry { members.append(.init("entry", .number(entry))) }
        if let capacity = field.capacity { members.append(.init("bytes", .number(capacity))) }
        return .object(members)
    }

    private static func table(_ table: CodeTable) -> JSONValue {
        .object([
            .init("title", .string(table.title)), .init("isOpen", .boolean(table.isOpen)),
            .init(
                "codes",
                .array(
                    table.entries.map { entry in
                        var members: [JSONValue.Member] = [
                            .init("code", .string(entry.code)), .init("label", .string(entry.label)),
                        ]
                        if let english = entry.english { members.append(.init("english", .string(english))) }
                        return .object(members)
                    })),
        ])
    }

    // MARK: Applications

    static func applications(_ name: String, _ folder: ApplicationFolder) -> JSONValue {
        let rules = folder.form.profile.application
        return .object([
            version, .init("batch", .string(name)),
            .init(
                "applications",
                .array(
                    folder.applications.enumerated().map { index, application in
                        .object([
                            .init("id", .string(application.id)), .init("row", .number(index + 2)),
                            .init("name", .string(application.values[rules.name.item] ?? "")),
                            .init("idNumber", .string(masked(application.values[rules.idNumber.item] ?? ""))),
                            .init("collector", .string(application.provenance.collector)),
                            .init("collected", .string(application.provenance.collected)),
                        ])
                    })),
        ])
    }

    static func kept(_ kept: CollectionDesk.Kept) -> JSONValue {
        .object([
            version, .init("application", .string(kept.id)), .init("batch", .string(kept.batch)),
            .init("row", .number(kept.row)),
        ])
    }

    /// Enough to tell two people apart, and nobody's number.
    static func masked(_ number: String) -> String {
        guard number.utf8.count > 8 else { return number.isEmpty ? "" : "****" }
        return number.prefix(4) + String(repeating: "*", count: number.count - 8) + number.suffix(4)
    }

    // MARK: Drafts

    static func drafts(
        _ drafts: [(id: String, draft: Result<CollectionDraft, CollectionError>)], name: String, number: String
    ) -> JSONValue {
        .object([
            version,
            .init(
                "drafts",
                .array(
                    drafts.map { id, draft in
                        guard case .success(let draft) = draft else {
                            return .object([.init("id", .string(id)), .init("state", .string("unreadable"))])
                        }
                        return .object([
                            .init("id", .string(id)), .init("state", .string("open")),
                            .init("batch", .string(draft.batch)), .init("name", .string(draft.values[name] ?? "")),
                            .init("idNumber", .string(masked(draft.values[number] ?? ""))),
                            .init("collector", .string(draft.collector)), .init("saved", .string(draft.saved)),
                        ])
                    })),
        ])
    }

    static func look(_ look: CollectionDesk.Look) -> JSONValue {
        let draft = look.draft
        var members: [JSONValue.Member] = [
            version, .init("id", .string(draft.id)), .init("batch", .string(draft.batch)),
            .init("values", values(draft.values)), .init("spellings", values(look.finding.values)),
            .init("documents", .array(draft.documents.map { .string($0) })),
            .init("guardianDocuments", .array(draft.guardianDocuments.map { .string($0) })),
            .init("collector", .string(draft.collector)), .init("through", .string(draft.through)),
            .init("begun", .string(draft.begun)), .init("saved", .string(draft.saved)),
            .init("suggestions", values(look.finding.suggestions)),
            .init("guardianNeeded", .boolean(look.finding.isGuardianNeeded)),
            .init("hasPhoto", .boolean(look.finding.photo != nil)), .init("problems", .array(problems(look))),
        ]
        if let source = draft.photoSource { members.append(.init("photoSource", .string(source.rawValue))) }
        if let replaces = draft.replaces { members.append(.init("replaces", .string(replaces))) }
        return .object(members)
    }

    private static func values(_ values: [String: String]) -> JSONValue {
        .object(values.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
    }

    static func problems(_ look: CollectionDesk.Look) -> [JSONValue] {
        look.finding.problems.map { problem($0) }
            + look.notes.map { note in
                .object([
                    .init("field", .string(note.field)), .init("code", .string(note.finding.code)),
                    .init("texts", texts(note.finding)),
                ])
            }
    }

    /// What is wrong and what to do, without the place: that is the field.
    static func problem(_ problem: BatchProblem) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("field", .string(problem.item ?? "")), .init("code", .string(problem.code.rawValue)),
            .init("texts", texts(problem.finding)),
        ]
        if case .row(.duplicate(let row)) = problem.finding { members.append(.init("row", .number(row))) }
        return .object(members)
    }
}
