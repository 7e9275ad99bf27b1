import Messages

/// What an update did, record by record.
public struct UpdateReport: Sendable, Hashable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// The card said so before: nothing was sent.
        case alreadySo
        /// The card has confirmed it.
        case written
        /// It differs, and certainly has not been written.
        case notWritten
        /// The command went out and nothing came back: ``HealthCardSession/settle(_:)`` tells.
        case inDoubt
    }

    public struct Record: Sendable, Hashable {
        /// `DF02/EF06`.
        public let file: String
        /// From 1, in a list 1 for the newest after the update; nil for a photo.
        public let record: Int?
        /// `clinical.asthma`, for a list's entry all its items.
        public let items: [String]
        public internal(set) var outcome: Outcome

        /// `DF02/EF06 record 1`.
        public var place: String { record.map { "\(file) record \($0)" } ?? file }
    }

    /// Everything that was asked for, in the order of the profile.
    public internal(set) var records: [Record]
    /// Commands of the session so far, continuations included.
    public internal(set) var commands: Int

    public func records(_ outcome: Outcome) -> [Record] { records.filter { $0.outcome == outcome } }

    /// The JSON of the command line: `{"records":[{"file","record","items","outcome"}],"commands"}`.
    public var json: JSONValue {
        .object([
            .init(
                "records",
                .array(
                    records.map { record in
                        .object(
                            [.init("file", .string(record.file))]
                                + (record.record.map { [.init("record", .number($0))] } ?? [])
                                + [
                                    .init("items", .array(record.items.map { .string($0) })),
                                    .init("outcome", .string(record.outcome.rawValue)),
                                ])
                    })), .init("commands", .number(commands)),
        ])
    }
}

/// The one record whose update nobody confirmed: the card holds the old content or the new. Keeps both to tell them
/// apart, and shows neither.
public struct UpdateDoubt: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    public let file: String
    /// As in ``UpdateReport/Record``.
    public let record: Int?
    public let items: [String]
    /// Which card: the start of its chip serial.
    let cardFactor: [UInt8]
    let question: Question

    enum Question: Sendable, Hashable {
        /// What these records were, and what they would be.
        case records([Int], old: [[UInt8]], new: [[UInt8]])
        /// The picture that would be; the old file from its start, as far as it was read.
        case photo(new: [UInt8], oldStart: [UInt8])
    }

    public var description: String { record.map { "\(file) record \($0)" } ?? file }
    public var customMirror: Mirror { Mirror(reflecting: description) }
}

/// What a doubtful record turned out to hold.
public enum UpdateSettlement: String, Sendable, Hashable, CaseIterable {
    /// The update did not happen.
    case old
    /// The update happened.
    case new
    /// The old picture is gone and the new one is not there: the card shows none. Only on cards that take a picture in
    /// no single command.
    case noPhoto
    /// Neither: somebody has written in between.
    case other
}

/// An update that did not go to its end: what was certainly written, what certainly was not, and what is in doubt.
public struct UpdateError: AdvisedError {
    public let cause: HealthCardError
    public let report: UpdateReport
    public let doubt: UpdateDoubt?

    /// The report once the doubt is settled: a record that is neither old nor new stays in doubt.
    public func report(settling settlement: UpdateSettlement) -> UpdateReport {
        var report = report
        for index in report.records.indices where report.records[index].outcome == .inDoubt {
            switch settlement {
            case .new: report.records[index].outcome = .written
            case .old, .noPhoto: report.records[index].outcome = .notWritten
            case .other: break
            }
        }
        return report
    }

    public enum Code: String, Sendable, Hashable, CaseIterable {
        case interrupted, inDoubt
    }

    public static let domain = "update"
    public var kind: ErrorKind { cause.kind }
    public var code: Code { doubt == nil ? .interrupted : .inDoubt }
    public var underlying: (any AdvisedError)? { cause }

    /// The records of an outcome with their items: `DF01/EF05 record 3 (phone)`.
    func places(_ outcome: UpdateReport.Outcome) -> [String] {
        report.records(outcome).map { "\($0.place) (\($0.items.joined(separator: ", ")))" }
    }
}
