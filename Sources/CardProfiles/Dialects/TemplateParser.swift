import Messages

/// Reads the language of `CommandTemplate`.
struct TemplateParser {
    private static let maximumLength = 1024
    private static let maximumDepth = 8
    private let text: [UInt8]
    private var position = 0

    init(_ line: String) throws(TemplateError) {
        text = Array(line.utf8)
        guard text.count <= Self.maximumLength else {
            throw TemplateError(
                .nesting, "a template has at most \(Self.maximumLength) characters",
                "模板最多 \(Self.maximumLength) 个字符", column: 1)
        }
    }

    mutating func template() throws(TemplateError) -> CommandTemplate {
        let header = try elements(inData: false, depth: 0)
        try checkHeader(header)
        var data: [CommandTemplate.Element] = []
        if take(":") { data = try elements(inData: true, depth: 0) }
        var expected: CommandTemplate.Element?
        if takeWord("le") { expected = try expectedLength() }
        var protection: TemplateProtection?
        if take("@") { protection = try protectionClause() }
        skipSpaces()
        guard position == text.count else {
            throw error(
                .unexpected, "expected ':', 'le', '@' or the end, found '\(rest)'", "此处应为“:”“le”“@”或结尾，而不是“\(rest)”")
        }
        return CommandTemplate(header: header, data: data, expected: expected, protection: protection)
    }

    private func checkHeader(_ header: [CommandTemplate.Element]) throws(TemplateError) {
        var count = 0
        for element in header {
            switch element {
            case .bytes(let bytes): count += bytes.count
            case .hole(let hole, let width, _, _, let isOptional):
                guard !hole.isBytes, !isOptional else {
                    throw error(
                        .headerLength, "'\(hole.rawValue)' has no fixed length: it cannot be in the header",
                        "“\(hole.rawValue)”长度不定，不能用于命令头")
                }
                count += width
            case .object, .part: break
            }
        }
        guard count == 4 else {
            throw error(
                .headerLength, "the header has \(count) bytes, expected CLA INS P1 P2",
                "命令头为 \(count) 字节，应为 CLA INS P1 P2")
        }
    }

    private mutating func elements(
        inData: Bool, depth: Int
    ) throws(TemplateError) -> [CommandTemplate.Element] {
        guard depth <= Self.maximumDepth else {
            throw error(
                .nesting, "more than \(Self.maximumDepth) objects inside each other", "对象嵌套超过 \(Self.maximumDepth) 层")
        }
        var found: [CommandTemplate.Element] = []
        while true {
            skipSpaces()
            guard let next = peek, next != UInt8(ascii: "]"), next != UInt8(ascii: ")"), next != UInt8(ascii: ":"),
                next != UInt8(ascii: "@"), !startsWord("le")
            else { return found }
            if next == UInt8(ascii: "("), inData {
                position += 1
                let inner = try elements(inData: true, depth: depth + 1)
                guard take(")") else { throw error(.unexpected, "expected ')'", "此处应为“)”") }
                found.append(.part(inner, isOptional: takeOptional()))
            } else if Self.isHex(next) {
                try appendHex(to: &found, inData: inData, depth: depth)
            } else if Self.isLowercase(next) {
                found.append(try hole())
            } else {
                throw error(
                    .unexpected, "expected a byte in capital hexadecimal or the name of a hole", "此处应为大写十六进制字节或占位符名称")
            }
        }
    }

    private mutating func appendHex(
        to found: inout [CommandTemplate.Element], inData: Bool, depth: Int
    ) throws(TemplateError) {
        let bytes = try hexBytes()
        guard inData, peek == UInt8(ascii: "[") else {
            if case .bytes(let before)? = found.last {
                found[found.count - 1] = .bytes(before + bytes)
            } else {
                found.append(.bytes(bytes))
            }
            return
        }
        position += 1
        let inner = try elements(inData: true, depth: depth + 1)
        guard take("]") else { throw error(.unexpected, "expected ']'", "此处应为“]”") }
        found.append(.object(tag: bytes, inner, isOptional: takeOptional()))
    }

    private mutating func hole() throws(TemplateError) -> CommandTemplate.Element {
        let start = position
        let name = word()
        guard let hole = CommandHole(rawValue: name) else {
            position = start
            throw error(.unknownHole, "there is no hole '\(name)'", "没有占位符“\(name)”")
        }
        var width = hole.width
        var shift = 0
        var bits = 0
        if peek == UInt8(ascii: ":"), position + 1 < text.count, Self.isDigit(text[position + 1]) {
            position += 1
            width = try number(in: 1...4)
        }
        if takeExactly("<<") { shift = try number(in: 1...7) }
        if takeExactly("|") {
            let bytes = try hexBytes()
            guard bytes.count <= width else {
                throw error(.number, "the bits after '|' do not fit \(width) byte(s)", "“|”之后的位超出 \(width) 字节")
            }
            for byte in bytes { bits = bits << 8 | Int(byte) }
        }
        guard !hole.isBytes || (width == hole.width && shift == 0 && bits == 0) else {
            throw error(
                .number, "'\(name)' is not a number: it cannot be given a width, shifted or combined",
                "“\(name)”不是数，不能指定宽度、移位或合并")
        }
        return .hole(hole, width: width, shift: shift, bits: bits, isOptional: takeOptional())
    }

