import Foundation
import ISO7816
import Testing

@testable import VirtualCard

/// The state file: an inspectable JSON, a journal beside it, and nothing lost.
@Suite struct StateTests {
    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "virtual-card-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func open(_ path: String, serial: [UInt8] = serial) throws -> VirtualHealthCard {
        let card = try VirtualHealthCard.open(path: path, serial: serial, profile: try #require(Fixtures.profile))
        card.setRandomSource { Array(seed.prefix($0)) }
        return card
    }

    private static func withoutSequence(_ state: CardState) -> CardState {
        var state = state
        state.sequence = 0
        return state
    }

    @Test("A state says everything: JSON there and back gives the same card")
    func roundTrip() throws {
        for stage in [Stage.blank, .opened, .structured, .made, .activated] {
            let state = try stage.terminal().card.state
            let again = try CardState(json: state.encoded())
            #expect(again == state)
            let card = try VirtualHealthCard(state: again, profile: try #require(Fixtures.profile))
            #expect(card.state == state)
            #expect(
                card.lifeCycle
                    == (stage == .blank || stage == .opened ? .blank : stage == .activated ? .activated : .beingMade))
        }
    }

    @Test("The JSON names files, rights, keys and counters in clear")
    func inspectable() throws {
        let state = try Stage.activated.terminal().card.state
        let directory = try #require(state.directories.first { $0.identifier == "DF01" })
        #expect(directory.parent == 1 && directory.name == "915600013200" && directory.blocking == "none")
        let file = try #require(directory.files.first)
        #expect(file.identifier == "EF05" && file.descriptor == "05" && file.shortIdentifier == 5)
        #expect(file.access == CardState.Access(read: "84", update: "85", erase: "FF", protection: "02"))
        #expect(file.records?.first == "150100")
        let terminal = try Stage.activated.terminal()
        let key = try #require(directory.keys.first { $0.reference == "84" })
        #expect(hex(key.value) == terminal.keys["RK1_DF01"] && key.triesLeft == 6)
        #expect(state.transportKey == nil && state.isActivated && !state.isBlocked)
    }

