import Glibc
import Messages

/// GBK, the character set of the card (`Docs/protocol.md §10`): ASCII in one byte, everything else in two.
///
/// The table is that of the C library's `iconv(3)`, asked once for every double-byte code. Only exact two-way
/// mappings are used, so what was written reads back as the same text. Not taken over from `iconv`:
/// - byte `80` (`€`), which CP936 adds and GBK lacks,
/// - the Unicode tag characters, which `iconv` drops without a word,
/// - GB 18030's four-byte codes.
public enum GBK {
    /// The bytes of a text.
    ///
    /// - Throws: ``GBKError/notEncodable(_:)`` for the first character GBK lacks.
    public static func encode(_ text: String) throws(GBKError) -> [UInt8] {
        let table = table
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
                continue
            }
            guard table.isComplete else { throw .unavailable }
            guard scalar.value <= 0xFFFF, table.codes[Int(scalar.value)] != 0 else { throw .notEncodable(scalar) }
            let code = table.codes[Int(scalar.value)]
            bytes.append(UInt8(truncatingIfNeeded: code >> 8))
            bytes.append(UInt8(truncatingIfNeeded: code))
        }
        return bytes
    }

    /// The text of bytes, all of them: padding is the caller's business.
    ///
    /// - Throws: ``GBKError/invalid(offset:)`` for the first byte that begins no GBK character.
    public static func decode(_ bytes: some Collection<UInt8>) throws(GBKError) -> String {
        let table = table
        var scalars = String.UnicodeScalarView()
        var offset = 0
        var iterator = bytes.makeIterator()
        while let lead = iterator.next() {
            if lead < 0x80 {
                scalars.append(Unicode.Scalar(lead))
                offset += 1
                continue
            }
            guard table.isComplete else { throw .unavailable }
            guard let trail = iterator.next(),
                let scalar = Unicode.Scalar(table.scalars[Int(lead) << 8 | Int(trail)]), scalar.value != 0
            else { throw .invalid(offset: offset) }
            scalars.append(scalar)
            offset += 2
        }
        return String(scalars)
    }

    /// The text of bytes, U+FFFD in place of each character that is none. A byte that begins no character with the next
    /// one takes that along, unless it is ASCII: then it is half a character, and the next is whole.
    public static func decodeWithReplacements(_ bytes: some Collection<UInt8>) -> String {
        let table = table
        let bytes = Array(bytes)
        var scalars = String.UnicodeScalarView()
        var offset = 0
        while offset < bytes.count {
            let lead = bytes[offset]
            offset += 1
            if lead < 0x80 {
                scalars.append(Unicode.Scalar(lead))
                continue
            }
            let trail = offset < bytes.count ? bytes[offset] : 0
            let found = Unicode.Scalar(table.scalars[Int(lead) << 8 | Int(trail)])
            if let found, found.value != 0 {
                scalars.append(found)
                offset += 1
            } else {
                scalars.append("\u{FFFD}")
                // 80 and FF begin no character: the next byte is not theirs.
                if trail >= 0x80, (0x81...0xFE).contains(lead) { offset += 1 }
            }
        }
        return String(scalars)
    }

    /// The first byte of a character of two; nil for others.
    package static func lead(of scalar: Unicode.Scalar) -> UInt8? {
        guard scalar.value <= 0xFFFF else { return nil }
        let code = table.codes[Int(scalar.value)]
        return code == 0 ? nil : UInt8(truncatingIfNeeded: code >> 8)
    }

    private static let table = Table()

    private struct Table {
        /// UCS-2 by GBK code, 0 where there is none.
        var scalars = [UInt16](repeating: 0, count: 0x10000)
        /// GBK code by UCS-2, 0 where there is none.
        var codes = [UInt16](repeating: 0, count: 0x10000)
        /// False where the C library came without its GBK converter.
        var isComplete = false

        init() {
            guard let converter = iconv_open("UTF-16BE", "GBK"), Int(bitPattern: converter) != -1 else { return }
            defer { iconv_close(converter) }
            for lead in UInt16(0x81)...0xFE {
                let row = (UInt16(0x40)...0xFE).filter { $0 != 0x7F }.map { lead << 8 | $0 }
                var rest = row[...]
                while !rest.isEmpty {
                    // As many codes at once as there are characters of; the one after them is none.
                    let found = Self.scalars(of: rest, converter)
                    for (code, scalar) in zip(rest, found) {
                        guard scalar > 0x7F, !(0xD800...0xDFFF).contains(scalar), codes[Int(scalar)] == 0 else {
                            continue
                        }
                        scalars[Int(code)] = scalar
                        codes[Int(scalar)] = code
                    }
                    rest = rest.dropFirst(found.count + 1)
                }
            }
            isComplete = codes[0x4E00] == 0xD2BB
        }

        /// What the first of these codes stand for, up to one that stands for nothing.
        private static func scalars(of codes: ArraySlice<UInt16>, _ converter: iconv_t) -> [UInt16] {
            var source = codes.map(\.bigEndian)
            var target = [UInt16](repeating: 0, count: codes.count)
            let count = source.withUnsafeMutableBytes { source in
                target.withUnsafeMutableBytes { target in
                    var from = source.bindMemory(to: CChar.self).baseAddress
                    var to = target.bindMemory(to: CChar.self).baseAddress
                    var fromLeft = source.count
                    var toLeft = target.count
                    // A converter that failed keeps no state worth keeping.
                    _ = iconv(converter, nil, nil, nil, nil)
                    _ = iconv(converter, &from, &fromLeft, &to, &toLeft)
                    // Each code is one character of two bytes: what was read and what was written is as long.
                    return min(source.count - fromLeft, target.count - toLeft) / 2
                }
            }
            return target.prefix(count).map { UInt16(bigEndian: $0) }
        }
    }
}

/// What GBK refuses.
public enum GBKError: AdvisedError, Equatable {
    /// A character with no GBK code.
    case notEncodable(Unicode.Scalar)
    /// The byte at this offset begins no GBK character.
    case invalid(offset: Int)
    /// The C library has no GBK converter.
    case unavailable

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case notEncodable, invalid, unavailable
    }

    public static let domain = "gbk"
    public var kind: ErrorKind { .cardRefused }

    public var code: Code {
        switch self {
        case .notEncodable: .notEncodable
        case .invalid: .invalid
        case .unavailable: .unavailable
        }
    }
}