    private mutating func expectedLength() throws(TemplateError) -> CommandTemplate.Element {
        skipSpaces()
        guard let next = peek else { throw error(.unexpected, "expected a length after 'le'", "“le”之后应为长度") }
        if Self.isHex(next) {
            let bytes = try hexBytes()
            guard bytes.count <= 2 else { throw error(.number, "Le has one or two bytes", "Le 为一或两个字节") }
            return .bytes(bytes)
        }
        guard case .hole(let hole, let width, 0, 0, false) = try self.hole(), !hole.isBytes else {
            throw error(.unexpected, "expected hexadecimal or a plain hole after 'le'", "“le”之后应为十六进制或普通占位符")
        }
        return .hole(hole, width: width, shift: 0, bits: 0, isOptional: false)
    }

    private mutating func protectionClause() throws(TemplateError) -> TemplateProtection {
        skipSpaces()
        guard let protection = Protection(rawValue: word()), protection != .plain, takeExactly("(") else {
            throw error(
                .unexpected, "expected mac(ROLE) or encryptedMAC(ROLE) after '@'",
                "“@”之后应为 mac(ROLE) 或 encryptedMAC(ROLE)")
        }
        guard let key = KeyRole(rawValue: word()), takeExactly(")") else {
            throw error(
                .unexpected, "expected the role of a key, such as maintenance or transport, and ')'",
                "此处应为密钥类别（如 maintenance、transport）和“)”")
        }
        return TemplateProtection(protection: protection, key: key)
    }

    // MARK: Characters

    private var peek: UInt8? { position < text.count ? text[position] : nil }
    private var rest: String { String(decoding: text[position...].prefix(12), as: UTF8.self) }

    private func error(_ code: TemplateError.Code, _ english: English, _ chinese: Chinese) -> TemplateError {
        TemplateError(code, english, chinese, column: position + 1)
    }

    private mutating func skipSpaces() {
        while let next = peek, next == 0x20 || next == 0x09 { position += 1 }
    }

    private mutating func take(_ character: String) -> Bool {
        skipSpaces()
        return takeExactly(character)
    }

    private mutating func takeExactly(_ token: String) -> Bool {
        guard text[position...].starts(with: token.utf8) else { return false }
        position += token.utf8.count
        return true
    }

    private mutating func takeOptional() -> Bool { takeExactly("?") }

    private func startsWord(_ word: String) -> Bool {
        guard text[position...].starts(with: word.utf8) else { return false }
        let after = position + word.utf8.count
        return after == text.count || !Self.isLetterOrDigit(text[after])
    }

    private mutating func takeWord(_ word: String) -> Bool {
        skipSpaces()
        guard startsWord(word) else { return false }
        position += word.utf8.count
        return true
    }

    private mutating func word() -> String {
        let start = position
        while let next = peek, Self.isLetterOrDigit(next) { position += 1 }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private mutating func number(in range: ClosedRange<Int>) throws(TemplateError) -> Int {
        let start = position
        while let next = peek, Self.isDigit(next), position - start < 4 { position += 1 }
        guard let value = Int(String(decoding: text[start..<position], as: UTF8.self)), range.contains(value) else {
            position = start
            throw error(
                .number, "expected a number from \(range.lowerBound) to \(range.upperBound)",
                "此处应为 \(range.lowerBound) 至 \(range.upperBound) 的数")
        }
        return value
    }

    private mutating func hexBytes() throws(TemplateError) -> [UInt8] {
        let start = position
        while let next = peek, Self.isHex(next) { position += 1 }
        guard (position - start) % 2 == 0, position - start > 0 else {
            position = start
            throw error(.unexpected, "bytes are pairs of hexadecimal digits in capitals", "字节应写成成对的大写十六进制数字")
        }
        return stride(from: start, to: position, by: 2).map { Self.nibble(text[$0]) << 4 | Self.nibble(text[$0 + 1]) }
    }

    private static func isDigit(_ c: UInt8) -> Bool { c >= 0x30 && c <= 0x39 }
    private static func isHex(_ c: UInt8) -> Bool { isDigit(c) || (c >= 0x41 && c <= 0x46) }
    private static func isLowercase(_ c: UInt8) -> Bool { c >= 0x61 && c <= 0x7A }
    private static func isLetterOrDigit(_ c: UInt8) -> Bool {
        isDigit(c) || isLowercase(c) || (c >= 0x41 && c <= 0x5A)
    }
    private static func nibble(_ c: UInt8) -> UInt8 { isDigit(c) ? c - 0x30 : c - 0x37 }
}
