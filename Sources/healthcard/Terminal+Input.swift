import Files
import Foundation

extension Terminal {
    /// A whole file, `-` for standard input; a pipe where the shell hands one over (`<(…)`).
    ///
    /// - Parameter limit: more bytes are nothing that is wanted here, and a device may have no end.
    /// - Throws: `InputFileError`, which ends with code 6.
    static func contents(of path: String, atMost limit: Int = 1 << 20) throws -> [UInt8] {
        guard path == "-" else { return try InputFile.contents(of: path, atMost: limit, .fileOrPipe) }
        return try InputFile.contents(
            ofDescriptor: STDIN_FILENO, named: words(TerminalText.standardInput), atMost: limit)
    }
}
