import CardProfiles

extension CalendarDate {
    /// Whole years from this day (of birth) to `other`; negative when `other` is the earlier one.
    public func age(on other: CalendarDate) -> Int {
        let years = other.year - year
        return (other.month, other.day) < (month, day) ? years - 1 : years
    }
}

extension IDNumber {
    /// One integer for each number, so that a set of a million of them stays small.
    var packed: UInt64 {
        text.utf8.reduce(0) { $0 &* 11 &+ ($1 == UInt8(ascii: "X") ? 10 : UInt64($1) & 0x0F) }
    }
}
