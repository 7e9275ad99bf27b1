import Messages

extension ReleaseRefusal {
    public var english: English {
        switch self {
        case .missing:
            .init(
                "production cards need a release", hint: "have test cards approved, and give the file of the release")
        case .malformed(let error): .init("this is not a release: \(error)", hintOf: error)
        case .signature:
            .init(
                "the release was changed, or not signed by the key it names", hint: "get it again from the authority")
        case .authorityUnknown(let name):
            .init(
                "the release is signed for \(shown(name)), whose key this factory does not know",
                hint: "give the authority's key or root if it is the right one")
        case .certificate(let problem):
            .init("the authority's certificate is not valid here: \(problem)", hint: "ask the authority")
        case .authorityNotEnrolled(let place):
            .init(
                "nobody may release cards here: no authority is enrolled in \(place)",
                hint: """
                    have two people sign its enrolment (`healthcard release authority enrol`, `healthcard sign`) and \
                    enter it into the key store (`healthcard keys authority`)
                    """)
        case .otherAuthority(let enrolled, let given):
            .init(
                "the authority that is enrolled is \(shown(enrolled)), and this is \(shown(given))",
                hint: "who may release is changed by an enrolment only, never by naming another")
        case .enrolment(let problem):
            .init("the enrolment of the authority is not valid: \(problem)", hint: "get it again")
        case .notSigned(let missing): "it lacks the signatures of two people that are enrolled: \(missing)"
        case .otherMaker(let released, let given): other("manufacturer", released, given)
        case .otherProduct(let released, let given): other("product", released, given)
        case .otherProductVersion(let released, let given): other("product version", released, given)
        case .otherDialect(let released, let given): other("dialect", released, given)
        case .profileChanged(let parts):
            .init(
                """
                the profile is not the released one: \
                \(parts.isEmpty ? "no part can be named" : "changed in \(names(parts))")
                """, hint: "take back the change, or have test cards made with it approved")
        case .notYetValid(let from): .init("the release is valid from \(from) on", hint: "wait, or check the clock")
        case .expired(let until): .init("the release has expired (\(until))", hint: "have it renewed")
        case .revoked(let reason): .init("the release was revoked: \(shown(reason))", hint: "ask the authority")
        case .revocationListOlder(let number, let seen):
            .init(
                "revocation list \(number) is older than list \(seen), which is known here", hint: "get the latest one")
        case .revocationListMissing(let number):
            .init("the authority's revocation list \(number) or a later one is needed", hint: "get it and give it")
        case .revocationListForked(let number):
            .init(
                "there are two revocation lists \(number): one was not made by the authority",
                hint: "make no cards and ask the authority")
        case .revocationListStale(let until):
            .init("the revocation list was to be renewed by \(until)", hint: "get the latest one")
        case .revocationList(let error): .init("this is not a revocation list: \(error)", hintOf: error)
        case .revocationListNotUsed(let authority):
            .init(
                """
                the revocation list of \(shown(authority)) is by another key than the release and says nothing of it
                """, hint: "give the list of the authority that is enrolled, or leave this one out")
        case .usedUp(let limit):
            .init("the release allows \(limit) cards, and that many were begun", hint: "have it extended")
        case .otherStation(let station):
            .init(
                "the release does not name this station, \(station)",
                hint: "make the cards where it allows, or have it extended")
        case .otherLedger: .init("the release is bound to another ledger", hint: "use that one")
        case .ledgerHeadMissing(let sequence):
            .init(
                """
                the release names entry \(sequence) of the ledger, which is not there, or another: the ledger was put \
                back, or it is not the one
                """, hint: "make no cards and find out who could write to it")
        case .clockSetBack(let now, let last):
            .init("the clock shows \(now), and something happened at \(last)", hint: "set the clock right")
        case .otherEngine(let released, let running):
            .init(
                "the test cards were made with software \(released), this is \(running)",
                hint: "use that one, or have test cards made with this one approved")
        case .otherReport: .init("the test report is not the one the release rests on", hint: "give the right one")
        case .testKeysLoaded(let keys):
            .init(
                "the published test keys \(names(keys)) are loaded, which everybody knows",
                hint: "use the production key store")
        case .formalKeysLoaded(let keys):
            .init(
                "other keys than the published ones are loaded for test cards: \(names(keys))",
                hint: "production keys never go onto test cards")
        case .keyNotChecked(let name):
            .init(
                "the key \(name) did not answer, so it is not known whether it is a published test key",
                hint: "start again, with more memory if there is little")
        case .testRulesChanged(let rules):
            .init(
                "what test cards are is part of the program, and the profile has it otherwise: \(names(rules))",
                hint: "take that out of the overlay or the profile")
        case .testRegionApplicant:
            .init(
                "the applicant is of the test region, which belongs to test cards",
                hint: "make them in a batch of mode \"test\"")
        case .notInLedger:
            "the ledger has not begun this chip for this person: production cards are made by a production line only"
        case .ledgerChanged(let finding):
            .init(
                "the ledger does not verify (\(finding))",
                hint: "run `healthcard ledger verify` and find out who could write to it")
        }
    }

