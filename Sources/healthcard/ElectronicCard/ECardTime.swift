import ArgumentParser
import CardProfiles
import ElectronicCard
import Foundation

/// A time on the command line.
enum ECardTime {
    /// Now, in China.
    static func now() -> CalendarDateTime? {
        ChinaTime.time(secondsSince1970: Int(Date().timeIntervalSince1970.rounded(.down)))
    }

    /// - Parameter text: `2026-10-08T09:00:00` in China, with `Z` or an offset elsewhere; `20261008090000` in China.
    static func time(_ text: String?) throws -> CalendarDateTime {
        guard let text else {
            guard let now = now() else {
                throw Failure(.badInput, ECardText.clockOutOfRange)
            }
            return now
        }
        if let time = CalendarDateTime(text) ?? CalendarDateTime(digits: text.utf8) { return time }
        if let time = CalendarDateTime(text.prefix(19)), let offset = offset(text.dropFirst(19)) {
            let utc = ChinaTime.secondsSince1970(time) + 8 * 3600 - offset
            if let time = ChinaTime.time(secondsSince1970: utc) { return time }
        }
        throw ValidationError(
            Terminal.words(ECardText.timeForm))
    }

    /// Seconds ahead of UTC.
    private static func offset(_ text: Substring) -> Int? {
        if text == "Z" { return 0 }
        let digits = Array(text.utf8)
        guard digits.count == 6, digits[3] == 0x3A, digits[0] == 0x2B || digits[0] == 0x2D,
            let hours = Int(text.dropFirst().prefix(2)), let minutes = Int(text.suffix(2)),
            (0...14).contains(hours), (0...59).contains(minutes)
        else { return nil }
        return (hours * 3600 + minutes * 60) * (digits[0] == 0x2D ? -1 : 1)
    }
}
