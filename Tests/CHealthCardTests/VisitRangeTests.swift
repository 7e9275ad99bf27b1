import CardProfiles
import HealthCard
import Testing

@testable import CHealthCard

#if canImport(Glibc)
    import Glibc
#endif

@Suite("What a program's AN_style argument stands for") struct VisitRangeTests {
    private let layout: VisitLayout

    init() throws { layout = try VisitLayout(.outpatient, of: CardProfile.bundled("resident-health-card")) }

    private func range(_ position: Int, _ length: Int) throws -> VisitRange {
        try VisitRange(layout, position: Int32(position), length: Int32(length))
    }

    /// Memory that ends where the bytes do: behind it is a page that nobody may touch.
    private func atTheEdge<Result>(
        _ bytes: [UInt8], _ body: (UnsafeRawPointer) throws(ReturnCode) -> Result
    ) throws(ReturnCode) -> Result {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let size = (bytes.count + page - 1) / page * page
        guard let start = mmap(nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            start != MAP_FAILED
        else { throw .argument }
        defer { munmap(start, size + page) }
        mprotect(start + size, page, PROT_NONE)
        let place = start + size - bytes.count
        bytes.withUnsafeBytes {
            place.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(place), byteCount: bytes.count)
        }
        return try body(UnsafeRawPointer(place))
    }

    private func field(_ range: VisitRange, _ bytes: [UInt8]) throws(ReturnCode) -> [UInt8]? {
        try atTheEdge(bytes) { pointer throws(ReturnCode) in try range.field(ofText: pointer) }
    }

    @Test("A whole visit is taken byte by byte, with the 00s in it, and nothing behind it is looked at")
    func whole() throws {
        var bytes = VisitContent(layout).bytes
        bytes.replaceSubrange(0..<4, with: Array("ABCD".utf8))
        #expect(bytes.contains(0))
        #expect(try field(range(0, layout.dataLength), bytes) == bytes)
        let sealed =
            bytes + [UInt8](repeating: 0, count: 10) + [1]
            + [UInt8](repeating: 0, count: layout.size - bytes.count - 11)
        #expect(try field(range(0, layout.size), sealed) == sealed)
    }

    @Test("A whole visit that begins with an empty item is taken too")
    func emptyBeginning() throws {
        var bytes = VisitContent(layout).bytes
        bytes[70] = 0x41
        #expect(bytes[0] == 0)
        #expect(try field(range(0, layout.dataLength), bytes) == bytes)
    }

    @Test("What follows the first 00 of a text item is refused: it may be memory behind a shorter text")
    func textInside() throws {
        var bytes = VisitContent(layout).bytes
        bytes.replaceSubrange(0..<3, with: [0x41, 0, 0x42])
        #expect(throws: ReturnCode.argument) { try field(range(0, layout.dataLength), bytes) }
    }

    @Test("Nothing but 00 is refused: it may be an empty text, which leaves the visit alone")
    func zeros() throws {
        let bytes = [UInt8](repeating: 0, count: 200)
        #expect(throws: ReturnCode.argument) { try field(range(0, 200), bytes) }
    }

    @Test("A text that ends before the range and with the caller's memory is refused, and the process lives")
    func shortText() throws {
        #expect(throws: ReturnCode.argument) { try field(range(0, 200), Array("short".utf8) + [0]) }
    }

    @Test("Within one text item a shorter text is padded, an empty one leaves it alone, a full one is taken as it is")
    func oneItem() throws {
        #expect(
            try field(range(0, 70), Array("Ward".utf8) + [0]) == Array("Ward".utf8) + [UInt8](repeating: 0, count: 66))
        #expect(try field(range(0, 70), [0]) == nil)
        let full = [UInt8](repeating: 0x41, count: 70)
        #expect(try field(range(0, 70), full) == full)
        // Half a character at either end: the piece begins and ends within the item.
        #expect(try field(range(1, 2), [0xD2, 0xBD]) == [0xD2, 0xBD])
        #expect(throws: ReturnCode.argument) { try field(range(0, 70), [0xFF, 0xFF, 0]) }
    }

    @Test("In a part of a text item nothing is cut at a 00, and no text ends before what stands behind it")
    func partOfItem() throws {
        // 0 to 69 are one text item.
        #expect(throws: ReturnCode.argument) { try field(range(0, 7), Array("ABC\0DEF".utf8)) }
        #expect(throws: ReturnCode.argument) {
            try field(range(0, 8), Array("XY".utf8) + [UInt8](repeating: 0, count: 6))
        }
        #expect(throws: ReturnCode.argument) { try field(range(0, 3), [0, 0x41, 0x42]) }
        #expect(throws: ReturnCode.argument) { try field(range(65, 5), Array("AB\0DE".utf8)) }
        #expect(try field(range(65, 5), Array("AB\0\0\0".utf8)) == Array("AB\0\0\0".utf8))
        #expect(try field(range(0, 7), [UInt8](repeating: 0, count: 7)) == nil, "an empty text leaves it alone")
    }

    @Test("One item that is no text takes all its bytes, and none where a 00 is among them")
    func otherItem() throws {
        let date = try #require(layout.item(named: "visitTime"))
        let offset = try #require(date.offset)
        let time = try range(offset, date.length)
        #expect(
            try field(time, [0x20, 0x26, 0x11, 0x01, 0x08, 0x30, 0x59]) == [0x20, 0x26, 0x11, 0x01, 0x08, 0x30, 0x59])
        #expect(throws: ReturnCode.argument) { try field(time, [0x20, 0x26, 0x11, 0x01, 0x08, 0x30, 0]) }
        #expect(throws: ReturnCode.argument) { try field(time, [0]) }
    }

    @Test("A signature is bytes, whatever is among them")
    func signature() throws {
        var bytes = [UInt8](repeating: 7, count: 64)
        #expect(try field(range(layout.dataLength, 64), bytes) == bytes)
        bytes[3] = 0
        #expect(try field(range(layout.dataLength, 64), bytes) == bytes)
    }

    @Test("A range outside the record is refused before any of it is read")
    func outside() {
        for (position, length) in [(-1, 10), (0, 0), (0, -1), (0, layout.size + 1), (layout.size, 1)] {
            #expect(throws: ReturnCode.argument) { try range(position, length) }
        }
    }
}
