import ElectronicCard
import Foundation

/// What a scanner types on standard input, one line after the other, each as soon as it is there. A line ends with LF, CR
/// or both; one that is too long is given in part, which says that it is, and the rest of it is passed over.
struct ScannedLines: Sequence, IteratorProtocol {
    private var buffer: [UInt8] = []
    private var isSkipping = false
    private var isOver = false

    /// The next line that is not empty; nil at the end.
    mutating func next() -> [UInt8]? {
        while true {
            if let end = buffer.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
                let line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                let wasSkipping = isSkipping
                isSkipping = false
                if !wasSkipping, !line.isEmpty { return line }
                continue
            }
            if buffer.count > Recognition.longestText {
                let line = buffer
                buffer.removeAll(keepingCapacity: true)
                let wasSkipping = isSkipping
                isSkipping = true
                if !wasSkipping { return line }
                continue
            }
            guard !isOver else {
                let line = buffer
                buffer = []
                return line.isEmpty || isSkipping ? nil : line
            }
            read()
        }
    }

    private mutating func read() {
        var piece = [UInt8](repeating: 0, count: 4096)
        let count = piece.withUnsafeMutableBytes { Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count) }
        if count > 0 {
            buffer += piece[..<count]
        } else if count < 0, errno == EAGAIN {
            var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, -1)
        } else if count == 0 || errno != EINTR {
            isOver = true
        }
    }
}

/// A text to be looked at, or the lines of a scanner.
enum ScannedText {
    /// The text of an argument; standard input for `-`.
    static func bytes(_ argument: String) throws -> [UInt8] {
        argument == "-" ? try Terminal.contents(of: "-", atMost: 1 << 20) : Array(argument.utf8)
    }
}
