import ArgumentParser

/// What the process tells its caller when it ends (Docs/items.md says nothing of it; the README lists it).
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

/// An error on its way to standard error: what happened, and the exit code a script can rely on.
struct Failure: Error {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
