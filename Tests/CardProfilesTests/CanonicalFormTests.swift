import Foundation
import ShangMi
import Testing

@testable import CardProfiles

struct CanonicalFormTests {
    private func digest(_ old: String, _ new: String) throws -> [UInt8] {
        let base = try Repository.base()
        try #require(base.contains(old))
        let range = try #require(base.range(of: old))
        return try CardProfile(yaml: base.replacingCharacters(in: range, with: new), file: "card.yaml").digest
    }

    /// The digests a release names: a change of the profile that changes one of these is a change of the card.
    @Test func digestsArePinned() throws {
        let pins = try #require(try Repository.json("TestVectors/profiles.json")["digests"] as? [String: String])
        #expect(Set(pins.keys.map { $0 + ".yaml" }) == Set(CardProfile.embedded.keys))
        for (name, digest) in pins {
            let profile = try CardProfile.bundled(name)
            #expect(Repository.hex(profile.digest) == digest, "\(name)")
            #expect(profile.digest == SM3.hash(Array(profile.canonicalForm.utf8)))
        }
    }

    @Test(arguments: [
        ("  readByTag: true", "  readByTag:   yes   # as the field does"),
        ("  readByTag: true\n  extendedLength: true", "  extendedLength: true\n\n  readByTag: \"true\""),
        ("sam: 47 35", "sam: \"4735\""), ("format: digits(6)", "format: digits(6-6)"),
        ("dfName: ascii(WS.SYS.DDF01)", "dfName: 57 53 2e 53 59 53 2e 44 44 46 30 31"),
        (
            "length: 30, coding: ans, format: text, form: personName, label: 姓名",
            "label: '姓名', form: personName, format: text, coding: ans, length: 030"
        ),
        ("\"00 44 00 00\"", "\"00  4400   00\""), ("protection: plain\n", "protection: plain\n        initial: 00\n"),
        (
            "erase: UK2_DF03\n        protection: mac\n        initial: FF",
            "erase: UK2_DF03\n        initial: ff\n        protection: mac"
        ),
        ("label: 照片 }", "label: 照片, required: false, source: application }"),
        (
            "      kind: { length: 1, content: constant(01) }",
            "      kind:\n        content: constant(01)\n        length: 1"
        ),
    ])
    func spellingDoesNotMatter(old: String, new: String) throws {
        #expect(try digest(old, new) == CardProfile.bundled().digest)
    }

    @Test(arguments: [
        ("  readByTag: true", "  readByTag: false"), ("sam: 47 35", "sam: 47 3A"), ("'01': 汉", "'01': 漢"),
        ("testRegion: \"99\"", "testRegion: \"98\""),
        ("phases: [open, structure, keys,", "phases: [open, keys, structure,"),
        ("\"00 44 00 00\"", "\"00 44 00 01\""), ("english: male", "english: Male"),
        ("label: 姓名", "label: 姓名, substitute: ▌"), ("label: 手术操作日期 }", "label: 手术操作日期, required: first }"),
        ("bytesPerSecond: 800 ", "bytesPerSecond: 801 "), ("edition: \"WS", "edition: \"XS"),
    ])
    func meaningDoes(old: String, new: String) throws {
        #expect(try digest(old, new) != CardProfile.bundled().digest)
    }

    @Test func orderMattersOnlyWhereCardsAreMadeInIt() throws {
        let (one, two) = ("    title: 居民健康卡基本应用\n    fid: DF01\n", "    fid: DF01\n    title: 居民健康卡基本应用\n")
        #expect(try digest(one, two) == CardProfile.bundled().digest)
        let tables = try Repository.base().replacingOccurrences(
            of: "      '1': { label: 男, english: male }\n", with: ""
        )
        .replacingOccurrences(
            of: "      '2': { label: 女, english: female }\n",
            with: "      '2': { label: 女, english: female }\n      '1': { label: 男, english: male }\n")
        #expect(try CardProfile(yaml: tables, file: "card.yaml").digest == CardProfile.bundled().digest)
        let ed01 = try #require(try Repository.base().split(separator: "\n").first { $0.hasPrefix("      ED01:") })
        let ed02 = try #require(try Repository.base().split(separator: "\n").first { $0.hasPrefix("      ED02:") })
        #expect(try digest("\(ed01)\n\(ed02)", "\(ed02)\n\(ed01)") != CardProfile.bundled().digest)
    }

    @Test func linesAreSortedAndWhole() throws {
        let form = try CardProfile.bundled().canonicalForm
        let lines = form.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.last?.isEmpty == true)
        let paths = lines.dropLast().map { $0.prefix { $0 != "=" } }
        #expect(paths == paths.sorted() && Set(paths).count == paths.count)
        #expect(lines.contains("directories.DDF1.files.EF05.items.cardNumber.length=18"))
        #expect(lines.contains("keys.RK1_DF01.reference=84"))
        #expect(lines.contains("directories.DF03.files[]=EF05 EF06 EE01 EE02 EE03 ED01 ED02 ED03 ED04 ED05"))
    }

    @Test func lineEndsInValuesAreWrittenOut() throws {
        let yaml = try Repository.base().replacingOccurrences(of: "title: 居民健康卡\n", with: "title: \"a\\nb\\\\c\"\n")
        let profile = try CardProfile(yaml: yaml, file: "card.yaml")
        #expect(profile.title == "a\nb\\c")
        #expect(profile.canonicalForm.contains("\ntitle=a\\nb\\\\c\n"))
    }
}
