import CardProfiles
import ISO7816
import Testing

@testable import VirtualCard

/// A card in the manner of each maker, and the habits one by one (Docs/card.md §3.5, Docs/virtual-card.md).
@Suite struct MakerTests {
    private static let makers = ["huahong", "tongfang", "fudan", "huada"]
    private static let ddf1 = "00a4000002ddf1"
    private static let df01 = "00a4000002df01"
    private static let master = "00a40000023f00"

    /// An activated card with other options: a card keeps its memory, a maker's habits are about its answers.
    private func terminal(_ change: (inout VirtualCardOptions) -> Void) throws -> Terminal {
        let profile = try #require(Fixtures.profile)
        var options = VirtualCardOptions(profile: profile)
        change(&options)
        return try terminal(options)
    }

    private func terminal(_ options: VirtualCardOptions) throws -> Terminal {
        let state = try Stage.activated.terminal().card.state
        let card = try VirtualHealthCard(state: state, profile: try #require(Fixtures.profile), options: options)
        card.setRandomSource { Array(seed.prefix($0)) }
        return try Terminal(card)
    }

    private func expect(_ terminal: Terminal, _ exchanges: KeyValuePairs<String, String>) {
        for (command, answer) in exchanges {
            let got = terminal.send(command)
            let shown = got.count > 4 ? "\(got.count / 2 - 2)+" + got.suffix(4) : got
            #expect(shown == answer, "\(command)")
        }
    }

    @Test("Each maker's edition is a profile of its own, with the options that it says", arguments: makers)
    func editions(maker: String) throws {
        let profile = try CardProfile.bundled(overlays: ["test-keys", maker])
        let options = VirtualCardOptions(profile: profile)
        let base = try #require(Fixtures.profile).capabilities
        #expect(profile.capabilities != base && !options.multiRecordRead && !options.extendedLength)
        #expect(profile.dialect(profile.defaultDialect)?.command(for: .readRecordsFrom) == nil)
        // Such a card works, in the field's own way: from the MF down, one record at a time.
        let terminal = try terminal(options)
        for directory in [Self.master, Self.ddf1, Self.df01] { terminal.must(directory) }
        try terminal.prove("84", "RK1_DF01")
        terminal.must("00a4000002ef05")
        let le = options.expectedLength == .zero ? "00" : "03"
        #expect(terminal.send((options.readByNumber ? "00b20104" : "00b21500") + le) == "1501009000")
    }

    @Test("Huahong: selecting a directory again drops its rights; Tongfang: it does not, and the way out is the MF")
    func directories() throws {
        let huahong = try terminal(
            VirtualCardOptions(profile: try CardProfile.bundled(overlays: ["test-keys", "huahong"])))
        huahong.must(Self.ddf1)
        try huahong.prove("04", "RK1_DDF1")
        expect(huahong, ["00b2013403": "6c20", Self.ddf1: "9000", "00b2013420": "6982"])
        expect(huahong, [Self.df01: "9000", "00a4000002df02": "9000", Self.ddf1: "9000"])
        let tongfang = try terminal(
            VirtualCardOptions(profile: try CardProfile.bundled(overlays: ["test-keys", "tongfang"])))
        tongfang.must(Self.ddf1)
        try tongfang.prove("04", "RK1_DDF1")
        expect(tongfang, [Self.ddf1: "9000", "00b20b3020": "32+9000", Self.df01: "9000"])
        expect(tongfang, ["00a4000002df02": "6a82", Self.ddf1: "6a82", Self.df01: "9000", Self.master: "9000"])
        expect(tongfang, [Self.ddf1: "9000", OrderOfChecksTests.df01: "9000", OrderOfChecksTests.ddf1: "9000"])
    }

    @Test("Directories by name alone (6A82 for identifiers), or by identifier alone (6A86 for names)")
    func names() throws {
        expect(
            try terminal { $0.directoryIdentifiers = false },
            [
                Self.ddf1: "6a82", OrderOfChecksTests.df01: "9000", "00a4000002ef05": "9000", Self.df01: "6a82",
                Self.master: "9000", "00a4000002ef05": "6a82", OrderOfChecksTests.ddf1: "9000",
            ])
        expect(
            try terminal { $0.directoryNames = false },
            [OrderOfChecksTests.ddf1: "6a86", Self.ddf1: "9000", OrderOfChecksTests.df01: "6a86", Self.df01: "9000"])
    }

    @Test("Records by number alone, or by tag alone where they have tags")
    func records() throws {
        let number = try terminal { $0.readByTag = false }
        expect(number, [Self.ddf1: "9000", "00b2012c00": "3+9000", "00b2012800": "6a86"])
        let tag = try terminal { $0.readByNumber = false }
        expect(tag, [Self.ddf1: "9000", "00b2012c00": "6a86", "00b2012800": "3+9000", "00b2072800": "6a83"])
        expect(tag, [Self.df01: "9000", "00a4000002df03": "9000"])
        try tag.prove("84", "RK1_DF03")
        expect(tag, ["00b2012c00": "1+9000", "00b2012800": "6a83"])
    }

    @Test("Without short identifiers: 6A86, and the current file works")
    func shortIdentifiers() throws {
        let terminal = try terminal { $0.shortFileIdentifiers = false }
        terminal.must(Self.ddf1)
        try terminal.prove("04", "RK1_DDF1")
        expect(
            terminal,
            [
                "00b2012c00": "6a86", "00b0870010": "6a86", "00d6870001aa": "6a86", "04dc012c02aabb": "6a86",
                "00b0000010": "6986", "00a4000002ef07": "9000", "00b0000010": "16+9000", "00a4000002ef05": "9000",
                "00b2010400": "3+9000",
            ])
    }

    @Test("Le exact (6Cxx, or 6700 on a card that does not tell), and Le 00 alone (6700)")
    func expectedLengths() throws {
        for corrects in [true, false] {
            let exact = try terminal {
                $0.expectedLength = .exact
                $0.correctsLength = corrects
            }
            let (record, rest) = corrects ? ("6c03", "6c02") : ("6700", "6700")
            exact.must(Self.ddf1)
            try exact.prove("04", "RK1_DDF1")
            expect(
                exact,
                [
                    "00b2012c00": record, "00b2012c04": record, "00b2012c02": record, "00b2012c03": "3+9000",
                    "00b0870000": "256+9000", "00b0870010": "16+9000", "00b00c0003": rest, "00b00c0000": rest,
                    "00b00c0002": "2+9000", "00b00c0001": "1+9000",
                ])
        }
        let zero = try terminal { $0.expectedLength = .zero }
        zero.must(Self.ddf1)
        try zero.prove("04", "RK1_DDF1")
        expect(
            zero,
            [
                "00b2012c03": "6700", "00b2012c04": "6700", "00b2012c00": "3+9000", "00b0870010": "6700",
                "00b0870000": "256+9000", "00b00c0000": "2+9000", "0084000008": "8+9000",
            ])
        // What a card does anyway.
        let any = try terminal { $0.correctsLength = false }
        expect(any, [Self.ddf1: "9000", "00b2012c00": "3+9000", "00b2012c09": "3+9000", "00b2012c02": "6700"])
    }

    @Test("Binary files in pieces of 128 bytes at most; records are whole")
    func blocks() throws {
        let terminal = try terminal { $0.maximumBinaryData = 128 }
        terminal.must(Self.ddf1)
        try terminal.prove("04", "RK1_DDF1")
        try terminal.prove("05", "UK1_DDF1")
        let piece = { (count: Int) in "00d68700" + Hex.encode([UInt8(count)]) + String(repeating: "a5", count: count) }
        expect(
            terminal,
            [
                "00b0870080": "128+9000", "00b0870081": "6700", "00b08700ff": "6700", "00b0870000": "128+9000",
                piece(128): "9000", piece(129): "6700", piece(255): "6700", "00b2052c00": "182+9000",
            ])
        #expect(terminal.send("00b0877f02") == "a500" + "9000")
    }
}
