import Foundation
import ISO7816
import ShangMi
import Testing

@testable import CardProfiles

/// The card's profile against Docs/card.md and Docs/items.md, read as text.
struct BundledProfileTests {
    let profile: CardProfile

    init() throws { profile = try CardProfile.bundled() }

    @Test func everyItemIsThereOnce() {
        var distinct: [Int: String] = [:]
        for file in profile.files { for item in file.items { distinct[item.number] = item.name } }
        #expect(distinct.keys.sorted() == Array(1...385))
        for file in profile.files where file.section == "inpatient" { #expect(file.items.count == 149) }
        for file in profile.files where file.section == "outpatient" { #expect(file.items.count == 172) }
    }

    @Test func namesAreThoseOfTheList() throws {
        var expected: [Int: (name: String, group: String?)] = [:]
        for line in try Repository.text("Docs/items.md").split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 2, cells[0].first?.isNumber == true || cells[0].hasPrefix("photo") else { continue }
            let names = cells[1].split(separator: " ").map(String.init)
            let group = cells[0].split(separator: "`").dropFirst().first.map(String.init)
            let numbers = Self.numbers(String(cells[0].split(separator: "`").first ?? ""))
            guard !cells[1].contains("then 2") else {
                for (index, number) in numbers.enumerated() {
                    let name = names[index % 3].replacingOccurrences(of: ",", with: "")
                    expected[number] = (String(name.dropLast()) + "\(index / 3 + 1)", nil)
                }
                continue
            }
            for (index, number) in numbers.enumerated() { expected[number] = (names[index % names.count], group) }
        }
        #expect(expected.count == 385)
        for (number, want) in expected {
            let item = profile.item(number: number)
            #expect(item?.name == want.name, "item \(number)")
            #expect(item?.group?.name == want.group, "item \(number)")
        }
    }

    /// `1-6`, `8-10, 57`, `photo (385)`, `73-120, group`.
    private static func numbers(_ text: String) -> [Int] {
        let ranges = text.split { !$0.isNumber && $0 != "-" }.map { $0.split(separator: "-").compactMap { Int($0) } }
        return ranges.flatMap { $0.isEmpty ? [] : Array($0[0]...$0[$0.count - 1]) }
    }

    @Test func offsetsAreThoseOfTheTables() throws {
        var checked = 0
        for line in try Repository.text("Docs/card.md").split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 5, let number = Int(cells[0]), let offset = Int(cells[1]), let length = Int(cells[2]),
                number >= 64
            else { continue }
            let item = profile.item(number: number)
            #expect(item?.place == .offset(offset), "item \(number)")
            #expect(item?.length == length, "item \(number)")
            #expect(item.map { cells[3].hasPrefix($0.coding.rawValue) } == true, "item \(number)")
            checked += 1
        }
        #expect(checked == 23)
    }

    @Test(arguments: [
        (73, 212), (89, 459), (105, 706), (121, 953), (124, 966), (130, 992), (141, 1069), (144, 1095), (198, 1563),
        (201, 1589), (210, 1634), (211, 1639), (212, 1703), (219, 156), (226, 281), (247, 656), (254, 781), (259, 907),
        (299, 1915), (304, 2041), (312, 2132), (336, 2405), (344, 2496), (347, 2585), (350, 2674), (353, 2763),
        (356, 2788), (380, 2988), (383, 3013), (384, 3077),
    ])
    func groupsRepeatWhereTheTablesSay(number: Int, offset: Int) {
        #expect(profile.item(number: number)?.offset == offset)
    }

    @Test func filesHaveTheirSizes() {
        let sizes = Dictionary(uniqueKeysWithValues: profile.files.map { ($0.path, $0.size) })
        #expect(sizes["DDF1/EF05"] == 284 && sizes["DDF1/EF06"] == 64 && sizes["DDF1/EF07"] == 3074)
        #expect(sizes["DDF1/EF08"] == 59 && sizes["DF01/EF05"] == 210 && sizes["DF01/EF06"] == 171)
        #expect(sizes["DF02/EF05"] == 84 && sizes["DF03/EE03"] == 1893 && sizes["DF03/ED05"] == 3267)
        #expect(sizes.values.reduce(0, +) == 26644)
    }

    @Test func accessIsAsTheTableSays() {
        #expect(profile.files.filter { $0.read == .always }.map(\.path) == ["DDF1/EF05"])
        #expect(profile.files.filter { $0.update == .never }.map(\.path) == ["DDF1/EF05", "DDF1/EF06"])
        #expect(profile.file("DF02/EF06")?.update == .key("UK2_DF02"))
        #expect(profile.file("DF02/EF07")?.update == .key("UK3_DF02"))
        #expect(profile.file("DF03/EF05")?.erase == .key("UK2_DF03"))
        #expect(profile.file("DF03/EF06")?.protection == .mac)
        #expect(profile.file("DF03/EF06")?.initialByte == 0xFF)
        #expect(profile.file("DF03/EE02")?.shape == .visits(index: "DF03/EF05", record: 2))
        #expect(profile.file("DF03/EE02")?.sfi.rawValue == 0x12)
        #expect(profile.file("DF03/ED05")?.sfi.rawValue == 0x1D)
        #expect(profile.file("DDF1/EF07")?.protection == .plain)
    }

