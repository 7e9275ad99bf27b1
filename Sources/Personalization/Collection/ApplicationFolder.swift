import CardProfiles
import Files
import Foundation
import ISO7816
import Messages
import ShangMi
import Synchronization

/// A folder that applications are collected in, one after the other, until it is handed over: what `healthcard batch check`
/// and `personalize` take, and beside it `collection.csv` with where each application came from (`Docs/collection.md`).
///
/// It may be used from any thread. Only one program has it open at a time; its owner sees to that.
public final class ApplicationFolder: Sendable {
    /// Applications of one folder: all of them are in memory.
    public static let most = 20_000

    public let form: ApplicationForm
    /// What is wrong with `batch.json` and keeps the batch from being made, not from being collected: an approval that has
    /// not come yet.
    public let manifestProblems: [BatchProblem]
    private let files: CollectionFiles
    private let state: Mutex<State>

    private struct State {
        var applications: [CollectedApplication] = []
        /// Rows by identity number.
        var rows: [String: Int] = [:]
        var isHandedOver = false
    }

    /// Opens the folder, and brings to its end what a killed process had begun in it.
    ///
    /// - Parameters:
    ///   - aside: a folder on the same disk for what is written aside.
    ///   - overlays: over the profile that `batch.json` names, beside the published test keys of a test batch.
    /// - Throws: ``CollectionError``.
    public init(path: String, aside: String, overlays: [String] = []) throws(CollectionError) {
        files = CollectionFiles(folder: path, aside: aside)
        try files.prepare()
        try files.goOn()
        do throws(BatchError) {
            let (manifest, problems) = BatchManifest.read(try Batch.manifestData(folder: path))
            guard let manifest else { throw BatchError(problems) }
            let profile = try Batch.profile(of: manifest, overlays: overlays)
            form = try ApplicationForm(manifest: manifest, profile: profile)
            let known = Set(problems.compactMap(\.item))
            let unfit = Self.problems(manifest, profile).filter { !known.contains($0.item ?? "") }
            manifestProblems = problems + unfit
        } catch {
            throw .noBatch(error)
        }
        var state = State()
        state.applications = try Self.read(files, form)
        state.isHandedOver = try files.read(CollectionFiles.handover, atMost: 1 << 20) != nil
        Self.index(&state, form)
        self.state = Mutex(state)
    }

    private static func problems(_ manifest: BatchManifest, _ profile: CardProfile) -> [BatchProblem] {
        do throws(BatchError) {
            try manifest.check(against: profile)
            return []
        } catch {
            return error.problems
        }
    }

    // MARK: What is there

    public var applications: [CollectedApplication] { state.withLock { $0.applications } }

    public var isHandedOver: Bool { state.withLock { $0.isHandedOver } }

    /// Where an application stands in `applications.csv`; nil where it does not.
    public func row(of id: String) -> Int? {
        state.withLock { state in state.applications.firstIndex { $0.id == id }.map(Self.row) }
    }

    /// The picture of an application, as it was taken.
    public func photo(of id: String) throws(CollectionError) -> [UInt8] {
        guard let application = applications.first(where: { $0.id == id }) else { throw .noSuchApplication }
        guard let name = photoName(application.values), let photo = try files.read(name, atMost: 64 << 20) else {
            throw .noPhoto
        }
        guard Self.digest(photo) == application.provenance.photoDigest else { throw .photoChanged }
        return photo
    }

    /// Rows are counted as an editor counts lines; the header is row 1.
    private static func row(_ index: Int) -> Int { index + 2 }

    // MARK: Checking

    /// Everything that stands against an application, an earlier one of the same person too.
    ///
    /// - Parameter replacing: the application in whose place it would come.
    public func check(
        _ values: [String: String], photo: [UInt8]?, replacing: String? = nil
    ) throws(BatchError) -> ApplicationFinding {
        let column = form.profile.application.idNumber.item
        let (next, own) = state.withLock { state in
            (Self.row(state.applications.count), state.applications.firstIndex { $0.id == replacing }.map(Self.row))
        }
        var finding = try form.check(values, photo: photo, row: own ?? next)
        guard let number = finding.idNumber?.text else { return finding }
        if let earlier = state.withLock({ $0.rows[number] }), earlier != own {
            finding.problems.append(BatchProblem(.row(.duplicate(earlier: earlier)), .row(own ?? next), item: column))
        }
        return finding
    }

    // MARK: Changing

    /// Takes an application; when this returns it is on the disk.
    ///
    /// - Parameters:
    ///   - provenance: its digests are set here.
    ///   - replacing: the application in whose place it comes.
    /// - Returns: its row.
    /// - Throws: ``CollectionError/incomplete(count:)`` for one that the intake would not take.
    @discardableResult
    public func keep(
        id: String, values: [String: String], photo: [UInt8], provenance: Provenance, replacing: String? = nil
    ) throws(CollectionError) -> Int {
        let finding: ApplicationFinding
        do throws(BatchError) {
            finding = try check(values, photo: photo, replacing: replacing)
        } catch {
            throw .noBatch(error)
        }
        guard finding.problems.isEmpty, let digest = finding.contentDigest, let name = photoName(finding.values) else {
            throw .incomplete(count: max(1, finding.problems.count))
        }
        var provenance = provenance
        provenance.photoDigest = Self.digest(photo)
        provenance.orderDigest = Hex.encode(digest).lowercased()
        let application = CollectedApplication(id: id, values: finding.values, provenance: provenance)
        return try change { state, change throws(CollectionError) in
            change.writes[name] = Data(photo)
            if let replacing {
                guard let index = state.applications.firstIndex(where: { $0.id == replacing }) else {
                    throw .noSuchApplication
                }
                if let old = photoName(state.applications[index].values), old != name { change.removals.append(old) }
                state.applications[index] = application
                return Self.row(index)
            }
            // Somebody else may have collected the same person since it was checked.
            guard state.rows[finding.idNumber?.text ?? ""] == nil else { throw .incomplete(count: 1) }
            guard state.applications.count < Self.most else { throw .tooMany(limit: Self.most) }
            state.applications.append(application)
            return Self.row(state.applications.count - 1)
        }
    }

