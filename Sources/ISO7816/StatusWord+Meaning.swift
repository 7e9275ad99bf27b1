import Messages

extension StatusWord {
    /// What the status word says, in context of the instruction that it answers where that changes the meaning.
    public func meaning(for ins: UInt8? = nil) -> StatusMeaning { StatusMeaning(status: self, ins: ins) }
}

/// What a status word says (ISO/IEC 7816-4:2013 §5.6 and what cards of China add to it).
public struct StatusMeaning: Message, Hashable {
    public let status: StatusWord
    /// The instruction that it answers, where it is known.
    public let ins: UInt8?
}
