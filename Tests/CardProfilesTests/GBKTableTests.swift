import Glibc
import Testing

@testable import CardProfiles

@Suite("The table of GBK") struct GBKTableTests {
    /// What the C library makes of one code by itself; nil for nothing, or what is not taken over from it.
    private func scalar(of code: [UInt8], _ converter: iconv_t) -> Unicode.Scalar? {
        var (source, target) = (code, [UInt8](repeating: 0, count: 8))
        let written = source.withUnsafeMutableBytes { source in
            target.withUnsafeMutableBytes { target -> Int in
                var from = source.bindMemory(to: CChar.self).baseAddress
                var to = target.bindMemory(to: CChar.self).baseAddress
                var (fromLeft, toLeft) = (source.count, target.count)
                _ = iconv(converter, nil, nil, nil, nil)
                let isExact = iconv(converter, &from, &fromLeft, &to, &toLeft) == 0 && fromLeft == 0
                return isExact ? target.count - toLeft : 0
            }
        }
        let unit = UInt32(target[0]) << 8 | UInt32(target[1])
        return written == 2 && unit > 0x7F ? Unicode.Scalar(unit) : nil
    }

    @Test("Every code is what the C library says of it by itself, and comes back as it was")
    func everyCode() throws {
        let converter = try #require(iconv_open("UTF-16BE", "GBK"))
        try #require(Int(bitPattern: converter) != -1)
        defer { iconv_close(converter) }
        var met: Set<Unicode.Scalar> = []
        var wrong: [[UInt8]] = []
        for lead in UInt8(0x81)...0xFE {
            for trail in UInt8(0x40)...0xFE where trail != 0x7F {
                let code = [lead, trail]
                let expected = scalar(of: code, converter).flatMap { met.insert($0).inserted ? $0 : nil }
                let found = (try? GBK.decode(code))?.unicodeScalars.first
                if found != expected { wrong.append(code) }
                if let found, (try? GBK.encode(String(found))) != code { wrong.append(code) }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
        #expect(met.count > 20_000)
    }
}

@Suite("Base64") struct Base64Tests {
    @Test(
        "The vectors of RFC 4648 §10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, text: String) {
        #expect(Array(plain.utf8).base64 == text)
        #expect([UInt8](base64: text) == Array(plain.utf8))
    }

    @Test("Every byte comes back")
    func bytes() { #expect([UInt8](base64: Array(UInt8.min...UInt8.max).base64) == Array(UInt8.min...UInt8.max)) }

    @Test(
        "What is no Base64 of one line is refused",
        arguments: ["Z", "Zg", "Zg=", "=Zg=", "Zg==Zg==", "Zg=A", "Z===", "Zm9v\n", " Zm9v", "Zm9*", "Zm9vZg==="])
    func refused(text: String) { #expect([UInt8](base64: text) == nil) }
}
