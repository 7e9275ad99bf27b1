import Glibc
import ISO7816
import PCSC

/// What a maker's library can do, whoever the maker: one slot of one open reader. Called on the library's thread alone.
protocol ReaderFunctions: AnyObject {
    /// - Returns: the handle.
    func open(_ reader: ConfiguredReader) throws(FunctionFault) -> Int
    func close(_ handle: Int)
    /// Whether a card lies in the slot; nil where the library cannot tell without switching it on.
    func hasCard(_ handle: Int, _ slot: UInt8) throws(FunctionFault) -> Bool?
    /// Switches the card on anew. Returns the answer to reset.
    func powerOn(_ handle: Int, _ slot: UInt8) throws(FunctionFault) -> [UInt8]
    /// Resets a card that is on; nil where the library cannot.
    func warmReset(_ handle: Int, _ slot: UInt8) throws(FunctionFault) -> [UInt8]?
    func exchange(_ handle: Int, _ slot: UInt8, _ command: [UInt8]) throws(FunctionFault) -> [UInt8]
}

/// How a function of a library ended that did not end well.
struct FunctionFault: Error, Hashable {
    enum Meaning: Sendable, Hashable {
        case noCard, mute, readerGone, other
    }

    let meaning: Meaning
    let function: String
    let code: Int
}

/// A library that is loaded, with the addresses of its functions.
struct LoadedLibrary {
    private let handle: UnsafeMutableRawPointer
    let path: String

    /// - Throws: ``ReaderLibraryError``: `notLoaded`, `exposed`, `functionMissing`.
    init(_ path: String, needing functions: [String]) throws(ReaderLibraryError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw .notLoaded(library: path, reason: String(cString: strerror(errno)))
        }
        // What is loaded sees all that this process sees.
        guard status.st_mode & S_IWOTH == 0, status.st_uid == 0 || status.st_uid == geteuid() else {
            throw .exposed(library: path)
        }
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw .notLoaded(library: path, reason: dlerror().map { String(cString: $0) } ?? "")
        }
        self.handle = handle
        self.path = path
        for function in functions where dlsym(handle, function) == nil {
            dlclose(handle)
            throw .functionMissing(library: path, function: function)
        }
    }

    /// Nil without it.
    ///
    /// - Parameter type: a C function's, as the library has it.
    func function<Function>(_ name: String, as type: Function.Type) -> Function? {
        dlsym(handle, name).map { unsafeBitCast($0, to: type) }
    }

    func functions(of family: ReaderFamily) throws(ReaderLibraryError) -> any ReaderFunctions {
        let made: (any ReaderFunctions)? =
            switch family {
            case .decard: DecardFunctions(self)
            case .huada: HuadaFunctions(self)
            }
        guard let made else { throw .functionMissing(library: path, function: family.neededFunctions[0]) }
        return made
    }
}

/// More than any answer to a command has: Lc, 64 KB, Le and SW1-SW2; and room for a library that writes a little more.
let longestLibraryAnswer = 66_000
