/// A reply that was read: which file, of whom, with how many records.
public struct HeardReply: Sendable, Hashable {
    /// The name in the batch folder.
    public let file: String
    /// Nil for a file of exceptions without a record, which says nothing of who sent it.
    public let verifier: Verifier?
    /// A file of those whom the verifier did not match.
    public let isException: Bool
    /// Records that name an applicant who can exist.
    public let records: Int
}
