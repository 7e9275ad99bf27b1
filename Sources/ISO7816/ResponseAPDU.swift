/// An answer: data, then SW1-SW2 (ISO/IEC 7816-4:2013 §5.1).
public struct ResponseAPDU: Sendable, Hashable {
    /// 0-65536 bytes.
    public var data: [UInt8]
    public var status: StatusWord

    public init(data: [UInt8] = [], status: StatusWord) {
        self.data = data
        self.status = status
    }

    /// - Throws: `responseTooShort` below two bytes.
    public init(_ bytes: some Collection<UInt8>) throws(APDUError) {
        guard bytes.count >= 2 else { throw .responseTooShort(count: bytes.count) }
        let answer = Array(bytes)
        data = Array(answer.dropLast(2))
        status = StatusWord(answer[answer.count - 2], answer[answer.count - 1])
    }

    public var encoded: [UInt8] { data + status.bytes }
}
