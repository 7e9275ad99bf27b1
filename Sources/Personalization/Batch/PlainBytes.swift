import CardProfiles

/// Values where they lie in memory, spelled in the one way that needs no other; nil for every other text, right or wrong.
enum PlainBytes {
    struct Number {
        /// ``CardProfiles/IDNumber/packed``
        let packed: UInt64
        /// The day in it as the number `YYYYMMDD` is.
        let birthDate: Int
        let isMale: Bool
    }

    /// A citizen's identity number (GB 11643).
    static func idNumber(_ bytes: UnsafeRawBufferPointer) -> Number? {
        guard bytes.count == 18 else { return nil }
        var (packed, sum, date) = (UInt64(0), 0, 0)
        var weight = 1
        // From the end: the weight of a place is 2 to the power of its distance from there, modulo 11.
        for index in stride(from: 16, through: 0, by: -1) {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            weight = weight * 2 % 11
            sum += Int(digit) * weight
        }
        for index in 0..<17 { packed = packed &* 11 &+ UInt64(bytes[index] & 0x0F) }
        for index in 6..<14 { date = date * 10 + Int(bytes[index] & 0x0F) }
        let value = (12 - sum % 11) % 11
        guard bytes[17] == (value == 10 ? 0x58 : 0x30 + UInt8(value)), isDay(date) else { return nil }
        return Number(
            packed: packed &* 11 &+ UInt64(value), birthDate: date, isMale: bytes[16] & 1 == 1)
    }

    /// A day, `YYYY-MM-DD`, as the number `YYYYMMDD` is.
    static func date(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return nil }
        var date = 0
        for index in 0..<10 where index != 4 && index != 7 {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            date = date * 10 + Int(digit)
        }
        return isDay(date) ? date : nil
    }

    private static func isDay(_ date: Int) -> Bool {
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
        guard year >= 1, month >= 1, month <= 12, day >= 1 else { return false }
        if day <= 28 { return true }
        return CalendarDate(year: year, month: month, day: day) != nil
    }

    static func isSame(_ one: UnsafeRawBufferPointer, _ other: [UInt8]) -> Bool {
        one.count == other.count && other.withUnsafeBytes { isSame(one, $0) }
    }

    static func isSame(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        guard one.count == other.count else { return false }
        var index = 0
        while index + 8 <= one.count {
            let left = one.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard left == other.loadUnaligned(fromByteOffset: index, as: UInt64.self) else { return false }
            index += 8
        }
        while index < one.count {
            guard one[index] == other[index] else { return false }
            index += 1
        }
        return true
    }
}

/// Chinese characters that are in GBK and raise no question: none of those that a text has which was read in another
/// character set.
struct PlainCharacters: Sendable {
    /// The range in which they are.
    private static let range: ClosedRange<UInt32> = 0x4E00...0x9FA5

    /// By character, counted from the first of the range: 1 if it may be anywhere, 2 if it may also be the first.
    private let marks: [UInt8]

    static let all = PlainCharacters()

    private init() {
        marks = Self.range.map { value in
            guard let scalar = Unicode.Scalar(value), let lead = GBK.lead(of: scalar),
                !"锟斤烫屯拷".unicodeScalars.contains(scalar)
            else { return 0 }
            return (0xE4...0xE9).contains(lead) ? 1 : 2
        }
    }

    /// - Returns: 0 for a character that is to be looked at.
    func mark(_ value: UInt32) -> UInt8 {
        let index = Int(value) - Int(Self.range.lowerBound)
        return marks.indices.contains(index) ? marks[index] : 0
    }
}

/// Texts that were found right before, as bytes; so many that they fill no memory.
struct PlainTexts {
    private static let most = 512
    private static let places = 1024
    /// Longer texts are not met twice.
    private static let longest = 64

    /// By the hash: where the text begins in `bytes`, and its length; 0 for none.
    private var begins = [Int32](repeating: 0, count: PlainTexts.places)
    private var lengths = [UInt8](repeating: 0, count: PlainTexts.places)
    private var bytes: [UInt8] = []
    private var count = 0

    private static func place(of text: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var index = 0
        while index + 8 <= text.count {
            hash = (hash ^ text.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
            index += 8
        }
        while index < text.count {
            hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3
            index += 1
        }
        hash = (hash ^ hash >> 29) &* 0x9E37_79B9_7F4A_7C15
        return Int(hash >> 54)
    }

    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count <= Self.longest else { return false }
        var place = Self.place(of: text)
        return bytes.withUnsafeBytes { own in
            while lengths[place] > 0 {
                let begin = Int(begins[place])
                let known = UnsafeRawBufferPointer(rebasing: own[begin..<begin + Int(lengths[place])])
                if PlainBytes.isSame(text, known) { return true }
                place = (place + 1) % Self.places
            }
            return false
        }
    }

    mutating func insert(_ text: UnsafeRawBufferPointer) {
        guard !text.isEmpty, text.count <= Self.longest, count < Self.most else { return }
        var place = Self.place(of: text)
        while lengths[place] > 0 { place = (place + 1) % Self.places }
        begins[place] = Int32(bytes.count)
        lengths[place] = UInt8(text.count)
        bytes.append(contentsOf: text)
        count += 1
    }
}
