import Messages
import ShangMi

/// Why a platform was not asked or did not answer. Never has a person's data, a code or a secret in it.
public enum PlatformError: AdvisedError, Equatable {
    /// The address is not one, or its host is unknown.
    case address
    case unreachable
    case timeout(seconds: Int)
    /// The server could not prove who it is.
    case certificate
    case tls
    /// The answer ended early.
    case cut
    case tooLong(limit: Int)
    /// A status of HTTP other than 200.
    case http(status: Int)
    /// Not an answer in this dialect.
    case malformed
    /// The answer's signature is wrong: it is not the platform's, or was changed.
    case answerSignature
    /// The answer's time is off by more than allowed: positive where this machine's clock is late.
    case answerClock(seconds: Int)
    /// An answer that came before, or one to another request.
    case answerReplayed
    case refused(PlatformRefusal, code: String)
    /// The dialect has no such operation.
    case notOffered(PlatformOperation)
    /// The credential file lacks something, or has something that cannot be.
    case credentials(path: String, entry: String)
    /// A dialect's file that cannot be used.
    case dialect(path: String, reason: String)
    /// The queue's file is damaged, of other credentials, or cannot be written.
    case queue(path: String)
    case queueFull(path: String, limit: Int)
    /// libcurl is not there.
    case noLibrary
    case cryptography(ShangMiError)

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case address, unreachable, timeout, certificate, tls, cut, tooLong, http, malformed, answerSignature,
            answerClock
        case answerReplayed, refused, notOffered, credentials, dialect, queue, queueFull, noLibrary, cryptography
    }

    public static let domain = "platform"

    public var code: Code {
        switch self {
        case .address: .address
        case .unreachable: .unreachable
        case .timeout: .timeout
        case .certificate: .certificate
        case .tls: .tls
        case .cut: .cut
        case .tooLong: .tooLong
        case .http: .http
        case .malformed: .malformed
        case .answerSignature: .answerSignature
        case .answerClock: .answerClock
        case .answerReplayed: .answerReplayed
        case .refused: .refused
        case .notOffered: .notOffered
        case .credentials: .credentials
        case .dialect: .dialect
        case .queue: .queue
        case .queueFull: .queueFull
        case .noLibrary: .noLibrary
        case .cryptography: .cryptography
        }
    }

    public var kind: ErrorKind {
        switch self {
        case .unreachable, .timeout, .cut, .noLibrary: .noReader
        case .certificate, .tls, .tooLong, .http, .malformed, .answerSignature, .answerClock, .answerReplayed:
            .cardRefused
        case .refused(let refusal, _): refusal == .notPermitted ? .notAllowed : .cardRefused
        case .address, .notOffered: .usage
        case .credentials, .dialect, .queue, .queueFull, .cryptography: .badInput
        }
    }

    public var underlying: (any AdvisedError)? {
        if case .cryptography(let error) = self { error } else { nil }
    }

    /// Whether the same may work a moment later.
    var isPassing: Bool {
        switch self {
        case .unreachable, .timeout, .cut: true
        case .http(let status): status == 502 || status == 503 || status == 504
        default: false
        }
    }
}

/// Why a platform refused.
public enum PlatformRefusal: String, Message, Hashable, CaseIterable, Codable {
    case signature, clock, replay, token, notFound, codeInvalid, codeExpired, notPermitted
    /// Another of the platform's codes.
    case other
}
