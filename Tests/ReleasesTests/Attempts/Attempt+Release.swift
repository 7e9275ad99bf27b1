import CardProfiles
import Foundation
import ShangMi
import Testing

@testable import Releases

/// The release's file: edited, spelt otherwise, signed otherwise.
extension Attempt {
    private static let other = String(repeating: "c", count: 64)

    /// What every line is edited into, after it was signed.
    private static let edits: [(label: String, value: String)] = [
        ("id", "R-2"), ("maker", "华虹"), ("product", "CIU99"), ("product-version", "2.2"), ("dialect", "huahong"),
        ("profile", "another-card"), ("profile-digest", other), ("report-digest", other), ("engine-version", "any"),
        ("software-digest", other), ("valid-from", "2026-01-01"), ("valid-until", "2029-12-30"), ("limit", "1000000"),
        ("station", "S2"), ("ledger", other), ("ledger-head", "1 " + other), ("revocation-list", "7"),
        ("authority", "another"), ("signed-at", "2026-01-01T00:00:00Z"),
        ("signature", String(repeating: "1", count: 128)),
        ("accepted-not-run", "life-cycle"),
    ]

    private static func spelt(_ bench: Bench, _ change: (String) -> String) throws -> String? {
        let text = String(decoding: try bench.release().bytes, as: UTF8.self)
        let changed = change(text)
        try #require(changed.utf8.elementsEqual(text.utf8) == false)
        return try code { try bench.admit(Release(Array(changed.utf8))) }
    }

