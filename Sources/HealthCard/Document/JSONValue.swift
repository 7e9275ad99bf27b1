/// JSON that keeps the order of its members, as the profile gives it; Foundation's encoder sorts them or does not.
public indirect enum JSONValue: Sendable, Hashable {
    case object([Member])
    case array([JSONValue])
    case string(String)
    case number(Int)
    /// A decimal number as it is to be written, `12.50`: its decimals are part of what it says.
    case decimal(String)
    case boolean(Bool)

    public struct Member: Sendable, Hashable {
        public let name: String
        public let value: JSONValue

        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// UTF-8 text without a line end after it; two blanks a level when pretty, one line when not.
    public func text(pretty: Bool = false) -> String {
        var text: [UInt8] = []
        write(into: &text, indent: pretty ? 0 : nil)
        return String(decoding: text, as: UTF8.self)
    }

    private func write(into text: inout [UInt8], indent: Int?) {
        switch self {
        case .object(let members):
            Self.write(members, "{", "}", into: &text, indent) { member, text, indent in
                Self.write(member.name, into: &text)
                text.append(contentsOf: indent == nil ? [0x3A] : [0x3A, 0x20])
                member.value.write(into: &text, indent: indent)
            }
        case .array(let values):
            Self.write(values, "[", "]", into: &text, indent) { value, text, indent in
                value.write(into: &text, indent: indent)
            }
        case .string(let string): Self.write(string, into: &text)
        case .number(let number): text.append(contentsOf: String(number).utf8)
        case .decimal(let number): text.append(contentsOf: number.utf8)
        case .boolean(let boolean): text.append(contentsOf: (boolean ? "true" : "false").utf8)
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, into text: inout [UInt8], _ indent: Int?,
        _ write: (Element, inout [UInt8], Int?) -> Void
    ) {
        func newLine(_ depth: Int?, _ text: inout [UInt8]) {
            guard let depth else { return }
            text.append(0x0A)
            text.append(contentsOf: Array(repeating: 0x20, count: depth * 2))
        }
        text.append(contentsOf: open.utf8)
        let inner = indent.map { $0 + 1 }
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(0x2C) }
            newLine(inner, &text)
            write(element, &text, inner)
        }
        if !elements.isEmpty { newLine(indent, &text) }
        text.append(contentsOf: close.utf8)
    }

    /// RFC 8259 §7: quotation mark, reverse solidus and control characters are escaped, and what would steer a terminal.
    private static func write(_ string: String, into text: inout [UInt8]) {
        let hex = Array("0123456789abcdef".utf8)
        text.append(0x22)
        let start = text.count
        var isPlain = true
        for byte in string.utf8 {
            switch byte {
            case 0x22, 0x5C: text.append(contentsOf: [0x5C, byte])
            case 0x00..<0x20:
                text.append(contentsOf: Array("\\u00".utf8) + [hex[Int(byte >> 4)], hex[Int(byte & 0x0F)]])
            default:
                text.append(byte)
                isPlain = isPlain && byte < 0x7F
            }
        }
        if !isPlain {
            let written = String(decoding: text[start...], as: UTF8.self)
            text.replaceSubrange(start..., with: written.visibleJSON.utf8)
        }
        text.append(0x22)
    }
}
