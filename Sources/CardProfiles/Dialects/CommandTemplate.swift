import Messages

/// What a template's data is protected with, and by which key.
public struct TemplateProtection: Sendable, Hashable {
    public let protection: Protection
    /// The key of this role in the current directory; the transport key counts as being in every one.
    public let key: KeyRole
}

/// A command with holes, from a line of a profile such as
/// `00 E0 00 00 : 62[ 82[descriptor 01 recordSize:2 recordCount] 83[fid] 80[size:2]? 86[read update] ]`.
///
/// `HEADER [: DATA] [le LENGTH] [@ PROTECTION(ROLE)]`. Header and data are made of
/// - bytes in hexadecimal with capital letters, `62`, `9F7F`;
/// - holes: a name of `CommandHole`, then `:N` for a number of N bytes, `<<N` and `|XX` to shift it and to set bits;
/// - in data, `TAG[ … ]` for a BER-TLV object, whose length is counted, and `( … )` for a part;
/// - `?` after a hole, an object or a part drops it when a hole in it has no value.
///
/// The header has four bytes; Lc, the MAC's bytes included, is no part of a template. `le 00` asks for all there is.
public struct CommandTemplate: Sendable, Hashable, CustomStringConvertible {
    /// In canonical spelling: one space between elements, none inside brackets.
    public let description: String
    public let protection: TemplateProtection?
    let header: [Element]
    let data: [Element]
    let expected: Element?

    indirect enum Element: Sendable, Hashable {
        case bytes([UInt8])
        case hole(CommandHole, width: Int, shift: Int, bits: Int, isOptional: Bool)
        case object(tag: [UInt8], [Element], isOptional: Bool)
        case part([Element], isOptional: Bool)
    }

    /// Parses a line.
    public init(_ line: String) throws(TemplateError) {
        var parser = try TemplateParser(line)
        self = try parser.template()
    }

    init(header: [Element], data: [Element], expected: Element?, protection: TemplateProtection?) {
        self.header = header
        self.data = data
        self.expected = expected
        self.protection = protection
        description = Self.spelling(header: header, data: data, expected: expected, protection: protection)
    }

    /// All holes of the template.
    public var holes: Set<CommandHole> { Self.holes(in: header + data + (expected.map { [$0] } ?? [])) }

    private static func holes(in elements: [Element]) -> Set<CommandHole> {
        elements.reduce(into: []) { found, element in
            switch element {
            case .bytes: break
            case .hole(let hole, _, _, _, _): found.insert(hole)
            case .object(_, let inner, _), .part(let inner, _): found.formUnion(holes(in: inner))
            }
        }
    }
}

/// A command with its holes filled, but for those only a live session can fill.
public struct RenderedCommand: Sendable, Hashable {
    /// A piece of the data field.
    public enum Segment: Sendable, Hashable {
        case bytes([UInt8])
        case live(CommandHole, count: Int)

        public var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .live(_, let count): count
            }
        }
    }
    /// CLA INS P1 P2.
    public let header: [UInt8]
    /// The data before protection.
    public let segments: [Segment]
    /// 1-65536; nil without Le.
    public let ne: Int?
    public let protection: TemplateProtection?

    /// Bytes of data before protection.
    public var plainLength: Int { segments.reduce(0) { $0 + $1.count } }
    /// The data, when no hole is live.
    public var data: [UInt8]? {
        var all: [UInt8] = []
        for segment in segments {
            guard case .bytes(let bytes) = segment else { return nil }
            all += bytes
        }
        return all
    }
    /// The bytes before the first live hole: what goes before a key.
    public var prefix: [UInt8] {
        var all: [UInt8] = []
        for segment in segments {
            guard case .bytes(let bytes) = segment else { break }
            all += bytes
        }
        return all
    }
    /// The live holes in order.
    public var liveHoles: [CommandHole] {
        segments.compactMap { if case .live(let hole, _) = $0 { hole } else { nil } }
    }
    /// The data with the live holes filled; nil when one is missing or has another length.
    public func data(filling live: [CommandHole: [UInt8]]) -> [UInt8]? {
        var all: [UInt8] = []
        for segment in segments {
            switch segment {
            case .bytes(let bytes): all += bytes
            case .live(let hole, let count):
                guard let bytes = live[hole], bytes.count == count else { return nil }
                all += bytes
            }
        }
        return all
    }
}

/// What is wrong with a template or with the values for its holes.
///
/// As with a profile, the words stand where the fault is found.
public struct TemplateError: AdvisedError, Hashable {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case unexpected, unknownHole, headerLength, number, nesting, missingHole, wrongValue, objectLength
    }

    public let code: Code
    /// What is wrong and what was expected.
    public let message: AnyMessage
    /// The character of the line where it is wrong, from 1; 0 when filling holes.
    public let column: Int

    init(_ code: Code, _ english: English, _ chinese: Chinese, column: Int = 0) {
        self.code = code
        message = AnyMessage(english, chinese)
        self.column = column
    }

    public static let domain = "template"
    public var kind: ErrorKind { .badInput }

    public var english: English {
        column > 0 ? "\(message) (character \(column) of the template)" : message.english
    }

    public var chinese: Chinese { column > 0 ? "\(message)（模板第 \(column) 个字符）" : message.chinese }
}
