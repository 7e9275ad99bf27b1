import Files
import Foundation
import Messages
import ShangMi
import Synchronization

/// Reads a database's file beside SQLite.
enum PageFile {
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// Descriptors that are never closed: closing one would take the locks of every connection this process has on the
    /// same file.
    private static let descriptors = Mutex<[Identity: CInt]>([:])
    private static let block = 1 << 20

    /// Bytes in the write-ahead log; 0 when there is none.
    static func logSize(_ path: String) -> Int {
        var information = stat()
        return stat(path + "-wal", &information) == 0 ? Int(information.st_size) : 0
    }

    /// The first bytes, as many as there are; nil when they cannot be read.
    static func beginning(_ path: String, count: Int) -> [UInt8]? {
        guard let file = try? descriptor(path) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        guard let filled = try? read(file, &bytes, at: 0, path) else { return nil }
        return Array(bytes.prefix(filled))
    }

    /// SM3 of every page, the last one perhaps shorter.
    static func digests(
        _ path: String, pageSize: Int
    ) throws(StoreError) -> (size: Int, pageSize: Int, pages: [String]) {
        guard pageSize > 0 else {
            throw .ledger(
                .damaged(
                    "\(path) has no page size",
                    "\(path) 没有页大小"))
        }
        let file = try descriptor(path)
        var pages: [String] = []
        var size = 0
        var buffer = [UInt8](repeating: 0, count: max(1, block / pageSize) * pageSize)
        while true {
            let count = try read(file, &buffer, at: size, path)
            for start in stride(from: 0, to: count, by: pageSize) {
                pages.append(LowercaseHex.encode(SM3.hash(buffer[start..<min(start + pageSize, count)])))
            }
            size += count
            if count < buffer.count { return (size, pageSize, pages) }
        }
    }

    private static func read(
        _ file: CInt, _ buffer: inout [UInt8], at offset: Int, _ path: String
    ) throws(StoreError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = buffer.withUnsafeMutableBytes { bytes in
                pread(file, bytes.baseAddress?.advanced(by: filled), bytes.count - filled, off_t(offset + filled))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw .ledger(
                    .unavailable(
                        "\(path) cannot be read: \(SystemReason(errno))",
                        "无法读取 \(path)：\(SystemReason(errno))"))
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    private static func descriptor(_ path: String) throws(StoreError) -> CInt {
        try descriptors.withLock { descriptors throws(StoreError) in
            var information = stat()
            guard stat(path, &information) == 0 else {
                throw .ledger(
                    .misconfigured(
                        "there is no ledger at \(path)",
                        "\(path) 处没有台账"))
            }
            let identity = Identity(device: UInt64(information.st_dev), inode: UInt64(information.st_ino))
            if let known = descriptors[identity] { return known }
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else {
                throw .ledger(
                    .misconfigured(
                        "\(path) cannot be read: \(SystemReason(errno))",
                        "无法读取 \(path)：\(SystemReason(errno))"))
            }
            descriptors[identity] = file
            return file
        }
    }
}
