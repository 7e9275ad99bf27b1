import Messages

extension AgentError {
    public var english: English {
        switch self {
        case .foreignHost:
            .init(
                "the request names a host that the agent does not answer for",
                hint: "use the address the agent listens on, or add the name to \"hosts\" in its configuration")
        case .foreignOrigin:
            .init(
                "this page may not use the agent",
                hint:
                    "let the page ask for pairing (POST /v1/pairings), then confirm its number on the agent's own page")
        case .tokenNeeded:
            .init(
                "this needs a token", hint: "ask for one with POST /v1/pairings and send it as Authorization: Bearer")
        case .tokenRefused:
            .init(
                "the token is not valid here",
                hint: "it was revoked, has expired or belongs to another origin: pair again")
        case .rightMissing(let right):
            .init("the token does not include the right \(right)", hint: "pair again and ask for this right")
        case .pageOnly:
            .init("only the agent's own page may do this", hint: "run healthcard-agent page to open it")
        case .thisMachineOnly: "only programs on the agent's own machine may do this"
        case .wrongPageCode:
            .init("the page code is wrong", hint: "healthcard-agent page prints the link with the right code")
        case .noSuchToken: "there is no such token"
        case .insecureOrigin:
            .init(
                "a page that came over plain http may not be paired: others on the network can change it",
                hint: "serve the page over https")
        case .pairingOff:
            .init(
                "this page may not ask for pairing", hint: "add its origin to \"origins\" in the agent's configuration")
        case .noSuchPairing: .init("there is no such request for pairing", hint: "it may have expired: ask again")
        case .wrongNumber(let left):
            .init(
                "the number is not the one that the program shows: \(left, "attempt") left",
                hint: left == 0 ? "let the program ask again" : "type the number that the program shows")
        case .noSuchPath: .init("there is nothing at this path", hint: "GET /openapi.json lists every path")
        case .methodNotAllowed: .init("this path does not take this method", hint: "see the header Allow")
        case .malformedRequest(let flaw): "the request is not valid HTTP for this service: \(flaw)"
        case .badParameter(let name): .init("the parameter \(name) is not valid", hint: "see GET /openapi.json")
        case .badMember(let name):
            .init("the member \(name) of the request's JSON is missing or not valid", hint: "see GET /openapi.json")
        case .bodyTooLong(let limit): "the request's body is longer than \(limit, "byte")"
        case .headTooLong: "the request's header is too long"
        case .tooSlow: "the request did not arrive in time"
        case .notJSON: .init("the body is not announced as JSON", hint: "send Content-Type: application/json")
        case .keyNeeded:
            .init(
                "an act that writes needs the header Idempotency-Key",
                hint: "send 8 to 64 letters, digits, - or _ that are new for each act")
        case .keyReused: .init("this Idempotency-Key belongs to another request", hint: "use a new one for each act")
        case .keyInUse: .init("the act with this Idempotency-Key is still running", hint: "ask again in a moment")
        case .doneBefore:
            .init(
                "this act was completed before the agent was restarted; nothing was written again",
                hint: "read the card to see what it holds")
        case .unfinishedBefore:
            .init(
                "the agent was stopped in the middle of this act; nothing was written again",
                hint: "read the card: it holds the old content or the new; then decide and use a new Idempotency-Key")
        case .tooMany(let excess): .init("too many \(excess) at the same time", hint: "wait a moment and ask again")
        case .stopping: .init("the agent is stopping", hint: "ask again when it has started")
        case .noSuchCard:
            .init("there is no card with this token", hint: "GET /v1/readers lists the cards and their tokens")
        case .cardGone:
            .init(
                "the card with this token is no longer in the reader; nothing was written",
                hint:
                    "take the token of the card that is there now from GET /v1/readers or the events, and read it first"
            )
        case .otherCard:
            .init(
                "another card is in the reader now; nothing was written",
                hint: "take the token of the card that is there now, and read it first")
        case .noPhoto: "the card has no photo"
        case .nothingInDoubt: "no act on this card is in doubt"
        case .noSAMReader:
            .init("the SAM's reader is not there", hint: "check the cable, and \"sam\" in the agent's configuration")
        case .wrongSerial:
            .init(
                "the serial number is not that of the card: nothing was blocked",
                hint: "give the chip's serial number as the inspection shows it")
        case .noRandomness: "the system gave no random numbers"
        case .stateUnreadable(let file):
            .init(
                "\(file) cannot be read, or is not a file of the agent", hint: "restore it from a backup, or remove it")
        case .stateNotKept(let file):
            .init("\(file) cannot be written: nothing was done", hint: "check the disk and the folder's permissions")
        case .portsTaken(let address, let ports):
            .init(
                "every port of \(ports) on \(address) is taken by another program",
                hint: "stop that program, or give another port in the configuration")
        case .socketTaken(let path):
            .init("another program answers on the socket \(path)", hint: "stop it, or give another path")
        case .notListening(let address, let reason): "the agent cannot listen on \(address): \(reason)"
        case .certificate(let file):
            .init(
                "\(file) is not a certificate and key in PEM that fit together",
                hint: "check the files named under \"tls\"")
        case .internalError: .init("the agent made a mistake", hint: "its log has the time and the place; report it")
        }
    }
}

