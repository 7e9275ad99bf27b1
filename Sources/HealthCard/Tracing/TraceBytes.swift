import ISO7816

/// Bytes of a trace, some of them perhaps only counted: `0082000011[17]` shows five and hides seventeen.
public struct TraceBytes: Sendable, Hashable, CustomStringConvertible {
    public enum Piece: Sendable, Hashable {
        case shown([UInt8])
        case hidden(Int)
    }

    public private(set) var pieces: [Piece] = []
    /// All of them, hidden ones included.
    public private(set) var count = 0

    /// As many as an extended APDU and its status word can be.
    static let limit = 65_546

    public init(_ bytes: [UInt8] = []) { show(bytes) }

    /// Hexadecimal digits, and counts of hidden bytes in brackets.
    ///
    /// - Returns: nil for anything else, and for more bytes than an APDU has.
    public init?(text: String) {
        var rest = Substring(text)
        while let first = rest.first {
            if first == "[" {
                guard let end = rest.firstIndex(of: "]"),
                    let count = Int(rest[rest.index(after: rest.startIndex)..<end]),
                    (1...Self.limit).contains(count)
                else { return nil }
                hide(count)
                rest = rest[rest.index(after: end)...]
            } else {
                let digits = rest.prefix { $0 != "[" }
                guard digits.utf8.allSatisfy(Self.isDigit), let bytes = Hex.decode(String(digits)) else { return nil }
                show(bytes)
                rest = rest[digits.endIndex...]
            }
            guard count <= Self.limit else { return nil }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    mutating func show(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        pieces.append(.shown(bytes))
        count += bytes.count
    }

    mutating func hide(_ count: Int) {
        guard count > 0 else { return }
        pieces.append(.hidden(count))
        self.count += count
    }

    /// The bytes; nil when some are hidden.
    public var bytes: [UInt8]? {
        var all: [UInt8] = []
        for piece in pieces {
            guard case .shown(let bytes) = piece else { return nil }
            all += bytes
        }
        return all
    }

    /// The bytes before the first hidden one.
    var start: [UInt8] {
        guard case .shown(let bytes)? = pieces.first else { return [] }
        return bytes
    }

    /// The bytes after the last hidden one.
    var end: [UInt8] {
        guard case .shown(let bytes)? = pieces.last else { return [] }
        return bytes
    }

    public var description: String {
        pieces.map { piece in
            switch piece {
            case .shown(let bytes): Hex.encode(bytes)
            case .hidden(let count): "[\(count)]"
            }
        }.joined()
    }

    /// For people: `00 82 00 00 11 [17 bytes]`.
    public var spaced: String {
        pieces.map { piece in
            switch piece {
            case .shown(let bytes): Hex.encode(bytes, separator: " ")
            case .hidden(let count): "[\(count) bytes]"
            }
        }.joined(separator: " ")
    }
}
