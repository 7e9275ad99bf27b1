import CardProfiles
import Dispatch
import Files
import Foundation
import Glibc
import HealthCard
import Messages
import Personalization
import Photos
import Synchronization

/// First collection at the counter (`Docs/collection.md`): drafts of applications, and the folders that finished ones go
/// into. Acts come one after the other: each sees what the one before has left on the disk.
final class CollectionDesk: Sendable {
    /// An application that was taken.
    struct Kept: Sendable {
        let id: String
        let batch: String
        let row: Int
    }

    /// A draft with what stands against it.
    struct Look: Sendable {
        let draft: CollectionDraft
        let finding: ApplicationFinding
        /// Beside the values: by field.
        let notes: [(field: String, finding: CollectionFinding)]

        var count: Int { finding.problems.count + notes.count }
    }

    /// What `PUT` changes; nil stays as it is.
    struct Changes: Sendable {
        var values: [String: String]?
        var documents: [String]?
        var guardianDocuments: [String]?
        var collector: String?
    }

    static let longestCollector = 60
    private static let longestValue = 1_000

    let configuration: AgentConfiguration.Collection
    private let folders: CollectionFolders
    private let drafts: DraftStore
    private let queue = DispatchQueue(label: "collection")
    private let now: @Sendable () -> Date
    private let lock: FolderLock

