import Messages

/// What verification found of a ledger.
public struct LedgerVerification: Sendable, Hashable, Codable {
    /// Something that is not as it was written.
    public struct Finding: Message, Hashable, Codable {
        /// `entry 17 (begin)`, `orders row B/17`, `page 12 of the file` …
        public let place: AnyMessage
        /// What is wrong there; without personal data.
        public let problem: AnyMessage

        public var english: English { "\(place): \(problem)" }
        public var chinese: Chinese { "\(place)：\(problem)" }
    }

    /// Entries that were read.
    public internal(set) var entries: Int64 = 0
    /// Signatures of stations that were checked, the file's seal included.
    public internal(set) var seals = 0
    /// Somebody who countersigned, and how far.
    public struct Countersigned: Sendable, Hashable, Codable {
        public let name: String
        /// x ‖ y, 128 lowercase hexadecimal digits.
        public let publicKey: String
        /// The last signature of a station's that is countersigned.
        public let sequence: Int64
    }

    /// Who countersigned, the last of each.
    public internal(set) var countersigned: [Countersigned] = []
    /// The last entry's hash; zeros when there is none.
    public internal(set) var head = LedgerEntry.noHash
    public private(set) var findings: [Finding] = []
    /// How many more were found than are listed.
    public private(set) var unlisted = 0
    /// What is in order and good to know: entries nobody has signed yet.
    public internal(set) var notes: [AnyMessage] = []

    /// Findings that are listed: a ledger that was made by somebody else has one in every line.
    public static let mostFindings = 1000

    public var isSound: Bool { findings.isEmpty }

    mutating func find(_ place: LedgerPlace, _ english: English, _ chinese: Chinese) {
        find(place, AnyMessage(english, chinese))
    }

    mutating func find(_ place: LedgerPlace, _ problem: AnyMessage) {
        if findings.count < Self.mostFindings {
            findings.append(Finding(place: AnyMessage(place), problem: problem))
        } else {
            unlisted += 1
        }
    }

    mutating func note(_ english: English, _ chinese: Chinese) { notes.append(AnyMessage(english, chinese)) }
}
