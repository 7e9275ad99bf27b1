/// Writes data objects in the shortest form of length.
///
/// ```swift
/// let fci = BERTLVWriter.bytes { fci in
///     fci.append(0x6F) { $0.append(0x84, name) }
/// }
/// ```
public struct BERTLVWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// What `content` writes.
    public static func bytes(_ content: (inout BERTLVWriter) -> Void) -> [UInt8] {
        var writer = BERTLVWriter()
        content(&writer)
        return writer.bytes
    }

    /// A data object with this value.
    public mutating func append(_ tag: BERTag, _ value: some Collection<UInt8>) {
        bytes.append(contentsOf: tag.bytes)
        bytes.append(contentsOf: Self.length(value.count))
        bytes.append(contentsOf: value)
    }

    /// A template with the data objects that `content` writes.
    public mutating func append(_ tag: BERTag, _ content: (inout BERTLVWriter) -> Void) {
        append(tag, Self.bytes(content))
    }

    /// A data object exactly as it came.
    public mutating func append(_ object: BERTLV) { bytes.append(contentsOf: object.bytes) }

    /// A length field in its shortest form, `05` to `84 FF FF FF FF` (ISO/IEC 7816-4:2013 §5.2.2.2).
    static func length(_ count: Int) -> [UInt8] {
        guard count > 0x7F else { return [UInt8(truncatingIfNeeded: count)] }
        var bytes: [UInt8] = []
        var rest = count
        while rest > 0 {
            bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return [0x80 | UInt8(truncatingIfNeeded: bytes.count)] + bytes
    }
}
