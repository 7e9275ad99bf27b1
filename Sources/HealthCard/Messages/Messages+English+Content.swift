import Messages

extension JSONError {
    public var english: English { .init("line \(line), column \(column): \(problem)", hintOf: problem) }
}

extension JSONError.Problem {
    public var english: English {
        switch self {
        case .contentAfterValue: "expected nothing after the value"
        case .tooDeep: "more than \(Self.deepest) levels"
        case .noName: "expected the name of a member in quotation marks"
        case .nameTwice: "this object already has a member of this name"
        case .noColon: "expected ':'"
        case .objectNotEnded: "expected ',' or '}'"
        case .listNotEnded: "expected ',' or ']'"
        case .noValue: "expected an object, an array, a string, true, false or a number without exponent"
        case .numberTooLarge: "a number out of range"
        case .notUTF8: "is not UTF-8"
        case .controlCharacter: "a control character in a string"
        case .stringNotEnded: "a string without end"
        case .unknownEscape: "an unknown escape sequence"
        case .halfCharacter: "half a surrogate pair"
        case .notFourDigits: "expected four hexadecimal digits"
        }
    }
}

extension JSONShape {
    public var english: English {
        switch self {
        case .object: "an object"
        case .itemObject: "an object of items"
        case .objectList: "a list of objects"
        case .list: "a list"
        case .flag: "true or false"
        case .wholeNumber: "a whole number"
        case .text: "a string"
        case .amount: "a string with a decimal number, like \"12.50\""
        case .visit(let other): "a visit of that kind, not \(other.rawValue)"
        }
    }
}

extension CardChangesError {
    public var english: English {
        problems.count == 1 ? problems.first?.english ?? "" : "\(clauses: problems)"
    }
}

extension CardChangesError.Problem {
    public var english: English {
        switch self {
        case .unknown(let name, let near):
            near.isEmpty
                ? .init("there is no item '\(name)'", hint: "Docs/items.md lists the names")
                : .init("there is no item '\(name)'", hint: "near it: \(list: near)")
        case .ambiguous(let name, let candidates):
            .init(
                "'\(name)' may be \(candidates.joined(separator: " or "))", hint: "give the section too")
        case .writtenOnce(let name, let file):
            "'\(name)' cannot be changed: \(file) is written when the card is personalized and never again"
        case .visit(let name, let file):
            "'\(name)' cannot be set: \(file) is written as a whole when a visit is recorded"
        case .listItem(let name, let section):
            "'\(name)' cannot be set: \(section) is a list, to which entries are added"
        case .unknownList(let name, let lists): .init("there is no list '\(name)'", hint: "there are \(list: lists)")
        case .notUpdatable(let name, let file):
            "'\(name)' cannot be set: the items of \(file) are not records of their own"
        case .required(let name):
            .init("'\(name)' cannot be empty: no card is without it", hint: "give another value")
        case .givenTwice(let name): .init("'\(name)' is given two values", hint: "give one")
        case .emptyEntry(let section): "an entry of \(section) needs a value"
        case .entryLacks(let name): .init("'\(name)' is empty, and no entry is without it", hint: "give a value")
        case .tooManyEntries(let section, let limit):
            "\(section) holds \(limit) entries: more at once would push each other out"
        case .notAPicture: "the photo is not a JPEG: it does not begin with FFD8"
        case .value(let error): error.english
        case .malformedJSON(let error): "the JSON cannot be read: \(error)"
        case .noObject: "the JSON must be an object of sections"
        case .unknownSection(let name, let sections):
            .init("there is no section '\(name)'", hint: "there are \(list: sections)")
        case .wrongJSON(let name, let expected): "'\(name)' must be \(expected)"
        }
    }
}

extension VisitKind {
    public var english: English { English(verbatim: rawValue) }
}

extension VisitContentError {
    public var english: English {
        switch self {
        case .item(let error): error.english
        case .contradictions(let contradictions): "\(clauses: contradictions)"
        case .missing(let names):
            names.count == 1
                ? "a required item has no value: \(list: names)"
                : "\(names.count) required items have no value: \(list: names)"
        case .unknownName(let name):
            .init("no item of such a visit is called '\(name)'", hint: "`Docs/items.md` has the names")
        case .madeByWriting(let name): .init("'\(name)' is made when the visit is written", hint: "leave it out")
        case .groupTooLong(let name, let count, let limit):
            .init(
                "'\(name)' has \(count) entries where the card has room for \(limit)",
                hint: "nothing is cut, choose \(limit)")
        case .wrongJSON(let name, let expected): "'\(name)' takes \(expected)"
        case .malformedJSON(let error): "this is not the JSON of a visit: \(error)"
        case .text(let offset, let item, let problem):
            .init("byte \(offset)\(item.map { ", item \($0)" } ?? ""): \(problem)", hintOf: problem)
        case .length(let part, let bytes, let expected): "\(part) has \(bytes, "byte"), not \(expected)"
        case .outside(let offset, let length, let limit):
            "a field of \(length, "byte") at offset \(offset) is not within the \(limit) bytes of the visit"
        case .style(let offset, let style): "the field at offset \(offset) cannot hold this as \(style)"
        case .profile(let problem): problem.english
        }
    }
}

