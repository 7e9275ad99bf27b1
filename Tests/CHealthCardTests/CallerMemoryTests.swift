import Testing

@testable import CHealthCard

#if canImport(Glibc)
    import Glibc
#endif

@Suite("What is read of a caller's memory") struct CallerMemoryTests {
    /// Runs `body` on bytes that end where a page begins which nobody may touch.
    private func atEdge(_ bytes: [UInt8], _ body: (UnsafeMutableRawPointer) throws -> Void) throws {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let size = (bytes.count + page - 1) / page * page
        let start = try #require(
            mmap(nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        defer { munmap(start, size + page) }
        mprotect(start + size, page, PROT_NONE)
        let pointer = start + size - bytes.count
        pointer.copyMemory(from: bytes, byteCount: bytes.count)
        try body(pointer)
    }

    @Test("A text ends at its 00, also where that is the last byte there is", arguments: [0, 1, 63, 64, 65, 5000])
    func text(_ count: Int) throws {
        let text = [UInt8](repeating: 0x61, count: count)
        try atEdge(text + [0]) { pointer in
            let read = try CallerMemory.text(pointer, atMost: 5000)
            #expect(read == text)
            if count > 0 {
                #expect(throws: ReturnCode.argument) { try CallerMemory.text(pointer, atMost: count - 1) }
            }
        }
    }

    @Test("A text without an end is refused, however little of it there is", arguments: [1, 64, 4096, 4097])
    func unended(_ count: Int) throws {
        try atEdge([UInt8](repeating: 0x61, count: count)) { pointer in
            for limit in [0, count - 1, count, count + 1, 1 << 20] where limit >= 0 {
                #expect(throws: ReturnCode.argument) { try CallerMemory.text(pointer, atMost: limit) }
            }
        }
    }

    @Test("Bytes are there as many as are said, or none of them", arguments: [1, 4095, 4096, 4097, 9000])
    func whole(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try atEdge(bytes) { pointer in
            let whole = try CallerMemory.whole(pointer, count)
            #expect(whole == bytes)
            #expect(CallerMemory.readable(pointer, atMost: count + 9000) == bytes)
            #expect(throws: ReturnCode.argument) { try CallerMemory.whole(pointer, count + 1) }
            #expect(throws: ReturnCode.argument) { try CallerMemory.whole(pointer, 1 << 20) }
        }
    }

    @Test("Memory that is nobody's is empty")
    func nobodys() throws {
        let pointer = try #require(UnsafeRawPointer(bitPattern: 8))
        #expect(CallerMemory.readable(pointer, atMost: 16).isEmpty)
        #expect(throws: ReturnCode.argument) { try CallerMemory.text(pointer, atMost: 16) }
    }
}
