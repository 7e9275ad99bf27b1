import Messages

/// A text that is not the JSON that is read here. Says where, never what stands there.
public struct JSONError: AdvisedError, Hashable {
    public enum Problem: Message, Hashable, CaseIterable {
        case contentAfterValue, tooDeep, noName, nameTwice, noColon, objectNotEnded, listNotEnded, noValue
        case numberTooLarge, notUTF8, controlCharacter, stringNotEnded, unknownEscape, halfCharacter, notFourDigits

        /// Levels of objects and lists.
        public static let deepest = 64
    }

    public enum Code: String, Sendable, Hashable, CaseIterable { case malformed }

    public let problem: Problem
    /// From 1.
    public let line: Int
    /// Bytes into the line, from 1.
    public let column: Int

    public static let domain = "json"
    public var kind: ErrorKind { .badInput }
    public var code: Code { .malformed }
}

extension JSONValue {
    /// Reads JSON (RFC 8259): at most 64 levels, numbers without exponent, no null, no name twice
    /// in an object.
    ///
    /// - Throws: ``JSONError`` with the place.
    public init(parsing text: some Sequence<UInt8>) throws(JSONError) {
        var parser = JSONParser(text: Array(text))
        self = try parser.document()
    }

    /// The same for what others may have written: a member that is null is not there, and a number may have an exponent.
    init(leniently text: some Sequence<UInt8>) throws(JSONError) {
        var parser = JSONParser(text: Array(text), isLenient: true)
        self = try parser.document()
    }

    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}

private struct JSONParser {
    let text: [UInt8]
    var isLenient = false
    var position = 0

    mutating func document() throws(JSONError) -> JSONValue {
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let value = try value(depth: 0)
        skipBlanks()
        guard position == text.count else { throw error(.contentAfterValue) }
        return value
    }

    private func error(_ problem: JSONError.Problem) -> JSONError {
        let before = text.prefix(position)
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONError(
            problem: problem, line: before.filter { $0 == 0x0A }.count + 1, column: position - start + 1)
    }

    private mutating func skipBlanks() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(_ word: String) -> Bool {
        guard text[position...].starts(with: word.utf8) else { return false }
        position += word.utf8.count
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < JSONError.Problem.deepest else { throw error(.tooDeep) }
        skipBlanks()
        if take(0x7B) { return try object(depth) }
        if take(0x5B) { return try array(depth) }
        if take(0x22) { return .string(try string()) }
        if take("true") { return .boolean(true) }
        if take("false") { return .boolean(false) }
        return try number()
    }

    private mutating func object(_ depth: Int) throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        if take(0x7D) { return .object([]) }
        repeat {
            guard take(0x22) else { throw error(.noName) }
            let name = try string()
            guard names.insert(name).inserted else { throw error(.nameTwice) }
            guard take(0x3A) else { throw error(.noColon) }
            skipBlanks()
            if isLenient, take("null") { continue }
            members.append(.init(name, try value(depth: depth + 1)))
        } while take(0x2C)
        guard take(0x7D) else { throw error(.objectNotEnded) }
        return .object(members)
    }

    private mutating func array(_ depth: Int) throws(JSONError) -> JSONValue {
        var values: [JSONValue] = []
        if take(0x5D) { return .array([]) }
        repeat { values.append(try value(depth: depth + 1)) } while take(0x2C)
        guard take(0x5D) else { throw error(.listNotEnded) }
        return .array(values)
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if position < text.count, text[position] == 0x2D { position += 1 }
        let first = position
        while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
        let digits = text[first..<position]
        if position < text.count, text[position] == 0x2E { position += 1 }
        let fraction = position
        while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
        let isDecimal = position > first + digits.count
        let follows = position < text.count ? text[position] : 0
        let written = String(decoding: text[start..<position], as: UTF8.self)
        guard !digits.isEmpty, digits.count == 1 || digits.first != 0x30, !isDecimal || position > fraction,
            isLenient || ![0x45, 0x65].contains(follows) && (isDecimal || Int(written) != nil)
        else {
            position = start
            throw error(.noValue)
        }
        if [0x45, 0x65].contains(follows) { return .decimal(written + (try exponent())) }
        if isDecimal { return .decimal(written) }
        guard let number = Int(written) else {
            if isLenient { return .decimal(written) }
            throw error(.numberTooLarge)
        }
        return .number(number)
    }

    private mutating func exponent() throws(JSONError) -> String {
        let start = position
        position += 1
        if position < text.count, [0x2B, 0x2D].contains(text[position]) { position += 1 }
        let first = position
        while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
        guard position > first else { throw error(.noValue) }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private mutating func string() throws(JSONError) -> String {
        var bytes: [UInt8] = []
        while position < text.count {
            let byte = text[position]
            position += 1
            switch byte {
            case 0x22:
                guard let string = String(validating: bytes, as: UTF8.self) else { throw error(.notUTF8) }
                return string
            case 0x00..<0x20: throw error(.controlCharacter)
            case 0x5C: bytes += Array(String(try escaped()).utf8)
            default: bytes.append(byte)
            }
        }
        throw error(.stringNotEnded)
    }

    private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
        guard position < text.count else { throw error(.stringNotEnded) }
        let byte = text[position]
        position += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: return Unicode.Scalar(byte)
        case 0x62: return "\u{8}"
        case 0x66: return "\u{C}"
        case 0x6E: return "\n"
        case 0x72: return "\r"
        case 0x74: return "\t"
        case 0x75: break
        default: throw error(.unknownEscape)
        }
        let high = try codeUnit()
        if let scalar = Unicode.Scalar(high) { return scalar }
        // Beyond the basic plane characters come as two code units (RFC 8259 §7).
        guard UTF16.isLeadSurrogate(high), take("\\u") else { throw error(.halfCharacter) }
        let low = try codeUnit()
        guard UTF16.isTrailSurrogate(low) else { throw error(.halfCharacter) }
        return UTF16.decode(UTF16.EncodedScalar([high, low]))
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        let digits = text[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error(.notFourDigits) }
        position += 4
        return unit
    }
}
