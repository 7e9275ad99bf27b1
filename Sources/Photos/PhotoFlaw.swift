import Messages
import SystemLibraries

/// Why no card photo can be made of a picture. Its words follow "the photo": `is missing`.
public enum PhotoFlaw: AdvisedError, Hashable {
    case missing
    /// There is a picture, and of another kind than JPEG: the ending of its name.
    case otherFormat(String)
    /// Several files that are not the same, under names of which each may be meant.
    case ambiguous
    case unreadable
    /// A file without a byte.
    case empty
    /// More bytes than any portrait has; what is longer is not read.
    case fileTooLong(bytes: Int, limit: Int)
    case notJPEG
    /// A JPEG that is cut off or damaged.
    case damaged
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// The colours of a printing press, which no decoder turns into a face's without knowing the press.
    case printColours
    /// What is left after cropping, and what a face needs, in pixels.
    case tiny(width: Int, height: Int, neededWidth: Int, neededHeight: Int)
    /// More than the profile allows would have to be cropped away, in percent.
    case wrongRatio(width: Int, height: Int, cropped: Int)
    case grey
    /// Almost one colour all over.
    case blank
    /// No quality is low enough.
    case doesNotFit(limit: Int)
    /// What decodes pictures is not there.
    case library(MissingLibrary)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case missing, otherFormat, ambiguous, unreadable, empty, fileTooLong, notJPEG, damaged, tooManyPixels,
            printColours, tiny
        case wrongRatio, grey, blank, doesNotFit, library
    }

    public static let domain = "photo"
    public var kind: ErrorKind { if case .library(let missing) = self { missing.kind } else { .badInput } }

    public var code: Code {
        switch self {
        case .missing: .missing
        case .otherFormat: .otherFormat
        case .ambiguous: .ambiguous
        case .unreadable: .unreadable
        case .empty: .empty
        case .fileTooLong: .fileTooLong
        case .notJPEG: .notJPEG
        case .damaged: .damaged
        case .tooManyPixels: .tooManyPixels
        case .printColours: .printColours
        case .tiny: .tiny
        case .wrongRatio: .wrongRatio
        case .grey: .grey
        case .blank: .blank
        case .doesNotFit: .doesNotFit
        case .library: .library
        }
    }
}
