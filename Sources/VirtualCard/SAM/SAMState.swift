import Foundation
import ISO7816

/// What a virtual SAM remembers without power, as a person can read it: the content of its state file. The PIN is in it
/// in clear: this is a *virtual* SAM.
public struct SAMState: Codable, Sendable, Hashable {
    public static let currentFormat = "virtual-sam/1"

    public var format: String
    /// The name of the profile it was made with.
    public var profile: String
    /// 1-5, the kinds of Docs/card.md §2.4.
    public var type: Int
    /// 8 bytes, hexadecimal.
    public var serial: String
    /// 4-16 decimal digits.
    public var pin: String
    public var triesLeft: Int
    /// Transactions that led here.
    public var sequence: Int

    /// Sorted, indented JSON.
    public func encoded() throws(VirtualCardError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(self)) + [0x0A] } catch {
            throw .state(place: nil, problem: .notWritable)
        }
    }

    /// - Throws: `state` with the place of the first value that is missing or of the wrong kind.
    public init(json: [UInt8]) throws(VirtualCardError) {
        do { self = try JSONDecoder().decode(Self.self, from: Data(json)) } catch {
            throw VirtualCardError(decoding: error)
        }
        guard format == Self.currentFormat else {
            throw .state(place: "format", problem: .mustBe("\(Self.currentFormat)"))
        }
    }

    init(profile: String, type: Int, serial: [UInt8], pin: [UInt8], triesLeft: Int, sequence: Int) {
        format = Self.currentFormat
        self.profile = profile
        self.type = type
        self.serial = Hex.encode(serial)
        self.pin = String(decoding: pin, as: UTF8.self)
        self.triesLeft = triesLeft
        self.sequence = sequence
    }
}
