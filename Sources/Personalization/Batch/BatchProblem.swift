/// One thing that keeps a card, or a whole batch, from being made.
///
/// It names places and items, never the values found there: a problem may be printed and logged.
public struct BatchProblem: Sendable, Hashable, CustomStringConvertible {
    /// Where in the folder the problem lies.
    public enum Place: Sendable, Hashable {
        /// The file as a whole, by its name inside the folder.
        case file(String)
        /// A row of `applications.csv`, counted as an editor counts lines: the header is row 1.
        case row(Int)
        /// A RECORD of a verification reply, counted from 1.
        case record(file: String, number: Int)

        /// The file's name inside the folder.
        public var file: String {
            switch self {
            case .file(let name), .record(let name, _): name
            case .row: Batch.applicationsFile
            }
        }

        /// The row or record; nil for the file as a whole.
        public var number: Int? {
            switch self {
            case .file: nil
            case .row(let number), .record(_, let number): number
            }
        }
    }

    /// What kind of problem it is, for programs (`Docs/batch.md`).
    public let code: Code
    public let place: Place
    /// The column, item or element, when one is to blame.
    public let item: String?
    /// What is wrong.
    public let what: String
    /// What to do about it.
    public let remedy: String

    public init(_ code: Code, _ place: Place, item: String? = nil, _ what: String, remedy: String) {
        self.code = code
        self.place = place
        self.item = item
        self.what = what
        self.remedy = remedy
    }

    /// `applications.csv row 7, birthDate: is not the date in the identity number; correct either`
    public var description: String {
        let location =
            switch place {
            case .file(let name): name
            case .row(let number): "applications.csv row \(number)"
            case .record(let file, let number): "\(file) record \(number)"
            }
        return "\(location)\(item.map { ", \($0)" } ?? ""): \(what); \(remedy)"
    }
}

extension BatchProblem {
    /// The kinds of problems (`Docs/batch.md`). The raw values stand in reports and do not change.
    public enum Code: String, Sendable, Hashable, CaseIterable, Codable {
        // The folder and its files.
        case fileUnreadable, fileMalformed, scratchSpace
        // batch.json
        case manifestKey, manifestValue, approvalMissing, approvalUnknown, profileUnknown
        // applications.csv
        case spreadsheet
        case columnUnknown, columnRepeated, columnMissing, fieldCount, valueMissing, valueWrong
        case wrongRegion, birthDateDiffers, sexDiffers, dateContradicts, documentDiffers
        case guardianMissing, guardianWrong, duplicateRow
        // Verification replies
        case replyName, replyDamaged, recordDamaged, refusalUnattributed, recordRepeated, tooManyRecords, contradiction,
            stranger
        // Applicants in replies
        case notVerified, nameDiffers, policeNoSuchNumber, policeNameDiffers, policeException, bankException
        // Photos
        case photoMissing, photoUnreadable, photoTooLarge, photoPrintColours, photoTiny, photoWrongRatio, photoGrey
        case photoBlank, photoDoesNotFit
        /// A row the operator named that is not there.
        case setAsideUnknown
        /// An applicant who was asked for and is not there.
        case notInBatch
    }
}

/// Why a batch, or one applicant of it, cannot be made. Everything found is listed, not the first thing alone.
public struct BatchError: Error, Equatable, CustomStringConvertible {
    public let problems: [BatchProblem]

    public init(_ problems: [BatchProblem]) {
        self.problems = problems
    }

    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
