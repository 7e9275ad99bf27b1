/// A file identifier, two bytes (ISO/IEC 7816-4:2013 §7.3.1).
public struct FileIdentifier: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// Four hexadecimal digits; nil for anything else.
    public init?(_ hex: String) {
        let isHex = hex.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x46).contains($0 & 0xDF) }
        guard hex.utf8.count == 4, isHex, let value = UInt16(hex, radix: 16) else { return nil }
        rawValue = value
    }
    public static let masterFile = FileIdentifier(rawValue: 0x3F00)
    public var bytes: [UInt8] { [UInt8(rawValue >> 8), UInt8(rawValue & 0xFF)] }
    public var description: String {
        let text = String(rawValue, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - text.count) + text
    }
}

/// A short EF identifier, 1-30 (ISO/IEC 7816-4:2013 §7.3.2).
public struct ShortFileIdentifier: Sendable, Hashable, RawRepresentable {
    public let rawValue: UInt8
    public init?(rawValue: UInt8) {
        guard (1...30).contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }
    /// P1 of READ and UPDATE BINARY.
    public var binaryP1: UInt8 { 0x80 | rawValue }
    /// P2 of the record commands.
    public func recordP2(mode: UInt8) -> UInt8 { rawValue << 3 | (mode & 7) }
}

/// The name of a directory, 1-16 bytes (ISO/IEC 7816-4:2013 §7.3.1). An application identifier is one.
public struct DedicatedFileName: Sendable, Hashable, CustomStringConvertible {
    public let bytes: [UInt8]
    /// nil unless there are 1-16 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard (1...16).contains(bytes.count) else { return nil }
        self.bytes = Array(bytes)
    }
    /// The name as text when all of it is printable ASCII, as `WS.SYS.DDF01` is.
    public var text: String? {
        bytes.allSatisfy { (0x20...0x7E).contains($0) } ? String(decoding: bytes, as: UTF8.self) : nil
    }
    /// The text, else upper-case hexadecimal.
    public var description: String { text ?? Hex.encode(bytes) }
}

/// The identifier of an application, the name of its directory (ISO/IEC 7816-4:2013 §12.2.3).
public typealias ApplicationIdentifier = DedicatedFileName
