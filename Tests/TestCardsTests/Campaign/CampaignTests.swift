import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Personalization
import TestCards
import Testing
import VirtualCard

/// A campaign in a folder of its own, gone with the test.
final class CampaignBench {
    let path = NSTemporaryDirectory() + "campaign-" + UUID().uuidString
    let profile: CardProfile

    init(overlays: [String] = []) throws {
        profile = try CardProfile.bundled("resident-health-card", overlays: ["test-keys"] + overlays)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func campaign(
        cards: Int = 8, seed: UInt64 = 1, setAside: Int = 1, maker: String = "示范制卡厂", start: String = "2026-10-12",
        profileDigest: String? = nil
    ) throws -> Campaign {
        try Campaign(
            id: "TC-1", maker: maker, chip: "THD86", product: "COS-X", productVersion: "2.1",
            profile: "resident-health-card", overlays: [], dialect: profile.defaultDialect,
            profileDigest: profileDigest ?? Hex.encode(profile.cardDigest).lowercased(), stations: ["s"],
            equipment: ["e"], cards: cards, setAside: setAside, seed: seed, tester: "张三", startDate: start,
            endDate: start)
    }

    func create(cards: Int = 8, seed: UInt64 = 1, in name: String = "") throws -> CampaignFolder {
        try CampaignFolder.create(campaign(cards: cards, seed: seed), at: path + name, profile: profile)
    }

    /// Everything in a folder, by name.
    static func content(of folder: String) throws -> [String: Data] {
        var content: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            if let data = FileManager.default.contents(atPath: folder + "/" + name) { content[name] = data }
        }
        return content
    }
}

@Suite("Campaigns") struct CampaignTests {
    @Test("The batch of a campaign stands up to the engine's own check, whoever is invented", arguments: [1, 8, 60])
    func batchIsSound(cards: Int) throws {
        let bench = try CampaignBench()
        for seed in [UInt64(0), .max] {
            let folder = try bench.create(cards: cards, seed: seed, in: "/\(seed)")
            var problems: [BatchProblem] = []
            let report = try BatchIntake(folder: folder.batch).run { problems.append($0) }
            #expect(problems == [])
            #expect(report.prepared?.count == cards)
        }
    }

    @Test("The same campaign gives the same bytes; another seed gives other people")
    func deterministic() throws {
        let bench = try CampaignBench()
        let one = try bench.create(in: "/1")
        let same = try bench.create(in: "/2")
        let other = try bench.create(seed: 2, in: "/3")
        let content = try CampaignBench.content(of: one.path)
        #expect(content.count > 10)
        #expect(try CampaignBench.content(of: same.path) == content)
        #expect(one.digest == same.digest)
        #expect(try CampaignBench.content(of: other.path) != content)
        #expect(one.digest != other.digest)
    }

    @Test(
        "Sixty people see every code of the nations' table, both ends of every other, full and empty lists, and no photo"
    )
    func edges() throws {
        let bench = try CampaignBench()
        let folder = try bench.create(cards: 60)
        let batch = try Batch(folder: folder.batch)
        let people = try batch.review().applications
        #expect(people.count == 60)
        let profile = bench.profile
        for file in profile.files {
            for item in file.items where item.source == .application {
                guard case .code(let table) = item.format, item.name != profile.application.sex.item else { continue }
                let codes = try #require(profile.codeTable(table)).entries.map(\.code)
                let reference = ItemReference(section: file.section, item: item.name)
                let seen = Set(people.compactMap { $0.values[reference] })
                #expect(seen.isSuperset(of: [codes.first, codes.last].compactMap { $0 }), "\(reference)")
                if item.isRequired { #expect(seen == Set(codes), "\(reference)") }
            }
        }
        let names = people.compactMap { $0.values[profile.application.name] }
        let capacity = try #require(profile.item(profile.application.name)).capacity
        #expect(try names.contains { try GBK.encode($0).count == capacity })
        #expect(names.contains { $0.contains("龘") } && names.contains { $0.contains("·") })
        let ages = people.map { $0.idNumber.birthDate.age(on: batch.manifest.issueDate) }
        #expect(ages.contains(0) && ages.contains(15) && ages.contains(16) && ages.contains { $0 > 100 })
        #expect(people.contains { $0.idNumber.text.hasSuffix("X") })
        #expect(people.contains { $0.idNumber.birthDate.month == 2 && $0.idNumber.birthDate.day == 29 })
        #expect(people.allSatisfy { $0.idNumber.text.hasPrefix(profile.modes.testRegion) })
        let entries = Set(people.map { $0.entries.values.map(\.count).max() ?? 0 })
        #expect(entries.contains(0) && (entries.max() ?? 0) > 3)
        #expect(people.contains { if case .file = $0.photo { false } else { true } })
    }

    @Test("Every invented person's card can be made", .timeLimit(.minutes(3)))
    func cardsAreMade() throws {
        let bench = try CampaignBench()
        let batch = try Batch(folder: bench.create(cards: 9).batch)
        let module = try SoftwareSecurityModule.testKeys(batch.profile)
        for (index, application) in try batch.review().applications.enumerated() {
            let chip = try VirtualHealthCard.blank(
                serial: [1, 2, 3, 4, 5, 6, 7, UInt8(index)], profile: batch.profile)
            let personalizer = CardPersonalizer(
                channel: VirtualCardChannel(card: chip), batch: batch, module: module)
            _ = try personalizer.personalize(application)
            #expect(chip.lifeCycle == .activated)
        }
    }

    @Test("A campaign is never made over, nor begun with another profile")
    func refusals() throws {
        let bench = try CampaignBench()
        _ = try bench.create()
        #expect(throws: CampaignError.exists(path: bench.path)) { try bench.create() }
        let digest = String(repeating: "0", count: 64)
        let wrong = try bench.campaign(profileDigest: digest)
        #expect(
            throws: CampaignError.profileChanged(
                campaign: digest, now: Hex.encode(bench.profile.cardDigest).lowercased())
        ) {
            try CampaignFolder.create(wrong, at: bench.path + "/other", profile: bench.profile)
        }
        #expect(!FileManager.default.fileExists(atPath: bench.path + "/other"))
        for attempt in [
            { try bench.campaign(cards: 0) }, { try bench.campaign(cards: 1001) },
            { try bench.campaign(setAside: 9) }, { try bench.campaign(setAside: -1) },
            { try bench.campaign(maker: "") }, { try bench.campaign(maker: "a\nb") },
            { try bench.campaign(start: "2026-02-30") },
            { try bench.campaign(maker: String(repeating: "x", count: 201)) },
        ] {
            #expect(throws: CampaignError.self) { try attempt() }
        }
    }