    /// Takes an application out again, with its photo.
    public func remove(_ id: String) throws(CollectionError) {
        try change { state, change throws(CollectionError) in
            guard let index = state.applications.firstIndex(where: { $0.id == id }) else { throw .noSuchApplication }
            if let name = photoName(state.applications[index].values) { change.removals.append(name) }
            state.applications.remove(at: index)
        }
    }

    private func change<Result: Sendable>(
        _ step: (inout State, inout CollectionChange) throws(CollectionError) -> Result
    ) throws(CollectionError) -> Result {
        let outcome = state.withLock { state -> Swift.Result<Result, CollectionError> in
            guard !state.isHandedOver else { return .failure(.handedOver) }
            var (next, change) = (state, CollectionChange())
            do throws(CollectionError) {
                let result = try step(&next, &change)
                change.writes[CollectionFiles.applications] = Data(table(next).utf8)
                change.writes[CollectionFiles.provenance] = Data(provenance(next).utf8)
                try files.make(change)
                Self.index(&next, form)
                state = next
                return .success(result)
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    private static func index(_ state: inout State, _ form: ApplicationForm) {
        let column = form.profile.application.idNumber.item
        state.rows = [:]
        for (index, application) in state.applications.enumerated() {
            if let number = application.values[column] { state.rows[number] = row(index) }
        }
    }

    // MARK: Handing over

    /// Has the intake look at the folder and closes it: nothing is changed in it afterwards.
    ///
    /// - Parameter problem: takes what the intake finds; the folder is not closed then.
    /// - Throws: ``CollectionError/batchRefused(count:)``, ``CollectionError/nothingCollected``.
    public func handOver(
        institution: String, collector: String, at time: String, problem: (BatchProblem) -> Void
    ) throws(CollectionError) {
        let outcome = state.withLock { state -> Swift.Result<Void, CollectionError> in
            do throws(CollectionError) {
                guard !state.isHandedOver else { throw .handedOver }
                guard !state.applications.isEmpty else { throw .nothingCollected }
                let report: BatchReport
                do throws(BatchError) {
                    report = try BatchIntake(folder: files.folder, profile: form.profile).run(report: problem)
                } catch {
                    throw .noBatch(error)
                }
                guard report.problemCount == 0 else { throw .batchRefused(count: report.problemCount) }
                let note = Handover(
                    schemaVersion: 1, batch: form.manifest.id, applications: state.applications.count,
                    institution: institution, collector: collector, time: time,
                    contentDigest: report.prepared?.contentDigest)
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                guard let json = try? encoder.encode(note) else {
                    throw .notKept(file: CollectionFiles.handover, SystemReason(EIO))
                }
                try files.make(CollectionChange(writes: [CollectionFiles.handover: json + Data("\n".utf8)]))
                state.isHandedOver = true
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private struct Handover: Encodable {
        let schemaVersion: Int
        let batch: String
        let applications: Int
        let institution: String
        let collector: String
        let time: String
        let contentDigest: String?
    }

    // MARK: Files

    private func photoName(_ values: [String: String]) -> String? {
        values[form.profile.application.idNumber.item].map { "\(Batch.photosFolder)/\($0).jpg" }
    }

    private static func digest(_ bytes: [UInt8]) -> String { Hex.encode(SM3.hash(bytes)).lowercased() }

    private func table(_ state: State) -> String {
        let columns = form.columns
        return CSVText.line(columns)
            + state.applications.map { application in
                CSVText.line(columns.map { application.values[$0] ?? "" })
            }.joined()
    }

    private func provenance(_ state: State) -> String {
        CSVText.line(Provenance.columns)
            + state.applications.enumerated().map { index, application in
                CSVText.line(application.provenance.fields(row: Self.row(index), application: application.id))
            }.joined()
    }

    private static func read(
        _ files: CollectionFiles, _ form: ApplicationForm
    ) throws(CollectionError) -> [CollectedApplication] {
        let rows = try records(files, CollectionFiles.applications, form.columns)
        let notes = try records(files, CollectionFiles.provenance, Provenance.columns)
        guard rows.count == notes.count else { throw .filesApart }
        var applications: [CollectedApplication] = []
        for (index, (row, note)) in zip(rows, notes).enumerated() {
            guard row.count == form.columns.count, let provenance = Provenance(note, row: Self.row(index)) else {
                throw .filesApart
            }
            let values = Dictionary(zip(form.columns, row).filter { !$0.1.isEmpty }) { first, _ in first }
            applications.append(CollectedApplication(id: note[1], values: values, provenance: provenance))
        }
        return applications
    }

    /// The records of a file behind its header; none where it is not there.
    private static func records(
        _ files: CollectionFiles, _ name: String, _ columns: [String]
    ) throws(CollectionError) -> [[String]] {
        guard let bytes = try files.read(name) else { return [] }
        do throws(CSVError) {
            let reader = try CSVReader(bytes: bytes)
            guard try reader.next()?.fields == columns else { throw CSVError.form(.noTable) }
            var records: [[String]] = []
            while let record = try reader.next() { records.append(record.fields) }
            return records
        } catch {
            throw .otherColumns(file: name)
        }
    }
}
