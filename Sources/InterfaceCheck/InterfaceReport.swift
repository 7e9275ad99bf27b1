/// What a library does otherwise than it should, in one call.
public struct InterfaceDeviation: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A function that programs bind is not there.
        case missing
        /// The process ended within the call, a byte beyond a buffer was touched, or worse; or otherwise than well after the
        /// last one.
        case died
        /// Nothing came back in time, or the process did not end after the last call.
        case silent
        /// Memory before a buffer was written to.
        case overrun
        /// A code that is not one of the interface, or not one for this call.
        case code
        /// A text without an end, of characters its item cannot have, or left after an error.
        case text
        /// Two functions tell different things, or what was written is not what is read.
        case content
    }

    public let kind: Kind
    /// The program whose calls were made, by ``InterfaceProgram``.
    public let program: String
    public let function: String
    /// In words, without any data of the card; in English and in Chinese.
    public let detail: String
    public let chinese: String

    public init(_ kind: Kind, program: String, function: String, _ detail: String, _ chinese: String) {
        self.kind = kind
        self.program = program
        self.function = function
        self.detail = detail
        self.chinese = chinese
    }
}

/// What became of a check.
public struct InterfaceReport: Sendable, Hashable, Codable {
    public struct Program: Sendable, Hashable, Codable {
        /// By ``InterfaceProgram``.
        public let name: String
        /// How many calls came back.
        public let calls: Int
        /// How many of them returned 0.
        public let done: Int
        /// The functions that came back.
        public let functions: [String]
    }

    public let library: String
    public let programs: [Program]
    public let deviations: [InterfaceDeviation]

    /// Whether nothing was found, and something was done: a library that refuses everything, or of which nothing was asked,
    /// has shown nothing.
    public var isSound: Bool { deviations.isEmpty && !programs.isEmpty && programs.allSatisfy { $0.done > 0 } }
}
