import CardProfiles
import HealthCard
import Testing

@Suite("Visits as text")
struct VisitTextTests {
    private func outpatient() throws -> VisitLayout { try VisitSamples.layout(.outpatient) }

    @Test("item 213, length 2, aa: the example of the definition")
    func example() throws {
        let content = try VisitContent(text: Array("213002aa".utf8), layout: outpatient())
        #expect(try content.value(of: "facilityName") == .text("aa"))
        #expect(try content.text() == Array("213002aa".utf8))
    }

    @Test("lengths count bytes of GBK; items in any order; empty ones allowed")
    func lengths() throws {
        let text = try GBK.encode("2180013217008测试门诊216000")
        let content = try VisitContent(text: text, layout: outpatient())
        #expect(try content.value(of: "department") == .text("测试门诊"))
        #expect(try content.value(of: "payment") == .code("3"))
        #expect(try content.value(of: "outpatientNumber") == nil)
        #expect(try content.text() == GBK.encode("217008测试门诊2180013"))
    }

    @Test("a code with a leading zero, an amount without a point, a flag in hexadecimal")
    func values() throws {
        let outpatient = try VisitContent(text: Array("2180020335500512345".utf8), layout: outpatient())
        #expect(try outpatient.value(of: "payment") == .code("3"))
        #expect(try outpatient.value(of: "fees[1].amount") == .amount("123.45"))
        #expect(outpatient.bytes[155] == 0x3F)
        let inpatient = try VisitContent(
            text: Array("138002011400011".utf8), layout: VisitSamples.layout(.inpatient))
        #expect(try inpatient.value(of: "autopsy") == .flag(true))
    }

