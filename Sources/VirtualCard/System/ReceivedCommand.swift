/// A command as the chip got it (ISO/IEC 7816-4:2013 §5.1), read by the card's own hand so that it can tell a
/// reader's mistakes.
package struct ReceivedCommand: Sendable {
    package var cla: UInt8
    package var ins: UInt8
    package var p1: UInt8
    package var p2: UInt8
    package var data: [UInt8] = []
    /// The longest answer wanted, 1-65536; nil without Le.
    package var ne: Int?
    /// Le was `00` or `0000`: whatever there is.
    package var wantsAll = false
    package var isExtended = false
    /// On a T=0 link nobody can tell whether there was an Le.
    package var toleratesLe = false
    /// It came in links.
    package var isChained = false

    /// nil when Lc and Le do not fit the bytes.
    package init?(_ bytes: [UInt8], allowsExtended: Bool) {
        guard bytes.count >= 4 else { return nil }
        (cla, ins, p1, p2) = (bytes[0], bytes[1], bytes[2], bytes[3])
        guard bytes.count > 4 else { return }
        if bytes.count == 5 {
            setLe(Int(bytes[4]), all: 256)
        } else if bytes[4] != 0 {
            guard takeData(bytes, at: 5, count: Int(bytes[4])) else { return nil }
            if bytes.count > 5 + data.count { setLe(Int(bytes[5 + data.count]), all: 256) }
            if bytes.count > 6 + data.count { return nil }
        } else {
            guard allowsExtended, bytes.count >= 7 else { return nil }
            isExtended = true
            let length = Int(bytes[5]) << 8 | Int(bytes[6])
            if bytes.count == 7 {
                setLe(length, all: 65_536)
            } else {
                guard length > 0, takeData(bytes, at: 7, count: length) else { return nil }
                let rest = bytes[(7 + length)...]
                guard rest.isEmpty || rest.count == 2 else { return nil }
                if rest.count == 2 { setLe(rest.reduce(0) { $0 << 8 | Int($1) }, all: 65_536) }
            }
        }
    }

    private mutating func setLe(_ value: Int, all: Int) {
        wantsAll = value == 0
        ne = value == 0 ? all : value
    }

    private mutating func takeData(_ bytes: [UInt8], at start: Int, count: Int) -> Bool {
        guard start + count <= bytes.count else { return false }
        data = Array(bytes[start..<start + count])
        return true
    }

    package static let chainingBit: UInt8 = 0x10

    package var isLink: Bool { cla & Self.chainingBit != 0 }
    /// The class without the chaining bit.
    package var kind: UInt8 { cla & ~Self.chainingBit }
    package var header: [UInt8] { [kind, ins, p1, p2] }

    /// CLA without the chaining bit, INS, P1, P2 and Lc, one byte to 255, else `00 hi lo`: how a MAC begins
    /// (Docs/protocol.md §5, Chaining).
    package var headerAndLength: [UInt8] {
        let count = data.count
        if count <= 255 { return header + [UInt8(count)] }
        return header + [0, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
    }
}
