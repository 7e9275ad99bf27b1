import CardProfiles
import ISO7816
import Testing

@Suite("Item values, Docs/protocol.md §5 and §10")
struct ItemCodecTests {
    private let profile: CardProfile

    private static let bundled = Result { try CardProfile.bundled() }

    init() throws { profile = try Self.bundled.get() }

    private func item(_ name: String) throws -> Item {
        let parts = name.split(separator: ".").map(String.init)
        if parts.count == 3 {
            let files = profile.files(section: parts[0])
            return try #require(files.first?.item(named: parts[2], group: parts[1]), "\(name)")
        }
        return try #require(profile.item(named: parts[1], in: parts[0]), "\(name)")
    }

    private func encode(_ text: String, _ name: String) throws -> String {
        Hex.encode(try ItemCodec.encode(text, as: item(name), profile: profile))
    }

    private func decode(_ hex: String, _ name: String) throws -> ItemValue? {
        try ItemCodec.decode(try #require(Hex.decode(hex)), as: item(name), profile: profile)
    }

    private func problem(_ text: String, _ name: String) throws -> ItemError.Problem? {
        let item = try item(name)
        do {
            _ = try ItemCodec.encode(text, as: item, profile: profile)
            return nil
        } catch {
            #expect(error.item == item.qualifiedName)
            #expect(error.number == item.number)
            return error.problem
        }
    }

    @Test(
        "text to bytes and back",
        arguments: [
            ("1", "issuer.cardCategory", "31"),
            ("1.1", "issuer.specificationVersion", "312E3100"),
            ("2026-10-12", "issuer.issueDate", "20261012"),
            ("990100", "issuer.cityCode", "990100"),
            ("1", "holder.sex", "01"), ("9", "holder.sex", "09"),
            ("01", "holder.nation", "01"), ("56", "holder.nation", "56"),
            ("1", "validity.payment1", "1F"),
            ("0", "contacts.contactRelation1", "0F"), ("97", "contacts.contactRelation1", "97"),
            ("2", "address.addressType1", "2F"),
            ("10", "occupation.maritalStatus", "10"),
            ("Y", "occupation.occupation", "590000"),
            ("01", "documents.documentType", "01"), ("99", "documents.documentType", "99"),
            ("4", "clinical.bloodABO", "04"), ("1", "clinical.bloodRh", "1F"),
            ("true", "clinical.asthma", "01"), ("false", "clinical.asthma", "00"),
            ("true", "inpatientIndex.inpatientValid", "00"), ("false", "inpatientIndex.inpatientValid", "FF"),
            ("1997-05-04", "immunizations.vaccinationDate", "19970504"),
            ("2026-02-28T08:05:00", "outpatient.visitTime", "20260228080500"),
            ("12", "inpatient.admissionCount", "12FF"),
            ("12345.60", "inpatient.feeTotal", "1234560FFF"),
            ("0.05", "inpatient.feeTotal", "5FFFFFFFFF"),
            ("0.00", "inpatient.feeTotal", "0FFFFFFFFF"),
            ("99.99", "outpatient.fees.amount", "9999FFFF"),
        ])
    func bothWays(text: String, name: String, hex: String) throws {
        #expect(try encode(text, name) == hex)
        #expect(try decode(hex, name)?.text == text)
    }

    @Test("names: minority separator, substitute for an uncoded character, padding to the field")
    func names() throws {
        let bytes = try ItemCodec.encode("阿·▌", as: item("holder.name"), profile: profile)
        #expect(bytes == [0xB0, 0xA2, 0xA1, 0xA4, 0xA8, 0x84] + Array(repeating: 0, count: 24))
        #expect(try ItemCodec.decode(bytes, as: item("holder.name"), profile: profile) == .text("阿·▌"))
    }

    @Test(
        "empty values",
        arguments: [
            ("holder.name", String(repeating: "00", count: 30)), ("validity.validUntil", "FFFFFFFF"),
            ("validity.payment1", "FF"), ("clinical.bloodABO", "00"), ("outpatient.visitTime", "FFFFFFFFFFFFFF"),
            ("inpatient.feeTotal", "FFFFFFFFFF"),
        ])
    func empty(name: String, hex: String) throws {
        #expect(try encode("", name) == hex)
        #expect(try decode(hex, name) == nil)
    }

    @Test("an empty flag is false, and there")
    func emptyFlag() throws {
        #expect(try encode("", "clinical.asthma") == "00")
        #expect(try decode("00", "clinical.asthma") == .flag(false))
        #expect(try decode("FF", "inpatientIndex.inpatientValid") == .flag(false))
    }

    @Test("a binary code 00 is absent unless its table has it")
    func binaryZero() throws {
        #expect(try decode("00", "holder.sex") == .code("0"))
        #expect(try decode("00", "clinical.bloodABO") == nil)
    }

    @Test("what cards in the field hold for the same code")
    func tolerance() throws {
        #expect(try decode("01", "validity.payment1") == .code("1"))
        #expect(try decode("1F", "validity.payment1") == .code("1"))
        #expect(try decode("01", "contacts.contactRelation1") == .code("1"))
        #expect(try decode("1F", "documents.documentType") == .code("01"))
    }

    @Test("a code its table lacks is shown as it stands")
    func unknownCode() throws {
        #expect(try decode("9F", "validity.payment1") == .code("9"))
        #expect(try decode("07", "holder.sex") == .code("7"))
    }

    @Test("fields never written since their file was made are empty")
    func neverWritten() throws {
        #expect(try decode("00000000", "immunizations.vaccinationDate") == nil)
        #expect(try decode("00000000000000", "outpatient.visitTime") == nil)
    }

    @Test(
        "refused when writing",
        arguments: [
            ("阿卜杜拉·买买提·阿卜杜拉·买买", "holder.name", .tooLong(bytes: 32, limit: 30)),
            ("𠮷野", "holder.name", .notEncodable("𠮷")), ("a\u{0}b", "holder.name", .notEncodable("\u{0}")),
            ("a\nb", "holder.name", .notEncodable("\n")),
            ("2023-02-29", "holder.birthDate", .notADate), ("25-03-1997", "holder.birthDate", .notADate),
            ("996469199703256671", "holder.idNumber", .idNumber(.checkDigit)),
            ("123", "issuer.cityCode", .wrongDigitCount(3, allowed: 6...6)),
            ("yes", "clinical.asthma", .notAFlag), ("1", "clinical.asthma", .notAFlag),
            ("1.234", "inpatient.feeTotal", .notAnAmount(decimals: 2)),
            ("-1", "inpatient.feeTotal", .notAnAmount(decimals: 2)),
            ("1.", "inpatient.feeTotal", .notAnAmount(decimals: 2)),
            (".5", "inpatient.feeTotal", .notAnAmount(decimals: 2)),
            ("", "inpatient.feeTotal", nil),
            ("12a", "inpatient.admissionCount", .notDigits), ("１２", "inpatient.admissionCount", .notDigits),
            ("12345", "inpatient.admissionCount", .wrongDigitCount(5, allowed: 1...4)),
            ("00", "issuer.issuerCertificate", .wrongLength(bytes: 1, expected: 180)),
            ("0", "issuer.issuerCertificate", .notHexadecimal),
            ("*", "photo.photo", .notBase64),
        ] as [(String, String, ItemError.Problem?)])
    func refused(text: String, name: String, problem: ItemError.Problem?) throws {
        #expect(try self.problem(text, name) == problem)
    }

    @Test("a code outside its table names the table and its codes")
    func notInTable() throws {
        for (code, name) in [
            ("3", "holder.sex"), ("57", "holder.nation"), ("9", "validity.payment1"), ("1-", "holder.sex"),
        ] {
            guard case .notInTable(_, let codes)? = try problem(code, name) else {
                Issue.record("\(name) took \(code)")
                continue
            }
            #expect(!codes.isEmpty && !codes.contains(code))
        }
    }

    @Test(
        "unreadable, and why",
        arguments: [
            ("FFFF" + String(repeating: "00", count: 28), "holder.name", .invalidText(offset: 0)),
            ("B0" + String(repeating: "00", count: 29), "holder.name", .invalidText(offset: 0)),
            ("410042" + String(repeating: "00", count: 27), "holder.name", .contentAfterPadding(offset: 1)),
            ("20261312", "issuer.issueDate", .notADate),
            ("2026", "issuer.issueDate", .wrongLength(bytes: 2, expected: 4)),
            ("2026101F", "issuer.issueDate", .notADate), ("1A", "validity.payment1", .invalidDigit(offset: 0)),
            ("F1", "validity.payment1", .contentAfterPadding(offset: 0)), ("02", "clinical.asthma", .notAFlag),
            ("0C01", "photo.photo", .photoLength(bytes: 3073, limit: 0)),
            ("00", "photo.photo", .wrongLength(bytes: 1, expected: 2)),
        ] as [(String, String, ItemError.Problem)])
    func unreadable(hex: String, name: String, problem: ItemError.Problem) throws {
        let item = try item(name)
        let bytes = try #require(Hex.decode(hex))
        #expect(throws: ItemError(item, problem)) { try ItemCodec.decode(bytes, as: item, profile: profile) }
    }

    @Test(
        "what decodes of a field is kept, with U+FFFD for the rest; dates and flags are whole or nothing",
        arguments: [
            ("C7E0C3B9CBD8C4C6D6", "allergies.allergen", "青霉素钠\u{FFFD}"),
            ("41D639", "allergies.allergen", "A\u{FFFD}9"),
            ("41FFFF42", "allergies.allergen", "A\u{FFFD}\u{FFFD}B"), ("410042", "allergies.allergen", "A\u{FFFD}B"),
            ("FFFF", "allergies.allergen", nil), ("12A4FF", "issuer.cityCode", "12\u{FFFD}4"),
            ("1A", "validity.payment1", "1\u{FFFD}"), ("20261312", "issuer.issueDate", nil),
            ("02", "clinical.asthma", nil), ("4139", "issuer.securityCode", "A9"),
        ] as [(String, String, String?)])
    func salvage(hex: String, name: String, text: String?) throws {
        let item = try item(name)
        var bytes = try #require(Hex.decode(hex))
        let pad: UInt8 = item.coding == .cn ? 0xFF : 0
        bytes += [UInt8](repeating: pad, count: item.length - bytes.count)
        let found = ItemCodec.salvage(bytes, as: item, profile: profile)
        #expect(found.problem != nil)
        #expect(found.value?.text == text)
    }

    @Test("nothing is salvaged of what is whole or empty")
    func nothingToSalvage() throws {
        let item = try item("allergies.allergen")
        let whole = try ItemCodec.encode(.text("青霉素"), as: item, profile: profile)
        #expect(ItemCodec.salvage(whole, as: item, profile: profile).value == .text("青霉素"))
        #expect(ItemCodec.salvage(whole, as: item, profile: profile).problem == nil)
        let empty = ItemCodec.salvage(ItemCodec.emptyValue(item), as: item, profile: profile)
        #expect(empty.value == nil && empty.problem == nil)
    }

    @Test("a picture: length, bytes, 00 to the end of the field")
    func photo() throws {
        let item = try item("photo.photo")
        let bytes = try ItemCodec.encode(.photo([0xFF, 0xD8, 0xFF]), as: item, profile: profile)
        #expect(bytes.count == 3074)
        #expect(bytes.prefix(6) == [0x00, 0x03, 0xFF, 0xD8, 0xFF, 0x00])
        #expect(try ItemCodec.decode(bytes, as: item, profile: profile) == .photo([0xFF, 0xD8, 0xFF]))
        #expect(try ItemCodec.decode([0, 1, 7], as: item, profile: profile) == .photo([7]))
        #expect(try ItemCodec.decode(ItemCodec.emptyValue(item), as: item, profile: profile) == nil)
        let big = [UInt8](repeating: 1, count: 3073)
        #expect(throws: ItemError(item, .tooLong(bytes: 3073, limit: 3072))) {
            try ItemCodec.encode(.photo(big), as: item, profile: profile)
        }
    }

