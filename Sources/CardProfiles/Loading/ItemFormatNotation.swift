import Messages

/// The notation of an item's format: `text`, `digits(6)`, `decimal(10.2)`, `code(sex)` …
struct ItemFormatNotation {
    static let expectation = AnyMessage(
        """
        expected text, digits(N), digits(M-N), number(N), decimal(N.DECIMALS), code(TABLE), date, dateTime, flag, \
        flag(YES/NO), idNumber, binary or photo(LENGTH BYTES)
        """,
        """
        应为 text、digits(N)、digits(M-N)、number(N)、decimal(N.DECIMALS)、code(TABLE)、date、dateTime、flag、\
        flag(YES/NO)、idNumber、binary 或 photo(LENGTH BYTES)
        """)

    let format: ItemFormat
    private(set) var digits: ClosedRange<Int> = 0...0
    private(set) var decimals = 0
    private(set) var prefixLength = 0
    private(set) var flag = FlagBytes(yes: 1, no: 0)
    private(set) var emptyByte: UInt8?

    init?(_ text: String) {
        guard let notation = Notation(text) else { return nil }
        switch (notation.name, notation.argument) {
        case ("text", nil): format = .text
        case ("date", nil): format = .date
        case ("dateTime", nil): format = .dateTime
        case ("idNumber", nil): format = .idNumber
        case ("binary", nil): format = .binary
        case ("flag", let bytes):
            format = .flag
            guard let bytes else { break }
            let parts = bytes.split(separator: "/").map { MappingReader.hexadecimal(String($0)) ?? [] }
            guard parts.count == 2, parts.allSatisfy({ $0.count == 1 }), parts[0] != parts[1] else { return nil }
            flag = FlagBytes(yes: parts[0][0], no: parts[1][0])
            emptyByte = flag.no
        case ("code", let table?) where MappingReader.isName(table): format = .code(table)
        case ("digits", let range?):
            let parts = range.split(separator: "-", omittingEmptySubsequences: false).map {
                MappingReader.decimal(String($0))
            }
            guard parts.count <= 2, let low = parts.first ?? nil, let high = parts.last ?? nil, low >= 1, low <= high
            else { return nil }
            format = .digits
            digits = low...high
        case ("number", let count?):
            guard let count = MappingReader.decimal(count), (1...18).contains(count) else { return nil }
            format = .number
            digits = 1...count
        case ("decimal", let size?):
            let parts = size.split(separator: ".", omittingEmptySubsequences: false).map {
                MappingReader.decimal(String($0)) ?? 0
            }
            guard parts.count == 2, (1...18).contains(parts[0]), parts[1] >= 1, parts[1] < parts[0] else { return nil }
            format = .amount
            digits = 1...parts[0]
            decimals = parts[1]
        case ("photo", let bytes?):
            guard let bytes = MappingReader.decimal(bytes), (1...4).contains(bytes) else { return nil }
            format = .photo
            prefixLength = bytes
        default: return nil
        }
    }

    /// The notation in its one spelling.
    var spelling: String {
        switch format {
        case .text: "text"
        case .digits: "digits(\(digits.lowerBound)-\(digits.upperBound))"
        case .number: "number(\(digits.upperBound))"
        case .amount: "decimal(\(digits.upperBound).\(decimals))"
        case .code(let table): "code(\(table))"
        case .date: "date"
        case .dateTime: "dateTime"
        case .flag: "flag(\(MappingReader.spelling([flag.yes]))/\(MappingReader.spelling([flag.no])))"
        case .idNumber: "idNumber"
        case .binary: "binary"
        case .photo: "photo(\(prefixLength))"
        }
    }

    /// Why the format does not fit a length and a coding; nil when it does.
    func problem(length: Int, coding: ItemCoding) -> AnyMessage? {
        let codings: Set<ItemCoding>
        var lengths: Set<Int>?
        switch format {
        case .text: codings = [.ans]
        case .digits: codings = [.cn, .ans]
        case .number, .amount: codings = [.cn]
        case .code: codings = [.ans, .cn, .b]
        case .date: (codings, lengths) = ([.cn], [4])
        case .dateTime: (codings, lengths) = ([.cn], [7])
        case .flag: (codings, lengths) = ([.b], [1])
        case .idNumber: (codings, lengths) = ([.ans], [18])
        case .binary, .photo: codings = [.b]
        }
        guard codings.contains(coding) else {
            let wanted = codings.map(\.rawValue).sorted()
            return AnyMessage(
                "does not go with coding \(coding.rawValue), expected \(wanted.joined(separator: " or "))",
                "不适用于编码方式 \(coding.rawValue)，应为 \(wanted.joined(separator: " 或 "))")
        }
        if let lengths, !lengths.contains(length) {
            let wanted = lengths.sorted().map(String.init)
            return AnyMessage(
                "needs a length of \(wanted.joined(separator: " or ")), not \(length)",
                "的长度应为 \(wanted.joined(separator: " 或 "))，而不是 \(length)")
        }
        let room = coding == .cn ? 2 * length : length
        guard digits.upperBound <= room else {
            return AnyMessage(
                "wants \(digits.upperBound) digits, but \(length) byte(s) of \(coding.rawValue) hold \(room)",
                "需要 \(digits.upperBound) 位数字，但 \(length) 字节 \(coding.rawValue) 只能容纳 \(room) 位")
        }
        if case .photo = format, length <= prefixLength {
            return AnyMessage("leaves no room for a picture", "没有留出照片的空间")
        }
        return nil
    }
}