extension RequestFlaw {
    public var english: English {
        switch self {
        case .syntax: "it cannot be parsed"
        case .version: "only HTTP/1.1 is spoken here"
        case .target: "the path has characters or parts that no path here has"
        case .host: "exactly one Host is needed"
        case .length: "its length is not given exactly once"
        case .headerValue: "a header has a value that is not allowed"
        case .query: "the query cannot be parsed"
        case .json: "the body is not JSON"
        case .upgrade: "this path speaks no WebSocket, or not this kind"
        }
    }
}

extension Excess {
    public var english: English {
        switch self {
        case .requests: "requests"
        case .connections: "connections"
        case .streams: "open event streams"
        case .acts: "acts waiting for the reader"
        case .pairings: "requests for pairing"
        case .tokens: "tokens"
        }
    }
}

extension AccessRight {
    public var english: English {
        switch self {
        case .readHolder: "read-holder"
        case .readClinical: "read-clinical"
        case .write: "write"
        case .visits: "visits"
        case .block: "block"
        case .collect: "collect"
        }
    }
}

extension ConfigurationProblem {
    public var english: English { "\(file):\(line): \(flaw)" }
}

extension ConfigurationProblem.Flaw {
    public var english: English {
        switch self {
        case .notYAML(let reason): "not valid YAML: \(reason)"
        case .unknownKey(let key, let known): "unknown key \(key); there are \(list: known)"
        case .notAMap(let key): "\(key) must be a list of keys with values"
        case .notAList(let key): "\(key) must be a list"
        case .notText(let key): "\(key) must be text"
        case .notANumber(let key, let range): "\(key) must be a number from \(range)"
        case .notAFlag(let key): "\(key) must be true or false"
        case .notOneOf(let key, let choices): "\(key) must be one of \(list: choices)"
        case .notAnOrigin(let text):
            "\(text) is not an origin: write it as https://host or https://host:port, without a path"
        case .notAHost(let text): "\(text) is not a host name: write it in lower case and without a port"
        case .notAnAddress(let text): "\(text) is not an IP address"
        case .notPorts(let text): "\(text) is not a port or a range of ports such as 8327-8336"
        case .needsTLS(let address): "\(address) can be reached from the network: give it \"tls\""
        case .missing(let key): "\(key) is missing"
        case .both(let one, let other): "give \(one) or \(other), not both"
        case .notAbsolute(let key): "\(key) must be an absolute path"
        case .notAKey(let key): "\(key) must be 128 hexadecimal digits"
        case .empty(let key): "\(key) is empty"
        }
    }
}

extension ConfigurationError {
    public var english: English {
        switch self {
        case .file(let error): .init("\(error)", hintOf: error)
        case .problems(let problems): "\(clauses: problems)"
        }
    }
}
