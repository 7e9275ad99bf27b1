import Foundation
import ShangMi

/// The spelling releases and revocation lists share (`Docs/releases.md`): lines `label: value` in a fixed order, so that
/// one content has one spelling and a file that can be read in two ways cannot be written.
struct SignedTextReader {
    static let longestFile = 65536
    static let longestLine = 16384

    let bytes: [UInt8]
    private let lines: [String]
    /// The next line, from 0.
    private(set) var place = 0

    /// - Parameter format: the first line.
    init(_ bytes: [UInt8], format: String) throws(ReleaseFileError) {
        guard bytes.count <= Self.longestFile else {
            throw ReleaseFileError(0, .tooLong(limit: Self.longestFile))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ReleaseFileError(0, .notUTF8)
        }
        guard bytes.last == 0x0A else { throw ReleaseFileError(0, .noLineEnd) }
        // By bytes: for Swift a line end and what may be combined with it are one character.
        let lines = bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard line.count <= Self.longestLine else { throw ReleaseFileError(index + 1, .lineTooLong) }
            guard !line.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw ReleaseFileError(index + 1, .controlCharacter)
            }
        }
        _ = text
        self.bytes = bytes
        self.lines = lines.map { String(decoding: $0, as: UTF8.self) }
        guard self.lines[0].utf8.elementsEqual(format.utf8) else {
            throw ReleaseFileError(1, .otherFormat(expected: format))
        }
        place = 1
    }

    /// How many bytes stand before the next line.
    var offset: Int { lines[..<place].reduce(0) { $0 + $1.utf8.count + 1 } }

    /// The value of the next line, which has this label.
    mutating func value(_ label: String) throws(ReleaseFileError) -> String {
        guard let value = next(label) else { throw ReleaseFileError(place + 1, .missing(label)) }
        return value
    }

    /// The values of all next lines with this label.
    mutating func values(_ label: String, atMost most: Int) throws(ReleaseFileError) -> [String] {
        var values: [String] = []
        while let value = next(label) {
            guard values.count < most else { throw ReleaseFileError(place, .tooOften(label)) }
            values.append(value)
        }
        return values
    }

    /// - Throws: unless every line has been read.
    func end() throws(ReleaseFileError) {
        guard place == lines.count else { throw ReleaseFileError(place + 1, .unexpected) }
    }

    /// A value by what makes one of its text.
    mutating func value<Value>(
        _ label: String, _ kind: ReleaseValueKind, _ make: (String) -> Value?
    ) throws(ReleaseFileError) -> Value {
        guard let value = make(try value(label)) else {
            throw ReleaseFileError(place, .value(label, kind))
        }
        return value
    }

    private mutating func next(_ label: String) -> String? {
        guard place < lines.count else { return nil }
        let start = Array((label + ": ").utf8)
        guard lines[place].utf8.starts(with: start) else { return nil }
        defer { place += 1 }
        return String(decoding: lines[place].utf8.dropFirst(start.count), as: UTF8.self)
    }
}

/// Writes the same.
struct SignedTextWriter {
    private(set) var text: String

    init(format: String) { text = format + "\n" }

    mutating func line(_ label: String, _ value: String) { text += "\(label): \(value)\n" }
    var bytes: [UInt8] { Array(text.utf8) }
}

/// The kinds of values.
enum SignedValue {
    /// Bytes of the longest text.
    static let longestText = 240

    /// A name for people: one line, without anything that cannot be seen. Two names that look the same may still differ;
    /// they are compared byte by byte.
    static func isText(_ text: String) -> Bool {
        guard (1...longestText).contains(text.utf8.count),
            text.utf8.elementsEqual(text.precomposedStringWithCanonicalMapping.utf8), text.utf8.first != 0x20,
            text.utf8.last != 0x20
        else { return false }
        // A mark with nothing before it is drawn upon whatever stands there, or not at all.
        if let first = text.unicodeScalars.first, isMark(first) { return false }
        return text.unicodeScalars.allSatisfy(canBeSeen)
    }

    /// Some characters count as letters or marks and draw nothing: fillers, variation selectors, joiners, empty patterns.
    private static func canBeSeen(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.properties.isDefaultIgnorableCodePoint, !isBlank(scalar) else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
        case .spaceSeparator: return scalar == " "
        default: return true
        }
    }

    /// What draws nothing and is not called ignorable: the empty braille pattern, the empty note head, fillers and blanks
    /// of other scripts, the place of an object.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2800, 0x1D159, 0x16FE4, 0x13441...0x13442, 0xFFFC, 0x2D7F, 0x1107F: true
        default: false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    static func text(_ text: String) -> String? { isText(text) ? text : nil }

    /// 64 lowercase hexadecimal digits.
    static func digest(_ text: String) -> String? { text.utf8.count == 64 && isHex(text) ? text : nil }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }

    static func bytes(hex: String, count: Int) -> [UInt8]? {
        guard hex.utf8.count == count * 2, isHex(hex) else { return nil }
        var bytes: [UInt8] = []
        var rest = Substring(hex)
        while let byte = UInt8(rest.prefix(2), radix: 16), !rest.isEmpty {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes.count == count ? bytes : nil
    }

    private static func isHex(_ text: String) -> Bool {
        text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
    }

    /// A number from 0 in decimal digits, in its one spelling.
    static func number(_ text: String, atMost most: Int64) -> Int64? {
        guard let number = Int64(text), number >= 0, number <= most, text == String(number) else { return nil }
        return number
    }

    /// Base64 in its one spelling.
    static func base64(_ text: String) -> [UInt8]? {
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text, !data.isEmpty else {
            return nil
        }
        return Array(data)
    }

    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// Whether two texts are the same to the byte: Swift's own comparison takes different spellings for one.
    static func areSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
}
