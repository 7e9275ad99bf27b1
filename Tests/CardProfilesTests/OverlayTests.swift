import Foundation
import Testing

@testable import CardProfiles

struct OverlayTests {
    private func load(_ changes: String, header: String = "overlay: x\nbase: resident-health-card\n") throws
        -> CardProfile
    {
        try CardProfile(
            yaml: try Repository.base(), file: "card.yaml", overlays: [(yaml: header + changes, file: "x.yaml")])
    }

    private func problems(_ changes: String, header: String = "overlay: x\nbase: resident-health-card\n") -> [String] {
        do {
            _ = try load(changes, header: header)
            return []
        } catch { return ((error as? ProfileError)?.problems ?? []).map(\.description) }
    }

    @Test func makersVariationChangesWhatItSays() throws {
        let base = try CardProfile.bundled()
        let plain = try CardProfile.bundled(overlays: ["plain-cos"])
        #expect(plain.overlays == ["plain-cos"] && plain.name == base.name)
        #expect(!plain.capabilities.multiRecordRead && !plain.capabilities.lifeCycleInFCI)
        #expect(plain.capabilities.readByTag)
        let dialect = try #require(plain.dialect(plain.defaultDialect))
        #expect(dialect.commands(for: .readRecordsFrom).isEmpty && !dialect.commands(for: .readRecord).isEmpty)
        #expect(plain.directories == base.directories && plain.keys == base.keys)
        #expect(plain.digest != base.digest)
    }

    @Test func testKeyEditionIsTheSameCard() throws {
        let base = try CardProfile.bundled()
        let edition = try CardProfile.bundled(overlays: ["test-keys"])
        #expect(edition.digest != base.digest && edition.cardDigest == base.cardDigest)
        #expect(try CardProfile.bundled(overlays: ["plain-cos"]).cardDigest != base.cardDigest)
        let both = try CardProfile.bundled("resident-health-card+plain-cos", overlays: ["test-keys"])
        #expect(both.overlays == ["plain-cos", "test-keys"])
        #expect(try both == CardProfile.bundled(overlays: ["test-keys", "plain-cos"]))
    }

    private static let province = """
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
                  clinic: { number: 401, tag: 91, record: 1, length: 10, coding: ans, format: text, label: 签约机构 }
          DF03: { files: { EF05: { title: 索引 } } }
        modes: { formalApprovals: [health] }

        """

    /// A new file with a new item, another title, a list in place of another.
    @Test func provincesCardNeedsNoCode() throws {
        let card = try load(Self.province)
        let file = try #require(card.file("DF01/EF09"))
        #expect(file.items.map(\.name) == ["clinic"] && file.items[0].tag == 0x91 && file.items[0].number == 401)
        #expect(card.directory("DF01")?.files.last == file && card.sections.contains("province"))
        #expect(card.file("DF03/EF05")?.title == "索引")
        #expect(card.modes.formalApprovals == ["health"])
        #expect(try card.cardDigest != CardProfile.bundled().cardDigest)
    }

    @Test func provincesItemMayNotTakeANationalNumber() {
        let found = problems(Self.province.replacingOccurrences(of: "401", with: "200"))
        #expect(
            found.contains { $0.contains("has the number 200 of 'clinic' in 'DF01/EF09'") }, "\(found)")
        let untagged = problems(Self.province.replacingOccurrences(of: ", tag: 91", with: ""))
        #expect(untagged.contains { $0.hasPrefix("x.yaml:18: ") && $0.contains("is 401 and no tag") }, "\(untagged)")
        let shared = problems(Self.province.replacingOccurrences(of: "sfi: 09", with: "sfi: 08"))
        #expect(shared.contains { $0.hasPrefix("x.yaml:9: ") && $0.contains("short identifier 08") }, "\(shared)")
    }

    @Test func exampleOfTheDocumentLoads() throws {
        let document = try Repository.text("Docs/profile-format.md")
        let block = try #require(document.components(separatedBy: "```yaml\n").dropFirst().first)
        let yaml = try #require(block.components(separatedBy: "```").first)
        let card = try load(yaml, header: "")
        #expect(card.overlays == ["province-99"] && card.file("DF01/EF09") != nil)
        #expect(card.key("UK2_DF02")?.sam == SAMKeyAddress(usage: 0x47, identifier: 0x4D))
    }

    @Test func overlayWithoutChangesChangesNothing() throws {
        #expect(try load("").digest == CardProfile.bundled().digest)
        #expect(try load("modes: {}\n").digest == CardProfile.bundled().digest)
    }

    @Test func overlayEqualsTheProfileWrittenOut() throws {
        let overlaid = try load("capabilities: { maximumCommandData: 250 }\n")
        let written = try Repository.base().replacingOccurrences(
            of: "maximumCommandData: 255", with: "maximumCommandData: 250")
        #expect(try overlaid == CardProfile(yaml: written, file: "other.yaml"))
    }

    @Test(arguments: [
        ("capabilities: { readByTag: maybe }\n", "x.yaml:3: 'capabilities.readByTag' is 'maybe'"),
        ("capabilities:\n  fast: true\n", "x.yaml:4: 'capabilities.fast' is unknown here"),
        ("keys:\n  IRK: null\n  UKX: ~\n", "x.yaml:5: 'keys.UKX' cannot be deleted"),
        ("format: 1\n", "x.yaml:3: 'format' belongs to the profile itself"),
        ("directories: { DF02: null }\n", "card.yaml:"),
    ])
    func mistakesNameTheOverlay(changes: String, expected: String) {
        let found = problems(changes)
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test func overlayMustSayWhatItIs() {
        #expect(
            problems("", header: "base: resident-health-card\n").first?.hasPrefix("x.yaml:1: the overlay does not say")
                == true)
        #expect(
            problems("", header: "overlay: x\nbase: other\n").first?.hasPrefix("x.yaml:2: 'base' does not name") == true
        )
        #expect(problems("", header: "- a\n").first?.hasPrefix("x.yaml:1: the overlay is a list") == true)
        #expect(problems("", header: "overlay: x\nbase: &r\n").isEmpty == false)
    }

    @Test func profilesComeFromFoldersAndPaths() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("profiles-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("resident-health-card+mine.yaml").path
        try "overlay: mine\nbase: resident-health-card\ntitle: 我的卡\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        #expect(try CardProfile.named("resident-health-card", overlays: ["mine"], folder: folder.path).title == "我的卡")
        #expect(try CardProfile.named("resident-health-card+mine", overlays: [], folder: folder.path).title == "我的卡")
        #expect(try CardProfile.bundled(overlays: [path]).title == "我的卡")
        let base = Repository.root.appendingPathComponent("CardProfiles/resident-health-card.yaml").path
        #expect(try CardProfile.bundled(base) == CardProfile.bundled())
        let missing = #expect(throws: ProfileError.self) { try CardProfile.bundled("no-such-card") }
        #expect(missing?.description.contains("HEALTHCARD_PROFILES") == true)
        #expect(throws: ProfileError.self) { try CardProfile.bundled("/nowhere/card.yaml") }
    }
}
