import Messages

extension PlatformError {
    public var english: English {
        switch self {
        case .address: .init("the platform's address is not one", hint: "give an address that begins with https://")
        case .unreachable: .init("the platform cannot be reached", hint: "check network and address, then try again")
        case .timeout(let seconds):
            .init("the platform did not answer within \(seconds) seconds", hint: "try again; a query can be repeated")
        case .certificate:
            .init(
                "the server could not prove that it is the platform",
                hint: "check address and clock; a private authority's certificate is given by --ca FILE")
        case .tls: .init("no secure connection to the platform", hint: "check the address and the server's TLS version")
        case .cut: .init("the platform's answer ended early", hint: "try again; a query can be repeated")
        case .tooLong(let limit):
            .init("the platform's answer is longer than \(limit) bytes", hint: "check the address")
        case .http(let status): .init("the platform answered with HTTP status \(status)", hint: "check the address")
        case .malformed:
            .init(
                "the answer is not one in this dialect",
                hint: "check address and --dialect; ask the platform's operator")
        case .answerSignature:
            .init(
                "the answer's signature is wrong, so the answer was not used",
                hint: "check the secret in the credential file; if it is right, report this to the platform's operator")
        case .answerClock(let seconds):
            .init(
                "the clocks of this machine and the platform differ by \(seconds.magnitude) s",
                hint: "set this machine's clock")
        case .answerReplayed:
            .init(
                "the answer belongs to another request, so it was not used",
                hint: "try again; if it happens again, report this to the platform's operator")
        case .refused(let refusal, let code): .init("the platform refused (code \(code)): \(refusal)", hintOf: refusal)
        case .notOffered(let operation):
            .init("this dialect has no operation \(operation.rawValue)", hint: "use another dialect, or its file")
        case .credentials(let path, let entry):
            .init("credential file \(path): \(entry) is missing or not valid", hint: "correct this line")
        case .dialect(let path, let reason):
            .init(
                "dialect \(path) cannot be used: \(reason)", hint: "compare it with the one in Docs/electronic-card.md")
        case .queue(let path):
            .init(
                "queue \(path) is damaged, belongs to other credentials, or cannot be written",
                hint: "use the credentials it was made with; check folder and disk")
        case .queueFull(let path, let limit):
            .init("queue \(path) holds \(limit) requests, which is the most", hint: "send what waits first")
        case .noLibrary: .init("libcurl is missing", hint: "install the package libcurl4")
        case .cryptography(let error): .init("\(error)", hintOf: error)
        }
    }
}

extension PlatformRefusal {
    public var english: English {
        switch self {
        case .signature: .init("it does not accept the signature", hint: "check the secret in the credential file")
        case .clock: .init("the time of the request is off", hint: "set this machine's clock")
        case .replay: .init("it has seen this request before", hint: "try again")
        case .token: .init("the token is not valid", hint: "try again; check the credential file")
        case .notFound: .init("it knows no such card", hint: "register the person, or check number and name")
        case .codeInvalid: .init("the code is not valid", hint: "have the holder refresh the code")
        case .codeExpired: .init("the code is no longer valid", hint: "have the holder refresh the code")
        case .notPermitted: .init("this application may not do that", hint: "ask the platform's operator")
        case .other: .init("for a reason that is not known here", hint: "look the code up in the platform's manual")
        }
    }
}

extension CardAttribute {
    public var english: English {
        switch self {
        case .temporary:
            .init("temporary card", hint: "register the person with a document; the temporary card is then merged")
        case .formal: "full card"
        }
    }
}

extension CardStatus {
    public var english: English {
        switch self {
        case .normal: "in use"
        case .paused: .init("paused", hint: "the holder can resume it at the platform")
        case .closed: .init("closed", hint: "register the person again")
        }
    }
}

extension CardLink {
    public var english: English {
        switch self {
        case .bound: "on a phone"
        case .unbound: .init("not on any phone; the card itself stays", hint: "the holder can bind it again")
        }
    }
}

extension HolderRelation {
    public var english: English {
        switch self {
        case .own: "the holder's own card"
        case .childOfAdult:
            .init("a child's card under an adult", hint: "an adult who answers for the child must be there")
        case .newbornOfParent:
            .init("a newborn's card by a parent's document", hint: "register the child once it has a number")
        case .family: "a family member's card"
        case .ward: .init("a ward's card shown by the guardian", hint: "check the guardian's document")
        }
    }
}
