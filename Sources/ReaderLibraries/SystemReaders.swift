import Glibc
import PCSC
import Synchronization

/// All readers of this machine: those of PC/SC, and those that ``ReaderFile`` declares. Without such a file it is PC/SC
/// and nothing else.
public struct SystemReaders: ReaderProvider {
    public init() {}

    public var hasService: Bool { true }

    /// - Throws: ``ReaderFileError`` for a file that is wrong: no reader is guessed at.
    public func service(commandLimit: Duration?) throws -> any ReaderService {
        try Self.provider().service(commandLimit: commandLimit)
    }

    /// Of a file that is wrong PC/SC alone is watched; ``check()`` tells before.
    public var parts: [any ReaderProvider] { (try? Self.provider())?.parts ?? [PCSCReaders()] }

    /// Whether the declared readers are understood. What runs for long asks before it begins.
    /// - Throws: ``ReaderFileError``.
    public func check() throws { _ = try Self.provider() }

    private struct Made {
        /// A child of this process has none of its threads.
        let process: pid_t
        let provider: any ReaderProvider
    }

    private static let made = Mutex<Made?>(nil)

    private static func provider() throws -> any ReaderProvider {
        try made.withLock { made in
            if let made, made.process == getpid() { return made.provider }
            let readers = try ReaderFile.found().readers
            let provider: any ReaderProvider =
                readers.isEmpty ? PCSCReaders() : JoinedReaders([PCSCReaders(), LibraryReaders(readers)])
            made = Made(process: getpid(), provider: provider)
            return provider
        }
    }
}
