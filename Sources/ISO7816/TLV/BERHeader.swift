/// Tag and length of one data object in bytes that have been checked.
@usableFromInline
struct BERHeader {
    @usableFromInline var tag: UInt32
    @usableFromInline var start: Int
    @usableFromInline var valueStart: Int
    @usableFromInline var end: Int

    /// The next data object at or after `position`, padding passed over; nil at `limit`.
    ///
    /// `bytes` must have passed `BERTLV.validate`, which is what makes reading without bounds checks sound: every tag
    /// and length between here and `limit` is whole.
    @inlinable @inline(__always)
    init?(_ bytes: UnsafePointer<UInt8>, from position: Int, to limit: Int) {
        var next = position
        while next < limit, bytes[next] == 0x00 || bytes[next] == 0xFF { next += 1 }
        guard next < limit else { return nil }
        start = next
        tag = UInt32(bytes[next])
        if tag & 0x1F == 0x1F {
            repeat {
                next += 1
                tag = tag << 8 | UInt32(bytes[next])
            } while bytes[next] & 0x80 != 0
        }
        next += 1
        var length = Int(bytes[next])
        next += 1
        if length >= 0x80 {
            let lengthEnd = next + (length & 0x7F)
            length = 0
            while next < lengthEnd {
                length = length << 8 | Int(bytes[next])
                next += 1
            }
        }
        valueStart = next
        end = next + length
    }

    @inlinable @inline(__always)
    init?(_ storage: [UInt8], from position: Int, to limit: Int) {
        let header = storage.withUnsafeBufferPointer { buffer -> BERHeader? in
            guard let base = buffer.baseAddress, limit <= buffer.count else { return nil }
            return BERHeader(base, from: position, to: limit)
        }
        guard let header else { return nil }
        self = header
    }
}

extension BERTLV {
    /// Checks every tag and length in one pass. Nesting is followed with a fixed stack of ends, so depth costs no
    /// recursion and no memory.
    static func validate(_ storage: [UInt8]) throws(BERTLVError) {
        guard storage.count <= maximumCount else { throw .inputTooLong(count: storage.count) }
        let fault = storage.withUnsafeBufferPointer { buffer -> BERTLVError? in
            guard let base = buffer.baseAddress else { return nil }
            return Self.fault(in: base, count: buffer.count)
        }
        if let fault { throw fault }
    }

    private static func fault(in bytes: UnsafePointer<UInt8>, count: Int) -> BERTLVError? {
        var ends = InlineArray<16, Int32>(repeating: 0)
        var depth = 0
        var end = count
        var next = 0
        while true {
            while next >= end {
                if depth == 0 { return nil }
                depth -= 1
                end = Int(ends[depth])
            }
            let first = bytes[next]
            if first == 0x00 || first == 0xFF {
                next += 1
                continue
            }
            let start = next
            next += 1
            if first & 0x1F == 0x1F {
                guard next < end else { return .truncated(offset: start) }
                if bytes[next] & 0x80 != 0 {
                    next += 1
                    guard next < end else { return .truncated(offset: start) }
                    if bytes[next] & 0x80 != 0 { return .tagTooLong(offset: start) }
                }
                next += 1
            }
            guard next < end else { return .truncated(offset: start) }
            var length = Int(bytes[next])
            next += 1
            if length >= 0x80 {
                let byte = UInt8(truncatingIfNeeded: length)
                guard byte != 0x80 else { return .indefiniteLength(offset: next - 1) }
                let lengthCount = length & 0x7F
                guard lengthCount <= 4 else { return .lengthOfLength(byte, offset: next - 1) }
                guard lengthCount <= end - next else { return .truncated(offset: start) }
                length = 0
                for index in next..<next + lengthCount { length = length << 8 | Int(bytes[index]) }
                next += lengthCount
            }
            guard length <= end - next else {
                return .valueTooLong(length: length, available: end - next, offset: start)
            }
            if first & 0x20 == 0 {
                next += length
            } else {
                guard depth < ends.count else { return .tooDeep(offset: start) }
                ends[depth] = Int32(truncatingIfNeeded: end)
                depth += 1
                end = next + length
            }
        }
    }
}
