import Messages

extension RowFinding {
    public var english: English {
        switch self {
        case .missing: .init("is empty", hint: "fill it in")
        case .missingInEntry:
            .init("is empty, and another value of its entry is not", hint: "fill it in, or empty the other")
        case .value(let problem): problem.english
        case .damaged(let damage): damage.english
        case .text(let problem): problem.english
        case .notOneOf(let allowed): "is not \(English(choices: allowed))"
        case .testRegion(let region):
            .init(
                "is of region \(region), which belongs to test cards",
                hint: "make test cards in a batch of mode \"test\"")
        case .notTestRegion(let region):
            .init(
                "is not of region \(region), the only one test cards may have",
                hint: "use fictitious people for test cards")
        case .relation(let problem): problem.english
        case .duplicate(let earlier):
            .init(
                "is in row \(earlier) too", hint: "find out which of the two is right and set the other aside")
        }
    }
}

extension GuardianFinding {
    public var english: English {
        switch self {
        case .missing(let years):
            .init(years.map { "is empty for a child below \($0)" } ?? "is empty", hint: "fill it in")
        case .name(let problem): problem.english
        case .number(let problem): problem.english
        case .damaged(let damage): damage.english
        case .applicant: .init("is the applicant's own number", hint: "name another person as guardian")
        case .belowAge(let years):
            .init("is of somebody below \(years) on the day of issue", hint: "name a guardian who is of age")
        case .relation(let title, let codes): "is not a code of \(title); it has \(list: codes)"
        }
    }
}

extension Verifier {
    public var english: English {
        switch self {
        case .police: "police"
        case .bank: "bank"
        }
    }
}

extension RecordPlace {
    public var english: English { "\(file) record \(record)" }
}

extension VerificationFinding {
    public var english: English {
        switch self {
        case .inNoReply(let verifier):
            .init("is in no reply of the \(verifier)", hint: "leave the applicant to a later batch")
        case .dot(let place, let verifier, let right):
            .init(
                "is the name in \(place) but for the dot between its parts, which is another character there",
                hint: "have the \(verifier) write '\(right)' (U+00B7) as the card does")
        case .spelling(let place, let verifier):
            .init(
                """
                is the name in \(place) but for blanks, or for characters that look the same and have other codes
                """, hint: "write it as the \(verifier) does, or have the \(verifier) look again")
        case .otherName(let place, let verifier):
            .init("is not the name in \(place)", hint: "have the \(verifier) look again")
        case .refusedByBank(let place, let reason):
            .init(
                "is refused by the bank in \(place)\(reason.map { ": \($0)" } ?? "")",
                hint: "settle it with the bank, or set the row aside")
        case .noSuchNumber(let place):
            .init(
                "is a number the police does not know (YCDM 60 in \(place))",
                hint: "have the applicant bring the identity card, or set the row aside")
        case .otherPoliceName(let place):
            .init(
                "is not the name the police has for the number (YCDM 61 in \(place))",
                hint: "correct the name or the number, or set the row aside")
        case .policeException(let place, let code):
            .init(
                "is an exception (YCDM \(code ?? "none")) in \(place)",
                hint: "settle it with the police, or set the row aside")
        }
    }
}

extension ReplyFinding {
    public var english: English {
        switch self {
        case .unopened(let problem): .init("cannot be opened: \(problem)", hint: "check its permissions")
        case .unread(let missing): .init("cannot be read: \(missing)", hintOf: missing)
        case .otherCharacters(let problem):
            .init("is not in the character set it declares: it \(problem)", hint: Self.declare)
        case .foreignBytes(let line):
            .init("has bytes that are not of the character set it declares (line \(line))", hint: Self.declare)
        case .notXML(let line):
            .init("is not the XML of a reply (line \(line))", hint: "ask its sender for it again")
        case .stopped(let stop): .init("is not the XML of a reply: \(stop)", hint: "ask its sender for it again")
        case .notReadToItsEnd(let stop):
            .init("cannot be read to its end: \(stop)", hint: "ask its sender for it again")
        case .packetNumber:
            .init("is not the packet number in the file's name", hint: "ask its sender which is right")
        case .packetType(let expected, let isException):
            .init(
                "is not \(expected), \(isException ? "exceptions" : "a reply of matches")",
                hint: "ask its sender what the file is")
        case .recordCount(let announced, let found):
            .init(
                "announces \(announced.map { "\($0)" } ?? "no number of") records, there are \(found)",
                hint: Self.again)
        case .headElement: .init("has an element of its head twice, or under almost its name", hint: Self.again)
        case .tooManyRecords(let records, let limit):
            .init(
                "is \(records), a file has at most \(limit) records", hint: "ask its sender for several files")
        case .recordNumber: .init("is not the number of this record in its file", hint: Self.again)
        case .record(let flaw): .init("\(flaw)", hint: Self.again)
        case .lacks(let idElement, let nameElement): .init("lacks \(idElement) or \(nameElement)", hint: Self.again)
        case .notAnIdentityNumber: .init("is not an identity number", hint: Self.again)
        case .repeated(let record, let isSameFile):
            .init(
                "is the applicant of record \(record)\(isSameFile ? "" : " of an earlier file") once more",
                hint: Self.again)
        case .contradiction(let record, let file, let verifier):
            .init("is matched by record \(record) of \(file)", hint: "ask the \(verifier) which of the two holds")
        case .unattributed(let hasShape, let verifier):
            .init(
                "refuses somebody who cannot be identified: \(hasShape ? Self.invalid : Self.noNumber)",
                hint: "ask the \(verifier) whom it refuses, and for the file again")
        case .stranger(let verifier):
            .init(
                "is of nobody in applications.csv",
                hint: "send the application or ask the \(verifier) for the right reply")
        }
    }

    private static let invalid: English = "its identity number is not valid, and no row has it"
    private static let noNumber: English = "it does not have the 18 characters of an identity number"
    private static let declare: English = "ask its sender to declare the character set that it is written in"
    private static let again: English = "ask its sender for the file again"
}

extension RecordFlaw {
    public var english: English {
        switch self {
        case .elementTwice: "has an element twice"
        case .elementMisspelled: "has an element under almost its name"
        case .elementInside: "has an element inside another"
        case .bothVerifiers: "has the numbers of both verifiers"
        case .refusalAmongMatches: "is a refusal in a file of matches"
        }
    }
}

extension ReplyStop {
    public var english: English {
        switch self {
        case .file(let problem): problem.english
        case .notXML: "it does not begin as XML"
        case .fourByteCharacters: "its characters have four bytes each"
        case .encoding: "its encoding is not UTF-8, UTF-16, GBK, GB2312 or GB18030"
        case .tags(let limit): "it has more than \(limit) tags"
        case .text(let limit): "there are more than \(limit) bytes between two tags"
        case .tag(let limit): "a tag has more than \(limit) bytes"
        case .comment(let limit): "a comment or the like has more than \(limit) bytes"
        }
    }
}

extension ReplyCharacters.Problem {
    public var english: English {
        switch self {
        case .notUTF8(let isDeclared, let byte):
            """
            \(isDeclared ? "declares UTF-8" : "declares no character set, which is UTF-8"), \
            and is not UTF-8 from byte \(byte) on: it may be in GBK
            """
        case .isUTF8: "declares GBK or GB2312, and is in UTF-8"
        }
    }
}
