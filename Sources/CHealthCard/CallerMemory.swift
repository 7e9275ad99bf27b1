import CLinux

/// Memory of a caller whose extent is not known.
enum CallerMemory {
    /// The bytes at an address, as far as they can be read: fewer than asked for where the memory ends before. Nothing
    /// that lies behind a caller's buffer ends the process.
    static func readable(_ pointer: UnsafeRawPointer, atMost count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = healthcard_read_own_memory(pointer, buffer.baseAddress, count)
        }
    }
}
