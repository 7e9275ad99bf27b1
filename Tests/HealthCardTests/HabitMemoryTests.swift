import CardProfiles
import Foundation
import HealthCard
import ISO7816
import Testing

@Suite("Remembering habits")
struct HabitMemoryTests {
    private let profile: CardProfile
    private let folder: URL

    init() throws {
        profile = try TestProfile.shared
        folder = FileManager.default.temporaryDirectory.appending(path: "habits-\(UUID().uuidString)")
    }

    private func product(_ hex: String, _ link: TransmissionProtocol = .t1) throws -> CardProduct? {
        CardProduct(answerToReset: try bytes(hex), transmissionProtocol: link, profile: profile)
    }

    private func learnt(_ card: any CardChannel, _ memory: any CardHabitMemory) throws -> Int {
        try SampleCard.session(card, profile, habits: memory).read().commands
    }

    @Test("a product is its answer to reset without the chip's own bytes, and the link")
    func products() throws {
        let one = try #require(
            CardProduct(answerToReset: try SampleCard.card(profile).answerToReset, profile: profile))
        #expect(one.description == "3B8D8001----------------5248430001--")
        let serial = try ScriptedCard(profile, serial: Array(0x51...0x58)).answerToReset
        #expect(CardProduct(answerToReset: serial, profile: profile) == one)
        #expect(CardProduct(answerToReset: serial, transmissionProtocol: .t0, profile: profile) != one)
        // Without a check byte all that is left is the maker's.
        #expect(try product("3B0A01020304050607085248")?.description == "3B0A----------------5248")
        for text in ["", "3B", "3B00", "3B8780010102030405060706", "FFFF"] { #expect(try product(text) == nil) }
    }

    @Test("a file: made with its folder, used by the next process, without anything of the card")
    func file() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "deep/habits.json").path
        let first = try learnt(
            MakersCard(SampleCard.card(profile), profile) { $0.multiRecord = false }, CardHabitFile(path: path))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains("3B8D8001----------------5248430001--"))
        #expect(!text.uppercased().contains("0102030405060708"))
        let card = MakersCard(try SampleCard.card(profile), profile) { $0.multiRecord = false }
        #expect(try learnt(card, CardHabitFile(path: path)) == first - 1)
        #expect(card.refused.isEmpty)
        let memory = CardHabitFile(path: path)
        memory.forget()
        #expect(!FileManager.default.fileExists(atPath: path))
        let anew = MakersCard(try SampleCard.card(profile), profile) { $0.multiRecord = false }
        #expect(try learnt(anew, memory) == first)
    }

    @Test("a damaged file, and one that cannot be written, do no harm")
    func damaged() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "habits.json").path
        _ = try learnt(
            MakersCard(SampleCard.card(profile), profile) { $0.multiRecord = false }, CardHabitFile(path: path))
        let good = try Data(contentsOf: URL(filePath: path))
        var contents = [Data(), Data("{}".utf8), Data([0xFF, 0xFE]), Data(count: 2 << 20)]
        contents += (1..<12).map { good.prefix(good.count * $0 / 12) }
        contents.append(
            Data(String(decoding: good, as: UTF8.self).replacing("\"format\" : 1", with: "\"format\" : 9").utf8))
        for content in contents {
            try content.write(to: URL(filePath: path))
            let card = MakersCard(try SampleCard.card(profile), profile) { $0.multiRecord = false }
            let reading = try SampleCard.session(card, profile, habits: CardHabitFile(path: path)).read()
            #expect(reading.json() == SampleCard.json)
            #expect(try Data(contentsOf: URL(filePath: path)) == good)
        }
        // Numbers no card has.
        let text = String(decoding: good, as: UTF8.self)
        for block in ["0", "-5", "1", "99999999"] {
            try Data(text.replacing("\"readBlock\" : 256", with: "\"readBlock\" : \(block)").utf8)
                .write(to: URL(filePath: path))
            let reading = try SampleCard.session(
                SampleCard.card(profile), profile, habits: CardHabitFile(path: path)
            ).read()
            #expect(reading.json() == SampleCard.json)
        }
        let nowhere = CardHabitFile(path: folder.path)
        let card = MakersCard(try SampleCard.card(profile), profile) { $0.multiRecord = false }
        #expect(try SampleCard.session(card, profile, habits: nowhere).read().json() == SampleCard.json)
    }

    @Test("where the file is")
    func place() {
        #expect(CardHabitFile.standard(environment: ["XDG_CACHE_HOME": "/c"])?.path == "/c/healthcard/habits.json")
        #expect(
            CardHabitFile.standard(environment: ["XDG_CACHE_HOME": "c", "HOME": "/h"])?.path
                == "/h/.cache/healthcard/habits.json")
        #expect(CardHabitFile.standard(environment: ["HOME": ""])?.path == nil)
    }

    @Test("the memory of a process holds so many products, from any thread")
    func shared() async throws {
        let memory = TransientHabits()
        let session = try SampleCard.session(SampleCard.card(profile), profile)
        let habits = session.habits
        let products = try (0..<300).map { number in
            try #require(try product("3B0C0102030405060708" + hex([0, 0, UInt8(number >> 8), UInt8(number & 0xFF)])))
        }
        await withTaskGroup(of: Void.self) { group in
            for product in products { group.addTask { memory.remember(habits, of: product) } }
        }
        #expect(products.filter { memory.habits(of: $0) == habits }.count == 256)
    }

    @Test("However many SAMs there are, those that must not be asked stay known")
    func manySAMs() throws {
        let path = NSTemporaryDirectory() + UUID().uuidString + "/habits.json"
        defer { try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent) }
        let file = CardHabitFile(path: path)
        file.remember(PINTries(left: 2, costsToAsk: true), ofSAM: "the dear one")
        for number in 0..<1_100 { file.remember(PINTries(left: 3), ofSAM: "SAM \(number)") }
        #expect(CardHabitFile(path: path).tries(ofSAM: "the dear one")?.costsToAsk == true)
        #expect(CardHabitFile(path: path).tries(ofSAM: "SAM 1099") == PINTries(left: 3))
    }
}
