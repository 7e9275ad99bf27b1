import Messages

/// What it says to people.
enum EnvironmentWord: Message {
    case stops
    case note
    case difference(field: String, tested: String, now: String)
    case otherEnvironment(list: String)
}

/// What it says to people.
enum EvidenceText: Message {
    case existsAlready(out: String)
    case otherCampaign(field: String, campaign: String, made: String)
}

/// What it says to people.
enum FaultsText: Message {
    case workersForm
    case falseAlarm(check: String)
    case notFound(count: Int, total: Int, missed: [String], alarms: Int)
    case nobody
}

/// What it says to people.
enum SuiteText: Message {
    case failed
    case failures(count: Int)
}

/// What it says to people.
enum TestCardSourceText: Message {
    case lanesForm(most: Int)
    case chipMissing(chip: String, folder: String)
    case noCard
    case sameSerial(serial: String)
    case foreign(reader: String)
}

/// What it says to people.
enum TestCardListText: Message {
    case destructive
    case count(count: Int)
}

/// What it says to people.
enum TestCardMakeText: Message {
    case made(count: Int, spare: Int)
}

/// What it says to people.
enum TestCardNewText: Message {
    case noDialect(dialect: String)
    case begun(id: String, cards: Int, folder: String, digest: String)
}

/// What it says to people.
enum TestCardReportText: Message {
    case missing(source: String)
    case matches(number: String, digest: String)
    case signedBy
    case notWhole
    case noEvidence(folder: String, part: String)
}

/// What it says to people.
enum TestCardRunText: Message {
    case lanesOrReader
    case faultWithout
    case enduranceForm
    case summary(checks: Int, cards: Int, passed: Int, failed: Int, notApplicable: Int, notRun: Int)
    case evidence(station: String, path: String)
    case failed(count: Int)
    case notRun(count: Int)
}
