import CardProfiles

/// One look at one text. Works on its bytes in place; the only memory it takes is the spelling of a code it has found.
struct Recognizer {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var normalizations: Normalizations = []
    /// The text without what stands around it.
    private var start: Int
    private var end: Int
    /// Where fields begin and end: as many as a code can have with a prefix, and one more.
    private var fields = InlineArray<7, Range<Int>>(repeating: 0..<0)
    private var fieldCount = 0

    private static let longestPrefix = 8
    private static let longestIssuer = 64
    private static let longestPayment = 1024

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        start = 0
        end = bytes.count
    }

    mutating func recognize() -> Recognition.Content {
        guard bytes.count <= Recognition.longestText else { return .unknown(.tooLong) }
        trim()
        guard start < end else { return .unknown(.empty) }
        if let reason = split() { return .unknown(reason) }
        guard fieldCount > 1 else { return single() }
        guard fieldCount <= 6 else { return .unknown(.tooManyFields) }
        // A prefix is a short field before one that is an id.
        if !isIDLength(fields[0]), isPrefix(fields[0]), isIDLength(fields[1]), isHexadecimal(fields[1]) {
            return prefixed()
        }
        return code(from: 0)
    }

    // MARK: Around and between

    private mutating func trim() {
        while start < end, let (count, kind) = blank(at: start, backward: false) {
            start += count
            normalizations.formUnion(kind)
        }
        while start < end, let (count, kind) = blank(at: end, backward: true) {
            end -= count
            normalizations.formUnion(kind)
        }
    }

    /// A blank that begins here, or ends here: how many bytes it has, and what it is.
    private func blank(at index: Int, backward: Bool) -> (Int, Normalizations)? {
        switch backward ? bytes[index - 1] : bytes[index] {
        case 0x0A, 0x0D: return (1, .lineEnd)
        case 0x09, 0x20: return (1, .blank)
        case 0x21..<0x7F: return nil
        default: break
        }
        // U+3000, U+00A0, U+FEFF.
        func isHere(_ sequence: (UInt8, UInt8, UInt8)) -> Bool {
            let first = backward ? index - 3 : index
            guard first >= start, first + 3 <= end else { return false }
            return bytes[first] == sequence.0 && bytes[first + 1] == sequence.1 && bytes[first + 2] == sequence.2
        }
        if isHere((0xE3, 0x80, 0x80)) || isHere((0xEF, 0xBB, 0xBF)) { return (3, .blank) }
        let first = backward ? index - 2 : index
        guard first >= start, first + 2 <= end, bytes[first] == 0xC2, bytes[first + 1] == 0xA0 else { return nil }
        return (2, .blank)
    }

    /// Finds the fields. Gives the first reason why the text cannot be anything known.
    private mutating func split() -> UnknownReason? {
        var (index, first) = (start, start)
        var isBlankInside = false
        while index < end {
            let byte = bytes[index]
            switch byte {
            case 0x3A:
                close(first..<index)
                first = index + 1
            case 0x20: isBlankInside = true
            case 0x00..<0x20, 0x7F: return .controlCharacter
            case 0x80...:
                guard index + 3 <= end, byte == 0xEF, bytes[index + 1] == 0xBC, bytes[index + 2] == 0x9A else {
                    return reason(ofOtherAt: index)
                }
                close(first..<index)
                normalizations.insert(.fullWidthColon)
                index += 2
                first = index + 1
            default: break
            }
            index += 1
        }
        close(first..<end)
        return isBlankInside ? .blankInside : nil
    }

    private mutating func close(_ field: Range<Int>) {
        if fieldCount < fields.count { fields[fieldCount] = field }
        fieldCount += 1
    }

    /// What stands where neither ASCII nor a full-width colon does.
    private func reason(ofOtherAt index: Int) -> UnknownReason {
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes[index..<end].makeIterator()
        var found: UnknownReason = .otherCharacters
        while true {
            switch parser.parseScalar(from: &rest) {
            case .emptyInput: return found
            case .error: return .notUTF8
            case .valid(let encoded):
                let value = Unicode.UTF8.decode(encoded).value
                if value < 0x20 || (0x7F...0x9F).contains(value) { return .controlCharacter }
                if (0xFF01...0xFF5E).contains(value), value != 0xFF1A { found = .fullWidth }
            }
        }
    }

    // MARK: Codes

    private func isIDLength(_ field: Range<Int>) -> Bool { field.count == 64 || field.count == 48 }

    private func isHexadecimal(_ field: Range<Int>) -> Bool {
        for index in field {
            switch bytes[index] {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: continue
            default: return false
            }
        }
        return true
    }

    private func isPrefix(_ field: Range<Int>) -> Bool {
        guard (1...Self.longestPrefix).contains(field.count) else { return false }
        return field.allSatisfy { isLetterOrDigit(bytes[$0]) }
    }

    private func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    private mutating func prefixed() -> Recognition.Content {
        let prefix = String(decoding: UnsafeBufferPointer(rebasing: bytes[fields[0]]), as: UTF8.self)
        guard case .code(let rest) = code(from: 1) else { return code(from: 1) }
        return .unknownPrefix(PrefixedCode(prefix: prefix, rest: rest))
    }

    /// `ID:kind[:validity[:payment[:issuer]]]`; of a static code also `ID:1::issuer`.
    private mutating func code(from first: Int) -> Recognition.Content {
        let count = fieldCount - first
        guard isHexadecimal(fields[first]) else {
            // Text with a colon in it is no damaged code.
            return .unknown(fields[first].count >= 40 ? .notHexadecimal : .text)
        }
        guard isIDLength(fields[first]) else { return .unknown(.idLength) }
        guard count > 1 else { return .unknown(.noKind) }
        guard count <= 5 else { return .unknown(.tooManyFields) }
        let kindField = fields[first + 1]
        guard kindField.count == 1 else { return .unknown(kindField.isEmpty ? .noKind : .unknownKind) }
        let kind: CardCode.Kind
        switch bytes[kindField.lowerBound] {
        case 0x30: kind = .dynamic
        case 0x31: kind = .fixed
        case 0x39: kind = .temporary
        default: return .unknown(.unknownKind)
        }
        let validity = count > 2 ? fields[first + 2] : 0..<0
        switch kind {
        case .dynamic where validity.isEmpty: return .unknown(.noValidity)
        case .fixed where !validity.isEmpty: return .unknown(.validity)
        default: break
        }
        guard validity.isEmpty || validity.count == 32 else { return .unknown(.validity) }
        guard isHexadecimal(validity) else { return .unknown(.notHexadecimal) }
        var payment = count > 3 ? fields[first + 3] : 0..<0
        var issuer = count > 4 ? fields[first + 4] : 0..<0
        // A static code has no validity, and where it ends with the fourth field that is its issuer.
        if kind == .fixed, count == 4 { swap(&payment, &issuer) }
        guard isPayment(payment), isIssuer(issuer) else { return .unknown(.field) }
        return .code(
            spelled(kind, from: fields[first].lowerBound, id: fields[first], validity, payment: payment, issuer: issuer)
        )
    }

    private func isPayment(_ field: Range<Int>) -> Bool {
        // Whatever is left by now is ASCII that is seen.
        field.count <= Self.longestPayment
    }

    private func isIssuer(_ field: Range<Int>) -> Bool {
        field.count <= Self.longestIssuer && field.allSatisfy { isLetterOrDigit(bytes[$0]) }
    }

    /// The code in its one spelling. Places move to the left: a full-width colon has become one byte.
    private mutating func spelled(
        _ kind: CardCode.Kind, from first: Int, id: Range<Int>, _ validity: Range<Int>, payment: Range<Int>,
        issuer: Range<Int>
    ) -> CardCode {
        var hasLowercase = false
        var places = (validity: 0..<0, payment: 0..<0, issuer: 0..<0)
        let (bytes, last) = (bytes, end)
        let spelling = [UInt8](unsafeUninitializedCapacity: last - first) { buffer, count in
            var index = first
            func here(_ field: Range<Int>) -> Range<Int> { count..<count + field.count }
            while index < last {
                if index == validity.lowerBound, !validity.isEmpty { places.validity = here(validity) }
                if index == payment.lowerBound, !payment.isEmpty { places.payment = here(payment) }
                if index == issuer.lowerBound, !issuer.isEmpty { places.issuer = here(issuer) }
                var byte = bytes[index]
                if byte == 0xEF {
                    byte = 0x3A
                    index += 2
                } else if byte >= 0x61, id.contains(index) || validity.contains(index) {
                    byte &= 0xDF
                    hasLowercase = true
                }
                buffer[count] = byte
                count += 1
                index += 1
            }
        }
        if hasLowercase { normalizations.insert(.lowercase) }
        func present(_ place: Range<Int>) -> Range<Int>? { place.isEmpty ? nil : place }
        return CardCode(
            kind: kind, spelling: spelling, idLength: id.count, validity: present(places.validity),
            payment: present(places.payment), issuer: present(places.issuer))
    }

    // MARK: Numbers

    /// A text without any colon.
    private mutating func single() -> Recognition.Content {
        let field = fields[0]
        let digits = field.prefix { (0x30...0x39).contains(bytes[$0]) }.count
        if field.count == 18, digits >= 17, digits == 18 || bytes[end - 1] | 0x20 == 0x78 {
            return eighteen(isNumber: digits == 18)
        }
        if digits == field.count {
            if let service = PaymentService(digits: field.count, beginning: beginning) { return .payment(service) }
            return .unknown(isIDLength(field) ? .noKind : .digits)
        }
        if isHexadecimal(field) {
            if isIDLength(field) { return .unknown(.noKind) }
            return .unknown(field.count >= 40 ? .idLength : .text)
        }
        return .unknown(.text)
    }

    /// The first two digits, as a number.
    private var beginning: Int { Int(bytes[start] & 0x0F) * 10 + Int(start + 1 < end ? bytes[start + 1] & 0x0F : 0) }

    private mutating func eighteen(isNumber: Bool) -> Recognition.Content {
        let text = String(unsafeUninitializedCapacity: 18) { buffer in
            for index in 0..<18 { buffer[index] = bytes[start + index] }
            if !isNumber { buffer[17] = 0x58 }
            return 18
        }
        let service = isNumber ? PaymentService(digits: 18, beginning: beginning) : nil
        if let number = try? IDNumber(text) {
            if bytes[end - 1] == 0x78 { normalizations.insert(.lowercase) }
            return .identityNumber(number, mayBePayment: service != nil)
        }
        return service.map { .payment($0) } ?? .unknown(.identityNumber)
    }
}

extension PaymentService {
    /// By the number of digits and the first two of them.
    fileprivate init?(digits: Int, beginning: Int) {
        switch (digits, beginning) {
        case (18, 10...15): self = .weChat
        case (16...24, 25...30): self = .alipay
        case (19, 62): self = .unionPay
        default: return nil
        }
    }
}
