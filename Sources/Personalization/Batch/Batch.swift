import CardProfiles
import Files
import Foundation
import Messages

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
    /// The extra column that says where the card is to go.
    static let collectionPointColumn = "collectionPoint"
    /// The overlay that gives a profile its published test keys.
    public static let testKeysOverlay = "test-keys"

    /// Opens the folder: reads `batch.json` and the replies; rows are read when asked for.
    ///
    /// - Parameters:
    ///   - folder: the path of the folder.
    ///   - profile: another profile than the one `batch.json` names among those of this package.
    /// - Throws: everything wrong with the files as such.
    public init(folder: String, profile: CardProfile? = nil) throws(BatchError) {
        let manifest = try Self.readManifest(folder: folder)
        let chosen: CardProfile
        if let profile {
            chosen = profile
        } else {
            chosen = try Self.profile(of: manifest)
        }
        try manifest.check(against: chosen)
        var problems: [BatchProblem] = []
        let replies = try ReplyIndex(folder: folder, database: ScratchDatabase()) {
            // A file of nothing but problems is not worth remembering whole; `BatchIntake` hands out each.
            if problems.count < Self.mostProblems { problems.append($0) }
        }
        guard problems.isEmpty else { throw BatchError(problems) }
        self.init(folder: folder, manifest: manifest, profile: chosen, replies: replies)
    }

    init(folder: String, manifest: BatchManifest, profile: CardProfile, replies: ReplyIndex) {
        self.folder = folder
        self.manifest = manifest
        self.profile = profile
        self.replies = replies
    }

    /// Problems of replies one error lists.
    private static let mostProblems = 1000

    static func profile(of manifest: BatchManifest, overlays: [String] = []) throws(BatchError) -> CardProfile {
        let finding: ManifestFinding
        // A batch chooses among the profiles that are there; it does not bring rules of its own.
        if manifest.profile.contains("/") || manifest.profile.hasSuffix(".yaml") {
            finding = .profileIsAFile
        } else {
            do {
                return try CardProfile.bundled(
                    manifest.profile, overlays: (manifest.mode == .test ? [testKeysOverlay] : []) + overlays)
            } catch {
                finding = .profileUnusable(AnyMessage(of: error))
            }
        }
        throw BatchError([BatchProblem(.manifest(finding), .file(BatchManifest.fileName), item: "profile")])
    }

    /// The `batch.json` of a folder alone: enough to know its mode.
    public static func readManifest(folder: String) throws(BatchError) -> BatchManifest {
        try BatchManifest(json: try manifestData(folder: folder))
    }

    static func manifestData(folder: String) throws(BatchError) -> Data {
        do {
            return Data(
                try InputFile.contents(
                    of: folder + "/" + BatchManifest.fileName, atMost: BatchManifest.longestFile))
        } catch {
            throw BatchError([BatchProblem(.file(.noManifest(error.problem)), .file(BatchManifest.fileName))])
        }
    }

    /// The names under which the picture of an applicant may lie, the documented one first: others are those that cameras
    /// and other systems give.
    static func photoNames(of idNumber: IDNumber) -> [String] {
        names(of: idNumber, endings: photoEndings)
    }

    static let photoEndings = ["jpg", "JPG", "Jpg", "jpeg", "JPEG", "Jpeg"]
    static let otherPictureEndings = [
        "png", "PNG", "bmp", "BMP", "gif", "GIF", "tif", "TIF", "tiff", "webp", "heic", "HEIC",
    ]

    /// Names of pictures that are no JPEG.
    static func otherPictureNames(of idNumber: IDNumber) -> [String] {
        names(of: idNumber, endings: otherPictureEndings)
    }

    private static func names(of idNumber: IDNumber, endings: [String]) -> [String] {
        let number = idNumber.text
        let spellings = number.hasSuffix("X") ? [number, number.dropLast() + "x"] : [number]
        return spellings.flatMap { number in endings.map { "\(number).\($0)" } }
    }

    /// A reader of the rows, one after the other, whose memory does not grow with the rows' texts.
    public func applications() throws(BatchError) -> ApplicationReader {
        try ApplicationReader(batch: self)
    }

    /// Where an applicant comes in the bank's reply, from 0; `nil` when there is no such reply or no such applicant.
    public func order(of idNumber: IDNumber) -> Int? { replies.order(of: idNumber) }

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
        return BatchReview(applications: ordered, rejected: rejected, problems: try reader.mismatches())
    }

    /// The application of one person, when a card can be made of it and the batch as a whole is sound.
    ///
    /// - Throws: what is wrong with the row, with the batch, or, when no row has that number, that and what is wrong
    ///   with other rows, one of which may be the one that is meant.
    public func application(idNumber: String) throws(BatchError) -> Application {
        let idNumber = (try? IDNumber(anySpelling: idNumber))?.text ?? idNumber
        let review = try review()
        let duplicates = review.rejected.filter { $0.idNumber?.text == idNumber }
        guard duplicates.isEmpty else { throw BatchError(duplicates.flatMap(\.problems) + review.problems) }
        guard review.problems.isEmpty else { throw BatchError(review.rejected.flatMap(\.problems) + review.problems) }
        guard let application = review.applications.first(where: { $0.idNumber.text == idNumber }) else {
            let absent = BatchProblem(
                .choice(.notInBatch), .file(Self.applicationsFile), item: profile.application.idNumber.item)
            throw BatchError([absent] + review.rejected.flatMap(\.problems))
        }
        return application
    }
}
