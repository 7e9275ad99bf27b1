import CAllocationCounter
import ISO7816
import Testing

@Suite struct BERTLVTests {
    /// 43 bytes, as a payment card's directory answers.
    private static let fci = "6F29840EA000000333010101AABBCCDDEEFFA51750054445424954870101BF0C0A9F4D020B0ADF010201FF"

    private func template(children: Int, bytes: Int) -> [UInt8] {
        BERTLVWriter.bytes { writer in
            writer.append(0x70) { content in
                for index in 0..<children {
                    content.append(0x9F0C, [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: bytes))
                }
            }
        }
    }

    @Test func findsByTagAndByPath() throws {
        let fci = try BERTLV(hex(Self.fci))
        #expect(fci.bytes.count == 43)
        #expect(fci.tag == 0x6F && fci.offset == 0 && fci.isConstructed)
        #expect(fci.child(0x84).map { Array($0.value) } == (try hex("A000000333010101AABBCCDDEEFF")))
        #expect(fci.child(0xDF01) == nil)
        #expect(fci.find(0xDF01)?.number == 0x01FF)
        #expect(fci.find(path: 0xA5, 0xBF0C, 0x9F4D)?.number == 0x0B0A)
        #expect(fci.find(path: 0xBF0C) == nil)
        #expect(fci.find(path: 0xA5, 0x84, 0x9F4D) == nil)
        #expect(fci.find(0x6F) == nil)
        #expect(fci.find(0x99) == nil)
        #expect(fci.descendants.map(\.tag.description) == ["84", "A5", "50", "87", "BF0C", "9F4D", "DF01"])
        #expect(fci.find(0xDF01)?.offset == 38)
    }

    @Test func findsAllAtEveryDepth() throws {
        let objects = try BERTLV.objects(
            in: hex("840101" + "6F08840102A503840103" + "840104"))
        #expect(objects.findAll(0x84).map(\.number) == [1, 2, 3, 4])
        #expect(objects.find(0x84)?.number == 1)
        #expect(objects.first(0x6F)?.findAll(0x84).map(\.number) == [2, 3])
        #expect(Array(objects.findAll(0x85)).isEmpty)
    }

    @Test func aPrimitiveObjectHasNoChildren() throws {
        let object = try BERTLV(hex("8403840101"))
        #expect(object.children.isEmpty)
        #expect(object.find(0x84) == nil)
        #expect(object.count == 3)
    }

    @Test func oneObjectMeansOne() throws {
        #expect(throws: BERTLVError.empty) { try BERTLV([]) }
        #expect(throws: BERTLVError.empty) { try BERTLV([0x00, 0xFF]) }
        #expect(throws: BERTLVError.trailingBytes(offset: 4)) { try BERTLV(hex("84010100850102")) }
        #expect(try BERTLV(hex("00840101FF00")).offset == 1)
        #expect(try BERTLV(hex("AA840101").dropFirst()).number == 1, "a slice counts from its own start")
    }

    @Test func equalityIsOfBytesNotOfPlaces() throws {
        let two = Array(try BERTLV.objects(in: hex("840101840101")))
        #expect(two[0] == two[1] && two[0].offset != two[1].offset)
        #expect(Set(two).count == 1)
        #expect(try BERTLV(hex("84810101")) != two[0], "another form of length is another object")
    }

    @Test func numbers() throws {
        #expect(try BERTLV(hex("8000")).number == nil)
        #expect(try BERTLV(hex("8007FFFFFFFFFFFFFF")).number == 0xFF_FFFF_FFFF_FFFF)
        #expect(try BERTLV(hex("80080000000000000001")).number == nil)
    }

    @Test func errorsSayWhere() {
        let error = #expect(throws: BERTLVError.self) { try BERTLV([0x6F, 0x80, 0x00, 0x00]) }
        #expect(error?.description == "the length at byte 1 is indefinite (80), cards must send definite lengths")
    }

    @Test func dumpIsReadable() throws {
        let lines = try BERTLV(hex("6F15840C57532E5359532E4444463031A505DF01020A0B")).dump()
        #expect(
            lines == """
                6F 15  FCI template
                  84 0C  DF name  57 53 2E 53 59 53 2E 44 44 46 30 31  |WS.SYS.DDF01|
                  A5 05  proprietary, BER-TLV
                    DF01 02  0A 0B
                """)
        #expect(
            try BERTLV.objects(in: hex("8400A500840101")).dump()
                == "84 00  DF name\nA5 00  proprietary, BER-TLV\n84 01  DF name  01")
    }

    @Test func writerCopiesObjectsAsTheyCame() throws {
        let object = try BERTLV(hex("6F048481018A"))
        #expect(BERTLVWriter.bytes { $0.append(object) } == Array(object.bytes))
    }

    @Test(arguments: [
        ("84", true), ("BF0C", true), ("DF01", true), ("5FC102", true), ("9F00", true), ("00", false), ("FF", false),
        ("FF01", false), ("1F", false), ("8401", false), ("9F81", false), ("5F01", true), ("5F0102", false),
        ("5F8182", false), ("5F818103", false), ("", false),
    ])
    func tagsAreWholeOrNone(text: String, isTag: Bool) throws {
        let bytes = try hex(text)
        let tag = BERTag(bytes)
        #expect((tag != nil) == isTag)
        if let tag {
            #expect(tag.bytes == bytes && tag.description == text && tag.count == bytes.count)
            #expect(tag.isConstructed == (bytes[0] & 0x20 != 0))
        }
    }

    /// Parsing and walking ask the allocator for as much with 640 children as with 64, and for nothing at all.
    @Test func noNodeIsAllocated() {
        func count(children: Int) -> UInt64 {
            let bytes = template(children: children, bytes: 28)
            func run() -> Int {
                guard let object = try? BERTLV(bytes) else { return 0 }
                var found = 0
                for child in object.children where child.tag == 0x9F0C { found += child.count }
                if object.find(0x84) == nil { found += 1 }
                for match in object.findAll(0x9F0C) { found += match.count }
                for inner in object.descendants { found += inner.offset & 1 }
                return found
            }
            // The first run pays for metadata that is made once.
            let first = run()
            let before = allocations_of_this_thread()
            let second = run()
            let after = allocations_of_this_thread()
            #expect(first == second && second >= children * 56)
            return after - before
        }
        let few = count(children: 64)
        let many = count(children: 640)
        #expect(few == many, "\(few) allocations for 64 children, \(many) for 640")
        #expect(many == 0)
    }

    @Test func theAllocationCounterCounts() {
        let before = allocations_of_this_thread()
        let bytes = [UInt8](repeating: 1, count: Int.random(in: 1000...2000))
        #expect(bytes.count >= 1000 && allocations_of_this_thread() > before)
    }
}
