import CardProfiles

/// Finds columns of long numbers that a program has kept as floating-point numbers, of 53 bits or of fifteen digits as
/// spreadsheets write them. A rounded number looks like any other; that all numbers of a column are of those that such a
/// program can hold is no chance.
struct RoundedNumbers {
    /// By chance a column is taken for a rounded one once in a million.
    private static let certainDigits = 6.0
    private static let significantBits = Double.significandBitCount + 1
    /// Decimal digits in a bit.
    private static let digitsOfBit = 0.30103

    private struct Column {
        let place: Int
        let name: String
        var numbers = 0
        /// How unlikely it is that all numbers so far end by themselves in so many zeros, bits or digits, counted in
        /// digits; negative where one does not.
        var binary = 0.0
        var decimal = 0.0

        mutating func see(isBinary: Bool, excess: Int, isDecimal: Bool, zeros: Int) {
            numbers += 1
            binary = isBinary && binary >= 0 ? binary + Double(excess) * RoundedNumbers.digitsOfBit : -1
            decimal = isDecimal && decimal >= 0 ? decimal + Double(zeros) : -1
        }

        var mayBeRounded: Bool { binary >= 0 || decimal >= 0 }
        var isRounded: Bool { max(binary, decimal) >= RoundedNumbers.certainDigits }
    }

    private var columns: [Column]

    init(_ validator: ApplicationValidator) {
        let items = validator.columns.orderedItems.map(\.item)
        columns = items.indices.filter { validator.profile.form(of: items[$0])?.isNumber == true }
            .map { Column(place: $0, name: items[$0].name) }
    }

    mutating func see(_ row: CheckedRow) {
        for index in columns.indices where columns[index].mayBeRounded {
            guard row.texts.indices.contains(columns[index].place), let text = row.texts[columns[index].place],
                !row.spoiledColumns.contains(columns[index].name)
            else { continue }
            see(text, index)
        }
    }

    /// Sees the text of one item, by its place.
    mutating func see(_ place: Int, _ text: String) {
        for index in columns.indices where columns[index].place == place && columns[index].mayBeRounded {
            see(text, index)
        }
    }

    private mutating func see(_ text: String, _ index: Int) {
        guard 16...19 ~= text.utf8.count, let number = UInt64(text) else { return }
        let excess = UInt64.bitWidth - number.leadingZeroBitCount - Self.significantBits
        // The check character of an identity number says that nothing was lost.
        guard excess > 0, (try? IDNumber(text)) == nil else { return }
        let tail = text.utf8.dropFirst(SpreadsheetDamage.keptDigits)
        columns[index].see(
            isBinary: Double(exactly: number) != nil, excess: excess,
            isDecimal: tail.allSatisfy { $0 == UInt8(ascii: "0") }, zeros: tail.count)
    }

    /// By column the number of its values.
    var found: [(name: String, numbers: Int)] {
        columns.filter(\.isRounded).map { ($0.name, $0.numbers) }
    }
}
