import Foundation
import ISO7816
import Testing

/// The bytes of hexadecimal text; a test fails on anything else.
func hex(_ text: String) throws -> [UInt8] { try #require(Hex.decode(text), "not hexadecimal: \(text)") }

let testVectors = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "TestVectors")

/// SplitMix64: the same numbers on every run, so that a failure comes back.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func byte() -> UInt8 { UInt8.random(in: 0...255, using: &self) }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }
}

/// A card that answers from a list and keeps what it was sent.
final class ScriptedCard: CardChannel {
    var answerToReset: [UInt8] { [0x3B, 0x00] }
    let transmissionProtocol: TransmissionProtocol
    private(set) var commands: [[UInt8]] = []
    private let answer: (_ index: Int) -> [UInt8]

    init(_ transmissionProtocol: TransmissionProtocol = .t1, answer: @escaping (_ index: Int) -> [UInt8]) {
        self.transmissionProtocol = transmissionProtocol
        self.answer = answer
    }

    convenience init(_ transmissionProtocol: TransmissionProtocol = .t1, answers: String...) throws {
        let bytes = try answers.map(hex)
        self.init(transmissionProtocol) { $0 < bytes.count ? bytes[$0] : [0x6F, 0x00] }
    }

    func transmit(_ command: [UInt8]) throws(ChannelError) -> [UInt8] {
        commands.append(command)
        return answer(commands.count - 1)
    }

    func reset() throws(ChannelError) -> [UInt8] { answerToReset }

    var sent: [String] { commands.map { Hex.encode($0) } }
}
