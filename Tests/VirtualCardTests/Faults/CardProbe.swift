import CardProfiles
import ISO7816
import Testing

@testable import VirtualCard

/// Everything a terminal can try on a card, one chapter after the other, each on a fresh copy: what it answers, in order.
/// Two cards that answer the same to all of it cannot be told apart here.
struct CardProbe {
    let card: VirtualHealthCard
    private let profile: CardProfile

    init(_ card: VirtualHealthCard) throws {
        self.card = card
        profile = try #require(Fixtures.profile)
    }

    /// Answers by chapter.
    func answers() throws -> [String: [String]] {
        Dictionary(uniqueKeysWithValues: try Self.chapters.map { ($0.0, try answers($0.1)) })
    }

    /// The first chapter with another answer than that of a right card; nil when there is none.
    func firstDifference(from right: [String: [String]]) throws -> String? {
        try Self.chapters.first { name, chapter in try answers(chapter) != right[name] }?.0
    }

    private func answers(_ chapter: (Transcript) throws -> Void) throws -> [String] {
        let copy = try card.copy()
        copy.setRandomSource { Array(seed.prefix($0)) }
        let transcript = Transcript(try Terminal(copy), profile)
        transcript.note(Hex.encode(copy.answerToReset))
        transcript.note(Hex.encode(try copy.copy(interface: .contactlessA).answerToReset))
        try chapter(transcript)
        return transcript.answers
    }

    private static var chapters: [(String, (Transcript) throws -> Void)] {
        [
            ("selecting", selecting), ("reading", reading), ("reading edges", readingEdges), ("rights", rights),
            ("sessions", sessions), ("challenges", challenges), ("keys", keys), ("tries", tries),
            ("messaging", messaging),
            ("writing", writing), ("power", power), ("blocking", blocking), ("card block", cardBlock), ("shape", shape),
            ("life cycle", lifeCycle), ("other applications", otherApplications),
        ] + depth
    }

    // MARK: Chapters

    private static func otherApplications(_ t: Transcript) throws {
        let selections = t.profile.otherApplications.map { application in
            "00a40400" + Hex.encode([UInt8(application.dfName.count)] + application.dfName) + "00"
        }
        for directory in t.profile.directories {
            for selection in selections {
                t.reset()
                try t.enter(directory)
                t.send(selection)
            }
            for key in t.profile.keys(in: directory.name) where key.role == .read {
                t.reset()
                try t.enter(directory)
                t.prove(key)
                t.send(selections[0])
                try t.enter(directory)
                for file in directory.files.prefix(2) { t.read(file) }
            }
        }
        t.reset()
        try t.enter("DDF1")
        t.send("0084000008")
        t.send("0082000411" + String(repeating: "00", count: 16) + "f1")
        for selection in selections { for command in [selection, "80ca9f1700", "80ca9f3600"] { t.send(command) } }
    }

    private static func selecting(_ t: Transcript) throws {
        for command in [
            "00ca9f7f00", "00ca9f7e00", "00a40000023f0000", "00a4000002df01", "00a4000002ddf100", "00a4000c02ddf1",
            "00a40000023f00", "00a4000002ddf1",
            "00a4000002df01", "00a4000002df02", "00a4000002df0f", "00b2012c00", "00a4000002ddf1", "00b2012c00",
            "00b2020400", "00a4000002fff0", "00b2010400", "00a4000002fff0", "00a4000002ef05",
        ] { t.send(command) }
        t.reset()
        t.send("00a4000002ef0500")
        for directory in t.profile.directories {
            try t.enter(directory)
            for file in directory.files { t.send("00a4000002" + Hex.encode(file.fileIdentifier.bytes) + "00") }
            guard let name = directory.dfName else { continue }
            for called in [Array(name.dropLast(2)), name + [0], name] {
                t.send("00a40400" + Hex.encode([UInt8(called.count)] + called) + "00")
            }
        }
    }

    private static func reading(_ t: Transcript) throws {
        for directory in t.profile.directories where !directory.files.isEmpty {
            for key in t.profile.keys(in: directory.name) where key.role == .read {
                try t.enter(directory)
                t.prove(key)
                for file in directory.files { t.read(file) }
            }
        }
    }

    private static func readingEdges(_ t: Transcript) throws {
        try t.enter("DDF1")
        for command in [
            "00b2002c00", "00b20b2c00", "00b2012c02", "00b2012c01", "00b2082900", "00b2082800", "00b2012d00",
            "00b2012dff",
            "00b2012d0000", "00b0850000", "00b0870000", "00c0000000",
        ] { t.send(command) }
        t.prove("RK1_DDF1")
        for command in [
            "00b0870000", "00b087ff10", "00b0010000", "00b00bf820", "00b00c0200", "00b00c0210", "00b08700001000",
            "00c0000000",
        ] { t.send(command) }
        t.send("00a4000002ef07")
        for command in ["00b0000010", "00b00bf820", "00b00c0200", "00b00000001000", "00b2010400"] { t.send(command) }
        try t.enter("DF02")
        t.prove("RK1_DF02")
        for number in 0...4 { t.send("00b2" + Hex.encode([UInt8(number)]) + "3c00") }
    }

