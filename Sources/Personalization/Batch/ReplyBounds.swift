import Foundation

/// What the bytes of a reply must keep to before the XML library sees them: its work on some things grows faster than
/// their length (it compares every attribute of an element with every other one), and a reply has none of them.
///
/// The bytes are followed as they come, in the widths of the encodings that replies are written in; an encoding in which
/// the signs of XML could hide is refused.
struct ReplyBounds {
    /// Bytes of one tag. Those of a reply have no attributes; one for a schema may be there.
    static let longestTag = 1024
    /// Bytes between two tags, a photo in Base64 among them; of a comment, too.
    static let longestText = 1 << 20
    /// 99,999 records of eighteen elements have less than a third of them.
    static let mostTags = 12_000_000
    /// Bytes of the XML declaration that are looked at.
    private static let longestDeclaration = 256

    private enum Place {
        case text
        /// `quote` is 0 outside of a value.
        case tag(quote: UInt8)
        /// Behind `<!--`, `<![CDATA[` or `<?`: what ends it.
        case until([UInt8])
    }

    private var place = Place.text
    /// Characters since the place began.
    private var length = 0
    private var tags = 0
    /// The last eight characters.
    private var last: UInt64 = 0
    private var head: [UInt8] = []
    /// Bytes of a character, and which of them tells ASCII.
    private var width = 1
    private var significant = 0
    private var position = 0
    private var value: UInt8 = 0
    private var isASCII = true

    /// What is wrong with the next bytes; nil for nothing.
    mutating func problem(in bytes: UnsafeRawBufferPointer) -> ReplyStop? {
        if head.count < Self.longestDeclaration, !bytes.isEmpty {
            head += bytes.prefix(Self.longestDeclaration - head.count)
            if let problem = problemInHead() { return problem }
        }
        if width == 1 { return plainProblem(in: bytes) }
        for byte in bytes {
            if let problem = take(byte) { return problem }
        }
        return nil
    }

    /// As byte by byte, where a character has one: texts and tags without attributes are passed over at once.
    private mutating func plainProblem(in bytes: UnsafeRawBufferPointer) -> ReplyStop? {
        var index = 0
        while index < bytes.count {
            switch place {
            case .text:
                let rest = UnsafeRawBufferPointer(rebasing: bytes[index...])
                let count = Self.length(of: rest, before: UInt8(ascii: "<"))
                length += count
                if length > Self.longestText { return .text(limit: Self.longestText) }
                index += count
                guard index < bytes.count else { return nil }
            case .tag(quote: 0) where length == 0:
                if let count = Self.plainTag(UnsafeRawBufferPointer(rebasing: bytes[index...])) {
                    begin(.text)
                    index += count
                    continue
                }
            default: break
            }
            if let problem = follow(bytes[index]) { return problem }
            index += 1
        }
        return nil
    }

    private static func length(of bytes: UnsafeRawBufferPointer, before end: UInt8) -> Int {
        guard let start = bytes.baseAddress, let found = memchr(start, CInt(end), bytes.count) else {
            return bytes.count
        }
        return start.distance(to: UnsafeRawPointer(found))
    }

    /// Bytes of a tag up to its `>`; nil for one that has more than a name, or does not end here.
    private static func plainTag(_ bytes: UnsafeRawBufferPointer) -> Int? {
        for (index, byte) in bytes.prefix(longestTag).enumerated() {
            switch byte {
            case UInt8(ascii: ">"): return index + 1
            case UInt8(ascii: "/"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
                break
            default: return nil
            }
        }
        return nil
    }

    private mutating func problemInHead() -> ReplyStop? {
        guard head.count >= 4 else { return nil }
        switch (head[0], head[1]) {
        case (0xFE, 0xFF), (0x00, 0x3C): (width, significant) = (2, 1)
        case (0xFF, 0xFE), (0x3C, 0x00): (width, significant) = (2, 0)
        case (0xEF, 0xBB), (0x3C, _), (0x09...0x0D, _), (0x20, _): (width, significant) = (1, 0)
        default: return .notXML
        }
        if head[2] == 0, head[3] == 0 { return .fourByteCharacters }
        guard let name = ReplyCharacters.declaration(head) else { return nil }
        return Self.encodings.contains(name) ? nil : .encoding
    }

    private static let encodings: Set<String> = [
        "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "gbk", "gb2312", "gb18030", "cp936", "windows-936",
        "us-ascii",
        "ascii", "iso-8859-1", "windows-1252",
    ]

    private mutating func take(_ byte: UInt8) -> ReplyStop? {
        guard width > 1 else { return follow(byte) }
        if position == significant { value = byte } else if byte != 0 { isASCII = false }
        position += 1
        guard position == width else { return nil }
        defer { (position, isASCII) = (0, true) }
        return follow(isASCII ? value : 0x80)
    }

    private mutating func follow(_ character: UInt8) -> ReplyStop? {
        last = last << 8 | UInt64(character)
        length += 1
        switch place {
        case .text:
            if character == UInt8(ascii: "<") {
                tags += 1
                if tags > Self.mostTags { return .tags(limit: Self.mostTags) }
                begin(.tag(quote: 0))
            } else if length > Self.longestText {
                return .text(limit: Self.longestText)
            }
        case .tag(let quote):
            if length > Self.longestTag { return .tag(limit: Self.longestTag) }
            switch character {
            case quote where quote != 0: place = .tag(quote: 0)
            case UInt8(ascii: "\""), UInt8(ascii: "'"): if quote == 0 { place = .tag(quote: character) }
            case UInt8(ascii: ">"): if quote == 0 { begin(.text) }
            case UInt8(ascii: "?") where length == 1: begin(.until(Array("?>".utf8)))
            case UInt8(ascii: "-") where length == 3 && ends(with: "!--"): begin(.until(Array("-->".utf8)))
            case UInt8(ascii: "[") where length == 8 && ends(with: "![CDATA["): begin(.until(Array("]]>".utf8)))
            default: break
            }
        case .until(let end):
            if character == UInt8(ascii: ">"), length >= end.count, ends(with: end) { begin(.text) }
            if length > Self.longestText { return .comment(limit: Self.longestText) }
        }
        return nil
    }

    private mutating func begin(_ next: Place) {
        place = next
        length = 0
    }

    private func ends(with text: String) -> Bool { ends(with: Array(text.utf8)) }

    private func ends(with bytes: [UInt8]) -> Bool {
        for (index, byte) in bytes.reversed().enumerated()
        where UInt8(truncatingIfNeeded: last >> (8 * UInt64(index))) != byte {
            return false
        }
        return true
    }
}
