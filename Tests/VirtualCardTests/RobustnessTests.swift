import ISO7816
import Testing

@testable import VirtualCard

/// Whatever comes, the card answers and stays a card.
@Suite struct RobustnessTests {
    @Test("Commands of one byte, of none, and of every length up to 300")
    func lengths() throws {
        let terminal = try Stage.activated.terminal()
        for byte in UInt8.min...UInt8.max { #expect(terminal.send(bytes: [byte]) == "6700") }
        #expect(terminal.send("") == "6700")
        for count in 2...300 { #expect(terminal.send(bytes: [UInt8](repeating: 0, count: count)).count >= 4) }
        for count in 0...3 { #expect(terminal.send(bytes: hex("00a40000").prefix(count) + []) == "6700") }
    }

    @Test(
        "100,000 random commands never trap and leave a state that loads",
        arguments: [Stage.opened, .structured, .made, .activated])
    func random(_ stage: Stage) throws {
        let terminal = try stage.terminal()
        if stage != .activated { try terminal.open() }
        let profile = try #require(Fixtures.profile)
        var random = SplitMix(seed: 99)
        let instructions: [UInt8] = [
            0xA4, 0x84, 0x82, 0x88, 0xB0, 0xB2, 0xD6, 0xDC, 0xE0, 0x44, 0xCA, 0xC0, 0xD2, 0x0C, 0xD4, 0x1E, 0x18, 0x16,
        ]
        func byte() -> UInt8 { UInt8(truncatingIfNeeded: random.next()) }
        func pick(_ bytes: [UInt8]) -> UInt8 { bytes[Int(random.next() % UInt64(bytes.count))] }
        let selections = ["3f00", "ddf1", "df01", "df02", "df03", "ef05", "ef07", "ee01"]
        for number in 0..<25_000 {
            var command: [UInt8]
            switch random.next() % 8 {
            case 0: command = (0..<Int(random.next() % 12)).map { _ in byte() }
            case 1: command = hex("00a4000002" + selections[Int(random.next() % 8)])
            case 2: command = hex("0084000008")
            default:
                let data = (0..<Int(random.next() % 40)).map { _ in byte() }
                let p2 = random.next() % 2 == 0 ? byte() : pick([4, 5, 0, 3, 0x2C, 0x2D, 0x34, 0x3C])
                command = [pick([0, 0, 4, 0x84, 0x10, 0x80]), pick(instructions), pick([0, 1, 2, byte(), 0x87]), p2]
                if random.next() % 2 == 0 { command += [UInt8(data.count)] + data }
                if random.next() % 3 == 0 { command.append(byte()) }
            }
            // A card that activates or blocks itself ends the fun.
            if command.count >= 2, [0x44, 0x16].contains(command[1]) { continue }
            let answer = try #require(terminal.card.process(command), "\(command)")
            #expect(answer.count >= 2)
            if number % 5_000 == 0 {
                let state = terminal.card.state
                #expect(try VirtualHealthCard(state: state, profile: profile).state == state)
            }
        }
        let state = terminal.card.state
        #expect(try VirtualHealthCard(state: state, profile: profile).state == state)
        terminal.card.powerOn()
        #expect(terminal.card.state == state)
    }

    @Test("A damaged memory never traps")
    func damagedMemory() throws {
        let profile = try #require(Fixtures.profile)
        let rules = try CardRules(profile: profile)
        var random = SplitMix(seed: 3)
        let store = CardStore(size: 4_096, serial: serial, transportKey: [], version: 0xF1, tries: 6)
        _ = store.stageDirectory(0xDDF1, name: [1, 2], in: 0)
        try store.commit()
        _ = store.stageFile(CardStore.NewFile(identifier: 0xEF05, descriptor: 5, access: [0, 0, 0, 0]), in: 1)
        try store.commit()
        _ = store.stageRecord([1, 1, 0], file: 0, in: 1)
        try store.commit()
        for _ in 0..<2_000 {
            var bytes = store.memory.bytes
            for _ in 0..<3 { bytes[Int(random.next() % 160)] = UInt8(truncatingIfNeeded: random.next()) }
            let damaged = CardStore(memory: NonVolatileMemory(bytes: bytes))
            // Without an MF there is no card; a state file never gives such a memory to the operating system.
            guard !damaged.directories.isEmpty else { continue }
            let system = try CardSystem(rules: rules, options: VirtualCardOptions(profile: profile), store: damaged)
            for command in [
                "00a40000023f0000", "00a4000002ddf100", "00a4000002ef0500", "00b2010400", "00b0000000",
                "00dc01040301010a",
            ] {
                #expect(try system.answer(hex(command)).count >= 2)
            }
        }
    }
}
