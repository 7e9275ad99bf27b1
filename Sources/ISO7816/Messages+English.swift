import Messages

extension StatusMeaning {
    public var english: English {
        if let count = status.triesLeft { return "wrong; \(count, "attempt") left" }
        if let length = status.correctLength { return "wrong Le, \(length) is right" }
        if let count = status.remaining { return "\(count, "byte") left for GET RESPONSE" }
        switch (status.rawValue, ins) {
        case (0x6283, 0xA4): return "selected, but temporarily blocked"
        case (0x6A88, 0x82), (0x6A88, 0x88), (0x6A88, 0xD4): return "no such key, or another version of it"
        case (0x6A82, 0xA4): return "no such file or directory here"
        default: break
        }
        return switch status.rawValue {
        case 0x9000: "done"
        case 0x6200: "warning, memory unchanged"
        case 0x6281: "part of the data may be corrupted"
        case 0x6282: "end of file before the expected length"
        case 0x6283: "file deactivated"
        case 0x6300: "warning, authentication failed"
        case 0x6400: "execution error, memory unchanged"
        case 0x6581: "writing the memory failed"
        case 0x6700: "wrong length"
        case 0x6881: "logical channel not supported"
        case 0x6882: "secure messaging not supported"
        case 0x6883: "last command of the chain expected"
        case 0x6884: "command chaining not supported"
        case 0x6900: "command not allowed"
        case 0x6981: "the command does not fit this kind of file"
        case 0x6982: "security status not satisfied: a key must be authenticated first"
        case 0x6983: "key or PIN locked"
        case 0x6984: "no challenge was requested, or it was used already"
        case 0x6985: "conditions of use not satisfied"
        case 0x6986: "no current file"
        case 0x6987: "secure messaging data missing"
        case 0x6988: "wrong MAC, padding or cryptogram"
        case 0x6A80: "wrong data"
        case 0x6A81: "not supported, or the card is blocked"
        case 0x6A82: "file not found"
        case 0x6A83: "record not found"
        case 0x6A84: "not enough room"
        case 0x6A86: "wrong P1-P2"
        case 0x6A88: "referenced data or key not found"
        case 0x6A89: "file already exists"
        case 0x6B00: "offset outside the file"
        case 0x6D00: "instruction not supported"
        case 0x6E00: "class not supported"
        case 0x6F00: "no precise diagnosis"
        case 0x9303: "application permanently blocked"
        default: "unknown status word"
        }
    }
}

extension CardError {
    public var english: English {
        switch self {
        case .channel(let error, let header):
            .init("\(error)\(header.map { " (at command \($0))" } ?? "")", hintOf: error)
        case .status(let status, let header):
            "the card answered \(status) (\(status.meaning(for: header.ins))) to command \(header)"
        case .malformed(let answer, let header): "\(answer) (answer to command \(header))"
        case .command(let error, let header): "command \(header) cannot be sent: \(error)"
        }
    }
}

extension MalformedAnswer {
    public var english: English {
        switch self {
        case .tooShort(let bytes): "an answer has at least the two bytes SW1-SW2, \(bytes) came"
        case .tooLong(let limit): "the answer is longer than \(limit) bytes"
        case .endless: "the card keeps answering 61xx"
        case .length(let bytes, let expected): "the answer has \(bytes, "byte"), not \(expected)"
        }
    }
}

extension APDUError {
    public var english: English {
        switch self {
        case .commandTooShort(let count): "a command APDU has at least 4 bytes (CLA INS P1 P2), \(count) came"
        case .lengthMismatch(let count): "the Lc and Le fields do not fit the \(count, "byte") of this command APDU"
        case .responseTooShort(let count): "an answer has at least 2 bytes (SW1 SW2), \(count) came"
        case .dataTooLong(let count, let maximum):
            "\(count) data bytes are too many for this form of APDU, the maximum is \(maximum)"
        case .expectedLengthOutOfRange(let ne, let maximum): "Ne \(ne) is outside 1-\(maximum)"
        }
    }
}

extension AnswerToResetError {
    public var english: English {
        switch self {
        case .initialCharacter(let byte):
            "an answer to reset starts with 3B or 3F, not \(Hex.encode([byte]))"
        case .truncated(let expected): "the answer to reset ends before \(expected)"
        case .trailingBytes(let offset): "the answer to reset has extra bytes from offset \(offset)"
        case .tooLong(let count): "an answer to reset has at most 33 bytes, \(count) came"
        case .checkByteMissing: "the answer to reset lacks its check byte TCK"
        case .checkByte(let found, let expected):
            .init(
                "the check byte of the answer to reset is \(Hex.encode([found])), not \(Hex.encode([expected]))",
                hint: "clean the contacts and insert the card again")
        }
    }
}

extension AnswerToResetCharacter {
    public var english: English {
        switch self {
        case .named(let name): English(verbatim: name)
        case .historical(let number): "historical byte \(number)"
        }
    }
}

extension BERTLVError {
    public var english: English {
        switch self {
        case .truncated(let offset): "the data object at byte \(offset) is cut short in its tag or length"
        case .tagTooLong(let offset): "the tag at byte \(offset) is longer than 3 bytes"
        case .indefiniteLength(let offset):
            "the length at byte \(offset) is indefinite (80), cards must send definite lengths"
        case .lengthOfLength(let byte, let offset):
            "length byte \(Hex.encode([byte])) at byte \(offset) is not supported, only 00-7F and 81-84 are"
        case .valueTooLong(let length, let available, let offset):
            "the data object at byte \(offset) claims \(length, "byte") of value, \(available) are left"
        case .tooDeep(let offset):
            "the data object at byte \(offset) is nested deeper than \(BERTLV.maximumDepth) templates"
        case .empty: "no data object found"
        case .trailingBytes(let offset): "one data object was expected, another starts at byte \(offset)"
        case .inputTooLong(let count): "\(count) bytes are too many, the maximum is \(BERTLV.maximumCount)"
        }
    }
}

extension FileControlInformation.ParseError {
    public var english: English {
        switch self {
        case .tlv(let error): error.english
        case .notATemplate(let tag): "\(tag) is not a file control template, 62, 64 or 6F was expected"
        case .invalidValue(let tag, let offset): "data object \(tag) at byte \(offset) has an invalid value"
        }
    }
}

extension RecordTLV.ParseError {
    public var english: English {
        switch self {
        case .truncated(let offset): "the record at byte \(offset) is cut short"
        case .valueTooLong(let count): "a record holds at most 255 bytes, not \(count)"
        case .trailingBytes(let offset): "the record is followed by extra bytes from byte \(offset)"
        }
    }
}
