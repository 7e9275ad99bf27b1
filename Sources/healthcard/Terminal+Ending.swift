import ArgumentParser
import Glibc

extension Terminal {
    /// Says what went wrong and ends the process with the exit code that goes with it.
    static func finish(with error: any Error) -> Never {
        let failure = Failure(any: error)
        if let failure {
            say(failure)
            exit(failure.status)
        }
        let code = HealthCardCommand.exitCode(for: error)
        let message = HealthCardCommand.fullMessage(for: error)
        if code.isSuccess {
            if !message.isEmpty { print(CommandWords(LanguageArgument.otherArguments).help(for: message) ?? message) }
            exit(.done)
        }
        note(UsageError(message).text(in: language))
        exit(code == .validationFailure ? .usage : .bug)
    }

    /// What went wrong and, on a line of its own, what to do.
    static func say(_ failure: Failure) {
        note(FailureLine.error(failure.message))
        if let hint = failure.hint { note(FailureLine.hint(hint)) }
    }

    /// The one way out of the process. Threads may be at work in libraries that take themselves down when a process
    /// exits, and would crash it then; so it ends without their clean-up. Nothing of ours needs any: files are whole at
    /// every instant, and what was printed has been handed to the system.
    static func leave(_ status: ExitStatus) -> Never {
        _exit(status.rawValue)
    }

    private static func exit(_ status: ExitStatus) -> Never { leave(status) }
}
