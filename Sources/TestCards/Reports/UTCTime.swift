import CardProfiles

/// A second in UTC, as evidence writes it: `2026-11-25T09:30:00Z`.
struct UTCTime: Sendable, Hashable {
    let value: CalendarDateTime

    init?(_ text: String) {
        guard text.utf8.count == 20, text.hasSuffix("Z"), let value = CalendarDateTime(text.dropLast()) else {
            return nil
        }
        self.value = value
    }

    /// The same second in Beijing, eight hours ahead in every season: `2026-11-25 17:30:00`.
    var beijing: String {
        let hour = value.hour + 8
        let date = hour < 24 ? value.date : value.date.next ?? value.date
        let shown = CalendarDateTime(date: date, hour: hour % 24, minute: value.minute, second: value.second) ?? value
        return shown.description.replacing("T", with: " ")
    }
}

extension CalendarDate {
    /// Nil after the last day there is.
    fileprivate var next: CalendarDate? {
        CalendarDate(year: year, month: month, day: day + 1) ?? CalendarDate(year: year, month: month + 1, day: 1)
            ?? CalendarDate(year: year + 1, month: 1, day: 1)
    }
}
