/// A mistake that a real card could have: of its operating system, or left on it by whoever made it. A conformance suite
/// is worth what it finds of them (Docs/fault-matrix.md).
public enum CardFault: Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case system(SystemFault)
    case content(ContentFault)

    public static var allCases: [CardFault] {
        SystemFault.allCases.map { .system($0) } + ContentFault.allCases.map { .content($0) }
    }

    /// `mac-unchecked`; unique among all.
    public var name: String {
        switch self {
        case .system(let fault): fault.rawValue
        case .content(let fault): fault.rawValue
        }
    }

    /// nil for a name that no fault has.
    public init?(name: String) {
        if let fault = SystemFault(rawValue: name) {
            self = .system(fault)
        } else if let fault = ContentFault(rawValue: name) {
            self = .content(fault)
        } else {
            return nil
        }
    }

    /// What the card does, and what of Docs/protocol.md that breaks.
    public var text: Text {
        switch self {
        case .system(let fault): fault.text
        case .content(let fault): fault.text
        }
    }

    /// Whether the card answers as a right one, only late: a run of every check on it takes hours.
    public var isSlow: Bool { self == .system(.slowAuthentication) || self == .system(.slowReading) }

    public var description: String { name }

    public struct Text: Sendable, Hashable {
        public let english: String
        public let chinese: String
        /// What it breaks: `protocol §3`, `card §1.1`.
        public let clause: String
    }
}

extension Set<CardFault> {
    var system: Set<SystemFault> {
        Set<SystemFault>(compactMap { if case .system(let fault) = $0 { fault } else { nil } })
    }
    /// In the order of the list: one may undo what another did, but always in the same way.
    var content: [ContentFault] { ContentFault.allCases.filter { contains(.content($0)) } }
}
