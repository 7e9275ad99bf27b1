/// What a card says of itself when it is powered on or reset (ISO/IEC 7816-3:2006 §8.2): 2-33 characters, as a reader
/// hands them on (inverse convention already turned round, TS as 3F).
public struct AnswerToReset: Sendable, Hashable {
    /// TS: which way bits travel on the contact.
    public enum Convention: UInt8, Sendable, Hashable {
        case direct = 0x3B
        case inverse = 0x3F
    }

    /// The interface bytes TAi, TBi, TCi and TDi that follow one another; nil where T0 or TD(i-1) announces none.
    public struct InterfaceBytes: Sendable, Hashable {
        /// i, from 1.
        public let index: Int
        /// T of TD(i-1), what the bytes are about from i = 3 on; nil for i = 1.
        public let type: UInt8?
        public let ta, tb, tc, td: UInt8?
    }

    /// All characters, TS to TCK.
    public let bytes: [UInt8]
    public let convention: Convention
    /// At least the one with i = 1, whose bytes may all be nil.
    public let interface: [InterfaceBytes]
    /// 0-15 bytes. On this card the first 8 are the chip serial (`Docs/protocol.md §2`).
    public let historicalBytes: [UInt8]
    /// TCK; nil when T=0 alone is offered, and where it is missing.
    public let checkByte: UInt8?
    /// What is wrong behind the historical bytes: a check byte that is missing or wrong, bytes that do not belong there.
    /// Always nil after ``init(_:)``.
    public let flaw: AnswerToResetError?

    /// Reads and checks an answer to reset, every character accounted for.
    public init(_ bytes: some Collection<UInt8>) throws(AnswerToResetError) {
        try self.init(tolerant: bytes)
        if let flaw { throw flaw }
    }

    /// Reads an answer to reset as far as its historical bytes, which must be whole; what is wrong behind them is in
    /// ``flaw``. Enough to know a card by, not to make one by.
    public init(tolerant bytes: some Collection<UInt8>) throws(AnswerToResetError) {
        guard bytes.count <= 33 else { throw .tooLong(count: bytes.count) }
        var reader = Reader(bytes: Array(bytes))
        let initial = try reader.next(.named("TS"))
        guard let convention = Convention(rawValue: initial) else { throw .initialCharacter(initial) }
        let format = try reader.next(.named("T0"))

        var interface: [InterfaceBytes] = []
        var indicator = format >> 4
        var type: UInt8?
        while true {
            let index = interface.count + 1
            let ta = indicator & 1 == 0 ? nil : try reader.next(.named("TA\(index)"))
            let tb = indicator & 2 == 0 ? nil : try reader.next(.named("TB\(index)"))
            let tc = indicator & 4 == 0 ? nil : try reader.next(.named("TC\(index)"))
            let td = indicator & 8 == 0 ? nil : try reader.next(.named("TD\(index)"))
            interface.append(InterfaceBytes(index: index, type: type, ta: ta, tb: tb, tc: tc, td: td))
            guard let td else { break }
            indicator = td >> 4
            type = td & 0x0F
        }

        var historicalBytes: [UInt8] = []
        for index in 0..<Int(format & 0x0F) {
            historicalBytes.append(try reader.next(.historical(index + 1)))
        }

        // TCK is there exactly when some TD names a protocol other than T=0, the global T=15 included.
        let needsCheckByte = interface.contains { ($0.td ?? 0) & 0x0F != 0 }
        var checkByte: UInt8?
        var flaw: AnswerToResetError?
        if needsCheckByte {
            if let found = try? reader.next(.named("TCK")) {
                let sum = reader.bytes[1..<reader.offset].reduce(0, ^)
                if sum != 0 { flaw = .checkByte(found: found, expected: sum ^ found) }
                checkByte = found
            } else {
                flaw = .checkByteMissing
            }
        }
        if flaw == nil, reader.offset < reader.bytes.count { flaw = .trailingBytes(offset: reader.offset) }

        self.bytes = reader.bytes
        self.convention = convention
        self.interface = interface
        self.historicalBytes = historicalBytes
        self.checkByte = checkByte
        self.flaw = flaw
    }

    /// Where the historical bytes are in ``bytes``.
    public var historicalRange: Range<Int> {
        let interfaceBytes = interface.reduce(2) { count, group in
            count + [group.ta, group.tb, group.tc, group.td].compactMap { $0 }.count
        }
        return interfaceBytes..<interfaceBytes + historicalBytes.count
    }

    private struct Reader {
        let bytes: [UInt8]
        var offset = 0

        mutating func next(_ name: AnswerToResetCharacter) throws(AnswerToResetError) -> UInt8 {
            guard offset < bytes.count else { throw .truncated(expected: name) }
            defer { offset += 1 }
            return bytes[offset]
        }
    }
}

extension AnswerToReset: CustomStringConvertible {
    /// `3B 8D 80 01 …`
    public var description: String { Hex.encode(bytes, separator: " ") }
}