    static let releaseFiles: [Attempt] =
        edits.map { label, value in
            Attempt("\(label) edited after it was signed", "releaseSignature") { bench in
                bench.terms.acceptedNotRun = ["power-cut"]
                bench.terms.ledgerHead = ReleaseTerms.LedgerHead("2:" + other)
                bench.terms.validUntil = try #require(bench.terms.validFrom.nextMonth)
                return try bench.admission(bench.edited(label, value))
            }
        } + [
            Attempt("authority-key edited", "authorityUnknown") { bench in
                try bench.admission(bench.edited("authority-key", other))
            },
            Attempt("a part of the profile edited", "releaseSignature") { bench in
                let part = try #require(bench.terms.profile.parts.first)
                return try bench.admission(bench.edited("profile-part", "\(other) \(part.name)"))
            },
            Attempt("a line twice", "file") { bench in
                try spelt(bench) { $0.replacing("\nmaker: 华大", with: "\nmaker: 华大\nmaker: 华大") }
            },
            Attempt("the head of the ledger taken out", "releaseSignature") { bench in
                bench.terms.ledgerHead = ReleaseTerms.LedgerHead("2:" + other)
                return try spelt(bench) { $0.replacing("ledger-head: 2 \(other)\n", with: "") }
            },
            Attempt("two heads of the ledger", "file") { bench in
                bench.terms.ledgerHead = ReleaseTerms.LedgerHead("2:" + other)
                return try spelt(bench) {
                    $0.replacing("ledger-head: ", with: "ledger-head: 1 \(other)\nledger-head: ")
                }
            },
            Attempt("a head before the first entry", "file") { bench in
                bench.terms.ledgerHead = ReleaseTerms.LedgerHead("2:" + other)
                return try spelt(bench) { $0.replacing("ledger-head: 2 ", with: "ledger-head: 0 ") }
            },
            Attempt("a line end of Windows before the last", "file") { bench in
                try spelt(bench) { String($0.dropLast()) + "\r\n" }
            },
            Attempt("the signature in capitals", "file") { bench in
                try spelt(bench) { text in
                    let signature = text.split(separator: "\n").last ?? ""
                    return text.replacing(
                        signature, with: "signature: " + signature.dropFirst("signature: ".count).uppercased())
                }
            },
            Attempt("a revocation list for a release", "file") { bench in
                try code { try bench.admit(Release(bench.list().bytes)) }
            },
            Attempt("an enrolment for a release", "file") { bench in
                try code { try bench.admit(Release(bench.chain.current.bytes)) }
            },
            Attempt("a report for a release", "file") { bench in
                try code { try bench.admit(Release(Array("{\"passed\": 2354}\n".utf8))) }
            },
            Attempt("nothing for a release", "file") { bench in try code { try bench.admit(Release([])) } },
            Attempt("five years and a day", "file") { bench in
                let last = ReleaseTerms.lastDay(of: bench.terms.validFrom)
                bench.terms.validUntil = try #require(
                    ReleaseTime(beginningOf: last).advanced(bySeconds: Bench.day + 3600 * 9).day)
                return try bench.admission()
            },
        ]
        + unseen.map { name, scalar in
            Attempt("\(name) in the maker", "file") { bench in
                let text = try String(#require(Unicode.Scalar(scalar)))
                return try spelt(bench) { $0.replacing("maker: 华大", with: "maker: 华\(text)大") }
            }
        }

    /// What counts as a letter or a mark and draws nothing, and what was refused before.
    private static let unseen: [(String, UInt32)] = [
        ("a Hangul filler", 0x3164), ("a Hangul initial filler", 0x115F), ("a Hangul medial filler", 0x1160),
        ("a half-width Hangul filler", 0xFFA0), ("an empty braille pattern", 0x2800), ("a variation selector", 0xFE0F),
        ("an ideographic variation selector", 0xE0100), ("a Mongolian variation selector", 0x180B),
        ("a grapheme joiner", 0x034F), ("a soft hyphen", 0x00AD), ("a word joiner", 0x2060),
        ("a zero-width space", 0x200B), ("a Khmer inherent vowel", 0x17B4), ("an invisible times", 0x2062),
        ("an empty note head", 0x1D159), ("a wide blank", 0x3000), ("a tag", 0xE0041), ("an object's place", 0xFFFC),
        ("a private character", 0xE000),
    ]

    // MARK: The signature's other forms

    private static func signed(_ bench: Bench, _ change: ([UInt8], [UInt8]) -> [UInt8]) throws -> String? {
        let signature = try bench.release().signature
        let changed = change(Array(signature.prefix(32)), Array(signature.suffix(32)))
        return try bench.admission(bench.edited("signature", SignedValue.hex(changed)))
    }

    private static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x72, 0x03,
        0xDF,
        0x6B, 0x21, 0xC6, 0x05, 0x2B, 0x53, 0xBB, 0xF4, 0x09, 0x39, 0xD5, 0x41, 0x23,
    ]
    private static let zero = [UInt8](repeating: 0, count: 32)
    private static let one = [UInt8](repeating: 0, count: 31) + [1]

    /// n − s.
    private static func negated(_ value: [UInt8]) -> [UInt8] {
        var result = order
        var borrow = 0
        for index in stride(from: 31, through: 0, by: -1) {
            let digit = Int(order[index]) - Int(value[index]) - borrow
            borrow = digit < 0 ? 1 : 0
            result[index] = UInt8(truncatingIfNeeded: digit)
        }
        return result
    }

    /// s + n, its overflow left out.
    private static func added(_ value: [UInt8]) -> [UInt8] {
        var result = value
        var carry = 0
        for index in stride(from: 31, through: 0, by: -1) {
            let digit = Int(order[index]) + Int(value[index]) + carry
            carry = digit >> 8
            result[index] = UInt8(truncatingIfNeeded: digit)
        }
        return result
    }

    static let signatures: [Attempt] = [
        Attempt("s negated", "releaseSignature") { try signed($0) { r, s in r + negated(s) } },
        Attempt("r negated", "releaseSignature") { try signed($0) { r, s in negated(r) + s } },
        Attempt("r and s negated", "releaseSignature") { try signed($0) { r, s in negated(r) + negated(s) } },
        Attempt("r + n", "releaseSignature") { try signed($0) { r, s in added(r) + s } },
        Attempt("s + n", "releaseSignature") { try signed($0) { r, s in r + added(s) } },
        Attempt("r of 0", "releaseSignature") { try signed($0) { _, s in zero + s } },
        Attempt("s of 0", "releaseSignature") { try signed($0) { r, _ in r + zero } },
        Attempt("both 0", "releaseSignature") { try signed($0) { _, _ in zero + zero } },
        Attempt("both n", "releaseSignature") { try signed($0) { _, _ in order + order } },
        Attempt("both 1", "releaseSignature") { try signed($0) { _, _ in one + one } },
        Attempt("1 and n - 1", "releaseSignature") { try signed($0) { _, _ in one + negated(one) } },
        Attempt("r and s exchanged", "releaseSignature") { try signed($0) { r, s in s + r } },
        Attempt("the signature of other terms", "releaseSignature") { bench in
            let small = try bench.release()
            bench.terms.limit = 5
            return try bench.admission(bench.edited("signature", SignedValue.hex(small.signature)))
        },
        Attempt("a person's signature in the place of the authority's", "authorityUnknown") { bench in
            try bench.admission(bench.terms.signed(by: Factory.persons[0].key))
        },
        Attempt("a stranger's signature under the authority's key", "releaseSignature") { bench in
            let stranger = try bench.terms.signed(by: SM2.PrivateKey.generate())
            var text = String(decoding: stranger.bytes, as: UTF8.self)
            text.replace(stranger.authorityKey, with: try bench.release().authorityKey)
            return try code { try bench.admit(Release(Array(text.utf8))) }
        },
    ]
}

extension CalendarDate {
    /// The same day a month on, or the 28th.
    var nextMonth: CalendarDate? {
        CalendarDate(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: min(day, 28))
    }
}