    private static func rights(_ t: Transcript) throws {
        for directory in t.profile.directories where !directory.files.isEmpty {
            try t.enter(directory)
            for file in directory.files { t.use(file) }
            for key in t.profile.keys(in: directory.name) where key.usage == .externalAuthentication {
                try t.enter(directory)
                t.prove(key)
                for file in directory.files { t.use(file) }
            }
        }
    }

    private static func sessions(_ t: Transcript) throws {
        try t.enter("DF01")
        t.prove("RK1_DF01")
        t.send("00b2013400")
        t.send("00b2013400")
        t.send("00a4000002ef06")
        t.send("00b2010400")
        t.prove("UK1_DF01")
        t.send("00b2013400")
        t.send("00a4000002df01")
        t.send("00b2013400")
        t.prove("RK1_DF01")
        t.send("00a4000002df02")
        t.send("00b2012c00")
        t.send("00a4000002df01")
        t.prove("RK1_DF01")
        t.reset()
        try t.enter("DF01")
        t.send("00b2013400")
        t.fail("84")
        t.send("00b2013400")
        t.send("008201841100")
    }

    private static func challenges(_ t: Transcript) throws {
        try t.enter("DF01")
        for command in ["0084000008", "0084000004", "0084000010", "0084010008", "0084000008"] { t.send(command) }
        t.again("84", "RK1_DF01")
        t.again("84", "RK1_DF01")
        t.send("0084000008")
        t.reset()
        try t.enter("DF01")
        t.again("84", "RK1_DF01")
        t.fail("84")
        t.again("84", "RK1_DF01")
        t.prove("UK1_DF01")
        let record = hex("1564") + [UInt8](repeating: 0, count: 100)
        for _ in 0..<2 { t.try { try $0.secure("04dc022c", record, "STK_DF01") } }
        t.send("0084000008")
        for _ in 0..<2 { t.try { try $0.secure("04dc022c", record, "STK_DF01") } }
        t.send("0084000008")
        t.try { try $0.secure("04dc022c", record, "STK_DF01", spoiling: true) }
        t.try { try $0.secure("04dc022c", record, "STK_DF01") }
        t.withoutChallenge("84", "RK1_DF01")
    }

    private static func keys(_ t: Transcript) throws {
        for directory in t.profile.directories {
            for key in t.profile.keys(in: directory.name) where key.role != .transport {
                try t.enter(directory)
                let reference = Hex.encode([key.reference])
                t.fail(reference)
                t.prove(key)
                t.send("0084000008")
                t.try { try $0.authenticate(reference, key.name, version: "01") }
                t.try { try $0.authenticate(reference, key.name) + "00" }
                for change in ["", "01", "ff"] {
                    let seed = "b1b2b3b4b5b6b7" + (change.isEmpty ? "b8" : change)
                    let original = change == "ff" ? "2122232425262729" : "2122232425262728"
                    t.send("008800" + reference + "11" + seed + original + "f108")
                }
                t.send("008801" + reference + "11b1b2b3b4b5b6b7b82122232425262728f108")
                t.send("008800" + reference + "11b1b2b3b4b5b6b7b821222324252627280108")
            }
            for reference in ["01", "06", "88", "8f", "0e"] { t.fail(reference) }
        }
    }

    private static func tries(_ t: Transcript) throws {
        try t.enter("DF01")
        t.send("0084000008")
        t.try { try $0.authenticate("84", "RK1_DF01", version: "01") }
        t.half("84", "RK1_DF01")
        t.fail("84")
        t.fail("85")
        t.prove("RK1_DF01")
        t.fail("84")
        t.reset()
        try t.enter("DF01")
        for _ in 0..<7 { t.fail("84") }
        t.prove("RK1_DF01")
        for _ in 0..<5 { t.fail("85") }
        t.prove("UK1_DF01")
    }

    private static func messaging(_ t: Transcript) throws {
        try t.enter("DF01")
        let record = hex("2201ff")
        let zeros = [UInt8](repeating: 0, count: 16)
        let header = "04dc013c"
        func attempt(_ command: (Terminal) throws -> String) {
            t.prove("UK1_DF01")
            t.send("0084000008")
            t.try(command)
        }
        attempt { try $0.secure(header, record, "STK_DF01") }
        attempt { try $0.secure(header, hex("220110"), "STK_DF01", spoiling: true) }
        attempt { try $0.secure(header, hex("220120"), "STK_DF01") }
        attempt { try $0.secure(header, hex("2301ff"), "STK_DF01") }
        attempt { try $0.secure(header, hex("2202ffff"), "STK_DF01") }
        attempt { terminal in
            let command = try terminal.secure(header, record, "STK_DF01")
            return String(command.dropLast(4)) + "0000"
        }
        for block in ["03220110", "0322011080000000000000000000000001", "ff22011080"] {
            attempt {
                let whole = Array((hex(block) + zeros).prefix(16))
                return try $0.protect(header, $0.encipher(whole, "STK_DF01"), "STK_DF01")
            }
        }
        attempt { _ in "00dc013c03220130" }
        attempt { try $0.secure("04dc043c", hex("250100"), "STK_DF01") }
        try t.enter("DF03")
        t.prove("UK1_DF03")
        for spoiling in [true, false] {
            t.send("0084000008")
            t.try { try $0.protect("84d2012c", [], "STK_DF03", spoiling: spoiling) }
        }
    }

