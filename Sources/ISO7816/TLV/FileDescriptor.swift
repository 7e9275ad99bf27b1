/// Data object 82 of a file: its kind and, for records, how many of what size (ISO/IEC 7816-4:2013 §7.4.5).
public struct FileDescriptor: Sendable, Hashable {
    /// The descriptor byte as it is: 38 directory, 01 transparent, 02 linear fixed, 05 linear variable TLV, 06 cyclic.
    public var rawValue: UInt8
    /// Data coding byte, 01 or 21 as a rule; nil when the descriptor is one byte.
    public var dataCoding: UInt8?
    /// Longest record in bytes, 0-65535.
    public var recordSize: UInt16?
    /// Records in the file, 0-65535.
    public var recordCount: UInt16?

    public static let directory = FileDescriptor(rawValue: 0x38)
    public static let transparent = FileDescriptor(rawValue: 0x01)
    public static let linearFixed: UInt8 = 0x02
    public static let linearVariableTLV: UInt8 = 0x05
    public static let cyclic: UInt8 = 0x06

    public init(rawValue: UInt8, dataCoding: UInt8? = nil, recordSize: UInt16? = nil, recordCount: UInt16? = nil) {
        self.rawValue = rawValue
        self.dataCoding = dataCoding
        self.recordSize = recordSize
        self.recordCount = recordCount
    }

    /// One to six bytes, as a card answers them; nil for any other number.
    public init?(_ bytes: some Collection<UInt8>) {
        let value = Array(bytes)
        guard (1...6).contains(value.count) else { return nil }
        self.init(rawValue: value[0])
        if value.count >= 2 { dataCoding = value[1] }
        switch value.count {
        case 3: recordSize = UInt16(value[2])
        case 4...: recordSize = UInt16(value[2]) << 8 | UInt16(value[3])
        default: break
        }
        switch value.count {
        case 5: recordCount = UInt16(value[4])
        case 6: recordCount = UInt16(value[4]) << 8 | UInt16(value[5])
        default: break
        }
    }

    public var isDirectory: Bool { rawValue & 0xBF == 0x38 }

    /// `38`, or descriptor, data coding, record size in two bytes and record count in one, two above 255.
    public var encoded: [UInt8] {
        var bytes = [rawValue]
        guard dataCoding != nil || recordSize != nil || recordCount != nil else { return bytes }
        bytes.append(dataCoding ?? 0x01)
        guard recordSize != nil || recordCount != nil else { return bytes }
        let size = recordSize ?? 0
        bytes += [UInt8(size >> 8), UInt8(size & 0xFF)]
        guard let recordCount else { return bytes }
        if recordCount > 255 { bytes.append(UInt8(recordCount >> 8)) }
        bytes.append(UInt8(recordCount & 0xFF))
        return bytes
    }
}

/// Data object 8A: where a file, or with the MF the card, is in its life (ISO/IEC 7816-4:2013 §7.4.10).
public struct LifeCycleStatus: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// 01: nothing made yet; on this card, blank.
    public static let creation = LifeCycleStatus(rawValue: 0x01)
    /// 03: being made.
    public static let initialization = LifeCycleStatus(rawValue: 0x03)
    /// 05: in use.
    public static let activated = LifeCycleStatus(rawValue: 0x05)
    /// 04: deactivated.
    public static let deactivated = LifeCycleStatus(rawValue: 0x04)
    /// 0C: at its end.
    public static let terminated = LifeCycleStatus(rawValue: 0x0C)

    public var description: String {
        switch rawValue {
        case 0x01: "creation"
        case 0x03: "initialization"
        case 0x05, 0x07: "operational, activated"
        case 0x04, 0x06: "operational, deactivated"
        case 0x0C...0x0F: "terminated"
        case 0x10...: "proprietary \(Hex.encode([rawValue]))"
        default: "unknown \(Hex.encode([rawValue]))"
        }
    }
}
