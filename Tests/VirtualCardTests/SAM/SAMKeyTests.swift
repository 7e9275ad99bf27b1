import CardProfiles
import ISO7816
import ShangMi
import Testing

@testable import VirtualCard

/// Keys: which type holds which, at which level, and that they give what the formulas give (Docs/protocol.md §2, §3, §6).
@Suite struct SAMKeyTests {
    private let profile: CardProfile
    private let vectors: [String: Any]

    init() throws {
        profile = try #require(Fixtures.profile)
        vectors = try Fixtures.vectors
    }

    private func vector(_ list: String, _ name: String) throws -> [UInt8] {
        hex(try #require((vectors[list] as? [String: String])?[name]))
    }

    /// The session key of the vectors' card and seed, from the card's own key.
    private func session(_ key: KeyDefinition) throws -> [UInt8] {
        try Formula.diversify(vector("cardKeys", key.name), seed)
    }

    @Test("Each type holds the keys of the table and no other (6A88), at one level (6A80)", arguments: 1...5)
    func types(type: Int) throws {
        let kind = try #require(profile.sam.type(type))
        let reader = try SAMReader(type: type)
        let blocks = (0..<32).map { UInt8($0) }
        var held = 0
        for key in profile.keys {
            guard let address = key.sam else { continue }
            guard kind.keys.contains(key.name) else {
                for level in 1...3 {
                    #expect(reader.send(try SAMReader.delivery(key, level: level)) == "6a88", "\(key.name)")
                }
                continue
            }
            held += 1
            for level in 1...3 where level != address.levels {
                #expect(reader.send(try SAMReader.delivery(key, level: level)) == "6a80", "\(key.name)")
            }
            reader.must(try SAMReader.delivery(key))
            let ciphertext = Hex.encode(try Formula.encrypt(blocks, session(key))).lowercased()
            #expect(reader.fetch(SAMReader.command("80fa0000", blocks)) == ciphertext + "9000", "\(key.name)")
        }
        #expect(held == kind.keys.count)
    }

    @Test("The published numbers: cryptogram, ciphertext and MAC of an update")
    func publishedNumbers() throws {
        let reader = try SAMReader()
        let numbers = try #require(vectors["session"] as? [String: String])
        let original = hex(try #require(vectors["original"] as? String))
        let reading = try #require(profile.keys.first { $0.name == numbers["key"] })
        reader.must(try SAMReader.delivery(reading))
        let block = hex(reader.fetch(SAMReader.command("80fa0000", original + [UInt8](repeating: 0, count: 8))))
        let folded = zip(block[..<8], block[8..<16]).map { $0 ^ $1 }
        #expect(Hex.encode(folded).lowercased() == numbers["cryptogram"])

        let update = try #require(vectors["update"] as? [String: String])
        let maintenance = try #require(profile.keys.first { $0.name == update["key"] })
        let plain = hex(update["plain"] ?? "")
        reader.must(try SAMReader.delivery(maintenance))
        let ciphertext = reader.fetch(SAMReader.command("80fa0000", SM4.padded([UInt8(plain.count)] + plain)))
        #expect(ciphertext == (update["ciphertext"] ?? "") + "9000")
        reader.must(try SAMReader.delivery(maintenance))
        let message = SM4.padded(hex("04dc010414" + ciphertext.dropLast(4)))
        let mac = reader.fetch(SAMReader.command("80fa0500", [UInt8](repeating: 0, count: 16) + message))
        #expect(mac == (update["mac"] ?? "") + "9000")
    }

    @Test("Ciphertext and MAC in any pieces, from any initial value, are the formulas'")
    func pieces() throws {
        let key = try #require(profile.keys.first { $0.name == "STK_DF02" })
        let session = try session(key)
        var generator = SystemRandomNumberGenerator()
        for answersEach in [true, false] {
            let reader = try SAMReader { $0.answersEachPiece = answersEach }
            for _ in 0..<100 {
                let message = (0..<16 * Int.random(in: 2...40, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                var cuts: [Int] = []
                var at = 0
                while at < message.count {
                    // The first piece of a MAC has the initial value and one block at least.
                    let least = at == 0 ? 2 : 1
                    at = min(message.count, at + 16 * Int.random(in: least...15, using: &generator))
                    cuts.append(at)
                }
                let pieces = zip([0] + cuts, cuts).map { Array(message[$0..<$1]) }
                reader.must(try SAMReader.delivery(key))
                var ciphertext = ""
                for (index, piece) in pieces.enumerated() {
                    let isLast = index == pieces.count - 1
                    let answer = reader.fetch(SAMReader.command(isLast ? "80fa0000" : "80fa0200", piece))
                    #expect(answer.hasSuffix("9000"))
                    #expect(answersEach || isLast || answer == "9000")
                    ciphertext += answer.dropLast(4)
                }
                #expect(hex(ciphertext) == (try Formula.encrypt(message, session)))
                reader.must(try SAMReader.delivery(key))
                var mac = ""
                for (index, piece) in pieces.enumerated() {
                    let isLast = index == pieces.count - 1
                    let step = pieces.count == 1 ? "05" : index == 0 ? "07" : isLast ? "01" : "03"
                    mac = reader.fetch(SAMReader.command("80fa\(step)00", piece))
                    #expect(isLast || mac == "9000")
                }
                let chained = try Formula.chain(Array(message[16...]), from: Array(message[..<16]), session)
                #expect(hex(mac) == chained.prefix(4) + [0x90, 0x00])
            }
        }
    }

    @Test("Keys kept at another level: 6A80 at the table's, and the same key where it lies")
    func otherLevels() throws {
        let reader = try SAMReader { $0.levels = ["RK1_DF01": 1, "STK_DF01": 2, "IRK": 3] }
        let blocks = [UInt8](repeating: 0x5A, count: 16)
        for (name, level) in [("RK1_DF01", 1), ("STK_DF01", 2)] {
            let key = try #require(profile.keys.first { $0.name == name })
            #expect(reader.send(try SAMReader.delivery(key)) == "6a80")
            reader.must(try SAMReader.delivery(key, level: level))
            let expected = Hex.encode(try Formula.encrypt(blocks, session(key))).lowercased()
            #expect(reader.fetch(SAMReader.command("80fa0000", blocks)) == expected + "9000")
        }
        // The third factor comes first on the way down.
        let key = try #require(profile.keys.first { $0.name == "IRK" })
        var value = try vector("testKeys", "IRK")
        for factor in [Array("99010000".utf8), Array("99000000".utf8), serial, seed] {
            value = try Formula.diversify(value, factor)
        }
        #expect(reader.send(try SAMReader.delivery(key)) == "6a80")
        reader.must(try SAMReader.delivery(key, level: 3))
        let expected = Hex.encode(try Formula.encrypt(blocks, value)).lowercased()
        #expect(reader.fetch(SAMReader.command("80fa0000", blocks)) == expected + "9000")
    }

    @Test("Another province's SAM holds its own provincial keys, and the nation's")
    func otherProvince() throws {
        let reader = try SAMReader { $0.province = "41" }
        #expect(reader.send("00b0960006") == "4101010000019000")
        let blocks = [UInt8](repeating: 0x33, count: 16)
        let provincial = try #require(profile.keys.first { $0.name == "STK_DDF1" })
        var value = try Formula.diversify(vector("testKeys", "STK_DDF1"), Array("41000000".utf8))
        for factor in [serial, seed] { value = try Formula.diversify(value, factor) }
        reader.must(try SAMReader.delivery(provincial))
        #expect(
            hex(reader.fetch(SAMReader.command("80fa0000", blocks))).dropLast(2)
                == (try Formula.encrypt(blocks, value))[...])
        let national = try #require(profile.keys.first { $0.name == "RK1_DF01" })
        reader.must(try SAMReader.delivery(national))
        let expected = try Formula.encrypt(blocks, session(national))
        #expect(hex(reader.fetch(SAMReader.command("80fa0000", blocks))).dropLast(2) == expected[...])
    }

    @Test("What cannot be made is an error that says why")
    func impossible() throws {
        let problems: [(Int, (inout VirtualSAMOptions) -> Void, String)] = [
            (6, { _ in }, "no SAM of type 6"), (5, { $0.pin = "123" }, "4 to 16 decimal digits"),
            (5, { $0.pin = "12a4" }, "4 to 16 decimal digits"), (5, { $0.serial = [1, 2] }, "8 bytes"),
            (5, { $0.province = "9" }, "not a province"), (5, { $0.levels = ["IRK": 4] }, "1 to 3 levels"),
        ]
        for (type, change, text) in problems {
            do {
                _ = try SAMReader(type: type, change)
                Issue.record("it was made: \(text)")
            } catch let error as VirtualCardError { #expect(error.description.contains(text), "\(error)") }
        }
        let formal = try CardProfile.bundled()
        #expect(throws: VirtualCardError.self) { try VirtualSAM(type: 3, profile: formal) }
    }
}
