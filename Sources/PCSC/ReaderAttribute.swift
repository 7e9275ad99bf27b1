/// Attributes of a reader (SCardGetAttrib; PC/SC part 3 §3.1.2).
public struct ReaderAttribute: Sendable, Hashable, RawRepresentable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let vendorName = ReaderAttribute(rawValue: 0x0001_0100)
    public static let vendorType = ReaderAttribute(rawValue: 0x0001_0101)
    /// Four bytes, 0xMMmmbbbb in the machine's byte order.
    public static let vendorVersion = ReaderAttribute(rawValue: 0x0001_0102)
    public static let vendorSerialNumber = ReaderAttribute(rawValue: 0x0001_0103)
    public static let channelIdentifier = ReaderAttribute(rawValue: 0x0002_0110)
    /// kHz.
    public static let defaultClock = ReaderAttribute(rawValue: 0x0003_0121)
    /// kHz.
    public static let maximumClock = ReaderAttribute(rawValue: 0x0003_0122)
    /// bit/s.
    public static let defaultDataRate = ReaderAttribute(rawValue: 0x0003_0123)
    /// bit/s.
    public static let maximumDataRate = ReaderAttribute(rawValue: 0x0003_0124)
    /// Bytes.
    public static let maximumIFSD = ReaderAttribute(rawValue: 0x0003_0125)
    public static let currentProtocol = ReaderAttribute(rawValue: 0x0008_0201)
    public static let cardPresence = ReaderAttribute(rawValue: 0x0009_0300)
    public static let answerToReset = ReaderAttribute(rawValue: 0x0009_0303)
    public static let friendlyName = ReaderAttribute(rawValue: 0x7FFF_0003)
    public static let systemName = ReaderAttribute(rawValue: 0x7FFF_0004)
}
