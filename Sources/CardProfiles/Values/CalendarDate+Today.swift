import Glibc

extension CalendarDate {
    /// Seconds by which the time of the cards' country is ahead of UTC.
    private static let issuersOffset = 8 * 3600

    /// The day it is by the clock of this machine, here or where the cards are issued: the later one, so that what was
    /// done today is never in the future.
    ///
    /// Nil where the clock shows a year that no date has.
    public static var today: CalendarDate? {
        var (now, local, issuers) = (time(nil), tm(), tm())
        localtime_r(&now, &local)
        now += issuersOffset
        gmtime_r(&now, &issuers)
        let days = [local, issuers].compactMap {
            CalendarDate(year: Int($0.tm_year) + 1900, month: Int($0.tm_mon) + 1, day: Int($0.tm_mday))
        }
        return days.max()
    }
}