    @Test("no item of the card traps or loses bytes silently, whatever its field holds")
    func everyItem() throws {
        for file in profile.files {
            for item in file.items where item.format != .photo {
                #expect(ItemCodec.emptyValue(item).count == item.length)
                for byte in UInt8.min...UInt8.max {
                    let field = [UInt8](repeating: byte, count: item.length)
                    guard let value = try? ItemCodec.decode(field, as: item, profile: profile) else { continue }
                    // What can be written gives the same field again, but for the tolerated spellings of a code.
                    guard let again = try? ItemCodec.encode(value, as: item, profile: profile) else { continue }
                    #expect(try ItemCodec.decode(again, as: item, profile: profile) == value, "\(item.qualifiedName)")
                }
            }
        }
    }

    @Test("errors name the item and not the value")
    func errorText() throws {
        do {
            _ = try ItemCodec.encode("张三𠮷", as: item("holder.name"), profile: profile)
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".contains("item 11 name"))
            #expect("\(error)".contains("U+20BB7"))
            #expect(!"\(error)".contains("张三"))
        }
    }

    /// A value made by a program is held to the same rules as a text.
    @Test(arguments: [
        ("issuer.cityCode", ItemValue.digits("123"), ItemError.Problem.wrongDigitCount(3, allowed: 6...6)),
        ("inpatient.admissionCount", .number(12345), .wrongDigitCount(5, allowed: 1...4)),
        ("inpatient.admissionCount", .number(-1), .notANumber),
        ("holder.idNumber", .text("990101199001010001"), .idNumber(.checkDigit)),
    ])
    func valuesAreChecked(name: String, value: ItemValue, problem: ItemError.Problem) throws {
        let parts = name.split(separator: ".").map(String.init)
        let profile = try CardProfile.bundled()
        let item = try #require(profile.item(named: parts[1], in: parts[0]))
        #expect(throws: ItemError(item, problem)) { try ItemCodec.encode(value, as: item, profile: profile) }
    }
}
