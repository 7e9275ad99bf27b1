import ISO7816

extension CommandTemplate {
    /// The command with its holes filled.
    /// - Throws: `missingHole` when a hole that is not optional has no value, `wrongValue` when a value does not fit.
    public func render(_ values: [CommandHole: HoleValue]) throws(TemplateError) -> RenderedCommand {
        var head = SegmentWriter()
        try Self.write(header, values, into: &head)
        guard case .bytes(let headerBytes)? = head.segments.first, head.segments.count == 1 else {
            throw TemplateError(.wrongValue, "the header cannot have live holes", "命令头不能有会话中填写的占位符")
        }
        var body = SegmentWriter()
        try Self.write(data, values, into: &body)
        return RenderedCommand(
            header: headerBytes, segments: body.segments, ne: try expectedLength(values), protection: protection)
    }

    private func expectedLength(_ values: [CommandHole: HoleValue]) throws(TemplateError) -> Int? {
        switch expected {
        case .bytes(let bytes)?:
            let value = bytes.reduce(0) { $0 << 8 | Int($1) }
            return value == 0 ? 1 << (8 * bytes.count) : value
        case .hole(let hole, _, _, _, _)?:
            guard case .number(let value)? = values[hole] else {
                throw TemplateError(.missingHole, "'\(hole.rawValue)' has no value", "“\(hole.rawValue)”没有值")
            }
            guard (1...65536).contains(value) else {
                throw TemplateError(
                    .wrongValue, "'\(hole.rawValue)' is \(value), expected 1 to 65536",
                    "“\(hole.rawValue)”为 \(value)，应为 1 至 65536")
            }
            return value
        default: return nil
        }
    }

    private static func write(
        _ elements: [Element], _ values: [CommandHole: HoleValue], into writer: inout SegmentWriter
    ) throws(TemplateError) {
        for element in elements {
            switch element {
            case .bytes(let bytes): writer.append(bytes)
            case .hole(let hole, let width, let shift, let bits, let isOptional):
                guard let value = values[hole] else {
                    if isOptional { continue }
                    throw TemplateError(.missingHole, "'\(hole.rawValue)' has no value", "“\(hole.rawValue)”没有值")
                }
                try write(value, of: hole, width: width, shift: shift, bits: bits, into: &writer)
            case .part(let inner, let isOptional):
                if isOptional, !isComplete(inner, values) { continue }
                try write(inner, values, into: &writer)
            case .object(let tag, let inner, let isOptional):
                if isOptional, !isComplete(inner, values) { continue }
                var content = SegmentWriter()
                try write(inner, values, into: &content)
                writer.append(tag + (try lengthField(content.count)))
                writer.append(content)
            }
        }
    }

    /// Every hole that must have a value has one.
    private static func isComplete(_ elements: [Element], _ values: [CommandHole: HoleValue]) -> Bool {
        elements.allSatisfy { element in
            switch element {
            case .bytes: true
            case .hole(let hole, _, _, _, let isOptional): isOptional || values[hole] != nil
            case .object(_, let inner, let isOptional), .part(let inner, let isOptional):
                isOptional || isComplete(inner, values)
            }
        }
    }

    private static func write(
        _ value: HoleValue, of hole: CommandHole, width: Int, shift: Int, bits: Int, into writer: inout SegmentWriter
    ) throws(TemplateError) {
        switch value {
        case .live(let count):
            guard hole.isLive, count > 0 else {
                throw TemplateError(
                    .wrongValue, "'\(hole.rawValue)' must be filled before the session",
                    "“\(hole.rawValue)”须在会话之前填写")
            }
            writer.segments.append(.live(hole, count: count))
        case .bytes(let bytes):
            guard hole.isBytes else {
                throw TemplateError(.wrongValue, "'\(hole.rawValue)' is a number", "“\(hole.rawValue)”是数")
            }
            writer.append(bytes)
        case .number(let number):
            guard !hole.isBytes, number >= 0, number < 1 << (8 * width - shift) else {
                throw TemplateError(
                    .wrongValue, "'\(hole.rawValue)' does not fit \(width) byte(s)",
                    "“\(hole.rawValue)”超出 \(width) 字节")
            }
            let combined = number << shift | bits
            writer.append((0..<width).reversed().map { UInt8(truncatingIfNeeded: combined >> (8 * $0)) })
        }
    }

    private static func lengthField(_ count: Int) throws(TemplateError) -> [UInt8] {
        switch count {
        case 0..<0x80: return [UInt8(count)]
        case 0x80...0xFF: return [0x81, UInt8(count)]
        case 0x100...0xFFFF: return [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
        default:
            throw TemplateError(.objectLength, "an object of \(count) bytes is too long", "\(count) 字节的对象过长")
        }
    }

    private struct SegmentWriter {
        var segments: [RenderedCommand.Segment] = []
        var count: Int { segments.reduce(0) { $0 + $1.count } }

        mutating func append(_ bytes: [UInt8]) {
            guard !bytes.isEmpty else { return }
            if case .bytes(let before)? = segments.last {
                segments[segments.count - 1] = .bytes(before + bytes)
            } else {
                segments.append(.bytes(bytes))
            }
        }

        mutating func append(_ other: SegmentWriter) {
            for segment in other.segments {
                if case .bytes(let bytes) = segment { append(bytes) } else { segments.append(segment) }
            }
        }
    }

    // MARK: Canonical spelling

    static func spelling(
        header: [Element], data: [Element], expected: Element?, protection: TemplateProtection?
    ) -> String {
        var text = spelling(header)
        if !data.isEmpty { text += " : " + spelling(data) }
        if let expected { text += " le " + spelling([expected]).filter { $0 != " " } }
        if let protection { text += " @ \(protection.protection.rawValue)(\(protection.key.rawValue))" }
        return text
    }

    private static func spelling(_ elements: [Element]) -> String {
        elements.map { element in
            switch element {
            case .bytes(let bytes): return bytes.map(hex).joined(separator: " ")
            case .hole(let hole, let width, let shift, let bits, let isOptional):
                var text = hole.rawValue
                if width != hole.width { text += ":\(width)" }
                if shift != 0 { text += "<<\(shift)" }
                if bits != 0 {
                    text +=
                        "|" + (0..<width).reversed().map { hex(UInt8(truncatingIfNeeded: bits >> (8 * $0))) }.joined()
                }
                return text + (isOptional ? "?" : "")
            case .object(let tag, let inner, let isOptional):
                return tag.map(hex).joined() + "[" + spelling(inner) + "]" + (isOptional ? "?" : "")
            case .part(let inner, let isOptional): return "(" + spelling(inner) + ")" + (isOptional ? "?" : "")
            }
        }.joined(separator: " ")
    }

    private static func hex(_ byte: UInt8) -> String { Hex.encode([byte]) }
}
