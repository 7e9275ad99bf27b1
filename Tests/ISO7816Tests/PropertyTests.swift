import ISO7816
import Testing

/// Random values go through encoding and decoding unchanged; random bytes are refused or understood, and never trap.
@Suite struct PropertyTests {
    @Test func commandsGoThroughUnchanged() throws {
        var random = SeededGenerator(seed: 1)
        let lengths = [0, 0, 1, 2, 254, 255, 256, 257, 1000, 65_535]
        let answers: [Int?] = [nil, nil, 1, 2, 255, 256, 257, 65_535, 65_536]
        for _ in 0..<400 {
            let command = CommandAPDU(
                cla: random.byte(), ins: random.byte(), p1: random.byte(), p2: random.byte(),
                data: random.bytes(lengths.randomElement(using: &random) ?? 0),
                ne: answers.randomElement(using: &random) ?? nil)
            for form in [CommandAPDU.LengthForm.automatic, .extended] {
                #expect(try CommandAPDU(command.encoded(form)) == command)
            }
            let maximum = Int.random(in: 1...300, using: &random)
            let links = command.chained(maximum: maximum)
            #expect(links.flatMap(\.data) == command.data)
            #expect(links.allSatisfy { $0.data.count <= maximum })
            #expect(links.last?.ne == command.ne && links.last?.cla == command.cla)
            #expect(
                links.dropLast().allSatisfy { $0.ne == nil && $0.cla == command.cla | 0x10 && $0.data.count == maximum }
            )
        }
    }

    @Test func commandsThatDecodeEncodeToTheSameBytes() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<5_000 {
            var bytes = random.bytes(Int.random(in: 0...24, using: &random))
            if bytes.count > 6, Bool.random(using: &random) { (bytes[4], bytes[5]) = (0, 0) }
            if bytes.count > 4, Bool.random(using: &random) { bytes[4] = UInt8(bytes.count - 5) }
            guard let command = try? CommandAPDU(bytes) else { continue }
            let short = try? command.encoded(.short)
            let extended = try? command.encoded(.extended)
            #expect(short == bytes || extended == bytes, "\(Hex.encode(bytes))")
        }
    }

    @Test func dataObjectsGoThroughUnchanged() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            var written: [BERTag] = []
            let bytes = BERTLVWriter.bytes { writer in
                for _ in 0..<Int.random(in: 0...4, using: &random) {
                    Self.write(to: &writer, depth: 0, written: &written, random: &random)
                }
            }
            let objects = try BERTLV.objects(in: bytes)
            #expect(objects.descendants.map(\.tag) == written)
            #expect(Self.rewrite(objects) == bytes)
            for tag in Set(written) {
                #expect(Array(objects.findAll(tag)).count == written.count { $0 == tag })
                #expect(objects.find(tag)?.tag == tag)
            }
        }
    }

    private static func write(
        to writer: inout BERTLVWriter, depth: Int, written: inout [BERTag], random: inout SeededGenerator
    ) {
        let tag = randomTag(&random)
        written.append(tag)
        guard tag.isConstructed else {
            let counts = [0, 1, 5, 127, 128, 255, 256, 300]
            writer.append(tag, random.bytes(counts.randomElement(using: &random) ?? 0))
            return
        }
        let children = depth < 8 ? Int.random(in: 0...3, using: &random) : 0
        writer.append(tag) { content in
            for _ in 0..<children { write(to: &content, depth: depth + 1, written: &written, random: &random) }
        }
    }

    private static func randomTag(_ random: inout SeededGenerator) -> BERTag {
        while true {
            if let tag = BERTag(random.bytes(Int.random(in: 1...3, using: &random))) { return tag }
        }
    }

    private static func rewrite(_ objects: BERTLV.Objects) -> [UInt8] {
        BERTLVWriter.bytes { writer in
            for object in objects {
                if object.isConstructed {
                    writer.append(object.tag, rewrite(object.children))
                } else {
                    writer.append(object.tag, object.value)
                }
            }
        }
    }

    /// What is accepted can be walked to the end: every object lies inside the input and inside its template.
    @Test func hostileDataObjectsAreRefusedOrSafe() {
        var random = SeededGenerator(seed: 4)
        let bytesOfInterest: [UInt8] = [
            0x00, 0xFF, 0x1F, 0x3F, 0x6F, 0x80, 0x81, 0x82, 0x84, 0xA5, 0xBF, 0x0C, 0x01, 0x02, 0x05,
        ]
        var accepted = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &random)
            let bytes = (0..<count).map { _ in
                Int.random(in: 0...9, using: &random) == 0
                    ? random.byte() : bytesOfInterest.randomElement(using: &random) ?? 0
            }
            guard let objects = try? BERTLV.objects(in: bytes) else { continue }
            accepted += 1
            var last = -1
            for object in objects.descendants {
                #expect(object.offset > last && object.bytes.endIndex <= bytes.count)
                last = object.offset
            }
            _ = objects.dump()
            _ = try? FileControlInformation(bytes)
        }
        #expect(accepted > 100, "the test has to see both")
    }

    @Test func nestingFarBeyondTheLimitIsRefused() {
        let bytes = [UInt8](repeating: 0xA5, count: 200_000)
        #expect(throws: BERTLVError.self) { try BERTLV.objects(in: bytes) }
        var nested: [UInt8] = [0x84, 0x00]
        for _ in 0..<5_000 { nested = BERTLVWriter.bytes { $0.append(0xA5, nested) } }
        let error = #expect(throws: BERTLVError.self) { try BERTLV(nested) }
        if case .tooDeep = error {} else { Issue.record("\(String(describing: error))") }
    }

    @Test func recordsGoThroughUnchanged() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let records = try (0..<Int.random(in: 0...6, using: &random)).map { _ in
                try RecordTLV(tag: random.byte(), value: random.bytes(Int.random(in: 0...255, using: &random)))
            }
            let bytes = records.flatMap(\.encoded)
            #expect(try RecordTLV.records(in: bytes) == records)
            if let last = records.last, !last.value.isEmpty {
                #expect(throws: RecordTLV.ParseError.truncated(offset: bytes.count - last.encoded.count)) {
                    try RecordTLV.records(in: bytes.dropLast())
                }
            }
        }
    }

    @Test func hostileAnswersToResetAreRefusedOrExplained() {
        var random = SeededGenerator(seed: 6)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = random.bytes(Int.random(in: 0...36, using: &random))
            if !bytes.isEmpty { bytes[0] = Bool.random(using: &random) ? 0x3B : 0x3F }
            if bytes.count > 1, Bool.random(using: &random) { bytes[1] = UInt8(min(15, bytes.count - 2)) }
            guard let answer = try? AnswerToReset(bytes) else { continue }
            accepted += 1
            #expect(answer.explain().flatMap(\.bytes) == bytes)
            #expect(answer.bytesPerSecond() > 0)
            _ = (answer.specificMode, answer.blockProtocol, answer.globalBytes, answer.defaultProtocol)
        }
        #expect(accepted > 100, "the test has to see both")
    }

    @Test func hexadecimalGoesThroughUnchanged() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let bytes = random.bytes(Int.random(in: 0...40, using: &random))
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes, separator: " ").lowercased()) == bytes)
        }
        for text in ["0", "0G", "0 0", "00 0", "é0", "0x00"] { #expect(Hex.decode(text) == nil, "\(text)") }
    }
}
