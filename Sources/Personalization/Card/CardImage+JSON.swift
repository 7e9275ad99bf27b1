import CardProfiles
import Foundation

/// The language-neutral form: bytes are lowercase hexadecimal, numbers decimal.
extension CardImage {
    /// The value of `format` in the JSON.
    static let format = "card-image/1"

    /// Compact, keys in alphabetical order, ASCII only: the same image is always the same bytes.
    public var json: Data { Data(bytes(pretty: false)) }

    /// The same for people, indented.
    public var prettyJSON: Data { Data(bytes(pretty: true)) }

    /// Written out here: every card's digest is over it, and a general encoder took a tenth of a card's time.
    func bytes(pretty: Bool) -> [UInt8] {
        var writer = JSONWriter(isPretty: pretty)
        writer.object {
            $0.member("chipSerial", hex: chipSerial)
            $0.member("directories", list: directories) { writer, directory in directory.write(to: &writer) }
            $0.member("format", text: Self.format)
            $0.member("keyVersion", hex: CollectionOfOne(keyVersion))
            $0.member("profile", text: profile)
            $0.member("provinceFactor", hex: provinceFactor)
        }
        return writer.bytes
    }

    static func data(_ value: some Encodable, pretty: Bool) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        // Texts, integers and arrays cannot fail to encode.
        return (try? encoder.encode(value)) ?? Data()
    }
}

extension CardImage.Directory {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("files", list: files) { writer, file in file.write(to: &writer) }
            $0.member("keys", list: keys) { writer, key in key.write(to: &writer) }
            $0.member("name", text: name)
            if let parent { $0.member("parent", text: parent) }
        }
    }
}

extension CardImage.Key {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("name", text: name)
            $0.member("reference", hex: CollectionOfOne(reference))
            $0.member("tries", number: Int(tries))
            $0.member("usage", text: usage.rawValue)
        }
    }
}

extension CardImage.File {
    /// A file with records has `records`; a transparent one has `content`, its first bytes, the rest being `fill`.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object {
            if case .binary(let bytes) = content { $0.member("content", hex: bytes) }
            $0.member("fill", hex: CollectionOfOne(fill))
            $0.member("path", text: path)
            if case .records(let records) = content {
                $0.member("records", list: records) { writer, record in writer.write(hex: record) }
            }
            $0.member("size", number: size)
            $0.member("structure", text: kind.rawValue)
        }
    }
}

/// Writes members in the order they come, as `JSONEncoder` lays them out.
private struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let isPretty: Bool
    private var depth = 0
    private var isFirst = true

    init(isPretty: Bool) {
        self.isPretty = isPretty
        // The longest photo alone is 6 KiB in hexadecimal.
        bytes.reserveCapacity(32_768)
    }

    mutating func object(_ members: (inout JSONWriter) -> Void) {
        enclosed(0x7B, 0x7D, members)
    }

    mutating func member<Element>(
        _ name: StaticString, list: [Element], _ write: (inout JSONWriter, Element) -> Void
    ) {
        key(name)
        enclosed(0x5B, 0x5D) { writer in
            for element in list {
                writer.next()
                write(&writer, element)
            }
        }
    }

    mutating func member(_ name: StaticString, text: String) {
        key(name)
        write(text: text)
    }

    mutating func member(_ name: StaticString, number: Int) {
        key(name)
        bytes += String(number).utf8
    }

    mutating func member(_ name: StaticString, hex: some Collection<UInt8>) {
        key(name)
        write(hex: hex)
    }

    mutating func write(hex: some Collection<UInt8>) {
        bytes.append(0x22)
        for byte in hex {
            bytes.append(hexadecimalDigit(byte >> 4))
            bytes.append(hexadecimalDigit(byte & 0x0F))
        }
        bytes.append(0x22)
    }

    private mutating func write(text: String) {
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
        guard isPlain else { return bytes += CardImage.data(text, pretty: false) }
        bytes.append(0x22)
        bytes += text.utf8
        bytes.append(0x22)
    }

    private mutating func key(_ name: StaticString) {
        next()
        bytes.append(0x22)
        name.withUTF8Buffer { bytes += $0 }
        bytes.append(0x22)
        if isPretty { bytes.append(0x20) }
        bytes.append(0x3A)
        if isPretty { bytes.append(0x20) }
    }

    private mutating func next() {
        if !isFirst {
            bytes.append(0x2C)
            if isPretty { bytes.append(0x0A) }
        }
        isFirst = false
        indent()
    }

    private mutating func enclosed(_ start: UInt8, _ end: UInt8, _ content: (inout JSONWriter) -> Void) {
        bytes.append(start)
        if isPretty { bytes.append(0x0A) }
        depth += 1
        isFirst = true
        content(&self)
        depth -= 1
        isFirst = false
        if isPretty { bytes.append(0x0A) }
        indent()
        bytes.append(end)
    }

    private mutating func indent() {
        guard isPretty else { return }
        for _ in 0..<(2 * depth) { bytes.append(0x20) }
    }
}

private func hexadecimalDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }

extension Collection where Element == UInt8 {
    /// Lowercase hexadecimal.
    var hex: String {
        String(unsafeUninitializedCapacity: 2 * count) { text in
            var position = 0
            for byte in self {
                text[position] = hexadecimalDigit(byte >> 4)
                text[position + 1] = hexadecimalDigit(byte & 0x0F)
                position += 2
            }
            return position
        }
    }
}
