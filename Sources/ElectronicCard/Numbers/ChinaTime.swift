import CardProfiles

/// Times of electronic cards are those of China, which has one time zone: UTC+8, without summer time.
public enum ChinaTime {
    /// Seconds that China is ahead of UTC.
    static let offset = 8 * 3600

    /// The time in China of seconds since 1970 in UTC; nil outside the years 1 to 9999.
    public static func time(secondsSince1970 seconds: Int) -> CalendarDateTime? {
        let (local, overflow) = seconds.addingReportingOverflow(offset)
        guard !overflow, (-62_135_596_800..<253_402_300_800).contains(local) else { return nil }
        let second = ((local % 86_400) + 86_400) % 86_400
        let (year, month, day) = civil(daysSince1970: (local - second) / 86_400)
        guard let date = CalendarDate(year: year, month: month, day: day) else { return nil }
        return CalendarDateTime(date: date, hour: second / 3600, minute: second / 60 % 60, second: second % 60)
    }

    /// Seconds since 1970 in UTC of a time in China.
    public static func secondsSince1970(_ time: CalendarDateTime) -> Int {
        days(time.date) * 86_400 + time.hour * 3600 + time.minute * 60 + time.second - offset
    }

    // Of a calendar whose years begin in March, so that the day that comes and goes is a year's last.

    private static func days(_ date: CalendarDate) -> Int {
        let year = date.month > 2 ? date.year : date.year - 1
        let month = (date.month + 9) % 12
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * month + 2) / 5 + date.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let days = daysSince1970 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let number = month < 10 ? month + 3 : month - 9
        return (yearOfEra + era * 400 + (number <= 2 ? 1 : 0), number, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}
