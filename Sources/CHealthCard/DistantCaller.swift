import CLinux
import Files
import Photos
import Threads

/// A program in another process, for which calls are carried out here: what they would have read of its process.
package final class DistantCaller: @unchecked Sendable {
    /// The configuration file of the program, as it was found there.
    package enum File: Sendable, Hashable {
        /// `HEALTHCARD_CONFIG` names it, and there is none.
        case missing
        /// It is there and cannot be read, or is longer than a configuration.
        case unreadable
        case content([UInt8])
    }

    /// What the program's process says of readers, profile, conventions and log.
    package struct Surroundings: Sendable, Hashable {
        /// `HEALTHCARD_READER`, `HEALTHCARD_LOG` …: those that are set there.
        package var variables: [String: String]
        /// Nil where the program has none: then this machine's holds.
        package var file: File?

        package init(variables: [String: String] = [:], file: File? = nil) {
            self.variables = variables
            self.file = file
        }
    }

    /// The program's process, for its log.
    package let process: Int32
    private let lock = Condition()
    private var latest: Surroundings

    package init(process: Int32, _ surroundings: Surroundings) {
        self.process = process
        latest = surroundings
    }

    /// As the program last told them.
    package var surroundings: Surroundings {
        get { lock.withLock { latest } }
        set { lock.withLock { latest = newValue } }
    }
}

/// What is asked of a program while one of its calls is carried out: files that it names are its own.
package protocol DistantFiles {
    /// A picture at a path.
    ///
    /// - Throws: ``PhotoFlaw``: `missing`, `fileTooLong`, `unreadable`.
    func photo(inFile path: String) throws(PhotoFlaw) -> [UInt8]
    /// Puts a picture there, as ``PhotoPath`` does.
    /// - Returns: why it cannot be; nil once it is done.
    func write(_ picture: [UInt8], to path: String) -> String?
}

/// One call of such a program. What the thread that carries it out writes and logs is gathered here.
package final class DistantCall {
    package let caller: DistantCaller
    private let files: any DistantFiles
    /// What was written for the caller, in order.
    package private(set) var writes: [(place: UnsafeMutableRawPointer, count: Int, bytes: [UInt8])] = []
    /// Lines for the program's log.
    package private(set) var lines: [(place: String, line: String)] = []

    package init(_ caller: DistantCaller, files: any DistantFiles) {
        self.caller = caller
        self.files = files
    }

    /// The call that this thread carries out; nil in a program that calls by itself.
    static var current: DistantCall? {
        healthcard_thread_slot().map { Unmanaged<DistantCall>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Carries out functions of the interface for the caller.
    package func run<Result>(_ body: () -> Result) -> Result {
        healthcard_set_thread_slot(Unmanaged.passUnretained(self).toOpaque())
        defer { healthcard_set_thread_slot(nil) }
        return body()
    }

    /// The variables of this process, and those of the program before them.
    var environment: [String: String] {
        ProcessEnvironment.all.merging(caller.surroundings.variables) { _, theirs in theirs }
    }

    func wrote(_ count: Int, at place: UnsafeMutableRawPointer) {
        writes.append((place, count, Array(UnsafeRawBufferPointer(start: place, count: count))))
    }

    func logged(_ line: String, at place: String) { lines.append((place, line)) }

    func photo(inFile path: String) throws(PhotoFlaw) -> [UInt8] { try files.photo(inFile: path) }

    func write(_ picture: [UInt8], to path: String) -> String? { files.write(picture, to: path) }
}

/// The handles of this process, for whoever carries out calls for another one.
package enum DistantHandles {
    /// Takes over handles that a process which has ended had given, and learns the conventions. Within a ``DistantCall``.
    package static func restore(_ handles: Set<Int>, last: Int) { CardInterface.shared.restore(handles, last: last) }

    /// What a program has to know of its configuration before it calls: how it is told a failure, and what a photo's
    /// argument is.
    package static var conventions: (photoIsPath: Bool, opensWithStatus: Bool, forwardsCodes: Bool) {
        let known = CardInterface.shared.knownConventions
        return (known.photo == .path, known.openDevice == .status, known.codes == .forwarding)
    }
}
