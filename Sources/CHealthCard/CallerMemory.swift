import CLinux

/// Memory of a caller whose extent is not known. Every input is read here: what a program says of its buffers may be wrong,
/// and nothing that lies behind them ends the process. Every output is written here, so that whoever carries out calls for
/// a program in another process can tell it what to write.
enum CallerMemory {
    /// The bytes at an address, as far as they can be read: fewer than asked for where the memory ends before.
    static func readable(_ pointer: UnsafeRawPointer, atMost count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = healthcard_read_own_memory(pointer, buffer.baseAddress, count)
        }
    }

    /// Just so many bytes.
    ///
    /// - Throws: `argument` where the memory ends before.
    static func whole(_ pointer: UnsafeRawPointer, _ count: Int) throws(ReturnCode) -> [UInt8] {
        let bytes = readable(pointer, atMost: count)
        guard bytes.count == count else { throw .argument.because("the memory ends before the length that was given") }
        return bytes
    }

    /// The bytes before the first 00.
    ///
    /// - Parameter limit: the most there may be. A few bytes behind the 00 are copied as well, and wiped.
    /// - Throws: `argument` for more, and where the memory ends without a 00.
    static func text(_ pointer: UnsafeRawPointer, atMost limit: Int) throws(ReturnCode) -> [UInt8] {
        var text: [UInt8] = []
        while text.count <= limit {
            let wanted = min(limit + 1 - text.count, piece)
            var bytes = readable(pointer + text.count, atMost: wanted)
            defer { for index in bytes.indices { bytes[index] = 0 } }
            text += bytes.prefix { $0 != 0 }
            if bytes.contains(0) { return text }
            guard bytes.count == wanted else { throw .argument.because("a text has no end before its memory has") }
        }
        throw .argument.because("a text of more than \(limit) bytes")
    }

    private static let piece = 64

    /// Writes an output.
    static func put(_ bytes: [UInt8], at pointer: UnsafeMutableRawPointer) {
        pointer.copyMemory(from: bytes, byteCount: bytes.count)
        DistantCall.current?.wrote(bytes.count, at: pointer)
    }

    /// Writes a number as the machine has it.
    static func put(number: some FixedWidthInteger, at pointer: UnsafeMutableRawPointer) {
        withUnsafeBytes(of: number) { put(Array($0), at: pointer) }
    }
}
