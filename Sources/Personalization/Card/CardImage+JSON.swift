import CardProfiles
import Foundation

/// The language-neutral form: bytes are lowercase hexadecimal, numbers decimal.
extension CardImage: Encodable {
    private enum CodingKeys: String, CodingKey {
        case format, profile, chipSerial, keyVersion, provinceFactor, directories
    }

    /// The value of `format` in the JSON.
    static let format = "card-image/1"

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.format, forKey: .format)
        try container.encode(profile, forKey: .profile)
        try container.encode(chipSerial.hex, forKey: .chipSerial)
        try container.encode([keyVersion].hex, forKey: .keyVersion)
        try container.encode(provinceFactor.hex, forKey: .provinceFactor)
        try container.encode(directories, forKey: .directories)
    }

    /// Compact, keys in alphabetical order, ASCII only: the same image is always the same bytes.
    public var json: Data { Self.data(self, pretty: false) }

    /// The same for people, indented.
    public var prettyJSON: Data { Self.data(self, pretty: true) }

    static func data(_ value: some Encodable, pretty: Bool) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        // Texts, integers and arrays cannot fail to encode.
        return (try? encoder.encode(value)) ?? Data()
    }
}

extension CardImage.Key: Encodable {
    private enum CodingKeys: String, CodingKey { case name, reference, usage, tries }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode([reference].hex, forKey: .reference)
        try container.encode(usage.rawValue, forKey: .usage)
        try container.encode(tries, forKey: .tries)
    }
}

extension CardImage.Directory: Encodable {
    private enum CodingKeys: String, CodingKey { case name, parent, keys, files }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(parent, forKey: .parent)
        try container.encode(keys, forKey: .keys)
        try container.encode(files, forKey: .files)
    }
}

extension CardImage.File: Encodable {
    private enum CodingKeys: String, CodingKey { case path, structure, size, fill, records, content }

    /// A file with records has `records`; a transparent one has `content`, its first bytes, the rest being `fill`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        try container.encode(kind.rawValue, forKey: .structure)
        try container.encode(size, forKey: .size)
        try container.encode([fill].hex, forKey: .fill)
        switch content {
        case .records(let records): try container.encode(records.map(\.hex), forKey: .records)
        case .binary(let bytes): try container.encode(bytes.hex, forKey: .content)
        }
    }
}

extension Collection where Element == UInt8 {
    /// Lowercase hexadecimal.
    var hex: String {
        String(unsafeUninitializedCapacity: 2 * count) { text in
            var position = 0
            for byte in self {
                text[position] = Self.digit(byte >> 4)
                text[position + 1] = Self.digit(byte & 0x0F)
                position += 2
            }
            return position
        }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
}