    @Test(
        "what is wrong is told with its byte and its item",
        arguments: [
            ("2", 0, nil, VisitTextProblem.cutShort(wanted: 3, left: 1)),
            ("213", 3, 213, .cutShort(wanted: 3, left: 0)),
            ("213002a", 6, 213, .cutShort(wanted: 2, left: 1)),
            ("21x002aa", 0, nil, .notThreeDigits),
            ("213 02aa", 3, 213, .notThreeDigits),
            ("064002aa", 0, 64, .unknownItem),
            ("999002aa", 0, 999, .unknownItem),
            ("213002aa213002aa", 8, 213, .repeated),
            ("383002aa", 0, 383, .madeByWriting),
            ("384002aa", 0, 384, .madeByWriting),
            ("218001x", 6, 218, .notDigits(impliedDecimals: 0)),
            ("355005123.5", 6, 355, .notDigits(impliedDecimals: 2)),
            ("355009123456789", 6, 355, .value(.tooLong(bytes: 5, limit: 4))),
            ("21500820261301", 6, 215, .value(.notADateTime)),
        ] as [(String, Int, Int?, VisitTextProblem)])
    func errors(_ text: String, _ offset: Int, _ item: Int?, _ problem: VisitTextProblem) throws {
        let layout = try outpatient()
        #expect(throws: VisitContentError.text(offset: offset, item: item, problem)) {
            try VisitContent(text: Array(text.utf8), layout: layout)
        }
    }

    @Test("bytes that are no GBK, control characters, codes that no table has")
    func badValues() throws {
        let layout = try outpatient()
        #expect(throws: VisitContentError.text(offset: 6, item: 213, .notGBK)) {
            try VisitContent(text: Array("213002".utf8) + [0xFF, 0xFF], layout: layout)
        }
        #expect(throws: VisitContentError.self) { try VisitContent(text: Array("213002a\u{1}".utf8), layout: layout) }
        #expect(throws: VisitContentError.self) { try VisitContent(text: Array("213002a\u{0}".utf8), layout: layout) }
        #expect(throws: VisitContentError.self) { try VisitContent(text: Array("2180019".utf8), layout: layout) }
        let inpatient = try VisitSamples.layout(.inpatient)
        for flag in ["1", "0", "T", "0101"] {
            let text = "138" + String("00\(flag.count)".suffix(3)) + flag
            #expect(throws: VisitContentError.text(offset: 6, item: 138, .notHexadecimal(bytes: 1))) {
                try VisitContent(text: Array(text.utf8), layout: inpatient)
            }
        }
    }

    @Test("a text cut at any byte is refused, or is the text of fewer items")
    func cutAnywhere() throws {
        let content = try VisitSamples.random(.outpatient, seed: 3)
        let text = try content.text()
        for end in 0..<text.count {
            let part = Array(text[..<end])
            do throws(VisitContentError) {
                #expect(try VisitContent(text: part, layout: content.layout).text() == part)
            } catch .text(_, _, .cutShort) {
                continue
            } catch {
                Issue.record("cut at \(end): \(error)")
            }
        }
    }

    @Test("joined by bars: so many items, no bar within a text, empty ones stay as they are")
    func joined() throws {
        let content = try VisitSamples.content(.outpatient)
        let text = try content.joined()
        #expect(text.filter { $0 == 0x7C }.count == 169)
        #expect(text.starts(with: try GBK.encode("测试省示范市社区卫生服务中心|99010012-3|20261008093000|MZ2026100800017|")))
        #expect(try VisitContent(joined: text, layout: content.layout) == content)
        #expect(throws: VisitContentError.text(offset: text.count - 1, item: nil, .wrongCount(169, expected: 170))) {
            try VisitContent(joined: text.dropLast(), layout: content.layout)
        }
        var barred = content
        try barred.set(.text("A|B"), for: "department")
        #expect(throws: VisitContentError.self) { try barred.joined() }
        // 亅 is 81 7C in GBK.
        try barred.set(.text("亅"), for: "department")
        #expect(try GBK.encode("亅").last == 0x7C)
        #expect(try VisitContent(joined: barred.joined(), layout: content.layout) == barred)
        var changed = content
        let patch = Array(repeating: "", count: 4) + ["内科"] + Array(repeating: "", count: 165)
        try changed.apply(joined: GBK.encode(patch.joined(separator: "|")))
        #expect(try changed.value(of: "department") == .text("内科"))
        try changed.set(content.value(of: "department"), for: "department")
        #expect(changed == content)
    }

    @Test("fields by place, length and style, and none beyond the data")
    func fields() throws {
        var content = try VisitSamples.content(.inpatient)
        #expect(try content.field(at: 80, length: 4, as: .digits) == Array("20260921".utf8))
        #expect(try content.field(at: 0, length: 70, as: .text) == GBK.encode("测试省人民医院"))
        #expect(try content.field(at: 1067, length: 1, as: .hexadecimal) == Array("01".utf8))
        #expect(try content.field(at: 0, length: 1639, as: .bytes) == content.bytes)
        try content.setField(at: 80, length: 4, to: Array("20260920".utf8), as: .digits)
        try content.setField(at: 0, length: 70, to: Array("X".utf8), as: .text)
        try content.setField(at: 1066, length: 1, to: Array("01".utf8), as: .hexadecimal)
        #expect(try content.value(of: "admissionDate") == .date(#require(CalendarDate("2026-09-20"))))
        #expect(try content.value(of: "hospitalName") == .text("X"))
        #expect(try content.value(of: "autopsy") == .flag(true))
        let before = content
        for (offset, length) in [(-1, 2), (0, 0), (0, 1640), (1639, 1), (1638, 2), (Int.max, 1), (0, Int.max)] {
            #expect(throws: VisitContentError.self) { try content.field(at: offset, length: length, as: .bytes) }
            #expect(throws: VisitContentError.self) {
                try content.setField(at: offset, length: length, to: [], as: .bytes)
            }
        }
        #expect(throws: VisitContentError.style(offset: 80, .digits)) {
            try content.setField(at: 80, length: 4, to: Array("202609201".utf8), as: .digits)
        }
        #expect(throws: VisitContentError.style(offset: 0, .text)) {
            try content.setField(at: 0, length: 70, to: [0xFF, 0xFF], as: .text)
        }
        #expect(content == before)
    }
}