extension VisitPart {
    public var english: English {
        switch self {
        case .whole: "the visit"
        case .data: "the data of the visit"
        }
    }
}

extension VisitProfileProblem {
    public var english: English {
        switch self {
        case .otherProfile: "the visit was made with another profile than the card is read with"
        case .noVisits(let kind, let profile): "the profile \(profile) has no visits '\(kind.rawValue)'"
        case .otherLayout(let kind):
            "the visits '\(kind.rawValue)' of the profile are not data, a signature, a certificate"
        case .noFlag(let index): "the profile's index \(index) has no flag"
        case .longItem(let number, let name): "item \(number) \(name) does not fit this form"
        case .notJSON(let type): "\(type) cannot be written as JSON"
        case .otherItems(let kind, let type):
            .init(
                "the profile's items of '\(kind.rawValue)' are not those of \(type)", hint: "use VisitContent")
        }
    }
}

extension VisitTextProblem {
    public var english: English {
        switch self {
        case .cutShort(let wanted, let left): "\(wanted, "byte") should follow, \(left) do"
        case .notThreeDigits: "three decimal digits belong here"
        case .unknownItem: "no item of this kind of visit has this number"
        case .repeated: "the item has been given before"
        case .madeByWriting: .init("this item is made when the visit is written", hint: "leave it out")
        case .notGBK: "the value is not GBK text"
        case .notDigits(0): "the value may hold decimal digits only"
        case .notDigits(let decimals):
            "the value may hold decimal digits only; the last \(decimals) are decimals, without a point"
        case .notHexadecimal(let bytes): "the value should be \(bytes * 2) hexadecimal digits"
        case .wrongCount(let count, let expected): "\(count, "item") given where \(expected) are expected"
        case .separatorInValue:
            .init("the value holds the bar that separates the items", hint: "write another character")
        case .value(let problem): problem.english
        }
    }
}

extension VisitError {
    public var english: English {
        switch problem {
        case .card, .securityModule: .init("\(problem); \(effect)", hintOf: problem)
        // Nothing was begun.
        default: problem.english
        }
    }
}

extension VisitError.Problem {
    public var english: English {
        switch self {
        case .content(let error): error.english
        case .noFreeRecord(let kind, let count):
            .init(
                "all \(count) \(kind) records of the card hold a visit", hint: "one has to be reimbursed first")
        case .noSuchRecord(let kind, let record, let count):
            "the card has \(kind) records 1 to \(count), not \(record)"
        case .notValid(let kind, let record):
            "\(kind) record \(record) holds no visit: it was never written, or has been reimbursed"
        case .notTrusted(let verification):
            "\(verification.kind) record \(verification.record) cannot be trusted: \(clauses: verification.problems)"
        case .signing(let problem): .init("the visit cannot be signed: \(problem)", hintOf: problem)
        case .securityModule(let error): .init("the visit was not signed: \(error)", hintOf: error)
        case .otherCard: "this is another card than the one the visit was written to"
        case .card(let error): error.english
        }
    }
}

extension SigningProblem {
    public var english: English {
        switch self {
        case .noSigner(let module): .init("\(module) does not sign", hint: "use a SAM")
        case .certificate(let module, let problem): "the certificate of \(module) cannot be used: \(problem)"
        case .notValid(let module, let problem): "\(module) cannot sign this visit: \(problem)"
        case .otherKey(let module): "the signature is not of the key in the certificate of \(module)"
        }
    }
}

extension VisitEffect {
    public var english: English {
        switch self {
        case .none: "the card lists the visits it listed before"
        case .done: "the card lists the change"
        case .inDoubt(let pending):
            """
            whether the card lists the change to \(pending.kind) record \(pending.record) is not known; put it in again \
            and look
            """
        }
    }
}

extension Certificate.Problem {
    public var english: English {
        switch self {
        case .empty: "there is none"
        case .length(let bytes, let expected): "it has \(bytes, "byte"), not \(expected)"
        case .constant(let field): "its field '\(field)' does not hold what such a certificate holds"
        case .publicKey: "its public key is not a point of the curve"
        case .date(let field): "its field '\(field)' is not a date"
        case .layout(let name): "the profile's layout '\(name)' lacks a public key or a signature"
        }
    }
}

extension VisitVerification.Problem {
    public var english: English {
        switch self {
        case .unsigned: "it carries no signature"
        case .malformedCertificate(let problem): "its certificate cannot be used: \(problem)"
        case .wrongSignature: "its signature is wrong: data or signature have been changed since the SAM signed"
        case .unknownRoot: "its certificate was not signed by a root that is trusted here"
        case .noRoot:
            .init(
                "nobody said which root to trust, so its certificate was not looked at", hint: "give the root's key")
        case .notYetValid(let from): "its certificate is valid from \(from) only"
        case .expired(let on): "its certificate expired on \(on)"
        case .noDate: "it names no day on which its certificate would have to be valid"
        case .testRootOnFormalCard: "its certificate is of the published test root, and this is not a test card"
        }
    }
}
