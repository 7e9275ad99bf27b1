/// The origin of a web page (RFC 6454 §6): scheme, host and port, as browsers write it in `Origin`.
///
/// Only the serialized form is taken, lower case and without a path: what a browser would not send is no origin.
public struct WebOrigin: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    /// Whether nobody on the network can have changed the page: `https`, or a page of this machine.
    public let isTrustworthy: Bool

    static let longest = 280

    /// Nil for anything that is not the origin of an `http` or `https` page; `null` is not one.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.longest, let mark = text.range(of: "://") else { return nil }
        let scheme = text[..<mark.lowerBound]
        guard scheme == "https" || scheme == "http", let host = HostName(text[mark.upperBound...]) else { return nil }
        // A default port is not written, and an explicit one has no leading zero.
        guard host.port != (scheme == "https" ? 443 : 80) else { return nil }
        description = String(text)
        isTrustworthy = scheme == "https" || host.isThisMachine
    }
}

extension WebOrigin: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let origin = WebOrigin(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not an origin"))
        }
        self = origin
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A host and perhaps a port, as `Host` has them (RFC 9110 §7.2).
struct HostName: Sendable, Hashable {
    /// Lower case; an IPv6 address with its brackets.
    let name: String
    let port: Int?

    /// Nil for anything else: no user information, no empty labels, no leading zero of a port.
    init?(_ text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.count <= 262 else { return nil }
        var name = Substring(text)
        var rest = Substring()
        if name.first == "[" {
            guard let end = name.firstIndex(of: "]") else { return nil }
            rest = name[name.index(after: end)...]
            name = name[...end]
            let digits = name.dropFirst().dropLast()
            guard digits.utf8.count >= 2, digits.utf8.allSatisfy({ Self.isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E })
            else { return nil }
        } else {
            if let colon = name.firstIndex(of: ":") {
                rest = name[colon...]
                name = name[..<colon]
            }
            let labels = name.split(separator: ".", omittingEmptySubsequences: false)
            guard labels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 && $0.utf8.allSatisfy(Self.isLetter) }) else {
                return nil
            }
        }
        var port: Int?
        if !rest.isEmpty {
            let digits = rest.dropFirst()
            guard rest.first == ":", (1...5).contains(digits.utf8.count), digits.first != "0",
                digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits), number <= 65_535
            else { return nil }
            port = number
        }
        self.name = String(name)
        self.port = port
    }

    /// Names that no name service answers for.
    var isThisMachine: Bool { name == "localhost" || name == "127.0.0.1" || name == "[::1]" }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x61...0x66).contains(byte) || (0x30...0x39).contains(byte)
    }
}
