#if canImport(Glibc)
    import Glibc
#endif

/// Memory as a hospital program has it, no byte more: it ends where a page begins that nobody may touch, and what is before
/// it is a pattern.
final class GuardedBuffer {
    /// What the memory holds before a library writes to it.
    static let pattern: UInt8 = 0xA5

    let count: Int
    private let start: UnsafeMutableRawPointer
    private let size: Int
    private let page: Int

    /// - Parameter count: bytes, at least 1. Nil when the system has no memory.
    init?(_ count: Int) {
        page = Int(sysconf(Int32(_SC_PAGESIZE)))
        size = (max(1, count) + page - 1) / page * page
        self.count = max(1, count)
        guard let start = mmap(nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            start != MAP_FAILED
        else { return nil }
        // A buffer whose end can be written over would find nothing out.
        guard mprotect(start + size, page, PROT_NONE) == 0 else {
            munmap(start, size + page)
            return nil
        }
        self.start = start
        memset(start, Int32(Self.pattern), size)
    }

    convenience init?(_ bytes: [UInt8]) {
        self.init(bytes.count)
        put(bytes)
    }

    /// A text and its 00.
    convenience init?(text: [UInt8]) { self.init(text + [0]) }

    deinit { munmap(start, size + page) }

    /// Fills the beginning.
    func put(_ bytes: [UInt8]) {
        bytes.prefix(count).withUnsafeBytes {
            if let base = $0.baseAddress { pointer.copyMemory(from: base, byteCount: $0.count) }
        }
    }

    /// As it was before anything was written to it.
    func clear() { memset(start, Int32(Self.pattern), size) }

    var pointer: UnsafeMutableRawPointer { start + size - count }
    var address: Int { Int(bitPattern: pointer) }
    var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: pointer, count: count)) }

    /// The bytes before the first 00; nil without one.
    var text: [UInt8]? {
        let bytes = bytes
        return bytes.firstIndex(of: 0).map { Array(bytes[..<$0]) }
    }

    /// Whether the memory before the buffer is as it was.
    var isWholeBefore: Bool {
        UnsafeRawBufferPointer(start: start, count: size - count).allSatisfy { $0 == Self.pattern }
    }
}