    private static func writing(_ t: Transcript) throws {
        try t.enter("DF02")
        for filler in [UInt8(0x51), 0x52, 0x53] {
            t.prove("UK3_DF02")
            t.send("0084000008")
            t.try { try $0.secure("04dc003b", [UInt8](repeating: filler, count: 120), "STK_DF02") }
            t.prove("RK1_DF02")
            for number in 1...3 { t.send("00b2" + Hex.encode([UInt8(number)]) + "3c00") }
        }
        try t.enter("DF03")
        t.prove("UK1_DF03")
        t.prove("UK2_DF03")
        t.prove("RK1_DF03")
        for command in ["84d2012c", "84d2022c", "840c012c"] {
            t.send("0084000008")
            t.try { try $0.protect(command, [], "STK_DF03") }
            for number in 1...3 { t.send("00b2" + Hex.encode([UInt8(number)]) + "2c00") }
        }
        t.send("00a4000002ee01")
        for command in ["00d600000401020304", "00d60764020506", "00b0000008", "00b0076400"] { t.send(command) }
        t.reset()
        try t.enter("DF03")
        t.prove("RK1_DF03")
        t.send("00b0910008")
    }

    private static func power(_ t: Transcript) throws {
        for count in [1, 3, 60] {
            try t.enter("DF03")
            t.prove("UK1_DF03")
            t.send("00a4000002ee02")
            t.terminal.card.cutPower(afterBytes: count)
            t.send("00d6000008c1c2c3c4c5c6c7c8")
            t.terminal.card.cutPower(afterBytes: nil)
            t.reset()
            try t.enter("DF03")
            t.prove("RK1_DF03")
            t.send("00b0920008")
        }
    }

    private static func blocking(_ t: Transcript) throws {
        func wrong() {
            t.prove("UK1_DF01")
            t.send("0084000008")
            t.try { try $0.secure("04dc013c", hex("220110"), "STK_DF01", spoiling: true) }
        }
        func application(_ header: String, spoiling: Bool = false) {
            t.send("0084000008")
            t.try { try $0.protect(header, [], "STK_DF01", spoiling: spoiling) }
        }
        try t.enter("DF01")
        wrong()
        wrong()
        t.prove("UK1_DF01")
        t.send("0084000008")
        t.try { try $0.secure("04dc013c", hex("2201ff"), "STK_DF01") }
        wrong()
        t.reset()
        try t.enter("DF01")
        wrong()
        t.reset()
        try t.enter("DF01")
        wrong()
        t.send("00b2013400")
        try t.enter("DF01")
        t.prove("RK1_DF01")
        t.send("00b2013400")
        application("84180000")
        t.prove("LK_DF01")
        application("84180000", spoiling: true)
        application("84180000")
        application("841e0000")
        try t.enter("DF01")
        t.prove("LK_DF01")
        application("84180000")
        application("841e0001")
        application("84180000")
        try t.enter("DF01")
        t.prove("LK_DF01")
        t.send("00b2013400")
    }

    private static func cardBlock(_ t: Transcript) throws {
        for proves in [false, true] {
            t.send("00a40000023f00")
            if proves { t.prove("BK_MF") }
            t.send("0084000008")
            t.try { try $0.protect("84160000", [], "STK_MF") }
            t.send("00a40000023f00")
            t.reset()
            t.send("00a40000023f00")
        }
    }

    private static func shape(_ t: Transcript) throws {
        for command in [
            "00ff0000", "0012000000", "40a40000023f00", "90b2012c00", "a0a40000023f00", "00a40100023f00", "00a4",
            "00a40000033f00",
            "00a40000023f00aabb", "0084000000", "00b20104", "00d60000", "00b2010400", "00b0000000",
        ] { t.send(command) }
        try t.enter("DDF1")
        for command in [
            "00b20a2c00", "00b2ff2c00", "00b2012e00", "00b2ff3400", "00a4000002ef06", "00b2010400", "00b2ff0400",
        ] {
            t.send(command)
        }
        t.prove("RK1_DDF1")
        for command in [
            "10a4000001dd", "00a4000001f1", "10a4000001dd", "0084000008", "00a4000002ef07", "00b00000001000",
            "00b00000000010",
        ] { t.send(command) }
        t.send("00d600000001f4" + String(repeating: "11", count: 500))
        t.send("0084000008")
    }

    private static func lifeCycle(_ t: Transcript) throws {
        t.send("00a40000023f00")
        t.prove("TK")
        t.send("00440000")
        t.send("00e000000c620a82013883 02df088402aabb".filter { $0 != " " })
        t.send("00a4000002df08")
    }
}
