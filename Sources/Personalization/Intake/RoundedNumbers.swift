import CardProfiles

/// Finds columns of long numbers that a program has kept as floating-point numbers of 53 bits. A rounded number looks
/// like any other; that all numbers of a column are of those that such a program can hold is no chance.
struct RoundedNumbers {
    /// By chance a column is taken for a rounded one once in 2²⁰.
    private static let certainBits = 20
    private static let significantBits = Double.significandBitCount + 1

    private struct Column {
        let place: Int
        let name: String
        var numbers = 0
        /// How unlikely it is that all numbers so far end in so many zero bits by themselves.
        var bits = 0
        var isRounded = true
    }

    private var columns: [Column]

    init(_ validator: ApplicationValidator) {
        let items = validator.columns.orderedItems.map(\.item)
        columns = items.indices.filter { validator.profile.form(of: items[$0])?.isNumber == true }
            .map { Column(place: $0, name: items[$0].name) }
    }

    mutating func see(_ row: CheckedRow) {
        for index in columns.indices where columns[index].isRounded {
            guard row.texts.indices.contains(columns[index].place), let text = row.texts[columns[index].place],
                16...19 ~= text.utf8.count, let number = UInt64(text), !row.spoiledColumns.contains(columns[index].name)
            else { continue }
            let excess = UInt64.bitWidth - number.leadingZeroBitCount - Self.significantBits
            // The check character of an identity number says that nothing was lost.
            guard excess > 0, (try? IDNumber(text)) == nil else { continue }
            columns[index].isRounded = Double(exactly: number) != nil
            columns[index].numbers += 1
            columns[index].bits += excess
        }
    }

    /// By column the number of its values.
    var found: [(name: String, numbers: Int)] {
        columns.filter { $0.isRounded && $0.bits >= Self.certainBits }.map { ($0.name, $0.numbers) }
    }
}
