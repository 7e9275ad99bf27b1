/// Why no card photo can be made of a picture.
public enum PhotoFlaw: Error, Sendable, Hashable {
    case missing
    /// Several files that are not the same, none of them under the documented name.
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

    public var remedy: String {
        switch self {
        case .missing: "add the picture; only the police reply can excuse it (YCDM 62)"
        case .ambiguous: "keep the right one, as the ID number and .jpg"
        case .unreadable: "check its permissions"
        case .empty: "ask its sender for the file again"
        case .fileTooLong, .tooManyPixels: "ask for a smaller picture"
        case .notJPEG: "save the picture as a JPEG again"
        case .damaged: "ask its sender for the file again"
        case .printColours: "save the picture in RGB"
        case .tiny: "ask for a larger picture"
        case .wrongRatio: "crop it to the head and shoulders"
        case .grey: "ask for a picture in colour"
        case .blank: "ask for a picture of the applicant"
        case .doesNotFit: "ask for a picture before a plain background"
        }
    }
}

extension PhotoFlaw: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing: "is missing"
        case .ambiguous: "is in several files whose names differ only in their spelling"
        case .unreadable: "cannot be read"
        case .empty: "is in an empty file"
        case .fileTooLong(let bytes, let limit): "has \(bytes) bytes, at most \(limit) are read"
        case .notJPEG: "is not a JPEG that can be decoded"
        case .damaged: "is a JPEG that is cut off or damaged"
        case .tooManyPixels(let width, let height, let limit):
            "has \(width)×\(height) pixels, at most \(limit) are decoded"
        case .printColours: "has the colours of a printing press (CMYK)"
        case .tiny(let width, let height, let neededWidth, let neededHeight):
            "shows the face in \(width)×\(height) pixels, the card needs \(neededWidth)×\(neededHeight)"
        case .wrongRatio(let width, let height, let cropped):
            "is \(width)×\(height): \(cropped) % of it would be cropped away"
        case .grey: "has no colours"
        case .blank: "shows nothing"
        case .doesNotFit(let limit): "does not fit into \(limit) bytes at any quality"
        }
    }
}
