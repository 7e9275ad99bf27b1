import CLinux
import Glibc
import Messages

/// Why a thread cannot be started: the system has no room for one more.
public struct ThreadError: AdvisedError, Hashable {
    public enum Code: String, Sendable, Hashable, CaseIterable { case noRoom }

    /// `errno`.
    public let number: CInt

    public init(number: CInt) { self.number = number }

    public static let domain = "thread"
    public var kind: ErrorKind { .partFailed }
    public var code: Code { .noRoom }
}

/// Starts a thread that runs `body` and ends with it.
///
/// - Parameter name: for those who look at the process; Linux shows 15 bytes of it.
/// - Throws: when the system gives none; `body` does not run then.
public func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
    let work = Unmanaged.passRetained(Work(name, body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let code = pthread_create(
        &thread, &attributes,
        { context in
            guard let context else { return nil }
            Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, work.toOpaque())
    guard code == 0 else {
        work.release()
        throw ThreadError(number: code)
    }
}

private final class Work {
    private let name: String
    private let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    func run() {
        // A name cut within a character would be none.
        var short = name
        while short.utf8.count > 15 { short.removeLast() }
        _ = healthcard_name_this_thread(short)
        body()
    }
}
