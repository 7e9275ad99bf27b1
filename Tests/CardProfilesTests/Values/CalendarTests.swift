import CardProfiles
import Testing

@Suite("Days and identity numbers")
struct CalendarTests {
    @Test("days that exist", arguments: ["2024-02-29", "2000-02-29", "1999-12-31", "0001-01-01", "9999-12-31"])
    func real(text: String) throws {
        let date = try #require(CalendarDate(text))
        #expect(date.description == text)
        #expect(CalendarDate(digits: Array(date.digits.utf8)) == date)
    }

    @Test(
        "days that do not",
        arguments: [
            "2023-02-29", "1900-02-29", "2024-04-31", "2024-13-01", "2024-00-10", "2024-01-00", "0000-01-01",
            "2024-1-1", "20240101", "2024/01/01", "２０２４-01-01", "2024-01-01 ", "", "+024-01-01",
        ])
    func unreal(text: String) { #expect(CalendarDate(text) == nil) }

    @Test("seconds of a day")
    func dateTimes() throws {
        let one = try #require(CalendarDateTime("2026-10-08T23:59:59"))
        #expect(one.digits == "20261008235959")
        #expect(CalendarDateTime(digits: Array(one.digits.utf8)) == one)
        for text in ["2026-10-08T24:00:00", "2026-10-08T23:60:00", "2026-10-08T23:59:60", "2026-10-08 23:59:59"] {
            #expect(CalendarDateTime(text) == nil)
        }
        let next = try #require(CalendarDateTime("2026-10-09T00:00:00"))
        #expect(one < next)
    }

    @Test("identity numbers, GB 11643")
    func idNumbers() throws {
        let number = try IDNumber("99646919970325667X")
        #expect(number.birthDate == CalendarDate("1997-03-25"))
        #expect(number.isMale)
        #expect(number.province == "99")
        #expect(try IDNumber("11010519491231002X").isMale == false)
        #expect(throws: IDNumber.Problem.checkDigit) { try IDNumber("996469199703256671") }
        #expect(throws: IDNumber.Problem.birthDate) { try IDNumber("996469199702306671") }
        #expect(throws: IDNumber.Problem.characters) { try IDNumber("99646919970325667x") }
        #expect(throws: IDNumber.Problem.characters) { try IDNumber("99646X19970325667X") }
        #expect(throws: IDNumber.Problem.length) { try IDNumber("99646919970325667") }
        #expect(!IDNumber.Problem.checkDigit.description.contains("9964"))
    }
}
