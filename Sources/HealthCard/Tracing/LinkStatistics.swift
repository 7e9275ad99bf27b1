import ISO7816

/// What passed over a link: commands and bytes, which are what time is made of.
public struct LinkStatistics: Sendable, Hashable {
    /// Commands, continuations and those without an answer included.
    public internal(set) var commands = 0
    /// Bytes of the commands that were answered.
    public internal(set) var bytesSent = 0
    /// Bytes of answers, SW1-SW2 included.
    public internal(set) var bytesReceived = 0
    /// How many commands of each instruction byte.
    public internal(set) var counts: [UInt8: Int] = [:]

    public init() {}

    /// `SELECT 4`, the most frequent first; an instruction without a name by its byte, `INS 7A`.
    public var byName: [(name: String, count: Int)] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ins, count in
            (InstructionByte.name(of: ins) ?? "INS \(Hex.encode([ins]))", count)
        }
    }

    /// The statistics of `read --stats`.
    ///
    /// - Parameter seconds: how long it took.
    public func json(seconds: Double) -> JSONValue {
        .object([
            .init("commands", .number(commands)), .init("bytesSent", .number(bytesSent)),
            .init("bytesReceived", .number(bytesReceived)),
            .init("microseconds", .number(Int((min(max(seconds, 0), 1e9) * 1e6).rounded()))),
            .init("byCommand", .object(byName.map { .init($0.name, .number($0.count)) })),
        ])
    }
}
