import Testing

@testable import CardProfiles

/// One mistake each, made in the card's own profile by replacing text, and where it must be reported.
struct ProfileValidationTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        /// The text whose line must be named; by default the new text's first line.
        var at: String?
        let says: String
        var testDescription: String { "\(old.prefix(60)) → \(new.prefix(60))" }
        init(_ old: String, _ new: String, at: String? = nil, says: String) {
            (self.old, self.new, self.at, self.says) = (old, new, at, says)
        }
    }

    static let syntax: [Mistake] = [
        Mistake(
            "  readByTag: true", "  readByTag: true\n  readByTaag: true", at: "  readByTaag",
            says: "'capabilities.readByTaag' is unknown here"),
        Mistake("\ntext:\n", "\ntexts: 1\ntext:\n", at: "texts:", says: "'texts' is unknown here"),
        Mistake("  readByTag: true\n", "", at: "capabilities:\n", says: "'capabilities' has no 'readByTag'"),
        Mistake("  readByTag: true", "  readByTag: perhaps", says: "expected true or false"),
        Mistake("maximumCommandData: 255", "maximumCommandData: many", says: "expected a number from 32 to 255"),
        Mistake("maximumCommandData: 255", "maximumCommandData: 256", says: "expected a number from 32 to 255"),
        Mistake("maximumCommandData: 255", "maximumCommandData: [255]", says: "is a list, expected a value"),
        Mistake("  cipher: sm4", "  cipher: des", says: "expected one of: sm4, sm1"),
        Mistake("  cipher: sm4", "  cipher:", says: "is nothing, expected a value"),
        Mistake("formal: 01, test: F1", "formal: 01, test: F", says: "expected 1 byte(s) in hexadecimal"),
        Mistake("formal: 01, test: F1", "formal: 01, test: 01", says: "could not be told apart"),
        Mistake("tag: 9F7F", "tag: 9F7F00", says: "expected 2 byte(s) in hexadecimal"),
        Mistake("format: 1\n", "format: 2\n", says: "'format' is '2'"),
        Mistake("profile: resident-health-card", "profile: resident/health", says: "not a name"),
        Mistake("mac: { length: 4,", "mac: 4 #", says: "'cryptography.mac' is a value, expected a mapping"),
        Mistake("formalApprovals: [health, finance]", "formalApprovals: health", says: "expected a list"),
        Mistake("formalApprovals: [health, finance]", "formalApprovals: [health, [x]]", says: "expected values"),
        Mistake("item: issuer.cityCode,", "item: cityCode,", says: "expected SECTION.ITEM"),
        Mistake("item: issuer.cityCode,", "item: issuer.city,", says: "which is not an item"),
    ]

    static let tree: [Mistake] = [
        Mistake("    parent: MF\n", "    parent: MX\n", says: "'MX', which is not in 'directories'"),
        Mistake("    parent: MF\n", "    parent: DF01\n", says: "hangs under itself"),
        Mistake("    parent: MF\n", "", at: "  DDF1:\n    title", says: "has no parent"),
        Mistake("    fid: 3F00\n", "    fid: 3F01\n", at: "  MF:\n    title", says: "must be the MF"),
        Mistake("    fid: DF02\n", "    fid: DF01\n", says: "has the fid DF01 of 'DF01'"),
        Mistake("dfName: 91 56 00 01 32 01", "dfName: 91 56 00 01 32 00", says: "has the dfName of 'DF01'"),
        Mistake("dfName: ascii(WS.SYS.DDF01)", "dfName: WS.SYS.DDF01", says: "expected 1 to 16 bytes"),
        Mistake("fid: EE02, sfi: 12", "fid: EE01, sfi: 12", says: "'EE02' has the fid EE01 of 'EE01'"),
        Mistake("fid: EE02, sfi: 12", "fid: EE02, sfi: 11", says: "has the short identifier 11"),
        Mistake("fid: EE02, sfi: 12", "fid: EE02, sfi: 1F", says: "expected 01 to 1E"),
        Mistake("fid: EE02, sfi: 12", "fid: FFFF, sfi: 12", says: "reserved fid"),
        Mistake(
            "structure: cyclic\n        recordSize: 120", "structure: round\n        recordSize: 120",
            says: "expected one of: directory"),
        Mistake("shape: visits(DF03/EF05 2)", "shape: visits(DF03/EF05 4)", says: "record 4 of 'DF03/EF05'"),
        Mistake("shape: visits(DF03/EF05 2)", "shape: visits(DF03/EF07 2)", says: "record 2 of 'DF03/EF07'"),
        Mistake(
            "        shape: list\n", "        shape: object\n", says: "is cyclic, but its shape needs records with tags"
        ),
        Mistake("        shape: photo\n", "        shape: list\n", says: "is transparent, but its shape needs records"),
        Mistake("shape: visits(DF03/EF05 2)", "shape: photo", says: "expected one item of format photo"),
        Mistake(
            "guardianColumns: [guardianName, ", "guardianColumns: [", says: "has 2 names, expected those of name"),
        Mistake("shape: visits(DF03/EF05 2)", "shape: visit", says: "expected object, list, photo, index"),
        Mistake(
            "        section: special", "        section: clinical", says: "only visits with the same items share one"),
        Mistake(
            "shape: visits(DF03/EF05 2), layout: inpatient", "shape: visits(DF03/EF05 2), layout: patient",
            says: "not in 'layouts'"),
        Mistake("        update: UK2_DF02", "        update: UK4_DF02", says: "'UK4_DF02', which is not in 'keys'"),
        Mistake(
            "        update: UK2_DF02", "        update: UK1_DF03", says: "not an external authentication key of DF02"),
        Mistake(
            "        update: UK2_DF02", "        update: STK_DF02", says: "not an external authentication key of DF02"),
    ]

    static let items: [Mistake] = [
        Mistake(
            "sex: { number: 12, record: 2,", "sex: { number: 12, record: 3,",
            says: "is record 3 of 'DDF1/EF06', expected 2"),
        Mistake(
            "sex: { number: 12,", "sex: { number: 13,", at: "nation: { number: 13",
            says: "has the number 13 of 'sex' in 'DDF1/EF06'"),
        Mistake("sex: { number: 12,", "sex: { number: 300,", says: "is 300 and no tag"),
        Mistake("sex: { number: 12, record: 2,", "sex: { number: 12, offset: 2,", says: "expected 'record'"),
        Mistake("number: 65, offset: 70,", "number: 65, offset: 71,", says: "leaves a gap"),
        Mistake("number: 65, offset: 70,", "number: 65, offset: 69,", says: "overlaps what precedes it"),
        Mistake("        offset: 212\n", "        offset: 213\n", at: "      diagnoses:\n", says: "expected 212"),
        Mistake(
            "        group: 3\n        number: 73", "        group: 4\n        number: 73", at: "      transfusions:",
            says: "has the number 121 of 'serologyItem'"),
        Mistake(
            "offset: 1703, length: 190", "offset: 1703, length: 191", at: "offset: 1703",
            says: "the certificate 'sam' 190"),
        Mistake(
            "EE01, sfi: 11, structure: transparent, size: 1893", "EE01, sfi: 11, structure: transparent, size: 1892",
            says: "end at 1893, 'size' says 1892"),
        Mistake("        size: 284", "        size: 285", says: "are 284 bytes, 'size' says 285"),
        Mistake("        records: 15\n", "        records: 14\n", says: "has 15 records, 'records' says 14"),
        Mistake(
            "offset: 20, length: 100,", "offset: 20, length: 99,", at: "        recordSize: 120",
            says: "end at 119, 'recordSize' says 120"),
        Mistake("format: code(sex)", "format: code(gender)", says: "code table 'gender'"),
        Mistake("format: code(sex)", "format: codes", says: "expected text, digits(N)"),
        Mistake("coding: b, format: code(sex)", "coding: bcd, format: code(sex)", says: "expected one of: ans, cn, b"),
        Mistake("format: digits(1-22)", "format: digits(1-23)", says: "hold 22"),
        Mistake(
            "length: 4, coding: cn, format: date, label: 出生日期", "length: 3, coding: cn, format: date, label: 出生日期",
            says: "needs a length of 4, not 3"),
        Mistake("coding: cn, format: date, label: 出生日期", "coding: ans, format: date, label: 出生日期", says: "expected cn"),
        Mistake(
            "      'X': { label: 军人", "      'XYZW': { label: 军人", at: "occupation: { number: 36",
            says: "does not fit 'occupation'"),
        Mistake("      'X': { label: 军人", "      'x': { label: 军人", says: "expected digits and capital letters"),
        Mistake("source: constant(1) }", "source: constant(3) }", says: "the constant of 'cardCategory' is not a code"),
        Mistake("source: constant(1.1)", "source: constant(1.1.1)", says: "takes 5 bytes where the card has 4"),
        Mistake("source: chipSerial(10)", "source: serial", says: "expected application, constant(TEXT)"),
        Mistake("source: item(holder.idNumber)", "source: item(holder.number)", says: "which is not an item"),
        Mistake("source: certificate(issuer)", "source: certificate(issue)", says: "is not in 'certificates'"),
        Mistake("label: 疾病诊断名称, required: first", "label: 疾病诊断名称, required: last", says: "something else than 'first'"),
        Mistake(
            "length: 180, coding: b, format: binary", "length: 250, coding: b, format: binary", at: "length: 250",
            says: "a short command carries 255"),
        Mistake(
            "        group: 3\n        number: 73", "        group: 200\n        number: 73",
            says: "expected at most 1024"),
    ]

    static let rules: [Mistake] = [
        Mistake(
            "IRK: { title: 内部认证密钥, directory: DDF1", "IRK: { title: 内部认证密钥, directory: DDF2",
            says: "'DDF2', which is not in 'directories'"),
        Mistake("reference: 03, usage", "reference: 01, usage", says: "has the reference 01, which 'TK' has"),
        Mistake("sam: 47 36", "sam: 47 35", says: "the same address in the SAM as 'IRK'"),
        Mistake("sam: 47 36", "sam: 07 36", says: "expected 1 to 3 levels"),
        Mistake("role: cardBlock, tries: 6", "role: cardBlock, tries: 0", says: "has no tries"),
        Mistake(
            "\nsecurityCode:\n", "\nsecurityCodes:\n", at: "securityCodes:", says: "'securityCodes' is unknown here"),
        Mistake("  key: CVK", "  key: BK_MF", says: "expected a key of role securityCode"),
        Mistake("input: [issuer.cardNumber 18,", "input: [issuer.cardNumber,", says: "expected SECTION.ITEM LENGTH"),
        Mistake(
            "serialLength: 8, tail", "serialLength: 7, tail", at: "answerToReset:",
            says: "announces 13 historical bytes"),
        Mistake(
            "contactlessA: { from: first, offset: 0 }", "contactlessA: { from: last, offset: 0 }",
            says: "reaches beyond the chip serial"),
        Mistake(
            "contact: { from: first, offset: 0 }", "contact: { from: last, offset: 0 }",
            says: "cannot be told to be of a contact card"),
        Mistake("contact: { from: first, offset: 0 }", "contact: { from: middle, offset: 0 }", says: "first, last"),
        Mistake("contactlessB: none", "contactlessB: nothing", says: "expected a place (from, offset) or 'none'"),
        Mistake(
            "english: card maker, length: 2", "english: card maker, length: 3", at: "    fields:\n      chipMaker",
            says: "are 9 bytes"),
        Mistake("codeTable: cardMakers", "codeTable: cardMaker", says: "'cardMaker', which is not in 'codeTables'"),
        Mistake("name: A000000333010102", "name: A000000333010101", says: "is that of another application"),
        Mistake("name: A000000333010102", "name: ascii(WS.SYS.DDF01)", says: "the name of a directory"),
        Mistake("name: A000000333010102", "name: A0000003", says: "expected 5 to 16 bytes"),
        Mistake("label: PBOC CREDIT", "label: 贷记卡", says: "1 to 16 ASCII characters"),
        Mistake("  serialField: serial", "  serialField: series", says: "not in 'fields'"),
        Mistake(
            "stateBytes: { blank: 01, beingMade: 03", "stateBytes: { blank: 01, beingMade: 01",
            says: "one byte for two states"),
        Mistake("    size: 180\n    signer", "    size: 181\n    signer", says: "the fields are 180 bytes"),
        Mistake("content: constant(A0)", "content: constant(A0B0)", says: "expected zeros, constant(1 BYTES)"),
        Mistake(
            "keys: [IRK, RK1_DDF1, RK1_DF01, RK1_DF02, RK1_DF03]", "keys: [TK]",
            says: "not a key with an address in the SAM"),
        Mistake("fid: 0015, sfi: 15, size: 14", "fid: 0015, sfi: 15, size: 15", says: "the fields are 14 bytes"),
        Mistake("  provinceField: province", "  provinceField: provinces", says: "not a field of the file 'terminal'"),
        Mistake("testRegion: \"99\"", "testRegion: AB", says: "first digits of an identity number"),
        Mistake("defaultDialect: iso7816-9", "defaultDialect: iso", says: "not in 'dialects'"),
        Mistake("phases: [open, structure,", "phases: [open, open,", says: "expected each once of"),
        Mistake("activate: \"00 44 00 00\"", "activate: \"00 44 00\"", says: "the header has 3 bytes"),
        Mistake(
            "setIndex: \"84 D2 record", "setIndex: \"84 D2 offset",
            says: "has the hole 'offset', known here: record, sfi"),
        Mistake("setIndex: \"84 D2 record", "setIndex: \"84 D2 rekord", says: "there is no hole 'rekord'"),
        Mistake(
            "      activate: \"00 44 00 00\"", "      activates: \"00 44 00 00\"",
            says: "'dialects.iso7816-9.commands.activates' is unknown here"),
        Mistake("cyclic: 06 }", "cyclick: 06 }", says: "is unknown here"),
        Mistake("maintenance: 03 }", "host: 03 }", at: "      usages:", says: "no byte for the usage maintenance"),
        Mistake(
            "writing: { linearVariableTLV: encryptedMAC", "writing: { linearVariableTLV: plain",
            at: "    commands:\n      createDirectory", says: "has no command writeRecordPlain"),
        Mistake(
            "rights: { always: 00, never: FF }", "rights: { always: 84, never: FF }", says: "cannot tell the right"),
    ]

    /// What a photo is fitted to: no rule may be left out, turned into nonsense, or misspelt.
    static let portrait: [Mistake] = [
        Mistake("width: 102, ", "", says: "'application.portrait' has no 'width'"),
        Mistake("width: 102,", "width: 15,", says: "expected a number from 16 to 1024"),
        Mistake("height: 126,", "height: 1025,", says: "expected a number from 16 to 1024"),
        Mistake("height: 126,", "height: tall,", says: "expected a number from 16 to 1024"),
        Mistake("keptRatioTolerance: 4", "keptRatioTolerance: 101", says: "expected a number from 0 to 100"),
        Mistake("keptRatioTolerance: 4", "keptRatioTolerance: -1", says: "expected a number from 0 to 100"),
        Mistake("smallestScale: 75", "smallestScale: 0", says: "expected a number from 1 to 100"),
        Mistake("mostCropped: 40", "mostCropped: 100", says: "expected a number from 0 to 99"),
        Mistake("headroom: 20", "headroom: 20 %", says: "expected a number from 0 to 100"),
        Mistake("leastColour: 3", "leastColour: 256", says: "expected a number from 0 to 255"),
        Mistake("leastColour: 3", "leastColor: 3", says: "'application.portrait.leastColor' is unknown here"),
        Mistake("leastContrast: 8", "leastContrast: 8.5", says: "expected a number from 0 to 255"),
        Mistake("portrait: { width: 102,", "portrait: 102 # ", says: "is a value, expected a mapping"),
    ]

    @Test(arguments: syntax + tree + items + rules + portrait)
    func mistakeIsReportedWhereItIs(mistake: Mistake) throws {
        let base = try Repository.base()
        try #require(base.contains(mistake.old))
        let range = try #require(base.range(of: mistake.old))
        let text = base.replacingCharacters(in: range, with: mistake.new)
        let start = base[..<range.lowerBound].utf8.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let line = try mistake.at.map { try #require(Repository.line(of: $0, in: text)) } ?? start
        do throws(ProfileError) {
            _ = try CardProfile(yaml: text, file: "card.yaml")
            Issue.record("the profile was accepted")
        } catch {
            let found = error.problems.contains { $0.line == line && $0.message.description.contains(mistake.says) }
            #expect(found, "expected card.yaml:\(line): …\(mistake.says)…, got:\n\(error)")
            #expect(error.problems.allSatisfy { $0.file == "card.yaml" && $0.line > 0 })
        }
    }

    @Test func allMistakesComeAtOnceInOrder() throws {
        var text = try Repository.base()
        for mistake in [Self.syntax[3], Self.syntax[7], Self.tree[8], Self.items[4], Self.rules[18]] {
            text = text.replacingOccurrences(of: mistake.old, with: mistake.new)
        }
        do throws(ProfileError) {
            _ = try CardProfile(yaml: text, file: "card.yaml")
            Issue.record("the profile was accepted")
        } catch {
            // A cipher that cannot be read leaves no model to check as a whole.
            #expect(error.problems.count >= 2)
            #expect(error.problems.map(\.line) == error.problems.map(\.line).sorted())
        }
        text = text.replacingOccurrences(of: "cipher: des", with: "cipher: sm4")
        let error = #expect(throws: ProfileError.self) { try CardProfile(yaml: text, file: "card.yaml") }
        #expect(error?.problems.count == 5)
    }
}
