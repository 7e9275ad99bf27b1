import Messages

/// What is wrong with a file or a folder that is read, made or written, without its path.
public enum FileProblem: Message, Hashable {
    case input(InputFileError.Problem)
    case notMade(SystemReason)
    case notWritten(SystemReason)
    case notRead(SystemReason)
    /// The folder a file is in.
    case folderNotOpened(SystemReason)
    case folderNotLocked(SystemReason)
    case notMadeNextToIt(SystemReason)
    case notGivenToGroup(SystemReason)
    /// It is there, and may be gone after a power cut.
    case folderNotSynchronized(SystemReason)
}
