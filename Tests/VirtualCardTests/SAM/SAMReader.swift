import CardProfiles
import ISO7816
import ShangMi
import Testing

@testable import VirtualCard

/// A terminal's half of the SAM's protocol, for these tests alone: hexadecimal in, hexadecimal out.
final class SAMReader {
    static let master = "00a40000023f00"
    static let application = "00a4000002df01"
    static let pin = "0020000003123456"

    let sam: VirtualSAM

    init(_ sam: VirtualSAM) { self.sam = sam }

    convenience init(type: Int = 5, _ change: (inout VirtualSAMOptions) -> Void = { _ in }) throws {
        var options = VirtualSAMOptions()
        change(&options)
        self.init(try VirtualSAM(type: type, profile: #require(Fixtures.profile), options: options))
    }

    /// The answer in lower case, status word last; `-` when there is none.
    @discardableResult
    func send(_ command: String) -> String { sam.process(hex(command)).map { Hex.encode($0).lowercased() } ?? "-" }

    /// As `send`, and GET RESPONSE after 61xx until there is nothing left.
    @discardableResult
    func fetch(_ command: String) -> String {
        var answer = send(command)
        var data = ""
        while answer.dropLast(2).hasSuffix("61") {
            data += answer.dropLast(4)
            answer = send("00c00000" + answer.suffix(2))
        }
        return data + answer
    }

    func must(_ command: String, _ location: SourceLocation = #_sourceLocation) {
        let answer = send(command)
        #expect(answer == "9000", "\(command) → \(answer)", sourceLocation: location)
    }

    static func command(_ header: String, _ data: [UInt8]) -> String {
        header + Hex.encode([UInt8(data.count)] + data)
    }

    /// DELIVERY SESSION KEY for the card and seed of the vectors.
    static func delivery(_ key: KeyDefinition, level: Int? = nil) throws -> String {
        let address = try #require(key.sam)
        let level = level ?? address.levels
        let factors = [serial, Array("99000000".utf8), Array("99010000".utf8)].prefix(level).flatMap { $0 }
        let usage = UInt8(level << 5) | address.usage & 0x1F
        return command("80de" + Hex.encode([usage, address.identifier]), factors + seed)
    }
}

/// The formulas of Docs/protocol.md §2, §3, written once more.
enum Formula {
    static func encrypt(_ blocks: [UInt8], _ key: [UInt8]) throws -> [UInt8] {
        try SM4(key: SecretBytes(copying: key)).encryptECB(blocks)
    }

    static func diversify(_ key: [UInt8], _ factor: [UInt8]) throws -> [UInt8] {
        try encrypt(factor + factor.map { ~$0 }, key)
    }

    static func chain(_ blocks: [UInt8], from initial: [UInt8], _ key: [UInt8]) throws -> [UInt8] {
        var value = initial
        for start in stride(from: 0, to: blocks.count, by: 16) {
            value = try encrypt(zip(value, blocks[start...]).map { $0 ^ $1 }, key)
        }
        return value
    }
}
