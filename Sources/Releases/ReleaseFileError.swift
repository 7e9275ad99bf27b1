import Messages

/// What is wrong with a release, a revocation list, an enrolment or an act as a file.
public struct ReleaseFileError: AdvisedError, Hashable {
    public enum Code: String, Sendable, Hashable, CaseIterable { case malformed }

    /// From 1; 0 for the file as a whole.
    public let line: Int
    public let flaw: ReleaseFileFlaw

    public init(line: Int, _ flaw: ReleaseFileFlaw) {
        self.line = line
        self.flaw = flaw
    }

    init(_ line: Int, _ flaw: ReleaseFileFlaw) { self.init(line: line, flaw) }

    public static let domain = "releaseFile"
    public var kind: ErrorKind { .badInput }
    public var code: Code { .malformed }
}

/// What such a file, or a line of it, has in it that does not belong there.
public enum ReleaseFileFlaw: Message, Hashable {
    /// The file cannot be read; why.
    case unreadable(AnyMessage)
    case tooLong(limit: Int)
    case notUTF8, noLineEnd, lineTooLong, controlCharacter
    /// Another first line.
    case otherFormat(expected: String)
    /// A line of this label is expected here, once.
    case missing(String)
    case tooOften(String)
    /// Nothing is expected here.
    case unexpected
    case value(String, ReleaseValueKind)
    /// One of the lines before is not of its form, appears twice or is out of order.
    case linesBefore(String, LineFault)
    case fewPeople
    /// `previous` of an enrolment goes with every number but 1.
    case previous
    case deed([String])
    /// The authority has a key that is a person's.
    case sharedKey
    case signedAlready
    case signaturesFull(most: Int)
    case signerDiffers
    /// Nobody trusted has signed it.
    case untrusted
    case endsBeforeItBegins
    case validTooLong
    /// Values that do not fit into the file: nothing was written.
    case doesNotFit(Kind)

    public enum LineFault: Message, Hashable, CaseIterable {
        case orderedText, ordered, twice, keyOrNameTwice, certificate
    }

    public enum Kind: Message, Hashable, CaseIterable { case release, revocationList, enrolment, act }
}

/// What a value of such a file has to be.
public enum ReleaseValueKind: Message, Hashable {
    case text, number, numberFromOne, time, day, dayOrNone, digest, digestOrNone, signature, certificate
    /// 128 lowercase hexadecimal digits that are a point of the curve.
    case key
    /// An object identifier of the authority's own.
    case objectIdentifier
    case station
    case limit(most: Int64)
    /// A number from 1, a blank and a digest.
    case head
}