    @Test("No acknowledged command is lost when the process dies, whatever was not saved")
    func suddenDeath() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/card.json"
        let terminal = try Terminal(open(path))
        try terminal.makeStructure()
        // What a process that dies here leaves is what lies on the disk now.
        for file in ["card.json", "card.json.journal"] {
            try FileManager.default.copyItem(atPath: folder + "/" + file, toPath: folder + "/dead-" + file)
        }
        try FileManager.default.moveItem(atPath: folder + "/dead-card.json", toPath: folder + "/dead.json")
        try FileManager.default.moveItem(
            atPath: folder + "/dead-card.json.journal", toPath: folder + "/dead.json.journal")
        #expect(try open(folder + "/dead.json").state == terminal.card.state)
        // The same for a line that was not finished.
        let journal = try Data(contentsOf: URL(fileURLWithPath: path + ".journal"))
        try FileManager.default.copyItem(atPath: path, toPath: folder + "/torn.json")
        try journal.dropLast(5).write(to: URL(fileURLWithPath: folder + "/torn.json.journal"))
        let torn = try open(folder + "/torn.json").state
        #expect(torn.sequence == terminal.card.state.sequence - 1)
        // Power off writes the JSON; the journal starts again.
        terminal.card.powerOff()
        let saved = try CardState(json: Array(try Data(contentsOf: URL(fileURLWithPath: path))))
        #expect(saved == terminal.card.state)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".journal")).filter { $0 == 0x0A }.count == 1)
        // A journal left by a process that died between the two is old news.
        try journal.write(to: URL(fileURLWithPath: folder + "/old.json.journal"))
        try FileManager.default.copyItem(atPath: path, toPath: folder + "/old.json")
        #expect(try open(folder + "/old.json").state == saved)
        #expect(terminal.card.saveError == nil)
    }

    @Test("A card in use, another chip, a changed file and a damaged journal are refused with the reason")
    func refusals() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/card.json"
        do {
            let terminal = try Terminal(open(path))
            #expect(throws: VirtualCardError.file(path: path, problem: .inUse)) {
                try open(path)
            }
            try terminal.open()
            terminal.must("00e000000962078201388302ddf1")
            terminal.must("00e000000962078201388302ddf1".replacing("ddf1", with: "ddf2"))
            terminal.challenge()
            terminal.send("0082000111" + String(repeating: "00", count: 17))
        }
        #expect(throws: VirtualCardError.file(path: path, problem: .holdsChip("0102030405060708"))) {
            try open(path, serial: [UInt8](repeating: 9, count: 8))
        }
        // The chip was mended by that, so both files are fresh; break them one by one.
        let card = try open(path)
        let terminal = try Terminal(card)
        try terminal.open()
        terminal.must("00e000000962078201388302ddf3")
        let journal = try String(contentsOfFile: path + ".journal", encoding: .utf8)
        try FileManager.default.copyItem(atPath: path, toPath: folder + "/b.json")
        try journal.replacing("=D1", with: "=D2").write(
            toFile: folder + "/b.json.journal", atomically: true, encoding: .utf8)
        #expect(throws: VirtualCardError.file(path: folder + "/b.json.journal", problem: .lineDamaged(2))) {
            try open(folder + "/b.json")
        }
        let json = try String(contentsOfFile: path, encoding: .utf8)
        try (json + " ").write(toFile: folder + "/c.json", atomically: true, encoding: .utf8)
        try journal.write(toFile: folder + "/c.json.journal", atomically: true, encoding: .utf8)
        #expect(performing: { try open(folder + "/c.json") }, throws: { "\($0)".contains("delete the journal") })
    }

    @Test("A disk that takes nothing is an error that names the file, before any command is served")
    func fullDisk() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/card.json"
        try FileManager.default.createSymbolicLink(atPath: path + ".journal", withDestinationPath: "/dev/full")
        #expect(performing: { try open(path) }, throws: { "\($0)".contains(path + ".journal: write") })
    }

    @Test("A state with one wrong value is refused and says where")
    func wrongValues() throws {
        let state = try Stage.activated.terminal().card.state
        let profile = try #require(Fixtures.profile)
        let changes: [(String, (inout CardState) -> Void)] = [
            ("format", { $0.format = "x" }), ("profile", { $0.profile = "x" }), ("serial", { $0.serial = "01" }),
            ("serial", { $0.serial = "zz" }), ("memorySize", { $0.memorySize = -1 }),
            ("memorySize", { $0.memorySize = 1 << 40 }), ("sequence", { $0.sequence = -1 }),
            ("transportKey", { $0.isActivated = false }), ("directories[0]", { $0.directories[0].identifier = "3F01" }),
            ("directories[1].parent", { $0.directories[1].parent = 1 }),
            ("directories[1].parent", { $0.directories[1].parent = nil }),
            ("directories[1].name", { $0.directories[1].name = String(repeating: "00", count: 17) }),
            ("directories[1].blocking", { $0.directories[1].blocking = "maybe" }),
            ("directories[1].keys[0].value", { $0.directories[1].keys[0].value = "00" }),
            ("directories[1].keys[0].triesLeft", { $0.directories[1].keys[0].triesLeft = 200 }),
            (
                "directories[1].keys[1].reference",
                { $0.directories[1].keys[1].reference = $0.directories[1].keys[0].reference }
            ),
            ("directories[1].files[0].descriptor", { $0.directories[1].files[0].descriptor = "38" }),
            ("directories[1].files[0].records[0]", { $0.directories[1].files[0].records = ["0105"] }),
            ("directories[1].files[0].shortIdentifier", { $0.directories[1].files[0].shortIdentifier = 31 }),
            ("directories[1].files[2].content", { $0.directories[1].files[2].content = nil }),
            ("directories[1].files[2]", { $0.memorySize = 2_000 }),
            ("directories[4].files[0].recordSize", { $0.directories[4].files[0].recordSize = 0 }),
            ("directories[4].files[0].records", { $0.directories[4].files[0].records = [] }),
            ("directories[4].files[0].records", { $0.directories[4].files[0].records = ["0000"] }),
        ]
        for (place, change) in changes {
            var wrong = state
            change(&wrong)
            do {
                _ = try VirtualHealthCard(state: wrong, profile: profile)
                Issue.record("\(place) was accepted")
            } catch {
                guard case .state(let found, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(found == place)
            }
        }
        for json in ["", "{", "[]", "{}", "null", "{\"format\":1}"] {
            #expect(throws: VirtualCardError.self) { try CardState(json: Array(json.utf8)) }
        }
    }

    @Test("Damaged JSON never traps: bytes changed, lines gone")
    func damagedJSON() throws {
        let json = try Stage.structured.terminal().card.state.encoded()
        let profile = try #require(Fixtures.profile)
        var random = SplitMix(seed: 4)
        for _ in 0..<300 {
            var wrong = json
            for _ in 0..<1 + Int(random.next() % 4) {
                let at = Int(random.next() % UInt64(wrong.count))
                if random.next() % 3 == 0 {
                    wrong.removeSubrange(at..<min(wrong.count, at + Int(random.next() % 60)))
                } else {
                    wrong[at] = UInt8(truncatingIfNeeded: random.next())
                }
            }
            guard let state = try? CardState(json: wrong),
                let card = try? VirtualHealthCard(state: state, profile: profile)
            else { continue }
            #expect(card.process(hex("00a40000023f0000"))?.count ?? 0 >= 2)
        }
    }
}

/// A small generator, the same numbers every time.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
