/// A place in a ledger that can be written down: whoever has it sees later whether the ledger still goes on from there.
public struct LedgerHead: Sendable, Hashable, Codable, CustomStringConvertible {
    /// From 1.
    public let sequence: Int64
    /// The entry's hash, 64 lowercase hexadecimal digits.
    public let hash: String

    public init(sequence: Int64, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }

    /// `SEQ HASH` as it is described, or `SEQ:HASH`; nil for anything else.
    public init?(_ text: String) {
        let words = text.split(omittingEmptySubsequences: false) { $0 == " " || $0 == ":" }
        guard words.count == 2, let sequence = Int64(words[0]), sequence > 0, String(sequence) == words[0],
            words[1].utf8.count == LedgerEntry.noHash.utf8.count, LowercaseHex.decode(String(words[1])) != nil
        else { return nil }
        self.init(sequence: sequence, hash: String(words[1]))
    }

    public var description: String { "\(sequence) \(hash)" }
}

extension LedgerEntry {
    var head: LedgerHead { LedgerHead(sequence: sequence, hash: hash) }
}
