import CardProfiles
import ISO7816
import Testing

@testable import VirtualCard

/// The chips of other makers, from their first command on (Docs/dialects.md).
@Suite struct MakersChipTests {
    private static let ddf1 = "00a4000002ddf1"
    private static let name = "57532e5359532e4444463031"

    private func chip(_ maker: String) throws -> Terminal {
        let profile = try CardProfile.bundled(overlays: ["test-keys", maker])
        let card = try VirtualHealthCard.blank(serial: serial, profile: profile)
        card.setRandomSource { Array(seed.prefix($0)) }
        return try Terminal(card)
    }

    private func expect(_ terminal: Terminal, _ exchanges: KeyValuePairs<String, String>) {
        for (command, answer) in exchanges { #expect(terminal.send(command) == answer, "\(command)") }
    }

    @Test("A banking chip takes fields of fixed length, key files first, and no data objects")
    func bank() throws {
        let terminal = try chip("pboc-cos")
        let keys = "80e00000073f003000f0ffff"
        expect(terminal, [keys: "6982", "00e00000076205820138830201": "6e00"])
        try terminal.open()
        let key = hex("36f0efeff10400") + (terminal.keys["STK_MF"] ?? [])
        terminal.challenge()
        #expect(terminal.send(try terminal.secure("84d40102", key, "TK")) == "6a82", "there is no key file")
        expect(
            terminal,
            [
                "80050000": "6985", keys: "9000", keys.replacing("80e00000", with: "80e00001"): "6a89",
                "80e0ef05083a011cf0efef05c0": "6a80", "80e0ef05082c0000f0efef05c0": "6a80",
                "80e0ef05082c011cf0efef1fc0": "6a80", "80e0ef05082c011cf0efef05c1": "6a80",
                "80e0ef05082c011cf0efef05c0": "9000", "80e0ef0508280010f0efef0600": "6a89",
                "80e0ef0608280010f0efef0500": "6a89", "80e0df010e38fffff0f0ffffff915600013200": "6a84",
                "80e0df010e380100f0f0ffffff915600013200": "9000", "00a40000023f00": "9000",
                "80e0df020e380100f0f0ffffff915600013200": "6a89", "00a40000020000": "9000", "00b2010400": "6986",
            ])
        for (reference, isWritten) in [("02", true), ("03", true), ("04", false), ("02", true)] {
            terminal.challenge()
            let answer = terminal.send(try terminal.secure("84d401" + reference, key, "TK"))
            #expect(answer == (isWritten ? "9000" : "6a84"), "48 bytes are two keys")
        }
        let state = terminal.card.state
        #expect(
            try VirtualHealthCard(state: state, profile: CardProfile.bundled(overlays: ["test-keys", "pboc-cos"])).state
                == state)
        terminal.must("80050000")
        expect(terminal, ["80050000": "6982"])
        #expect(terminal.card.lifeCycle == .activated && terminal.card.state.transportKey == nil)
    }

    @Test(
        "Chips with their files create none, and have the profile's",
        arguments: ["huahong", "tongfang", "fudan", "huada"])
    func delivered(maker: String) throws {
        let terminal = try chip(maker)
        let profile = try CardProfile.bundled(overlays: ["test-keys", maker])
        let state = terminal.card.state
        #expect(state.directories.map(\.identifier) == ["3F00", "DDF1", "DF01", "DF02", "DF03"])
        #expect(state.directories.flatMap(\.files).count == profile.files.count)
        #expect(state.directories.allSatisfy(\.keys.isEmpty) && terminal.card.lifeCycle == .blank)
        try terminal.open()
        expect(terminal, ["00e0000003620101": "6d00", "80e00000073f003000f0ffff": "6d00"])
        // Nothing ends what was not begun.
        expect(terminal, ["00440000": maker == "tongfang" ? "6a86" : "6d00", Self.ddf1: "9000"])
        try terminal.writeKey("02", "STK_DDF1", usage: "03", tries: "00")
        #expect(terminal.card.lifeCycle == .beingMade)
        terminal.must("00a4000002ef05")
        let record = [0x01, 0x01, 0x31] as [UInt8]
        if maker == "tongfang" {
            expect(terminal, ["00dc010403010131": "9000"])
        } else {
            expect(terminal, ["00dc010403010131": "6982"])
            terminal.challenge()
            terminal.must(try terminal.secure("04dc0104", record, "STK_DDF1"))
        }
        #expect(terminal.card.state.directories[1].files[0].records == ["010131"])
    }

    @Test("Huahong activates by name, the first directory last")
    func byName() throws {
        let terminal = try chip("huahong")
        try terminal.open()
        terminal.must(Self.ddf1)
        try terminal.writeKey("02", "STK_DDF1", usage: "03", tries: "00")
        let whole = "80f040040c" + Self.name
        expect(terminal, [whole: "6985", "80f0400406915600013200": "6a80", "80f0400006915600013200": "6a86"])
        for directory in 0...2 {
            let activation = "80f040040691560001320\(directory)"
            expect(terminal, ["00a4000002df0\(directory + 1)": "9000", activation: "9000"])
            expect(terminal, [activation: "9000"])
        }
        #expect(terminal.card.lifeCycle == .beingMade)
        // What is marked is remembered without power.
        let state = terminal.card.state
        #expect(state.directories.map { $0.isActivated ?? false } == [false, false, true, true, true])
        let again = try VirtualHealthCard(
            state: state, profile: CardProfile.bundled(overlays: ["test-keys", "huahong"]))
        #expect(again.state == state)
        expect(terminal, [Self.ddf1: "9000", whole: "9000"])
        expect(terminal, [whole: "6982"])
        #expect(terminal.card.lifeCycle == .activated)
    }

    @Test("Tongfang activates in its first directory alone")
    func plain() throws {
        let terminal = try chip("tongfang")
        try terminal.open()
        expect(terminal, ["00440500": "6985", Self.ddf1: "9000", "00440500": "6985"])
        try terminal.writeKey("02", "STK_DDF1", usage: "03", tries: "00")
        expect(terminal, ["00440500": "9000"])
        expect(terminal, ["00440500": "6982", "00a4000002ef05": "9000", "00dc010403010131": "6982"])
        #expect(terminal.card.lifeCycle == .activated)
    }

    @Test("Without an activation command the transport key is erased, under itself", arguments: ["fudan", "huada"])
    func erasure(maker: String) throws {
        let terminal = try chip(maker)
        try terminal.open()
        func erase(_ head: String, spoiling: Bool = false) throws -> String {
            terminal.challenge()
            return terminal.send(try terminal.protect("84d40101", hex(head), "TK", spoiling: spoiling))
        }
        #expect(try erase("ff0100000000000000") == "6985", "nothing was begun")
        try terminal.writeKey("02", "STK_MF", usage: "03", tries: "00")
        #expect(try erase("ff0100000000000001") == "6a80")
        #expect(try erase("ff0100000000000000", spoiling: true) == "6988")
        #expect(terminal.card.lifeCycle == .beingMade)
        #expect(try erase("ff0100000000000000") == "9000")
        #expect(terminal.card.lifeCycle == .activated)
        // Whoever comes later finds no transport key, and needs no challenge to learn it.
        terminal.card.powerOff()
        terminal.card.powerOn()
        expect(terminal, [try terminal.authenticate("01", "TK"): "6a88"])
    }
}
