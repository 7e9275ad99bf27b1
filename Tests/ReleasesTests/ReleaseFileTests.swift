import CardProfiles
import Foundation
import ShangMi
import Testing

@testable import Releases

/// One content has one spelling; everything else is no release.
@Suite struct ReleaseFileTests {
    @Test func whatWasSignedIsReadAgain() throws {
        var bench = try Bench()
        bench.terms.limit = 10_000
        bench.terms.acceptedNotRun = ["power-cut", "robustness.reset"]
        bench.terms.softwareDigest = String(repeating: "e", count: 64)
        bench.terms.stations = [try #require(ReleaseTerms.StationName("A")), bench.facts.station]
        bench.terms.ledger = String(repeating: "d", count: 64)
        bench.terms.ledgerHead = ReleaseTerms.LedgerHead("17:" + String(repeating: "a", count: 64))
        bench.terms.revocationNumber = 12
        let release = try bench.release()
        #expect(release.terms == bench.terms)
        #expect(try Release(release.bytes) == release)
        // The same terms and key give the same bytes.
        #expect(try bench.release().bytes == release.bytes)
        let list = try bench.list(after: bench.list(revoking: release))
        #expect(try RevocationList(list.bytes) == list)
        #expect(list.number == 2 && list.entries.map(\.release) == [release.digest])
    }

    /// What is done to the text of a right release.
    private static let spoilings: [(String, @Sendable (String) -> String)] = [
        ("a line twice", { $0.replacing("\nmaker: 华大", with: "\nmaker: 华大\nmaker: 华大") }),
        ("a second maker", { $0.replacing("\nproduct: ", with: "\nmaker: 华虹\nproduct: ") }),
        ("a line left out", { $0.replacing("\nmaker: 华大", with: "") }),
        ("an unknown line", { $0.replacing("\nproduct: ", with: "\nnote: x\nproduct: ") }),
        (
            "lines in another order",
            { $0.replacing("\nmaker: 华大\nproduct: CIU98", with: "\nproduct: CIU98\nmaker: 华大") }
        ),
        ("bytes behind the end", { $0 + "x" }),
        ("a line behind the end", { $0 + "limit: none\n" }),
        ("an empty line behind the end", { $0 + "\n" }),
        ("no end of the last line", { String($0.dropLast()) }),
        ("line ends of Windows", { $0.replacing("\n", with: "\r\n") }),
        ("a byte order mark", { "\u{FEFF}" + $0 }),
        ("a NUL in the maker", { $0.replacing("maker: 华大", with: "maker: 华大\u{0}") }),
        ("a zero-width space in the maker", { $0.replacing("maker: 华大", with: "maker: 华\u{200B}大") }),
        ("the maker written from right to left", { $0.replacing("maker: 华大", with: "maker: \u{202E}华大") }),
        ("a letter in two pieces", { $0.replacing("maker: 华大", with: "maker: Cafe\u{301}") }),
        ("a blank behind the maker", { $0.replacing("maker: 华大", with: "maker: 华大 ") }),
        ("no maker", { $0.replacing("maker: 华大", with: "maker: ") }),
        ("a maker of 300 bytes", { $0.replacing("maker: 华大", with: "maker: " + String(repeating: "x", count: 300)) }),
        ("a negative limit", { $0.replacing("limit: 500", with: "limit: -500") }),
        ("a limit of nothing", { $0.replacing("limit: 500", with: "limit: 0") }),
        ("a limit with a sign", { $0.replacing("limit: 500", with: "limit: +500") }),
        ("a limit with a zero before it", { $0.replacing("limit: 500", with: "limit: 0500") }),
        ("a limit of hexadecimal digits", { $0.replacing("limit: 500", with: "limit: 0x500") }),
        ("a limit in full-width digits", { $0.replacing("limit: 500", with: "limit: ５００") }),
        ("a limit beyond all numbers", { $0.replacing("limit: 500", with: "limit: 99999999999999999999999") }),
        ("a limit of a fraction", { $0.replacing("limit: 500", with: "limit: 500.0") }),
        ("a date with slashes", { dated($0, "2027/01/01") }), ("a short date", { dated($0, "2027-1-1") }),
        ("a day that does not exist", { dated($0, "2027-02-30") }),
        ("a date with a time", { dated($0, "2027-01-01T00:00:00Z") }),
        ("a date in full-width digits", { dated($0, "２０２７-01-01") }),
        ("a date of five digits", { dated($0, "12027-01-01") }),
        ("an end before the beginning", { dated($0, "2020-01-01") }),
        ("an end in a hundred years", { dated($0, "2126-01-01") }),
        ("a digest in capitals", { $0.replacing("report-digest: 7", with: "report-digest: A") }),
        ("a digest too short", { $0.replacing("report-digest: 77", with: "report-digest: 7") }),
        ("any station and another", { $0.replacing("station: any\n", with: "station: any\nstation: S2\n") }),
        ("a station twice", { $0.replacing("station: any\n", with: "station: S2\nstation: S2\n") }),
        (
            "profile parts out of order",
            {
                $0.replacing(
                    "\nprofile-part: ",
                    with: "\nprofile-part: " + String(repeating: "0", count: 64) + " zzz\nprofile-part: ",
                    maxReplacements: 1)
            }
        ),
        ("a certificate that is none", { $0.replacing("\nsignature: ", with: "\ncertificate: AAAA\nsignature: ") }),
        ("two signatures", { $0 + String($0.split(separator: "\n").last ?? "") + "\n" }),
        ("another format", { $0.replacing("release/1", with: "release/2") }),
        ("JSON", { _ in "{\"maker\":\"华大\",\"maker\":\"华虹\"}\n" }), ("nothing", { _ in "" }),
        ("too much", { $0 + String(repeating: "x", count: Release.longestFile) + "\n" }),
    ]

    private static func dated(_ text: String, _ date: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.hasPrefix("valid-until: ") ? "valid-until: \(date)" : String($0)
        }.joined(separator: "\n")
    }

