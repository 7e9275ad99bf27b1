import Glibc

/// Why something that was named as an input could not be read: which path, and what is there.
///
/// Nothing of a content is in it.
public struct InputFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What a path led to that is not a file.
    public enum Kind: String, Sendable, Hashable {
        case folder, device, socket, pipe, other
    }

    public enum Problem: Sendable, Hashable {
        /// Nothing of that name, or a link to nothing.
        case missing
        case notPermitted
        /// Something that is read differently from a file, or not at all.
        case notAFile(Kind)
        /// More bytes than anything that is expected here.
        case tooLong(limit: Int)
        /// Nothing arrived for this number of seconds.
        case silent(seconds: Int)
        /// The file is its owner's secret, and others have rights to it.
        case exposed
        /// The system's own reason, an `errno`.
        case system(Int32)
    }

    public let path: String
    public let problem: Problem

    public init(_ path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    public var description: String { "\(path): \(reason)" }

    /// What is the matter and what to do, without the path.
    public var reason: String {
        switch problem {
        case .missing:
            // A name in another character set than UTF-8 has lost its bytes before it comes here.
            path.unicodeScalars.contains("\u{FFFD}")
                ? "there is no such file: its name, or that of a folder above it, has bytes that are not UTF-8, as names from "
                    + "Windows may have (GBK); rename it (convmv -r -f gbk -t utf8 --notest) and name it again"
                : "there is no such file; check the path"
        case .notPermitted: "this user may not read it; check its permissions"
        case .notAFile(let kind): "it is \(Self.name(of: kind)), not a file; name a regular file"
        case .tooLong(let limit): "it is longer than \(limit) bytes, which nothing of this kind is; check the path"
        case .silent(let seconds):
            "nothing arrived for \(seconds) seconds; write the content to a file first and name that file"
        case .exposed:
            "others than its owner have rights to it: whoever used them may know it; run chmod 600 on it, and consider "
                + "whether what is in it must be replaced"
        case .system(let code): "it cannot be read: \(String(cString: strerror(code)))"
        }
    }

    private static func name(of kind: Kind) -> String {
        switch kind {
        case .folder: "a folder"
        case .device: "a device"
        case .socket: "a socket"
        case .pipe: "a pipe"
        case .other: "something else"
        }
    }
}
