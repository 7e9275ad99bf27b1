import CardProfiles
import Foundation
import HealthCard
import Testing

@Suite("Content of visits")
struct VisitContentTests {
    static let kinds = [VisitKind.inpatient, .outpatient]

    @Test("147 and 170 items without a gap, then 64 and 190 bytes")
    func layouts() throws {
        let inpatient = try VisitSamples.layout(.inpatient)
        #expect(inpatient.items.count == 147 && inpatient.dataLength == 1639 && inpatient.size == 1893)
        #expect(inpatient.files.map(\.name) == ["EE01", "EE02", "EE03"])
        let outpatient = try VisitSamples.layout(.outpatient)
        #expect(outpatient.items.count == 170 && outpatient.dataLength == 3013 && outpatient.size == 3267)
        #expect(outpatient.files.map(\.name) == ["ED01", "ED02", "ED03", "ED04", "ED05"])
        #expect(try VisitLayout.all(in: TestProfile.shared).map(\.kind) == Self.kinds)
        #expect(throws: VisitContentError.self) {
            try VisitLayout(VisitKind(rawValue: "holder"), of: TestProfile.shared)
        }
        #expect(throws: VisitContentError.self) { try VisitLayout(VisitKind(rawValue: "x"), of: TestProfile.shared) }
    }

    @Test("typed names and the profile's names are the same set, group by group")
    func sameNames() throws {
        for kind in Self.kinds {
            let layout = try VisitSamples.layout(kind)
            let content = try VisitSamples.random(kind, seed: 1)
            // Every item has a value, so a property that is missing or misspelt would lose one.
            let typed: any VisitRecord =
                kind == .inpatient ? try InpatientRecord(content) : try OutpatientRecord(content)
            #expect(try typed.content(TestProfile.shared) == content)
            let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(typed))
            var names: Set<String> = []
            for (name, value) in try #require(json as? [String: Any]) {
                guard let entries = value as? [[String: Any]] else {
                    names.insert(name)
                    continue
                }
                for (index, entry) in entries.enumerated() {
                    names.formUnion(entry.keys.map { "\(name)[\(index + 1)].\($0)" })
                }
            }
            #expect(names == Set(layout.items.map(\.qualifiedName)))
        }
    }

    @Test("random values for every item, there and back in every form", arguments: kinds)
    func roundTrips(_ kind: VisitKind) throws {
        let layout = try VisitSamples.layout(kind)
        for seed in 0..<100 as Range<UInt64> {
            let content = try VisitSamples.random(kind, seed: seed)
            try content.check()
            #expect(try VisitContent(bytes: content.bytes, layout: layout) == content)
            let json = try content.json()
            #expect(try VisitContent(json: json, layout: layout) == content)
            #expect(try VisitContent(jsonText: Array(json.text(pretty: true).utf8), layout: layout) == content)
            #expect(try VisitContent(text: content.text(), layout: layout) == content)
            #expect(try VisitContent(joined: content.joined(), layout: layout) == content)
        }
    }

    @Test("records by hand: what is not said is not there")
    func typedRecords() throws {
        let outpatient = try #require(VisitSamples.outpatient)
        let content = try outpatient.content(TestProfile.shared)
        #expect(try OutpatientRecord(content) == outpatient)
        #expect(try content.value(of: "drugs[1].dose") == .amount("0.50"))
        #expect(try content.value(of: "drugs[2].dose") == nil)
        #expect(content.date == CalendarDate("2026-10-08"))
        let inpatient = try #require(VisitSamples.inpatient)
        #expect(try InpatientRecord(inpatient.content(TestProfile.shared)) == inpatient)
        #expect(try inpatient.content(TestProfile.shared).date == CalendarDate("2026-09-30"))
        #expect(throws: VisitContentError.self) { try InpatientRecord(content) }
        // The JSON of a person need not name every group and flag.
        let json = Data(try inpatient.content(TestProfile.shared).json().text().utf8)
        #expect(try JSONDecoder().decode(InpatientRecord.self, from: json) == inpatient)
    }

    @Test("required items that are missing are all named")
    func missing() throws {
        let layout = try VisitSamples.layout(.outpatient)
        let required = layout.items.filter(\.isRequired).map(\.qualifiedName)
        #expect(required.count == 13)
        #expect(throws: VisitContentError.missing(required)) { try VisitContent(layout).check() }
        for name in required {
            var content = try VisitSamples.random(.outpatient, seed: 9)
            try content.set(nil, for: name)
            #expect(throws: VisitContentError.missing([name])) { try content.check() }
        }
        #expect(throws: VisitContentError.missing(["symptoms[1].code"])) {
            var record = try #require(VisitSamples.outpatient)
            record.symptoms[0].code = nil
            _ = try record.content(TestProfile.shared)
        }
    }

    @Test("bytes that decode and may not be written, and a required text of blanks, are found before writing")
    func writable() throws {
        let layout = try VisitSamples.layout(.outpatient)
        let sample = try VisitSamples.random(.outpatient, seed: 9)
        try sample.checkForWriting()
        func with(_ text: [UInt8], in name: String) throws -> VisitContent {
            let item = try #require(layout.item(named: name))
            var bytes = sample.bytes
            let field = text + [UInt8](repeating: item.emptyByte, count: item.length - text.count)
            bytes.replaceSubrange((item.offset ?? 0)..<(item.offset ?? 0) + item.length, with: field)
            return try VisitContent(bytes: bytes, layout: layout)
        }
        for text in [[0x1B, 0x41], [0x41, 0x0A], [0x7F]] as [[UInt8]] {
            let content = try with(text, in: "facilityName")
            try content.check()
            #expect(throws: VisitContentError.self) { try content.checkForWriting() }
        }
        for blanks in [[0x20, 0x20], [0xA1, 0xA1]] as [[UInt8]] {
            let content = try with(blanks, in: "facilityName")
            #expect(throws: VisitContentError.missing(["facilityName"])) { try content.checkForWriting() }
        }
        let code = try with([0x99], in: "payment")
        #expect(throws: VisitContentError.self) { try code.checkForWriting() }
    }

    @Test("too much for the card is an error that says how much fits")
    func overflow() throws {
        var record = try #require(VisitSamples.inpatient)
        record.diagnoses = Array(repeating: record.diagnoses[0], count: 4)
        #expect(throws: VisitContentError.groupTooLong("diagnoses", count: 4, limit: 3)) {
            try record.content(TestProfile.shared)
        }
        record.diagnoses = []
        #expect(
            throws: VisitContentError.missing(["diagnoses[1].name", "diagnoses[1].code", "diagnoses[1].confirmedDate"])
        ) { try record.content(TestProfile.shared) }
        var long = try #require(VisitSamples.inpatient)
        long.hospitalName = String(repeating: "院", count: 36)
        let item = try #require(TestProfile.shared.item(number: 64))
        #expect(throws: VisitContentError.item(ItemError(item, .tooLong(bytes: 72, limit: 70)))) {
            try long.content(TestProfile.shared)
        }
        long = try #require(VisitSamples.inpatient)
        long.feeTotal = Amount("1.005")
        #expect(throws: VisitContentError.self) { try long.content(TestProfile.shared) }
    }

    @Test(
        "JSON that is no visit says where",
        arguments: [
            (#"{"colour":"1"}"#, VisitContentError.unknownName("colour")),
            (#"{"symptoms":[{"colour":"1"}]}"#, .unknownName("symptoms[1].colour")),
            (#"{"symptoms":{}}"#, .wrongJSON("symptoms", expected: .list)),
            (#"{"symptoms":["1"]}"#, .wrongJSON("symptoms[1]", expected: .object)),
            (
                #"{"symptoms":[{"durationMinutes":"5"}]}"#,
                .wrongJSON("symptoms[1].durationMinutes", expected: .wholeNumber)
            ),
            (#"{"facilityName":5}"#, .wrongJSON("facilityName", expected: .text)),
            (#"{"record":1}"#, .madeByWriting("record")),
            (#"{"signature":"00"}"#, .madeByWriting("signature")),
            (#"{"samCertificate":"00"}"#, .madeByWriting("samCertificate")),
            (#"[]"#, .wrongJSON("outpatient", expected: .itemObject)),
            (
                #"{"fees":[{"amount":1}]}"#,
                .wrongJSON("fees[1].amount", expected: .amount)
            ),
        ] as [(String, VisitContentError)])
    func badJSON(_ text: String, _ error: VisitContentError) throws {
        let layout = try VisitSamples.layout(.outpatient)
        #expect(throws: error) { try VisitContent(jsonText: Array(text.utf8), layout: layout) }
    }

    @Test("a province's own visit works without a line of Swift")
    func otherLayout() throws {
        let overlay = """
            overlay: province
            base: resident-health-card
            layouts:
              outpatient:
                items:
                  facilityName: { label: 机构 }
            """
        let profile = try TestProfile.edition(with: overlay)
        let layout = try VisitLayout(.outpatient, of: profile)
        #expect(layout.items.first?.label == "机构")
        let content = try VisitContent(bytes: VisitSamples.content(.outpatient).bytes, layout: layout)
        #expect(try VisitContent(text: content.text(), layout: layout) == content)
    }

    @Test("amounts are exact and equal by value")
    func amounts() throws {
        #expect(Amount("12.50") == Amount("12.5"))
        #expect(Amount("12.50")?.hashValue == Amount("12.5")?.hashValue)
        #expect(Amount("0.05")?.description == "0.05")
        #expect(Amount(units: 5, decimals: 2)?.description == "0.05")
        #expect(Amount("7")?.description == "7")
        for (small, large) in [("1.05", "1.5"), ("2", "10"), ("0.99", "1")] {
            #expect(try #require(Amount(small)) < #require(Amount(large)))
        }
        for text in ["", ".", "1.", ".5", "1.2.3", "-1", "1,5", "1e3", "１", "1234567890123456789"] {
            #expect(Amount(text) == nil)
        }
    }
}
