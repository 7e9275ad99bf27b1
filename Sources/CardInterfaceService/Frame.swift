/// What client and service of the C interface say to each other (`Docs/client-protocol.md`).
package enum FrameType: UInt8, Sendable {
    case hello = 0x01
    case introduction = 0x02
    case call = 0x03
    case answer = 0x04
    case challenge = 0x81
    case welcome = 0x82
    case `return` = 0x83
    case ask = 0x84
    case beat = 0x85
    case refused = 0x8F
}

/// One frame: 4 bytes of length, type, 4 bytes of the call's number, body.
package struct Frame: Sendable, Hashable {
    package static let version: UInt8 = 1
    package static let headLength = 9
    /// The most that follows the length: a picture of 16 MiB, or the values of 4096 items.
    package static let longest = 24 << 20

    package let type: FrameType
    package let call: UInt32
    package let body: [UInt8]

    package init(_ type: FrameType, call: UInt32 = 0, _ body: [UInt8] = []) {
        self.type = type
        self.call = call
        self.body = body
    }

    package var bytes: [UInt8] {
        var writer = FrameWriter()
        writer.put(UInt32(Self.headLength - 4 + body.count))
        writer.put(type.rawValue)
        writer.put(call)
        return writer.bytes + body
    }
}

/// Numbers are big-endian.
struct FrameWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }

    mutating func put(_ content: some Sequence<UInt8>) { bytes += content }

    /// A text behind two bytes of length, cut where it is longer.
    mutating func put(text: String) {
        let content = Array(text.utf8.prefix(Int(UInt16.max)))
        put(UInt16(content.count))
        put(content)
    }
}

/// Why a frame is none: the connection ends.
package struct FrameFlaw: Error, Hashable { package init() {} }

struct FrameReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) throws(FrameFlaw) -> Number {
        let size = Number.bitWidth / 8
        return try bytes(size).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func bytes(_ count: Int) throws(FrameFlaw) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw FrameFlaw() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A text behind its length.
    mutating func text<Length: FixedWidthInteger>(_ length: Length.Type) throws(FrameFlaw) -> String {
        let count = try number(length)
        guard let text = String(validating: try bytes(Int(count)), as: UTF8.self) else { throw FrameFlaw() }
        return text
    }

    mutating func flag() throws(FrameFlaw) -> Bool {
        let value = try number(UInt8.self)
        guard value <= 1 else { throw FrameFlaw() }
        return value == 1
    }

    mutating func all() -> ArraySlice<UInt8> {
        defer { rest = [] }
        return rest
    }
}