    @Test(arguments: spoilings.map(\.0))
    func anotherSpelling(name: String) throws {
        var bench = try Bench()
        bench.terms.limit = 500
        let text = String(decoding: try bench.release().bytes, as: UTF8.self)
        let spoiling = try #require(Self.spoilings.first { $0.0 == name }).1
        let spoiled = Array(spoiling(text).utf8)
        // The spoiling must have found what it spoils.
        try #require(spoiled != Array(text.utf8))
        #expect(throws: ReleaseFileError.self, "\(name)") { try Release(spoiled) }
    }

    @Test func bytesThatAreNoText() throws {
        var bytes = try Bench().release().bytes
        bytes[60] = 0xFF
        #expect(throws: ReleaseFileError.self) { try Release(bytes) }
    }

    @Test func everyByteThatIsChangedIsSeen() throws {
        let bench = try Bench()
        let right = try bench.release()
        for place in stride(from: 0, to: right.bytes.count, by: 7) {
            var bytes = right.bytes
            bytes[place] ^= 0x01
            guard let release = try? Release(bytes) else { continue }
            let verdict = ReleaseVerdict.of(release, trusting: [bench.chain.current.authority])
            #expect(!verdict.holds, "byte \(place)")
            #expect(verdict.authority == nil, "byte \(place)")
        }
    }

    @Test func termsThatBreakOutOfTheirLine() throws {
        var bench = try Bench()
        bench.terms.maker = "华大\nproduct: X"
        #expect(throws: ReleaseFileError.self) { try bench.release() }
        bench = try Bench()
        bench.terms.stations = [try #require(ReleaseTerms.StationName("any"))]
        #expect(throws: ReleaseFileError.self) { try bench.release() }
        bench = try Bench()
        bench.terms.acceptedNotRun = ["b", "a"]
        #expect(throws: ReleaseFileError.self) { try bench.release() }
        bench = try Bench()
        bench.terms.limit = -1
        #expect(throws: ReleaseFileError.self) { try bench.release() }
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799), ("2026-11-25T08:30:00Z", 1_795_595_400),
            ("1969-12-31T23:59:59Z", -1), ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Int64)])
    func times(text: String, seconds: Int64) throws {
        #expect(try #require(ReleaseTime(text)).seconds == seconds)
        #expect(ReleaseTime(seconds: seconds).description == text)
    }

    @Test func everyDayOfFourHundredYearsIsItself() {
        for day in stride(from: Int64(0), to: 146_097, by: 1) {
            let time = ReleaseTime(seconds: day * 86400)
            #expect(ReleaseTime(time.description) == time)
        }
    }

    @Test func aDayBeginsInBeijing() throws {
        let date = try #require(CalendarDate("2026-12-01"))
        let start = ReleaseTime(beginningOf: date)
        #expect(start.description == "2026-11-30T16:00:00Z")
        #expect(start.day == date)
        #expect(start.advanced(bySeconds: -1).day == CalendarDate("2026-11-30"))
    }

    @Test(arguments: [
        "2026-11-25T08:30:00", "2026-11-25 08:30:00Z", "2026-11-25T24:00:00Z", "2026-11-25T08:30:00.0Z",
        "2026-11-25T08:30:00+0",
    ])
    func noTimes(text: String) { #expect(ReleaseTime(text) == nil) }
}
