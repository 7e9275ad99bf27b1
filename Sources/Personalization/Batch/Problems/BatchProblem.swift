import Messages

/// One thing that keeps a card, or a whole batch, from being made: where, and what was found there.
///
/// It names places and items, never the values found there: a problem may be printed and logged.
public struct BatchProblem: CodedMessage, Hashable {
    /// Where in the folder the problem lies.
    public enum Place: Sendable, Hashable {
        /// The file as a whole, by its name inside the folder.
        case file(String)
        /// A row of `applications.csv`, counted as an editor counts lines: the header is row 1.
        case row(Int)
        /// A RECORD of a verification reply, or a line of a list, counted from 1.
        case record(file: String, number: Int)
        /// Where the check keeps its notes.
        case temporaryFolder

        /// The file's name inside the folder.
        public var file: String {
            switch self {
            case .file(let name), .record(let name, _): name
            case .row: Batch.applicationsFile
            case .temporaryFolder: "temporary folder"
            }
        }

        /// The row or record; nil for the file as a whole.
        public var number: Int? {
            switch self {
            case .file, .temporaryFolder: nil
            case .row(let number), .record(_, let number): number
            }
        }
    }

    public static let domain = "batch"

    public let place: Place
    private let name: String?
    /// Of a column that cannot be called by its name.
    private let column: Int?
    /// What is wrong there and what to do about it.
    public let finding: BatchFinding

    /// What kind of problem it is, for programs (`Docs/batch.md`).
    public var code: Code { finding.code }

    /// The column, item or element, when one is to blame; `column 7` for one without a name.
    public var item: String? { name ?? column.map { "column \($0)" } }

    public init(_ finding: BatchFinding, _ place: Place, item: String? = nil) {
        self.finding = finding
        self.place = place
        name = item
        column = nil
    }

    /// - Parameter column: from 1, one that has no name that could be shown.
    public init(_ finding: BatchFinding, _ place: Place, column: Int) {
        self.finding = finding
        self.place = place
        name = nil
        self.column = column
    }

    public var english: English {
        guard let item else { return .init("\(place): \(finding)", hintOf: finding) }
        return .init("\(place), \(item): \(finding)", hintOf: finding)
    }

    public var chinese: Chinese {
        guard let item else { return .init("\(place)：\(finding)", hintOf: finding) }
        let subject: Chinese = column.map { "第 \($0) 列" } ?? "\(item)"
        return .init("\(place)，\(subject)：\(finding)", hintOf: finding)
    }
}

extension BatchProblem {
    /// The kinds of problems (`Docs/batch.md`). The raw values stand in reports and in the ledger; they do not change.
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

/// What is wrong at a place of a batch, and what to do about it: both parts are always there.
public enum BatchFinding: Message, Hashable {
    case file(FileFinding)
    case manifest(ManifestFinding)
    case table(TableFinding)
    case row(RowFinding)
    case guardian(GuardianFinding)
    case reply(ReplyFinding)
    case verification(VerificationFinding)
    case photo(PhotoFinding)
    case choice(ChoiceFinding)

    var part: any BatchFindingPart {
        switch self {
        case .file(let part): part
        case .manifest(let part): part
        case .table(let part): part
        case .row(let part): part
        case .guardian(let part): part
        case .reply(let part): part
        case .verification(let part): part
        case .photo(let part): part
        case .choice(let part): part
        }
    }

    public var code: BatchProblem.Code { part.code }
    public var english: English { EnglishTag.advised(part) }
    public var chinese: Chinese { ChineseTag.advised(part) }
}

/// Findings of one kind of file or rule.
protocol BatchFindingPart: Message, Hashable {
    var code: BatchProblem.Code { get }
}

extension LanguageTag {
    /// The words of a finding. One of a lower module may come without advice: then it is for whoever wrote the value.
    static func advised(_ message: any Message) -> Wording<Self> {
        let words = wording(of: message)
        return words.hint == nil ? Wording("\(words)", hint: wording(of: CorrectIt())) : words
    }
}

/// Why a batch, or one applicant of it, cannot be made. Everything found is listed, not the first thing alone.
public struct BatchError: AdvisedError, Hashable {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case problems
    }

    public static let domain = "batchProblems"
    public let problems: [BatchProblem]
    public var kind: ErrorKind { .badInput }
    public var code: Code { .problems }

    public init(_ problems: [BatchProblem]) {
        self.problems = problems
    }
}
