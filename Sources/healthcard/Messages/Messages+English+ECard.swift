import Messages

extension ECardText {
    var english: English {
        switch self {
        case .onePersonOrTwo:
            "name one person, or two to compare: --number and --name, --card, --batch and --id, --compare"
        case .onePerson: "name one person: with --number and --name, --card, or --batch and --id"
        case .personOrCode:
            English(
                "name a person or a code", hint: "give --number and --name, --card, --batch and --id, or --code")
        case .batchWithID: "--batch and --id go together"
        case .numberWithName: "--number and --name go together"
        case .typeForm: "--type takes two digits, such as 01"
        case .compareForm: "--compare takes 64 hexadecimal digits"
        case .notSamePerson: "not known to be the same person"
        case .validForForm: "--valid-for takes 1 to 31622400 seconds"
        case .issued(let codes, let people, let folder, let until):
            "\(codes, "code") of \(people, "test person", "test people") in \(folder); dynamic codes are valid until \(until) (China)"
        case .tooLate: "--at is too late"
        case .folderInUse(let path): English("\(path) holds other things than codes", hint: "name another folder")
        case .folderNotMade(let path): "\(path) cannot be created"
        case .oneKeySource: "give key files, --keys test or --hsm, only one of them"
        case .hsmForm: "--hsm takes HOST:PORT"
        case .notACard(let error):
            English(
                "--card is not the JSON of a card: \(error)", hint: "use the output of healthcard read --json")
        case .personNotRead:
            English(
                "number and name of the card were not both read",
                hint: "read the card again, section holder included")
        case .timeoutForm: "--timeout takes 1 to 120 seconds"
        case .sendWithQueue: "--send needs --queue"
        case .guardianTogether: "--guardian-number and --guardian-name go together"
        case .queued(let error): English("\(error); the request waits in the queue", hint: "send it with --send")
        case .otherPerson: "the platform's answer is about another person"
        case .operationForm(let known): "--operation takes one of \(known)"
        case .someRefused: "some requests were refused"
        case .textOrWatch: "give a text, or --watch for standard input"
        case .notACode: "not a code of an electronic health card"
        case .clockOutOfRange: "this machine's clock is out of range"
        case .timeForm: "a time is written like 2026-10-08T09:00:00 (China); Z or +08:00 may follow"
        case .windowForm: "--window takes 1 to 31622400 seconds, --tolerance 0 to 3600"
        case .inputOnce: "standard input can be read only once"
        case .rootKeyNeedsPerson:
            English(
                "the root key proves whose code it is: name the person",
                hint: "give --number and --name, --card, or --batch and --id")
        case .nothingAsked:
            English(
                "nothing was asked to be verified",
                hint: "give --protection-key FILE, or --root-key FILE and the person")
        case .notVerified(let reason): "not verified: \(reason)"
        case .shortID: "the ID has 48 digits, and how these are computed is not published"
        case .noValidity: "a static code has no validity to verify"
        case .askPlatform: "ask the platform"
        case .verifyPerson: "verify whose it is with the root key and the person, or ask the platform"
        }
    }
}

extension ECardLabel {
    var english: English {
        switch self {
        case .mainIndex(let digits): "main index  \(digits)"
        case .factor(let digits): "factor      \(digits)"
        case .otherIndex(let digits): "the other   \(digits)"
        case .samePerson: "the same person"
        case .otherPerson: "another person"
        case .changed(let what): "changed: \(list: what)"
        case .unknownPrefix(let prefix):
            "a code behind the prefix \"\(prefix)\", whose meaning is not known: not taken for a code"
        case .identityNumber(let number): "resident identity number \(number)"
        case .mayBePayment: "a payment code may have the same digits"
        case .payment(let service): "payment code, \(service)"
        case .unknown(let reason): "not known: \(reason)"
        case .fixed: "electronic health card, static code"
        case .dynamic: "electronic health card, dynamic code"
        case .temporary: "temporary electronic health card"
        case .validity(let digits): "validity (encrypted)  \(digits)"
        case .paymentField(let text): "payment field  \(text)"
        case .issuerField(let text): "issuer field  \(text)"
        case .lineEnd: "line end removed"
        case .blanks: "blanks around it removed"
        case .colons: "full-width colons"
        case .letters: "lower-case letters"
        case .validUntil(let time): "valid until \(time) (China)"
        case .publishedKeys: "published test keys: this proves nothing about a real card"
        case .accepted: "the platform accepts the code"
        case .id(let digits): "ID  \(digits)"
        case .platformIndex(let digits): "main index  \(digits)"
        case .code(let text): "code  \(text)"
        case .card(let text): "physical card  \(text)"
        case .state(let state):
            .init(verbatim: state.english.hint.map { "\(state.english.what): \($0)" } ?? state.english.what)
        case .nothing: "the platform returned nothing"
        case .done: "done"
        case .refused: "refused"
        }
    }
}
