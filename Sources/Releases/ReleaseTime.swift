import CardProfiles
import Foundation

/// A second in time, as releases and revocation lists write it: `2026-11-25T08:30:00Z`.
public struct ReleaseTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Since 1970-01-01T00:00:00Z.
    public let seconds: Int64

    /// 0001 to 9999; what lies outside is brought to the nearest of them.
    public init(seconds: Int64) { self.seconds = min(max(seconds, Self.first), Self.last) }

    public static var now: ReleaseTime { ReleaseTime(seconds: Int64(Date().timeIntervalSince1970)) }

    /// Nil for any other spelling, and for a second that does not exist.
    public init?(_ text: String) {
        guard text.utf8.count == 20, text.utf8.last == UInt8(ascii: "Z"), let time = CalendarDateTime(text.dropLast())
        else { return nil }
        seconds =
            (Self.days(time.date) * 24 + Int64(time.hour)) * 3600 + Int64(time.minute) * 60 + Int64(time.second)
    }

    /// The first second of a day in Beijing: the days of a release are counted there (UTC+8 all year).
    public init(beginningOf date: CalendarDate) {
        self.init(seconds: Self.days(date) * 86400 - Self.beijing)
    }

    /// The day it is in Beijing.
    public var day: CalendarDate? {
        Self.date(days: (seconds + Self.beijing).flooredDivision(by: 86400))
    }

    public var description: String {
        let date = Self.date(days: seconds.flooredDivision(by: 86400))
        let rest = Int(seconds - seconds.flooredDivision(by: 86400) * 86400)
        guard let date,
            let time = CalendarDateTime(date: date, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60)
        else { return "\(seconds)" }
        return "\(time)Z"
    }

    public static func < (one: ReleaseTime, other: ReleaseTime) -> Bool { one.seconds < other.seconds }

    public func advanced(bySeconds count: Int64) -> ReleaseTime { ReleaseTime(seconds: seconds &+ count) }

    private static let beijing: Int64 = 8 * 3600
    private static let first: Int64 = -62_135_596_800
    private static let last: Int64 = 253_402_300_799

    /// Days since 1970-01-01 by the Gregorian calendar, counted from the first of March of year 0.
    private static func days(_ date: CalendarDate) -> Int64 {
        let year = Int64(date.month > 2 ? date.year : date.year - 1)
        let month = Int64((date.month + 9) % 12)
        let inYear = (153 * month + 2) / 5 + Int64(date.day) - 1
        return year * 365 + year.flooredDivision(by: 4) - year.flooredDivision(by: 100)
            + year.flooredDivision(by: 400) + inYear - 719_468
    }

    private static func date(days: Int64) -> CalendarDate? {
        // The year is found by trying: a guess is never more than one off.
        var year = Int((days + 719_468) * 400 / 146_097)
        while let next = CalendarDate(year: min(max(year + 1, 1), 9999), month: 1, day: 1), Self.days(next) <= days,
            year < 9999
        { year += 1 }
        while let start = CalendarDate(year: min(max(year, 1), 9999), month: 1, day: 1), Self.days(start) > days,
            year > 1
        { year -= 1 }
        for month in (1...12).reversed() {
            guard let start = CalendarDate(year: year, month: month, day: 1) else { return nil }
            let rest = days - Self.days(start)
            if rest >= 0 { return CalendarDate(year: year, month: month, day: Int(rest) + 1) }
        }
        return nil
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
