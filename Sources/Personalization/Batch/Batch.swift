import CardProfiles
import Foundation

/// The folder a factory receives: `batch.json`, `applications.csv`, the verification replies and `photos/`
/// (`Docs/items.md`, the batch a factory receives).
public struct Batch: Sendable {
    /// The path of the folder.
    public let folder: String
    public let manifest: BatchManifest
    /// The profile every value is checked against: for a test batch the edition with the published test keys.
    public let profile: CardProfile
    let replies: ReplyIndex

    static let applicationsFile = "applications.csv"
    static let photosFolder = "photos"
    /// The overlay that gives a profile its published test keys.
    public static let testKeysOverlay = "test-keys"

    /// Opens the folder: reads `batch.json` and the replies; rows are read when asked for.
    ///
    /// - Parameters:
    ///   - folder: the path of the folder.
    ///   - profile: another profile than the one `batch.json` names among those of this package.
    /// - Throws: everything wrong with the files as such.
    public init(folder: String, profile: CardProfile? = nil) throws(BatchError) {
        self.folder = folder
        manifest = try Self.readManifest(folder: folder)
        if let profile {
            self.profile = profile
        } else {
            self.profile = try Self.profile(of: manifest)
        }
        try manifest.check(against: self.profile)
        replies = try ReplyIndex(folder: folder)
    }

    private static func profile(of manifest: BatchManifest) throws(BatchError) -> CardProfile {
        let reason: String
        // A batch chooses among the profiles that are there; it does not bring rules of its own.
        if manifest.profile.contains("/") || manifest.profile.hasSuffix(".yaml") {
            reason = "names a file, not a profile"
        } else {
            do {
                return try CardProfile.bundled(
                    manifest.profile, overlays: manifest.mode == .test ? [testKeysOverlay] : [])
            } catch {
                reason = "names a profile that cannot be used (\(error))"
            }
        }
        throw BatchError([
            BatchProblem(.file(BatchManifest.fileName), item: "profile", reason, remedy: "correct it")
        ])
    }

    /// The `batch.json` of a folder alone: enough to know its mode.
    public static func readManifest(folder: String) throws(BatchError) -> BatchManifest {
        guard let file = FileHandle(forReadingAtPath: folder + "/" + BatchManifest.fileName),
            let data = try? file.read(upToCount: BatchManifest.longestFile + 1)
        else {
            throw BatchError([
                BatchProblem(
                    .file(BatchManifest.fileName), "cannot be read", remedy: "name the folder that holds the batch")
            ])
        }
        return try BatchManifest(json: data)
    }

    /// A reader of the rows, one after the other, whose memory does not grow with the rows' texts.
    public func applications() throws(BatchError) -> ApplicationReader {
        try ApplicationReader(batch: self)
    }

    /// Where an applicant comes in the bank's reply, from 0; `nil` when there is no such reply or no such applicant.
    public func order(of idNumber: IDNumber) -> Int? { replies.entry(of: idNumber, in: .bank)?.order }

    /// Every row at once: for batches that fit into memory.
    public func review() throws(BatchError) -> BatchReview {
        let reader = try applications()
        var accepted: [Application] = []
        var rejected: [BatchReview.Rejection] = []
        while let outcome = try reader.next() {
            switch outcome {
            case .accepted(let application): accepted.append(application)
            case .rejected(let row, let idNumber, let problems):
                rejected.append(BatchReview.Rejection(row: row, idNumber: idNumber, problems: problems))
            }
        }
        // Of two rows for one person nobody here can say which is right: neither is made.
        let repeated = Set(rejected.compactMap(\.idNumber))
        // Without a bank reply the order of the file stands.
        let ordered = accepted.filter { !repeated.contains($0.idNumber) }.map { (order(of: $0.idNumber) ?? $0.row, $0) }
            .sorted { $0.0 < $1.0 }.map(\.1)
        return BatchReview(applications: ordered, rejected: rejected, problems: reader.mismatches())
    }

    /// The application of one person, when a card can be made of it and the batch as a whole is sound.
    ///
    /// - Throws: what is wrong with the row, with the batch, or, when no row has that number, that and what is wrong
    ///   with other rows, one of which may be the one that is meant.
    public func application(idNumber: String) throws(BatchError) -> Application {
        let review = try review()
        let duplicates = review.rejected.filter { $0.idNumber?.text == idNumber }
        guard duplicates.isEmpty else { throw BatchError(duplicates.flatMap(\.problems) + review.problems) }
        guard review.problems.isEmpty else { throw BatchError(review.rejected.flatMap(\.problems) + review.problems) }
        guard let application = review.applications.first(where: { $0.idNumber.text == idNumber }) else {
            let absent = BatchProblem(
                .file(Self.applicationsFile), item: profile.application.idNumber.item,
                "has no sound row with the number asked for", remedy: "check the number")
            throw BatchError([absent] + review.rejected.flatMap(\.problems))
        }
        return application
    }
}

