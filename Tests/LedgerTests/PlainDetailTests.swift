import Foundation
import Testing

@testable import Ledger

/// The short way of reading and writing details says what the long one does.
@Suite("Plain details") struct PlainDetailTests {
    private static func encoded(_ detail: EntryDetail) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(detail), as: UTF8.self)
    }

    @Test("Whatever is written shortly is what the long way writes, and read as the long way reads it")
    func same() throws {
        for attempt in [nil, 0, 17, Int64(999_999_999_999)] {
            for card in [nil, Sample.card] {
                for release in [nil, String(repeating: "d", count: 64)] {
                    var detail = EntryDetail()
                    (detail.attempt, detail.card, detail.release) = (attempt, card, release)
                    detail.number = attempt == nil ? 2 : nil
                    detail.sequence = 5
                    let text = try #require(PlainDetail.text(of: detail))
                    #expect(text == (try Self.encoded(detail)))
                    #expect(PlainDetail.read(text) == detail)
                    #expect(try JSONDecoder().decode(EntryDetail.self, from: Data(text.utf8)) == detail)
                }
            }
        }
    }

    @Test("What it does not know it leaves to the long way", arguments: ["reason", "places", "heads", "quote"])
    func others(what: String) throws {
        var detail = EntryDetail()
        detail.sequence = 5
        switch what {
        case "reason": detail.reason = Sample.removed
        case "places": detail.places = 3
        case "heads": detail.heads = []
        default: detail.release = "a\"b"
        }
        #expect(PlainDetail.text(of: detail) == nil)
        let text = try detail.canonical
        #expect(text == (try Self.encoded(detail)) && EntryDetail(text) == detail)
    }

    @Test(
        "A text that is spelled otherwise is not read shortly",
        arguments: [
            "", "{", "{}", "{\"sequence\":05}", "{\"sequence\":5} ", "{ \"sequence\":5}", "{\"sequence\":-0}",
            "{\"sequence\":5,\"number\":1}", "{\"sequence\":9999999999999999999}", "{\"sequence\":5.0}",
            "{\"number\":1,\"sequence\":5,\"x\":1}", "{\"release\":\"a\\u0041\",\"sequence\":5}",
        ])
    func spelling(text: String) { #expect(PlainDetail.read(text) == nil) }
}
