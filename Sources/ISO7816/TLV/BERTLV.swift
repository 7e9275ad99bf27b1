/// One BER-TLV data object, as a place in the bytes it came in (ISO/IEC 7816-4:2013 §5.2.2).
///
/// Parsing is one pass that checks every tag and length down to `maximumDepth` templates, copies nothing and builds no
/// tree. What comes after walks the checked bytes: a data object shares the array it was parsed from and knows four
/// offsets, so children, `find` and `findAll` allocate nothing either.
///
/// Accepted as cards send it: tags of one to three bytes, long-form tags for numbers below 31, lengths of one to five
/// bytes (shortest form or not), `00` and `FF` bytes before, between and after data objects. Refused: the indefinite
/// length `80`, and a value that reaches beyond its template.
public struct BERTLV: Sendable {
    /// Templates inside templates that are followed; deeper nesting is refused, never walked.
    public static let maximumDepth = 16
    /// Longest input, in bytes.
    public static let maximumCount = 16_777_216

    /// The bytes that all data objects of one parse share; checked from `start` to `end`.
    @usableFromInline let storage: [UInt8]
    public let tag: BERTag
    @usableFromInline let start: Int32
    @usableFromInline let valueStart: Int32
    @usableFromInline let end: Int32

    @inlinable @inline(__always)
    init(storage: [UInt8], header: BERHeader) {
        self.storage = storage
        tag = BERTag(unchecked: header.tag)
        start = Int32(truncatingIfNeeded: header.start)
        valueStart = Int32(truncatingIfNeeded: header.valueStart)
        end = Int32(truncatingIfNeeded: header.end)
    }

    /// Exactly one data object, padding around it allowed.
    /// - Throws: ``BERTLVError``, with the offset of what is wrong.
    public init(_ storage: [UInt8]) throws(BERTLVError) {
        try Self.validate(storage)
        var iterator = Objects(storage: storage, start: 0, end: storage.count).makeIterator()
        guard let first = iterator.next() else { throw .empty }
        self = first
        guard iterator.isAtEnd else { throw .trailingBytes(offset: iterator.nextOffset) }
    }

    /// As for an array, after one copy.
    public init(_ bytes: some Collection<UInt8>) throws(BERTLVError) { try self.init(Array(bytes)) }

    /// Any number of data objects one after another, none included.
    /// - Throws: ``BERTLVError``, with the offset of what is wrong.
    public static func objects(in storage: [UInt8]) throws(BERTLVError) -> Objects {
        try validate(storage)
        return Objects(storage: storage, start: 0, end: storage.count)
    }

    /// As for an array, after one copy.
    public static func objects(in bytes: some Collection<UInt8>) throws(BERTLVError) -> Objects {
        try objects(in: Array(bytes))
    }

    /// Where the tag starts, from the start of the parsed bytes.
    @inlinable public var offset: Int { Int(start) }

    /// The value field.
    @inlinable public var value: ArraySlice<UInt8> { storage[Int(valueStart)..<Int(end)] }

    /// Bytes of the value field.
    @inlinable public var count: Int { Int(end - valueStart) }

    /// Tag, length and value as they came.
    @inlinable public var bytes: ArraySlice<UInt8> { storage[Int(start)..<Int(end)] }

    @inlinable public var isConstructed: Bool { tag.isConstructed }

    /// The data objects directly inside; none for a primitive one.
    @inlinable public var children: Objects {
        Objects(storage: storage, start: isConstructed ? Int(valueStart) : Int(end), end: Int(end))
    }

    /// All data objects inside, at any depth, in the order of their bytes.
    @inlinable public var descendants: Descendants { Descendants(children) }

    /// The first data object directly inside with this tag.
    public func child(_ tag: BERTag) -> BERTLV? { children.first(tag) }

    /// The first data object with this tag at any depth inside, in the order of the bytes.
    public func find(_ tag: BERTag) -> BERTLV? { children.find(tag) }

    /// The data object reached by taking `child` for each tag in turn.
    public func find(path: BERTag...) -> BERTLV? {
        var current = self
        for tag in path {
            guard let next = current.child(tag) else { return nil }
            current = next
        }
        return current
    }

    /// All data objects with this tag at any depth inside, found one by one.
    public func findAll(_ tag: BERTag) -> Matches { children.findAll(tag) }

    /// The value as a big-endian number; nil when it is empty or longer than seven bytes.
    public var number: Int? {
        guard (1...7).contains(count) else { return nil }
        return value.reduce(0) { $0 << 8 | Int($1) }
    }
}

extension BERTLV: Hashable {
    /// Equal when tag, length field and value are the same bytes, wherever they lie.
    public static func == (left: BERTLV, right: BERTLV) -> Bool { left.bytes == right.bytes }
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension BERTLV: CustomStringConvertible {
    /// As `dump()`: it shows the value, so nothing with personal data belongs in a log by way of this.
    public var description: String { dump() }
}
