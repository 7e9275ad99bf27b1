import CardProfiles
import ISO7816

/// The orders of a batch: where each is noted, in eight bytes of memory, and the note itself in ``ScratchNotes``.
///
/// One thread appends; after ``finish()`` any thread may ask.
final class OrderBook: @unchecked Sendable {
    /// Bytes of a note before the collection point: number, offset, row, length of the point, digest.
    private static let head = 56
    /// Bytes most notes have.
    private static let usual = 120

    private let notes = ScratchNotes()
    /// The place in production above, the note's place below.
    private var places: [UInt64] = []

    func append(_ id: UInt64, row: UInt32, _ order: RowBook.Order) throws(BatchError) {
        let note = try notes.append { bytes in
            func number(_ number: some FixedWidthInteger) {
                withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
            }
            number(id)
            number(UInt64(order.offset))
            number(row)
            number(UInt32(clamping: order.point.count))
            bytes.append(contentsOf: order.digest)
            bytes.append(contentsOf: order.point)
        }
        places.append(UInt64(order.place) << 32 | UInt64(note))
    }

    /// Puts the orders into the sequence of production.
    func finish() throws(BatchError) {
        try notes.flush()
        places.sort()
    }

    var count: Int { places.count }

    /// - Parameter sequence: from 1.
    func order(_ sequence: Int) throws(BatchError) -> PreparedOrder? {
        guard places.indices.contains(sequence - 1) else { return nil }
        let place = UInt32(truncatingIfNeeded: places[sequence - 1])
        var bytes = try notes.read(place, count: Self.usual)
        func number(_ start: Int, _ count: Int) -> UInt64 {
            (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(bytes[start + $1]) }
        }
        let length = Int(number(20, 4))
        let (id, offset, row) = (number(0, 8), Int(number(8, 8)), Int(number(16, 4)))
        if Self.head + length > bytes.count { bytes = try notes.read(place, count: Self.head + length) }
        guard let idNumber = IDNumber(packed: id) else { return nil }
        return PreparedOrder(
            sequence: sequence, idNumber: idNumber.text, row: row, offset: offset,
            collectionPoint: String(decoding: bytes[Self.head..<Self.head + length], as: UTF8.self),
            contentDigest: Hex.encode(bytes[24..<Self.head]).lowercased())
    }
}
