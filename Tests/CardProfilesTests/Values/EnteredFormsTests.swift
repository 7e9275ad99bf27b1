import Testing

@testable import CardProfiles

@Suite("Forms of entered values that are nearly right")
struct EnteredFormsTests {
    @Test("a midnight of two digits without seconds is taken", arguments: ["1997-03-25 00:00", "1997/3/25 00:00"])
    func midnight(_ text: String) {
        #expect(CalendarDate(entered: text) == CalendarDate(year: 1997, month: 3, day: 25))
    }

    @Test("the marks of a Chinese date stand in their order", arguments: ["1997月3年25日", "1997年3年25日", "1997月3月25日"])
    func marks(_ text: String) { #expect(CalendarDate(entered: text) == nil) }

    @Test("a Chinese date in its order is taken")
    func inOrder() {
        #expect(CalendarDate(entered: "1997年3月25日") == CalendarDate(year: 1997, month: 3, day: 25))
    }

    @Test("80 and FF begin no character and leave the next one whole", arguments: [0x80, 0xFF] as [UInt8])
    func noLead(_ byte: UInt8) throws {
        #expect(try GBK.decodeWithReplacements([byte] + GBK.encode("青")) == "\u{FFFD}青")
    }
}
