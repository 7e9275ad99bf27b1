/// What an error means to whoever asked: who has to act, and whether asking again may help. A program ends with the exit
/// code that belongs to it.
public enum ErrorKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// It was asked for in a way that cannot be done.
    case usage
    /// No reader, no service, or not the one that was meant.
    case noReader
    /// No card, or one that does not answer.
    case noCard
    /// The card or the SAM was asked and refused, or is not the right one.
    case cardRefused
    /// Data or a file that was given.
    case badInput
    /// Some of it was done.
    case partFailed
    /// A release, a key's owner or a rule forbids it.
    case notAllowed
    /// An error of the program.
    case bug
}

/// An error for people and programs: what happened and where, what to do next, a stable code, and what it means.
///
/// It names files, records, items, commands; never the content of a card, a PIN or a key.
public protocol AdvisedError: Error, CodedMessage {
    var kind: ErrorKind { get }
    /// The error of a lower module that this one came from.
    var underlying: (any AdvisedError)? { get }
}

extension AdvisedError {
    public var underlying: (any AdvisedError)? { nil }
}

/// An error as JSON has it: `{"code":"reader.noMatch","what":"no reader matches …","hint":"…"}`, without `hint` where there
/// is no advice; `cause` has the code of the error below, if there is one.
public struct ErrorReport: Sendable, Hashable, Codable {
    public let code: String
    public let what: String
    public let hint: String?
    public let cause: String?

    public init(_ error: some AdvisedError, in language: Language) {
        code = error.identifier
        what = error.what(in: language)
        hint = error.hint(in: language)
        cause = error.underlying?.identifier
    }
}
