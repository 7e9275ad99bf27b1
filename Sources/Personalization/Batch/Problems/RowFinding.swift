import CardProfiles
import Messages
import Photos

/// What is wrong with a value of a row, by itself or beside others.
public enum RowFinding: BatchFindingPart {
    case missing
    /// Another value of the same entry of a list is there.
    case missingInEntry
    case value(ItemError.Problem)
    case damaged(SpreadsheetDamage)
    case text(EnteredText.Problem)
    case notOneOf([String])
    case testRegion(String)
    case notTestRegion(String)
    case relation(ValueRelationProblem)
    case duplicate(earlier: Int)

    public var code: BatchProblem.Code {
        switch self {
        case .missing, .missingInEntry: .valueMissing
        case .value, .damaged, .text, .notOneOf: .valueWrong
        case .testRegion, .notTestRegion: .wrongRegion
        case .relation(let problem): problem.batchCode
        case .duplicate: .duplicateRow
        }
    }
}

extension ValueRelationProblem {
    fileprivate var batchCode: BatchProblem.Code {
        switch self {
        case .birthDateOfNumber: .birthDateDiffers
        case .sexOfNumber: .sexDiffers
        case .numberOfHolder: .documentDiffers
        case .birthAfterIssue, .beforeBirth, .afterIssue, .inFuture, .endsBeforeIssue: .dateContradicts
        }
    }
}

/// What is wrong with a guardian.
public enum GuardianFinding: BatchFindingPart {
    /// Nil where none is needed, and another part is there.
    case missing(childBelow: Int?)
    case name(ItemForm.Problem)
    case number(IDNumber.Problem)
    case damaged(SpreadsheetDamage)
    case applicant
    case belowAge(years: Int)
    case relation(title: String, codes: [String])

    public var code: BatchProblem.Code {
        if case .missing = self { .guardianMissing } else { .guardianWrong }
    }
}

/// Why no card's photo can be made of an applicant's file.
public struct PhotoFinding: BatchFindingPart {
    public let flaw: PhotoFlaw

    public init(_ flaw: PhotoFlaw) { self.flaw = flaw }

    public var english: English { flaw.english }
    public var chinese: Chinese { flaw.chinese }

    public var code: BatchProblem.Code {
        switch flaw {
        case .missing: .photoMissing
        case .otherFormat, .ambiguous, .unreadable, .empty, .notJPEG, .damaged, .library: .photoUnreadable
        case .fileTooLong, .tooManyPixels: .photoTooLarge
        case .printColours: .photoPrintColours
        case .tiny: .photoTiny
        case .wrongRatio: .photoWrongRatio
        case .grey: .photoGrey
        case .blank: .photoBlank
        case .doesNotFit: .photoDoesNotFit
        }
    }
}
