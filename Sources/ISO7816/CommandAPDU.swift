/// A command APDU of any of the four cases, in short or extended form (ISO/IEC 7816-4:2013 §5.1).
public struct CommandAPDU: Sendable, Hashable {
    public var cla: UInt8
    public var ins: UInt8
    public var p1: UInt8
    public var p2: UInt8
    /// Nc bytes, 0-65535.
    public var data: [UInt8]
    /// Ne, the longest answer that is welcome, 1-65536; nil when no answer data is expected (no Le field).
    /// 256 is written `00`, 65536 `0000`.
    public var ne: Int?

    /// How the Lc and Le fields are written.
    public enum LengthForm: Sendable, Hashable {
        /// Short when Nc ≤ 255 and Ne ≤ 256, else extended.
        case automatic
        case short
        case extended
    }

    public init(cla: UInt8, ins: UInt8, p1: UInt8, p2: UInt8, data: [UInt8] = [], ne: Int? = nil) {
        self.cla = cla
        self.ins = ins
        self.p1 = p1
        self.p2 = p2
        self.data = data
        self.ne = ne
    }

    public var header: CommandHeader { CommandHeader(cla: cla, ins: ins, p1: p1, p2: p2) }

    /// The bytes to send.
    /// - Throws: `dataTooLong` or `expectedLengthOutOfRange` when a length does not fit `form`.
    public func encoded(_ form: LengthForm = .automatic) throws(APDUError) -> [UInt8] {
        let longestData = form == .short ? 255 : 65_535
        let longestAnswer = form == .short ? 256 : 65_536
        guard data.count <= longestData else { throw .dataTooLong(count: data.count, maximum: longestData) }
        if let ne, !(1...longestAnswer).contains(ne) {
            throw .expectedLengthOutOfRange(ne, maximum: longestAnswer)
        }
        let isExtended = form == .extended || data.count > 255 || (ne ?? 0) > 256
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + 9)
        bytes.append(cla)
        bytes.append(ins)
        bytes.append(p1)
        bytes.append(p2)
        if isExtended, !data.isEmpty || ne != nil { bytes.append(0) }
        if !data.isEmpty {
            if isExtended { bytes.append(UInt8(truncatingIfNeeded: data.count >> 8)) }
            bytes.append(UInt8(truncatingIfNeeded: data.count))
            bytes.append(contentsOf: data)
        }
        if let ne {
            if isExtended { bytes.append(UInt8(truncatingIfNeeded: ne >> 8)) }
            bytes.append(UInt8(truncatingIfNeeded: ne))
        }
        return bytes
    }

    /// Reads a command APDU exactly: every byte is accounted for.
    /// - Throws: `commandTooShort` below four bytes, `lengthMismatch` when Lc and Le do not fit what follows.
    public init(_ bytes: some Collection<UInt8>) throws(APDUError) {
        let apdu = Array(bytes)
        guard apdu.count >= 4 else { throw .commandTooShort(count: apdu.count) }
        self.init(cla: apdu[0], ins: apdu[1], p1: apdu[2], p2: apdu[3])
        let body = apdu[4...]
        func word(_ at: Int) -> Int { Int(apdu[at]) << 8 | Int(apdu[at + 1]) }
        switch body.count {
        case 0: break
        case 1: ne = apdu[4] == 0 ? 256 : Int(apdu[4])
        case let count where apdu[4] != 0:
            let nc = Int(apdu[4])
            guard count == 1 + nc || count == 2 + nc else { throw .lengthMismatch(count: apdu.count) }
            data = Array(apdu[5..<5 + nc])
            if count == 2 + nc { ne = apdu[5 + nc] == 0 ? 256 : Int(apdu[5 + nc]) }
        case 3: ne = word(5) == 0 ? 65_536 : word(5)
        case let count where count > 3:
            let nc = word(5)
            guard nc > 0, count == 3 + nc || count == 5 + nc else { throw .lengthMismatch(count: apdu.count) }
            data = Array(apdu[7..<7 + nc])
            if count == 5 + nc { ne = word(7 + nc) == 0 ? 65_536 : word(7 + nc) }
        default: throw .lengthMismatch(count: apdu.count)
        }
    }

    /// The links of a command chain (ISO/IEC 7816-4:2013 §5.3.3): bit 5 of CLA set on all but the last, Le on the
    /// last alone. A command that fits `maximum` data bytes stays whole.
    public func chained(maximum: Int = 255) -> [CommandAPDU] {
        let step = max(1, maximum)
        guard data.count > step else { return [self] }
        return stride(from: 0, to: data.count, by: step).map { start in
            let end = min(start + step, data.count)
            var link = self
            link.data = Array(data[start..<end])
            if end < data.count {
                link.cla |= 0x10
                link.ne = nil
            }
            return link
        }
    }
}

/// CLA INS P1 P2: what may be shown of a command in an error or a log, since it never holds data.
public struct CommandHeader: Sendable, Hashable, CustomStringConvertible {
    public var cla: UInt8
    public var ins: UInt8
    public var p1: UInt8
    public var p2: UInt8

    public init(cla: UInt8, ins: UInt8, p1: UInt8, p2: UInt8) {
        self.cla = cla
        self.ins = ins
        self.p1 = p1
        self.p2 = p2
    }

    public var bytes: [UInt8] { [cla, ins, p1, p2] }

    /// `00 A4 04 00`
    public var description: String { Hex.encode(bytes, separator: " ") }
}
