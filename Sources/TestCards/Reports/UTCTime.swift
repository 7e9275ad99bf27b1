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

    /// `2026-11-25 09:30:00`
    var readable: String { value.description.replacing("T", with: " ") }
}
