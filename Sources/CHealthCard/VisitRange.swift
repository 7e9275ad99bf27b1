import CardProfiles
import HealthCard

/// A range of a visit that a program names by position and length, signature and certificate included.
struct VisitRange {
    let layout: VisitLayout
    let bytes: Range<Int>

    /// - Parameters:
    ///   - position: 0 for the first byte.
    ///   - length: at least 1.
    /// - Throws: `argument` for a range that is not within the record.
    init(_ layout: VisitLayout, position: Int32, length: Int32) throws(ReturnCode) {
        guard position >= 0, length > 0, Int(position) + Int(length) <= layout.size else { throw .argument }
        self.layout = layout
        bytes = Int(position)..<Int(position) + Int(length)
    }

    var count: Int { bytes.count }

    /// All data, which the SAM signs when they are written at once.
    var isWhole: Bool { bytes == 0..<layout.dataLength }

    /// All data, be it with what stands behind them.
    var holdsAllData: Bool { bytes.lowerBound == 0 && bytes.upperBound >= layout.dataLength }

    /// The bytes that a program's AN_style argument stands for; nil for an empty text, which leaves its item alone.
    ///
    /// AN_style is two things to hospital programs: a text that ends with 00, for one text item, and bytes as they are,
    /// for anything longer. In one whole text item both are the same value. In a part of one the bytes are meant: a text
    /// that ends within it would leave what stands behind its end. Elsewhere a 00 among the bytes asked for may be one of
    /// them or the end of a shorter text; they are taken when they can be the bytes of the range, and never cut.
    ///
    /// - Throws: `argument` for what is not clearly either, and for a text that is not GBK.
    func field(ofText data: UnsafeRawPointer) throws(ReturnCode) -> [UInt8]? {
        // A shorter text may end where the caller's memory does.
        let all = CallerMemory.readable(data, atMost: count)
        let head = Array(all.prefix { $0 != 0 })
        guard head.count < all.count || all.count == count else {
            throw .argument.because("the memory ends before the length that was given")
        }
        if let item = textItem {
            if count < item.length, all.contains(where: { $0 != 0 }) {
                // Part of an item may begin or end within a character.
                if head.count == count { return head }
                let reachesEnd = bytes.upperBound == (item.offset ?? 0) + item.length
                guard reachesEnd, all.count == count, all[head.count...].allSatisfy({ $0 == 0 }) else {
                    throw .argument.because("a text that ends within a part of an item")
                }
                return all
            }
            guard !head.isEmpty else { return nil }
            guard let field = FieldStyle.text.field(of: head, length: count) else { throw .argument }
            return field
        }
        guard head.count < count else { return head }
        guard all.count == count, all.contains(where: { $0 != 0 }), canHold(all) else { throw .argument }
        return all
    }

    /// The text item that all bytes belong to.
    private var textItem: Item? {
        layout.items.first { item in
            item.coding == .ans
                && item.offset.map { $0 <= bytes.lowerBound && bytes.upperBound <= $0 + item.length } ?? false
        }
    }

    /// Whether these may be the bytes of the range: in each text item nothing follows its first 00. Of one item that is no
    /// text it cannot be told.
    private func canHold(_ field: [UInt8]) -> Bool {
        // Signature and certificate are nobody's text.
        var touched = bytes.upperBound > layout.dataLength ? 2 : 0
        for item in layout.items {
            guard let offset = item.offset else { continue }
            let part = (offset..<offset + item.length).clamped(to: bytes)
            guard !part.isEmpty else { continue }
            touched += 1
            guard item.coding == .ans else { continue }
            let value = field[part.lowerBound - bytes.lowerBound..<part.upperBound - bytes.lowerBound]
            guard value.drop(while: { $0 != 0 }).allSatisfy({ $0 == 0 }) else { return false }
        }
        return touched > 1
    }
}
