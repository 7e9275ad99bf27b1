/// A day of the Gregorian calendar: four digits of year, a month that exists, a day that month has.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 1...9999.
    public let year: Int
    /// 1...12.
    public let month: Int
    /// 1...31, as many as the month has.
    public let day: Int

    /// Nil for a day that does not exist.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...Self.days(year, month)).contains(day) else {
            return nil
        }
        self.year = year
        self.month = month
        self.day = day
    }

    /// From `YYYY-MM-DD`, nil for anything else.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count == 10 else { return nil }
        var number = 0
        for (index, character) in text.utf8.enumerated() {
            if index == 4 || index == 7 {
                guard character == 0x2D else { return nil }
            } else {
                guard let digit = character.decimalDigit else { return nil }
                number = number * 10 + Int(digit)
            }
        }
        self.init(number: number)
    }

    /// A day as people and spreadsheets write it, the year first: `1997-3-25`, `1997/03/25`, `1997.3.25`, `19970325`,
    /// `1997年3月25日`, each also with a midnight behind it. Nil for anything else: with the year last nobody can tell the
    /// day from the month.
    public init?(entered text: String) {
        if let date = CalendarDate(text) {
            self = date
            return
        }
        var day = text[...]
        for midnight in [" 00:00:00", "T00:00:00", " 0:00:00", " 00:00", "T00:00", " 0:00"]
        where day.hasSuffix(midnight) {
            day = day.dropLast(midnight.count)
            break
        }
        if day.utf8.count == 8, day.utf8.allSatisfy({ $0.decimalDigit != nil }) {
            self.init(digits: Array(day.utf8))
            return
        }
        let isChinese = day.unicodeScalars.last == "日"
        let parts = (isChinese ? day.dropLast() : day).split(omittingEmptySubsequences: false) { character in
            isChinese ? character == "年" || character == "月" : "-/.".contains(character)
        }
        guard parts.count == 3, parts[0].utf8.count == 4,
            parts.dropFirst().allSatisfy({ (1...2).contains($0.utf8.count) }),
            parts.allSatisfy({ $0.utf8.allSatisfy { $0.decimalDigit != nil } }),
            // Two marks of one kind: no program writes a date with a point after a slash.
            isChinese
                ? day.filter({ $0 == "年" || $0 == "月" }) == "年月" : Set(day.filter({ "-/.".contains($0) })).count == 1,
            let year = Int(parts[0]), let month = Int(parts[1]), let number = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: number)
    }

    /// From the ASCII of `YYYYMMDD`, nil for anything else.
    public init?(digits: some Collection<UInt8>) {
        guard digits.count == 8 else { return nil }
        var number = 0
        for character in digits {
            guard let digit = character.decimalDigit else { return nil }
            number = number * 10 + Int(digit)
        }
        self.init(number: number)
    }

    /// From the number `YYYYMMDD` is.
    init?(number: Int) {
        self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    /// `YYYYMMDD`.
    public var digits: String { decimal(year, 4) + decimal(month, 2) + decimal(day, 2) }

    /// `YYYY-MM-DD`.
    public var description: String { decimal(year, 4) + "-" + decimal(month, 2) + "-" + decimal(day, 2) }

    public static func < (one: CalendarDate, other: CalendarDate) -> Bool {
        (one.year, one.month, one.day) < (other.year, other.month, other.day)
    }

    /// How many days this one is after another; negative for an earlier one.
    public func days(since other: CalendarDate) -> Int { number - other.number }

    /// Days since the last of February of year 0, by which months have their lengths in one rule.
    private var number: Int {
        let (years, months) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        return years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day
    }

    private static func days(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// A second of a day, without a time zone: the card knows none.
public struct CalendarDateTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let date: CalendarDate
    /// 0...23.
    public let hour: Int
    /// 0...59.
    public let minute: Int
    /// 0...59.
    public let second: Int

    /// Nil for a time that does not exist.
    public init?(date: CalendarDate, hour: Int, minute: Int, second: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second) else { return nil }
        self.date = date
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// From `YYYY-MM-DDThh:mm:ss`, nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 19, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54, bytes[13] == 0x3A,
            bytes[16] == 0x3A
        else { return nil }
        self.init(
            digits: bytes[0..<4] + bytes[5..<7] + bytes[8..<10] + bytes[11..<13] + bytes[14..<16] + bytes[17..<19])
    }

    /// From the ASCII of `YYYYMMDDhhmmss`, nil for anything else.
    public init?(digits: some Collection<UInt8>) {
        let digits = Array(digits)
        guard digits.count == 14, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let date = CalendarDate(digits: digits[0..<8])
        else { return nil }
        func number(_ index: Int) -> Int { Int(digits[index] - 0x30) * 10 + Int(digits[index + 1] - 0x30) }
        self.init(date: date, hour: number(8), minute: number(10), second: number(12))
    }

    /// `YYYYMMDDhhmmss`.
    public var digits: String { date.digits + decimal(hour, 2) + decimal(minute, 2) + decimal(second, 2) }

    /// `YYYY-MM-DDThh:mm:ss`.
    public var description: String { "\(date)T\(decimal(hour, 2)):\(decimal(minute, 2)):\(decimal(second, 2))" }

    public static func < (one: CalendarDateTime, other: CalendarDateTime) -> Bool {
        (one.date, one.hour, one.minute, one.second) < (other.date, other.hour, other.minute, other.second)
    }
}

private func decimal(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
