import Messages

/// What an intake found: the books of the rows, and the batch to be made where nothing stands against it.
public struct BatchReport: Sendable {
    /// `batch.json` `id`; empty when that could not be read.
    public let batch: String
    /// Rows of `applications.csv`, the header not counted. They are sound, faulty or set aside.
    public let rows: Int
    public let sound: Int
    public let faulty: Int
    /// In the file's order.
    public let setAside: [RowSetAside]
    /// Problems that stand, by kind; those of rows set aside do not.
    public let problems: [BatchProblem.Code: Int]
    /// Formal or test; nil when the manifest could not be read.
    public let mode: BatchManifest.Mode?
    /// The replies that were read, in the order of their names.
    public let replies: [HeardReply]
    /// True when not every row could be looked at: the manifest or the file gave out before.
    public let isCutShort: Bool
    /// The batch in production order; nil as long as a problem stands.
    public let prepared: PreparedBatch?

    /// Whether no verifier was heard of these applicants.
    public var isUnverified: Bool { !replies.contains { $0.records > 0 } }

    /// How many problems stand.
    public var problemCount: Int { problems.values.reduce(0, +) }
}

/// A row that is left out.
public struct RowSetAside: Sendable, Hashable {
    public let row: Int
    /// 18 characters; nil when the row has no right number.
    public let idNumber: String?
    /// What was wrong with it; empty for a sound row that the operator left out all the same.
    public let problems: [BatchProblem]

    /// For the books: the first problem's code, `setAside` for a sound row.
    public var code: String { problems.first?.code.rawValue ?? "setAside" }

    /// Everything that was wrong, without personal data.
    public var reason: SetAsideReason { SetAsideReason(problems: problems) }
}

/// Why a row is left out: what is wrong with it, or that the operator wants it so.
public struct SetAsideReason: Message, Hashable {
    public let problems: [BatchProblem]

    public init(problems: [BatchProblem]) { self.problems = problems }
}

/// What was found, behind the name of its item.
struct NamedFinding: Message {
    let item: String?
    let finding: BatchFinding

    init(_ problem: BatchProblem) {
        item = problem.item
        finding = problem.finding
    }
}

/// How far an intake is.
public struct IntakeProgress: Sendable, Hashable {
    public enum Phase: String, Sendable, Hashable {
        case replies, rows, order
    }

    public let phase: Phase
    /// Rows looked at so far.
    public let rows: Int
    /// Bytes of `applications.csv` read so far, and all of them.
    public let bytes: Int
    public let totalBytes: Int
}
