import Files
import Foundation

/// One list on its way to disk. It is open only while it is written to: there may be more collection points than a
/// process may have files.
struct ListFile {
    let name: String
    private let path: String
    private var writer: ListWriter
    private var buffer: [UInt8]
    private static let fullBuffer = 4_096

    init(folder: String, name: String, _ writer: ListWriter, head: String) throws(BatchListsError) {
        self.name = name
        self.writer = writer
        path = folder + "/" + name
        buffer = Array(head.utf8)
        guard
            FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw .file(path, .file(.notMade(SystemReason(errno)))) }
    }

    var rows: Int { writer.rows }

    mutating func add(_ fields: [String]) throws(BatchListsError) {
        buffer += Array(writer.row(fields).utf8)
        if buffer.count >= Self.fullBuffer { try flush() }
    }

    mutating func finish(_ total: String) throws(BatchListsError) {
        buffer += Array(writer.foot(total).utf8)
        try flush()
    }

    private mutating func flush() throws(BatchListsError) {
        do {
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data(buffer))
            try file.close()
        } catch {
            throw .file(path, .system(error.localizedDescription))
        }
        buffer = []
    }
}