    init(
        _ configuration: AgentConfiguration.Collection, overlays: [String],
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws(CollectionError) {
        self.configuration = configuration
        self.now = now
        folders = CollectionFolders(root: configuration.folder, overlays: overlays)
        drafts = DraftStore(folder: configuration.folder + "/" + CollectionFolders.draftsName)
        lock = FolderLock(path: configuration.folder)
        try folders.prepare()
        try drafts.prepare()
    }

    /// Takes the folder for this process, and clears away what a killed one has left.
    ///
    /// - Throws: ``CollectionError/inUse(path:)``.
    func begin() throws(CollectionError) {
        try lock.take()
        drafts.sweep()
        for id in drafts.ids {
            // It was killed after the application was on the disk, and before the draft was gone.
            guard let draft = try? drafts.read(id), let folder = try? folders.folder(draft.batch),
                folder.row(of: id) != nil
            else { continue }
            try drafts.remove(id)
        }
    }

    /// Runs an act on the desk's own queue: it reads and writes files, and decodes pictures.
    func run<Value: Sendable>(_ act: @escaping @Sendable (CollectionDesk) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try act(self) }) }
        }
    }

    // MARK: Batches

    func batches() throws -> [CollectionFolders.Entry] { try folders.entries() }

    func folder(_ batch: String) throws -> ApplicationFolder { try folders.folder(batch) }

    /// - Parameter problem: takes what the intake finds.
    func handOver(_ batch: String, collector: String, problem: (BatchProblem) -> Void) throws {
        let folder = try folders.folder(batch)
        let open = drafts.ids.count { id in
            // One that cannot be read may be of this batch.
            (try? drafts.read(id).batch).map { $0 == batch } ?? true
        }
        guard open == 0 else { throw CollectionError.draftsOpen(count: open) }
        try folder.handOver(
            institution: configuration.institution, collector: collector, at: AgentSchema.text(of: now()),
            problem: problem)
    }

    func removeApplication(_ id: String, of batch: String) throws { try folders.folder(batch).remove(id) }

    // MARK: Drafts

    /// All drafts, those that cannot be read too.
    func draftList() -> [(id: String, draft: Result<CollectionDraft, CollectionError>)] {
        drafts.ids.map { id in
            do throws(CollectionError) { return (id, .success(try drafts.read(id))) } catch {
                return (id, .failure(error))
            }
        }
    }

    func beginDraft(_ batch: String, collector: String, through: String) throws -> Look {
        let folder = try folders.folder(batch)
        var values: [String: String] = [:]
        for field in folder.form.fields where field.section == "application" {
            if case .choice(let words) = field.kind, words.contains("counter") { values[field.name] = "counter" }
            if field.name == "collectionPoint" { values[field.name] = configuration.collectionPoint }
        }
        return try begin(
            CollectionDraft(
                id: newID(), batch: batch, values: values, collector: collector, through: through, begun: time(),
                saved: time()), photo: nil, in: folder)
    }

    /// A collected application as a draft: until that is finished, the application stays as it is.
    func reopen(_ id: String, of batch: String, through: String) throws -> Look {
        let folder = try folders.folder(batch)
        guard let application = folder.applications.first(where: { $0.id == id }) else {
            throw CollectionError.noSuchApplication
        }
        if let open = draftList().compactMap({ try? $0.draft.get() }).first(where: { $0.replaces == id }) {
            return try look(open)
        }
        let provenance = application.provenance
        return try begin(
            CollectionDraft(
                id: newID(), batch: batch, values: application.values, documents: provenance.documents,
                guardianDocuments: provenance.guardianDocuments, collector: provenance.collector, through: through,
                begun: time(), saved: time(), photoSource: provenance.photoSource, replaces: id),
            photo: folder.photo(of: id), in: folder)
    }

    private func begin(_ draft: CollectionDraft, photo: [UInt8]?, in folder: ApplicationFolder) throws -> Look {
        guard !folder.isHandedOver else { throw CollectionError.handedOver }
        guard drafts.ids.count < DraftStore.most else { throw CollectionError.tooManyDrafts(limit: DraftStore.most) }
        if let photo { try drafts.write(photo: photo, of: draft.id) }
        try drafts.write(draft)
        return try look(draft)
    }

    func look(_ id: String) throws -> Look { try look(drafts.read(id)) }

    func save(_ id: String, _ changes: Changes) throws -> Look {
        var draft = try drafts.read(id)
        let folder = try folders.folder(draft.batch)
        if let values = changes.values {
            let columns = Set(folder.form.columns)
            for (name, text) in values {
                guard columns.contains(name), text.utf8.count <= Self.longestValue else {
                    throw AgentError.badMember("values.\(String(name.prefix(40)).visibleOnOneLine)")
                }
            }
            draft.values = values.filter { !$0.value.isEmpty }
        }
        if let documents = changes.documents { draft.documents = documents }
        if let documents = changes.guardianDocuments { draft.guardianDocuments = documents }
        if let collector = changes.collector { draft.collector = collector }
        draft.saved = time()
        try drafts.write(draft)
        return try look(draft, in: folder)
    }

    func discard(_ id: String) throws {
        // One that cannot be read is discarded too.
        guard drafts.ids.contains(id) else { throw CollectionError.noSuchDraft }
        try drafts.remove(id)
    }

    // MARK: Photos

    /// Takes a picture that a card's photo can be made of, without what the camera notes in it.
    ///
    /// - Throws: ``PhotoFlaw`` for one that none can be made of; the draft keeps the photo it had.
    func take(photo: [UInt8], from source: Provenance.PhotoSource, for id: String) throws -> Look {
        var draft = try drafts.read(id)
        let folder = try folders.folder(draft.batch)
        let plain = PhotoNotes.removed(from: photo)
        _ = try folder.form.fit(plain)
        try drafts.write(photo: plain, of: id)
        draft.photoSource = source
        draft.saved = time()
        try drafts.write(draft)
        return try look(draft, in: folder)
    }

    /// The card's photo, as it is made of the picture.
    func photo(_ id: String) throws -> [UInt8] {
        let draft = try drafts.read(id)
        guard let picture = try drafts.photo(id) else { throw CollectionError.noPhoto }
        return try folders.folder(draft.batch).form.fit(picture)
    }

    func removePhoto(_ id: String) throws -> Look {
        var draft = try drafts.read(id)
        try drafts.removePhoto(of: id)
        draft.photoSource = nil
        try drafts.write(draft)
        return try look(draft)
    }

    // MARK: Finishing

    /// Takes the application into the folder of its batch. Asked again for one that was taken it says the same.
    ///
    /// - Parameter against: is given what stands against it; the draft stays then.
    func submit(_ id: String, against: (Look) -> Void) throws -> Kept {
        guard drafts.ids.contains(id) else { return try kept(id) }
        let draft = try drafts.read(id)
        let folder = try folders.folder(draft.batch)
        let look = try look(draft, in: folder)
        guard look.count == 0, let photo = try drafts.photo(id) else {
            against(look)
            throw CollectionError.incomplete(count: max(1, look.count))
        }
        let row = try folder.keep(
            id: id, values: draft.values, photo: photo,
            provenance: Provenance(
                institution: configuration.institution, institutionCode: configuration.institutionCode,
                collector: EnteredText.trimmed(draft.collector), through: draft.through, begun: draft.begun,
                collected: time(), documents: draft.documents,
                guardianDocuments: hasGuardian(draft, folder) ? draft.guardianDocuments : [],
                photoSource: draft.photoSource ?? .file, photoDigest: "", orderDigest: ""),
            replacing: draft.replaces)
        // The application is there: where the draft cannot be removed, the next start does it.
        try? drafts.remove(id)
        return Kept(id: id, batch: draft.batch, row: row)
    }

    /// An application that was taken before.
    private func kept(_ id: String) throws -> Kept {
        for entry in try folders.entries() {
            if let row = try? entry.folder.get().row(of: id) { return Kept(id: id, batch: entry.name, row: row) }
        }
        throw CollectionError.noSuchDraft
    }

    private func look(_ draft: CollectionDraft) throws -> Look { try look(draft, in: folders.folder(draft.batch)) }

    private func look(_ draft: CollectionDraft, in folder: ApplicationFolder) throws -> Look {
        let finding = try folder.check(draft.values, photo: drafts.photo(draft.id), replacing: draft.replaces)
        var notes: [(field: String, finding: CollectionFinding)] = []
        if let problem = Self.problem(collector: draft.collector) { notes.append(("collector", problem)) }
        let kinds = folder.form.profile.codeTable("documentType")
        func check(_ documents: [String], _ field: String, _ none: CollectionFinding) {
            if documents.isEmpty { notes.append((field, none)) }
            if let kinds, documents.contains(where: { kinds[$0] == nil }) { notes.append((field, .notADocument)) }
        }
        check(draft.documents, "documents", .noDocuments)
        if finding.isGuardianNeeded || hasGuardian(draft, folder) {
            check(draft.guardianDocuments, "guardianDocuments", .noGuardianDocuments)
        }
        return Look(draft: draft, finding: finding, notes: notes)
    }

    private func hasGuardian(_ draft: CollectionDraft, _ folder: ApplicationFolder) -> Bool {
        folder.form.guardianColumns.contains { draft.values[$0].map { !EnteredText.isBlank($0) } ?? false }
    }

    static func problem(collector: String) -> CollectionFinding? {
        let text = EnteredText.trimmed(collector)
        if text.isEmpty { return .noCollector }
        if text.utf8.count > longestCollector { return .tooLong(limit: longestCollector) }
        do throws(EnteredText.Problem) { try EnteredText.check(text) } catch { return .text(error) }
        return nil
    }

    private func newID() throws -> String { AgentSecret.encoded(try AgentSecret.random(8)) }

    private func time() -> String { AgentSchema.text(of: now()) }
}

/// Keeps others out of a folder as long as this process lives, however it ends.
final class FolderLock: Sendable {
    private let path: String
    private let descriptor = Atomic<Int32>(-1)

    init(path: String) { self.path = path }

    func take() throws(CollectionError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .folderMissing(path: path) }
        guard flock(folder, LOCK_EX | LOCK_NB) == 0 else {
            close(folder)
            throw .inUse(path: path)
        }
        descriptor.store(folder, ordering: .relaxed)
    }

    deinit {
        let folder = descriptor.load(ordering: .relaxed)
        if folder >= 0 { close(folder) }
    }
}
