import Files
import Messages

extension ThreadError {
    public var english: English {
        .init(
            "no thread can be started (\(SystemReason(number)))",
            hint: "close other programs, or raise the limits of processes and memory (ulimit -u, ulimit -v)")
    }
}
