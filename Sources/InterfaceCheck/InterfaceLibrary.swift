#if canImport(Glibc)
    import Glibc
#endif

/// Functions that are called by their names.
protocol InterfaceCalls {
    func has(_ name: String) -> Bool
    /// - Returns: the whole register; nil without a function of this name.
    func call(_ name: String, _ arguments: [Int]) -> Int?
}

/// A library with the C interface of hospital programs (`Docs/c-interface.md`), loaded by its path.
///
/// What is loaded runs in this process: a fault of it ends the process.
public final class InterfaceLibrary: InterfaceCalls {
    /// Every argument of the interface is a pointer or an integer of at most the size of one, and none has more than
    /// sixteen; arguments that a function does not take are not looked at by it.
    private typealias Function =
        @convention(c) (
            Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int
        ) -> Int
    static let mostArguments = 16

    private let handle: UnsafeMutableRawPointer

    /// - Parameter path: of the library; what it needs of its own is looked for as the system does.
    /// - Throws: ``InterfaceCheckError/notLoaded(_:)`` with the loader's words.
    public init(_ path: String) throws(InterfaceCheckError) {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw .notLoaded(dlerror().map { String(cString: $0) } ?? path)
        }
        self.handle = handle
    }

    /// Whether it has a function of this name.
    public func has(_ name: String) -> Bool { dlsym(handle, name) != nil }

    /// Calls a function.
    ///
    /// - Parameter arguments: at most ``mostArguments``.
    /// - Returns: the whole register; nil without a function of this name.
    func call(_ name: String, _ arguments: [Int]) -> Int? {
        guard let symbol = dlsym(handle, name) else { return nil }
        let function = unsafeBitCast(symbol, to: Function.self)
        let a = arguments + [Int](repeating: 0, count: max(0, Self.mostArguments - arguments.count))
        return function(
            a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14], a[15])
    }
}

/// Why a library cannot be checked.
public enum InterfaceCheckError: Error, Sendable, Hashable, CustomStringConvertible {
    /// In the words of the system's loader.
    case notLoaded(String)
    /// The process that was to run a program's calls cannot be started, in the words of the system.
    case notStarted(String)
    case noMemory
    /// The process that makes a program's calls could not go on, for a reason that is not the library's.
    case failed(String)

    public var description: String {
        switch self {
        case .notLoaded(let reason): "the library cannot be loaded: \(reason)"
        case .notStarted(let reason): "the check cannot be started: \(reason)"
        case .noMemory: "there is no memory for the buffers"
        case .failed(let reason): "the check has failed: \(reason)"
        }
    }
}
