import Testing

@testable import CardProfiles

/// What may be written into text items, wherever the text comes from.
@Suite struct ItemFormTests {
    private let profile: CardProfile

    init() throws { profile = try CardProfile.bundled() }

    private func problem(_ name: String, _ section: String, _ text: String) throws -> ItemError.Problem? {
        let item = try #require(profile.item(named: name, in: section))
        do {
            _ = try ItemCodec.encode(text, as: item, profile: profile)
            return nil
        } catch {
            return error.problem
        }
    }

    @Test(
        "what spreadsheets leave of a number is refused",
        arguments: [
            ("healthRecordNumber", "documents", "9.96469E+16", SpreadsheetDamage.exponent),
            ("healthRecordNumber", "documents", "9.9324900708E+016", .exponent),
            ("phone1", "validity", "1.88656E+10", .exponent), ("phone2", "validity", "1.38e+10", .exponent),
            ("address1", "address", "1.38E+10", .exponent), ("documentNumber", "documents", "9.96E+17", .exponent),
            ("documentNumber", "documents", "996469199703256000", .rounded),
            ("ncmsNumber", "documents", "523712224590.0", .decimals),
            ("phone1", "validity", "13800000000.0", .decimals),
            ("name", "holder", "#REF!", .errorWord), ("address1", "address", "#NAME?", .errorWord),
            ("address1", "address", "########", .errorWord), ("otherAlert", "clinical", "Err:502", .errorWord),
            ("name", "holder", "NULL", .emptyWord), ("phone2", "validity", "nan", .emptyWord),
            ("otherAlert", "clinical", "<NA>", .emptyWord), ("phone2", "validity", "=\"0731\"", .formula),
        ])
    func damage(name: String, section: String, text: String, damage: SpreadsheetDamage) throws {
        guard case .form(_, .spreadsheet(damage))? = try problem(name, section, text) else {
            Issue.record("\(name) \(text): \(String(describing: try problem(name, section, text)))")
            return
        }
    }

    @Test(
        "what only looks like it is taken",
        arguments: [
            ("documentNumber", "documents", "E12345678"), ("documentNumber", "documents", "2E10"),
            ("documentNumber", "documents", "军字第2001988号"), ("documentNumber", "documents", "12345678901234000"),
            ("documentNumber", "documents", "510104197010300000"),
            ("healthRecordNumber", "documents", "99646901910200001"), ("ncmsNumber", "documents", "796197066289"),
            ("phone1", "validity", "+86 731-48646352转8"), ("phone1", "validity", "13800000000"),
            ("address1", "address", "１５号楼 1.5单元 #3"), ("name", "holder", "阿卜杜拉·买买提"), ("name", "holder", "E"),
            ("otherAlert", "clinical", "无"), ("otherAlert", "clinical", "1.5"),
        ])
    func taken(name: String, section: String, text: String) throws {
        #expect(try problem(name, section, text) == nil)
    }

    @Test("digits are counted, and have their own width")
    func digits() throws {
        #expect(
            try problem("healthRecordNumber", "documents", "123")
                == .form(title: "健康档案编号", .digitCount(3, allowed: 17...17)))
        #expect(try problem("phone2", "validity", "０７３１４８６４６３") == .form(title: "电话号码", .fullWidth))
        #expect(try problem("documentNumber", "documents", "Ｅ１２３") == .form(title: "证件或登记号码", .fullWidth))
        #expect(try problem("phone1", "validity", "无") == .form(title: "电话号码", .character("无")))
    }

    @Test("the dot of a name is explained, also where the card lacks the other one", arguments: ["•", "‧", "・"])
    func dots(dot: String) throws {
        let found = try problem("name", "holder", "阿卜杜拉\(dot)买买提")
        let scalar = try #require(dot.unicodeScalars.first)
        #expect(found == .form(title: "姓名", .separator(scalar, right: "·")))
        #expect(found?.description.contains("U+00B7") == true)
    }

    @Test("messages name no value")
    func messages() throws {
        for (name, section, text) in [
            ("phone1", "validity", "1.88656E+10"), ("healthRecordNumber", "documents", "123"),
        ] {
            let found = try #require(try problem(name, section, text))
            #expect(!found.description.contains(text))
        }
    }

    @Test("a form that the profile lacks, and a form of what is no text, are problems of the profile")
    func profiles() throws {
        let base = try Repository.base()
        let missing = base.replacing("form: phone, label: 本人电话1", with: "form: telephone, label: 本人电话1")
        let misplaced = base.replacing("format: date, label: 出生日期", with: "format: date, form: text, label: 出生日期")
        for (yaml, said) in [(missing, "not in 'forms'"), (misplaced, "format text only")] {
            do {
                _ = try CardProfile(yaml: yaml, file: "card.yaml")
                Issue.record("taken")
            } catch {
                #expect(error.problems.contains { $0.message.description.contains(said) }, "\(error)")
            }
        }
    }

    @Test("one meaning is taken in any spelling, two are not")
    func spellings() throws {
        func text(_ name: String, _ section: String, _ text: String) throws -> String? {
            let item = try #require(profile.item(named: name, in: section))
            return try ItemCodec.value(of: text, as: item, profile: profile)?.text
        }
        for day in [
            "1997-03-25", "1997-3-25", "1997/3/25", "1997.03.25", "19970325", "1997年3月25日", "1997-03-25 00:00:00",
        ] {
            #expect(try text("birthDate", "holder", day) == "1997-03-25", "\(day)")
        }
        for day in ["25/3/1997", "3/25/97", "97-3-25", "35514", "1997/3-25", "1997-03-25 08:00:00", "1997-2-30"] {
            #expect(throws: ItemError.self) { try text("birthDate", "holder", day) }
        }
        for flag in ["TRUE", "True", "true", " TRUE "] { #expect(try text("asthma", "clinical", flag) == "true") }
        for flag in ["1", "yes", "是"] {
            #expect(throws: ItemError.self) { try text("asthma", "clinical", flag) }
        }
        #expect(try text("nation", "holder", "5") == "05")
        #expect(try text("bloodABO", "clinical", "1") == "1")
        #expect(try text("idNumber", "holder", "99646919970325667x") == "99646919970325667X")
        #expect(try text("name", "holder", "\u{3000}张三\u{A0}") == "张三")
        #expect(try text("name", "holder", "\u{3000}\u{200B}") == nil)
    }
}
