/// How long a test card may take for one command, beside what the link carries (Docs/protocol.md §9); milliseconds.
public struct TimingRules: Sendable, Hashable {
    public let reset: Int
    public let select: Int
    public let challenge: Int
    /// Of an external or internal authentication, its challenge not counted.
    public let authenticate: Int
    public let read: Int
    /// Of a command that writes, its challenge not counted.
    public let update: Int
}
