import NIOHTTP1

/// What a request's head must be before anything else looks at it. Where two programs could read a request in two ways, it
/// is no request.
enum StrictRequest {
    static let longestTarget = 2_048

    static func problem(_ head: HTTPRequestHead, bodyLimit: Int) -> AgentError? {
        guard head.version == .http1_1 else { return .malformedRequest(.version) }
        guard isTarget(head.uri) else { return .malformedRequest(.target) }
        var (hosts, lengths, codings, origins, credentials) = (0, [Substring](), [String](), 0, 0)
        for (name, value) in head.headers {
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                return .malformedRequest(.headerValue)
            }
            switch name.lowercased() {
            case "host": hosts += 1
            case "content-length": lengths.append(Substring(value))
            case "transfer-encoding": codings.append(value)
            case "origin": origins += 1
            case "authorization": credentials += 1
            default: break
            }
        }
        guard hosts == 1 else { return .malformedRequest(.host) }
        guard origins <= 1, credentials <= 1 else { return .malformedRequest(.headerValue) }
        guard lengths.count + codings.count <= 1 else { return .malformedRequest(.length) }
        if let coding = codings.first, coding.lowercased() != "chunked" { return .malformedRequest(.length) }
        if let length = lengths.first {
            guard (1...19).contains(length.utf8.count), length.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let count = Int(length)
            else { return .malformedRequest(.length) }
            guard count <= bodyLimit else { return .bodyTooLong(limit: bodyLimit) }
        }
        return nil
    }

    /// A path of the characters that paths here have, without empty parts and dots, and perhaps a query.
    static func isTarget(_ target: String) -> Bool {
        guard target.utf8.count <= longestTarget, target.utf8.first == 0x2F else { return false }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].utf8.allSatisfy({ isUnreserved($0) || $0 == 0x2F }) else { return false }
        let segments = parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard parts[0] == "/" || segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { return false }
        return parts.count == 1
            || parts[1].utf8.allSatisfy { isUnreserved($0) || "%&=+,:@!$'()*;/?".utf8.contains($0) }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }
}
