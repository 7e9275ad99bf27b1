import CardProfiles
import HealthCard
import Testing

@Suite("Changes by item name")
struct CardChangesTests {
    private let profile: CardProfile

    init() throws { profile = try TestProfile.shared }

    private func problems(_ make: (inout CardChanges) throws -> Void) -> [CardChangesError.Problem] {
        var changes = CardChanges(profile: profile)
        let before = changes
        do {
            try make(&changes)
            Issue.record("nothing was refused")
            return []
        } catch let error as CardChangesError {
            #expect(changes == before)
            return error.problems
        } catch {
            Issue.record("\(error)")
            return []
        }
    }

    @Test("names that are nothing, and those near them")
    func unknown() {
        #expect(problems { try $0.set("phone", to: "1") } == [.unknown("phone", near: ["phone1", "phone2", "photo"])])
        #expect(
            problems { try $0.set("Asthma", to: "true") } == [.unknown("Asthma", near: ["asthma", "clinical.asthma"])])
        #expect(
            problems { try $0.set("validty.phone1", to: "1") } == [
                .unknown("validty.phone1", near: ["validity.phone1", "validity.phone2"])
            ])
        #expect(problems { try $0.set("", to: "1") } == [.unknown("", near: [])])
        #expect(
            problems { try $0.set("validity.", to: "1") } == [
                .unknown("validity.", near: ["validity.validUntil", "validity.phone1", "validity.phone2"])
            ])
        #expect(problems { try $0.clear("clinical.phone1") } == [.unknown("clinical.phone1", near: [])])
    }

    @Test("what is written once, with a visit, or as an entry")
    func refused() {
        #expect(problems { try $0.set("name", to: "张三") } == [.writtenOnce("name", file: "DDF1/EF06")])
        #expect(
            problems { try $0.set("issuer.cityCode", to: "990100") } == [
                .writtenOnce("issuer.cityCode", file: "DDF1/EF05")
            ])
        #expect(problems { try $0.set("payment", to: "1") } == [.visit("payment", file: "DF03/EE01")])
        #expect(problems { try $0.set("inpatientValid", to: "true") } == [.visit("inpatientValid", file: "DF03/EF05")])
        #expect(problems { try $0.set("allergen", to: "x") } == [.listItem("allergen", section: "allergies")])
        #expect(problems { try $0.clear("validUntil") } == [.required("validity.validUntil")])
    }

    @Test("a name that two sections have needs the section")
    func ambiguous() throws {
        let profile = try TestProfile.edition(
            with: """
                overlay: twice
                base: resident-health-card
                directories:
                  DF01:
                    files:
                      EF09:
                        title: 省内信息
                        fid: EF09
                        sfi: 09
                        structure: linearVariableTLV
                        records: 1
                        size: 12
                        read: RK1_DF01
                        update: UK1_DF01
                        protection: encryptedMAC
                        section: province
                        items:
                          phone1: { number: 401, tag: 91, record: 1, length: 10, coding: ans, format: text, label: 电话 }
                """)
        var changes = CardChanges(profile: profile)
        #expect(
            throws: CardChangesError(problems: [
                .ambiguous("phone1", candidates: ["validity.phone1", "province.phone1"])
            ])
        ) {
            try changes.set("phone1", to: "1")
        }
        try changes.set("province.phone1", to: "1")
        try changes.set("validity.phone1", to: "1")
    }

    @Test("values are checked before there is a card, and never shown")
    func values() throws {
        for (name, text) in [
            ("phone1", String(repeating: "秘", count: 11)), ("payment1", "77"), ("validUntil", "2026-02-30"),
            ("asthma", "secret"), ("address1", "密\u{1F600}"),
        ] {
            let found = problems { try $0.set(name, to: text) }
            guard case .value(let error)? = found.first else {
                Issue.record("\(name): \(found)")
                continue
            }
            #expect(error.item == name)
            #expect(!found.description.contains("秘") && !found.description.contains("secret"))
        }
        #expect(problems { try $0.set("phone1", to: .flag(true)) }.count == 1)
        #expect(problems { try $0.setPhoto([1, 2, 3]) } == [.notAPicture])
        #expect(problems { try $0.set("photo", to: "AAAA") } == [.notAPicture])
        // Taking the photo away is said by no picture, not by an empty one.
        #expect(problems { try $0.setPhoto([]) } == [.notAPicture])
    }

    @Test("the same value twice is one change, two values are an error")
    func twice() throws {
        var changes = CardChanges(profile: profile)
        try changes.set("phone1", to: "1")
        try changes.set("validity.phone1", to: "1")
        #expect(throws: CardChangesError(problems: [.givenTwice("validity.phone1")])) { try changes.clear("phone1") }
        try changes.setPhoto(nil)
        #expect(throws: CardChangesError(problems: [.givenTwice("photo.photo")])) { try changes.setPhoto(picture(10)) }
    }

    @Test("a text is held to its form, as in a batch")
    func forms() throws {
        for (name, text) in [
            ("phone1", "1.38E+10"), ("healthRecordNumber", "123"), ("contactName1", "#REF!"), ("otherAlert", "NULL"),
        ] {
            guard case .value(let error)? = problems({ try $0.set(name, to: text) }).first, case .form = error.problem
            else {
                Issue.record("\(name)")
                continue
            }
        }
        var changes = CardChanges(profile: profile)
        try changes.set("asthma", to: "TRUE")
        try changes.set("validUntil", to: "2036/1/5")
        var same = CardChanges(profile: profile)
        try same.set("asthma", to: "true")
        try same.set("validUntil", to: "2036-01-05")
        #expect(changes == same)
    }

    @Test("a picture is put in the place of what was given, or the check's error thrown")
    func fitting() throws {
        struct Flaw: Error {}
        var changes = CardChanges(profile: profile)
        try changes.setPhoto(picture(20))
        #expect(changes.picture == picture(20))
        #expect(throws: Flaw.self) { try changes.fitPicture { _ throws(Flaw) in throw Flaw() } }
        #expect(changes.picture == picture(20))
        changes.fitPicture { _ in picture(10) }
        #expect(changes.picture == picture(10))
        var none = CardChanges(profile: profile)
        try none.setPhoto(nil)
        try none.fitPicture { _ throws(Flaw) in throw Flaw() }
        #expect(none.picture == nil)
    }

    @Test("entries of lists")
    func entries() throws {
        #expect(problems { try $0.add(to: "allergies", [:]) } == [.emptyEntry("allergies")])
        #expect(problems { try $0.add(to: "allergies", ["allergen": ""]) } == [.emptyEntry("allergies")])
        #expect(problems { try $0.add(to: "allergies", ["allergen": "\u{3000}"]) } == [.emptyEntry("allergies")])
        #expect(
            problems { try $0.add(to: "allergies", ["allergyReaction": "皮疹"]) } == [.entryLacks("allergies.allergen")])
        #expect(
            problems { try $0.add(to: "immunizations", ["vaccinationDate": "2026-01-02"]) }
                == [.entryLacks("immunizations.vaccine")])
        #expect(
            problems { try $0.add(to: "allergy", ["allergen": "x"]) } == [
                .unknownList("allergy", lists: ["allergies", "immunizations"])
            ])
        #expect(
            problems { try $0.add(to: "immunizations", ["vacine": "x"]) }.first
                == .unknown("immunizations.vacine", near: ["vaccine"]))
        var changes = CardChanges(profile: profile)
        for number in 1...3 { try changes.add(to: "allergies", ["allergen": "\(number)"]) }
        #expect(throws: CardChangesError(problems: [.tooManyEntries("allergies", limit: 3)])) {
            try changes.add(to: "allergies", ["allergen": "4"])
        }
    }

    @Test("JSON says the same as the calls")
    func json() throws {
        var byCalls = CardChanges(profile: profile)
        try byCalls.set("phone1", to: "13900000000")
        try byCalls.clear("phone2")
        try byCalls.set("asthma", to: .flag(true))
        try byCalls.add(to: "allergies", ["allergen": "青霉素"])
        try byCalls.add(to: "allergies", ["allergen": "花生", "allergyReaction": "皮疹"])
        try byCalls.setPhoto(picture(20))
        var byJSON = CardChanges(profile: profile)
        try byJSON.merge(
            json: Array(
                """
                {"validity":{"phone1":"13900000000","phone2":""},"clinical":{"asthma":true},
                 "allergies":[{"allergen":"花生","allergyReaction":"皮疹"},{"allergen":"\\u9752\\u9709\\u7d20"}],
                 "photo":"\(ItemValue.photo(picture(20)).text)"}
                """.utf8))
        #expect(byJSON == byCalls)
        #expect(!byJSON.isEmpty)
    }

    @Test("everything that is wrong with a JSON at once, and nothing of it taken")
    func badJSON() {
        let found = problems {
            try $0.merge(
                json: Array(
                    """
                    {"holder":{"name":"x"},"validity":{"phone1":true,"phone9":"1","phone2":"120"},"inpatient":[],"nothing":{},
                     "clinical":[],"allergies":{},"immunizations":["x"]}
                    """.utf8))
        }
        #expect(found.count == 8)
        for text in ["", "[]", "{", "{\"a\":1,\"a\":2}", "{\"validity\":null}", "nul"] {
            #expect(problems { try $0.merge(json: Array(text.utf8)) }.count == 1, "\(text)")
        }
    }
}
