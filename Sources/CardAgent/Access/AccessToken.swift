import Foundation

/// Who holds a token: a web origin, whose pages alone may use it, a program on this machine, which sends no origin, or the
/// agent's own page in one browser.
public enum TokenHolder: Sendable, Hashable, Codable, CustomStringConvertible {
    case origin(WebOrigin)
    case program(String)
    /// The agent's own page in one browser of this machine, which a person has set up as a counter; it has a key and no
    /// secret.
    case counter(String)

    public var origin: WebOrigin? {
        if case .origin(let origin) = self { return origin }
        return nil
    }

    public var description: String {
        switch self {
        case .origin(let origin): origin.description
        case .program(let name): "program \(name)"
        case .counter(let name): "counter \(name)"
        }
    }

    /// A program's name: 1-40 letters, digits, blanks, `.`, `_`, `-`; Chinese characters too. It is shown to the person who
    /// decides, so nothing in it may look like anything else.
    static func isProgramName(_ name: String) -> Bool {
        (1...40).contains(name.unicodeScalars.count) && name.first != " " && name.last != " "
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.value {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x2E, 0x5F, 0x2D, 0x4E00...0x9FFF: true
                default: false
                }
            }
    }
}

/// A right to use the agent, given by the person at the machine. The secret itself is kept nowhere.
public struct AccessToken: Sendable, Hashable, Codable {
    /// Names it in lists and in the journal; not the secret.
    public let id: String
    let digest: String
    public let holder: TokenHolder
    /// What the holder calls itself.
    public let name: String
    public let rights: Set<AccessRight>
    public let made: Date
    public let expires: Date
    /// Of a counter, hexadecimal: the public key its browser signs with. Its ``digest`` is empty, which no secret has.
    var publicKey: String?

    func isValid(at time: Date) -> Bool { time < expires }

    /// The same with no other rights than these.
    func limited(to rights: Set<AccessRight>) -> AccessToken {
        AccessToken(
            id: id, digest: digest, holder: holder, name: name, rights: self.rights.intersection(rights), made: made,
            expires: expires, publicKey: publicKey)
    }
}
