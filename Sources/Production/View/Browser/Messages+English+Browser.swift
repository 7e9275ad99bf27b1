import Messages

extension LineViewError {
    public var english: English {
        switch self {
        case .addressTaken(let address):
            .init("another program listens on \(address)", hint: "choose another port for --view")
        case .notListening(let address, let reason):
            .init("the line cannot be shown on \(address): \(reason)", hint: "name an address of this machine")
        case .noRandomness: "the system gives no random numbers"
        case .notStarted(let reason): "the line cannot be shown: no thread can be started: \(reason)"
        }
    }
}

extension ViewRefusal {
    var english: English {
        switch self {
        case .malformed: "the request is not HTTP that is understood here"
        case .wrongToken: .init("that is not the operator's token", hint: "type the one that the line's terminal shows")
        case .notYours: .init("this page may not do that", hint: "pause and stop the line at its terminal")
        case .nothingHere: "there is nothing under this path"
        case .method: "this path has no such method"
        case .tooSlow: "the request did not come in time"
        case .over: .init("the line does not run", hint: "look at its terminal")
        case .tooLong: "the request is too long"
        case .foreignHost:
            .init("this is not the name of the line's view", hint: "use the address that the terminal shows")
        case .tooManyTokens: .init("too many wrong tokens", hint: "wait a minute, or use the terminal")
        case .tooMany: .init("too many browsers look at the line", hint: "close some of them")
        }
    }
}