    @Test("campaign.json: known keys alone, all of them, of the right type")
    func campaignFile() throws {
        let bench = try CampaignBench()
        let campaign = try bench.campaign()
        let bytes = try campaign.bytes()
        #expect(try Campaign(json: bytes) == campaign)
        let text = String(decoding: bytes, as: UTF8.self)
        for (edit, key) in [
            (text.replacing("\"maker\"", with: "\"Maker\""), "Maker"),
            (text.replacing("\"cards\" : 8", with: "\"cards\" : \"8\""), "cards"),
            (text.replacing("\"cards\" : 8,", with: ""), "cards"),
            (text.replacing("campaign/1", with: "campaign/2"), "format"),
        ] {
            #expect(edit != text)
            do throws(CampaignError) {
                _ = try Campaign(json: Array(edit.utf8))
                Issue.record("\(key) was taken")
            } catch {
                guard case .value(_, key, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
        #expect(throws: CampaignError.self) { try Campaign(json: Array("[]".utf8)) }
        #expect(throws: CampaignError.self) { try Campaign(json: bytes + [UInt8](repeating: 0x20, count: 70_000)) }
    }
}

@Suite("The same environment") struct EnvironmentTests {
    private static func record(_ change: (inout EnvironmentRecord) -> Void = { _ in }) -> EnvironmentRecord {
        var record = EnvironmentRecord(
            maker: "m", product: "p", productVersion: "1", dialect: "d", profileDigest: "a", engineVersion: "0.2.0",
            softwareDigest: "b", planDigest: "c",
            readers: [.init(name: "R 0", vendor: "V", driverVersion: "1.2.3", serialNumber: "7")],
            serviceVersion: "1.9.9", station: "s", operatorName: "o")
        change(&record)
        return record
    }

    @Test("Nothing differs from itself; another slot of the same reader is no difference")
    func same() {
        #expect(Self.record().differences(from: Self.record()).isEmpty)
        let moved = Self.record {
            $0.readers = [.init(name: "R 1", vendor: "V", driverVersion: "1.2.3", serialNumber: "8")]
        }
        #expect(moved.differences(from: Self.record()).isEmpty)
    }

    @Test("What matters stops, the rest is told")
    func differences() {
        let grave: [(String, (inout EnvironmentRecord) -> Void)] = [
            ("maker", { $0.maker = "x" }), ("product", { $0.product = "x" }),
            ("productVersion", { $0.productVersion = "x" }), ("dialect", { $0.dialect = "x" }),
            ("profileDigest", { $0.profileDigest = "x" }), ("engineVersion", { $0.engineVersion = "x" }),
            ("planDigest", { $0.planDigest = "x" }),
        ]
        let light: [(String, (inout EnvironmentRecord) -> Void)] = [
            ("softwareDigest", { $0.softwareDigest = "x" }), ("readers", { $0.readers = [] }),
            ("serviceVersion", { $0.serviceVersion = "x" }), ("station", { $0.station = "x" }),
            ("operatorName", { $0.operatorName = "x" }),
        ]
        for (field, change) in grave + light {
            let found = Self.record(change).differences(from: Self.record())
            #expect(found.contains { $0.field == field && $0.now != $0.tested })
            #expect(found.contains(where: \.isGrave) == grave.contains { $0.0 == field })
        }
    }

    @Test("The plan for one invented person: the same for the same profile, another with another dialect or option")
    func plan() throws {
        let profile = try CardProfile.bundled("resident-health-card", overlays: ["test-keys"])
        let plain = PersonalizationPlan.Options(usesExtendedLength: false)
        let one = try ReferencePlan.digest(profile: profile, dialect: nil, options: plain)
        #expect(try ReferencePlan.digest(profile: profile, dialect: profile.defaultDialect, options: plain) == one)
        let extended = PersonalizationPlan.Options(usesExtendedLength: true)
        #expect(try ReferencePlan.digest(profile: profile, dialect: nil, options: extended) != one)
        for other in profile.dialects.keys where other != profile.defaultDialect {
            #expect(try ReferencePlan.digest(profile: profile, dialect: other, options: plain) != one)
        }
    }
}
