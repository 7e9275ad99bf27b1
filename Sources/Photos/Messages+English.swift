import Messages

extension PhotoFlaw {
    public var english: English {
        switch self {
        case .missing: .init("is missing", hint: "add the picture; only the police reply can excuse it (YCDM 62)")
        case .otherFormat(let ending):
            .init("is there as .\(ending) alone, and no JPEG", hint: "save the picture as a JPEG")
        case .ambiguous:
            .init(
                "is in several files whose names differ only in their spelling",
                hint: "keep the right one, as the ID number and .jpg")
        case .unreadable: .init("cannot be read", hint: "check its permissions")
        case .empty: .init("is in an empty file", hint: "ask its sender for the file again")
        case .fileTooLong(let bytes, let limit):
            .init("has \(bytes) bytes, at most \(limit) are read", hint: "ask for a smaller picture")
        case .notJPEG: .init("is not a JPEG that can be decoded", hint: "save the picture as a JPEG again")
        case .damaged: .init("is a JPEG that is cut off or damaged", hint: "ask its sender for the file again")
        case .tooManyPixels(let width, let height, let limit):
            .init(
                "has \(width)×\(height) pixels, at most \(limit) are decoded", hint: "ask for a smaller picture")
        case .printColours:
            .init("has the colours of a printing press (CMYK)", hint: "save the picture in RGB")
        case .tiny(let width, let height, let neededWidth, let neededHeight):
            .init(
                "shows the face in \(width)×\(height) pixels, the card needs \(neededWidth)×\(neededHeight)",
                hint: "ask for a larger picture")
        case .wrongRatio(let width, let height, let cropped):
            .init(
                "is \(width)×\(height): \(cropped) % of it would be cropped away",
                hint: "crop it to the head and shoulders")
        case .grey: .init("has no colours", hint: "ask for a picture in colour")
        case .blank: .init("shows nothing", hint: "ask for a picture of the applicant")
        case .doesNotFit(let limit):
            .init(
                "does not fit into \(limit) bytes at any quality", hint: "ask for a picture before a plain background")
        case .library(let missing): .init("cannot be decoded: \(missing)", hintOf: missing)
        }
    }
}
