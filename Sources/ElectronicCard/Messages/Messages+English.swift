import Messages

extension ElectronicCardError {
    public var english: English {
        switch self {
        case .number(let problem): .init("document number: \(problem)", hintOf: problem)
        case .identityNumber(let problem):
            .init("document number: \(problem)", hint: "type the number again from the document")
        case .name(let problem): .init("name: \(problem)", hintOf: problem)
        case .keyNotHeld(.root):
            .init("the root key is missing", hint: "give --root-key FILE, or --keys test for test cards")
        case .keyNotHeld(.protection):
            .init("the protection key is missing", hint: "give --protection-key FILE, or --keys test for test cards")
        case .keyFile(let path): .init("\(path) does not hold a key", hint: "write 32 hexadecimal digits into it")
        case .cryptography(let error): .init("\(error)", hintOf: error)
        case .device(let error): .init("security device: \(error)", hintOf: error)
        case .notForTests(let refusal): .init("no codes were made: \(refusal)", hintOf: refusal)
        case .picture(let reason):
            .init("the code could not be drawn: \(reason)", hint: "check that /tmp is writable and has room")
        case .library(let missing): .init("the code could not be drawn: \(missing)", hintOf: missing)
        case .clockMemory(let path):
            .init(
                "\(path) is not a clock memory or cannot be written",
                hint: "name another file; one that does not exist yet is made")
        }
    }
}

extension ElectronicCardError.NumberProblem {
    public var english: English {
        switch self {
        case .length: .init("it has no characters or more than 30", hint: "give the document number only")
        case .characters:
            .init("it has other characters than ASCII, or blanks", hint: "type it without blanks and in half width")
        }
    }
}

extension ElectronicCardError.NameProblem {
    public var english: English {
        switch self {
        case .length(let limit): .init("it is empty or longer than \(limit) bytes", hint: "give the name only")
        case .character(let problem): .init("it \(problem)", hintOf: problem)
        }
    }
}

extension ElectronicCardError.IssueRefusal {
    public var english: English {
        switch self {
        case .productionBatch:
            .init(
                "this is a production batch; codes of real people are issued by the platform",
                hint: "use a batch of mode \"test\"")
        case .realPerson(let row):
            .init(
                "row \(row) is not a person of the test region; codes of real people are issued by the platform",
                hint: "use a batch of invented people of region 99")
        }
    }
}

extension HSMError {
    public var english: English {
        switch self {
        case .unreachable(let code): .init("cannot be reached (errno \(code))", hint: "check address, port and cable")
        case .address: .init("its address is unknown", hint: "check the host name")
        case .timeout(let seconds):
            .init("did not answer within \(seconds) seconds", hint: "check the device, then try again")
        case .closed: .init("closed the connection before a whole answer", hint: "check the device, then try again")
        case .refused(let code):
            .init("refused with code \(code)", hint: "look the code up in the device's manual; check the key number")
        case .malformed: .init("gave an answer that is not one to this command", hint: "check the device's version")
        }
    }
}

extension Standing {
    public var english: English {
        switch self {
        case .recognized:
            .init(
                "recognized by its form only; nothing is proved",
                hint: "verify it with a protection key, with the root key and the person, or ask the platform")
        case .validityVerified: "valid now; whose it is has not been proved"
        case .personVerified: "verified for this person"
        case .expired: .init("no longer valid", hint: "have the holder refresh the code")
        case .notYetPossible:
            .init(
                "valid until a time that is too far ahead: the code is forged, or this machine's clock is late",
                hint: "check the clock of this machine, then scan the code again")
        case .validityUnreadable:
            .init(
                "its validity is not sealed by this protection key",
                hint: "check the key file; if it is right, the code is not genuine")
        case .otherPerson:
            .init(
                "not the code of this person under this root key",
                hint: "compare number and name with the document; a rare character may be written differently")
        case .clockSetBack:
            .init(
                "the clock of this machine has been set back, so validity cannot be judged",
                hint: "set the clock, then scan the code again")
        }
    }
}

extension PaymentService {
    public var english: English {
        switch self {
        case .weChat: "WeChat Pay"
        case .alipay: "Alipay"
        case .unionPay: "UnionPay"
        }
    }
}

extension UnknownReason {
    public var english: English {
        switch self {
        case .empty: .init("there is no text", hint: "scan again")
        case .tooLong: .init("longer than \(Recognition.longestText) bytes", hint: "scan a single code")
        case .notUTF8: .init("not UTF-8", hint: "set the scanner to UTF-8 or ASCII")
        case .controlCharacter: .init("a control character inside", hint: "scan again; one code a line")
        case .fullWidth: .init("full-width letters or digits", hint: "switch the input method off and scan again")
        case .otherCharacters: .init("characters other than ASCII", hint: "scan the code of the health card")
        case .blankInside: .init("a blank inside", hint: "scan again without typing")
        case .notHexadecimal: .init("characters that are not hexadecimal digits", hint: "scan again")
        case .idLength: .init("an id of a length other than 48 or 64 digits", hint: "scan again; part is missing")
        case .noKind:
            .init(
                "an id without a kind; it may be a main index as well",
                hint: "scan the code instead of typing the number")
        case .unknownKind: .init("a kind other than 0, 1 and 9", hint: "ask the platform what this kind is")
        case .noValidity: .init("a dynamic code without validity", hint: "scan again; part is missing")
        case .validity: .init("a validity that does not belong there", hint: "scan again")
        case .field: .init("a payment or issuer field that cannot be one", hint: "scan again")
        case .tooManyFields: .init("too many fields", hint: "scan a single code")
        case .identityNumber:
            .init("18 digits that are not a valid identity number", hint: "read or type the number again")
        case .digits: .init("digits of no known kind", hint: "scan the code of the health card")
        case .text: .init("text of another kind", hint: "scan the code of the health card")
        }
    }
}

extension IdentityDifference {
    public var english: English {
        switch self {
        case .documentType: "the document types differ"
        case .number: .init("the document numbers differ", hint: "these are different people, or one number is wrong")
        case .name(let difference): .init("the names differ: \(difference)", hintOf: difference)
        case .mainIndex:
            .init(
                "the main indexes differ, and nothing else is known",
                hint: "compare number and name on both sides")
        }
    }
}

extension NameDifference {
    public var english: English {
        switch self {
        case .separator: .init("another dot between the parts", hint: "write the dot as on the identity card")
        case .spelling: .init("blanks or the width of characters", hint: "write the name as on the identity card")
        case .rareCharacters(let places):
            .init(
                "a rare character is written differently (position \(list: places))",
                hint: "have the name checked against the identity card; it is probably the same person")
        case .characters(let places):
            .init(
                places.isEmpty ? "their lengths differ" : "characters differ (position \(list: places))",
                hint: "compare with the identity card")
        }
    }
}
