import Messages

/// Why the agent did not do what a program asked of it. What card, SAM and readers have to say comes in their own errors.
public enum AgentError: AdvisedError, Hashable {
    // Who asks
    case foreignHost
    case foreignOrigin
    case tokenNeeded
    case tokenRefused
    case rightMissing(AccessRight)
    case pageOnly
    case thisMachineOnly
    case wrongPageCode
    case noSuchToken
    case insecureOrigin
    // Pairing
    case pairingOff
    case noSuchPairing
    case wrongNumber(attemptsLeft: Int)
    // How it is asked
    case noSuchPath
    case methodNotAllowed
    case malformedRequest(RequestFlaw)
    case badParameter(String)
    case badMember(String)
    case bodyTooLong(limit: Int)
    case headTooLong
    case tooSlow
    case notJSON
    case keyNeeded
    case keyReused
    case keyInUse
    case doneBefore
    case unfinishedBefore
    case tooMany(Excess)
    case stopping
    // The card
    case noSuchCard
    case cardGone
    case otherCard
    case noPhoto
    case nothingInDoubt
    case noSAMReader
    case wrongSerial
    // The agent itself
    case noRandomness
    case stateUnreadable(file: String)
    case stateNotKept(file: String)
    /// - Parameter address: where the other one listens; nil where it has not said.
    case stateInUse(folder: String, address: String?)
    case portsTaken(address: String, ports: String)
    case socketTaken(path: String)
    case notListening(address: String, reason: String)
    case certificate(file: String)
    case internalError

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case foreignHost, foreignOrigin, tokenNeeded, tokenRefused, rightMissing, pageOnly, thisMachineOnly
        case wrongPageCode, noSuchToken, insecureOrigin, pairingOff, noSuchPairing, wrongNumber, noSuchPath
        case methodNotAllowed, malformedRequest, badParameter, badMember, bodyTooLong, headTooLong, tooSlow, notJSON
        case keyNeeded, keyReused, keyInUse, doneBefore, unfinishedBefore, tooMany, stopping, noSuchCard, cardGone
        case otherCard, noPhoto, nothingInDoubt, noSAMReader, wrongSerial, noRandomness, stateUnreadable, stateNotKept
        case stateInUse, portsTaken, socketTaken, notListening, certificate, internalError
    }

    public static let domain = "agent"

    public var code: Code {
        switch self {
        case .foreignHost: .foreignHost
        case .foreignOrigin: .foreignOrigin
        case .tokenNeeded: .tokenNeeded
        case .tokenRefused: .tokenRefused
        case .rightMissing: .rightMissing
        case .pageOnly: .pageOnly
        case .thisMachineOnly: .thisMachineOnly
        case .wrongPageCode: .wrongPageCode
        case .noSuchToken: .noSuchToken
        case .insecureOrigin: .insecureOrigin
        case .pairingOff: .pairingOff
        case .noSuchPairing: .noSuchPairing
        case .wrongNumber: .wrongNumber
        case .noSuchPath: .noSuchPath
        case .methodNotAllowed: .methodNotAllowed
        case .malformedRequest: .malformedRequest
        case .badParameter: .badParameter
        case .badMember: .badMember
        case .bodyTooLong: .bodyTooLong
        case .headTooLong: .headTooLong
        case .tooSlow: .tooSlow
        case .notJSON: .notJSON
        case .keyNeeded: .keyNeeded
        case .keyReused: .keyReused
        case .keyInUse: .keyInUse
        case .doneBefore: .doneBefore
        case .unfinishedBefore: .unfinishedBefore
        case .tooMany: .tooMany
        case .stopping: .stopping
        case .noSuchCard: .noSuchCard
        case .cardGone: .cardGone
        case .otherCard: .otherCard
        case .noPhoto: .noPhoto
        case .nothingInDoubt: .nothingInDoubt
        case .noSAMReader: .noSAMReader
        case .wrongSerial: .wrongSerial
        case .noRandomness: .noRandomness
        case .stateUnreadable: .stateUnreadable
        case .stateNotKept: .stateNotKept
        case .stateInUse: .stateInUse
        case .portsTaken: .portsTaken
        case .socketTaken: .socketTaken
        case .notListening: .notListening
        case .certificate: .certificate
        case .internalError: .internalError
        }
    }

    public var kind: ErrorKind {
        switch self {
        case .foreignHost, .foreignOrigin, .tokenNeeded, .tokenRefused, .rightMissing, .pageOnly, .thisMachineOnly,
            .wrongPageCode, .insecureOrigin, .pairingOff, .wrongNumber, .wrongSerial:
            .notAllowed
        case .noSuchToken, .noSuchPairing, .noSuchPath, .methodNotAllowed, .malformedRequest, .badParameter,
            .headTooLong, .tooSlow, .notJSON, .keyNeeded, .keyReused, .keyInUse, .tooMany, .stateInUse, .portsTaken,
            .socketTaken, .notListening:
            .usage
        case .badMember, .bodyTooLong, .stateUnreadable, .certificate: .badInput
        case .noSuchCard, .cardGone, .noPhoto: .noCard
        case .otherCard, .nothingInDoubt: .cardRefused
        case .noSAMReader: .noReader
        case .doneBefore, .unfinishedBefore, .stopping, .stateNotKept: .partFailed
        case .noRandomness, .internalError: .bug
        }
    }

    /// The HTTP status (RFC 9110 §15).
    var status: Int {
        switch self {
        case .foreignHost: 421
        case .tokenNeeded, .tokenRefused: 401
        case .foreignOrigin, .rightMissing, .pageOnly, .thisMachineOnly, .wrongPageCode, .insecureOrigin, .pairingOff,
            .wrongNumber, .wrongSerial:
            403
        case .noSuchToken, .noSuchPairing, .noSuchPath, .noSuchCard, .noPhoto, .nothingInDoubt: 404
        case .methodNotAllowed: 405
        case .tooSlow: 408
        case .cardGone, .otherCard, .keyInUse, .doneBefore, .unfinishedBefore, .noSAMReader: 409
        case .bodyTooLong: 413
        case .notJSON: 415
        case .badMember, .keyReused: 422
        case .tooMany: 429
        case .headTooLong: 431
        case .malformedRequest, .badParameter, .keyNeeded: 400
        case .stopping: 503
        case .noRandomness, .stateUnreadable, .stateNotKept, .stateInUse, .portsTaken, .socketTaken, .notListening,
            .certificate, .internalError:
            500
        }
    }
}

/// What is wrong with a request as such.
public enum RequestFlaw: Message, Hashable, CaseIterable {
    case syntax, version, target, host, length, headerValue, query, json, upgrade
}

/// What there is too much of.
public enum Excess: Message, Hashable, CaseIterable {
    case requests, connections, streams, acts, pairings, tokens
}

extension AccessRight: Message {}
