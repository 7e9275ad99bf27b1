/// A test card the suite has had in hand.
public struct TestedCard: Codable, Sendable, Hashable {
    /// Chip serial, capital hexadecimal.
    public let serial: String
    /// Capital hexadecimal.
    public let answerToReset: String
    /// Used for destructive checks.
    public let isSetAside: Bool

    public init(serial: String, answerToReset: String, isSetAside: Bool) {
        self.serial = serial
        self.answerToReset = answerToReset
        self.isSetAside = isSetAside
    }

    /// What the card is, whichever of its kind: the answer to reset without the chip's serial and without the check byte,
    /// which is over the serial too.
    public var build: String {
        guard let place = answerToReset.firstRange(of: serial), !serial.isEmpty else { return answerToReset }
        return answerToReset[..<place.lowerBound] + "…" + answerToReset[place.upperBound...].dropLast(2)
    }
}

/// How long one kind of operation took.
public struct OperationTimes: Codable, Sendable, Hashable {
    public let operation: String
    /// Microseconds, in the order they were measured.
    public let microseconds: [Int]
    /// What the profile allows, where it says; microseconds.
    public let limit: Int?

    public init(operation: String, microseconds: [Int], limit: Int?) {
        self.operation = operation
        self.microseconds = microseconds
        self.limit = limit
    }
}

/// Everything a run of the suite found, on what and with what: a report is a pure function of it.
public struct SuiteEvidence: Codable, Sendable, Hashable {
    public static let currentFormat = "resident-health-card-evidence/2"
    /// What software wrote that did not sign evidence yet; a report of it says so, and no release rests on it.
    public static let unsignedFormat = "resident-health-card-evidence/1"
    public let format: String
    /// Who gathered it; the signature beside the file is that station's. Nil in ``unsignedFormat`` only, as is the rest
    /// down to ``scope``.
    public let station: EvidenceStation?
    /// The chip under the card's operating system, as the campaign says; `-` outside of one.
    public let chip: String?
    /// The campaign's whole description; nil outside of one.
    public let campaign: Campaign?
    /// What the campaign's cards were made in; nil outside of one.
    public let environment: EnvironmentRecord?
    public let equipment: TestEquipment?
    public let scope: SuiteScope?
    /// SM3, lower-case hexadecimal.
    public let profileDigest: String
    /// The same of this software's build; empty where the system does not show it.
    public let softwareDigest: String
    /// SM3 of the campaign file the cards belong to; empty outside of a campaign.
    public let campaignDigest: String
    public let maker: String
    public let product: String
    public let productVersion: String
    public let dialect: String
    /// The reader's name, or `virtual`.
    public let reader: String
    public let tester: String
    /// RFC 3339, UTC, seconds.
    public let startedAt: String
    public internal(set) var finishedAt: String
    public internal(set) var cards: [TestedCard]
    public let checks: [CheckDescription]
    /// The last of each check on each card.
    public internal(set) var results: [CheckResult]
    public internal(set) var times: [OperationTimes]
    /// What the first run cost on the link, a card at a time; nil in evidence of before 0.3.0.
    public let traffic: [CardTraffic]?
    /// Every run that the evidence is of, the whole suite first; nil: there was one only.
    public internal(set) var runs: [SuiteRun]?
    /// Results that a later run gave another for, the earlier first; nil: there is none.
    public internal(set) var superseded: [CheckResult]?

    public init(
        station: EvidenceStation, chip: String, campaign: Campaign?, environment: EnvironmentRecord?,
        equipment: TestEquipment, scope: SuiteScope, profileDigest: String, softwareDigest: String,
        campaignDigest: String, maker: String, product: String, productVersion: String, dialect: String,
        reader: String, tester: String, startedAt: String, finishedAt: String, cards: [TestedCard],
        checks: [CheckDescription], results: [CheckResult], times: [OperationTimes], traffic: [CardTraffic]? = nil,
        runs: [SuiteRun]? = nil, superseded: [CheckResult]? = nil
    ) {
        format = Self.currentFormat
        self.station = station
        self.chip = chip
        self.campaign = campaign
        self.environment = environment
        self.equipment = equipment
        self.scope = scope
        self.profileDigest = profileDigest
        self.softwareDigest = softwareDigest
        self.campaignDigest = campaignDigest
        self.maker = maker
        self.product = product
        self.productVersion = productVersion
        self.dialect = dialect
        self.reader = reader
        self.tester = tester
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.cards = cards
        self.checks = checks
        self.results = results
        self.times = times
        self.traffic = traffic
        self.runs = runs
        self.superseded = superseded
    }
}
