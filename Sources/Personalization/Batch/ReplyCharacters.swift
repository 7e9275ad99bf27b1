import Messages

/// The character set of a reply: what its first line says, and what its bytes are.
public struct ReplyCharacters {
    /// What is wrong between the two.
    public enum Problem: Message, Hashable {
        /// UTF-8 is declared, or nothing, which is the same; bytes from 1 on are counted.
        case notUTF8(isDeclared: Bool, byte: Int)
        /// GBK or GB2312 is declared.
        case isUTF8
    }

    /// The character set that is declared, in small letters; nil where none is, which is UTF-8.
    private(set) var declared: String?
    /// Characters of two bytes each: UTF-16.
    private(set) var isWide = false

    /// Where the first byte lies that cannot be UTF-8, from 0; nil for none.
    private(set) var firstForeignByte: Int?
    /// Characters of three bytes, as Chinese ones are, and of two or four.
    private var threeBytes = 0
    private var otherLengths = 0
    private var offset = 0
    private var rest = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Sets whose names all mean the Chinese one that has the most characters: programs write GB2312 and send GBK, and
    /// browsers read both as GB18030.
    private static let chinese: Set<String> = ["gb2312", "gbk", "gb18030", "cp936", "windows-936"]

    /// The name of a declared set that is read as GB18030, for the XML library; nil for others.
    var widened: String? { !isWide && declared.map(Self.chinese.contains) ?? false ? "GB18030" : nil }

    /// - Parameter head: the first bytes, the XML declaration among them.
    init(head: [UInt8]) {
        isWide = head.starts(with: [0xFE, 0xFF]) || head.starts(with: [0xFF, 0xFE]) || head.prefix(2).contains(0)
        declared = Self.declaration(head)
    }

    /// The character set in an XML declaration.
    static func declaration(_ head: [UInt8]) -> String? {
        let text = String(decoding: head.filter { $0 != 0 && $0 < 0x80 }, as: UTF8.self)
        guard text.hasPrefix("<?xml"), let end = text.firstRange(of: "?>"),
            let at = text[..<end.lowerBound].firstRange(of: "encoding")
        else { return nil }
        return text[at.upperBound..<end.lowerBound].drop { " \t\r\n=".contains($0) }.dropFirst().prefix {
            $0 != "\"" && $0 != "'"
        }.lowercased()
    }

    /// Follows the bytes as they come.
    mutating func follow(_ bytes: UnsafeRawBufferPointer) {
        guard !isWide, firstForeignByte == nil else { return }
        var index = 0
        while index < bytes.count {
            // Most of a reply is ASCII.
            if rest == 0, index + 8 <= bytes.count,
                bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                offset += 8
                continue
            }
            let byte = bytes[index]
            index += 1
            defer { offset += 1 }
            if rest == 0 {
                if byte < 0x80 { continue }
                guard begin(byte) else {
                    firstForeignByte = offset
                    return
                }
            } else {
                guard (lowest...highest).contains(byte) else {
                    firstForeignByte = offset
                    return
                }
                (lowest, highest) = (0x80, 0xBF)
                rest -= 1
            }
        }
    }

    /// The bytes that may come behind the first of a character (Unicode 15, table 3-7).
    private mutating func begin(_ byte: UInt8) -> Bool {
        (lowest, highest) = (0x80, 0xBF)
        switch byte {
        case 0xC2...0xDF: rest = 1
        case 0xE0: (rest, lowest) = (2, 0xA0)
        case 0xED: (rest, highest) = (2, 0x9F)
        case 0xE1...0xEF: rest = 2
        case 0xF0: (rest, lowest) = (3, 0x90)
        case 0xF1...0xF3: rest = 3
        case 0xF4: (rest, highest) = (3, 0x8F)
        default: return false
        }
        if rest == 2 { threeBytes += 1 } else { otherLengths += 1 }
        return true
    }

    /// What is wrong between declaration and bytes; nil for nothing that can be told.
    var problem: Problem? {
        guard !isWide else { return nil }
        let isChinese = declared.map(Self.chinese.contains) ?? false
        if let firstForeignByte, declared == nil || declared == "utf-8" || declared == "utf8" {
            return .notUTF8(isDeclared: declared != nil, byte: firstForeignByte + 1)
        }
        // Chinese characters have three bytes in UTF-8. Of GBK only a few words happen to be right UTF-8 as well, and those
        // have two bytes a character.
        if isChinese, firstForeignByte == nil, threeBytes > otherLengths {
            return .isUTF8
        }
        return nil
    }
}