    private func other(_ what: English, _ released: String, _ given: String) -> English {
        .init(
            "the release is for the \(what) \(shown(released)), and this is \(shown(given))",
            hint: "another one needs test cards and a release of its own")
    }

    private func names(_ names: [String]) -> English {
        names.count > 8 ? "\(list: Array(names.prefix(8))) and \(names.count - 8) more" : "\(list: names)"
    }
}

extension ReleaseRefusal.Place: Message {
    public var english: English {
        switch self {
        case .keyStore: "the key store"
        case .ledger: "the ledger"
        }
    }
}

extension SignerProblem {
    public var english: English {
        switch self {
        case .otherName(let certificate, let file): "it is \(certificate)'s, and the file says \(file)"
        case .chain(let error): error.english
        case .flaw(let flaw): flaw.english
        }
    }
}

extension EnrolmentProblem {
    public var english: English {
        switch self {
        case .file(let error): error.english
        case .none: "there is none"
        case .number(let number, let next): "it is number \(number), and number \(next) comes next"
        case .notFollowing: "it follows another one than that in force"
        case .earlier(let time, let before): "it is of \(time), and the one before of \(before)"
        case .enteredOtherwise: "it has another number or another digest than it is entered with"
        }
    }
}

extension SignaturesMissing {
    public var english: English {
        switch self {
        case .unknownKey(let key): "a signature is by the key \(key), which belongs to nobody who is named"
        case .ofItsPeople(let count): "\(count) of its people signed, two are needed"
        case .ofThePeopleBefore(let count):
            "\(count) of the people before signed, two are needed, or the authority before"
        case .ofEnrolledPeople(let count): "\(count) of the enrolled people signed, two are needed"
        }
    }
}

extension ReleaseFileError {
    public var english: English {
        .init("\(line > 0 ? "line \(line): " : "")\(flaw)", hint: "get the file again from the authority")
    }
}

extension ReleaseFileFlaw {
    public var english: English {
        switch self {
        case .unreadable(let why): why.english
        case .tooLong(let limit): "it has more than \(limit) bytes"
        case .notUTF8: "it is not text in UTF-8"
        case .noLineEnd: "its last line has no end"
        case .lineTooLong: "it is too long"
        case .controlCharacter: "it has a control character"
        case .otherFormat(let expected): "it is not \"\(expected)\""
        case .missing(let label): "\"\(label)\" is expected here, once"
        case .tooOften(let label): "\"\(label)\" is there too often"
        case .unexpected: "nothing is expected here"
        case .value(let label, let kind): "\"\(label)\" is not \(kind)"
        case .linesBefore(let label, let fault): "a line \"\(label)\" before \(fault)"
        case .fewPeople: "two \"person\" or more are expected here"
        case .previous: "\"previous\" is none for number 1 and for no other"
        case .deed(let deeds): "\"deed\" is neither \(deeds.joined(separator: " nor "))"
        case .sharedKey: "the authority's key is also a person's; they need keys of their own"
        case .signedAlready: "this key has signed it already"
        case .signaturesFull(let most): "it has \(most) signatures already"
        case .signerDiffers: "the signer's signature does not fit its key"
        case .untrusted: "its signature is by nobody who is trusted"
        case .endsBeforeItBegins: "\"valid-until\" is before \"valid-from\""
        case .validTooLong: "it is valid for more than five years"
        case .doesNotFit(let kind): "its values do not fit into \(kind)"
        }
    }
}

extension ReleaseFileFlaw.LineFault {
    public var english: English {
        switch self {
        case .orderedText: "is not a text, or is out of order"
        case .ordered: "is not well formed, or is out of order"
        case .twice: "is not well formed, or appears twice"
        case .keyOrNameTwice: "is not well formed, or its key or name appears twice"
        case .certificate: "is not a certificate of an SM2 key"
        }
    }
}

extension ReleaseFileFlaw.Kind {
    public var english: English {
        switch self {
        case .release: "a release"
        case .revocationList: "a revocation list"
        case .enrolment: "an enrolment"
        case .act: "an act"
        }
    }
}

extension ReleaseValueKind {
    public var english: English {
        switch self {
        case .text: "a visible text of 1 to \(SignedValue.longestText) bytes"
        case .number: "a number"
        case .numberFromOne: "a number from 1"
        case .time: "a time YYYY-MM-DDThh:mm:ssZ"
        case .day: "a day YYYY-MM-DD"
        case .dayOrNone: "none or a day YYYY-MM-DD"
        case .digest: "64 lowercase hexadecimal digits"
        case .digestOrNone: "none or 64 lowercase hexadecimal digits"
        case .signature: "128 lowercase hexadecimal digits"
        case .certificate: "a certificate of an SM2 key"
        case .key: "a point of the curve in 128 lowercase digits"
        case .objectIdentifier: "an object identifier of the authority's own"
        case .station: "NAME@FINGERPRINT"
        case .limit(let most): "none or a number from 1 to \(most)"
        case .head: "a number from 1, a blank and a digest"
        }
    }
}

/// In quotes; letters that are not of the two scripts names are written in are told by their numbers, since a Cyrillic А
/// looks like any other.
private func shown(_ text: String) -> English { "\"\(usualLetters(of: text))\"" }
