import ArgumentParser
import Files
import HealthCard
import Messages

/// What the process tells its caller when it ends (the README lists it): one number for each ``ErrorKind``.
enum ExitStatus: Int32 {
    case done = 0
    case usage = 2
    case noReader = 3
    case noCard = 4
    case cardRefused = 5
    case badInput = 6
    case partFailed = 7
    case notAllowed = 8
    case bug = 70
}

extension ExitStatus {
    init(_ kind: ErrorKind) {
        self =
            switch kind {
            case .usage: .usage
            case .noReader: .noReader
            case .noCard: .noCard
            case .cardRefused: .cardRefused
            case .badInput: .badInput
            case .partFailed: .partFailed
            case .notAllowed: .notAllowed
            case .bug: .bug
            }
    }
}

/// An error on its way to standard error, in the language of the run: what happened, what to do, and the exit code a
/// script can rely on.
struct Failure: Error {
    var status: ExitStatus
    var message: String
    var hint: String?

    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// What a message says, and its advice.
    init(_ status: ExitStatus, _ message: some Message) {
        self.init(status, message.what(in: Terminal.language), hint: message.hint(in: Terminal.language))
    }

    init(_ error: some AdvisedError) {
        self.init(ExitStatus(error.kind), error.what(in: Terminal.language), hint: error.hint(in: Terminal.language))
    }

    /// The failure behind any error of the libraries; nil for those of argument parsing.
    init?(any error: any Error) {
        switch error {
        case let error as Failure: self = error
        // A line end in a path does not make two lines of a message.
        case let error as InputFileError: self.init(InputFileError(error.path.visibleOnOneLine, error.problem))
        case let error as any AdvisedError: self.init(error)
        default: return nil
        }
    }

    /// Both parts, where there is one line for them.
    var text: String {
        Terminal.words(
            AnyMessage(
                English(verbatim: hint.map { "\(message); \($0)" } ?? message),
                Chinese(verbatim: hint.map { "\(message)；\($0)" } ?? message)))
    }
}