/// What `Batch.review()` found.
public struct BatchReview: Sendable {
    public struct Rejection: Sendable, Hashable {
        public let row: Int
        public let idNumber: IDNumber?
        public let problems: [BatchProblem]
    }

    /// Those a card can be made for, in the bank reply's order.
    public let applications: [Application]
    /// Those no card can be made for, in the file's order.
    public let rejected: [Rejection]
    /// What is wrong with the batch as a whole: as long as there is any, no card of it is made.
    public let problems: [BatchProblem]

    /// Everything wrong, rows first.
    public var allProblems: [BatchProblem] { rejected.flatMap(\.problems) + problems }
}

/// Hands out the rows of `applications.csv` one by one.
public final class ApplicationReader {
    private let csv: CSVReader
    private let validator: ApplicationValidator
    private let meanings: [ApplicationColumns.Meaning]
    private let columnNames: [String]
    private let replies: ReplyIndex
    private let idNumberColumn: String
    /// Numbers met so far.
    private var seen: Set<UInt64> = []
    private var isFinished = false

    init(batch: Batch) throws(BatchError) {
        replies = batch.replies
        idNumberColumn = batch.profile.application.idNumber.item
        let columns = ApplicationColumns(profile: batch.profile)
        let header: CSVRecord?
        do {
            csv = try CSVReader(path: batch.folder + "/" + Batch.applicationsFile)
            header = try csv.next()
        } catch {
            throw BatchError([Self.problem(error, columnNames: [])])
        }
        guard let header else {
            throw BatchError([
                BatchProblem(.file(Batch.applicationsFile), "is empty", remedy: "ask the sender for the file again")
            ])
        }
        meanings = try columns.meanings(of: header)
        columnNames = header.fields
        validator = ApplicationValidator(
            profile: batch.profile, columns: columns, manifest: batch.manifest,
            photos: batch.folder + "/" + Batch.photosFolder, replies: batch.replies)
    }

    /// What became of the next row; `nil` after the last.
    ///
    /// - Throws: when the file cannot be read on: a quote that never ends, a byte that is not UTF-8.
    public func next() throws(BatchError) -> ApplicationOutcome? {
        let record: CSVRecord?
        do {
            record = try csv.next()
        } catch {
            throw BatchError([Self.problem(error, columnNames: columnNames)])
        }
        guard let record else {
            isFinished = true
            return nil
        }
        let outcome = validator.validate(record, meanings)
        return refuseDuplicate(outcome)
    }

    /// After the last row: records of replies that belong to no row, which is an error of the whole batch.
    public func mismatches() -> [BatchProblem] {
        isFinished ? replies.strangers(among: seen) : []
    }

    private func refuseDuplicate(_ outcome: ApplicationOutcome) -> ApplicationOutcome {
        let idNumber: IDNumber?
        var problems: [BatchProblem] = []
        switch outcome {
        case .accepted(let application): idNumber = application.idNumber
        case .rejected(_, let number, let found): (idNumber, problems) = (number, found)
        }
        guard let idNumber, !seen.insert(idNumber.packed).inserted else { return outcome }
        problems.append(
            BatchProblem(
                .row(outcome.row), item: idNumberColumn, "stands in an earlier row too",
                remedy: "find out which of the two is right and remove the other"))
        return .rejected(row: outcome.row, idNumber: idNumber, problems: problems)
    }

    private static func problem(_ error: CSVError, columnNames: [String]) -> BatchProblem {
        func problem(_ line: Int, _ field: Int, _ what: String, _ remedy: String) -> BatchProblem {
            let name = columnNames.indices.contains(field - 1) ? columnNames[field - 1] : "column \(field)"
            return BatchProblem(.row(line), item: name, what, remedy: remedy)
        }
        return switch error {
        case .unreadable:
            BatchProblem(.file(Batch.applicationsFile), "cannot be read", remedy: "check that it is there")
        case .noMemory:
            BatchProblem(.file(Batch.applicationsFile), "needs more memory than there is", remedy: "free some")
        case .malformed(let line, let field):
            problem(
                line, field, "has a quote where none may stand, or one that never ends", "double quotes inside quotes")
        case .notUTF8(let line, let field): problem(line, field, "is not UTF-8", "save the file as UTF-8")
        case .fieldTooLong(let line, let field):
            problem(line, field, "is longer than \(CSVReader.longestField) bytes", "look for a quote that never ends")
        }
    }
}