    @Test func valuesKnowTheirBytes() {
        let valid = profile.item(number: 62)
        #expect(valid?.flag == FlagBytes(yes: 0x00, no: 0xFF) && valid?.emptyByte == 0xFF)
        #expect(profile.item(number: 43)?.flag == FlagBytes(yes: 1, no: 0))
        #expect(profile.item(number: 13)?.emptyByte == 0xFF)
        #expect(profile.item(number: 385)?.capacity == 3072)
        #expect(profile.item(number: 143)?.digits == 1...10 && profile.item(number: 143)?.decimals == 2)
        #expect(profile.item(number: 8)?.source == .item(ItemReference(section: "holder", item: "idNumber")))
        #expect(profile.item(number: 75)?.isRequired == true && profile.item(number: 91)?.isRequired == false)
        #expect(profile.item(named: "cityCode", in: "issuer")?.number == 57)
        let diagnosis = profile.file("DF03/EE01")?.item(named: "code", group: "diagnoses", index: 2)
        #expect(diagnosis?.number == 73 + 32 + 3)
    }

    @Test func sectionsComeInTheOrderOfTheDocument() {
        #expect(
            profile.sections == [
                "issuer", "holder", "photo", "validity", "address", "contacts", "occupation", "documents", "clinical",
                "special", "allergies", "immunizations", "inpatientIndex", "outpatientIndex", "inpatient",
                "outpatient",
            ])
    }

    @Test func codeTablesHaveTheirPeculiarities() {
        #expect(profile.codeTable("nation")?.entries.count == 56)
        #expect(profile.codeTable("nation")?["43"]?.label == "乌孜别克")
        #expect(profile.codeTable("nation")?["44"]?.label == "俄罗斯")
        #expect(profile.codeTable("bloodRh")?["1"]?.english == "positive")
        #expect(profile.codeTable("payment")?.entries.allSatisfy { $0.code.count == 1 } == true)
        #expect(profile.codeTable("documentType")?.entries.allSatisfy { $0.code.count == 2 } == true)
    }

    @Test func keysAreAddressedAsKnown() throws {
        #expect(profile.keys.count == 23)
        for directory in ["DF01", "DF02", "DF03"] {
            #expect(profile.key(.read, in: directory)?.reference == 0x84)
            #expect(profile.key(.maintenance, in: directory)?.reference == 0x82)
            #expect(profile.key(.applicationBlock, in: directory)?.reference == 0x83)
        }
        #expect(profile.key("UK3_DF02")?.reference == 0x87)
        #expect(profile.key(.transport)?.diversification == .card)
        #expect(profile.key(.internalAuthentication)?.directory == "DDF1")
        #expect(profile.key("STK_DDF1")?.sam?.levels == 1 && profile.key("STK_DF02")?.sam?.levels == 2)
        #expect(profile.key("UK2_DF03")?.sam == SAMKeyAddress(usage: 0x27, identifier: 0x30))
        #expect(profile.sam.type(5)?.keys.count == 21)
        #expect(profile.sam.type(3)?.keys.contains("UK2_DF02") == false)
        #expect(profile.key(reference: 0x86, in: "DF03")?.name == "UK2_DF03")
    }

    @Test func answerToResetIsThatOfTheVectors() throws {
        let vectors = try Repository.json("TestVectors/protocol.json")
        let serial = Repository.bytes(vectors["serial"] as? String ?? "")
        #expect(profile.answerToReset.bytes(serial: serial).map(Repository.hex) == vectors["answerToReset"] as? String)
        #expect(profile.answerToReset.bytes(serial: [1]) == nil)
    }

    @Test func testKeysAreThoseOfTheVectors() throws {
        let vectors = try Repository.json("TestVectors/protocol.json")
        let keys = try #require(vectors["testKeys"] as? [String: String])
        let edition = try CardProfile.bundled(overlays: ["test-keys"])
        let published = try #require(edition.testKeys)
        #expect(Set(published.keys) == Set(keys.keys))
        for (name, value) in keys {
            let digest = SM3.hash(Array(published.text(of: name).utf8))
            #expect(Repository.hex(Array(digest.prefix(edition.cryptography.keyLength))) == value)
        }
        #expect(profile.testKeys == nil && profile.keyVersion == 0x01 && edition.keyVersion == 0xF1)
        #expect(try CardProfile.bundled("resident-health-card+test-keys") == edition)
    }

    @Test func bodiesAreAsLongAsTheFieldMakesThem() {
        let rule = profile.cryptography
        for (value, body) in [
            (1, 0x14), (3, 0x14), (4, 0x14), (10, 0x14), (11, 0x14), (17, 0x24), (18, 0x24), (20, 0x24), (30, 0x34),
            (40, 0x34), (100, 0x74), (180, 0xC4),
        ] {
            #expect(rule.bodyLength(of: value + 2, under: .encryptedMAC) == body)
        }
        #expect(rule.bodyLength(of: 120, under: .encryptedMAC) == 0x84)
        #expect(rule.bodyLength(of: 24, under: .encryptedMAC) == 0x24)
        #expect(rule.bodyLength(of: 0, under: .mac) == 4 && rule.bodyLength(of: 9, under: .plain) == 9)
    }

    @Test func certificatesEndWithTheirSignature() {
        #expect(profile.certificate("issuer")?.size == 180 && profile.certificate("issuer")?.signedLength == 116)
        #expect(profile.certificate("sam")?.size == 190 && profile.certificate("sam")?.field("terminal")?.offset == 52)
        #expect(profile.productionData.field("serial")?.offset == 10)
        #expect(profile.path(to: "DF02").map(\.name) == ["MF", "DDF1", "DF02"])
    }
}
