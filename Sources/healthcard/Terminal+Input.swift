import Foundation

extension Terminal {
    /// A whole file, `-` for standard input.
    ///
    /// - Parameter limit: more bytes are nothing that is wanted here, and a device may have no end.
    /// - Throws: ``Failure`` of code 6.
    static func contents(of path: String, atMost limit: Int = 1 << 20) throws -> [UInt8] {
        let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let handle, let data = try? handle.read(upToCount: limit + 1) ?? Data() else {
            throw Failure(.badInput, text("\(path) cannot be read", "无法读取 \(path)"))
        }
        guard data.count <= limit else {
            throw Failure(
                .badInput,
                text("\(path) is too long: at most \(limit) bytes are read", "\(path) 过长：最多读取 \(limit) 字节"))
        }
        return Array(data)
    }
}
