/// Why a virtual card cannot be made, loaded, saved or put into a slot. Key values are never in it.
public enum VirtualCardError: Error, Hashable, CustomStringConvertible {
    /// The chip serial has the wrong number of bytes.
    case serialLength(expected: Int, actual: Int)
    /// Software cannot compute this cipher.
    case cipherUnavailable(String)
    /// The profile lacks something that a card needs.
    case profile(String)
    /// The state of a card says something impossible, at `place` (`directories[2].files[0].content`).
    case state(place: String, problem: String)
    /// A file of the host could not be used.
    case file(path: String, problem: String)
    /// A PIN is not 4-16 decimal digits.
    case notAPIN
    /// The virtual reader could not be reached.
    case link(String)

    public var description: String {
        switch self {
        case .serialLength(let expected, let actual):
            "a chip serial of this card has \(expected) bytes, not \(actual): give \(2 * expected) hexadecimal digits"
        case .cipherUnavailable(let cipher):
            "the cipher \(cipher) exists in hardware only: a virtual card needs a profile with the cipher sm4"
        case .profile(let problem): "the profile does not fit a virtual card: \(problem)"
        case .state(let place, let problem): "the card's state is wrong at \(place): \(problem)"
        case .file(let path, let problem): "\(path): \(problem)"
        case .notAPIN: "a SAM's PIN has 4 to 16 decimal digits"
        case .link(let problem): problem
        }
    }
}
